"""What the pages of connections show: own mapping profiles, sources, endpoints, deliveries, write-backs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.sources import KINDS
from warehouse.storage.models.intake import MappingProfileRow, SourceRow, WriteBackRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import ShipmentRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookEndpointRow, WebhookMessageRow

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVersion:
    """One version of an own profile, with who proposed and who decided."""

    id: int
    kind: str
    name: str
    version: int
    state: str
    text: str
    note: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeen:
    """A source as people see it; its secret is not among it. One of a kind that no clock looks at is not active."""

    id: int
    name: str
    kind: str
    profile: str
    way: str
    address: str
    user_name: str
    every_minutes: int
    silent_minutes: int
    write_back: str
    active: bool
    next_at: datetime | None
    looked_at: datetime | None
    arrived_at: datetime | None
    failures: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSeen:
    """An endpoint as people see it; its secret is not among it."""

    id: int
    name: str
    url: str
    types: list[str]
    state: str
    state_reason: str
    delivered_at: datetime | None
    previous_until: datetime | None
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySeen:
    """A message on its way, or arrived."""

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
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBackSeen:
    """A shipment a shop is told about."""

    id: int
    source: str
    order: str
    state: str
    attempts: int
    error: str
    next_at: datetime | None
    done_at: datetime | None


def profile_versions(session: Session, exactly: int | None = None) -> list[ProfileVersion]:
    """List the versions of own profiles, the newest of each first."""
    row, proposer, decider = MappingProfileRow, aliased(PersonRow), aliased(PersonRow)
    query = (
        select(row, proposer.name, decider.name)
        .outerjoin(proposer, proposer.id == row.proposed_by_id)
        .outerjoin(decider, decider.id == row.decided_by_id)
        .order_by(row.kind, row.name, row.version.desc())
    )
    found = session.execute(query if exactly is None else query.where(row.id == exactly))
    same = ("id", "kind", "name", "version", "state", "text", "note", "proposed_at", "decided_at")
    return [
        ProfileVersion(**_of(each, same), proposed_by=proposed, decided_by=decided) for each, proposed, decided in found
    ]


def sources(session: Session) -> list[SourceSeen]:
    """List the sources by name."""
    names = SourceSeen.__dataclass_fields__.keys() - {"active"}
    return [
        SourceSeen(**_of(row, names), active=row.active and row.kind in KINDS)
        for row in session.scalars(select(SourceRow).order_by(SourceRow.name))
    ]


def endpoints(session: Session) -> list[EndpointSeen]:
    """List the endpoints, with how many messages wait for each and how many never arrived."""
    row, delivery = WebhookEndpointRow, WebhookDeliveryRow
    counted = (
        select(delivery.endpoint_id, delivery.state, func.count())
        .where(delivery.state.in_(["waiting", "dead"]))
        .group_by(delivery.endpoint_id, delivery.state)
    )
    counts = {(endpoint, state): count for endpoint, state, count in session.execute(counted)}
    same = ("id", "name", "url", "types", "state", "state_reason", "delivered_at", "previous_until")
    return [
        EndpointSeen(
            **_of(each, same), waiting=counts.get((each.id, "waiting"), 0), dead=counts.get((each.id, "dead"), 0)
        )
        for each in session.scalars(select(row).order_by(row.id))
    ]


def deliveries(
    session: Session, *, state: str | None = None, before: int | None = None, limit: int = PER_PAGE
) -> list[DeliverySeen]:
    """List deliveries, the latest first; of one state where asked."""
    row, message, endpoint = WebhookDeliveryRow, WebhookMessageRow, WebhookEndpointRow
    query = (
        select(row, message, endpoint.name)
        .join(message, message.id == row.message_id)
        .join(endpoint, endpoint.id == row.endpoint_id)
        .order_by(row.id.desc())
        .limit(limit)
    )
    query = query.where(row.state == state) if state else query
    query = query.where(row.id < before) if before is not None else query
    told = ("message_id", "type", "subject", "created_at", "body")
    same = ("id", "state", "attempts", "status", "error", "next_at")
    return [
        DeliverySeen(**_of(each, same), **_of(its, told), endpoint=name) for each, its, name in session.execute(query)
    ]


def write_backs(session: Session, limit: int = PER_PAGE) -> list[WriteBackSeen]:
    """List what shops were told, the latest first."""
    row = WriteBackRow
    query = (
        select(row, SourceRow.name, OrderRow.number)
        .join(SourceRow, SourceRow.id == row.source_id)
        .join(ShipmentRow, ShipmentRow.id == row.shipment_id)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .order_by(row.id.desc())
        .limit(limit)
    )
    same = ("id", "state", "attempts", "error", "next_at", "done_at")
    return [
        WriteBackSeen(**_of(each, same), source=source, order=number) for each, source, number in session.execute(query)
    ]


def _of(row: object, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
