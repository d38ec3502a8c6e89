"""Badges for a shift: who has lost theirs, or their PIN, works on within a minute; it dies by itself."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission, rights_of
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.people.sign_in import works_here
from warehouse.services.people.staff import end_sessions
from warehouse.services.printing.jobs import SMALL_LABEL, QueueJob, queue_job
from warehouse.services.site import load_site
from warehouse.storage.models.people import PersonRow, TemporaryBadgeRow
from warehouse.storage.models.printing import StationPrinterRow

MOST_HOURS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTemporary(Request):
    """A badge for `person`, `code` as on the card; `held` are the rights of who gives it.

    `pin_hash` is that of a PIN of its own when theirs is lost, too.
    """

    person: int
    held: Collection[Permission]
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
    """Make a badge that works for some hours and print it; one before ends, and with it every session.

    The person's own badge stays theirs.
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
    if not works_here(person, request.at):
        raise ConflictError(sentence("{name} does not work here any more.", name=person.name))
    if not 1 <= request.hours <= MOST_HOURS:
        raise InvalidInputError(sentence("A temporary badge lives 1 to {most_hours} hours.", most_hours=MOST_HOURS))
    if not rights_of(person.role) <= set(request.held):
        raise ForbiddenError(sentence("{name} may do more than you: ask an admin.", name=person.name))


def _end(session: Session, request: Request, person: int) -> None:
    """End what a person has of such badges; while one of them lived, whoever came in by it is put out everywhere."""
    kept = (TemporaryBadgeRow.person_id == person, TemporaryBadgeRow.ended_at.is_(None))
    living = select(TemporaryBadgeRow.id).where(*kept, TemporaryBadgeRow.expires_at > request.at).limit(1)
    if session.scalar(living) is not None:
        end_sessions(session, person, request.at)
    session.execute(update(TemporaryBadgeRow).where(*kept).values(ended_at=request.at))


def _print(session: Session, request: GiveTemporary, row: TemporaryBadgeRow, person: PersonRow) -> uuid.UUID | None:
    printer = request.printer or _small_printer(session)
    if printer is None:
        return None
    site = load_site(session)
    document = {
        "kind": "badge",
        "name": person.name,
        "role": sentence("Until {time}", time=site.clock(row.expires_at)),
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
