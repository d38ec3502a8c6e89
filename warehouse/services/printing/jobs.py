"""Print jobs: a job is written in the transaction of its cause and holds the values of its document.

Nothing is printed here: the spooler takes the jobs up after the commit.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.errors import IdReusedError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import BoardChanged, BoardKind, PrintJobChanged, PrintJobQueued
from warehouse.domain.words import Text, listed, sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.printing.language import in_language_of, same_content
from warehouse.storage.group import announce
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow

LABEL, SMALL_LABEL, DOCUMENT = "label", "item_label", "document"
ROLES = (LABEL, SMALL_LABEL, DOCUMENT)
"""What a station needs printers for: shipping labels, small labels, sheets of paper."""

ROLE_OF_KIND: Mapping[str, str] = {
    "shipping_label": LABEL,
    "logistic_label": LABEL,
    "limited_quantity": LABEL,
    "cn22": LABEL,
    "carrier_label": LABEL,
    "item": SMALL_LABEL,
    "bin": SMALL_LABEL,
    "tote": SMALL_LABEL,
    "cart": SMALL_LABEL,
    "batch": SMALL_LABEL,
    "badge": SMALL_LABEL,
    "station": SMALL_LABEL,
    "test_page": SMALL_LABEL,
    "pick_list": DOCUMENT,
    "packing_slip": DOCUMENT,
    "manifest": DOCUMENT,
    "gift_note": DOCUMENT,
    "command_sheet": DOCUMENT,
    "carton_contents": DOCUMENT,
    "cn23": DOCUMENT,
    "commercial_invoice": DOCUMENT,
}
"""Which role of printer each kind of document goes to."""

LABEL_KINDS = ("shipping_label", "carrier_label")
"""What is stuck on a carton: our own label or its carrier's."""

NO_PRINTER = "no printer is set up for this here"
_NAMESPACE = uuid.UUID("6a0f8d0e-6b1b-5c57-9f0f-4e2a3f6d1c55")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJob(Request):
    """Print `document`, plain JSON values with their `kind`. The same `key` asked again is the same job.

    `printer` names one printer whatever the station's choice is. `erase_after` is set where it holds personal data.
    """

    key: str
    document: Document
    station: int | None = None
    printer: int | None = None
    carton: int | None = None
    order: int | None = None
    erase_after: datetime | None = None


def queue_job(session: Session, request: QueueJob) -> uuid.UUID:
    """Write a print job, or give the one that is there under this key.

    Raises IdReusedError when the key stands for another document and InvalidInputError for an unknown kind.
    """
    found = job_under(session, request.key)
    if found is not None:
        if not same_content(found.document, request.document):
            raise IdReusedError(sentence("Print job {key} was asked for before with another content.", key=request.key))
        return found.job_id
    row = _new_job(session, request)
    session.add(row)
    tell_queued(session, request, row, "print_queued")
    return row.job_id


def job_under(session: Session, key: str) -> PrintJobRow | None:
    """Give the job asked for under this key, if there is one."""
    return session.scalars(select(PrintJobRow).where(PrintJobRow.idempotency_key == key)).one_or_none()


def get_job(session: Session, job: uuid.UUID) -> PrintJobRow:
    """Give the row of a job; NotFoundError when there is none."""
    row = session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == job)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no print job {job}.", job=job))
    return row


def choose_printers(session: Session, station: int | None, role: str) -> list[int]:
    """List the printers for a role of paper: the station's own in their order, then the site's."""
    return list(session.scalars(_choices(station, role)))


def id_of(key: str) -> uuid.UUID:
    """Give the job id that belongs to an idempotency key."""
    return uuid.uuid5(_NAMESPACE, key)


def move_job(session: Session, row: PrintJobRow, target: PrintJobState) -> None:
    """Take a job along a legal path, and tell the world; raises ConflictError otherwise."""
    require(Kind.PRINT_JOB, row.state, target)
    row.state = target
    session.flush()
    news = PrintJobChanged(
        job=row.job_id, state=target, printer=row.printer_id, station=row.station_id, carton=row.carton_id
    )
    announce(session, news)


def tell_queued(session: Session, request: Request, row: PrintJobRow, action: str) -> None:
    """Put a job that is ready to print into the journal and wake the spooler."""
    session.flush()
    audit(session, request, action, f"print_job:{row.id}", kind=row.kind, printer=row.printer_id, no=row.reprint_no)
    announce(session, PrintJobQueued(job=row.job_id, printer=row.printer_id, station=row.station_id))
    announce(session, BoardChanged(BoardKind.PRINTERS))


def ask_for_help(session: Session, request: Request, row: PrintJobRow, reason: str) -> None:
    """Note on the job why it did not come out for sure, and open an exception about it."""
    row.error = reason
    about = listed([spoken(row), reason], ": ")
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.LABEL_FAILED,
        subject=f"print_job:{row.id}",
        about=about,
        order=row.order_id,
    )
    open_exception(session, entry)


def settle_help(session: Session, request: Request, row: PrintJobRow, resolution: Text) -> None:
    """Settle the exception about a job, where there is one."""
    resolve_about(session, request, ExceptionType.LABEL_FAILED, f"print_job:{row.id}", resolution)


def spoken(row: PrintJobRow) -> Text:
    """Name a job for a person: "shipping label of order 1042"."""
    document: Document = row.document
    name = next((str(document[field]) for field in ("order_number", "number", "code", "sku") if field in document), "")
    if not name:
        return word(row.kind)
    form = "{document} of order {name}" if "order_number" in document else "{document} of {name}"
    return sentence(form, document=word(row.kind), name=name)


def _new_job(session: Session, request: QueueJob) -> PrintJobRow:
    kind = str(request.document.get("kind", ""))
    if kind not in ROLE_OF_KIND:
        raise InvalidInputError(sentence("There is no document of kind {kind}.", kind=f"{kind!r}"))
    role = ROLE_OF_KIND[kind]
    chosen = choose_printers(session, request.station, role) if request.printer is None else [request.printer]
    return PrintJobRow(
        job_id=id_of(request.key),
        idempotency_key=request.key,
        kind=kind,
        role=role,
        document=in_language_of(session, request.document, request.actor.person),
        station_id=request.station,
        printer_id=chosen[0] if chosen else None,
        carton_id=request.carton,
        order_id=request.order,
        person_id=request.actor.person,
        error=None if chosen else NO_PRINTER,
        created_at=request.at,
        erase_after=request.erase_after,
    )


def _choices(station: int | None, role: str) -> Select[int]:
    mine = StationPrinterRow.station_id == station
    return (
        select(StationPrinterRow.printer_id)
        .join(PrinterRow, PrinterRow.id == StationPrinterRow.printer_id)
        .where(StationPrinterRow.role == role, PrinterRow.active, mine | StationPrinterRow.station_id.is_(None))
        .order_by(StationPrinterRow.station_id.is_(None), StationPrinterRow.rank, StationPrinterRow.id)
    )
