"""Batches on their way to the floor and back: release, assign, cancel, take a single order out."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, TaskState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.batches.leases import get_batch
from warehouse.services.batches.tasks import renew_urgency, settle_batch
from warehouse.services.orders.states import bump_batch, get_order, has_holds, refresh_order
from warehouse.services.picking.totes import free_tote_if_empty
from warehouse.services.remarks import Words
from warehouse.services.stock.freezing import require_thawed
from warehouse.services.stock.reservations import unreserve
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBatches(Request):
    """Let pickers take these batches."""

    batches: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignBatch(Request):
    """Keep a batch for a person, or for nobody."""

    batch: int
    person: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBatch(Request):
    """Dissolve a batch of which nothing has been picked."""

    batch: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOut(Request):
    """Take an order out of a batch before anything of it was picked."""

    batch: int
    order: str
    reason: str


def release_batches(session: Session, request: ReleaseBatches) -> tuple[int, ...]:
    """Release planned batches, all or none; an order that was put on hold meanwhile stops its batch."""
    require_thawed(session, request.at)
    for key in request.batches:
        batch = get_batch(session, key)
        require(Kind.BATCH, batch.state, BatchState.RELEASED)
        held = [order.number for order in _orders(session, key) if has_holds(session, order.id)]
        if held:
            raise ConflictError(
                sentence(
                    "Batch {number}: order {names} is on hold. Take it out first.",
                    number=batch.number,
                    names=", ".join(held),
                )
            )
        batch.state, batch.released_at = BatchState.RELEASED, request.at
        bump_batch(session, batch)
        audit(session, request, "released", f"batch:{key}")
    return request.batches


def assign_batch(session: Session, request: AssignBatch) -> None:
    """Keep a batch that nobody has for one person."""
    batch = get_batch(session, request.batch)
    if batch.person_id is not None or batch.state not in {BatchState.PLANNED, BatchState.RELEASED}:
        raise ConflictError(sentence("Batch {number} is {state}.", number=batch.number, state=word(batch.state)))
    if request.person is not None and session.get(PersonRow, request.person) is None:
        raise InvalidInputError("There is no such person.")
    batch.assigned_id = request.person
    bump_batch(session, batch)
    audit(session, request, "assigned", f"batch:{batch.id}", person=request.person)


def cancel_batch(session: Session, request: CancelBatch) -> tuple[str, ...]:
    """Dissolve a batch: promises back, its orders ready again; their numbers are given back."""
    batch = get_batch(session, request.batch)
    require(Kind.BATCH, batch.state, BatchState.CANCELLED)
    _check_reason(request.reason)
    orders = _orders(session, batch.id)
    _check_untouched(session, batch, None)
    batch.state, batch.closed_at, batch.person_id, batch.device = BatchState.CANCELLED, request.at, None, None
    batch.epoch += 1
    bump_batch(session, batch)
    for order in orders:
        _withdraw(session, request, batch, order)
    audit(session, request, "batch_cancelled", f"batch:{batch.id}", reason=Words(request.reason))
    return tuple(order.number for order in orders)


def take_order_out(session: Session, request: TakeOut) -> None:
    """Take one order out of a batch: it is ready again, its tasks say so to whoever stands before them."""
    batch, order = get_batch(session, request.batch), get_order(session, request.order)
    _check_reason(request.reason)
    if batch.state in {BatchState.CLOSED, BatchState.CANCELLED} or order.id not in _order_ids(session, batch.id):
        raise ConflictError(
            sentence("Order {number} is not on batch {number2}.", number=order.number, number2=batch.number)
        )
    _check_untouched(session, batch, order.id)
    bump_batch(session, batch)
    _withdraw(session, request, batch, order)
    renew_urgency(session, batch)
    audit(session, request, "taken_out", f"order:{order.id}", batch=batch.id, reason=Words(request.reason))
    settle_batch(session, request, batch)


def _withdraw(session: Session, request: Request, batch: BatchRow, order: OrderRow) -> None:
    """Cancel the order's open tasks on the batch and give its slots up; nothing of it has been picked."""
    for task in _tasks(session, batch.id, order.id):
        if task.state is TaskState.OPEN:
            end_task(session, task, batch, request)
    for slot in session.scalars(
        select(BatchSlotRow).where(BatchSlotRow.batch_id == batch.id, BatchSlotRow.order_id == order.id)
    ).all():
        tote = slot.tote_id
        session.delete(slot)
        session.flush()
        if tote is not None:
            free_tote_if_empty(session, request, tote)
    refresh_order(session, request, order.id)


def end_task(session: Session, task: PickTaskRow, batch: BatchRow, request: Request) -> None:
    """Cancel an open task and take its promise back; the next scan of it says so."""
    unreserve(session, task.id)
    task.state, task.changed, task.closed_at, task.version = (
        TaskState.CANCELLED,
        "cancelled",
        request.at,
        batch.list_version,
    )


def _tasks(session: Session, batch: int, order: int | None) -> list[PickTaskRow]:
    query = select(PickTaskRow).where(PickTaskRow.batch_id == batch)
    if order is not None:
        query = query.where(PickTaskRow.order_id == order)
    return list(session.scalars(query.order_by(PickTaskRow.id)))


def _check_untouched(session: Session, batch: BatchRow, order: int | None) -> None:
    if any(task.picked for task in _tasks(session, batch.id, order)):
        raise ConflictError("Units are in a tote already: give the batch back, or cancel the order.")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("Say why.")


def _order_ids(session: Session, batch: int) -> set[int]:
    slots = select(BatchSlotRow.order_id).where(BatchSlotRow.batch_id == batch)
    tasks = select(PickTaskRow.order_id).where(PickTaskRow.batch_id == batch)
    return set(session.scalars(slots)) | set(session.scalars(tasks))


def _orders(session: Session, batch: int) -> list[OrderRow]:
    keys = _order_ids(session, batch)
    return list(session.scalars(select(OrderRow).where(OrderRow.id.in_(keys)).order_by(OrderRow.id)))
