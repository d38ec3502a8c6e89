"""Badges for a shift: who has lost theirs, or their PIN, works on within a minute; it dies by itself."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.roles import rights_of
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.printing.jobs import SMALL_LABEL, QueueJob, queue_job
from warehouse.services.site import load_site
from warehouse.storage.models.people import PersonRow, TemporaryBadgeRow
from warehouse.storage.models.printing import StationPrinterRow

MOST_HOURS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTemporary(Request):
    """A badge for `person`, `code` as on the card; `pin_hash` of a PIN of its own when theirs is lost, too."""

    person: int
    code: str = field(repr=False)
    hours: int
    pin_hash: str | None = field(default=None, repr=False)
    printer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A temporary badge; `job` prints it, where there is a printer for small labels."""

    badge: int
    name: str
    expires_at: datetime
    job: uuid.UUID | None


def give_temporary(session: Session, request: GiveTemporary) -> Given:
    """Make a badge that works for some hours, end the one before, and print it; the person's own badge stays theirs.

    Raises ForbiddenError for somebody who may do more than who asks: a badge would be a way to their rights.
    """
    person = session.get(PersonRow, request.person)
    if person is None:
        raise NotFoundError(sentence("There is no person {person}.", person=request.person))
    _check(request, person)
    _end(session, request, person.id)
    row = TemporaryBadgeRow(
        code=key(request.code),
        pin_hash=request.pin_hash,
        person_id=person.id,
        made_by_id=request.actor.person,
        created_at=request.at,
        expires_at=request.at + timedelta(hours=request.hours),
    )
    session.add(row)
    session.flush()
    audit(session, request, "badge.temporary", f"person:{person.id}", hours=request.hours, pin=bool(request.pin_hash))
    return Given(badge=row.id, name=person.name, expires_at=row.expires_at, job=_print(session, request, row, person))


def end_temporary(session: Session, request: Request, person: int) -> None:
    """Let a person's temporary badges open nothing any more, such as when the lost one is found."""
    _end(session, request, person)
    audit(session, request, "badge.temporary_ended", f"person:{person}")


def _check(request: GiveTemporary, person: PersonRow) -> None:
    if not person.active:
        raise ConflictError(sentence("{name} does not work here any more.", name=person.name))
    if not 1 <= request.hours <= MOST_HOURS:
        raise InvalidInputError(sentence("A temporary badge lives 1 to {most_hours} hours.", most_hours=MOST_HOURS))
    role = next((role for role in type(person.role) if role == request.actor.role), None)
    if role is not None and not rights_of(person.role) <= rights_of(role):
        raise ForbiddenError(sentence("{name} may do more than you: ask an admin.", name=person.name))


def _end(session: Session, request: Request, person: int) -> None:
    living = (TemporaryBadgeRow.person_id == person, TemporaryBadgeRow.ended_at.is_(None))
    session.execute(update(TemporaryBadgeRow).where(*living).values(ended_at=request.at))


def _print(session: Session, request: GiveTemporary, row: TemporaryBadgeRow, person: PersonRow) -> uuid.UUID | None:
    printer = request.printer or _small_printer(session)
    if printer is None:
        return None
    site = load_site(session)
    document = {
        "kind": "badge",
        "name": person.name,
        "role": f"Until {site.clock(row.expires_at)}",
        "barcode": row.code,
        "site": site.name,
    }
    job = QueueJob(
        actor=request.actor,
        at=request.at,
        key=f"temporary-badge:{row.id}",
        document=document,
        printer=printer,
        erase_after=row.expires_at,
    )
    return queue_job(session, job)


def _small_printer(session: Session) -> int | None:
    query = select(StationPrinterRow.printer_id).where(StationPrinterRow.role == SMALL_LABEL)
    return session.scalars(query.order_by(StationPrinterRow.id).limit(1)).first()
