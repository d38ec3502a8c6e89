"""From what is known to a proposal, without a database: stock is allocated, orders that cannot be served are named.

Everything here takes and gives plain values, so that it may run in a process of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from warehouse.domain.allocation import AllocationResult, Demand, allocate
from warehouse.domain.batching import LeftOut, Plan, PlanOrder, PlanRules, plan
from warehouse.domain.batching_totes import Pick
from warehouse.domain.layout import Layout
from warehouse.domain.planning.values import leave_out
from warehouse.domain.site import Backorder, Site
from warehouse.services.planning.known import Known, PlanBatches
from warehouse.services.planning.missing import Missing
from warehouse.storage.queries.wanted import WantedOrder

Planner = Callable[[Sequence[PlanOrder], Layout, PlanRules], Plan]
HAZARD = "limited quantity"
"""What the planner calls goods that must not be mixed where the site says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """What was planned; `batches` are the stored batches' keys, `run` the stored run's, when it was committed."""

    plan: Plan
    left_out: tuple[LeftOut, ...]
    missing: tuple[Missing, ...]
    run: int | None = None
    batches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The orders that stock was found for, ready for a planner; who is left out and what is missing."""

    orders: tuple[PlanOrder, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[Missing, ...]


def propose(known: Known, request: PlanBatches, planner: Planner = plan) -> PlanOutcome:
    """Serve the orders and plan them."""
    served = serve(known, request)
    return outcome_of(served, planner(served.orders, known.layout, known.rules))


def outcome_of(served: Served, proposal: Plan) -> PlanOutcome:
    """Put a plan together with what was left out before it."""
    return PlanOutcome(plan=proposal, left_out=(*served.left_out, *proposal.left_out), missing=served.missing)


def serve(known: Known, request: PlanBatches) -> Served:
    """Find stock for the orders; those with nothing to pick, and those of other zones, are left out."""
    result, missing, left_out = _serve(known, request)
    orders = _plan_orders(known, result)
    if request.only.zone:
        bins = known.layout.bins
        orders = [it for it in orders if all(bins[pick.bin].zone == request.only.zone for pick in it.picks)]
        orders = orders[: request.limit]
        left_out = left_out if request.orders is not None else ()  # of what lies nowhere no zone is known
    kept = {known_order.id for known_order in known.orders if known_order.number in {it.number for it in orders}}
    if request.only.zone:
        missing = tuple(one for one in missing if one.order in kept)
    return Served(orders=tuple(orders), left_out=(*_not_ready(known, request), *left_out), missing=missing)


def _serve(known: Known, request: PlanBatches) -> tuple[AllocationResult, tuple[Missing, ...], tuple[LeftOut, ...]]:
    """Allocate; an order that may only go whole gives its stock back to the others when it cannot."""
    orders, left_out = list(known.orders), []
    missing: list[Missing] = []
    while True:
        result = _allocate(known, orders, request)
        short = {shortage.order for shortage in result.shortages}
        refused = [it for it in orders if it.number in short and not _takes_part(known.site, it)]
        missing += _missing(refused, result, known.site, planned=False)
        left_out += [leave_out(it.number, "part") for it in refused]
        if not refused:
            missing += _missing(orders, result, known.site, planned=True)
            return result, tuple(missing), tuple(left_out)
        gone = {it.number for it in refused}
        orders = [it for it in orders if it.number not in gone]


def _allocate(known: Known, orders: list[WantedOrder], request: PlanBatches) -> AllocationResult:
    demands = [
        Demand(order=order.number, line=line.line, sku=line.sku, quantity=line.quantity)
        for order in orders
        for line in order.lines
    ]
    return allocate(demands, known.stock, known.site.day_of(request.at))


def _takes_part(site: Site, order: WantedOrder) -> bool:
    return site.backorder_policy(order.customer) in {Backorder.PARTIAL, Backorder.CANCEL}


def _missing(orders: list[WantedOrder], result: AllocationResult, site: Site, *, planned: bool) -> list[Missing]:
    keys = {order.number: order for order in orders}
    return [
        Missing(
            order=keys[found.order].id,
            line=found.line,
            sku=found.sku,
            quantity=found.quantity,
            in_reserve=found.unpickable,
            partial=planned and _takes_part(site, keys[found.order]),
        )
        for found in result.shortages
        if found.order in keys
    ]


def _plan_orders(known: Known, served: AllocationResult) -> list[PlanOrder]:
    lines = {line.line: line for order in known.orders for line in order.lines}
    picks: dict[str, list[Pick]] = {}
    for found in served.allocations:
        line = lines[found.line]
        pick = Pick(
            line=found.line,
            sku=found.sku,
            bin=found.bin,
            quantity=found.quantity,
            lot=found.lot,
            weight_g=line.weight_g,
            volume_mm3=line.volume_mm3,
            fragile=line.fragile,
        )
        picks.setdefault(found.order, []).append(pick)
    return [
        PlanOrder(
            number=order.number,
            picks=tuple(picks[order.number]),
            cutoff=order.cutoff,
            priority=order.priority,
            carrier=order.carrier,
            hazard=HAZARD if any(line.hazard for line in order.lines) else "",
        )
        for order in known.orders
        if order.number in picks
    ]


def _not_ready(known: Known, request: PlanBatches) -> list[LeftOut]:
    found = {order.number for order in known.orders}
    return [leave_out(number, "not_ready") for number in request.orders or () if number not in found]
