"""Webhooks as pages: who is told what, the secret shown once, what is on its way, what is sent again by hand."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.webhooks.deliveries import SendAgain, send_again
from warehouse.services.webhooks.endpoints import OfEndpoint, pause_endpoint, resume_endpoint, test_endpoint
from warehouse.storage.queries.connections import PER_PAGE, deliveries, endpoints
from warehouse.web import parts
from warehouse.web.admin import done
from warehouse.web.admin import show as page
from warehouse.web.api import PageQuery
from warehouse.web.api.webhooks import OFFERED, WebhookBody, add_webhook, change_webhook, rotate
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted

blueprint = Blueprint("admin_webhooks", __name__, url_prefix="/admin/webhooks")
HERE = "admin_webhooks.overview"
_ACTS = {"pause": pause_endpoint, "resume": resume_endpoint, "test": test_endpoint}


@blueprint.get("")
@requires(Permission.EDIT_CONNECTIONS)
def overview() -> Response:
    """Show who is told what, and the form for a new endpoint."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_CONNECTIONS)
def add() -> Response:
    """Add an endpoint and show its secret, this once."""
    made: list[str] = []
    problem = attempted(lambda: made.append(add_webhook(_sent())[1]))
    return _page(problem, *made)


@blueprint.post("/<key:endpoint>")
@requires(Permission.EDIT_CONNECTIONS)
def change(endpoint: int) -> AnyResponse:
    """Change where it goes and what it is told."""

    return _did(attempted(lambda: change_webhook(endpoint, _sent())))


@blueprint.post("/<key:endpoint>/rotate")
@requires(Permission.EDIT_CONNECTIONS)
def renew(endpoint: int) -> Response:
    """Give it a new secret, shown this once; the old one signs beside it for a day."""
    made: list[str] = []
    problem = attempted(lambda: made.append(rotate(endpoint)))
    return _page(problem, *made)


@blueprint.post("/<key:endpoint>/<word>")
@requires(Permission.EDIT_CONNECTIONS)
def act(endpoint: int, word: str) -> AnyResponse:
    """Pause it, take it up again, or send it a test message."""
    if word not in _ACTS:
        raise NotFoundError("There is no such page.")
    wanted = OfEndpoint(actor=actor(), at=now(), endpoint=endpoint)
    return _did(attempted(lambda: parts().database.run(_ACTS[word], wanted)))


@blueprint.get("/deliveries")
@requires(Permission.EDIT_CONNECTIONS)
def list_deliveries() -> Response:
    """Show what is on its way and what never arrived."""
    return _deliveries()


@blueprint.post("/deliveries/<key:delivery>/again")
@requires(Permission.EDIT_CONNECTIONS)
def again(delivery: int) -> AnyResponse:
    """Send a message again."""
    wanted = SendAgain(actor=actor(), at=now(), delivery=delivery)
    problem = attempted(lambda: parts().database.run(send_again, wanted))
    return _deliveries(problem) if problem else done("sent", "admin_webhooks.list_deliveries")


def _sent() -> WebhookBody:
    known = {each.value: each for each in OFFERED}
    chosen = request.form.getlist("types")
    if unknown := [word for word in chosen if word not in known]:
        raise InvalidInputError(sentence("There is no event {value}.", value=unknown[0]))
    name, url = (request.form.get(field, "").strip() for field in ("name", "url"))
    return WebhookBody(name=name, url=url, types=[known[word] for word in chosen])


def _did(problem: Problem | None) -> AnyResponse:
    return _page(problem) if problem else done("saved", HERE)


def _page(problem: Problem | None = None, secret: str = "") -> Response:
    with parts().database.read() as session:
        found = endpoints(session)
    sent = request.form if problem else {}
    chosen = request.form.getlist("types") if problem else [each.value for each in OFFERED[:6]]
    return page("admin/webhooks.html", problem, endpoints=found, types=OFFERED, secret=secret, sent=sent, chosen=chosen)


def _deliveries(problem: Problem | None = None) -> Response:
    asked = asked_for(PageQuery) if request.method == "GET" else PageQuery()
    before = asked.after_key
    with parts().database.read() as session:
        found = deliveries(session, before=before, limit=PER_PAGE + 1)
    after = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
    return page("admin/deliveries.html", problem, deliveries=found[:PER_PAGE], next=after)
