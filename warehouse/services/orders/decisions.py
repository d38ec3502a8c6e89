"""What becomes of an order once it is in: cancelled, rushed, its backorder tried again; work on it hears at once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, ExceptionState, OrderState, Priority, TaskState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.batches.releasing import end_task
from warehouse.services.batches.tasks import renew_urgency, settle_batch
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.orders.states import (
    batches_of,
    bump_batch,
    bump_pack,
    get_order,
    lock_slots,
    refresh_order,
    tell_order,
)
from warehouse.services.picking.totes import units_in
from warehouse.services.printing.answers import VoidJobs, void_jobs_of_carton
from warehouse.services.remarks import Words
from warehouse.services.shipping.labels import void_label
from warehouse.services.shipping.shipments import leave_manifest
from warehouse.services.side.put_backs import open_put_backs_of
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow, ToteRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow
from warehouse.storage.queries.progress import OPEN_BATCHES

_WORK_EXCEPTIONS = ("damaged", "lost_scans", "late_scan", "wrong_stock", "count_difference", "mismatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Request):
    """Nothing more of this order is to leave."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RushOrder(Request):
    """This order goes before all others."""

    number: str
    reason: str
    priority: int = Priority.RUSH


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryBackorder(Request):
    """The missing units may be there now: plan them again."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What the cancellation left to do: put-backs to work, batches whose lists changed."""

    order: int
    put_backs: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()


def cancel_order(session: Session, request: CancelOrder) -> Cancelled:
    """Cancel an order in any state before shipped.

    Tasks end and say so, promises go back, totes are locked, units in totes and cartons become put-backs, labels die.
    Raises ConflictError once a carton of it is loaded.
    """
    order = get_order(session, request.number)
    if not request.reason.strip():
        raise InvalidInputError("Say why the order is cancelled.")
    _check_not_gone(session, order)
    batches = list(session.scalars(batches_of(order.id)))
    for batch in batches:
        _call_off(session, request, batch, order)
    lock_slots(session, order.id, None, "cancelled")
    lock_slots(session, order.id, "held", "cancelled")
    _void_labels(session, request, order)
    order.state, order.changed_at = OrderState.CANCELLED, request.at
    session.flush()
    put_backs = open_put_backs_of(session, request, order.id, "order_cancelled")
    _free_empty_totes(session, order)
    for batch in batches:
        renew_urgency(session, batch)
        settle_batch(session, request, batch)
    bump_pack(session, order.id)
    _settle_exceptions(session, request, order)
    audit(session, request, "cancelled", f"order:{order.id}", reason=Words(request.reason), put_backs=list(put_backs))
    tell_order(session, order)
    return Cancelled(order=order.id, put_backs=put_backs, batches=tuple(batch.id for batch in batches))


def rush_order(session: Session, request: RushOrder) -> int:
    """Raise an order's priority and that of the batches it is on; its new priority is given back."""
    order = get_order(session, request.number)
    if order.state in {OrderState.SHIPPED, OrderState.CANCELLED}:
        raise ConflictError(sentence("Order {number} is {state}.", number=order.number, state=word(order.state)))
    if not request.reason.strip() or not 0 <= request.priority <= Priority.RUSH:
        raise InvalidInputError("A rush needs a reason and a priority from 0 to 9.")
    order.priority, order.changed_at = request.priority, request.at
    for batch in session.scalars(batches_of(order.id)).all():
        renew_urgency(session, batch)
        bump_batch(session, batch)
    session.flush()
    audit(session, request, "rushed", f"order:{order.id}", priority=request.priority, reason=Words(request.reason))
    tell_order(session, order)
    return order.priority


def retry_backorder(session: Session, request: RetryBackorder) -> int:
    """Let the next plan look for the backordered units of an order that has not left; gives how many they are."""
    order = get_order(session, request.number)
    if order.state in {OrderState.SHIPPED, OrderState.CANCELLED}:
        raise ConflictError(sentence("Order {number} is {state}.", number=order.number, state=word(order.state)))
    lines = session.scalars(
        select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.backordered > 0)
    ).all()
    units = sum(line.backordered for line in lines)
    for line in lines:
        line.backordered = 0
    audit(session, request, "backorder_retried", f"order:{order.id}", units=units)
    refresh_order(session, request, order.id)
    return units


def _check_not_gone(session: Session, order: OrderRow) -> None:
    if order.state in {OrderState.SHIPPED, OrderState.CANCELLED}:
        raise ConflictError(
            sentence("Order {number} is {state} already.", number=order.number, state=word(order.state))
        )
    gone = select(CartonRow.carton_no).where(
        CartonRow.order_id == order.id, CartonRow.state.in_([CartonState.LOADED, CartonState.SHIPPED])
    )
    carton = session.scalars(gone).first()
    if carton is not None:
        raise ConflictError(
            sentence(
                "Carton {carton} of order {number} is loaded already: stop it at the dock first.",
                carton=carton,
                number=order.number,
            )
        )


def _call_off(session: Session, request: Request, batch: BatchRow, order: OrderRow) -> None:
    bump_batch(session, batch)
    tasks = select(PickTaskRow).where(PickTaskRow.batch_id == batch.id, PickTaskRow.order_id == order.id)
    for task in session.scalars(tasks).all():
        if task.state is TaskState.OPEN:
            end_task(session, task, batch, request)
        else:
            # Picked ones cannot be undone any more: their units wait to be put back.
            task.changed, task.version = "cancelled", batch.list_version


def _void_labels(session: Session, request: CancelOrder, order: OrderRow) -> None:
    cartons = session.scalars(select(CartonRow).where(CartonRow.order_id == order.id)).all()
    for carton in cartons:
        if carton.state is CartonState.LABELLED:
            carton.state, carton.labelled_at = CartonState.CLOSED, None
        leave_manifest(session, carton)
        papers = VoidJobs(actor=request.actor, at=request.at, carton=carton.id, reason="order cancelled")
        void_jobs_of_carton(session, papers)
    labels = select(LabelRow).where(LabelRow.carton_id.in_([carton.id for carton in cartons]))
    for label in session.scalars(labels).all():
        void_label(session, request, label, "order cancelled")


def _free_empty_totes(session: Session, order: OrderRow) -> None:
    """Take the order's empty totes off their slots; they still stand on the cart until it is emptied."""
    from_open = select(BatchRow.id).where(BatchRow.state.in_(OPEN_BATCHES))
    on_carts = select(BatchSlotRow.tote_id).where(
        BatchSlotRow.batch_id.in_(from_open), BatchSlotRow.tote_id.is_not(None)
    )
    totes = select(ToteRow).where(ToteRow.order_id == order.id, ToteRow.id.not_in(on_carts))
    for tote in session.scalars(totes).all():
        if not units_in(session, tote.id):
            tote.state, tote.order_id, tote.at_place_id = "free", None, None


def _settle_exceptions(session: Session, request: CancelOrder, order: OrderRow) -> None:
    """Settle what was open about the order as such; what lies on the floor stays somebody's work."""
    entries = select(ExceptionRow).where(
        ExceptionRow.order_id == order.id,
        ExceptionRow.state != ExceptionState.RESOLVED,
        ExceptionRow.type.not_in(_WORK_EXCEPTIONS),
    )
    for entry in session.scalars(entries).all():
        asked = Resolve(actor=request.actor, at=request.at, exception=entry.id, resolution=sentence("order cancelled"))
        resolve_exception(session, asked)
    holds = select(HoldRow).where(HoldRow.order_id == order.id, HoldRow.lifted_at.is_(None))
    for hold in session.scalars(holds).all():
        hold.lifted_at, hold.lifted_by_id, hold.lift_reason = request.at, request.actor.person, "order cancelled"
