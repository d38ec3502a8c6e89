"""The exception queue as its owners see it: by owner, type and age, with history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.words import as_said, without_parts
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.people import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the queue as listed."""

    id: int
    type: str
    severity: str
    state: str
    owner_role: str
    owner: int | None
    owner_name: str | None
    subject: str
    order: int | None
    batch: int | None
    text: str
    data: Any
    level: int
    opened_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    resolution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStep:
    """One step in the history of an entry."""

    at: datetime
    kind: str
    text: str
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted; `after` is the last key of the page before, `older_than` an age at `now`."""

    state: str | None = None
    role: str | None = None
    person: int | None = None
    type: str | None = None
    order: int | None = None
    older_than: timedelta | None = None
    now: datetime | None = None
    after: int = 0
    limit: int = 100


def list_entries(session: Session, wanted: EntryFilter) -> list[Entry]:
    """List entries, by key; without a state the open and acknowledged ones."""
    query = select(ExceptionRow, PersonRow.name).outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
    state = ExceptionRow.state
    query = query.where(state == wanted.state if wanted.state else state != ExceptionState.RESOLVED)
    given = {
        ExceptionRow.owner_role: wanted.role,
        ExceptionRow.owner_id: wanted.person,
        ExceptionRow.type: wanted.type,
        ExceptionRow.order_id: wanted.order,
    }
    for column, value in given.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.older_than is not None and wanted.now is not None:
        query = query.where(ExceptionRow.opened_at <= wanted.now - wanted.older_than)
    query = query.where(ExceptionRow.id > wanted.after).order_by(ExceptionRow.id).limit(wanted.limit)
    return [_entry(row, name) for row, name in session.execute(query)]


def entry_of(session: Session, key: int) -> Entry | None:
    """Give one entry, or None."""
    found = session.execute(
        select(ExceptionRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(ExceptionRow.id == key)
    ).one_or_none()
    return None if found is None else _entry(found[0], found[1])


def history_of(session: Session, key: int) -> list[EntryStep]:
    """Tell what happened to an entry."""
    data = session.scalar(select(ExceptionRow.data).where(ExceptionRow.id == key))
    rows = session.execute(
        select(ExceptionEventRow.at, ExceptionEventRow.kind, ExceptionEventRow.text, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ExceptionEventRow.actor_id)
        .where(ExceptionEventRow.exception_id == key)
        .order_by(ExceptionEventRow.id)
    )
    return [EntryStep(at=at, kind=kind, text=as_said(text, data), person=name) for at, kind, text, name in rows]


def open_by_role(session: Session) -> dict[str, int]:
    """Count unsettled entries by the role that owns them."""
    rows = session.execute(
        select(ExceptionRow.owner_role, func.count())
        .where(ExceptionRow.state != ExceptionState.RESOLVED)
        .group_by(ExceptionRow.owner_role)
    )
    return {str(role): count for role, count in rows}


def _entry(row: ExceptionRow, name: str | None) -> Entry:
    return Entry(
        id=row.id,
        type=row.type,
        severity=row.severity,
        state=row.state,
        owner_role=row.owner_role,
        owner=row.owner_id,
        owner_name=name,
        subject=row.subject,
        order=row.order_id,
        batch=row.batch_id,
        text=as_said(row.text, row.data),
        data=without_parts(row.data),
        level=row.level,
        opened_at=row.opened_at,
        due_at=row.due_at,
        acknowledged_at=row.acknowledged_at,
        resolved_at=row.resolved_at,
        resolution=as_said(row.resolution, row.data) if row.resolution else row.resolution,
    )
