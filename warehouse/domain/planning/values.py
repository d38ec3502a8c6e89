"""What goes into a plan and what comes out of it: orders, rules, budget; trips and their tasks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from warehouse.domain.batching_totes import Pick
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.planning.handling import Handling
from warehouse.domain.words import Text, parts_of, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How fast work goes: millimetres and seconds."""

    mm_per_s: float = 1000.0
    s_per_line: float = 12.0
    s_per_batch: float = 90.0
    s_per_level: float = 0.0

    def seconds(self, distance_mm: float, lines: int, levels: int = 0) -> float:
        """Give the time of one trip."""
        return distance_mm / self.mm_per_s + self.s_per_batch + self.s_per_line * lines + self.s_per_level * levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is there to work a plan, from when on, and how fast: with it a plan keeps cutoffs, not only distances."""

    begins: datetime
    pickers: int = 1
    travel: Travel = Travel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How long to look for better batches: until `seconds` of `clock` or `iterations` are over, whichever is first.

    `clock` gives seconds and is asked only here; without it only iterations count, and the same seed gives the same
    plan. `every` is how many seconds lie between two tellings of progress. `known` names the orders of the trips of an
    earlier plan: the search goes on from there with those that are still to be planned.
    """

    seconds: float = 0.0
    iterations: int = 0
    seed: int = 0
    clock: Callable[[], float] | None = None
    every: float = 0.5
    known: tuple[tuple[str, ...], ...] = ()


class Method(StrEnum):
    """How orders are put together."""

    CLUSTER = "cluster"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrder:
    """One order to be picked, with what was allocated to it.

    `carrier` and `hazard` matter where the rules forbid to mix them; a `whole` order is never split over carts.
    """

    number: str
    picks: tuple[Pick, ...]
    cutoff: datetime | None = None
    priority: int = 0
    carrier: str = ""
    hazard: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """What a cart and its totes take, and what may share a trip; None is no limit. Grams and cubic millimetres.

    `assumed_weight_g` and `assumed_volume_mm3` stand in for an item nobody has measured; the plan names such items.
    """

    totes: int = 8
    tote_weight_g: int | None = None
    tote_volume_mm3: int | None = None
    cart_weight_g: int | None = None
    cart_lines: int | None = None
    cart_orders: int | None = None
    cart_items: int | None = None
    cart_volume_mm3: int | None = None
    assumed_weight_g: int = 0
    assumed_volume_mm3: int = 0
    method: Method = Method.CLUSTER
    mix_cutoffs: bool = False
    split_over_carts: bool = True
    single_zone: bool = False
    mix_carriers: bool = True
    mix_hazards: bool = True
    handling: Handling = field(default_factory=Handling)
    shift: "Shift | None" = None

    def __post_init__(self) -> None:
        cart = (self.cart_weight_g, self.cart_lines, self.cart_orders, self.cart_items, self.cart_volume_mm3)
        limits = (self.totes, self.tote_weight_g, self.tote_volume_mm3, *cart)
        if any(limit is not None and limit < 1 for limit in limits):
            raise InvalidInputError("A limit of a cart or tote must be at least 1, or absent.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTote:
    """One slot of the cart: the order in it, and which of the order's totes it is (from 1)."""

    slot: int
    order: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """One pick in walk order; `stop` counts the bins of the trip from 1."""

    stop: int
    slot: int
    order: str
    line: int
    bin: str
    sku: str
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBatch:
    """One trip: its totes, its tasks in walk order, its way against that of a list sorted by bin name.

    `levels` are those its picks lie above the first, added up.
    """

    totes: tuple[PlannedTote, ...]
    tasks: tuple[PlannedTask, ...]
    stops: int
    distance_mm: int
    by_name_mm: int
    cutoff: datetime | None
    priority: int
    unlocated: tuple[str, ...] = ()
    levels: int = 0

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders of the trip, each once, in slot order."""
        return tuple(dict.fromkeys(tote.order for tote in self.totes))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order that is not in the plan, and why."""

    order: str
    reason: Text

    def to_json(self) -> dict[str, object]:
        """Give it as the interface does: the reason in English, and its parts for readers of other languages."""
        return {"order": self.order, "reason": str(self.reason), "said": parts_of(self.reason)}


LEFT_OUT_TEXTS = {
    "nothing": "Nothing is allocated to it.",
    "zones": "It lies in several zones, and must not be split.",
    "totes": "It fills {totes} totes, more than one cart takes.",
    "part": "Not all of it is in stock, and it goes whole or not at all.",
    "not_ready": "It is not ready, or on hold.",
    "changed": "It changed meanwhile.",
}
"""Why an order is not in a plan."""


def leave_out(order: str, why: str, **values: object) -> LeftOut:
    """Leave an order out, and say why."""
    return LeftOut(order, sentence(LEFT_OUT_TEXTS[why], **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All trips, most urgent first, and what is worth knowing about them.

    `split` orders go over several carts; `unmeasured` SKUs were planned with an assumed weight or volume; of an
    `oversize` SKU a single each is over the limit of a tote and has one to itself.
    """

    batches: tuple[PlannedBatch, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    split: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    oversize: tuple[str, ...] = ()

    @property
    def distance_mm(self) -> int:
        """The way of all trips together."""
        return sum(batch.distance_mm for batch in self.batches)

    @property
    def by_name_mm(self) -> int:
        """The same trips, each walked in the order of bin names."""
        return sum(batch.by_name_mm for batch in self.batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The best plan so far: complete, to be released as it stands."""

    plan: Plan
    seconds: float
    iterations: int


OnProgress = Callable[[Progress], None]
