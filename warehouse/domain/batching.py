"""Which orders are picked on one trip: a cart of totes, one order per tote, the earliest cutoff first.

`plan(orders, layout, rules)` is the seam: values in, one value out, the same for the same input. An order larger than a
tote takes several, one larger than a cart is split over carts, one that cannot be planned is named; none is lost.
"""

from collections.abc import Iterable, Sequence

from warehouse.domain.batching_totes import Pick
from warehouse.domain.layout import Layout
from warehouse.domain.planning.handling import Goods, levels_up
from warehouse.domain.planning.improving import Budget
from warehouse.domain.planning.parts import Cut, Part, cut, limits_of, need_of, urgency
from warehouse.domain.planning.solving import Pace, Problem, Trips, solve
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


def plan(
    orders: Iterable[PlanOrder],
    layout: Layout,
    rules: PlanRules,
    search: Search | None = None,
    on_progress: OnProgress | None = None,
) -> Plan:
    """Plan trips for these orders, most urgent first, each walked the shortest way.

    The first plan, by first fit, is told to `on_progress` at once; what `search` finds within its budget follows, the
    best last and as the result. With a shift, late orders count before distance.
    """
    search = search or Search()
    began = search.clock() if search.clock else 0.0
    desk = _Desk(orders, FloorPlan(layout), rules)
    last = began - search.every

    def tell(trips: Trips, steps: int) -> None:
        nonlocal last
        now = search.clock() if search.clock else last + search.every
        if on_progress and now - last >= search.every:
            last = now
            on_progress(Progress(plan=desk.plan(trips), seconds=now - began if search.clock else 0.0, iterations=steps))

    budget = Budget(seconds=search.seconds, iterations=search.iterations, clock=search.clock, began=began)
    return desk.plan(solve(desk.problem(search.known), budget, search.seed, tell))


class _Desk:
    """Orders cut into parts, and plans made of them; a trip met again is not written out again."""

    def __init__(self, orders: Iterable[PlanOrder], floor: FloorPlan, rules: PlanRules) -> None:
        self.floor, self.rules = floor, rules
        self.cut: Cut = cut(orders, floor, rules)
        self._known: dict[tuple[int, ...], PlannedBatch] = {}

    def problem(self, known: Iterable[Iterable[str]]) -> Problem:
        needs = [need_of(number, part, self.rules, self.floor.layout) for number, part in enumerate(self.cut.parts)]
        shift = self.rules.shift
        pace = (
            Pace(pickers=max(1, shift.pickers), seconds=shift.travel.seconds)
            if shift and self.rules.mix_cutoffs
            else None
        )
        return Problem(
            needs=needs,
            limits=limits_of(self.rules),
            floor=self.floor.placed.floor,
            pace=pace,
            known=self._known_trips(known),
        )

    def _known_trips(self, known: Iterable[Iterable[str]]) -> list[list[int]]:
        """Give known trips of orders as trips of parts; the parts of a split order find their carts anew."""
        whole = {
            part.order.number: at for at, part in enumerate(self.cut.parts) if part.order.number not in self.cut.split
        }
        return [[whole[number] for number in trip if number in whole] for trip in known]

    def plan(self, trips: Trips) -> Plan:
        own = [tuple(sorted(trip)) for trip in trips]
        if not (self.rules.shift and self.rules.mix_cutoffs):
            own.sort(key=lambda trip: min(urgency(self.cut.parts[at].order) for at in trip))
        loadings = self.cut.loadings
        return Plan(
            batches=tuple(self._batch(trip) for trip in own),
            left_out=tuple(self.cut.left_out),
            split=tuple(self.cut.split),
            unmeasured=tuple(sorted({sku for loading in loadings for sku in loading.unmeasured})),
            oversize=tuple(sorted({sku for loading in loadings for sku in loading.oversize})),
        )

    def _batch(self, trip: tuple[int, ...]) -> PlannedBatch:
        if trip not in self._known:
            self._known[trip] = _batch([self.cut.parts[at] for at in trip], self.floor, self.rules)
        return self._known[trip]


def _batch(parts: Sequence[Part], floor: FloorPlan, rules: PlanRules) -> PlannedBatch:
    totes = [(part, part.first + at, load) for part in parts for at, load in enumerate(part.loads)]
    picked = [(slot, part.order.number, pick) for slot, (part, _, load) in enumerate(totes, 1) for pick in load.picks]
    bins = [pick.bin for _, _, pick in picked]
    ranks = rules.handling.ranks(Goods(pick.bin, pick.weight_g, pick.fragile) for _, _, pick in picked)
    route = floor.walk(bins, ranks)
    stop_of = {code: stop for stop, code in enumerate(route.stops, start=1)}
    picked.sort(key=lambda task: (stop_of[task[2].bin], task[2].sku, task[2].lot, task[0], task[2].line))
    return PlannedBatch(
        totes=tuple(
            PlannedTote(slot=slot, order=part.order.number, part=number)
            for slot, (part, number, _) in enumerate(totes, start=1)
        ),
        tasks=tuple(_task(stop_of[pick.bin], slot, order, pick) for slot, order, pick in picked),
        stops=len(route.stops),
        distance_mm=route.distance_mm,
        by_name_mm=floor.by_name(bins).distance_mm,
        cutoff=min((part.order.cutoff for part in parts if part.order.cutoff), default=None),
        priority=max(part.order.priority for part in parts),
        unlocated=route.unlocated,
        levels=sum(levels_up(floor.layout.bin(code)) for code in bins),
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
