"""Quick guides to read and print, and the training record: one's own, or everybody's for a lead."""

from flask import Blueprint, Response
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Role
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.training import GUIDES, missing_of
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.site import load_site
from warehouse.services.training.record import AcknowledgeGuide, acknowledge_guide
from warehouse.services.training.sheets import practice_sheets
from warehouse.storage.queries.training.records import Trainee, list_trainees, record_of
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Digits
from warehouse.web.api.labels import asked_for, paper_file
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("training", __name__)


class GuideForm(Body):
    """The version that was read."""

    version: Digits = Field(ge=1, le=10_000)


@blueprint.get("/guides")
@requires()
def guides() -> Response:
    """Show the guides, and how far one is oneself."""
    return _overview()


@blueprint.get("/guides/<role>")
@requires()
def guide(role: str) -> Response:
    """Show one guide on one page, to read or to print."""
    return _guide(role)


@blueprint.post("/guides/<role>/read")
@requires()
def post_read(role: str) -> AnyResponse:
    """Note that it was read."""
    known = _role(role)
    problem = attempted(
        lambda: parts().database.run(
            acknowledge_guide,
            AcknowledgeGuide(actor=actor(), at=now(), role=known, version=form(GuideForm).version),
        )
    )
    return _guide(role, problem) if problem else done("read", "training.guides")


@blueprint.get("/practice/totes.pdf")
@requires(Permission.PACK)
def practice_totes() -> Response:
    """Make the sheets that stand for the totes to be packed here; only the practice floor has any."""
    with parts().database.read() as session:
        documents = asked_for(session, practice_sheets(session))
    if not documents:
        raise NotFoundError("No practice totes wait here.")
    return paper_file(documents, "pdf", "practice-totes")


def _role(name: str) -> Role:
    found = next((role for role in GUIDES if role == name), None)
    if found is None:
        raise NotFoundError(sentence("There is no guide for {value}.", value=f"{name[:40]!r}"))
    return found


def _overview() -> Response:
    with parts().database.read() as session:
        policy, everybody = load_site(session).training, list_trainees(session, now())
    is_lead = caller().may(Permission.SEE_PEOPLE)
    shown = [(one, missing_of(one.record, one.role, policy)) for one in everybody if is_lead or _is_own(one)]
    return show("training/guides.html", guides=GUIDES, trainees=shown, policy=policy, is_lead=is_lead)


def _is_own(one: Trainee) -> bool:
    return one.id == caller().person


def _guide(role: str, problem: Problem | None = None) -> Response:
    known = _role(role)
    with parts().database.read() as session:
        site, person = load_site(session), caller().person
        read = record_of(session, person, known).guide if person is not None else None
    version = GUIDES[known]
    return show(f"guides/{known}.html", problem, role=known.value, version=version, is_read=read == version, site=site)
