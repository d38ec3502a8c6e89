"""Stations, printers and the spool: a job holds the values of its document, and is never lost."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import PrintJobState
from warehouse.storage.base import Base, Json, Key, Sentence


class PrinterRow(Base):
    """A device that makes paper: how it is reached and which profile it has."""

    __tablename__ = "printer"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    transport: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(200), default="")
    profile: Mapped[str] = mapped_column(String(40))
    media: Mapped[str] = mapped_column(String(40), default="")
    active: Mapped[bool] = mapped_column(default=True)
    attention: Mapped[str | None] = mapped_column(String(200))
    seen_at: Mapped[datetime | None]
    least_dots: Mapped[int | None]
    """The narrowest bar, in dots, that was scanned back from its test page."""


class StationRow(Base):
    """A pack bench or office desk, known by its own barcode."""

    __tablename__ = "station"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16), default="pack")


class StationPrinterRow(Base):
    """Which printer a station uses for a role of paper, in order of preference."""

    __tablename__ = "station_printer"
    __table_args__ = (UniqueConstraint("station_id", "role", "rank"),)

    id: Mapped[Key]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    role: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int] = mapped_column(default=1)
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id"))


class PrintJobRow(Base):
    """One document to print; `idempotency_key` makes asking twice the same job."""

    __tablename__ = "print_job"

    id: Mapped[Key]
    job_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    role: Mapped[str] = mapped_column(String(16))
    document: Mapped[Json]
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    printer_id: Mapped[int | None] = mapped_column(ForeignKey("printer.id"), index=True)
    carton_id: Mapped[int | None] = mapped_column(ForeignKey("carton.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    state: Mapped[PrintJobState] = mapped_column(default=PrintJobState.QUEUED, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    extension: Mapped[str | None] = mapped_column(String(8))
    reprint_of: Mapped[uuid.UUID | None]
    reprint_no: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(400))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    error: Mapped[str | None] = mapped_column(Sentence(400))
    how_confirmed: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None]
