"""Printers and stations over HTTP: listed, added, changed, tried; who prints where."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from flask import Blueprint, Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.printing import FOLDER, Device, check_device, paper_of
from warehouse.services.printing.events import PrintTest, queue_test_page
from warehouse.services.printing.printers import (
    ChangePrinter,
    ChangeStation,
    NewPrinter,
    NewStation,
    UsePrinters,
    add_printer,
    add_station,
    change_printer,
    change_station,
    use_printers,
)
from warehouse.services.printing.swaps import BarRead, MoveStation, move_station, note_read, printer_named
from warehouse.storage.queries.print_jobs import KnownStation, known_stations
from warehouse.storage.queries.printers import KnownPrinter, known_printers
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Key, Line, Listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_printers", __name__, url_prefix=PREFIX)
Name = Annotated[Line, Field(max_length=40)]
StationCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,38}$")]
Role = Literal["label", "item_label", "document"]
Choices = dict[Role, list[Key]]


class PrinterAnswer(Answer):
    """A printer: how it is reached, what it prints, what a person should see to."""

    id: int
    name: str
    transport: str
    address: str
    profile: str
    media: str
    active: bool
    attention: str | None
    least_dots: int | None
    roles: Sequence[str]


class NewPrinterBody(Body):
    """A printer. Its address is, by transport: `tcp9100` host or host:port, `ipp` ipp://host/path, `lp` a queue of the
    server's machine, `folder` paper or a folder in it, `browser` the code of a station.
    """

    name: Name
    transport: Literal["tcp9100", "ipp", "lp", "folder", "browser"]
    address: Line
    profile: Name
    media: Name | None = None


class PrinterChange(Body):
    """What is to be different; what is absent stays."""

    name: Name | None = None
    address: Line | None = None
    profile: Name | None = None
    media: Name | None = None
    active: bool | None = None


class TestAnswer(Answer):
    """The job that prints the test page."""

    job: uuid.UUID


class StationAnswer(Answer):
    """A station, and the printers it prefers for each role of paper."""

    id: int
    code: str
    name: str
    kind: str
    printers: dict[str, list[int]]


class NewStationBody(Body):
    """A work place; its barcode is `S:` and the code."""

    code: StationCode
    name: Line = Field(max_length=80)
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,16}$")] = "pack"


class StationChange(Body):
    """What is to be different; of `printers` only the roles named."""

    name: Line | None = Field(default=None, max_length=80)
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,16}$")] | None = None
    printers: Choices | None = None


class SiteChoices(Body):
    """Who prints for stations that have no printers of their own."""

    printers: Choices


class ScanBody(Body):
    """What was scanned at a printer: its label with the station that moves there, or a barcode of its test page."""

    code: Line
    station: StationCode | None = None


class ScanAnswer(Answer):
    """What came of it, as a sentence."""

    text: str


@blueprint.get("/printers")
@requires(Permission.WORK_PRINT_JOBS, Permission.EDIT_PRINTERS)
@operation(answer=Listing[PrinterAnswer])
def get_printers() -> Listing[PrinterAnswer]:
    """List the printers by name."""
    with parts().database.read() as session:
        return Listing(items=[PrinterAnswer.model_validate(row) for row in known_printers(session)])


@blueprint.post("/printers")
@requires(Permission.EDIT_PRINTERS)
@operation(body=NewPrinterBody, answer=PrinterAnswer, status=201)
def post_printer(body: NewPrinterBody) -> Response:
    """Add a printer."""
    wanted = new_printer(body)
    return create(add_printer, wanted, lambda session, made: PrinterAnswer.model_validate(_printer(session, made)))


@blueprint.patch("/printers/<key:printer>")
@requires(Permission.EDIT_PRINTERS)
@operation(body=PrinterChange, answer=PrinterAnswer)
def patch_printer(printer: int, body: PrinterChange) -> KnownPrinter:
    """Change a printer, or switch it off and on."""
    wanted = printer_change(printer, body)
    return parts().database.run(lambda session, it: _printer(session, change_printer(session, it)), wanted)


@blueprint.post("/printers/<key:printer>/test")
@requires(Permission.EDIT_PRINTERS)
@operation(answer=TestAnswer, status=201)
def post_test(printer: int) -> Response:
    """Print the page that shows how well this printer prints."""
    wanted = PrintTest(actor=actor(), at=now(), printer=printer, key=uuid.uuid4().hex)
    return create(queue_test_page, wanted, lambda _session, job: TestAnswer(job=job))


@blueprint.post("/printers/scan")
@requires(Permission.WORK_PRINT_JOBS)
@operation(body=ScanBody, answer=ScanAnswer)
def post_scan(body: ScanBody) -> ScanAnswer:
    """Scan a printer's label, which moves a station's paper there, or a barcode of its test page."""
    if body.code.strip().upper().startswith("TEST-"):
        read = parts().database.run(note_read, BarRead(actor=actor(), at=now(), code=body.code))
        return ScanAnswer(text=f"{read.name} prints bars of {read.least_dots} dots that read.")
    with parts().database.read() as session:
        known = _printer(session, printer_named(session, body.code).id)
    roles = paper_of(Device(transport="", address="", profile=known.profile, media=known.media))
    if not body.station:
        raise ConflictError("Scan the label of this station first.")
    wanted = MoveStation(actor=actor(), at=now(), station=body.station, code=body.code, roles=roles)
    moved = parts().database.run(move_station, wanted)
    along = f" {moved.jobs} waiting go there too." if moved.jobs else ""
    return ScanAnswer(text=f"{body.station} prints on {moved.printer} now.{along}")


@blueprint.get("/stations")
@requires(Permission.WORK_PRINT_JOBS, Permission.EDIT_PRINTERS)
@operation(answer=Listing[StationAnswer])
def get_stations() -> Listing[StationAnswer]:
    """List the stations by code."""
    with parts().database.read() as session:
        return Listing(items=[StationAnswer.model_validate(row) for row in known_stations(session)])


@blueprint.post("/stations")
@requires(Permission.EDIT_PRINTERS)
@operation(body=NewStationBody, answer=StationAnswer, status=201)
def post_station(body: NewStationBody) -> Response:
    """Add a station."""
    wanted = NewStation(actor=actor(), at=now(), code=body.code, name=body.name, kind=body.kind)
    return create(add_station, wanted, lambda session, made: StationAnswer.model_validate(_station(session, made)))


@blueprint.patch("/stations/<key:station>")
@requires(Permission.EDIT_PRINTERS)
@operation(body=StationChange, answer=StationAnswer)
def patch_station(station: int, body: StationChange) -> KnownStation:
    """Change a station or the printers it prefers."""
    wishes = uses(station, body.printers or {})

    def change(session: Session, wanted: ChangeStation) -> KnownStation:
        change_station(session, wanted)
        for wish in wishes:
            use_printers(session, wish)
        return _station(session, station)

    wanted = ChangeStation(actor=actor(), at=now(), station=station, name=body.name, kind=body.kind)
    return parts().database.run(change, wanted)


@blueprint.post("/printers/site")
@requires(Permission.EDIT_PRINTERS)
@operation(body=SiteChoices, answer=Listing[PrinterAnswer])
def post_site(body: SiteChoices) -> Listing[PrinterAnswer]:
    """Say who prints for stations that have no printers of their own."""

    def change(session: Session, wishes: list[UsePrinters]) -> list[KnownPrinter]:
        for wish in wishes:
            use_printers(session, wish)
        return known_printers(session)

    rows = parts().database.run(change, uses(None, body.printers))
    return Listing(items=[PrinterAnswer.model_validate(row) for row in rows])


def new_printer(body: NewPrinterBody) -> NewPrinter:
    """Make the request that adds a printer, after a look at whether it could ever print."""
    if parts().settings.practice and body.transport != FOLDER:
        raise InvalidInputError("On the practice floor nothing is printed but into files: choose a folder.")
    media = body.media or ""
    device = Device(transport=body.transport, address=body.address, profile=body.profile, media=media)
    check_device(device, parts().reach)
    return NewPrinter(
        actor=actor(),
        at=now(),
        name=body.name,
        transport=body.transport,
        address=body.address,
        profile=body.profile,
        media=media,
    )


def printer_change(printer: int, body: PrinterChange) -> ChangePrinter:
    """Make the request that changes a printer, after a look at whether it could still print then."""
    with parts().database.read() as session:
        known = _printer(session, printer)
    device = Device(
        transport=known.transport,
        address=body.address or known.address,
        profile=body.profile or known.profile,
        media=known.media if body.media is None else body.media,
    )
    check_device(device, parts().reach)
    return ChangePrinter(actor=actor(), at=now(), printer=printer, **body.model_dump())


def uses(station: int | None, choices: Mapping[Role, Sequence[int]]) -> list[UsePrinters]:
    """Make the requests that set who prints each role of paper for a station, or for the site."""
    return [
        UsePrinters(actor=actor(), at=now(), station=station, role=role, printers=tuple(printers))
        for role, printers in choices.items()
    ]


def _printer(session: Session, key: int) -> KnownPrinter:
    for row in known_printers(session):
        if row.id == key:
            return row
    raise NotFoundError(sentence("There is no printer {printer}.", printer=key))


def _station(session: Session, key: int) -> KnownStation:
    for row in known_stations(session):
        if row.id == key:
            return row
    raise NotFoundError(sentence("There is no station {code}.", code=key))
