"""Files that come in: runs and what became of them, mapping profiles of the site, sources looked at by clock."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key, Sentence


class ImportRunRow(Base):
    """One file that came in; `cursor` is how many rows a run had got through, `seen_at` when it last got on."""

    __tablename__ = "import_run"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40), default="", index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    dry_run: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="running")
    cursor: Mapped[int] = mapped_column(default=0)
    report: Mapped[Json | None]
    rejected: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None]


class CancellationRow(Base):
    """A document that took back units of an order; kept so that reading its file again takes them back only once."""

    __tablename__ = "cancellation"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(80))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    units: Mapped[Json]
    applied_at: Mapped[datetime]


class MappingProfileRow(Base):
    """One version of a mapping profile of this site, as TOML; in force once a second person approved it."""

    __tablename__ = "mapping_profile"
    __table_args__ = (UniqueConstraint("kind", "name", "version"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(400), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class SourceRow(Base):
    """A shop that is looked at by clock: a drop folder of ours, or its own export over HTTP.

    `cursor` is up to when the shop was asked; `failures` count in a row and put the next look off.
    """

    __tablename__ = "source"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="orders")
    profile: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(400), default="")
    user_name: Mapped[str] = mapped_column(String(80), default="")
    secret: Mapped[str] = mapped_column(String(200), default="")
    every_minutes: Mapped[int] = mapped_column(default=15)
    silent_minutes: Mapped[int] = mapped_column(default=0)
    write_back: Mapped[str] = mapped_column(String(16), default="")
    active: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    cursor: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Sentence(400), default="")
    created_at: Mapped[datetime]


class WriteBackRow(Base):
    """A shipment that its shop is to be told about: waiting, done, or dead until somebody sends it again."""

    __tablename__ = "write_back"
    __table_args__ = (Index("ix_write_back_state_next_at", "state", "next_at"),)

    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Sentence(400), default="")
