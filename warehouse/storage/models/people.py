"""People, their sign-ins, the machines that speak for the shop, and the devices in their hands."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import Role
from warehouse.storage.base import Base, Json, Key


class PersonRow(Base):
    """Somebody who works here; the badge stands in `barcode`, the PIN only as a hash.

    `failed_at` lists the failed sign-ins of the last 24 hours as `domain.lockout` writes them; `locked_hard` waits for
    a lead, and is about devices that nobody has enrolled. After `expires_at` who was here for a time is let in no more.
    """

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role]
    badge: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    failed_at: Mapped[Json | None]
    locked_hard: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None]


class TemporaryBadgeRow(Base):
    """A badge for who has lost theirs, dead by itself after a shift; a `pin_hash` of its own when the PIN is lost."""

    __tablename__ = "temporary_badge"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInRow(Base):
    """One signed-in session of one person; looked up at each request and event."""

    __tablename__ = "sign_in"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiTokenRow(Base):
    """A machine's bearer token: shown once, kept as a hash, limited to its permissions."""

    __tablename__ = "api_token"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    permissions: Mapped[Json]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class DeviceRow(Base):
    """A handheld or station browser, known by the id in its own store; a lead was given scans up to `given_seq`."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_seq: Mapped[int | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    given_seq: Mapped[int] = mapped_column(default=0)
    pending: Mapped[int] = mapped_column(default=0)
    persisted: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    lost_at: Mapped[datetime | None]
