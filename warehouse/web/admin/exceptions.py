"""The exception desk: the queue in the order of the day, one entry with its sides and its history, and what is done."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import ExceptionState, Role, Severity
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.exceptions.duties import stands_in
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence, word
from warehouse.problems import Problem
from warehouse.services.catalog.deciding import claimants
from warehouse.services.exceptions.queue import (
    Acknowledge,
    Assign,
    Comment,
    acknowledge_exception,
    assign_exception,
    comment_exception,
    settle_exception,
)
from warehouse.services.exceptions.telling import SeeNotices, see_notices
from warehouse.services.side.counting import ApproveCount, approve_count
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.queries.exception_queue import open_by_role
from warehouse.storage.queries.exceptions.desk import DeskFilter, Sorting, around, desk_entries, open_about
from warehouse.storage.queries.exceptions.notices import unseen_notices
from warehouse.storage.queries.exceptions.sides import sides_of
from warehouse.storage.queries.people import people_at_work
from warehouse.storage.queries.side_tasks import waiting_rounds
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Digits
from warehouse.web.api.counts import ApproveQuery
from warehouse.web.api.exceptions import read_entry, settle
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form
from warehouse.web.language import named

blueprint = Blueprint("admin_exceptions", __name__, url_prefix="/admin/exceptions")

PAGE = 50
_KEPT = ("state", "role", "type", "severity", "mine", "age_hours", "sort")
"""What of a queue's address goes along to its entries, so that the next one is found."""

SORTINGS = [
    (Sorting.DUE, "Due first"),
    (Sorting.AGE, "Oldest first"),
    (Sorting.SEVERITY, "Gravest first"),
    (Sorting.CUTOFF, "Cutoff first"),
    (Sorting.OWNER, "By owner"),
]
SEVERITIES = [
    (Severity.BLOCK, "Stops work"),
    (Severity.HOLD, "Holds an order"),
    (Severity.FLAG, "Flagged"),
    (Severity.NOTE, "Noted"),
]


class DeskAsked(Body):
    """The queue's filters."""

    state: ExceptionState | None = None
    role: Role | None = None
    type: ExceptionType | None = None
    severity: Severity | None = None
    mine: str | None = Field(default=None, pattern=r"^yes$")
    age_hours: Digits | None = Field(default=None, le=100_000)
    sort: Sorting = Sorting.DUE
    page: Digits = Field(default=1, ge=1, le=10_000)


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
    return queue_page()


@blueprint.get("/<key:entry>")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
def exception(entry: int) -> Response:
    """Show one entry; what its reader was told of it counts as seen."""
    if caller().person is not None:
        parts().database.run(see_notices, SeeNotices(actor=actor(), at=now(), exception=entry))
    return entry_page(entry)


@blueprint.post("/<key:entry>/acknowledge")
@requires(Permission.WORK_EXCEPTIONS)
def acknowledge(entry: int) -> AnyResponse:
    """Take it on."""
    asked = Acknowledge(actor=actor(), at=now(), exception=entry)
    return after(entry, attempted(lambda: parts().database.run(acknowledge_exception, asked)), "acknowledged")


@blueprint.post("/<key:entry>/assign")
@requires(Permission.ASSIGN_EXCEPTIONS)
def assign(entry: int) -> AnyResponse:
    """Give it another owner."""

    def act() -> None:
        person, role = owner_of(form(Owner).owner)
        asked = Assign(actor=actor(), at=now(), exception=entry, person=person, role=role)
        parts().database.run(assign_exception, asked)

    return after(entry, attempted(act), "assigned")


@blueprint.post("/<key:entry>/comment")
@requires(Permission.WORK_EXCEPTIONS)
def comment(entry: int) -> AnyResponse:
    """Say something about it."""

    def act() -> None:
        asked = Comment(actor=actor(), at=now(), exception=entry, text=form(Remark).text)
        parts().database.run(comment_exception, asked)

    return after(entry, attempted(act), "commented")


@blueprint.post("/<key:entry>/resolve")
@requires(Permission.WORK_EXCEPTIONS)
def resolve(entry: int) -> AnyResponse:
    """Settle it."""

    def act() -> None:
        how = form(Settled)
        asked = settle(entry, how.resolution, lift_hold=how.lift_hold == "yes")
        parts().database.run(settle_exception, asked)

    return after(entry, attempted(act), "resolved")


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

    return after(entry, attempted(act), "saved")


def owner_of(word: str) -> tuple[int | None, Role | None]:
    """Read `person:7` or `role:lead`; InvalidInputError for a role there is not."""
    kind, _, name = word.partition(":")
    if kind == "role" and name not in set(Role):
        raise InvalidInputError("There is no such role.")
    return (int(name), None) if kind == "person" else (None, Role(name))


def count_about(subject: str) -> int | None:
    """Give the key of the count that an entry is about; None when it is about something else."""
    kind, _, key = subject.partition(":")
    return int(key) if kind == "count" else None


def kept() -> dict[str, str]:
    """Give what of this address says which queue is being worked."""
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def after(entry: int, problem: Problem | None, word: str) -> AnyResponse:
    """Show the entry again, with what was refused or what was done."""
    return entry_page(entry, problem) if problem else done(word, "admin_exceptions.exception", entry=entry, **kept())


def filter_of(asked: DeskAsked) -> DeskFilter:
    """Turn a queue's filters into what the database is asked."""
    who = caller()
    mine = None
    if asked.mine and who.person is not None and who.role is not None:
        with parts().database.read() as session:
            roles = stands_in(load_site(session).duties, who.person)
        mine = (who.person, (who.role, *roles))
    return DeskFilter(
        state=asked.state,
        role=asked.role,
        type=asked.type,
        severity=asked.severity,
        mine=mine,
        opened_before=None if asked.age_hours is None else now() - timedelta(hours=asked.age_hours),
        sorting=asked.sort,
        page=asked.page,
        size=PAGE,
    )


def owners(*, roles: bool = True) -> list[tuple[str, str]]:
    """Give everybody an entry can be given to, roles first."""
    with parts().database.read() as session:
        people = people_at_work(session, now())
    named = [
        (f"person:{person.id}", sentence("{name} ({role})", name=person.name, role=word(person.role)))
        for person in people
    ]
    return [*((f"role:{role}", sentence("any {role}", role=word(role))) for role in Role if roles), *named]


def queue_page(problem: Problem | None = None) -> Response:
    """Show the queue."""
    asked = asked_for(DeskAsked)
    who = caller()
    with parts().database.read() as session:
        rows = desk_entries(session, filter_of(asked))
        notices = unseen_notices(session, who.person) if who.person is not None else []
        by_role = open_by_role(session)
    return show(
        "admin/exceptions.html",
        problem,
        entries=rows[:PAGE],
        more=len(rows) > PAGE,
        by_role=by_role,
        notices=notices,
        asked=asked,
        owners=owners() if who.may(Permission.ASSIGN_EXCEPTIONS) else [],
        people=owners(roles=False),
        types=named(ExceptionType),
        roles=[(role.value, role.value.replace("_", " ")) for role in Role],
        sortings=SORTINGS,
        severities=SEVERITIES,
        queue=urlencode(kept()),
    )


def entry_page(entry: int, problem: Problem | None = None) -> Response:
    """Show one entry with its place in the queue."""
    found = read_entry(entry)
    with parts().database.read() as session:
        order = session.get(OrderRow, found.entry.order) if found.entry.order else None
        count = count_about(found.entry.subject)
        about: dict[str, Any] = {
            "order": order.number if order else None,
            "cutoff": order.cutoff_at if order else None,
            "rounds": waiting_rounds(session, count) if count else [],
            "sides": sides_of(session, entry),
            "others": open_about(session, entry),
            "claimants": claimants(session, found.entry.subject),
            "place": around(session, filter_of(_queue_asked()), entry),
        }
    return show(
        "admin/exception.html",
        problem,
        entry=found.entry,
        history=found.history,
        owners=owners(),
        people=owners(roles=False),
        roles=[(role.value, role.value.replace("_", " ")) for role in Role],
        queue=urlencode(kept()),
        **about,
    )


def _queue_asked() -> DeskAsked:
    return asked_for(DeskAsked)
