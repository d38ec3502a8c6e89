"""Messages on their way: which are due, what a try came to, and one sent again by hand."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.news import MessageQueued
from warehouse.domain.webhooks import Answer, Signed, headers_of, verdict_of
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.webhooks.endpoints import ACTIVE, DISABLED
from warehouse.storage.group import announce
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookEndpointRow, WebhookMessageRow

AT_ONCE = 20
WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message to be sent now; its secrets never appear in `repr`."""

    delivery: int
    endpoint: int
    url: str
    message_id: str
    body: str
    secrets: tuple[str, ...] = field(repr=False)

    def headers(self, now: datetime) -> dict[str, str]:
        """Sign it for this second."""
        signed = headers_of(self.secrets, Signed(id=self.message_id, timestamp=int(now.timestamp()), body=self.body))
        return {"Content-Type": "application/json", "User-Agent": "warehouse-webhooks", **signed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Request):
    """A try came to `status`, or to no answer, which `error` tells."""

    delivery: int
    status: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain(Request):
    """A person wants it sent once more."""

    delivery: int


def due_deliveries(session: Session, now: datetime, busy: Collection[int] = ()) -> list[Due]:
    """List what is to be sent now, the oldest first, of endpoints that are not being told something already."""
    delivery, message, endpoint = WebhookDeliveryRow, WebhookMessageRow, WebhookEndpointRow
    found = session.execute(
        select(delivery.id, endpoint, message.message_id, message.body)
        .join(message, message.id == delivery.message_id)
        .join(endpoint, endpoint.id == delivery.endpoint_id)
        .where(delivery.state == WAITING, delivery.next_at <= now, endpoint.state == ACTIVE)
        .where(endpoint.id.not_in(list(busy)))
        .order_by(delivery.id)
        .limit(AT_ONCE * 10)
    )
    return [
        Due(
            delivery=key,
            endpoint=row.id,
            url=row.url,
            message_id=message_id,
            body=body,
            secrets=_secrets(row, now),
        )
        for key, row, message_id, body in found
    ]


def note_try(session: Session, request: Tried) -> Answer:
    """Write down what a try came to; an endpoint that says it is gone is told nothing more."""
    row = session.get_one(WebhookDeliveryRow, request.delivery)
    row.attempts += 1
    row.last_at, row.status, row.error = request.at, request.status, request.error
    verdict = verdict_of(row.attempts, request.status)
    row.next_at = request.at + verdict.wait if verdict.wait else None
    if verdict.answer is Answer.DELIVERED:
        row.state = DELIVERED
        session.get_one(WebhookEndpointRow, row.endpoint_id).delivered_at = request.at
    elif verdict.answer is not Answer.AGAIN:
        row.state = DEAD
        audit(session, request, "webhook_dead", f"webhook:{row.endpoint_id}", delivery=row.id, status=row.status)
    if verdict.answer is Answer.GONE:
        _disable(session, request, row.endpoint_id)
    return verdict.answer


def send_again(session: Session, request: SendAgain) -> None:
    """Send a message once more under its old id, with all its tries before it."""
    row = session.get(WebhookDeliveryRow, request.delivery)
    if row is None:
        raise NotFoundError(sentence("There is no delivery {delivery}.", delivery=request.delivery))
    if session.get_one(WebhookEndpointRow, row.endpoint_id).state != ACTIVE:
        raise ConflictError("The endpoint is told nothing now. Take it up again first.")
    row.state, row.attempts, row.next_at = WAITING, 0, request.at
    audit(session, request, "webhook_again", f"webhook:{row.endpoint_id}", delivery=row.id)
    announce(session, MessageQueued())


def _secrets(row: WebhookEndpointRow, now: datetime) -> tuple[str, ...]:
    if row.previous_secret and row.previous_until and row.previous_until > now:
        return row.secret, row.previous_secret
    return (row.secret,)


def _disable(session: Session, request: Request, key: int) -> None:
    endpoint = session.get_one(WebhookEndpointRow, key)
    endpoint.state, endpoint.state_reason = DISABLED, "It answered 410: nobody listens there any more."
    waiting = (WebhookDeliveryRow.endpoint_id == key, WebhookDeliveryRow.state == WAITING)
    session.execute(update(WebhookDeliveryRow).where(*waiting).values(state=DEAD, next_at=None))
    audit(session, request, "webhook_disabled", f"webhook:{key}")
