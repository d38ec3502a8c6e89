"""What a person has been told about exceptions and has not looked at yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.words import as_said
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.notices import MailRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenNotice:
    """One thing to know, with the entry it is about."""

    id: int
    exception: int
    kind: str
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMail:
    """A mail that did not leave, and why."""

    id: int
    address: str
    subject: str
    state: str
    attempts: int
    problem: str | None


def unseen_notices(session: Session, person: int, limit: int = 20) -> list[UnseenNotice]:
    """List what a person has not looked at, the newest first."""
    rows = session.execute(
        select(NoticeRow, ExceptionRow.data)
        .join(ExceptionRow, ExceptionRow.id == NoticeRow.exception_id)
        .where(NoticeRow.person_id == person, NoticeRow.seen_at.is_(None))
        .order_by(NoticeRow.id.desc())
        .limit(limit)
    )
    return [
        UnseenNotice(
            id=row.id, exception=row.exception_id, kind=row.kind, text=as_said(row.text, data), made_at=row.made_at
        )
        for row, data in rows
    ]


def count_unseen(session: Session, person: int) -> int:
    """Count what a person has not looked at."""
    query = select(func.count()).where(NoticeRow.person_id == person, NoticeRow.seen_at.is_(None))
    return session.scalar(query) or 0


def stuck_mails(session: Session, limit: int = 20) -> list[StuckMail]:
    """List the mails that have failed at least once and have not left yet."""
    rows = session.scalars(
        select(MailRow).where(MailRow.state != "sent", MailRow.attempts > 0).order_by(MailRow.id.desc()).limit(limit)
    )
    return [
        StuckMail(
            id=row.id,
            address=row.address,
            subject=row.subject,
            state=row.state,
            attempts=row.attempts,
            problem=row.problem,
        )
        for row in rows
    ]
