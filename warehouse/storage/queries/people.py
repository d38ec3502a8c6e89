"""Who stands behind a session, a machine's token or a device's token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Role
from warehouse.storage.models.people import ApiTokenRow, DeviceRow, PersonRow, SignInRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSignIn:
    """A session that may act, and its person as of now."""

    sign_in: int
    person: int
    name: str
    role: Role
    version: int
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
        csrf_token=sign_in.csrf_token,
        expires_at=sign_in.expires_at,
    )


def live_versions(session: Session, sign_ins: Collection[int], now: datetime) -> dict[int, int]:
    """Of these session keys those that may act, with their person's version."""
    query = (
        select(SignInRow.id, PersonRow.version)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(SignInRow.id.in_(sign_ins), SignInRow.ended_at.is_(None), SignInRow.expires_at > now, PersonRow.active)
    )
    return {row.id: row.version for row in session.execute(query)}


def live_token(session: Session, token_hash: str) -> LiveToken | None:
    """Find the machine's token with this hash, unless it is revoked or the person who answers for it is disabled."""
    query = (
        select(ApiTokenRow, PersonRow.role)
        .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
        .where(ApiTokenRow.token_hash == token_hash, ApiTokenRow.revoked_at.is_(None), PersonRow.active)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    token, role = found
    return LiveToken(
        token=token.id, person=token.person_id, name=token.name, permissions=tuple(token.permissions), role=role
    )


def device_by_token(session: Session, token_hash: str) -> str | None:
    """Name the enrolled device with this token's hash, unless it was reported lost."""
    query = select(DeviceRow.name).where(DeviceRow.token_hash == token_hash, DeviceRow.lost_at.is_(None))
    return session.scalar(query)


def _live_sign_ins(now: datetime) -> Select[SignInRow, PersonRow]:
    return (
        select(SignInRow, PersonRow)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(SignInRow.ended_at.is_(None), SignInRow.expires_at > now, PersonRow.active)
    )
