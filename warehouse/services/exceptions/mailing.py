"""Mail about exceptions on its way: which is due, what became of a try, when it is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.words import kept_texts
from warehouse.services.actor import Request
from warehouse.storage.models.notices import MailRow

AT_ONCE = 20
RETRIES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 6, 12)),
)
QUEUED, SENT, FAILED = "queued", "sent", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMail:
    """A mail to be sent now; subject and body know their parts, so that they are said in the site's language."""

    key: int
    address: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMail(Request):
    """A try came to this: sent where there is no `problem`."""

    mail: int
    problem: str | None = None
    permanent: bool = False


def due_mails(session: Session, now: datetime) -> list[DueMail]:
    """List what is to be sent now, the oldest first; reads only."""
    rows = session.scalars(
        select(MailRow).where(MailRow.state == QUEUED, MailRow.next_at <= now).order_by(MailRow.id).limit(AT_ONCE)
    )
    return [_due(row) for row in rows]


def note_mail(session: Session, request: NoteMail) -> str:
    """Write down what became of a try; gives the mail's state. The last try, or a refusal for good, ends it."""
    row = session.get_one(MailRow, request.mail)
    row.attempts += 1
    row.problem = request.problem[:200] if request.problem else None
    if request.problem is None:
        row.state, row.sent_at = SENT, request.at
    elif request.permanent or row.attempts > len(RETRIES):
        row.state = FAILED
    else:
        row.next_at = request.at + RETRIES[row.attempts - 1]
    return row.state


def _due(row: MailRow) -> DueMail:
    subject, body = kept_texts(row.body) or (row.subject, row.body)
    return DueMail(key=row.id, address=row.address, subject=subject, body=body)
