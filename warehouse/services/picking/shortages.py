"""What follows when less is there than asked: other bins, replenishment, backorder; one count of the bin."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.allocation import AllocationResult, Demand, StockSlot, allocate
from warehouse.domain.blocking import short_of
from warehouse.domain.codes import BinKind, TaskState
from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.site import Backorder, Site
from warehouse.domain.words import sentence, together, with_parts
from warehouse.services.actor import Request, audit
from warehouse.services.batches.tasks import NewTask, append_tasks, settle_batch
from warehouse.services.exceptions.customers import tell_backordered
from warehouse.services.exceptions.queue import OpenEntry, Resolve, get_entry, open_exception, resolve_exception
from warehouse.services.orders.states import ENDED, bump_batch, has_holds, mark_work, refresh_order
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.services.site import load_site
from warehouse.services.stock.ledger import BlockStock, FreeStock, block_stock, free_stock
from warehouse.services.stock.reservations import Reserve, reserve, unreserve
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow, ReservationRow, StockRow
from warehouse.storage.queries.layout import load_layout
from warehouse.storage.queries.stock import free_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage(Request):
    """So many eaches of an open pick task are not there."""

    task: int
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoShortage(Request):
    """The units are there after all; only while nothing else has answered the shortage."""

    task: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortOutcome:
    """What became of the missing units: `added` tasks for other bins, eaches to bring down, eaches backordered."""

    task: int
    added: tuple[int, ...] = ()
    replenish: int = 0
    backordered: int = 0
    count: int | None = None
    exception: int | None = None


def reallocate_short(session: Session, request: Shortage) -> ShortOutcome:
    """End so many units of a task as short and find them elsewhere.

    Touches only this batch. The bin's item is promised to nobody until the bin was counted.
    """
    task = _open_task(session, request.task, request.quantity)
    _end_short(session, request, task, request.quantity)
    _block(session, request, task)
    count = open_count(
        session,
        OpenCount(actor=request.actor, at=request.at, bin=task.bin_id, reason=request.reason, item=task.item_id),
    )
    outcome = _answer(session, request, task, request.quantity)
    audit(session, request, "short_pick", f"task:{task.id}", quantity=request.quantity, reason=request.reason)
    refresh_order(session, request, task.order_id)
    return ShortOutcome(
        task=task.id,
        added=outcome.added,
        replenish=outcome.replenish,
        backordered=outcome.backordered,
        count=count,
        exception=outcome.exception,
    )


def undo_short(session: Session, request: UndoShortage) -> None:
    """Take a shortage back: the task is open again with its promise. ConflictError when it was answered elsewhere."""
    task = session.get_one(PickTaskRow, request.task)
    has_ended = session.get_one(OrderRow, task.order_id).state in ENDED
    if has_ended or task.settled or request.quantity > task.short:
        raise ConflictError("This shortage was answered elsewhere.")
    line = session.get_one(OrderLineRow, task.order_line_id)
    line.backordered -= min(request.quantity, line.backordered)
    task.short -= request.quantity
    task.state, task.closed_at = TaskState.OPEN, None
    if not task.short:
        task.short_reason = None
    if not task.short:
        free = FreeStock(
            actor=request.actor, at=request.at, item=task.item_id, bin=task.bin_id, cause=short_of(task.id)
        )
        free_stock(session, free)
    reserve(session, _promise(task, request.quantity))
    _settle_undone(session, request, line)
    if has_holds(session, task.order_id):
        batch = session.get_one(BatchRow, task.batch_id)
        bump_batch(session, batch)
        task.changed, task.version = "held", batch.list_version  # it waits like the rest of its order
    audit(session, request, "short_undone", f"task:{task.id}", quantity=request.quantity)
    refresh_order(session, request, task.order_id)


def _settle_undone(session: Session, request: UndoShortage, line: OrderLineRow) -> None:
    """Settle what was opened about missing units once none are missing, with the hold that stood for it."""
    session.flush()
    owed = select(OrderLineRow.id).where(OrderLineRow.order_id == line.order_id, OrderLineRow.backordered > 0)
    short = (ExceptionRow.type == ExceptionType.SHORT_STOCK, ExceptionRow.subject == f"line:{line.id}")
    backorder = (ExceptionRow.type == ExceptionType.BACKORDER, ExceptionRow.subject == f"order:{line.order_id}")
    gone = [short] if not line.backordered else []
    gone += [backorder] if session.scalars(owed.limit(1)).first() is None else []
    for about in gone:
        for key in session.scalars(select(ExceptionRow.id).where(*about, ExceptionRow.resolved_at.is_(None))).all():
            text = "The units were there after all."
            asked = Resolve(actor=request.actor, at=request.at, exception=key, resolution=text, lift_hold=True)
            resolve_exception(session, asked)


def give_way(session: Session, request: Request, stock: StockRow, quantity: int) -> None:
    """Take promises back, the newest first, until no more than `quantity` are promised; their tasks look elsewhere."""
    promises = select(ReservationRow).where(
        ReservationRow.place_id == stock.place_id,
        ReservationRow.item_id == stock.item_id,
        ReservationRow.lot_id == stock.lot_id,
    )
    for promise in session.scalars(promises.order_by(ReservationRow.id.desc())).all():
        part = min(promise.quantity, stock.reserved - quantity)
        if part <= 0:
            return
        task = session.get_one(PickTaskRow, promise.pick_task_id)
        _block(session, request, task)
        _end_short(session, request, task, part)
        batch = session.get_one(BatchRow, task.batch_id)
        bump_batch(session, batch)
        task.settled, task.version = True, batch.list_version
        _answer(session, request, task, part)
        settle_batch(session, request, batch)
        refresh_order(session, request, task.order_id)


def find_stock_for(session: Session, site: Site, request: Request, demand: Demand, item: int) -> AllocationResult:
    """Look for free stock of one item: what can be picked, and what lies in reserve."""
    layout = load_layout(session)
    slots = [slot for slot in free_slots(session, {item}, site.time_zone, layout) if _useful(slot)]
    return allocate([demand], slots, site.day_of(request.at))


def new_tasks(session: Session, result: AllocationResult, line: OrderLineRow, slot: int | None) -> list[NewTask]:
    """Turn allocations for one line into tasks."""
    codes = [found.bin for found in result.allocations]
    bins = {row.code: row.id for row in session.scalars(select(BinRow).where(BinRow.code.in_(codes)))}
    return [
        NewTask(
            order=line.order_id,
            order_line=line.id,
            item=line.item_id or 0,
            lot=int(found.lot),
            bin=bins[found.bin],
            quantity=found.quantity,
            slot=slot,
        )
        for found in result.allocations
    ]


def note_shortage(
    session: Session, request: Request, line: OrderLineRow, missing: int, reserve_has: int
) -> ShortOutcome:
    """Answer units nobody can pick: ask for replenishment when reserve covers them, else backorder them."""
    order = session.get_one(OrderRow, line.order_id)
    replenish = missing if reserve_has >= missing else 0
    if not replenish:
        line.backordered += missing
        _backorder(session, request, order, line)
    short = sentence(
        "{missing} of {sku} are missing for order {order}.", missing=missing, sku=line.sku, order=order.number
    )
    where = sentence("Bring it down from reserve." if replenish else "There is no other stock.")
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.SHORT_STOCK,
        subject=f"line:{line.id}",
        text=together(short, where),
        data={"item": line.item_id, "missing": missing, "replenish": replenish},
        order=order.id,
        cutoff=order.cutoff_at,
    )
    key = open_exception(session, entry)
    return ShortOutcome(task=0, replenish=replenish, backordered=missing - replenish, exception=key)


def _block(session: Session, request: Request, task: PickTaskRow) -> None:
    """Promise nothing more of what a task did not find, until it is found after all, or counted."""
    cause = short_of(task.id)
    block = BlockStock(actor=request.actor, at=request.at, item=task.item_id, bin=task.bin_id, cause=cause)
    block_stock(session, block)


def _open_task(session: Session, key: int, quantity: int) -> PickTaskRow:
    task = session.get_one(PickTaskRow, key)
    left = task.wanted - task.picked - task.short
    if task.state is not TaskState.OPEN or not 1 <= quantity <= left:
        raise ConflictError(sentence("Only {left} of this task are left.", left=left))
    return task


def _end_short(session: Session, request: Request, task: PickTaskRow, quantity: int) -> None:
    task.short += quantity
    task.short_reason = request.reason if isinstance(request, Shortage) else "other"
    if task.picked + task.short == task.wanted:
        task.state, task.closed_at = TaskState.SHORT, request.at
    unreserve(session, task.id, quantity)


def _answer(session: Session, request: Request, task: PickTaskRow, quantity: int) -> ShortOutcome:
    line, site = session.get_one(OrderLineRow, task.order_line_id), load_site(session)
    sku = session.get_one(ItemRow, task.item_id).sku
    demand = Demand(order=str(task.order_id), line=line.id, sku=sku, quantity=quantity)
    result = find_stock_for(session, site, request, demand, task.item_id)
    added: tuple[int, ...] = ()
    if result.allocations:
        task.settled = True
        batch = session.get_one(BatchRow, task.batch_id)
        added = append_tasks(session, batch, new_tasks(session, result, line, task.slot_no), load_layout(session))
    missing = next(iter(result.shortages), None)
    if missing is None:
        return ShortOutcome(task=task.id, added=added)
    noted = note_shortage(session, request, line, missing.quantity, missing.unpickable)
    return ShortOutcome(
        task=task.id,
        added=added,
        replenish=noted.replenish,
        backordered=noted.backordered,
        exception=noted.exception,
    )


def _backorder(session: Session, request: Request, order: OrderRow, line: OrderLineRow) -> None:
    policy = load_site(session).backorder_policy(order.customer)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.BACKORDER,
        subject=f"order:{order.id}",
        about=sentence("{sku} of order {order}", sku=line.sku, order=order.number),
        data={"policy": policy.value},
        order=order.id,
        cutoff=order.cutoff_at,
    )
    key = open_exception(session, entry)
    waits = select(HoldRow.id).where(HoldRow.exception_id == key, HoldRow.lifted_at.is_(None))
    tell_backordered(session, request, key, {line.sku: line.backordered})
    if policy not in {Backorder.PARTIAL, Backorder.CANCEL} and session.scalars(waits).first() is None:
        text = sentence("{sku} is missing, and this customer does not take a part.", sku=line.sku)
        row = get_entry(session, key)
        row.data = with_parts(row.data, text)
        session.add(HoldRow(order_id=order.id, reason="backorder", text=text, exception_id=key, opened_at=request.at))
        session.flush()
        mark_work(session, order.id, None, "held")


def _useful(slot: StockSlot) -> bool:
    return slot.bin.pickable or (slot.bin.kind is BinKind.RESERVE and slot.bin.blocked is None)


def _promise(task: PickTaskRow, quantity: int) -> Reserve:
    return Reserve(
        place=task.bin_id,
        item=task.item_id,
        lot=task.lot_id,
        order_line=task.order_line_id,
        quantity=quantity,
        task=task.id,
        again=True,
    )
