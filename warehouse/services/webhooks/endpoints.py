"""Endpoints: who is told what, and the secrets that sign it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.news import MessageQueued
from warehouse.domain.webhooks import EventType, key_of
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.webhooks.outbox import Message, post_to
from warehouse.storage.group import announce
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookEndpointRow

OVERLAP = timedelta(hours=24)
"""So long both secrets sign after a rotation."""

MOST = 50
ACTIVE, PAUSED, DISABLED = "active", "paused", "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEndpoint(Request):
    """A program wants to be told; its address was looked at, `secret` is drawn outside."""

    name: str
    url: str
    types: tuple[EventType, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEndpoint(Request):
    """Another address, other types."""

    endpoint: int
    name: str
    url: str
    types: tuple[EventType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEndpoint(Request):
    """It is about this endpoint."""

    endpoint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate(Request):
    """A new secret; the old one signs beside it for a day, so that the receiver can change over."""

    endpoint: int
    secret: str


def add_endpoint(session: Session, request: AddEndpoint) -> int:
    """Store an endpoint and give its key."""
    _check(request.name, request.types)
    key_of(request.secret)
    if len(session.scalars(select(WebhookEndpointRow.id)).all()) >= MOST:
        raise ConflictError(sentence("There are {most} endpoints already.", most=MOST))
    row = WebhookEndpointRow(
        name=request.name.strip()[:80],
        url=request.url,
        types=_words(request.types),
        secret=request.secret,
        created_at=request.at,
        created_by_id=request.actor.person,
    )
    session.add(row)
    session.flush()
    audit(session, request, "webhook_added", f"webhook:{row.id}", types=row.types)
    return row.id


def change_endpoint(session: Session, request: ChangeEndpoint) -> None:
    """Change where it goes and what it is told."""
    _check(request.name, request.types)
    row = _row(session, request.endpoint)
    row.name, row.url, row.types = request.name.strip()[:80], request.url, _words(request.types)
    audit(session, request, "webhook_changed", f"webhook:{row.id}", types=row.types)


def rotate_secret(session: Session, request: Rotate) -> None:
    """Sign with a new secret from now on, and with the old one for a day more."""
    row = _row(session, request.endpoint)
    key_of(request.secret)
    row.previous_secret, row.previous_until = row.secret, request.at + OVERLAP
    row.secret = request.secret
    audit(session, request, "webhook_rotated", f"webhook:{row.id}")


def pause_endpoint(session: Session, request: OfEndpoint) -> None:
    """Tell it nothing until it is taken up again; what is waiting waits."""
    row = _row(session, request.endpoint)
    row.state, row.state_reason = PAUSED, ""
    audit(session, request, "webhook_paused", f"webhook:{row.id}")


def resume_endpoint(session: Session, request: OfEndpoint) -> None:
    """Tell it again, also one that had said it was gone; what is waiting goes out now."""
    row = _row(session, request.endpoint)
    row.state, row.state_reason = ACTIVE, ""
    waiting = (WebhookDeliveryRow.endpoint_id == row.id, WebhookDeliveryRow.state == "waiting")
    session.execute(update(WebhookDeliveryRow).where(*waiting).values(next_at=request.at))
    audit(session, request, "webhook_resumed", f"webhook:{row.id}")
    announce(session, MessageQueued())


def test_endpoint(session: Session, request: OfEndpoint) -> None:
    """Send it a message that says nothing but that it arrives."""
    row = _row(session, request.endpoint)
    if row.state != ACTIVE:
        raise ConflictError(sentence("This endpoint is {state}. Take it up again first.", state=word(row.state)))
    data = {"endpoint": row.name}
    message = Message(type=EventType.TEST, subject=f"webhook:{row.id}", at=request.at, data=data)
    post_to(session.connection(), row.id, message)


def _check(name: str, types: Sequence[EventType]) -> None:
    problems = []
    if not name.strip():
        problems.append(FieldProblem("name", "say which program this is"))
    if not types:
        problems.append(FieldProblem("types", "choose at least one"))
    if problems:
        raise InvalidInputError("Some fields are wrong.", tuple(problems))


def _words(types: Sequence[EventType]) -> list[str]:
    return sorted({each.value for each in types})


def _row(session: Session, key: int) -> WebhookEndpointRow:
    row = session.get(WebhookEndpointRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no endpoint {key}.", key=key))
    return row
