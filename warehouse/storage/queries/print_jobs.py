"""Print jobs as people look at them, and the stations that print."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.printer_trouble import trouble
from warehouse.domain.words import parts_of
from warehouse.storage.base import AnyRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow, StationRow

BY_PAGE = "browser"
"""The transport of printers at which the page of a station prints."""

OPEN = frozenset(
    {
        PrintJobState.QUEUED,
        PrintJobState.CLAIMED,
        PrintJobState.SENDING,
        PrintJobState.WAITING_PRINTER,
        PrintJobState.IN_DOUBT,
        PrintJobState.FAILED,
    }
)
"""States somebody should know of: not out yet, or a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job as listed; `left` tells that its bytes may have left, `attention` what is wrong with its printer.

    `said` are the parts of `attention`, for the reader's language.
    """

    key: int
    id: uuid.UUID
    kind: str
    state: PrintJobState
    printer: int | None
    printer_name: str | None
    attention: str | None
    said: list[list[Any]] | None
    by_page: bool
    station: str | None
    order: str | None
    sscc: str | None
    attempt: int
    left: bool
    extension: str | None
    reprint_of: uuid.UUID | None
    reprint_no: int
    reason: str | None
    error: str | None
    how_confirmed: str | None
    created_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs: of some states, a printer, a station, an order's number, older than key `before` (newest first)."""

    states: frozenset[PrintJobState] = frozenset()
    printer: int | None = None
    station: int | None = None
    order: str | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStation:
    """One station, and for each role of paper the keys of its own printers, first choice first."""

    id: int
    code: str
    name: str
    kind: str
    printers: dict[str, list[int]]


def list_jobs(session: Session, which: JobFilter) -> list[JobLine]:
    """List jobs, the newest first."""
    query = _jobs().order_by(PrintJobRow.id.desc()).limit(which.limit)
    if which.states:
        query = query.where(PrintJobRow.state.in_(which.states))
    for column, value in ((PrintJobRow.printer_id, which.printer), (PrintJobRow.station_id, which.station)):
        if value is not None:
            query = query.where(column == value)
    if which.order is not None:
        query = query.where(OrderRow.number == which.order)
    if which.before is not None:
        query = query.where(PrintJobRow.id < which.before)
    return [_line(row) for row in session.execute(query)]


def count_open(session: Session) -> int:
    """Count the jobs that have not come out."""
    return session.scalar(select(func.count(PrintJobRow.id)).where(PrintJobRow.state.in_(OPEN))) or 0


def job_line(session: Session, job: uuid.UUID) -> JobLine | None:
    """Give one job as listed, or None."""
    row = session.execute(_jobs().where(PrintJobRow.job_id == job)).one_or_none()
    return None if row is None else _line(row)


def waiting_by_printer(session: Session) -> dict[int, int]:
    """Count the jobs that have not come out, by printer."""
    query = select(PrintJobRow.printer_id, func.count()).where(PrintJobRow.state.in_(OPEN))
    return {printer: count for printer, count in session.execute(query.group_by(PrintJobRow.printer_id)) if printer}


def known_stations(session: Session) -> list[KnownStation]:
    """List every station by code."""
    used = printers_of(session)
    return [
        KnownStation(id=row.id, code=row.code, name=row.name, kind=row.kind, printers=used.get(row.id, {}))
        for row in session.scalars(select(StationRow).order_by(StationRow.code))
    ]


def printers_of(session: Session) -> dict[int | None, dict[str, list[int]]]:
    """Give the printers each station uses for each role; those of the whole site stand under None."""
    found: dict[int | None, dict[str, list[int]]] = {}
    for row in session.scalars(select(StationPrinterRow).order_by(StationPrinterRow.rank, StationPrinterRow.id)):
        found.setdefault(row.station_id, {}).setdefault(row.role, []).append(row.printer_id)
    return found


def _jobs() -> Select[PrintJobRow, str, str | None, str, str, str, str | None]:
    return (
        select(
            PrintJobRow,
            PrinterRow.name.label("printer_name"),
            PrinterRow.attention,
            PrinterRow.transport,
            StationRow.code.label("station"),
            OrderRow.number.label("order"),
            CartonRow.sscc,
        )
        .outerjoin(PrinterRow, PrinterRow.id == PrintJobRow.printer_id)
        .outerjoin(StationRow, StationRow.id == PrintJobRow.station_id)
        .outerjoin(OrderRow, OrderRow.id == PrintJobRow.order_id)
        .outerjoin(CartonRow, CartonRow.id == PrintJobRow.carton_id)
    )


def _line(row: AnyRow) -> JobLine:
    job: PrintJobRow = row.PrintJobRow
    attention = trouble(row.attention)
    return JobLine(
        key=job.id,
        id=job.job_id,
        kind=job.kind,
        state=job.state,
        printer=job.printer_id,
        printer_name=row.printer_name,
        attention=attention,
        said=parts_of(attention) if attention else None,
        by_page=row.transport == BY_PAGE,
        station=row.station,
        order=row.order,
        sscc=row.sscc,
        attempt=job.attempt,
        left=job.sent_at is not None,
        extension=job.extension,
        reprint_of=job.reprint_of,
        reprint_no=job.reprint_no,
        reason=job.reason,
        error=trouble(job.error),
        how_confirmed=job.how_confirmed,
        created_at=job.created_at,
        sent_at=job.sent_at,
        confirmed_at=job.confirmed_at,
    )
