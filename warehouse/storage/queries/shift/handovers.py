"""Handovers that were signed, and what they tell the people who come after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.shift import HandoverRow

YESTERDAY = timedelta(hours=36)
"""So far back what went wrong is told: the whole of yesterday, also to who comes late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A shift given on; `taken_at` is None until the incoming lead has signed, `alone` when one person signed both."""

    id: int
    at: datetime
    outgoing: str
    incoming: str | None
    found: Mapping[str, Any]
    note: str
    went_wrong: str
    learnt: str
    taken_at: datetime | None
    alone: bool


def list_handovers(session: Session, *, limit: int = 20) -> list[Handover]:
    """List handovers, the newest first."""
    outgoing, incoming = aliased(PersonRow), aliased(PersonRow)
    rows = session.execute(
        select(HandoverRow, outgoing.name, incoming.name)
        .join(outgoing, outgoing.id == HandoverRow.outgoing_id)
        .outerjoin(incoming, incoming.id == HandoverRow.incoming_id)
        .order_by(HandoverRow.id.desc())
        .limit(limit)
    )
    return [_handover(*row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What went wrong in a shift and what was learnt from it, for everybody: no names."""

    at: datetime
    went_wrong: str
    learnt: str


def lessons_since_yesterday(session: Session, now: datetime) -> list[Lesson]:
    """Give what the last shifts tell, the newest first."""
    rows = session.scalars(
        select(HandoverRow)
        .where(HandoverRow.signed_at > now - YESTERDAY)
        .where(or_(HandoverRow.went_wrong != "", HandoverRow.learnt != ""))
        .order_by(HandoverRow.id.desc())
    )
    return [Lesson(at=row.opened_at, went_wrong=row.went_wrong, learnt=row.learnt) for row in rows]


def _handover(row: HandoverRow, outgoing: str, incoming: str | None) -> Handover:
    return Handover(
        id=row.id,
        at=row.opened_at,
        outgoing=outgoing,
        incoming=incoming,
        found=row.found,
        note=row.note,
        went_wrong=row.went_wrong,
        learnt=row.learnt,
        taken_at=row.taken_at,
        alone=row.alone,
    )
