"""Paper that a station's page prints: the page fetches a job, prints it, and says so; silence leaves a question."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.errors import ConflictError
from warehouse.services.actor import Request
from warehouse.services.printing.jobs import get_job
from warehouse.services.printing.spooling import (
    AtPrinter,
    ClaimedJob,
    Ended,
    Ending,
    OfJob,
    claim_job,
    end_sending,
    release_job,
)
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.storage.queries.print_jobs import BY_PAGE

TRANSPORT = BY_PAGE
PATIENCE = timedelta(seconds=90)
"""How long a page may take to print before somebody is asked whether it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStation(Request):
    """The page of a station asks for paper."""

    station: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForPage:
    """A claimed job, and how its printer is set up."""

    job: ClaimedJob
    printer: int
    profile: str
    media: str
    least_dots: int | None


def claim_for_page(session: Session, request: AtStation) -> ForPage | None:
    """Take the oldest job that this station's page is to print; None while it prints another, or there is none."""
    for printer in session.scalars(_printers(request.station)).all():
        busy = select(PrintJobRow.id).where(
            PrintJobRow.printer_id == printer.id,
            PrintJobRow.state.in_((PrintJobState.CLAIMED, PrintJobState.SENDING)),
        )
        if session.scalars(busy.limit(1)).first() is not None:
            continue
        job = claim_job(session, AtPrinter(actor=request.actor, at=request.at, printer=printer.id))
        if job is not None:
            get_job(session, job.job).not_before = request.at + PATIENCE
            return _for_page(job, printer)
    return None


def page_of_job(session: Session, request: OfJob) -> ForPage:
    """Give a job that a page prints right now; ConflictError for any other."""
    row = get_job(session, request.job)
    printer = session.get(PrinterRow, row.printer_id) if row.printer_id else None
    if row.state is not PrintJobState.SENDING or printer is None or printer.transport != TRANSPORT:
        raise ConflictError("This is not printed by a page now.")
    job = ClaimedJob(job=row.job_id, kind=row.kind, document=row.document, attempt=row.attempt)
    return _for_page(job, printer)


def page_printed(session: Session, request: OfJob) -> None:
    """Note that the page handed the paper to its printer; a scan of the label still has to come."""
    page_of_job(session, request)
    end_sending(session, Ended(actor=request.actor, at=request.at, job=request.job, ending=Ending.SENT))


def silent_pages(session: Session, request: Request) -> list[uuid.UUID]:
    """List the jobs whose page owes an answer for too long, or never got what it asked for; reads only."""
    unanswered = (PrintJobRow.state == PrintJobState.SENDING) & (PrintJobRow.sent_at < request.at - PATIENCE)
    unfetched = (PrintJobRow.state == PrintJobState.CLAIMED) & (PrintJobRow.not_before < request.at)
    query = (
        select(PrintJobRow.job_id)
        .join(PrinterRow, PrinterRow.id == PrintJobRow.printer_id)
        .where(PrinterRow.transport == TRANSPORT, unanswered | unfetched)
    )
    return list(session.scalars(query))


def doubt_silent_pages(session: Session, request: Request) -> None:
    """Ask about jobs whose page never said that it printed; what no page got goes back into the line."""
    for job in silent_pages(session, request):
        if get_job(session, job).state is PrintJobState.CLAIMED:
            release_job(session, OfJob(actor=request.actor, at=request.at, job=job))
            continue
        reason = "the page did not say that it printed"
        asked = Ended(actor=request.actor, at=request.at, job=job, reason=reason, ending=Ending.IN_DOUBT)
        end_sending(session, asked)


def _printers(station: str) -> Select[PrinterRow]:
    code, own = station.upper().removeprefix("S:"), func.upper(PrinterRow.address)
    return select(PrinterRow).where(PrinterRow.active, PrinterRow.transport == TRANSPORT, own.in_((code, f"S:{code}")))


def _for_page(job: ClaimedJob, printer: PrinterRow) -> ForPage:
    return ForPage(
        job=job, printer=printer.id, profile=printer.profile, media=printer.media, least_dots=printer.least_dots
    )
