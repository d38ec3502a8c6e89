"""Webhook endpoints over HTTP: who is told what; a secret stands in one answer and nowhere else."""

import secrets as random_source
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.webhooks import EventType, make_secret
from warehouse.domain.words import sentence
from warehouse.outbound import check_url
from warehouse.services.webhooks.deliveries import SendAgain, send_again
from warehouse.services.webhooks.endpoints import (
    AddEndpoint,
    ChangeEndpoint,
    OfEndpoint,
    Rotate,
    add_endpoint,
    change_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
    test_endpoint,
)
from warehouse.storage.queries.connections import DeliverySeen, EndpointSeen
from warehouse.storage.queries.connections import deliveries as list_deliveries
from warehouse.storage.queries.connections import endpoints as list_endpoints
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Key, Line, Listing, PageQuery, listing, operation
from warehouse.web.api.sources import reach
from warehouse.web.asking import actor, now

blueprint = Blueprint("webhooks", __name__, url_prefix=PREFIX)
OFFERED = tuple(each for each in EventType if each is not EventType.TEST)


class WebhookAnswer(Answer):
    """An endpoint without its secret: `state` is active, paused or disabled; messages that wait and that never came."""

    id: int
    name: str
    url: str
    types: Sequence[str]
    state: str
    state_reason: str
    delivered_at: datetime | None
    previous_until: datetime | None
    waiting: int
    dead: int


class WebhookSecret(WebhookAnswer):
    """An endpoint with its new secret, in this answer and nowhere else."""

    secret: str


class WebhookBody(Body):
    """A program that wants to be told, where, and of what."""

    name: Line = Field(max_length=80)
    url: str = Field(min_length=1, max_length=400)
    types: list[EventType] = Field(min_length=1, max_length=len(EventType))


class WebhookChange(Body):
    """What is to be otherwise; what is absent stays."""

    name: Line | None = Field(default=None, max_length=80)
    url: str | None = Field(default=None, min_length=1, max_length=400)
    types: list[EventType] | None = Field(default=None, min_length=1, max_length=len(EventType))


class DeliveryQuery(PageQuery):
    """A page of deliveries, the latest first, of one state where asked."""

    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key
    state: str | None = Field(default=None, pattern=r"^(waiting|delivered|dead)$")


class DeliveryAnswer(Answer):
    """A message on its way or arrived, with the last status the receiver gave."""

    id: int
    endpoint: str
    message_id: str
    type: str
    subject: str
    state: str
    attempts: int
    status: int | None
    error: str
    created_at: datetime
    next_at: datetime | None


class Sent(Answer):
    """The message that goes out again."""

    delivery: Key


@blueprint.get("/webhooks")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=Listing[WebhookAnswer])
def get_webhooks() -> Listing[EndpointSeen]:
    """List who is told what."""
    with parts().database.read() as session:
        return Listing(items=list_endpoints(session))


@blueprint.post("/webhooks")
@requires(Permission.EDIT_CONNECTIONS)
@operation(body=WebhookBody, answer=WebhookSecret, status=201)
def post_webhook(body: WebhookBody) -> Response:
    """Add an endpoint; its secret is shown this once."""
    key, secret = add_webhook(body)
    return _with_secret(key, secret, 201)


@blueprint.get("/webhooks/<key:endpoint>")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=WebhookAnswer)
def get_webhook(endpoint: int) -> EndpointSeen:
    """Show one endpoint."""
    return read_webhook(endpoint)


@blueprint.patch("/webhooks/<key:endpoint>")
@requires(Permission.EDIT_CONNECTIONS)
@operation(body=WebhookChange, answer=WebhookAnswer)
def patch_webhook(endpoint: int, body: WebhookChange) -> EndpointSeen:
    """Change where it goes and what it is told; what is not sent stays."""
    known = read_webhook(endpoint)
    wanted = WebhookBody(
        name=body.name or known.name,
        url=body.url or known.url,
        types=body.types or [EventType(word) for word in known.types],
    )
    change_webhook(endpoint, wanted)
    return read_webhook(endpoint)


@blueprint.post("/webhooks/<key:endpoint>/rotate")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=WebhookSecret)
def post_rotate(endpoint: int) -> Response:
    """Give it a new secret, shown this once; the old one signs beside it for a day."""
    return _with_secret(endpoint, rotate(endpoint), 200)


@blueprint.post("/webhooks/<key:endpoint>/pause")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=WebhookAnswer)
def post_pause(endpoint: int) -> EndpointSeen:
    """Tell it nothing until it is taken up again."""
    return _acted(pause_endpoint, endpoint)


@blueprint.post("/webhooks/<key:endpoint>/resume")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=WebhookAnswer)
def post_resume(endpoint: int) -> EndpointSeen:
    """Take it up again, also one that had said it was gone."""
    return _acted(resume_endpoint, endpoint)


@blueprint.post("/webhooks/<key:endpoint>/test")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=WebhookAnswer)
def post_test(endpoint: int) -> EndpointSeen:
    """Send it a message that says nothing but that it arrives."""
    return _acted(test_endpoint, endpoint)


@blueprint.get("/webhooks/deliveries")
@requires(Permission.EDIT_CONNECTIONS)
@operation(query=DeliveryQuery, answer=Listing[DeliveryAnswer])
def get_deliveries(query: DeliveryQuery) -> Listing[DeliverySeen]:
    """List messages on their way and those that never arrived, the latest first."""
    with parts().database.read() as session:
        found = list_deliveries(session, state=query.state, before=query.after, limit=query.limit + 1)
    return listing(found, query.limit, lambda delivery: delivery.id)


@blueprint.post("/webhooks/deliveries/<key:delivery>/again")
@requires(Permission.EDIT_CONNECTIONS)
@operation(answer=Sent)
def post_again(delivery: int) -> Sent:
    """Send a message again."""
    parts().database.run(send_again, SendAgain(actor=actor(), at=now(), delivery=delivery))
    return Sent(delivery=delivery)


def add_webhook(wanted: WebhookBody) -> tuple[int, str]:
    """Add an endpoint whose address may be told; its key and its secret are given back."""
    secret = _fresh_secret()
    name, url, types = _checked(wanted)
    new = AddEndpoint(actor=actor(), at=now(), name=name, url=url, types=types, secret=secret)
    return parts().database.run(add_endpoint, new), secret


def change_webhook(endpoint: int, wanted: WebhookBody) -> None:
    """Tell it something else, or elsewhere."""
    name, url, types = _checked(wanted)
    change = ChangeEndpoint(actor=actor(), at=now(), endpoint=endpoint, name=name, url=url, types=types)
    parts().database.run(change_endpoint, change)


def rotate(endpoint: int) -> str:
    """Sign with a new secret, which is given back; the old one signs beside it for a day."""
    secret = _fresh_secret()
    parts().database.run(rotate_secret, Rotate(actor=actor(), at=now(), endpoint=endpoint, secret=secret))
    return secret


def read_webhook(key: int) -> EndpointSeen:
    """Read one endpoint; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = next((one for one in list_endpoints(session) if one.id == key), None)
    if found is None:
        raise NotFoundError(sentence("There is no endpoint {key}.", key=key))
    return found


def _acted(use_case: Callable[[Session, OfEndpoint], None], endpoint: int) -> EndpointSeen:
    parts().database.run(use_case, OfEndpoint(actor=actor(), at=now(), endpoint=endpoint))
    return read_webhook(endpoint)


def _with_secret(key: int, secret: str, status: int) -> Response:
    shown = WebhookSecret(secret=secret, **WebhookAnswer.model_validate(read_webhook(key)).model_dump())
    return Response(shown.model_dump_json(), status=status, content_type="application/json")


def _checked(wanted: WebhookBody) -> tuple[str, str, tuple[EventType, ...]]:
    url = wanted.url.strip()
    check_url(url, reach())
    if EventType.TEST in wanted.types:
        raise InvalidInputError("A test message goes out when it is asked for: choose events.")
    return wanted.name, url, tuple(wanted.types)


def _fresh_secret() -> str:
    return make_secret(random_source.token_bytes(32))
