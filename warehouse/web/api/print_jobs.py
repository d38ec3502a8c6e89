"""Print jobs over HTTP: listed, tried again, printed again with a mark, cancelled, confirmed."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.codes import PrintJobState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.printing.answers import (
    ConfirmJob,
    JobAsked,
    ReprintJob,
    cancel_job,
    confirm_job,
    reprint_job,
    retry_job,
)
from warehouse.storage.queries.print_jobs import JobFilter, JobLine, job_line, list_jobs
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Line, Listing, OrderNumber, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

Asked = TypeVar("Asked", bound=JobAsked)
blueprint = Blueprint("api_print_jobs", __name__, url_prefix=PREFIX)


class JobQuery(PageQuery):
    """Which jobs, the newest first."""

    state: Annotated[PrintJobState, Field(strict=False)] | None = None
    printer: Digits | None = None
    station: Digits | None = None
    order: OrderNumber | None = None


class JobAnswer(Answer):
    """A print job; `left` tells that its bytes may have left, so that only a person or a scan knows if it came out.

    `said` are the parts of `attention`, pairs of pattern and values, for the reader's language.
    With `by_page` the page of a station prints it, and no browser tells whether somebody cancelled its print dialog.
    """

    id: uuid.UUID
    kind: str
    state: PrintJobState
    printer: int | None
    printer_name: str | None
    attention: str | None
    said: list[Any] | None
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


class ReprintBody(Body):
    """Why it is printed again."""

    reason: Line


@blueprint.get("/print-jobs")
@requires(Permission.WORK_PRINT_JOBS)
@operation(query=JobQuery, answer=Listing[JobAnswer])
def get_jobs(query: JobQuery) -> Listing[JobLine]:
    """List print jobs, the newest first."""
    before = query.after_key
    which = JobFilter(
        states=frozenset({query.state}) if query.state else frozenset(),
        printer=query.printer,
        station=query.station,
        order=query.order,
        before=before,
        limit=query.limit + 1,
    )
    with parts().database.read() as session:
        return listing(list_jobs(session, which), query.limit, lambda row: row.key)


@blueprint.get("/print-jobs/<uuid:job>")
@requires(Permission.WORK_PRINT_JOBS)
@operation(answer=JobAnswer)
def get_one(job: uuid.UUID) -> JobLine:
    """Show one print job."""
    with parts().database.read() as session:
        return _line(session, job)


@blueprint.post("/print-jobs/<uuid:job>/retry")
@requires(Permission.WORK_PRINT_JOBS)
@operation(answer=JobAnswer)
def retry(job: uuid.UUID) -> JobLine:
    """Print a job whose bytes never left."""
    return _answered(retry_job, JobAsked(actor=actor(), at=now(), job=job))


@blueprint.post("/print-jobs/<uuid:job>/reprint")
@requires(Permission.REPRINT)
@operation(body=ReprintBody, answer=JobAnswer, status=201)
def reprint(job: uuid.UUID, body: ReprintBody) -> Response:
    """Print the same values again as a new, marked job."""
    wanted = ReprintJob(actor=actor(), at=now(), job=job, reason=body.reason)
    return create(reprint_job, wanted, lambda session, made: JobAnswer.model_validate(_line(session, made)))


@blueprint.post("/print-jobs/<uuid:job>/cancel")
@requires(Permission.WORK_PRINT_JOBS)
@operation(answer=JobAnswer)
def cancel(job: uuid.UUID) -> JobLine:
    """Give up a job that has not left."""
    return _answered(cancel_job, JobAsked(actor=actor(), at=now(), job=job))


@blueprint.post("/print-jobs/<uuid:job>/confirm")
@requires(Permission.WORK_PRINT_JOBS)
@operation(answer=JobAnswer)
def confirm(job: uuid.UUID) -> JobLine:
    """Say that a job came out."""
    return _answered(confirm_job, ConfirmJob(actor=actor(), at=now(), job=job))


def _answered(use_case: Callable[[Session, Asked], uuid.UUID], asked: Asked) -> JobLine:
    return parts().database.run(lambda session, it: _line(session, use_case(session, it)), asked)


def _line(session: Session, job: uuid.UUID) -> JobLine:
    found = job_line(session, job)
    if found is None:
        raise NotFoundError(sentence("There is no print job {job}.", job=job))
    return found
