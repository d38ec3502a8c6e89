"""One action on many entries: rehearsed first, then carried out one by one, so that no refusal stops the others."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Role
from warehouse.domain.errors import WarehouseError
from warehouse.domain.exception_queue import Answer
from warehouse.domain.words import Text, sentence, word
from warehouse.services.actor import Request
from warehouse.services.exceptions.answers import AnswerException, answer_exception
from warehouse.services.exceptions.queue import (
    Acknowledge,
    Assign,
    Comment,
    acknowledge_exception,
    assign_exception,
    comment_exception,
    get_entry,
)
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.people import PersonRow


class BulkAction(StrEnum):
    """What may be done to many at once."""

    TAKE = "take"
    ASSIGN = "assign"
    COMMENT = "comment"
    FLAG = "flag"
    ESCALATE = "escalate"
    REJECT = "reject"
    PROCESS = "process"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnOne(Request):
    """The action on one entry of many."""

    exception: int
    action: BulkAction
    text: str = ""
    person: int | None = None
    role: Role | None = None
    rehearse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What came, or would come, of it: in words."""

    exception: int
    words: Text


class RehearsedError(WarehouseError):
    """It would have worked; raised so that nothing of it stays."""

    code = "rehearsed"
    status = 409

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect.words)
        self.effect = effect


def act_on_one(session: Session, request: ActOnOne) -> Effect:
    """Do it and say what came of it; a rehearsal raises RehearsedError, by which everything is undone."""
    use_case, asked = _asked(request)
    use_case(session, asked)
    session.flush()
    effect = Effect(exception=request.exception, words=_words(session, request.exception))
    if request.rehearse:
        raise RehearsedError(effect)
    return effect


def _asked(request: ActOnOne) -> tuple[Callable[[Session, Any], int], Request]:
    actor, at, key, text = request.actor, request.at, request.exception, request.text
    if request.action is BulkAction.TAKE:
        return acknowledge_exception, Acknowledge(actor=actor, at=at, exception=key)
    if request.action is BulkAction.ASSIGN:
        given = Assign(actor=actor, at=at, exception=key, person=request.person, role=request.role)
        return assign_exception, given
    if request.action is BulkAction.COMMENT:
        return comment_exception, Comment(actor=actor, at=at, exception=key, text=text)
    answer, person = Answer(request.action.value), request.person
    return answer_exception, AnswerException(actor=actor, at=at, exception=key, answer=answer, text=text, person=person)


def _words(session: Session, key: int) -> Text:
    row = get_entry(session, key)
    owner = session.get(PersonRow, row.owner_id) if row.owner_id else None
    whose = owner.name if owner else sentence("any {role}", role=word(row.owner_role))
    is_over = row.state is ExceptionState.RESOLVED
    said = sentence("settled||outcome") if is_over else sentence("stays open, with {owner}", owner=whose)
    if row.order_id is None:
        return said
    order = session.get_one(OrderRow, row.order_id)
    query = select(func.count()).where(HoldRow.order_id == order.id, HoldRow.lifted_at.is_(None))
    waits = _waits(session.scalar(query) or 0, is_over=is_over)
    pattern = "{outcome}; order {order}: {state}, {waits}"
    return sentence(pattern, outcome=said, order=order.number, state=word(order.state), waits=waits)


def _waits(holds: int, *, is_over: bool) -> Text:
    if not holds:
        return sentence("no hold")
    return sentence("held by {number} more", number=holds) if is_over else sentence("on hold||order")
