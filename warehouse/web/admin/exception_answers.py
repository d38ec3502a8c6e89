"""What the desk answers: one of four to one entry, a split, a merge, or one action to many after a rehearsal."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request
from pydantic import Field, PositiveInt
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError, InvalidInputError, WarehouseError
from warehouse.domain.exception_queue import Answer
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.catalog.deciding import DecideCode, decide_code
from warehouse.services.exceptions.answers import AnswerException, answer_exception
from warehouse.services.exceptions.bulk import ActOnOne, BulkAction, RehearsedError, act_on_one
from warehouse.services.exceptions.sorting import MergeExceptions, SplitException, merge_exceptions, split_exception
from warehouse.services.exceptions.telling import SeeNotices, see_notices
from warehouse.services.orders.missing_units import CancelMissing, cancel_missing
from warehouse.services.orders.taking_over import TakeOver, take_over
from warehouse.storage.queries.exceptions.desk import around
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.admin.exceptions import DeskAsked, after, entry_page, filter_of, kept, owner_of, queue_page
from warehouse.web.api import Body
from warehouse.web.api.parsing import DIGITS
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_exception_answers", __name__, url_prefix="/admin/exceptions")

MOST = 200
_KEY_DIGITS = 18
_NAMES = {
    BulkAction.TAKE: "Take on",
    BulkAction.ASSIGN: "Give to somebody",
    BulkAction.COMMENT: "Add a remark",
    BulkAction.FLAG: "Flag for review",
    BulkAction.ESCALATE: "Escalate to a person",
    BulkAction.REJECT: "Reject: cancel the orders",
    BulkAction.PROCESS: "Process with a note",
}


class Answered(Body):
    """One of the four answers, why, and whom it is escalated to."""

    answer: Answer
    text: str = Field(min_length=1, max_length=400)
    person: str = Field(default="", pattern=r"^(person:[0-9]{1,18})?$")


class Part(Body):
    """What the second entry is about, and who owns it."""

    text: str = Field(min_length=1, max_length=400)
    role: Role


class Owning(Body):
    """The item that a code belongs to."""

    item: PositiveInt


class Bulk(Body):
    """One action on the entries chosen; `step` is a rehearsal or the real thing."""

    action: BulkAction
    text: str = Field(default="", max_length=400)
    owner: str = Field(default="", pattern=r"^(person:[0-9]{1,18}|role:[a-z_]+)?$")
    step: str = Field(default="preview", pattern=r"^(preview|do)$")


@dataclass(frozen=True, slots=True)
class Came:
    """What came, or would come, of the action for one entry."""

    exception: int
    words: str
    fine: bool


@blueprint.post("/<key:entry>/answer")
@requires(Permission.WORK_EXCEPTIONS)
def answer(entry: int) -> AnyResponse:
    """Give one of the four answers, and go on to the next of the queue."""

    def act() -> None:
        given = form(Answered)
        person = int(given.person.partition(":")[2]) if given.person else None
        asked = AnswerException(
            actor=actor(), at=now(), exception=entry, answer=given.answer, text=given.text, person=person
        )
        parts().database.run(answer_exception, asked)

    return _onward(entry, act, "answered")


@blueprint.post("/<key:entry>/split")
@requires(Permission.WORK_EXCEPTIONS)
def split(entry: int) -> AnyResponse:
    """Make two entries of one."""

    def act() -> None:
        part = form(Part)
        asked = SplitException(actor=actor(), at=now(), exception=entry, text=part.text, role=part.role)
        parts().database.run(split_exception, asked)

    return after(entry, attempted(act), "split")


@blueprint.post("/<key:entry>/merge")
@requires(Permission.WORK_EXCEPTIONS)
def merge(entry: int) -> AnyResponse:
    """Make one entry of several."""

    def act() -> None:
        asked = MergeExceptions(actor=actor(), at=now(), into=entry, exceptions=_chosen())
        parts().database.run(merge_exceptions, asked)

    return after(entry, attempted(act), "merged")


@blueprint.post("/<key:entry>/take-over")
@requires(Permission.EDIT_ORDERS)
def take_over_change(entry: int) -> AnyResponse:
    """Change the order to what its shop wants now."""

    def act() -> None:
        parts().database.run(take_over, TakeOver(actor=actor(), at=now(), exception=entry))

    return _onward(entry, act, "answered")


@blueprint.post("/<key:entry>/code")
@requires(Permission.EDIT_CATALOG)
def decide_about_code(entry: int) -> AnyResponse:
    """Say which of two items a code belongs to."""

    def act() -> None:
        asked = DecideCode(actor=actor(), at=now(), exception=entry, item=form(Owning).item)
        parts().database.run(decide_code, asked)

    return _onward(entry, act, "answered")


@blueprint.post("/<key:entry>/cancel-missing")
@requires(Permission.EDIT_ORDERS)
def cancel_missing_units(entry: int) -> AnyResponse:
    """Take what is missing off the order."""

    def act() -> None:
        parts().database.run(cancel_missing, CancelMissing(actor=actor(), at=now(), exception=entry))

    return _onward(entry, act, "answered")


@blueprint.post("/seen")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
def seen() -> AnyResponse:
    """All that this person was told is seen."""
    parts().database.run(see_notices, SeeNotices(actor=actor(), at=now()))
    return done("seen", "admin_exceptions.exceptions", **kept())


@blueprint.post("/bulk")
@requires(Permission.WORK_EXCEPTIONS)
def bulk() -> AnyResponse:
    """Rehearse one action on many entries, or carry it out."""
    asked: list[Bulk] = []
    came: list[Came] = []

    def act() -> None:
        given = _bulk_form()
        keys = _chosen()
        asked.append(given)
        came.extend(_one(key, given) for key in keys)

    problem = attempted(act)
    if problem:
        return queue_page(problem)
    return _bulk_page(asked[0], came)


def _bulk_page(given: Bulk, came: list[Came]) -> Response:
    return show(
        "admin/exceptions_bulk.html",
        given=given,
        name=_NAMES[given.action],
        came=came,
        fine=sum(one.fine for one in came),
        queue=kept(),
    )


def _bulk_form() -> Bulk:
    # The chosen entries come beside it, several under one name.
    fields = {name: value for name, value in request.form.items() if name in Bulk.model_fields and value.strip()}
    given = Bulk.model_validate_strings(fields) if fields.get("action") in set(BulkAction) else None
    if given is None:
        raise InvalidInputError("Choose what to do with them.")
    if given.action is BulkAction.ASSIGN and not caller().may(Permission.ASSIGN_EXCEPTIONS):
        raise ForbiddenError("Your role may not give exceptions to others.")
    return given


def _one(key: int, given: Bulk) -> Came:
    person, role = owner_of(given.owner) if given.owner else (None, None)
    asked = ActOnOne(
        actor=actor(),
        at=now(),
        exception=key,
        action=given.action,
        text=given.text,
        person=person,
        role=role,
        rehearse=given.step == "preview",
    )
    try:
        effect = parts().database.run(act_on_one, asked)
    except RehearsedError as rehearsed:
        return Came(key, rehearsed.effect.words, fine=True)
    except WarehouseError as refused:
        return Came(key, refused.message, fine=False)
    return Came(key, effect.words, fine=True)


def _chosen() -> tuple[int, ...]:
    sent = request.form.getlist("entry")
    if not sent:
        raise InvalidInputError("Choose at least one entry.")
    if len(sent) > MOST or not all(DIGITS.fullmatch(it) and len(it) <= _KEY_DIGITS for it in sent):
        raise InvalidInputError(sentence("Choose at most {most} entries of the list.", most=MOST))
    return tuple(dict.fromkeys(int(it) for it in sent))


def _onward(entry: int, act: Callable[[], None], word: str) -> AnyResponse:
    """After an answer the next entry of the same queue is shown, the queue itself when there is none."""
    with parts().database.read() as session:
        following = around(session, filter_of(asked_for(DeskAsked)), entry).after
    problem = attempted(act)
    if problem:
        return entry_page(entry, problem)
    if following is None:
        return done(word, "admin_exceptions.exceptions", **kept())
    return done(word, "admin_exceptions.exception", entry=following, **kept())
