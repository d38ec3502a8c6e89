"""Who works here: people are added with a badge and a PIN, disabled, given a new PIN; never removed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, Role
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind, SignedOut
from warehouse.domain.words import LANGUAGES, sentence
from warehouse.services.actor import Request, audit
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.queries.people import wearer

LONGEST_NAME = 80
KEEP_NAMES = timedelta(days=180)
"""How long the name of somebody who left is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson(Request):
    """Somebody to add; `badge` is the whole code on the card, `pin_hash` was computed before.

    Without a `language` it is the site's.
    """

    name: str
    role: Role
    badge: str
    pin_hash: str
    language: str | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange(Request):
    """Somebody already here, by key; `pin_hash` only for a new PIN."""

    person: int
    pin_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange(Request):
    """Somebody's new role."""

    person: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDay(Request):
    """Somebody's last day here, or None."""

    person: int
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeChange(Request):
    """Somebody's new badge: the whole code on the card."""

    person: int
    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChange(Request):
    """What somebody reads from now on, on every screen."""

    person: int
    language: str


def create_person(session: Session, request: NewPerson) -> int:
    """Add somebody and give the key; raises when the name is empty or taken, or the badge means something already."""
    check_name(session, request.name)
    badge = _free_badge(session, request.badge)
    person = PersonRow(
        name=request.name.strip(),
        role=request.role,
        badge=badge,
        pin_hash=request.pin_hash,
        language=_language(session, request.language),
        created_at=request.at,
        expires_at=_end_of(session, request.last_day, request.at),
    )
    session.add(person)
    session.flush()
    session.add(BarcodeRow(code=badge, kind=BarcodeKind.BADGE, person_id=person.id))
    audit(session, request, "person.add", f"person:{person.id}", role=request.role.value)
    return person.id


def set_last_day(session: Session, request: LastDay) -> None:
    """Say until when somebody works here, the day included; None lets them stay."""
    person = _person(session, request.person)
    if request.last_day is not None:
        _check_admin_left(session, person)
    person.expires_at = _end_of(session, request.last_day, request.at)
    person.version += 1
    day = request.last_day.isoformat() if request.last_day else None
    audit(session, request, "person.last_day", f"person:{person.id}", last_day=day)


def _end_of(session: Session, last_day: date | None, at: datetime) -> datetime | None:
    """Give the moment a day of the site is over; raises InvalidInputError for one that is past."""
    if last_day is None:
        return None
    site = load_site(session)
    if last_day < site.day_of(at):
        raise InvalidInputError("The last day is over already.")
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=ZoneInfo(site.time_zone))


def disable_person(session: Session, request: PersonChange) -> None:
    """Let somebody no longer sign in, and end every session at once; raises when the last admin would go."""
    person = _person(session, request.person)
    _check_admin_left(session, person)
    person.active = False
    person.erase_after = request.at + KEEP_NAMES
    person.version += 1
    end_sessions(session, person.id, request.at)
    audit(session, request, "person.disable", f"person:{person.id}")


def reset_pin(session: Session, request: PersonChange) -> None:
    """Give somebody a new PIN, take every lock off, and end every session."""
    person = _person(session, request.person)
    person.pin_hash = request.pin_hash
    person.failed_at = None
    person.locked_hard = False
    person.version += 1
    end_sessions(session, person.id, request.at)
    audit(session, request, "person.reset_pin", f"person:{person.id}")


def unlock_person(session: Session, request: PersonChange) -> None:
    """Let somebody try again after too many wrong PINs."""
    person = _person(session, request.person)
    person.failed_at, person.locked_hard = None, False
    audit(session, request, "person.unlock", f"person:{person.id}")
    announce(session, BoardChanged(BoardKind.PEOPLE))


def enable_person(session: Session, request: PersonChange) -> None:
    """Let somebody who was disabled sign in again."""
    person = _person(session, request.person)
    person.active = True
    person.erase_after = None
    person.version += 1
    audit(session, request, "person.enable", f"person:{person.id}")


def change_role(session: Session, request: RoleChange) -> None:
    """Give somebody another role; live sockets hear of it at once. Raises when the last admin would go."""
    person = _person(session, request.person)
    if person.role is request.role:
        return
    _check_admin_left(session, person)
    person.role = request.role
    person.version += 1
    audit(session, request, "person.role", f"person:{person.id}", role=request.role.value)


def change_language(session: Session, request: LanguageChange) -> None:
    """Let somebody read another language; raises when there are no screens in it."""
    language = _language(session, request.language)
    person = _person(session, request.person)
    if person.language != language:
        person.language = language
        audit(session, request, "person.language", f"person:{person.id}", language=request.language)


def replace_badge(session: Session, request: BadgeChange) -> None:
    """Give somebody a new badge; the old one is dead at once, and every session ends."""
    person = _person(session, request.person)
    badge = _free_badge(session, request.badge, person)
    session.execute(delete(BarcodeRow).where(BarcodeRow.person_id == person.id, BarcodeRow.kind == BarcodeKind.BADGE))
    session.add(BarcodeRow(code=badge, kind=BarcodeKind.BADGE, person_id=person.id))
    person.badge = badge
    person.version += 1
    end_sessions(session, person.id, request.at)
    audit(session, request, "person.badge", f"person:{person.id}")


def end_sessions(session: Session, person_id: int, at: datetime) -> None:
    """Put somebody out on every device, at once."""
    live = (SignInRow.person_id == person_id, SignInRow.ended_at.is_(None))
    ended = tuple(session.scalars(select(SignInRow.id).where(*live)))
    session.execute(update(SignInRow).where(*live).values(ended_at=at))
    if ended:
        announce(session, SignedOut(ended, "signed_out"))
    announce(session, BoardChanged(BoardKind.PEOPLE))


def person_named(session: Session, name: str) -> int:
    """Find somebody by name or badge; raises `NotFoundError` when there is none."""
    wanted = name.strip()
    by_badge = wanted if wanted[:2].upper() == "U:" else f"U:{wanted}"
    query = select(PersonRow.id).where((PersonRow.name == wanted) | (PersonRow.badge == key(by_badge)))
    found = session.scalar(query.order_by(PersonRow.id))
    if found is None:
        raise NotFoundError(sentence("Nobody here is called “{wanted}”.", wanted=wanted))
    return found


def has_people(session: Session) -> bool:
    """Say whether anybody can sign in at all."""
    return session.scalar(select(PersonRow.id).where(PersonRow.active).limit(1)) is not None


def check_name(session: Session, name: str) -> None:
    """Raise InvalidInputError for what is no name, ConflictError for somebody else's."""
    stripped = name.strip()
    if not stripped or len(stripped) > LONGEST_NAME or not stripped.isprintable():
        raise InvalidInputError(
            sentence("A name has 1 to {longest_name} readable characters.", longest_name=LONGEST_NAME)
        )
    if session.scalar(select(PersonRow.id).where(PersonRow.name == stripped)):
        raise ConflictError(
            sentence("Somebody called “{stripped}” is here already: tell them apart by name.", stripped=stripped)
        )


def _free_badge(session: Session, badge: str, of: PersonRow | None = None) -> str:
    """Give a badge as it is kept; raises ConflictError when it means something, or a sign-in takes it for another's."""
    is_known = session.scalar(select(BarcodeRow.id).where(BarcodeRow.code == key(badge))) is not None
    if is_known or wearer(session, badge) not in (None, of):
        raise ConflictError("This badge code is already in use.")
    return key(badge)


def _language(session: Session, wanted: str | None) -> str:
    if wanted is None:
        return load_site(session).language
    if wanted not in LANGUAGES:
        raise InvalidInputError("There are no screens in that language.")
    return wanted


def _person(session: Session, person_id: int) -> PersonRow:
    person = session.get(PersonRow, person_id)
    if person is None:
        raise NotFoundError(sentence("There is no person {person}.", person=person_id))
    return person


def _check_admin_left(session: Session, person: PersonRow) -> None:
    """Raise unless another admin stays: one who is here for a time will be gone one day, and then nobody could help."""
    if not person.active or person.role is not Role.ADMIN:
        return
    others = (PersonRow.active, PersonRow.role == Role.ADMIN, PersonRow.expires_at.is_(None), PersonRow.id != person.id)
    if session.scalar(select(PersonRow.id).where(*others).limit(1)) is None:
        raise ConflictError(sentence("{name} is the only admin: make another one first.", name=person.name))
