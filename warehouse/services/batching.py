"""From ready orders to planned batches: read and think beside the writer, then store batch by batch.

Each step checks again that its orders are still wanted and their stock is still free; what is not is left out and
comes with the next run. No step holds the writer for longer than one batch takes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.allocation import AllocationResult, Demand, StockSlot, allocate
from warehouse.domain.batching import LeftOut, Method, Plan, PlannedBatch, PlanOrder, PlanRules, plan
from warehouse.domain.batching_totes import Pick
from warehouse.domain.codes import BinKind
from warehouse.domain.errors import NotFoundError
from warehouse.domain.layout import Layout
from warehouse.domain.site import Backorder, Site
from warehouse.services.actor import Request
from warehouse.services.plan_missing import Missing, NoteMissing, note_missing
from warehouse.services.plan_store import (
    RenumberBatch,
    StoreBatch,
    StoredBatch,
    StoreRun,
    close_gaps,
    end_run,
    start_run,
    store_batch,
)
from warehouse.services.site import load_site
from warehouse.storage.database import Database
from warehouse.storage.queries.batching import WantedOrder, cart_sizes, wanted_orders
from warehouse.storage.queries.layout import load_layout
from warehouse.storage.queries.stock import free_slots

Planner = Callable[[Sequence[PlanOrder], Layout, PlanRules], Plan]

_ORDERS_A_STEP = 10
_TASKS_A_STEP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBatches(Request):
    """Plan all orders that are wanted, or those of `orders`; for one cart's size when `cart` names it.

    Without `commit` nothing is stored and nothing promised. `seed` is kept with the run; the plan is the same for the
    same input anyway. `single` puts each order on a trip of its own.
    """

    orders: tuple[str, ...] | None = None
    wave: str | None = None
    cart: str | None = None
    seed: int = 0
    commit: bool = False
    single: bool = False
    limit: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """What was planned; `batches` are the stored batches' keys, `run` the stored run's, when it was committed."""

    plan: Plan
    left_out: tuple[LeftOut, ...]
    missing: tuple[Missing, ...]
    run: int | None = None
    batches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What one run works with, read in one consistent look."""

    site: Site
    layout: Layout
    rules: PlanRules
    cart: int | None
    orders: list[WantedOrder]
    stock: list[StockSlot]


def plan_batches(database: Database, request: PlanBatches, planner: Planner = plan) -> PlanOutcome:
    """Propose batches, and store them in state `planned` when asked to.

    `planner` is the seam for a planner that runs elsewhere. NotFoundError when the cart does not exist.
    """
    with database.read() as session:
        known = _read(session, request)
    served, missing, left_out = _serve(known, request)
    proposal = planner(_plan_orders(known, served), known.layout, known.rules)
    outcome = PlanOutcome(
        plan=proposal,
        left_out=(*_not_ready(known, request), *left_out, *proposal.left_out),
        missing=missing,
    )
    return _store(database, request, known, outcome) if request.commit else outcome


def _read(session: Session, request: PlanBatches) -> _Known:
    site = load_site(session)
    carts = cart_sizes(session)
    cart = next((size for size in carts if size.code == request.cart), None)
    if request.cart is not None and cart is None:
        raise NotFoundError(f"There is no cart {request.cart}.")
    # Without a named cart the plan must go onto whichever the picker takes: the smallest.
    size = cart or (carts[0] if carts else None)
    layout = load_layout(session)
    orders = wanted_orders(session, request.orders, request.limit)
    items = {line.item for order in orders for line in order.lines}
    stock = free_slots(session, items, site.time_zone, layout)
    limits = site.cart
    rules = PlanRules(
        totes=size.slots if size else limits.slots,
        tote_weight_g=limits.tote_weight_g,
        tote_volume_mm3=limits.tote_volume_mm3,
        cart_weight_g=size.max_weight_g if size else limits.weight_g,
        cart_lines=size.max_lines if size else limits.lines,
        assumed_weight_g=limits.assumed_weight_g,
        assumed_volume_mm3=limits.assumed_volume_mm3,
        method=Method.SINGLE if request.single else Method.CLUSTER,
        mix_cutoffs=limits.mix_cutoffs,
    )
    return _Known(site, layout, rules, cart.id if cart else None, orders, [it for it in stock if _useful(it)])


def _useful(slot: StockSlot) -> bool:
    return slot.bin.pickable or (slot.bin.kind is BinKind.RESERVE and slot.bin.blocked is None)


def _serve(known: _Known, request: PlanBatches) -> tuple[AllocationResult, tuple[Missing, ...], tuple[LeftOut, ...]]:
    """Allocate; an order that may only go whole gives its stock back to the others when it cannot."""
    orders, left_out = list(known.orders), []
    missing: list[Missing] = []
    while True:
        result = _allocate(known, orders, request)
        short = {shortage.order for shortage in result.shortages}
        refused = [it for it in orders if it.number in short and not _takes_part(known.site, it)]
        missing += _missing(refused, result, known.site, planned=False)
        left_out += [
            LeftOut(it.number, "Not all of it is in stock, and it goes whole or not at all.") for it in refused
        ]
        if not refused:
            missing += _missing(orders, result, known.site, planned=True)
            return result, tuple(missing), tuple(left_out)
        gone = {it.number for it in refused}
        orders = [it for it in orders if it.number not in gone]


def _allocate(known: _Known, orders: list[WantedOrder], request: PlanBatches) -> AllocationResult:
    demands = [
        Demand(order=order.number, line=line.line, sku=line.sku, quantity=line.quantity)
        for order in orders
        for line in order.lines
    ]
    return allocate(demands, known.stock, known.site.day_of(request.at))


def _takes_part(site: Site, order: WantedOrder) -> bool:
    return site.backorder_policy(order.customer) is Backorder.PARTIAL


def _missing(orders: list[WantedOrder], result: AllocationResult, site: Site, *, planned: bool) -> list[Missing]:
    keys = {order.number: order for order in orders}
    return [
        Missing(
            order=keys[found.order].id,
            line=found.line,
            sku=found.sku,
            quantity=found.quantity,
            in_reserve=found.unpickable,
            partial=planned and site.backorder_policy(keys[found.order].customer) is Backorder.PARTIAL,
        )
        for found in result.shortages
        if found.order in keys
    ]


def _plan_orders(known: _Known, served: AllocationResult) -> list[PlanOrder]:
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
        )
        picks.setdefault(found.order, []).append(pick)
    return [
        PlanOrder(number=order.number, picks=tuple(picks[order.number]), cutoff=order.cutoff, priority=order.priority)
        for order in known.orders
        if order.number in picks
    ]


def _not_ready(known: _Known, request: PlanBatches) -> list[LeftOut]:
    found = {order.number for order in known.orders}
    return [LeftOut(number, "It is not ready, or on hold.") for number in request.orders or () if number not in found]


def _store(database: Database, request: PlanBatches, known: _Known, outcome: PlanOutcome) -> PlanOutcome:
    run = database.run(
        start_run,
        StoreRun(
            actor=request.actor,
            at=request.at,
            asked={"orders": request.orders, "wave": request.wave, "cart": request.cart, "seed": request.seed},
            wave=request.wave,
            cutoff=min((it.cutoff for it in outcome.plan.batches if it.cutoff), default=None),
        ),
    )
    stored: list[int] = []
    lost: list[str] = []
    for planned in outcome.plan.batches:
        answer = _store_trip(database, request, known, (run, planned))
        stored += [answer.batch] if answer.batch else []
        lost += answer.dropped
    _note_missing(database, request, outcome.missing)
    left_out = (*outcome.left_out, *(LeftOut(number, "It changed meanwhile.") for number in dict.fromkeys(lost)))
    end = StoreRun(actor=request.actor, at=request.at, run=run, asked={"batches": len(stored), "dropped": len(lost)})
    database.run(end_run, end)
    return PlanOutcome(plan=outcome.plan, left_out=left_out, missing=outcome.missing, run=run, batches=tuple(stored))


def _store_trip(database: Database, request: PlanBatches, known: _Known, trip: tuple[int, PlannedBatch]) -> StoredBatch:
    """Store one trip in steps of some tasks each, so that scans need not wait for a big one."""
    run, planned = trip
    keys = {order.number: order.id for order in known.orders}
    items = {line.sku: line.item for order in known.orders for line in order.lines}
    answer = StoredBatch(None)
    dropped: list[str] = []
    for only in _steps(planned):
        step = StoreBatch(
            actor=request.actor,
            at=request.at,
            run=run,
            planned=planned,
            orders=keys,
            items=items,
            only=only,
            cart=known.cart,
            batch=answer.batch,
        )
        answer = database.run(store_batch, step)
        dropped += answer.dropped
    if dropped and answer.batch:
        database.run(close_gaps, RenumberBatch(actor=request.actor, at=request.at, batch=answer.batch))
    return StoredBatch(answer.batch, tuple(dropped))


def _steps(planned: PlannedBatch) -> list[tuple[str, ...]]:
    tasks = Counter(task.order for task in planned.tasks)
    steps: list[list[str]] = [[]]
    for order in planned.orders:
        if steps[-1] and sum(tasks[it] for it in steps[-1]) + tasks[order] > _TASKS_A_STEP:
            steps.append([])
        steps[-1].append(order)
    return [tuple(step) for step in steps]


def _note_missing(database: Database, request: PlanBatches, missing: tuple[Missing, ...]) -> None:
    orders = list(dict.fromkeys(one.order for one in missing))
    for start in range(0, len(orders), _ORDERS_A_STEP):
        step = set(orders[start : start + _ORDERS_A_STEP])
        part = tuple(one for one in missing if one.order in step)
        database.run(note_missing, NoteMissing(actor=request.actor, at=request.at, missing=part))
