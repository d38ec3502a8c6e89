"""The queue as the desk works it: by age, owner, severity, deadline or cutoff, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Role, Severity
from warehouse.domain.words import as_said
from warehouse.storage.base import AnyRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.people import PersonRow


class Sorting(StrEnum):
    """What comes first."""

    DUE = "due"
    AGE = "age"
    OWNER = "owner"
    SEVERITY = "severity"
    CUTOFF = "cutoff"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskEntry:
    """One entry as it stands in the queue; `holds` says whether an order waits for it."""

    id: int
    type: str
    severity: str
    state: str
    owner_role: str
    owner: int | None
    owner_name: str | None
    text: str
    level: int
    answer: str | None
    opened_at: datetime
    due_at: datetime
    order: str | None
    cutoff_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFilter:
    """Which entries, in which order; `mine` are those of a person or of all of their roles."""

    state: str | None = None
    role: str | None = None
    type: str | None = None
    severity: str | None = None
    person: int | None = None
    mine: tuple[int, tuple[Role, ...]] | None = None
    opened_before: datetime | None = None
    sorting: Sorting = Sorting.DUE
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where an entry stands in the queue: its place from 1, how many there are, its neighbours' keys."""

    place: int | None
    whole: int
    before: int | None
    after: int | None


_SEVERITY = case({severity.value: place for place, severity in enumerate(Severity)}, value=ExceptionRow.severity)
_FIRST: dict[Sorting, tuple[Any, ...]] = {
    Sorting.DUE: (ExceptionRow.due_at,),
    Sorting.AGE: (ExceptionRow.opened_at,),
    Sorting.OWNER: (ExceptionRow.owner_role, func.coalesce(PersonRow.name, ""), ExceptionRow.due_at),
    Sorting.SEVERITY: (_SEVERITY, ExceptionRow.due_at),
    Sorting.CUTOFF: (OrderRow.cutoff_at.is_(None), OrderRow.cutoff_at, ExceptionRow.due_at),
}


def desk_entries(session: Session, wanted: DeskFilter) -> list[DeskEntry]:
    """List one page of the queue, and one entry more where there is a further page."""
    holds = select(HoldRow.id).where(HoldRow.exception_id == ExceptionRow.id, HoldRow.lifted_at.is_(None)).exists()
    query = _wanted(
        select(ExceptionRow, PersonRow.name, OrderRow.number, OrderRow.cutoff_at, holds.label("holds")), wanted
    )
    rows = session.execute(query.limit(wanted.size + 1).offset((wanted.page - 1) * wanted.size))
    return [_entry(row) for row in rows]


def around(session: Session, wanted: DeskFilter, key: int) -> Around:
    """Find an entry's neighbours in the queue; one that is no longer in it has the first of the queue after it."""
    keys: list[int] = list(session.scalars(_wanted(select(ExceptionRow.id), wanted)))
    if key not in keys:
        return Around(place=None, whole=len(keys), before=None, after=keys[0] if keys else None)
    at = keys.index(key)
    return Around(
        place=at + 1,
        whole=len(keys),
        before=keys[at - 1] if at else None,
        after=keys[at + 1] if at + 1 < len(keys) else None,
    )


def open_about(session: Session, key: int) -> list[DeskEntry]:
    """List the other open entries about the same order, batch or subject: what it may be merged with."""
    row = session.get_one(ExceptionRow, key)
    same = [ExceptionRow.subject == row.subject]
    if row.order_id is not None:
        same.append(ExceptionRow.order_id == row.order_id)
    if row.batch_id is not None:
        same.append(ExceptionRow.batch_id == row.batch_id)
    holds = select(HoldRow.id).where(HoldRow.exception_id == ExceptionRow.id, HoldRow.lifted_at.is_(None)).exists()
    query = _wanted(
        select(ExceptionRow, PersonRow.name, OrderRow.number, OrderRow.cutoff_at, holds.label("holds")), DeskFilter()
    )
    return [_entry(found) for found in session.execute(query.where(or_(*same), ExceptionRow.id != key).limit(20))]


def _wanted(query: Any, wanted: DeskFilter) -> Any:
    query = query.outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
    query = query.outerjoin(OrderRow, OrderRow.id == ExceptionRow.order_id)
    state = ExceptionRow.state
    query = query.where(state == wanted.state if wanted.state else state != ExceptionState.RESOLVED)
    given: dict[Any, object] = {
        ExceptionRow.owner_role: wanted.role,
        ExceptionRow.type: wanted.type,
        ExceptionRow.severity: wanted.severity,
        ExceptionRow.owner_id: wanted.person,
    }
    for column, value in given.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.mine is not None:
        query = query.where(_mine(*wanted.mine))
    if wanted.opened_before is not None:
        query = query.where(ExceptionRow.opened_at <= wanted.opened_before)
    return query.order_by(*_FIRST[wanted.sorting], ExceptionRow.id)


def _mine(person: int, roles: tuple[Role, ...]) -> ColumnElement[bool]:
    nobodys = and_(ExceptionRow.owner_id.is_(None), ExceptionRow.owner_role.in_(roles))
    return or_(ExceptionRow.owner_id == person, nobodys)


def _entry(row: AnyRow) -> DeskEntry:
    entry: ExceptionRow = row.ExceptionRow
    return DeskEntry(
        id=entry.id,
        type=entry.type,
        severity=entry.severity,
        state=entry.state,
        owner_role=entry.owner_role,
        owner=entry.owner_id,
        owner_name=row.name,
        text=as_said(entry.text, entry.data),
        level=entry.level,
        answer=entry.answer,
        opened_at=entry.opened_at,
        due_at=entry.due_at,
        order=row.number,
        cutoff_at=row.cutoff_at,
        holds=bool(row.holds),
    )
