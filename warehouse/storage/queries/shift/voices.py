"""What people told, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.shift import VoiceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A problem or an idea; `person` told it where they wanted to be named."""

    id: int
    at: datetime
    kind: str
    about: str
    text: str
    person: str | None
    state: str
    answer: str
    answered_by: str | None
    answered_at: datetime | None


def list_voices(session: Session, *, before: int | None = None, limit: int = 100) -> list[Voice]:
    """List them, the newest first."""
    teller, lead = aliased(PersonRow), aliased(PersonRow)
    query = (
        select(VoiceRow, teller.name, lead.name)
        .outerjoin(teller, teller.id == VoiceRow.person_id)
        .outerjoin(lead, lead.id == VoiceRow.answered_by_id)
        .order_by(VoiceRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(VoiceRow.id < before)
    return [_voice(*row) for row in session.execute(query)]


def _voice(row: VoiceRow, person: str | None, lead: str | None) -> Voice:
    return Voice(
        id=row.id,
        at=row.at,
        kind=row.kind,
        about=row.about,
        text=row.text,
        person=person,
        state=row.state,
        answer=row.answer,
        answered_by=lead,
        answered_at=row.answered_at,
    )
