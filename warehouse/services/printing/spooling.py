"""What the spooler does to a job: claim it, send it, note how that ended. Only certain steps are ever repeated.

A job is `sending` from the commit before its first byte until its end is known; whoever finds it so after a restart
cannot know whether it came out and asks a person.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.news import BoardChanged, BoardKind, PrintJobQueued
from warehouse.domain.printer_trouble import trouble
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.printing.answers import How, confirm_row
from warehouse.services.printing.jobs import (
    ask_for_help,
    choose_printers,
    get_job,
    move_job,
    settle_help,
)
from warehouse.storage.group import announce
from warehouse.storage.models.printing import PrinterRow, PrintJobRow

_S = PrintJobState
_OPEN = (_S.QUEUED, _S.WAITING_PRINTER)
_MOST_ATTENTION = 200
_MOST_ATTEMPTS = 3
_AT_ONCE = 200


class Ending(StrEnum):
    """What is certain about the bytes of a job."""

    NOTHING_SENT = "nothing_sent"
    SENT = "sent"
    CAME_OUT = "came_out"
    """The device itself vouches for it, as a folder does."""
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPrinter(Request):
    """Something about one printer."""

    printer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterSaid(AtPrinter):
    """How a printer says it is: `attention` in plain words, None when it is ready."""

    attention: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfJob(Request):
    """Something about a job the spooler has claimed."""

    job: uuid.UUID
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(OfJob):
    """A sending ended."""

    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Departing(OfJob):
    """The first byte leaves after this is committed; `extension` names the form of the bytes."""

    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover(Request):
    """The server starts: `kept` are the jobs whose files lie whole in their folder."""

    kept: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job to print now, as plain values."""

    job: uuid.UUID
    kind: str
    document: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedJob:
    """A job whose end nobody knows."""

    job: uuid.UUID
    kind: str
    extension: str
    printer: int


def claim_job(session: Session, request: AtPrinter) -> ClaimedJob | None:
    """Take the oldest job of a printer that may go now, or None."""
    due = or_(PrintJobRow.not_before.is_(None), PrintJobRow.not_before <= request.at)
    query = select(PrintJobRow).where(PrintJobRow.printer_id == request.printer, PrintJobRow.state.in_(_OPEN), due)
    row = session.scalars(query.order_by(PrintJobRow.id).limit(1)).first()
    if row is None:
        return None
    if row.state is _S.WAITING_PRINTER:
        move_job(session, row, _S.QUEUED)
    move_job(session, row, _S.CLAIMED)
    row.attempt += 1
    return ClaimedJob(job=row.job_id, kind=row.kind, document=row.document, attempt=row.attempt)


def begin_sending(session: Session, request: Departing) -> bool:
    """Note that bytes may leave from now on; False when the job died since it was claimed."""
    row = get_job(session, request.job)
    if row.state is not _S.CLAIMED:
        return False
    move_job(session, row, _S.SENDING)
    row.sent_at, row.extension = request.at, request.extension
    return True


def end_sending(session: Session, request: Ended) -> None:
    """Note how a sending ended; a job that a scan confirmed or that died meanwhile stays as it is."""
    row = get_job(session, request.job)
    if row.state is not _S.SENDING:
        return
    if request.ending is Ending.NOTHING_SENT:
        row.sent_at, row.error = None, request.reason
        move_job(session, row, _S.WAITING_PRINTER)
    elif request.ending is Ending.IN_DOUBT:
        _doubt(session, request, row, request.reason)
    else:
        _came_out(session, request, row)


def fail_job(session: Session, request: OfJob) -> None:
    """Give up a job that cannot be printed as it is; the sentence names what is wrong with it."""
    row = get_job(session, request.job)
    if row.state is not _S.CLAIMED:
        return
    move_job(session, row, _S.FAILED)
    audit(session, request, "print_failed", f"print_job:{row.id}")
    ask_for_help(session, request, row, request.reason)


def release_job(session: Session, request: OfJob) -> None:
    """Give a claimed job back because something broke before its first byte left."""
    row = get_job(session, request.job)
    if row.state is _S.SENDING:
        move_job(session, row, _S.WAITING_PRINTER)
    if row.state in {_S.CLAIMED, _S.WAITING_PRINTER}:
        move_job(session, row, _S.QUEUED)
        row.sent_at = None


def put_off_job(session: Session, request: OfJob) -> None:
    """Put a claimed job back in line for later; the third time it fails instead, so that it holds nobody up."""
    row = get_job(session, request.job)
    if row.state is not _S.CLAIMED:
        return
    if row.attempt >= _MOST_ATTEMPTS:
        fail_job(session, request)
        return
    row.not_before, row.error = request.at + back_off(row.attempt, 0), request.reason
    move_job(session, row, _S.QUEUED)


def hear_printer(session: Session, request: PrinterSaid) -> None:
    """Keep how a printer is; its next job then waits for it, or goes to the next printer of its station."""
    printer = session.get(PrinterRow, request.printer)
    if printer is None:
        return
    attention = request.attention[:_MOST_ATTENTION] if request.attention else None
    changed = printer.attention != attention
    printer.attention = attention
    if attention is None:
        printer.seen_at = request.at
    else:
        _hold_or_divert(session, request, printer)
    if changed:
        announce(session, BoardChanged(BoardKind.PRINTERS))


def has_job(session: Session, printer: int) -> bool:
    """Whether something is to be printed there."""
    query = select(PrintJobRow.id).where(PrintJobRow.printer_id == printer, PrintJobRow.state.in_(_OPEN)).limit(1)
    return session.scalar(query) is not None


def divert_job(session: Session, request: Request, row: PrintJobRow, other: int) -> None:
    """Send a job to another printer, where it is rendered for that one; only ever a job that has not left."""
    if row.state is _S.WAITING_PRINTER:
        move_job(session, row, _S.QUEUED)
    row.printer_id, row.error = other, None
    audit(session, request, "print_diverted", f"print_job:{row.id}", printer=other)
    announce(session, PrintJobQueued(job=row.job_id, printer=other, station=row.station_id))


def interrupted_jobs(session: Session) -> list[InterruptedJob]:
    """List the jobs that were on their way when the server stopped."""
    rows = session.scalars(select(PrintJobRow).where(PrintJobRow.state == _S.SENDING))
    return [
        InterruptedJob(job=row.job_id, kind=row.kind, extension=row.extension or "", printer=row.printer_id or 0)
        for row in rows
    ]


def recover_jobs(session: Session, request: Recover) -> None:
    """After a restart: what was claimed had not left and is queued again, what was sending is in doubt."""
    query = select(PrintJobRow).where(PrintJobRow.state.in_((_S.CLAIMED, _S.SENDING)))
    for row in session.scalars(query.order_by(PrintJobRow.id)).all():
        if row.state is _S.CLAIMED:
            move_job(session, row, _S.QUEUED)
            row.not_before = None  # a page that had it need not be waited for
        elif row.job_id in request.kept:
            confirm_row(session, request, row, How.DEVICE)
        else:
            _doubt(session, request, row, "the server stopped while it was being sent")


def back_off(failures: int, jitter: float) -> timedelta:
    """Give how long to wait after so many failures in a row: 1, 2, 4 … 60 s, less up to a quarter by `jitter` 0…1."""
    return timedelta(seconds=min(60.0, 2.0 ** max(failures - 1, 0)) * (1 - jitter / 4))


def _came_out(session: Session, request: Ended, row: PrintJobRow) -> None:
    move_job(session, row, _S.SENT)
    row.error = None
    audit(session, request, "print_sent", f"print_job:{row.id}")
    settle_help(session, request, row, sentence("It was sent."))
    if request.ending is Ending.CAME_OUT:
        confirm_row(session, request, row, How.DEVICE)


def _doubt(session: Session, request: Request, row: PrintJobRow, reason: str) -> None:
    move_job(session, row, _S.IN_DOUBT)
    audit(session, request, "print_in_doubt", f"print_job:{row.id}")
    ask_for_help(session, request, row, sentence("did it print? {reason}", reason=trouble(reason)))


def _hold_or_divert(session: Session, request: PrinterSaid, printer: PrinterRow) -> None:
    query = select(PrintJobRow).where(PrintJobRow.printer_id == printer.id, PrintJobRow.state.in_(_OPEN))
    for row in session.scalars(query.order_by(PrintJobRow.id).limit(_AT_ONCE)).all():
        other = _next_printer(session, row)
        if other is not None:
            divert_job(session, request, row, other)
        elif row.state is _S.QUEUED:
            move_job(session, row, _S.CLAIMED)
            move_job(session, row, _S.WAITING_PRINTER)
            row.error = printer.attention


def _next_printer(session: Session, row: PrintJobRow) -> int | None:
    """Give the first later choice that is not known to be in trouble; a test page has no other choice."""
    if row.kind == "test_page":
        return None
    choices = choose_printers(session, row.station_id, row.role)
    later = choices[choices.index(row.printer_id) + 1 :] if row.printer_id in choices else choices
    query = select(PrinterRow.id).where(PrinterRow.id.in_(later), PrinterRow.attention.is_(None))
    ready = set(session.scalars(query))
    return next((key for key in later if key in ready), None)
