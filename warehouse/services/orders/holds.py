"""Holds: reasons why an order may not be released, and work on it stops, until somebody lifts them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, OrderState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.words import sentence, with_parts, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.orders.states import end_hold, get_order, mark_work, tell_order
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Request):
    """Stop an order; `reason` is a short word, `text` the sentence people read."""

    number: str
    reason: str
    text: str
    exception: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(Request):
    """Lift the hold of an order with this key, or all its holds; `reason` says why."""

    number: str
    reason: str
    hold: int | None = None


def hold_order(session: Session, request: HoldOrder) -> int:
    """Put a hold on an order and mark its open tasks and totes, so that the next scan says so; gives the hold's key."""
    order = get_order(session, request.number)
    if order.state in {OrderState.SHIPPED, OrderState.CANCELLED}:
        raise ConflictError(sentence("Order {number} is {state}.", number=order.number, state=word(order.state)))
    if not request.reason.strip() or not request.text.strip():
        raise InvalidInputError("A hold needs its reason.")
    row = HoldRow(
        order_id=order.id,
        reason=request.reason.strip()[:40],
        text=request.text.strip()[:400],
        exception_id=request.exception,
        opened_at=request.at,
    )
    session.add(row)
    if request.exception is not None:
        entry = session.get_one(ExceptionRow, request.exception)
        entry.data = with_parts(entry.data, request.text)
    session.flush()
    mark_work(session, order.id, None, "held")
    audit(session, request, "held", f"order:{order.id}", hold=row.id, reason=row.reason)
    tell_order(session, order)
    return row.id


def lift_hold(session: Session, request: LiftHold) -> int:
    """Lift one hold or all of an order; the exceptions they stand for are settled with them. Gives how many."""
    order = get_order(session, request.number)
    if not request.reason.strip():
        raise InvalidInputError("Say why the hold is lifted.")
    query = select(HoldRow).where(HoldRow.order_id == order.id, HoldRow.lifted_at.is_(None))
    if request.hold is not None:
        query = query.where(HoldRow.id == request.hold)
    holds = session.scalars(query.order_by(HoldRow.id)).all()
    if not holds:
        raise ConflictError(sentence("Order {number} has no such hold.", number=order.number))
    for hold in holds:
        end_hold(session, request, hold, request.reason)
        _settle(session, request, hold.exception_id)
    return len(holds)


def _settle(session: Session, request: LiftHold, key: int | None) -> None:
    if key is None or session.get_one(ExceptionRow, key).state is ExceptionState.RESOLVED:
        return
    asked = Resolve(actor=request.actor, at=request.at, exception=key, resolution=request.reason)
    resolve_exception(session, asked)
