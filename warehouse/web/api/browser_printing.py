"""Printing by a station's page: it fetches one job at a time, prints it, and says so."""

import base64
import logging
import secrets
import uuid

from flask import Blueprint, Response, render_template

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, RetryLaterError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.printing import render_documents, render_pictures_of
from warehouse.services.printing.browser import AtStation, ForPage, claim_for_page, page_of_job, page_printed
from warehouse.services.printing.spooling import Departing, OfJob, begin_sending, fail_job, put_off_job
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, operation
from warehouse.web.asking import actor, now

log = logging.getLogger(__name__)
blueprint = Blueprint("api_browser_printing", __name__, url_prefix=PREFIX)


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
    if found is None or not _is_printable(found):
        return PaperAnswer(job=None)
    departing = Departing(actor=actor(), at=now(), job=found.job.job, extension="html")
    return PaperAnswer(job=found.job.job if database.run(begin_sending, departing) else None)


@blueprint.get("/print-jobs/<uuid:job>/paper")
@requires(Permission.PACK, Permission.WORK_PRINT_JOBS)
@operation()
def get_paper(job: uuid.UUID) -> Response:
    """Give the pages of a job that a station's page prints now, as a page of HTML that loads nothing."""
    with parts().database.read() as session:
        found = page_of_job(session, OfJob(actor=actor(), at=now(), job=job))
    paper = parts().children.run(render_pictures_of, found.job.document, found.profile, found.media, found.least_dots)
    nonce = secrets.token_urlsafe(18)
    page = render_template("packing/paper.html", paper=paper, nonce=nonce, title=f"{found.job.kind} {job}")
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.post("/print-jobs/<uuid:job>/printed")
@requires(Permission.PACK, Permission.WORK_PRINT_JOBS)
@operation(answer=PaperAnswer)
def post_printed(job: uuid.UUID) -> PaperAnswer:
    """Say that the page handed the job to its printer."""
    parts().database.run(page_printed, OfJob(actor=actor(), at=now(), job=job))
    return PaperAnswer(job=job)


@blueprint.app_template_filter("base64")
def in_base64(content: bytes) -> str:
    """Write bytes as a data address has them."""
    return base64.b64encode(content).decode()


def _is_printable(found: ForPage) -> bool:
    """Try it before anything is promised: what cannot be printed fails, what broke underway comes again later."""
    try:
        parts().children.run(render_documents, [found.job.document], found.profile, found.media, found.least_dots)
    except InvalidInputError as error:
        parts().database.run(fail_job, OfJob(actor=actor(), at=now(), job=found.job.job, reason=error.message))
    except RetryLaterError as error:
        parts().database.run(put_off_job, OfJob(actor=actor(), at=now(), job=found.job.job, reason=error.message))
    except Exception:  # whatever a document does to the renderer, it must not stop the jobs behind it
        log.exception("print job %s could not be rendered", found.job.job)
        reason = sentence("the server's log says why")
        parts().database.run(fail_job, OfJob(actor=actor(), at=now(), job=found.job.job, reason=reason))
    else:
        return True
    return False
