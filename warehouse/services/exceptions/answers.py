"""The four answers to an exception: flag for review, escalate to somebody, reject the order, process with a note."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.exception_queue import Answer
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import (
    Resolve,
    acknowledge,
    give_to_person,
    open_holds_of,
    settle_exception,
    tell_step,
    unresolved,
)
from warehouse.services.exceptions.rights import require_may_lift, require_may_settle
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerException(Request):
    """One of the four answers, with a word on why; `person` is whom it is escalated to."""

    exception: int
    answer: Answer
    text: str
    person: int | None = None


def answer_exception(session: Session, request: AnswerException) -> int:
    """Give an answer; the entry's key is given back.

    Flagged and escalated entries stay open and hold what they hold. Rejecting cancels the order and with it every hold;
    processing settles the entry and lifts its hold.
    """
    row = unresolved(session, request.exception)
    require_may_settle(session, request, row)
    if not request.text.strip():
        raise InvalidInputError("Say why.")
    _ANSWERS[request.answer](session, request, row)
    return row.id


def _flag(session: Session, request: AnswerException, row: ExceptionRow) -> None:
    row.answer = Answer.FLAG
    if row.state is ExceptionState.OPEN:
        acknowledge(row, request)
    tell_step(session, row, request, "flagged", request.text)


def _escalate(session: Session, request: AnswerException, row: ExceptionRow) -> None:
    if request.person is None:
        raise InvalidInputError("Say who it is escalated to.")
    if request.person == request.actor.person:
        raise InvalidInputError("It goes to somebody else, or it is not escalated.")
    row.answer = Answer.ESCALATE
    give_to_person(session, row, request, request.person)
    tell_step(session, row, request, "escalated", request.text)


def _reject(session: Session, request: AnswerException, row: ExceptionRow) -> None:
    require_may_lift(session, request, row)
    if row.order_id is None:
        raise ConflictError("This is not about an order: there is nothing to reject.")
    number = session.get_one(OrderRow, row.order_id).number
    row.answer = Answer.REJECT
    cancel_order(session, CancelOrder(actor=request.actor, at=request.at, number=number, reason=request.text))
    session.flush()
    if row.state is not ExceptionState.RESOLVED:
        # What lies on the floor outlives its order: somebody still sees to it.
        tell_step(session, row, request, "rejected", request.text)


def _process(session: Session, request: AnswerException, row: ExceptionRow) -> None:
    asked = Resolve(
        actor=request.actor,
        at=request.at,
        exception=row.id,
        resolution=request.text,
        lift_hold=bool(open_holds_of(session, row.id)),
        answer=Answer.PROCESS,
    )
    settle_exception(session, asked)


_ANSWERS = {Answer.FLAG: _flag, Answer.ESCALATE: _escalate, Answer.REJECT: _reject, Answer.PROCESS: _process}
