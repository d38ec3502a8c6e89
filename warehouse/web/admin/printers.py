"""The printers page: what waits, what people are asked about it, printers, stations, and who prints where."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.printing import media_names, profiles
from warehouse.problems import Problem
from warehouse.services.printing.answers import (
    ConfirmJob,
    JobAsked,
    ReprintJob,
    cancel_job,
    confirm_job,
    reprint_job,
    retry_job,
)
from warehouse.services.printing.events import PrintTest, queue_test_page
from warehouse.services.printing.jobs import ROLES
from warehouse.services.printing.printers import NewStation, add_printer, add_station, change_printer, use_printers
from warehouse.services.printing.spoiled import MOST, OUT, SpoiledRange, remake_range
from warehouse.services.printing.swaps import BarRead, note_read
from warehouse.storage.queries.print_jobs import (
    OPEN,
    JobFilter,
    count_open,
    known_stations,
    list_jobs,
    printers_of,
    waiting_by_printer,
)
from warehouse.storage.queries.printers import known_printers
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Digits, Key, Line
from warehouse.web.api.after_label import SpoiledBody
from warehouse.web.api.printers import (
    NewPrinterBody,
    NewStationBody,
    PrinterChange,
    Role,
    new_printer,
    printer_change,
    uses,
)
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_printers", __name__, url_prefix="/admin/printers")
HERE = "admin_printers.printers"
SHOWN_OPEN, SHOWN_LATEST = 100, 30


class PrintersAsked(Body):
    """Which way to reach a new printer, and before which job those that are not out are listed."""

    by: str = Field(default="", max_length=40)
    before: Digits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way to reach a printer as the form asks for it."""

    name: str
    title: str
    label: str
    example: str
    hint: str
    profile: str


KINDS = (
    Kind(
        name="tcp9100",
        title="Label printer on the network",
        label="Host, or host:port",
        example="10.1.2.40",
        hint="Zebra and printers that speak its language, on port 9100. It must be on the list of allowed printers.",
        profile="zebra_203",
    ),
    Kind(
        name="ipp",
        title="IPP printer or CUPS queue",
        label="Address",
        example="ipp://10.1.2.41/ipp/print",
        hint="Office printers, or ipp://host/printers/queue for a queue. It must be on the list of allowed printers.",
        profile="a4_laser_600",
    ),
    Kind(
        name="lp",
        title="Queue of the server",
        label="Queue",
        example="office",
        hint="As `lpstat -e` lists it on the machine the server runs on.",
        profile="a4_laser_600",
    ),
    Kind(
        name="browser",
        title="Browser of a station",
        label="Station",
        example="P1",
        hint="The pack page of this station prints it; start Chrome there with --kiosk-printing.",
        profile="a4_laser_600",
    ),
    Kind(
        name="folder",
        title="Folder",
        label="Folder: paper, or one in it",
        example="paper",
        hint="Files for another program, or for a first look.",
        profile="a4_laser_600",
    ),
)


class Reason(Body):
    """Why it is printed again; `key` makes a second press of the button the same job."""

    reason: Line
    key: Annotated[str, Field(min_length=1, max_length=64)]


class Scanned(Body):
    """A barcode of a test page."""

    code: Line


class Choice(Body):
    """Who prints a role of paper for a station, or for the whole site when none is named."""

    station: Key | None = None
    role: Role
    first: Key | None = None
    second: Key | None = None


@blueprint.get("")
@requires(Permission.WORK_PRINT_JOBS, Permission.EDIT_PRINTERS, Permission.PRINT_LABELS)
def printers() -> Response:
    """Show printers, stations and the queue."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_PRINTERS)
def add() -> AnyResponse:
    """Add a printer."""
    return _did("saved", lambda: parts().database.run(add_printer, new_printer(form(NewPrinterBody))))


@blueprint.post("/<key:printer>")
@requires(Permission.EDIT_PRINTERS)
def change(printer: int) -> AnyResponse:
    """Change a printer, or switch it off and on."""
    return _did("changed", lambda: parts().database.run(change_printer, printer_change(printer, form(PrinterChange))))


@blueprint.post("/<key:printer>/test")
@requires(Permission.EDIT_PRINTERS)
def test(printer: int) -> AnyResponse:
    """Print the test page."""
    wanted = PrintTest(actor=actor(), at=now(), printer=printer, key=uuid.uuid4().hex)
    return _did("printing", lambda: parts().database.run(queue_test_page, wanted))


@blueprint.post("/scan")
@requires(Permission.EDIT_PRINTERS)
def scan() -> AnyResponse:
    """Keep a barcode of a test page that was scanned back."""

    def act() -> None:
        parts().database.run(note_read, BarRead(actor=actor(), at=now(), code=form(Scanned).code))

    return _did("saved", act)


@blueprint.post("/stations")
@requires(Permission.EDIT_PRINTERS)
def station() -> AnyResponse:
    """Add a station."""

    def act() -> None:
        body = form(NewStationBody)
        wanted = NewStation(actor=actor(), at=now(), code=body.code, name=body.name, kind=body.kind)
        parts().database.run(add_station, wanted)

    return _did("saved", act)


@blueprint.post("/choices")
@requires(Permission.EDIT_PRINTERS)
def choose() -> AnyResponse:
    """Say who prints where."""

    def act() -> None:
        body = form(Choice)
        keys = [key for key in (body.first, body.second) if key is not None]
        for wish in uses(body.station, {body.role: keys}):
            parts().database.run(use_printers, wish)

    return _did("saved", act)


@blueprint.post("/jobs/<uuid:job>/retry")
@requires(Permission.WORK_PRINT_JOBS)
def retry(job: uuid.UUID) -> AnyResponse:
    """Try a job again that never left."""
    return _did("printing", lambda: parts().database.run(retry_job, JobAsked(actor=actor(), at=now(), job=job)))


@blueprint.post("/jobs/<uuid:job>/cancel")
@requires(Permission.WORK_PRINT_JOBS)
def cancel(job: uuid.UUID) -> AnyResponse:
    """Give up a job that has not left."""
    return _did("cancelled", lambda: parts().database.run(cancel_job, JobAsked(actor=actor(), at=now(), job=job)))


@blueprint.post("/jobs/<uuid:job>/confirm")
@requires(Permission.WORK_PRINT_JOBS)
def confirm(job: uuid.UUID) -> AnyResponse:
    """Say that a job came out."""
    return _did("came_out", lambda: parts().database.run(confirm_job, ConfirmJob(actor=actor(), at=now(), job=job)))


@blueprint.post("/jobs/<uuid:job>/reprint")
@requires(Permission.REPRINT)
def reprint(job: uuid.UUID) -> AnyResponse:
    """Print a job again, marked."""

    def act() -> None:
        body = form(Reason)
        wanted = ReprintJob(actor=actor(), at=now(), job=job, reason=body.reason, key=body.key)
        parts().database.run(reprint_job, wanted)

    return _did("printing", act)


@blueprint.post("/spoiled")
@requires(Permission.VOID_CARTONS)
def spoiled() -> AnyResponse:
    """Make a range of prints of one printer again; the old labels are dead."""

    def act() -> None:
        body = form(SpoiledBody)
        wanted = SpoiledRange(actor=actor(), at=now(), first=body.first, last=body.last, reason=body.reason)
        parts().database.run(remake_range, wanted)

    return _did("remade", act)


def _did(word: str, act: Callable[[], object]) -> AnyResponse:
    problem = attempted(act)
    return _page(problem) if problem else done(word, HERE)


def _page(problem: Problem | None = None) -> Response:
    asked = asked_for(PrintersAsked)
    with parts().database.read() as session:
        jobs = list_jobs(session, JobFilter(states=OPEN, before=asked.before, limit=SHOWN_OPEN + 1))
        values = {
            "printers": known_printers(session),
            "stations": known_stations(session),
            "site_printers": printers_of(session).get(None, {}),
            "waiting": waiting_by_printer(session),
            "jobs": jobs[:SHOWN_OPEN],
            "next": jobs[SHOWN_OPEN - 1].key if len(jobs) > SHOWN_OPEN else None,
            "first": asked.before is not None,
            "open_jobs": count_open(session),
            "latest": list_jobs(session, JobFilter(limit=SHOWN_LATEST)),
            "spoilable": list_jobs(session, JobFilter(states=OUT, limit=MOST)),
        }
    return show(
        "admin/printers.html",
        problem,
        profiles=profiles(),
        media_choices=[(name, name) for name in media_names()],
        roles=ROLES,
        press=uuid.uuid4().hex,
        kinds=KINDS,
        kind=next((kind for kind in KINDS if kind.name == asked.by), KINDS[0]),
        sent=request.form if problem else {},
        **values,
    )
