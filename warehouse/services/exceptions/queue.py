"""The exception queue: every open entry has exactly one owner, a deadline, and a history that only grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Role
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import Answer, ExceptionType, due_at
from warehouse.domain.exception_texts import describe
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import BoardChanged, BoardKind, ExceptionChanged
from warehouse.domain.words import Text, as_said, sentence, with_parts
from warehouse.services.actor import Request, audit
from warehouse.services.catalog.claimed import end_claim
from warehouse.services.exceptions.rights import require_may_lift, require_may_settle
from warehouse.services.exceptions.telling import owner_today, tell_people
from warehouse.services.orders.states import bump_pack, end_hold
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.orders import HoldRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at

_MOST_TEXT = 400
_MOST_COMMENT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntry(Request):
    """Something needs a person. `subject` names the row it is about, as `order:17`; `about` is said in the text.

    `owner` is a person's key where one is already known to be in charge; the role owns it otherwise.
    """

    type: ExceptionType
    subject: str
    about: Text | None = None
    text: Text | None = None
    data: Mapping[str, Any] | None = None
    order: int | None = None
    batch: int | None = None
    cutoff: datetime | None = None
    owner: int | None = None
    owner_role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Request):
    """Somebody has seen the entry and takes it on."""

    exception: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Request):
    """Give the entry to a person, or to a role when `person` is None."""

    exception: int
    person: int | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Request):
    """Say something about the entry."""

    exception: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Request):
    """The matter is settled; `lift_hold` also lifts the hold the entry stands for. `answer` is the one given."""

    exception: int
    resolution: str
    lift_hold: bool = False
    answer: Answer | None = None


def open_exception(session: Session, request: OpenEntry) -> int:
    """Open an entry, or add to the history of the one that is open about the same; its key is given back."""
    known = _open_about(session, request.type, request.subject)
    if known:
        tell_step(session, known[0], request, "again", _text_of(request))
        return known[0].id
    row = _new_entry(session, request)
    session.add(row)
    session.flush()
    tell_step(session, row, request, "opened", _text_of(request))
    return row.id


def acknowledge_exception(session: Session, request: Acknowledge) -> int:
    """Mark the entry as seen; whoever does so owns it unless somebody else already does."""
    row = unresolved(session, request.exception)
    require_may_settle(session, request, row)
    require(Kind.EXCEPTION, row.state, ExceptionState.ACKNOWLEDGED)
    acknowledge(row, request)
    tell_step(session, row, request, "acknowledged")
    return row.id


def assign_exception(session: Session, request: Assign) -> int:
    """Give the entry another owner: a person that is active, or a role."""
    row = unresolved(session, request.exception)
    if request.person is not None:
        give_to_person(session, row, request, request.person)
    elif request.role is not None:
        row.owner_role = request.role
        row.owner_id = owner_today(session, load_site(session), request.role, request.at)
    else:
        raise InvalidInputError("Say who is to own it: a person or a role.")
    tell_step(session, row, request, "assigned", f"{row.owner_role}:{row.owner_id or ''}")
    return row.id


def comment_exception(session: Session, request: Comment) -> int:
    """Add a remark to the history."""
    row = get_entry(session, request.exception)
    text = _required(request.text, "Write something.")
    tell_step(session, row, request, "comment", text)
    return row.id


def resolve_exception(session: Session, request: Resolve) -> int:
    """Settle the entry with a word on how; nobody needs to have acknowledged it before. What is done may settle it."""
    row = unresolved(session, request.exception)
    resolution = _required(request.resolution, "Say how it was settled.")
    if row.state is ExceptionState.OPEN:
        acknowledge(row, request)
    require(Kind.EXCEPTION, row.state, ExceptionState.RESOLVED)
    row.state, row.resolved_at, row.resolution = ExceptionState.RESOLVED, request.at, resolution[:_MOST_TEXT]
    row.answer = request.answer or row.answer
    tell_step(session, row, request, "resolved", resolution)
    if request.lift_hold:
        _lift_holds(session, request, row)
    if row.type == ExceptionType.DOUBLE_CHECK and row.order_id is not None:
        bump_pack(session, row.order_id)
    if row.type == ExceptionType.DUPLICATE_SKU:
        end_claim(session, request, row.subject)
    return row.id


def give_to_person(session: Session, row: ExceptionRow, request: Request, key: int) -> None:
    """Make somebody the owner of an entry; InvalidInputError for who does not work here."""
    person = session.scalars(select(PersonRow).where(PersonRow.id == key, working_at(request.at))).one_or_none()
    if person is None:
        raise InvalidInputError("There is no such person, or they no longer work here.")
    row.owner_id, row.owner_role = person.id, person.role


def settle_exception(session: Session, request: Resolve) -> int:
    """Settle an entry as a person asks; raises ForbiddenError, naming who may, for one that is not theirs."""
    row = unresolved(session, request.exception)
    require_may_settle(session, request, row)
    if request.lift_hold:
        require_may_lift(session, request, row)
    return resolve_exception(session, request)


def restate_exception(session: Session, request: Request, key: int, text: Text) -> None:
    """Say anew what is to be done about an open entry."""
    row = unresolved(session, key)
    row.text = text[:_MOST_TEXT]
    tell_step(session, row, request, "again", text)


def resolve_about(session: Session, request: Request, kind: ExceptionType, subject: str, resolution: Text) -> None:
    """Settle what is open of this type about this subject, both parts of what was split: its cause is gone."""
    for row in _open_about(session, kind, subject):
        asked = Resolve(actor=request.actor, at=request.at, exception=row.id, resolution=resolution)
        resolve_exception(session, asked)


def get_entry(session: Session, key: int) -> ExceptionRow:
    """Give the row of an entry; NotFoundError when there is none."""
    row = session.get(ExceptionRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no exception {entry}.", entry=key))
    return row


def _open_about(session: Session, kind: ExceptionType, subject: str) -> Sequence[ExceptionRow]:
    about = (ExceptionRow.type == kind, ExceptionRow.subject == subject)
    query = select(ExceptionRow).where(*about, ExceptionRow.state != ExceptionState.RESOLVED)
    return session.scalars(query.order_by(ExceptionRow.id)).all()


def _new_entry(session: Session, request: OpenEntry) -> ExceptionRow:
    site = load_site(session)
    rule = site.rule_of(request.type)
    role = request.owner_role or rule.owner
    return ExceptionRow(
        type=request.type,
        severity=rule.severity,
        state=ExceptionState.OPEN,
        owner_role=role,
        owner_id=request.owner or rule.person or owner_today(session, site, role, request.at),
        subject=request.subject,
        order_id=request.order,
        batch_id=request.batch,
        text=_text_of(request)[:_MOST_TEXT],
        data=dict(request.data) if request.data is not None else None,
        opened_at=request.at,
        due_at=due_at(rule, request.at, request.cutoff, site.desk_clock),
    )


def _text_of(request: OpenEntry) -> Text:
    return request.text or describe(request.type, request.about)


def acknowledge(row: ExceptionRow, request: Request) -> None:
    """Mark an entry as taken on, by whoever does so unless it has an owner."""
    row.state, row.acknowledged_at = ExceptionState.ACKNOWLEDGED, request.at
    if row.owner_id is None:
        row.owner_id = request.actor.person


def unresolved(session: Session, key: int) -> ExceptionRow:
    """Give the row of an entry that is not settled; ConflictError when it is."""
    row = get_entry(session, key)
    if row.state is ExceptionState.RESOLVED:
        raise ConflictError(
            sentence(
                "Exception {key} is already settled: {resolution}",
                key=key,
                resolution=as_said(row.resolution or "", row.data),
            )
        )
    return row


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise InvalidInputError(sentence)
    return text if isinstance(text, Text) else text.strip()[:_MOST_COMMENT]


def open_holds_of(session: Session, key: int) -> Sequence[HoldRow]:
    """Give the holds that an entry stands for and that nobody has lifted."""
    holds = select(HoldRow).where(HoldRow.exception_id == key, HoldRow.lifted_at.is_(None))
    return session.scalars(holds.order_by(HoldRow.id)).all()


def _lift_holds(session: Session, request: Resolve, row: ExceptionRow) -> None:
    for hold in open_holds_of(session, row.id):
        end_hold(session, request, hold, request.resolution)


def tell_step(session: Session, row: ExceptionRow, request: Request, kind: str, text: str = "") -> None:
    """Write one step of the history, the audit entry and the news, and tell those it concerns.

    What the machine says is kept with its parts in the entry's data, for readers of other languages.
    """
    row.data = with_parts(row.data, text)
    session.add(
        ExceptionEventRow(
            exception_id=row.id, at=request.at, actor_id=request.actor.person, kind=kind, text=text[:_MOST_COMMENT]
        )
    )
    # What people write may name somebody: it stays in the history and out of the chain.
    audit(session, request, f"exception_{kind}", f"exception:{row.id}", type=row.type, about=row.subject)
    tell_people(session, load_site(session), request, row, kind)
    tell_exception(session, row)


def tell_exception(session: Session, row: ExceptionRow) -> None:
    """Announce where an entry stands now."""
    session.flush()
    changed = ExceptionChanged(
        exception=row.id, type=row.type, state=row.state, role=row.owner_role, person=row.owner_id
    )
    announce(session, changed)
    announce(session, BoardChanged(BoardKind.EXCEPTIONS))
