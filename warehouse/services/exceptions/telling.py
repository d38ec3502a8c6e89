"""Who hears of an exception, and how: a notice on the screens of those it concerns, and a mail to their role's box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import Role, Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.exception_texts import TEXTS
from warehouse.domain.exceptions.duties import in_charge
from warehouse.domain.news import NoticesChanged
from warehouse.domain.site import Site
from warehouse.domain.words import as_said, kept, sentence, word
from warehouse.services.actor import Request
from warehouse.storage.group import announce
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.notices import MailRow, NoticeRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at

KEEP_MAIL = timedelta(days=30)
_WORTH_A_NOTICE = frozenset({"assigned", "escalated", "overdue", "comment", "handed over"})
_WORTH_A_MAIL = frozenset({"assigned", "escalated", "overdue", "handed over"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeNotices(Request):
    """A person has looked at what they were told; only about `exception` where it is named."""

    exception: int | None = None


def owner_today(session: Session, site: Site, role: Role, at: datetime) -> int | None:
    """Give the person who answers for a role today, or their deputy; None where the whole role does."""
    duty = site.duties.get(role)
    if duty is None:
        return None
    named = [key for key in (duty.owner, duty.deputy) if key is not None]
    here = session.scalars(select(PersonRow.id).where(PersonRow.id.in_(named), working_at(at))).all()
    return in_charge(duty, site.day_of(at), here)


def tell_people(session: Session, site: Site, request: Request, row: ExceptionRow, kind: str) -> None:
    """Tell the owner, or everybody of the role; whoever did it knows already. What only flags is in the queue."""
    if kind in _WORTH_A_NOTICE or (kind == "opened" and row.severity is Severity.BLOCK):
        people = [it for it in _concerned(session, row) if it != request.actor.person]
        _notices(session, request, row, kind, people)
    if kind in _WORTH_A_MAIL or (kind == "opened" and row.severity is Severity.BLOCK):
        _mail(session, site, request, row, kind)


def see_notices(session: Session, request: SeeNotices) -> int:
    """Mark a person's notices as seen; gives how many they were."""
    mine = select(NoticeRow.id).where(NoticeRow.person_id == request.actor.person, NoticeRow.seen_at.is_(None))
    if request.exception is not None:
        mine = mine.where(NoticeRow.exception_id == request.exception)
    keys = session.scalars(mine).all()
    if keys and request.actor.person is not None:
        session.execute(update(NoticeRow).where(NoticeRow.id.in_(keys)).values(seen_at=request.at))
        announce(session, NoticesChanged(people=(request.actor.person,)))
    return len(keys)


def _concerned(session: Session, row: ExceptionRow) -> Sequence[int]:
    if row.owner_id is not None:
        return [row.owner_id]
    return session.scalars(select(PersonRow.id).where(PersonRow.role == row.owner_role, PersonRow.active)).all()


def _notices(session: Session, request: Request, row: ExceptionRow, kind: str, people: Sequence[int]) -> None:
    session.add_all(
        NoticeRow(person_id=person, exception_id=row.id, kind=kind, text=row.text, made_at=request.at)
        for person in people
    )
    if people:
        announce(session, NoticesChanged(people=tuple(people)))


def _mail(session: Session, site: Site, request: Request, row: ExceptionRow, kind: str) -> None:
    address = site.mailboxes.get(row.owner_role)
    if address is None:
        return
    title = TEXTS[ExceptionType(row.type)].title
    subject = sentence("{kind}: {title} ({key})", kind=word(kind), title=sentence(title), key=row.id)
    day, time = site.day_of(row.due_at), site.clock(row.due_at)
    due = {"text": as_said(row.text, row.data), "day": day, "time": time, "key": row.id}
    mail = MailRow(
        address=address,
        subject=subject[:1].upper() + subject[1:],
        body=kept(subject, sentence("{text}\n\nDue {day} {time}, exception {key}.\n", **due)),
        made_at=request.at,
        next_at=request.at,
        erase_after=request.at + KEEP_MAIL,
    )
    session.add(mail)
    session.flush()
    announce(session, NoticesChanged(people=(), mail=mail.id))
