"""How the picks of one order go into totes: filled one after the other, each unit in exactly one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

_NO_LIMIT = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """So many eaches to take from one bin for one order line; weight and volume of one each, None when not measured."""

    line: int
    sku: str
    bin: str
    quantity: int
    lot: str = ""
    weight_g: int | None = None
    volume_mm3: int | None = None
    fragile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteLimits:
    """What one tote takes (None is no limit), and what an item counts as that nobody has measured."""

    weight_g: int | None = None
    volume_mm3: int | None = None
    lines: int | None = None
    assumed_weight_g: int = 0
    assumed_volume_mm3: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What goes into one tote."""

    picks: tuple[Pick, ...]
    weight_g: int
    volume_mm3: int


@dataclass(frozen=True, slots=True)
class Loading:
    """The totes of one order, the SKUs nobody has measured, and those of which one each is over a tote's limit."""

    loads: tuple[Load, ...]
    unmeasured: frozenset[str]
    oversize: frozenset[str]


@dataclass(slots=True)
class _Tote:
    limits: ToteLimits
    picks: list[Pick] = field(default_factory=list)
    weight: int = 0
    volume: int = 0

    def room_for(self, pick: Pick) -> int:
        """How many eaches of the pick still go in."""
        if self.limits.lines is not None and len(self.picks) >= self.limits.lines:
            return 0
        by_weight = _times(self.limits.weight_g, self.weight, self._weight_of(pick))
        by_volume = _times(self.limits.volume_mm3, self.volume, self._volume_of(pick))
        return min(by_weight, by_volume, pick.quantity)

    def put(self, pick: Pick) -> None:
        self.picks.append(pick)
        self.weight += self._weight_of(pick) * pick.quantity
        self.volume += self._volume_of(pick) * pick.quantity

    def load(self) -> Load:
        return Load(tuple(self.picks), self.weight, self.volume)

    def _weight_of(self, pick: Pick) -> int:
        return self.limits.assumed_weight_g if pick.weight_g is None else pick.weight_g

    def _volume_of(self, pick: Pick) -> int:
        return self.limits.assumed_volume_mm3 if pick.volume_mm3 is None else pick.volume_mm3


def load_totes(picks: Iterable[Pick], limits: ToteLimits) -> Loading:
    """Fill totes in the order of the picks; a single each over the limit gets a tote of its own and is named."""
    wanted = [pick for pick in picks if pick.quantity > 0]
    totes = [_Tote(limits)]
    oversize: set[str] = set()
    for pick in wanted:
        left = pick.quantity
        while left:
            fits = totes[-1].room_for(replace(pick, quantity=left))
            if not fits and totes[-1].picks:
                totes.append(_Tote(limits))
                continue
            if not fits:
                oversize.add(pick.sku)
            totes[-1].put(replace(pick, quantity=fits or 1))
            left -= fits or 1
    loads = tuple(tote.load() for tote in totes if tote.picks)
    return Loading(loads, frozenset(_unmeasured(wanted, limits)), frozenset(oversize))


def _unmeasured(picks: list[Pick], limits: ToteLimits) -> Iterable[str]:
    for pick in picks:
        no_weight = limits.weight_g is not None and pick.weight_g is None
        no_volume = limits.volume_mm3 is not None and pick.volume_mm3 is None
        if no_weight or no_volume:
            yield pick.sku


def _times(limit: int | None, used: int, each: int) -> int:
    if limit is None:
        return _NO_LIMIT
    if used > limit:
        return 0
    return (limit - used) // each if each > 0 else _NO_LIMIT
