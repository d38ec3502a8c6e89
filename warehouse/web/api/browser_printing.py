"""Printing by a station's page: it fetches one job at a time, prints it, and says so."""

import uuid

from flask import Blueprint, Response

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.printing import render_documents
from warehouse.services.printing.browser import AtStation, ForPage, claim_for_page, page_of_job, page_printed
from warehouse.services.printing.spooling import Departing, OfJob, begin_sending, fail_job
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_browser_printing", __name__, url_prefix=PREFIX)
IN_OUR_FRAME = "default-src 'none'; frame-ancestors 'self'"


class PaperAnswer(Answer):
    """The job this page prints now, or none."""

    job: uuid.UUID | None


@blueprint.post("/stations/<code>/paper")
@requires(Permission.PACK, Permission.WORK_PRINT_JOBS)
@operation(answer=PaperAnswer)
def post_paper(code: str) -> PaperAnswer:
    """Fetch the next job of the station's page; from here on only its answer tells whether it printed."""
    database = parts().database
    found = database.run(claim_for_page, AtStation(actor=actor(), at=now(), station=code[:40]))
    if found is None:
        return PaperAnswer(job=None)
    try:
        _rendered(found)
    except InvalidInputError as error:
        database.run(fail_job, OfJob(actor=actor(), at=now(), job=found.job.job, reason=error.message))
        return PaperAnswer(job=None)
    departing = Departing(actor=actor(), at=now(), job=found.job.job, extension="pdf")
    return PaperAnswer(job=found.job.job if database.run(begin_sending, departing) else None)


@blueprint.get("/print-jobs/<uuid:job>/paper.pdf")
@requires(Permission.PACK, Permission.WORK_PRINT_JOBS)
@operation()
def get_paper(job: uuid.UUID) -> Response:
    """Give the paper of a job that this page prints now."""
    with parts().database.read() as session:
        found = page_of_job(session, OfJob(actor=actor(), at=now(), job=job))
    response = Response(_rendered(found), content_type="application/pdf")
    response.headers["Content-Security-Policy"] = IN_OUR_FRAME
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.post("/print-jobs/<uuid:job>/printed")
@requires(Permission.PACK, Permission.WORK_PRINT_JOBS)
@operation(answer=PaperAnswer)
def post_printed(job: uuid.UUID) -> PaperAnswer:
    """Say that the page handed the job to its printer."""
    parts().database.run(page_printed, OfJob(actor=actor(), at=now(), job=job))
    return PaperAnswer(job=job)


def _rendered(found: ForPage) -> bytes:
    paper = parts().children.run(render_documents, [found.job.document], found.profile, found.media, found.least_dots)
    return paper.content
