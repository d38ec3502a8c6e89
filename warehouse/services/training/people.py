"""Who may practise: everybody who works here, under the key, badge and PIN they have."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind, Role
from warehouse.services.actor import Request
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.people import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody as they sign in, until when they work here; the PIN stays a hash."""

    id: int
    name: str
    role: Role
    badge: str
    language: str
    pin_hash: str = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOn(Request):
    """The people of the real warehouse as they are now."""

    people: tuple[KnownPerson, ...]


def known_people(session: Session) -> tuple[KnownPerson, ...]:
    """Read everybody who works here."""
    rows = session.scalars(select(PersonRow).where(PersonRow.active).order_by(PersonRow.id))
    return tuple(
        KnownPerson(
            id=row.id,
            name=row.name,
            role=row.role,
            badge=row.badge,
            language=row.language,
            pin_hash=row.pin_hash,
            expires_at=row.expires_at,
        )
        for row in rows
    )


def take_on(session: Session, request: TakeOn) -> None:
    """Let these people, and nobody else, sign in here; their keys are the real ones, so that records fit."""
    here = {row.id: row for row in session.scalars(select(PersonRow))}
    session.execute(delete(BarcodeRow).where(BarcodeRow.kind == BarcodeKind.BADGE))
    for row in here.values():
        row.active, row.badge = False, f"U:LEFT-{row.id}"
    session.flush()
    for person in request.people:
        row = here.get(person.id) or PersonRow(id=person.id, created_at=request.at)
        row.name, row.role, row.badge, row.language = person.name, person.role, person.badge, person.language
        row.expires_at = person.expires_at
        row.pin_hash, row.active, row.failed_at, row.locked_hard = person.pin_hash, True, None, False
        session.add(row)
        session.flush()
        session.add(BarcodeRow(code=person.badge, kind=BarcodeKind.BADGE, person_id=person.id))
