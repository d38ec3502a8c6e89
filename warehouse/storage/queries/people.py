"""Who stands behind a session, a machine's token or a device's token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import badge_key, key, read
from warehouse.domain.codes import Role
from warehouse.domain.lockout import locks
from warehouse.storage.models.people import ApiTokenRow, DeviceRow, PersonRow, SignInRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSignIn:
    """A session that may act, and its person as of now."""

    sign_in: int
    person: int
    name: str
    role: Role
    version: int
    language: str
    csrf_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveToken:
    """A machine's token that may act; `person` answers for it."""

    token: int
    person: int
    name: str
    permissions: tuple[str, ...]
    role: Role
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """A machine's token as it is listed; `person` is who answers for it by name."""

    id: int
    name: str
    permissions: tuple[str, ...]
    person: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody as the people page shows them; `locked` is `soft` for a while, `hard` until a lead unlocks."""

    id: int
    name: str
    role: Role
    badge: str
    language: str
    active: bool
    locked: str | None
    signed_in: int
    created_at: datetime
    expires_at: datetime | None = None

    def works_at(self, moment: datetime) -> bool:
        """Tell whether they are let in: not disabled, and their time here is not over."""
        return self.active and (self.expires_at is None or self.expires_at > moment)


def wearer(session: Session, badge: str) -> PersonRow | None:
    """Find whose badge this is, scanned or typed; of two that `badge_key` does not tell apart, the one written so."""
    text = read(badge).text
    bare, written = badge_key(badge), key(text)
    issued = (
        f"U:{text.upper().removeprefix('U:')}"  # behind our prefix digits are kept as they are, an article's are not
    )
    is_worn = func.upper(PersonRow.badge).in_({bare, f"U:{bare}", issued}) | (PersonRow.badge == written)
    return session.scalars(select(PersonRow).where(is_worn).order_by(PersonRow.badge != written).limit(1)).first()


def list_people(session: Session, now: datetime, *, after: int = 0, limit: int = 100) -> list[KnownPerson]:
    """List everybody by key, those who left included."""
    query = _people(now).where(PersonRow.id > after).order_by(PersonRow.id).limit(limit)
    return [_known(person, count, now) for person, count in session.execute(query)]


def people_at_work(session: Session, now: datetime) -> list[KnownPerson]:
    """List everybody who works here now, however many there are, by key: those whom something can be given to."""
    query = _people(now).where(working_at(now)).order_by(PersonRow.id)
    return [_known(person, count, now) for person, count in session.execute(query)]


def count_at_work(session: Session, now: datetime) -> int:
    """Count who works here now."""
    return session.scalar(select(func.count(PersonRow.id)).where(working_at(now))) or 0


def person_by_key(session: Session, key: int, now: datetime) -> KnownPerson | None:
    """Give one person, or None."""
    found = session.execute(_people(now).where(PersonRow.id == key)).one_or_none()
    return None if found is None else _known(found[0], found[1], now)


def _people(now: datetime) -> Select[PersonRow, int]:
    live = (
        select(SignInRow.person_id.label("person"), func.count().label("live"))
        .where(SignInRow.ended_at.is_(None), SignInRow.expires_at > now)
        .group_by(SignInRow.person_id)
        .subquery()
    )
    return select(PersonRow, live.c.live).outerjoin(live, live.c.person == PersonRow.id)


def _known(person: PersonRow, signed_in: int | None, now: datetime) -> KnownPerson:
    found = locks(person.failed_at or (), now)
    hard = person.locked_hard or any(lock.hard for lock in found)
    return KnownPerson(
        id=person.id,
        name=person.name,
        role=person.role,
        badge=person.badge,
        language=person.language,
        active=person.active,
        locked="hard" if hard else "soft" if found else None,
        signed_in=signed_in or 0,
        created_at=person.created_at,
        expires_at=person.expires_at,
    )


def live_sign_in(session: Session, token_hash: str, now: datetime) -> LiveSignIn | None:
    """Find the session with this hash, unless it has ended or its person is disabled."""
    found = session.execute(_live_sign_ins(now).where(SignInRow.token_hash == token_hash)).one_or_none()
    if found is None:
        return None
    sign_in, person = found
    return LiveSignIn(
        sign_in=sign_in.id,
        person=person.id,
        name=person.name,
        role=person.role,
        version=person.version,
        language=person.language,
        csrf_token=sign_in.csrf_token,
        expires_at=sign_in.expires_at,
    )


def live_versions(session: Session, sign_ins: Collection[int], now: datetime) -> dict[int, int]:
    """Of these session keys those that may act, with their person's version."""
    query = (
        select(SignInRow.id, PersonRow.version)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(SignInRow.id.in_(sign_ins), SignInRow.ended_at.is_(None), SignInRow.expires_at > now, working_at(now))
    )
    return {row.id: row.version for row in session.execute(query)}


def list_tokens(session: Session, *, after: int = 0, limit: int = 100) -> list[KnownToken]:
    """List tokens of machines by key, revoked ones too."""
    query = (
        select(ApiTokenRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
        .where(ApiTokenRow.id > after)
        .order_by(ApiTokenRow.id)
        .limit(limit)
    )
    return [_known_token(token, person) for token, person in session.execute(query)]


def token_by_key(session: Session, key: int) -> KnownToken | None:
    """Give one token, or None."""
    found = list_tokens(session, after=key - 1, limit=1)
    return found[0] if found and found[0].id == key else None


def _known_token(token: ApiTokenRow, person: str) -> KnownToken:
    return KnownToken(
        id=token.id,
        name=token.name,
        permissions=tuple(token.permissions),
        person=person,
        created_at=token.created_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        revoked_at=token.revoked_at,
    )


def live_token(session: Session, token_hash: str, now: datetime) -> LiveToken | None:
    """Find the machine's token with this hash, unless it is revoked or over, or who answers for it is disabled."""
    query = (
        select(ApiTokenRow, PersonRow.role)
        .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
        .where(ApiTokenRow.token_hash == token_hash, ApiTokenRow.revoked_at.is_(None), working_at(now))
        .where(or_(ApiTokenRow.expires_at.is_(None), ApiTokenRow.expires_at > now))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    token, role = found
    return LiveToken(
        token=token.id,
        person=token.person_id,
        name=token.name,
        permissions=tuple(token.permissions),
        role=role,
        used_at=token.used_at,
    )


def device_by_token(session: Session, token_hash: str) -> str | None:
    """Name the enrolled device with this token's hash, unless it was reported lost."""
    query = select(DeviceRow.name).where(DeviceRow.token_hash == token_hash, DeviceRow.lost_at.is_(None))
    return session.scalar(query)


def live_devices(session: Session, token_hashes: Collection[str]) -> set[str]:
    """Of these hashes of device tokens those whose device is in use."""
    if not token_hashes:
        return set()
    query = select(DeviceRow.token_hash).where(DeviceRow.token_hash.in_(token_hashes), DeviceRow.lost_at.is_(None))
    return {found for found in session.scalars(query) if found is not None}


def _live_sign_ins(now: datetime) -> Select[SignInRow, PersonRow]:
    return (
        select(SignInRow, PersonRow)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(SignInRow.ended_at.is_(None), SignInRow.expires_at > now, working_at(now))
    )


def working_at(now: datetime) -> ColumnElement[bool]:
    """Say of a person that they may act: not disabled, and their time here is not over."""
    return PersonRow.active.is_(True) & or_(PersonRow.expires_at.is_(None), PersonRow.expires_at > now)
