"""Which orders are picked on one trip: a cart of totes, one order per tote, the earliest cutoff first.

`plan(orders, layout, rules)` is the seam: values in, one value out, the same for the same input. An order larger than a
tote takes several, one larger than a cart is split over carts, one that cannot be planned is named; none is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from warehouse.domain.batching_totes import Load, Loading, Pick, ToteLimits, load_totes
from warehouse.domain.layout import Layout, NaturalKey, natural_key
from warehouse.domain.planning.values import (
    LeftOut,
    Method,
    OnProgress,
    Plan,
    PlannedBatch,
    PlannedTask,
    PlannedTote,
    PlanOrder,
    PlanRules,
    Progress,
    Search,
    Shift,
    Travel,
)
from warehouse.domain.routing import FloorPlan

__all__ = [
    "LeftOut",
    "Method",
    "OnProgress",
    "Plan",
    "PlanOrder",
    "PlanRules",
    "PlannedBatch",
    "PlannedTask",
    "PlannedTote",
    "Progress",
    "Search",
    "Shift",
    "Travel",
    "plan",
]

_NO_CUTOFF = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Cart:
    """A trip being filled."""

    cutoff: datetime | None
    priority: int = 0
    loads: list[tuple[str, int, Load]] = field(default_factory=list)
    weight: int = 0
    lines: int = 0

    def takes(self, loads: Sequence[Load], rules: PlanRules) -> bool:
        """Whether all these totes still go on; an empty cart takes any one tote, or it would never be picked."""
        if not self.loads and len(loads) == 1:
            return True
        return (
            len(self.loads) + len(loads) <= rules.totes
            and _within(self.weight + sum(load.weight_g for load in loads), rules.cart_weight_g)
            and _within(self.lines + sum(len(load.picks) for load in loads), rules.cart_lines)
        )

    def put(self, order: PlanOrder, part: int, load: Load) -> None:
        self.loads.append((order.number, part, load))
        self.weight += load.weight_g
        self.lines += len(load.picks)
        self.priority = max(self.priority, order.priority)
        self.cutoff = min(self.cutoff or _NO_CUTOFF, order.cutoff or _NO_CUTOFF)


class _Fleet:
    """All trips of one plan, in the order they were begun."""

    def __init__(self, rules: PlanRules) -> None:
        self.rules = rules
        self.groups: dict[datetime | None, list[_Cart]] = {}
        self.carts: list[_Cart] = []

    def fits_one_cart(self, loads: Sequence[Load]) -> bool:
        return _Cart(None).takes(loads, self.rules)

    def place(self, order: PlanOrder, loads: Sequence[Load], first_part: int = 1) -> None:
        """Put all loads together on the first cart of the order's cutoff with room, else on a new one."""
        cart = next((cart for cart in self._group(order) if cart.takes(loads, self.rules)), None)
        if cart is None:
            cart = self._begin(order)
        for part, load in enumerate(loads, start=first_part):
            cart.put(order, part, load)

    def spread(self, order: PlanOrder, loads: Sequence[Load]) -> None:
        """Fill as many carts as the order needs; what is left over shares a cart with others."""
        chunk: list[Load] = []
        done = 0
        for load in loads:
            if chunk and not self.fits_one_cart([*chunk, load]):
                self.place(order, chunk, done + 1)
                done, chunk = done + len(chunk), []
            chunk.append(load)
        self.place(order, chunk, done + 1)

    def _group(self, order: PlanOrder) -> list[_Cart]:
        if self.rules.method is Method.SINGLE:
            return []
        return self.groups.get(None if self.rules.mix_cutoffs else order.cutoff, [])

    def _begin(self, order: PlanOrder) -> _Cart:
        cart = _Cart(order.cutoff)
        self.carts.append(cart)
        self.groups.setdefault(None if self.rules.mix_cutoffs else order.cutoff, []).append(cart)
        return cart


def plan(
    orders: Iterable[PlanOrder],
    layout: Layout,
    rules: PlanRules,
    search: Search | None = None,
    on_progress: OnProgress | None = None,
) -> Plan:
    """Plan trips for these orders by cutoff, then priority; each trip is walked by bin walk sequence.

    The first plan is told to `on_progress` at once; what `search` finds within its budget follows, best last.
    """
    first = _first_fit(orders, layout, rules)
    if search and on_progress:
        on_progress(Progress(plan=first, seconds=0.0, iterations=0))
    return first


def _first_fit(orders: Iterable[PlanOrder], layout: Layout, rules: PlanRules) -> Plan:
    floor = FloorPlan(layout)
    fleet = _Fleet(rules)
    left_out: list[LeftOut] = []
    split: list[str] = []
    loadings: list[Loading] = []
    for order in sorted(orders, key=_urgency):
        walked = sorted(order.picks, key=lambda pick: (floor.walk_key(pick.bin), pick.line, pick.sku, pick.lot))
        loading = load_totes(walked, _limits(rules))
        loadings.append(loading)
        if not loading.loads:
            left_out.append(LeftOut(order.number, "Nothing is allocated to it."))
        elif fleet.fits_one_cart(loading.loads):
            fleet.place(order, loading.loads)
        elif rules.split_over_carts:
            split.append(order.number)
            fleet.spread(order, loading.loads)
        else:
            left_out.append(LeftOut(order.number, f"It fills {len(loading.loads)} totes, more than one cart takes."))
    return Plan(
        batches=tuple(_batch(cart, floor) for cart in fleet.carts),
        left_out=tuple(left_out),
        split=tuple(split),
        unmeasured=tuple(sorted({sku for loading in loadings for sku in loading.unmeasured})),
        oversize=tuple(sorted({sku for loading in loadings for sku in loading.oversize})),
    )


def _urgency(order: PlanOrder) -> tuple[datetime, int, NaturalKey]:
    return (order.cutoff or _NO_CUTOFF, -order.priority, natural_key(order.number))


def _limits(rules: PlanRules) -> ToteLimits:
    # No tote may be filled beyond what the cart itself carries.
    weights = [limit for limit in (rules.tote_weight_g, rules.cart_weight_g) if limit is not None]
    return ToteLimits(
        weight_g=min(weights, default=None),
        volume_mm3=rules.tote_volume_mm3,
        lines=rules.cart_lines,
        assumed_weight_g=rules.assumed_weight_g,
        assumed_volume_mm3=rules.assumed_volume_mm3,
    )


def _within(value: int, limit: int | None) -> bool:
    return limit is None or value <= limit


def _batch(cart: _Cart, floor: FloorPlan) -> PlannedBatch:
    picked = [(slot, order, pick) for slot, (order, _, load) in enumerate(cart.loads, start=1) for pick in load.picks]
    bins = [pick.bin for _, _, pick in picked]
    route = floor.walk(bins)
    stop_of = {code: stop for stop, code in enumerate(route.stops, start=1)}
    picked.sort(key=lambda task: (stop_of[task[2].bin], task[2].sku, task[2].lot, task[0], task[2].line))
    return PlannedBatch(
        totes=tuple(
            PlannedTote(slot=slot, order=order, part=part) for slot, (order, part, _) in enumerate(cart.loads, start=1)
        ),
        tasks=tuple(_task(stop_of[pick.bin], slot, order, pick) for slot, order, pick in picked),
        stops=len(route.stops),
        distance_mm=route.distance_mm,
        by_name_mm=floor.by_name(bins).distance_mm,
        cutoff=None if cart.cutoff == _NO_CUTOFF else cart.cutoff,
        priority=cart.priority,
        unlocated=route.unlocated,
    )


def _task(stop: int, slot: int, order: str, pick: Pick) -> PlannedTask:
    return PlannedTask(
        stop=stop,
        slot=slot,
        order=order,
        line=pick.line,
        bin=pick.bin,
        sku=pick.sku,
        lot=pick.lot,
        quantity=pick.quantity,
    )
