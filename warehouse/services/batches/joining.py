"""An order joins a trip that is under way: offered where the cart has room, taken along when its picker says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.batching import PlanOrder, PlanRules
from warehouse.domain.codes import BatchState, TaskState
from warehouse.domain.errors import ConflictError, NotOwnerError
from warehouse.domain.news import OrderOffered
from warehouse.domain.planning.joining import Offer, UnderWay, find_offers
from warehouse.domain.routing import FloorPlan
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.batches.leases import Hold, get_batch
from warehouse.services.batches.tasks import NewTask, append_tasks
from warehouse.services.exceptions.found_stock import settle_found
from warehouse.services.orders.states import get_order, refresh_order
from warehouse.services.planning.known import Known, PlanBatches, read_known
from warehouse.services.planning.serving import HAZARD, serve
from warehouse.storage.base import AnyRow
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, CartRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import stops_of
from warehouse.storage.queries.wanted import volume_of

LOOKED_AT = 200
OFFERED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers(Request):
    """What could join this batch, at `most` so many; only `orders` are looked at where named, `called` comes first."""

    batch: int
    orders: tuple[str, ...] | None = None
    called: str | None = None
    most: int = OFFERED


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinOrder(Hold):
    """Take this order along on the batch in hand."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The order's slot on the cart, and how far the way has grown."""

    batch: int
    order: str
    slot: int
    stops: int
    extra_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOrder(Request):
    """Tell the picker of a batch that an order could come along."""

    batch: int
    order: str
    extra_mm: int


def offers_of(session: Session, request: Offers) -> tuple[Offer, ...]:
    """Give the few orders that fit best on a trip under way; none for one that is not."""
    batch = get_batch(session, request.batch)
    if batch.state is not BatchState.PICKING or batch.kind != "pick":
        return ()
    found = _fitting(session, request, batch)
    if request.called:
        called = _fitting(session, replace(request, orders=(request.called,)), batch)
        found = (*called, *(offer for offer in found if offer.order.number != request.called))
    return found[: request.most]


def _fitting(session: Session, request: Offers, batch: BatchRow) -> tuple[Offer, ...]:
    known, orders = _wanted(session, request, batch)
    trip = _under_way(_tasks(session, batch.id), _slots(session, batch.id), known.rules)
    return find_offers(orders, trip, FloorPlan(known.layout), known.rules)


def offer_order(session: Session, request: OfferOrder) -> None:
    """Announce an offer to whoever holds the batch; nothing is promised by it."""
    announce(session, OrderOffered(batch=request.batch, order=request.order, extra_mm=request.extra_mm))


def join_order(session: Session, request: JoinOrder) -> Joined:
    """Put an order on the cart of a trip under way; only its holder can. ConflictError where it does not fit."""
    batch = get_batch(session, request.batch)
    if (batch.person_id, batch.device) != (request.actor.person, request.device):
        raise NotOwnerError(sentence("Batch {number} is not in your hands.", number=batch.number))
    order = get_order(session, request.order)
    asked = Offers(actor=request.actor, at=request.at, batch=batch.id, orders=(order.number,))
    found = offers_of(session, asked)
    if not found:
        raise ConflictError(sentence("Order {number} does not fit on this cart any more.", number=order.number))
    slot = _free_slot(session, batch.id)
    session.add(BatchSlotRow(batch_id=batch.id, slot_no=slot, order_id=order.id))
    session.flush()
    known = _read(session, asked, batch)
    tasks = _new_tasks(session, known, found[0].order, slot)
    for key in {task.order_line for task in tasks}:
        session.get_one(OrderLineRow, key).backordered = 0  # what stock was found for is missing no longer
    before = stops_of(session, batch.id)
    append_tasks(session, batch, tasks, known.layout)
    batch.priority = max(batch.priority, order.priority)
    batch.cutoff_at = min((it for it in (batch.cutoff_at, order.cutoff_at) if it), default=None)
    batch.distance_mm = (batch.distance_mm or 0) + found[0].extra_mm
    if batch.name_order_distance_mm is not None:
        after = stops_of(session, batch.id)
        floor = FloorPlan(replace(known.layout, bins={code: known.layout.bin(code) for code in after}))
        batch.name_order_distance_mm += floor.by_name(after).distance_mm - floor.by_name(before).distance_mm
    refresh_order(session, request, order.id)
    settle_found(session, request, [order.id])
    audit(session, request, "order_joined", f"batch:{batch.id}", order=order.id, slot=slot)
    return Joined(batch=batch.id, order=order.number, slot=slot, stops=found[0].stops, extra_mm=found[0].extra_mm)


def held_trips(session: Session) -> list[int]:
    """List the trips that are under way in somebody's hands."""
    held = (BatchRow.state == BatchState.PICKING, BatchRow.person_id.is_not(None), BatchRow.kind == "pick")
    return list(session.scalars(select(BatchRow.id).where(*held).order_by(BatchRow.id)))


def _wanted(session: Session, request: Offers, batch: BatchRow) -> tuple[Known, list[PlanOrder]]:
    """Give the orders stock can be found for that are not on this batch already."""
    known = _read(session, request, batch)
    on_it = {slot.order_id for slot in _slots(session, batch.id)}
    known = replace(known, orders=[order for order in known.orders if order.id not in on_it])
    return known, list(serve(known, _plan_of(request, None)).orders)


def _read(session: Session, request: Offers, batch: BatchRow) -> Known:
    cart = session.scalar(select(CartRow.code).where(CartRow.id == batch.cart_id)) if batch.cart_id else None
    return read_known(session, _plan_of(request, cart))


def _plan_of(request: Offers, cart: str | None) -> PlanBatches:
    return PlanBatches(actor=request.actor, at=request.at, orders=request.orders, cart=cart, limit=LOOKED_AT)


def _under_way(tasks: Sequence[AnyRow], slots: Sequence[BatchSlotRow], rules: PlanRules) -> UnderWay:
    open_tasks = [row for row in tasks if row.PickTaskRow.state is TaskState.OPEN]
    return UnderWay(
        ahead=tuple(dict.fromkeys(row.code for row in open_tasks)),
        totes=len(slots),
        orders=len({slot.order_id for slot in slots}),
        lines=len(tasks),
        items=sum(row.PickTaskRow.wanted for row in tasks),
        weight_g=sum(
            _or_assumed(row.ItemRow.weight_g, rules.assumed_weight_g) * row.PickTaskRow.wanted for row in tasks
        ),
        volume_mm3=sum(
            _or_assumed(volume_of(row.ItemRow), rules.assumed_volume_mm3) * row.PickTaskRow.wanted for row in tasks
        ),
        carriers=frozenset(row.carrier or "" for row in tasks),
        hazards=frozenset(HAZARD if row.ItemRow.limited_quantity else "" for row in tasks),
    )


def _or_assumed(measured: int | None, assumed: int) -> int:
    return assumed if measured is None else measured


def _tasks(session: Session, batch: int) -> Sequence[AnyRow]:
    return session.execute(
        select(PickTaskRow, ItemRow, BinRow.code, OrderRow.carrier)
        .join(ItemRow, ItemRow.id == PickTaskRow.item_id)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
        .where(PickTaskRow.batch_id == batch, PickTaskRow.state != TaskState.CANCELLED)
        .order_by(PickTaskRow.sequence)
    ).all()


def _slots(session: Session, batch: int) -> Sequence[BatchSlotRow]:
    return session.scalars(select(BatchSlotRow).where(BatchSlotRow.batch_id == batch)).all()


def _free_slot(session: Session, batch: int) -> int:
    used = {slot.slot_no for slot in _slots(session, batch)}
    return next(number for number in range(1, len(used) + 2) if number not in used)


def _new_tasks(session: Session, known: Known, order: PlanOrder, slot: int) -> list[NewTask]:
    lines = {line.line: (one.id, line.item) for one in known.orders for line in one.lines}
    codes = {pick.bin for pick in order.picks}
    bins = {row.code: row.id for row in session.execute(select(BinRow.code, BinRow.id).where(BinRow.code.in_(codes)))}
    return [
        NewTask(
            order=lines[pick.line][0],
            order_line=pick.line,
            item=lines[pick.line][1],
            lot=int(pick.lot),
            bin=bins[pick.bin],
            quantity=pick.quantity,
            slot=slot,
        )
        for pick in order.picks
    ]
