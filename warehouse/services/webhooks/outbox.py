"""Messages are written in the transaction of their cause: what is rolled back is never told.

Most come from facts of the journal by themselves (`post_facts`, called before each commit); a use case with more to say
calls `post`.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from warehouse.domain.journal import AuditFact
from warehouse.domain.news import MessageQueued
from warehouse.domain.webhooks import EventType
from warehouse.services.sources.write_backs import note_write_backs
from warehouse.services.webhooks.events import events_of
from warehouse.storage.group import announce
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookEndpointRow, WebhookMessageRow
from warehouse.storage.prepared import Prepared

KEEP = timedelta(days=30)
"""How long a message is kept for sending again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that happened, about `subject` as `order:17`; `data` are JSON values without secrets."""

    type: EventType
    subject: str
    at: datetime
    data: dict[str, Any]


def post_facts(connection: Connection, facts: Sequence[AuditFact]) -> None:
    """Write the messages that these facts of the journal are; asks nothing where none of them is told to anybody."""
    events = events_of(facts)
    if events and (heard := _heard(connection)):
        wanted = [event for event in events if any(event.type in types for types in heard.values())]
        messages = [
            Message(type=event.type, subject=event.fact.subject, at=event.fact.at, data=data)
            for event in wanted
            if (data := event.data(connection)) is not None
        ]
        _write(connection, messages, heard)
    note_write_backs(connection, facts)


def post(target: Session | Connection, *messages: Message) -> None:
    """Write messages for every endpoint that listens to their type, in this transaction."""
    connection = target.connection() if isinstance(target, Session) else target
    if messages and (heard := _heard(connection)):
        _write(connection, messages, heard)


def post_to(connection: Connection, endpoint: int, message: Message) -> None:
    """Write a message for one endpoint alone, whatever it listens to."""
    _write(connection, [message], {endpoint: {message.type.value}})


def is_heard(connection: Connection, kind: EventType) -> bool:
    """Tell whether any endpoint listens to this."""
    return any(kind in types for types in _heard(connection).values())


def _heard(connection: Connection) -> dict[int, set[str]]:
    return {row.id: set(row.types) for row in _ACTIVE.all(connection, {})}


_ACTIVE = Prepared(select(WebhookEndpointRow.id, WebhookEndpointRow.types).where(WebhookEndpointRow.state == "active"))


def _write(connection: Connection, messages: Sequence[Message], heard: dict[int, set[str]]) -> None:
    for message in messages:
        listening = [key for key, types in heard.items() if message.type in types]
        if not listening:
            continue
        values = {
            "message_id": f"msg_{uuid.uuid4().hex}",
            "type": message.type.value,
            "subject": message.subject,
            "body": body_of(message),
            "created_at": message.at,
            "erase_after": message.at + KEEP,
        }
        row = WebhookMessageRow
        key = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
        due = [{"message_id": key, "endpoint_id": endpoint, "next_at": message.at} for endpoint in listening]
        connection.execute(insert(WebhookDeliveryRow), due)
        announce(connection, MessageQueued())


def body_of(message: Message) -> str:
    """Write the body that is signed and sent: `{"type", "timestamp", "data"}`."""
    stamp = message.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"type": message.type.value, "timestamp": stamp, "data": message.data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str)
