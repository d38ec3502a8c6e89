"""What is not kept for ever: personal data whose time is over, answers to old requests, sign-ins that ran out.

What is due is looked for beside the writer; each step then takes some keys and looks at them again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from warehouse.domain.codes import BarcodeKind, OrderState, PrintJobState
from warehouse.services.actor import Request, audit
from warehouse.services.people.staff import KEEP_NAMES
from warehouse.services.printing.jobs import move_job
from warehouse.services.request_keys import forget_old_keys
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.intake import ImportRunRow
from warehouse.storage.models.journal import RemarkRow, RequestKeyRow
from warehouse.storage.models.notices import MailRow
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookMessageRow

_ENDED = (OrderState.SHIPPED, OrderState.CANCELLED)
_LEAVING = (PrintJobState.CLAIMED, PrintJobState.SENDING)
_UNPRINTED = {PrintJobState.QUEUED, PrintJobState.WAITING_PRINTER, PrintJobState.FAILED}


class Chore(StrEnum):
    """What is tidied away."""

    REQUEST_KEYS = "request_keys"
    SIGN_INS = "sign_ins"
    ADDRESSES = "addresses"
    PAPERS = "papers"
    FILES = "files"
    PEOPLE = "people"
    REMARKS = "remarks"
    MAILS = "mails"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidy(Request):
    """Do one chore for these keys, as `due_keys` gave them."""

    chore: Chore
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How a chore is done: the rows' key, those due at a moment, and what becomes of them."""

    key: InstrumentedAttribute[int]
    due: Callable[[datetime], Select[int]]
    do: Callable[[Session, Request, Sequence[int]], object]


def due_keys(session: Session, chore: Chore, now: datetime) -> list[int]:
    """List the keys of what is due; reads only."""
    return list(session.scalars(_WAYS[chore].due(now)))


def tidy(session: Session, request: Tidy) -> int:
    """Tidy away those of the keys that are still due; gives how many, which is all the journal gets."""
    way = _WAYS[request.chore]
    keys = session.scalars(way.due(request.at).where(way.key.in_(request.keys))).all()
    if keys:
        way.do(session, request, keys)
        audit(session, request, "tidied", f"housekeeping:{request.chore}", rows=len(keys))
    return len(keys)


def _due_request_keys(now: datetime) -> Select[int]:
    return select(RequestKeyRow.id).where(RequestKeyRow.erase_after < now)


def _due_sign_ins(now: datetime) -> Select[int]:
    return select(SignInRow.id).where(SignInRow.ended_at.is_(None), SignInRow.expires_at < now)


def _due_addresses(now: datetime) -> Select[int]:
    # An order that is still open needs its address, however old it is.
    ended = OrderRow.state.in_(_ENDED)
    joined = select(OrderAddressRow.order_id).join(OrderRow, OrderRow.id == OrderAddressRow.order_id)
    return joined.where(OrderAddressRow.erase_after < now, ended)


def _due_papers(now: datetime) -> Select[int]:
    return select(PrintJobRow.id).where(PrintJobRow.erase_after < now, PrintJobRow.state.not_in(_LEAVING))


def _due_files(now: datetime) -> Select[int]:
    return select(ImportRunRow.id).where(ImportRunRow.erase_after < now)


def _due_people(now: datetime) -> Select[int]:
    """Find who was disabled, and who was here for a time that is over."""
    left = and_(PersonRow.active.is_(False), PersonRow.erase_after < now)
    return select(PersonRow.id).where(or_(left, and_(PersonRow.active, PersonRow.expires_at < now - KEEP_NAMES)))


def _due_remarks(now: datetime) -> Select[int]:
    return select(RemarkRow.id).where(RemarkRow.erase_after < now)


def _due_messages(now: datetime) -> Select[int]:
    return select(WebhookMessageRow.id).where(WebhookMessageRow.erase_after < now)


def _erase_messages(session: Session, _request: Request, keys: Sequence[int]) -> None:
    session.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.message_id.in_(keys)))
    session.execute(delete(WebhookMessageRow).where(WebhookMessageRow.id.in_(keys)))


def _due_mails(now: datetime) -> Select[int]:
    return select(MailRow.id).where(MailRow.erase_after < now)


def _erase_mails(session: Session, _request: Request, keys: Sequence[int]) -> None:
    session.execute(delete(MailRow).where(MailRow.id.in_(keys)))


def _erase_remarks(session: Session, _request: Request, keys: Sequence[int]) -> None:
    """The text goes, and the salt with it: what the chain keeps of it tells nothing any more."""
    session.execute(update(RemarkRow).where(RemarkRow.id.in_(keys)).values(text=None, salt=None, erase_after=None))


def _end_sign_ins(session: Session, _request: Request, keys: Sequence[int]) -> None:
    session.execute(update(SignInRow).where(SignInRow.id.in_(keys)).values(ended_at=SignInRow.expires_at))


def _erase_addresses(session: Session, _request: Request, keys: Sequence[int]) -> None:
    """Notes are written by people to people: they go with the address."""
    session.execute(delete(OrderAddressRow).where(OrderAddressRow.order_id.in_(keys)))
    session.execute(update(OrderRow).where(OrderRow.id.in_(keys)).values(note=None, gift_note=None))


def _erase_papers(session: Session, _request: Request, keys: Sequence[int]) -> None:
    for job in session.scalars(select(PrintJobRow).where(PrintJobRow.id.in_(keys))).all():
        job.document = {"kind": job.kind, "erased": True}
        job.erase_after = None
        if job.state in _UNPRINTED:
            move_job(session, job, PrintJobState.CANCELLED)


def _erase_files(session: Session, _request: Request, keys: Sequence[int]) -> None:
    gone = {"rejected": None, "erase_after": None}
    session.execute(update(ImportRunRow).where(ImportRunRow.id.in_(keys)).values(gone))


def _erase_people(session: Session, _request: Request, keys: Sequence[int]) -> None:
    """Keep the key, which the journal names, and nothing that tells who it was."""
    badges = (BarcodeRow.person_id.in_(keys), BarcodeRow.kind == BarcodeKind.BADGE)
    session.execute(delete(BarcodeRow).where(*badges))
    for person in session.scalars(select(PersonRow).where(PersonRow.id.in_(keys))).all():
        person.name, person.badge = f"Former person {person.id}", f"U:FORMER-{person.id}"
        person.pin_hash, person.failed_at, person.erase_after = "erased", None, None
        person.active = False


_WAYS: Mapping[Chore, _Way] = {
    Chore.REQUEST_KEYS: _Way(RequestKeyRow.id, _due_request_keys, forget_old_keys),
    Chore.SIGN_INS: _Way(SignInRow.id, _due_sign_ins, _end_sign_ins),
    Chore.ADDRESSES: _Way(OrderAddressRow.order_id, _due_addresses, _erase_addresses),
    Chore.PAPERS: _Way(PrintJobRow.id, _due_papers, _erase_papers),
    Chore.FILES: _Way(ImportRunRow.id, _due_files, _erase_files),
    Chore.PEOPLE: _Way(PersonRow.id, _due_people, _erase_people),
    Chore.MAILS: _Way(MailRow.id, _due_mails, _erase_mails),
    Chore.REMARKS: _Way(RemarkRow.id, _due_remarks, _erase_remarks),
    Chore.MESSAGES: _Way(WebhookMessageRow.id, _due_messages, _erase_messages),
}
