"""Printers and stations as an admin sets them up: where each is, what it is loaded with, who prints where."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.printing.jobs import ROLES
from warehouse.storage.group import announce
from warehouse.storage.models.printing import PrinterRow, StationPrinterRow, StationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrinter(Request):
    """A printer to add; that it can be reached at all was checked before."""

    name: str
    transport: str
    address: str
    profile: str
    media: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePrinter(Request):
    """What is to be different about a printer; None stays as it is."""

    printer: int
    name: str | None = None
    address: str | None = None
    profile: str | None = None
    media: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStation(Request):
    """A work place to add."""

    code: str
    name: str
    kind: str = "pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStation(Request):
    """What is to be different about a station; None stays as it is."""

    station: int
    name: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePrinters(Request):
    """Which printers a station uses for a role of paper, the first choice first; None is the whole site."""

    station: int | None
    role: str
    printers: tuple[int, ...]


def add_printer(session: Session, request: NewPrinter) -> int:
    """Add a printer; its key is given back. Raises ConflictError when the name is taken."""
    _refuse_taken_name(session, request.name, but=None)
    row = PrinterRow(
        name=request.name,
        transport=request.transport,
        address=request.address,
        profile=request.profile,
        media=request.media,
    )
    session.add(row)
    session.flush()
    _tell(session, request, "printer_added", f"printer:{row.id}")
    return row.id


def change_printer(session: Session, request: ChangePrinter) -> int:
    """Change a printer; the spooler goes on with it as it is then."""
    row = get_printer(session, request.printer)
    if request.name is not None:
        _refuse_taken_name(session, request.name, but=row.id)
    changed = {
        name: value
        for name in ("name", "address", "profile", "media", "active")
        if (value := getattr(request, name)) is not None
    }
    for name, value in changed.items():
        setattr(row, name, value)
    session.flush()
    _tell(session, request, "printer_changed", f"printer:{row.id}", changed=sorted(changed))
    return row.id


def add_station(session: Session, request: NewStation) -> int:
    """Add a station; its key is given back. Raises ConflictError when the code is taken."""
    if session.scalar(select(StationRow.id).where(StationRow.code == request.code)) is not None:
        raise ConflictError(sentence("There is a station {code} already.", code=request.code))
    row = StationRow(code=request.code, name=request.name, kind=request.kind)
    session.add(row)
    session.flush()
    _tell(session, request, "station_added", f"station:{row.id}")
    return row.id


def change_station(session: Session, request: ChangeStation) -> int:
    """Change a station's name or kind."""
    row = get_station(session, request.station)
    row.name = row.name if request.name is None else request.name
    row.kind = row.kind if request.kind is None else request.kind
    _tell(session, request, "station_changed", f"station:{row.id}")
    return row.id


def use_printers(session: Session, request: UsePrinters) -> None:
    """Set who prints a role of paper for a station; an empty list leaves it to the site's printers."""
    if request.role not in ROLES:
        raise _wrong("role", sentence("expected one of {names}", names=", ".join(ROLES)))
    if len(set(request.printers)) < len(request.printers):
        raise _wrong("printers", "each printer can be named once")
    if request.station is not None:
        get_station(session, request.station)
    for printer in request.printers:
        get_printer(session, printer)
    session.execute(
        delete(StationPrinterRow).where(
            StationPrinterRow.station_id == request.station
            if request.station is not None
            else StationPrinterRow.station_id.is_(None),
            StationPrinterRow.role == request.role,
        )
    )
    session.add_all(
        StationPrinterRow(station_id=request.station, role=request.role, rank=rank, printer_id=printer)
        for rank, printer in enumerate(request.printers, start=1)
    )
    subject = f"station:{request.station or 'site'}"
    _tell(session, request, "station_printers", subject, role=request.role, printers=request.printers)


def get_printer(session: Session, printer: int) -> PrinterRow:
    """Give the row of a printer; NotFoundError when there is none."""
    row = session.get(PrinterRow, printer)
    if row is None:
        raise NotFoundError(sentence("There is no printer {printer}.", printer=printer))
    return row


def get_station(session: Session, station: int) -> StationRow:
    """Give the row of a station; NotFoundError when there is none."""
    row = session.get(StationRow, station)
    if row is None:
        raise NotFoundError(sentence("There is no station {code}.", code=station))
    return row


def _refuse_taken_name(session: Session, name: str, but: int | None) -> None:
    taken = select(PrinterRow.id).where(func.lower(PrinterRow.name) == name.lower(), PrinterRow.id != (but or 0))
    if session.scalar(taken) is not None:
        raise ConflictError(sentence("There is a printer {name} already.", name=name))


def _tell(session: Session, request: Request, action: str, subject: str, **details: object) -> None:
    audit(session, request, action, subject, **details)
    announce(session, BoardChanged(BoardKind.PRINTERS))


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(
        sentence("Some fields are wrong: {field}: {message}.", field=field, message=message),
        (FieldProblem(field, message),),
    )
