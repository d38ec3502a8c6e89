"""What only a person can say of the way to going live, with who said it and when; the newest counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ForbiddenError
from warehouse.services.actor import Request, audit
from warehouse.storage.models.rollout import StatementRow


class Step(StrEnum):
    """What can be said."""

    SHADOW_REVIEWED = "shadow_reviewed"
    MIGRATION_READ = "migration_read"
    WAY_BACK = "way_back"
    TRAINED = "trained"
    BACKUP_RESTORED = "backup_restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Request):
    """Somebody says that a step is done, or no longer is; `subject` as `day:2026-11-20` or `person:7`."""

    step: Step
    subject: str = ""
    holds: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Who said so, and when."""

    at: datetime
    person: int | None
    note: str


def say(session: Session, request: Say) -> int:
    """Write a statement down; only a lead or an admin speaks for the site."""
    if not request.actor.leads:
        raise ForbiddenError("A lead says that.")
    row = StatementRow(
        step=request.step,
        subject=request.subject,
        holds=request.holds,
        at=request.at,
        person_id=request.actor.person,
        note=request.note[:400],
    )
    session.add(row)
    session.flush()
    audit(
        session, request, "stated", f"statement:{row.id}", step=request.step, about=request.subject, holds=request.holds
    )
    return row.id


def statements(session: Session, step: Step) -> dict[str, Said]:
    """Give what holds of a step, by subject."""
    rows = session.scalars(select(StatementRow).where(StatementRow.step == step).order_by(StatementRow.id))
    newest = {row.subject: row for row in rows}
    return {subject: Said(row.at, row.person_id, row.note) for subject, row in newest.items() if row.holds}
