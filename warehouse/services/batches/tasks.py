"""The list of a batch: tasks appended with their promises, numbered in walk order, and what its end means."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, null, select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.domain.layout import Layout
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.actor import Request, audit, audit_codes
from warehouse.services.batches.rerouting import number_tasks
from warehouse.services.orders.states import bump_batch, has_holds, move_batch
from warehouse.services.stock.reservations import Reserve, reserve
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """So many eaches of a lot in a bin, for an order line, into a slot of the cart."""

    order: int
    order_line: int
    item: int
    lot: int
    bin: int
    quantity: int
    slot: int | None


def append_tasks(session: Session, batch: BatchRow, tasks: Sequence[NewTask], layout: Layout) -> tuple[int, ...]:
    """Add tasks to a batch, promise their stock, and number the whole list anew in walk order; the list changed.

    What is for an order on hold waits like the rest of it.
    """
    if batch.state is BatchState.PICKED:
        batch.state, batch.picked_at = BatchState.PICKING, None
    bump_batch(session, batch)
    rows = [_row(batch, task) for task in tasks]
    held = {key for key in {task.order for task in tasks} if has_holds(session, key)}
    for row in rows:
        row.changed = "held" if row.order_id in held else None
    session.add_all(rows)
    session.flush()
    for row in rows:
        reserve(
            session,
            Reserve(
                place=row.bin_id,
                item=row.item_id,
                lot=row.lot_id,
                order_line=row.order_line_id,
                quantity=row.wanted,
                task=row.id,
            ),
        )
    number_tasks(session, batch.id, layout)
    return tuple(row.id for row in rows)


def renew_urgency(session: Session, batch: BatchRow) -> None:
    """Let a batch be as urgent as the orders that are still on it; a re-pick is urgent by itself."""
    session.flush()
    rows = session.execute(
        select(OrderRow.cutoff_at, OrderRow.priority)
        .join(PickTaskRow, PickTaskRow.order_id == OrderRow.id)
        .where(PickTaskRow.batch_id == batch.id, PickTaskRow.state != TaskState.CANCELLED)
        .where(OrderRow.state != OrderState.CANCELLED)
    ).all()
    if batch.kind == "pick" and rows:
        batch.cutoff_at = min((cutoff for cutoff, _ in rows if cutoff is not None), default=None)
        batch.priority = max(priority for _, priority in rows)


def settle_batch(session: Session, request: Request, batch: BatchRow) -> BatchState:
    """Move a batch on when no task of it is open any more: picked, or cancelled when nothing of it was ever picked."""
    session.flush()
    rows = session.scalars(select(PickTaskRow).where(PickTaskRow.batch_id == batch.id)).all()
    if batch.state in {BatchState.PICKED, BatchState.CLOSED, BatchState.CANCELLED}:
        return batch.state
    if any(row.state is TaskState.OPEN for row in rows):
        return batch.state
    never = all(row.state is TaskState.CANCELLED and not row.picked for row in rows)
    batch.state = BatchState.CANCELLED if never and batch.person_id is None else BatchState.PICKED
    if batch.state is BatchState.PICKED:
        batch.picked_at = request.at
        batch.started_at = batch.started_at or request.at
    else:
        batch.closed_at = request.at
    move_batch(session, batch)
    audit(session, request, "batch_state", f"batch:{batch.id}", now=batch.state)
    return batch.state


def reopen_batch(connection: Connection, request: Request, key: int) -> None:
    """Take a picked batch up again when a task of it is open once more: its last pick or short was undone."""
    if not _OPEN_AGAIN.all(connection, {"batch": key}):
        return
    _REOPEN.run(connection, [{"batch": key, "now": BatchState.PICKING}])
    audit_codes(connection, request, "batch_state", f"batch:{key}", now=BatchState.PICKING)
    announce(connection, BoardChanged(BoardKind.BATCHES))


_BATCHES: Table = BatchRow.__table__  # type: ignore[assignment]  # declared tables are tables
_OPEN_AGAIN = Prepared(
    select(PickTaskRow.id)
    .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
    .where(BatchRow.id == bindparam("batch"), BatchRow.state == BatchState.PICKED, PickTaskRow.state == TaskState.OPEN)
)
_REOPEN = Prepared(
    update(_BATCHES).where(_BATCHES.c.id == bindparam("batch")).values(state=bindparam("now"), picked_at=null())
)


def slot_for(session: Session, batch: int, order: int) -> int | None:
    """Give the slot of an order on a batch's cart."""
    query = select(BatchSlotRow.slot_no).where(
        BatchSlotRow.batch_id == batch, BatchSlotRow.order_id == order, BatchSlotRow.full.is_(False)
    )
    return session.scalars(query.order_by(BatchSlotRow.slot_no)).first()


def _row(batch: BatchRow, task: NewTask) -> PickTaskRow:
    return PickTaskRow(
        batch_id=batch.id,
        sequence=0,
        stop_no=0,
        slot_no=task.slot,
        order_id=task.order,
        order_line_id=task.order_line,
        item_id=task.item,
        lot_id=task.lot,
        bin_id=task.bin,
        wanted=task.quantity,
        version=batch.list_version,
    )
