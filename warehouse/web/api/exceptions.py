"""The exception queue over HTTP: listed by owner, type and age; acknowledged, assigned, commented, resolved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.codes import ExceptionState, Role
from warehouse.domain.errors import NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.exceptions.queue import (
    Acknowledge,
    Assign,
    Comment,
    Resolve,
    acknowledge_exception,
    assign_exception,
    comment_exception,
    settle_exception,
)
from warehouse.storage.queries.exception_queue import Entry, EntryFilter, EntryStep, entry_of, history_of, list_entries
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Key, Line, Listing, PageQuery, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("exceptions", __name__, url_prefix=PREFIX)

Text = Annotated[str, Field(min_length=1, max_length=1000)]


class EntryQuery(PageQuery):
    """Which entries; `age_hours` asks for those at least so old, `owner` for those of one person."""

    state: ExceptionState | None = None
    role: Role | None = None
    owner: Digits | None = None
    type: ExceptionType | None = None
    age_hours: Digits | None = Field(default=None, le=100_000)
    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class EntryAnswer(Answer):
    """An entry with its history."""

    entry: Entry
    history: list[EntryStep]


class AssignBody(Body):
    """Who is to own it: a person, or a role."""

    person: Key | None = None
    role: Role | None = None


class CommentBody(Body):
    """What there is to say."""

    text: Text


class ResolveBody(Body):
    """How it was settled; `lift_hold` lets the order go on that it held."""

    resolution: Line
    lift_hold: bool = False


@blueprint.get("/exceptions")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
@operation(query=EntryQuery, answer=Listing[Entry])
def exceptions(query: EntryQuery) -> Listing[Entry]:
    """List the queue; without a state what is not settled."""
    with parts().database.read() as session:
        rows = list_entries(session, filter_of(query, limit=query.limit + 1))
    return listing(rows, query.limit, lambda entry: entry.id)


@blueprint.get("/exceptions/<key:entry>")
@requires(Permission.SEE_EXCEPTIONS, Permission.WORK_EXCEPTIONS)
@operation(answer=EntryAnswer)
def exception(entry: int) -> EntryAnswer:
    """Show one entry with its history."""
    return read_entry(entry)


@blueprint.post("/exceptions/<key:entry>/acknowledge")
@requires(Permission.WORK_EXCEPTIONS)
@operation(answer=EntryAnswer)
def acknowledge(entry: int) -> EntryAnswer:
    """Take an entry on."""
    return _done(acknowledge_exception, Acknowledge(actor=actor(), at=now(), exception=entry))


@blueprint.post("/exceptions/<key:entry>/assign")
@requires(Permission.ASSIGN_EXCEPTIONS)
@operation(body=AssignBody, answer=EntryAnswer)
def assign(entry: int, body: AssignBody) -> EntryAnswer:
    """Give an entry another owner."""
    return _done(assign_exception, Assign(actor=actor(), at=now(), exception=entry, person=body.person, role=body.role))


@blueprint.post("/exceptions/<key:entry>/comment")
@requires(Permission.WORK_EXCEPTIONS)
@operation(body=CommentBody, answer=EntryAnswer)
def comment(entry: int, body: CommentBody) -> EntryAnswer:
    """Say something about an entry."""
    return _done(comment_exception, Comment(actor=actor(), at=now(), exception=entry, text=body.text))


@blueprint.post("/exceptions/<key:entry>/resolve")
@requires(Permission.WORK_EXCEPTIONS)
@operation(body=ResolveBody, answer=EntryAnswer)
def resolve(entry: int, body: ResolveBody) -> EntryAnswer:
    """Settle an entry."""
    return _done(settle_exception, settle(entry, body.resolution, lift_hold=body.lift_hold))


def settle(entry: int, resolution: str, *, lift_hold: bool) -> Resolve:
    """Make the request that settles an entry."""
    return Resolve(actor=actor(), at=now(), exception=entry, resolution=resolution, lift_hold=lift_hold)


def read_entry(entry: int) -> EntryAnswer:
    """Read an entry with its history; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = entry_of(session, entry)
        if found is None:
            raise NotFoundError(sentence("There is no exception {entry}.", entry=entry))
        return EntryAnswer(entry=found, history=history_of(session, entry))


def filter_of(query: EntryQuery, limit: int) -> EntryFilter:
    """Turn the query of a list into what the database is asked."""
    return EntryFilter(
        state=query.state,
        role=query.role,
        person=query.owner,
        type=query.type,
        older_than=None if query.age_hours is None else timedelta(hours=query.age_hours),
        now=now(),
        after=query.after or 0,
        limit=limit,
    )


def _done(use_case: Callable[[Session, Any], int], asked: Any) -> EntryAnswer:
    return read_entry(parts().database.run(use_case, asked))
