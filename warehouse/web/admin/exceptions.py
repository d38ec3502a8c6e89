"""The exception queue as a page: what waits, for whom, how long, and one entry with its history."""

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import ExceptionState, Role
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.exceptions.queue import (
    Acknowledge,
    Assign,
    Comment,
    acknowledge_exception,
    assign_exception,
    comment_exception,
    resolve_exception,
)
from warehouse.services.side.counting import ApproveCount, approve_count
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.queries.exception_queue import list_entries, open_by_role
from warehouse.storage.queries.people import list_people
from warehouse.storage.queries.side_tasks import waiting_rounds
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body
from warehouse.web.api.counts import ApproveQuery
from warehouse.web.api.exceptions import EntryQuery, filter_of, read_entry, settle
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_exceptions", __name__, url_prefix="/admin/exceptions")

PAGE = 50


class PageAsked(EntryQuery):
    """The queue's filters; `did` is the word of what was done before."""

    did: str | None = None


class Owner(Body):
    """Somebody (`person:7`) or a role (`role:lead`)."""

    owner: str = Field(pattern=r"^(person:[0-9]{1,18}|role:[a-z_]+)$")


class Remark(Body):
    """What there is to say."""

    text: str = Field(min_length=1, max_length=1000)


class Settled(Body):
    """How it was settled."""

    resolution: str = Field(min_length=1, max_length=400)
    lift_hold: str = ""


@blueprint.get("")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
def exceptions() -> Response:
    """List the queue."""
    asked = asked_for(PageAsked)
    with parts().database.read() as session:
        rows = list_entries(session, filter_of(asked, limit=PAGE + 1))
        people = list_people(session, now(), limit=1000)
        by_role = open_by_role(session)
    return show(
        "admin/exceptions.html",
        entries=rows[:PAGE],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
        by_role=by_role,
        asked=asked,
        people=people,
        types=[(kind.value, kind.value.replace("_", " ")) for kind in ExceptionType],
        states=[state.value for state in ExceptionState],
        args={name: value for name, value in request.args.items() if value and name not in {"after", "did"}},
    )


@blueprint.get("/<key:entry>")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
def exception(entry: int) -> Response:
    """Show one entry."""
    return _page(entry)


@blueprint.post("/<key:entry>/acknowledge")
@requires(Permission.WORK_EXCEPTIONS)
def acknowledge(entry: int) -> AnyResponse:
    """Take it on."""
    asked = Acknowledge(actor=actor(), at=now(), exception=entry)
    return _after(entry, attempted(lambda: parts().database.run(acknowledge_exception, asked)), "acknowledged")


@blueprint.post("/<key:entry>/assign")
@requires(Permission.ASSIGN_EXCEPTIONS)
def assign(entry: int) -> AnyResponse:
    """Give it another owner."""

    def act() -> None:
        kind, _, name = form(Owner).owner.partition(":")
        person = int(name) if kind == "person" else None
        if kind == "role" and name not in set(Role):
            raise InvalidInputError("There is no such role.")
        role = Role(name) if kind == "role" else None
        asked = Assign(actor=actor(), at=now(), exception=entry, person=person, role=role)
        parts().database.run(assign_exception, asked)

    return _after(entry, attempted(act), "assigned")


@blueprint.post("/<key:entry>/comment")
@requires(Permission.WORK_EXCEPTIONS)
def comment(entry: int) -> AnyResponse:
    """Say something about it."""

    def act() -> None:
        asked = Comment(actor=actor(), at=now(), exception=entry, text=form(Remark).text)
        parts().database.run(comment_exception, asked)

    return _after(entry, attempted(act), "commented")


@blueprint.post("/<key:entry>/resolve")
@requires(Permission.WORK_EXCEPTIONS)
def resolve(entry: int) -> AnyResponse:
    """Settle it."""

    def act() -> None:
        how = form(Settled)
        asked = settle(entry, how.resolution, lift_hold=how.lift_hold == "yes")
        parts().database.run(resolve_exception, asked)

    return _after(entry, attempted(act), "resolved")


@blueprint.post("/<key:entry>/count")
@requires(Permission.ADJUST_STOCK)
def book_count(entry: int) -> AnyResponse:
    """Book one of the counts that wait for a decision."""

    def act() -> None:
        count = count_about(read_entry(entry).entry.subject)
        if count is None:
            raise InvalidInputError("This is not about a count.")
        asked = ApproveCount(actor=actor(), at=now(), count=count, round=form(ApproveQuery).round)
        parts().database.run(approve_count, asked)

    return _after(entry, attempted(act), "saved")


def count_about(subject: str) -> int | None:
    """Give the key of the count that an entry is about; None when it is about something else."""
    kind, _, key = subject.partition(":")
    return int(key) if kind == "count" else None


def _after(entry: int, problem: Problem | None, word: str) -> AnyResponse:
    return _page(entry, problem) if problem else done(word, "admin_exceptions.exception", entry=entry)


def _page(entry: int, problem: Problem | None = None) -> Response:
    found = read_entry(entry)
    with parts().database.read() as session:
        order = session.get(OrderRow, found.entry.order) if found.entry.order else None
        number = order.number if order else None
        count = count_about(found.entry.subject)
        rounds = waiting_rounds(session, count) if count else []
        people = [person for person in list_people(session, now(), limit=1000) if person.active]
    owners = [(f"role:{role}", f"Any {role.replace('_', ' ')}") for role in Role]
    owners += [(f"person:{person.id}", f"{person.name} ({person.role.replace('_', ' ')})") for person in people]
    return show(
        "admin/exception.html",
        problem,
        entry=found.entry,
        history=found.history,
        order=number,
        owners=owners,
        rounds=rounds,
    )
