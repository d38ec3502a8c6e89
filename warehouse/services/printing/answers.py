"""What people say about a print job: again, once more with a mark, never mind, it came out; and dead labels."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.errors import ConflictError, IdReusedError, InvalidInputError
from warehouse.domain.lifecycle import Kind, allows
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.printing.jobs import (
    LABEL_KINDS,
    choose_printers,
    get_job,
    id_of,
    job_under,
    move_job,
    settle_help,
    spoken,
    tell_queued,
)
from warehouse.storage.models.printing import PrintJobRow

_S = PrintJobState
_NOT_OUT_YET = frozenset({_S.QUEUED, _S.CLAIMED, _S.SENDING, _S.WAITING_PRINTER})
_MOST_REASON = 400


class How(StrEnum):
    """How it is known that a job came out."""

    SCAN = "scan"
    HUMAN = "human"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAsked(Request):
    """Something about one print job."""

    job: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmJob(JobAsked):
    """The job came out."""

    how: How = How.HUMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintJob(JobAsked):
    """Print a job once more, marked; with a `key` of the caller the same asking makes one job only."""

    reason: str
    key: str | None = None
    station: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidJobs(Request):
    """Papers of a carton are dead; of all `kinds` when empty."""

    carton: int
    reason: str
    kinds: frozenset[str] = frozenset()


def retry_job(session: Session, request: JobAsked) -> uuid.UUID:
    """Print a job whose bytes never left; ConflictError when it may have come out: that is a reprint."""
    row = get_job(session, request.job)
    if row.state not in {_S.WAITING_PRINTER, _S.FAILED}:
        raise ConflictError(
            sentence(
                "The {spoken} is {words}; only one that did not leave is tried again.",
                spoken=spoken(row),
                words=_words(row.state),
            )
        )
    if row.sent_at is not None:
        raise ConflictError(
            sentence("The {spoken} may have come out. Reprint it, then it is marked.", spoken=spoken(row))
        )
    settle_help(session, request, row, sentence("Tried again."))
    move_job(session, row, _S.QUEUED)
    row.not_before, row.error, row.attempt = None, None, 0
    row.printer_id = row.printer_id or next(iter(choose_printers(session, row.station_id, row.role)), None)
    tell_queued(session, request, row, "print_retried")
    return row.job_id


def reprint_job(session: Session, request: ReprintJob) -> uuid.UUID:
    """Print the same values again as a new job that says REPRINT n, with a reason; its id is given back.

    A job in doubt did not come out then: it has failed. Raises ConflictError for one still on its way, or void.
    """
    reason = _required(request.reason)
    original = get_job(session, request.job)
    key = f"reprint:{original.job_id}:{sha256(request.key.encode()).hexdigest()[:32]}" if request.key else None
    again = job_under(session, key) if key else None
    if again is not None:
        if again.reason != reason:
            raise IdReusedError("This reprint was asked for before with another reason.")
        return again.job_id
    _require_out(original)
    if original.state is _S.IN_DOUBT:
        move_job(session, original, _S.FAILED)
        original.error = "did not come out, printed again"
    settle_help(session, request, original, sentence("Reprinted: {reason}", reason=reason))
    row = _marked(session, request, original, reason, key)
    session.add(row)
    tell_queued(session, request, row, "print_reprinted")
    return row.job_id


def cancel_job(session: Session, request: JobAsked) -> uuid.UUID:
    """Give up a job that has not left; ConflictError otherwise."""
    row = get_job(session, request.job)
    if row.state is _S.FAILED and row.sent_at is not None:
        raise ConflictError(sentence("The {spoken} may have come out and cannot be cancelled.", spoken=spoken(row)))
    move_job(session, row, _S.CANCELLED)
    audit(session, request, "print_cancelled", f"print_job:{row.id}")
    settle_help(session, request, row, sentence("Cancelled."))
    return row.job_id


def confirm_job(session: Session, request: ConfirmJob) -> uuid.UUID:
    """Note that a job came out; saying so again changes nothing."""
    row = get_job(session, request.job)
    if row.state is not _S.CONFIRMED:
        confirm_row(session, request, row, request.how)
    return row.job_id


def confirm_label(session: Session, request: Request, carton_id: int) -> list[uuid.UUID]:
    """Note that a carton's label was scanned back on it: whichever print of it is on its way or in doubt came out."""
    rows = session.scalars(
        select(PrintJobRow).where(
            PrintJobRow.carton_id == carton_id,
            PrintJobRow.kind.in_(LABEL_KINDS),
            PrintJobRow.state.in_((_S.SENT, _S.IN_DOUBT, _S.SENDING)),
        )
    ).all()
    for row in rows:
        confirm_row(session, request, row, How.SCAN)
    return [row.job_id for row in rows]


def confirm_row(session: Session, request: Request, row: PrintJobRow, how: How) -> None:
    """Take a job to confirmed and settle what was open about it."""
    move_job(session, row, _S.CONFIRMED)
    row.how_confirmed, row.confirmed_at, row.error = how.value, request.at, None
    audit(session, request, "print_confirmed", f"print_job:{row.id}", how=how.value)
    settle_help(session, request, row, sentence("It came out."))


def void_jobs_of_carton(session: Session, request: VoidJobs) -> list[uuid.UUID]:
    """Mark a carton's papers as dead, printed or not; what has not left is never sent."""
    query = select(PrintJobRow).where(PrintJobRow.carton_id == request.carton)
    rows = [row for row in session.scalars(query) if _dies(row, request.kinds)]
    for row in rows:
        move_job(session, row, _S.VOIDED)
        row.reason = request.reason[:_MOST_REASON]
        audit(session, request, "print_voided", f"print_job:{row.id}")
        settle_help(session, request, row, sentence("The label is void."))
    return [row.job_id for row in rows]


def _dies(row: PrintJobRow, kinds: Collection[str]) -> bool:
    return (not kinds or row.kind in kinds) and allows(Kind.PRINT_JOB, row.state, _S.VOIDED)


def _require_out(row: PrintJobRow) -> None:
    if "erased" in row.document:
        raise ConflictError(sentence("What stood on the {spoken} was erased: its time was over.", spoken=spoken(row)))
    if row.state in _NOT_OUT_YET:
        raise ConflictError(
            sentence("The {spoken} is still on its way: {words}.", spoken=spoken(row), words=_words(row.state))
        )
    if row.state in {_S.VOIDED, _S.CANCELLED}:
        raise ConflictError(
            sentence("The {spoken} is {words} and is not printed again.", spoken=spoken(row), words=_words(row.state))
        )
    if row.sent_at is None:
        raise ConflictError(
            sentence("The {spoken} never left. Try it again, then it needs no mark.", spoken=spoken(row))
        )


def _marked(session: Session, request: ReprintJob, original: PrintJobRow, reason: str, key: str | None) -> PrintJobRow:
    first = original.reprint_of or original.job_id
    before = session.scalar(select(func.max(PrintJobRow.reprint_no)).where(PrintJobRow.reprint_of == first)) or 0
    number = before + 1
    key = key or f"reprint:{first}:no:{number}"
    station = request.station or original.station_id
    chosen = next(iter(choose_printers(session, station, original.role)), original.printer_id)
    return PrintJobRow(
        job_id=id_of(key),
        idempotency_key=key,
        kind=original.kind,
        role=original.role,
        document={**original.document, "reprint": number},
        station_id=station,
        printer_id=original.printer_id if original.kind == "test_page" else chosen,
        carton_id=original.carton_id,
        order_id=original.order_id,
        reprint_of=first,
        reprint_no=number,
        reason=reason,
        person_id=request.actor.person,
        created_at=request.at,
        erase_after=original.erase_after,
    )


def _required(reason: str) -> str:
    if not reason.strip():
        raise InvalidInputError("Say why it is printed again.")
    return reason.strip()[:_MOST_REASON]


def _words(state: PrintJobState) -> str:
    return word(state.value)
