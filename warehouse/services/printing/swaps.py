"""At the printer itself: a station moves to another one by its label, a scanned test page says what it prints well."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import PrintJobState
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.printing.jobs import ROLES, choose_printers
from warehouse.services.printing.printers import get_printer
from warehouse.services.printing.spooling import divert_job
from warehouse.storage.group import announce
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow, StationRow

_PRINTER = re.compile(r"P:([0-9]{1,18})", re.ASCII)
_TEST = re.compile(r"TEST-([0-9]{1,18})-([0-9]{1,2})", re.ASCII)
_NOT_LEFT = (PrintJobState.QUEUED, PrintJobState.WAITING_PRINTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStation(Request):
    """A station prints `roles` of paper on the printer whose label `code` was scanned."""

    station: str
    code: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where the station prints now, and how many jobs that had not left went along."""

    printer: str
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRead(Request):
    """One barcode of a printer's test page, as scanned."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsProven:
    """The narrowest bar, in dots, that was read from this printer."""

    printer: int
    name: str
    least_dots: int


def printer_named(session: Session, code: str) -> PrinterRow:
    """Give the printer whose label was scanned; raises NotFoundError for other codes, ConflictError when off."""
    found = _PRINTER.fullmatch(key(code.strip()))
    if found is None:
        raise NotFoundError(sentence("{value} is no label of a printer.", value=code[:40]))
    row = get_printer(session, int(found[1]))
    if not row.active:
        raise ConflictError(sentence("{name} is switched off.", name=row.name))
    return row


def move_station(session: Session, request: MoveStation) -> Moved:
    """Put a printer first for a station; what has not left yet of the station's paper goes there too."""
    printer = printer_named(session, request.code)
    code = request.station.upper().removeprefix("S:")
    station = session.scalars(select(StationRow).where(StationRow.code == code)).one_or_none()
    if station is None:
        raise NotFoundError(sentence("There is no station {code}.", code=request.station[:40]))
    roles = tuple(role for role in ROLES if role in request.roles)
    for role in roles:
        _put_first(session, station.id, role, printer.id)
    session.flush()
    audit(session, request, "station_moved", f"station:{station.id}", printer=printer.id, roles=roles)
    announce(session, BoardChanged(BoardKind.PRINTERS))
    return Moved(printer=printer.name, jobs=_take_along(session, request, station.id, printer.id))


def note_read(session: Session, request: BarRead) -> BarsProven:
    """Keep the narrowest bar that was scanned back from a test page; a new page begins anew.

    Raises InvalidInputError for a code of something else.
    """
    found = _TEST.fullmatch(request.code.strip().upper())
    if found is None:
        problem = FieldProblem("code", "expected a barcode of a test page, such as TEST-3-2")
        raise InvalidInputError("That is no barcode of a test page.", (problem,))
    printer, dots = get_printer(session, int(found[1])), int(found[2])
    if printer.least_dots is None or dots < printer.least_dots:
        printer.least_dots = dots
        session.flush()
        audit(session, request, "printer_proven", f"printer:{printer.id}", dots=dots)
        announce(session, BoardChanged(BoardKind.PRINTERS))
    return BarsProven(printer=printer.id, name=printer.name, least_dots=printer.least_dots)


def _put_first(session: Session, station: int, role: str, printer: int) -> None:
    """Keep the printers used so far as further choices, behind the new one."""
    before = [key for key in choose_printers(session, station, role) if key != printer]
    mine = (StationPrinterRow.station_id == station, StationPrinterRow.role == role)
    session.execute(delete(StationPrinterRow).where(*mine))
    session.add_all(
        StationPrinterRow(station_id=station, role=role, rank=rank, printer_id=key)
        for rank, key in enumerate([printer, *before], start=1)
    )


def _take_along(session: Session, request: MoveStation, station: int, printer: int) -> int:
    waiting = select(PrintJobRow).where(
        PrintJobRow.station_id == station,
        PrintJobRow.role.in_(request.roles),
        PrintJobRow.state.in_(_NOT_LEFT),
        PrintJobRow.printer_id != printer,
        PrintJobRow.kind != "test_page",
    )
    rows = session.scalars(waiting.order_by(PrintJobRow.id)).all()
    for row in rows:
        divert_job(session, request, row, printer)
    return len(rows)
