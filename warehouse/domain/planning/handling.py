"""In which order goods go into the totes: heavy ones first, so that nothing is crushed, fragile ones last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from warehouse.domain.layout import Bin

_FIRST, _LAST = -1, 1
_GROUND = 1


class Goods(NamedTuple):
    """What lies in a bin: one each weighs so many grams (None: nobody knows), and may be fragile."""

    bin: str
    weight_g: int | None
    fragile: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """The site's rules: an each of `heavy_g` grams or more comes before all others, fragile goods after them.

    None and False: no such rule.
    """

    heavy_g: int | None = None
    fragile_last: bool = False

    def ranks(self, goods: Iterable[Goods]) -> Mapping[str, int]:
        """Give the bins of a trip their ranks, less is earlier; empty where every bin has the same.

        Of a bin with both, the heavy goods decide: they cannot lie on top.
        """
        found: dict[str, int] = {}
        for one in goods:
            rank = self._rank(one)
            known = found.get(one.bin, 0)
            found[one.bin] = _FIRST if _FIRST in (rank, known) else max(rank, known)
        return found if len(set(found.values())) > 1 else {}

    def _rank(self, goods: Goods) -> int:
        if self.heavy_g is not None and goods.weight_g is not None and goods.weight_g >= self.heavy_g:
            return _FIRST
        return _LAST if self.fragile_last and goods.fragile else 0


def levels_up(bin_: Bin) -> int:
    """Give how many levels above the first a bin lies: 0 for level 1 or A, and where nobody says."""
    level = bin_.level.strip().casefold()
    if level.isdecimal():
        return max(0, int(level) - _GROUND)
    return ord(level) - ord("a") if len(level) == 1 and "a" <= level <= "z" else 0
