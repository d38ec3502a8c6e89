"""Which facts of the journal other programs are told, and with which figures; never with a name or an address."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from warehouse.domain.codes import CartonState, LabelState, OrderState
from warehouse.domain.journal import AuditFact
from warehouse.domain.webhooks import EventType
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ShipmentRow

Data = dict[str, Any]
_Tell = Callable[[Connection, AuditFact, Data], Data | None]


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that is told, under its type; `details` are those of the fact."""

    type: EventType
    fact: AuditFact
    details: Data

    def data(self, connection: Connection) -> Data | None:
        """Gather what is said of it; None when the row it is about is no longer there."""
        return _TELL[self.type](connection, self.fact, self.details)


def events_of(facts: Sequence[AuditFact]) -> list[Event]:
    """Give the facts that are told to others, each under its type."""
    return [event for fact in facts if fact.action in _TOLD for event in _events(fact)]


def _events(fact: AuditFact) -> list[Event]:
    details: Data = json.loads(fact.details)
    types = _TOLD[fact.action](details)
    return [Event(each, fact, details) for each in types]


def _state(details: Data) -> Sequence[EventType]:
    known = {OrderState.PACKED: EventType.ORDER_PACKED, OrderState.SHIPPED: EventType.ORDER_SHIPPED}
    return [known[details["now"]]] if details.get("now") in known else []


def _received(details: Data) -> Sequence[EventType]:
    return [EventType.ORDER_IMPORTED, *([EventType.ORDER_HELD] if details.get("held") else [])]


def _always(told: EventType) -> Callable[[Data], Sequence[EventType]]:
    return lambda _: [told]


_TOLD: Mapping[str, Callable[[Data], Sequence[EventType]]] = {
    "order_received": _received,
    "held": _always(EventType.ORDER_HELD),
    "cancelled": _always(EventType.ORDER_CANCELLED),
    "order_state": _state,
    "released": _always(EventType.BATCH_RELEASED),
    "short_pick": _always(EventType.LINE_SHORT_PICKED),
    "shipment_labelled": _always(EventType.SHIPMENT_CREATED),
    "exception_opened": _always(EventType.EXCEPTION_OPENED),
    "exception_escalated": _always(EventType.EXCEPTION_ESCALATED),
    "exception_overdue": _always(EventType.EXCEPTION_ESCALATED),
    "exception_resolved": _always(EventType.EXCEPTION_CLOSED),
}


_HOLDING = {"order_received", "held"}


def key_of(subject: str) -> int:
    """Give the key in a subject such as `order:17`."""
    return int(subject.rpartition(":")[2])


def _named(row: Any) -> Data:
    return {"number": row.number, "source": row.source, "order_no": row.external_id, "state": row.state.value}


def _order(connection: Connection, fact: AuditFact, details: Data) -> Data | None:
    row = _order_row(connection, key_of(fact.subject))
    if row is None:
        return None
    held = details.get("held") or details.get("reason")
    return _named(row) | ({"held": [held] if isinstance(held, str) else held} if fact.action in _HOLDING else {})


def _order_row(connection: Connection, key: int) -> Any:
    row = OrderRow
    return connection.execute(
        select(row.id, row.number, row.source, row.external_id, row.state).where(row.id == key)
    ).first()


def _order_with_parcels(connection: Connection, fact: AuditFact, _details: Data) -> Data | None:
    found = _order_row(connection, key_of(fact.subject))
    return None if found is None else _named(found) | contents_of(connection, found.id)


def contents_of(connection: Connection, order: int) -> Data:
    """Give an order's lines with what became of each, and its parcels with their tracking numbers."""
    line = OrderLineRow
    lines = connection.execute(
        select(line.external_line, line.line_no, line.sku, line.ordered, line.packed, line.shipped, line.backordered)
        .where(line.order_id == order, line.pickable, line.cancelled_at.is_(None))
        .order_by(line.line_no)
    )
    parcels = connection.execute(
        select(CartonRow.sscc, LabelRow.tracking.label("tracking_number"), LabelRow.carrier, ShipmentRow.shipment_no)
        .join(LabelRow, LabelRow.carton_id == CartonRow.id)
        .join(ShipmentRow, ShipmentRow.id == CartonRow.shipment_id)
        .where(CartonRow.order_id == order, CartonRow.state != CartonState.VOID)
        .where(LabelRow.state == LabelState.BOUGHT, LabelRow.voided_at.is_(None))
        .order_by(CartonRow.carton_no)
    )
    return {
        "lines": [{**row, "external_line": row["external_line"] or str(row["line_no"])} for row in lines.mappings()],
        "parcels": [dict(row) for row in parcels.mappings()],
    }


def _batch(connection: Connection, fact: AuditFact, _details: Data) -> Data | None:
    key = key_of(fact.subject)
    number = connection.execute(select(BatchRow.number).where(BatchRow.id == key)).scalar()
    tasks = select(OrderRow.number).join(PickTaskRow, PickTaskRow.order_id == OrderRow.id)
    orders = connection.execute(tasks.where(PickTaskRow.batch_id == key).distinct().order_by(OrderRow.number))
    return None if number is None else {"batch": key, "number": number, "orders": list(orders.scalars())}


def _short(connection: Connection, fact: AuditFact, details: Data) -> Data | None:
    found = connection.execute(
        select(PickTaskRow.order_id, OrderLineRow.external_line, OrderLineRow.line_no, OrderLineRow.sku)
        .join(OrderLineRow, OrderLineRow.id == PickTaskRow.order_line_id)
        .where(PickTaskRow.id == key_of(fact.subject))
    ).first()
    order = found and _order_row(connection, found.order_id)
    if not (found and order):
        return None
    line = {"external_line": found.external_line or str(found.line_no), "sku": found.sku}
    return {**_named(order), **line, "missing": details.get("quantity"), "reason": details.get("reason")}


def _exception(connection: Connection, fact: AuditFact, _details: Data) -> Data | None:
    row, order = ExceptionRow, OrderRow
    found = connection.execute(
        select(row.id, row.type, row.severity, row.state, row.owner_role, row.level, row.due_at, order.number)
        .outerjoin(order, order.id == row.order_id)
        .where(row.id == key_of(fact.subject))
    ).first()
    if found is None:
        return None
    said = {"exception": found.id, "type": found.type, "severity": found.severity, "state": found.state}
    due = found.due_at.isoformat() if found.due_at else None
    return {**said, "owner": found.owner_role, "level": found.level, "due_at": due, "order": found.number}


_TELL: Mapping[EventType, _Tell] = {
    EventType.ORDER_IMPORTED: _order,
    EventType.ORDER_HELD: _order,
    EventType.ORDER_CANCELLED: _order,
    EventType.ORDER_PACKED: _order_with_parcels,
    EventType.ORDER_SHIPPED: _order_with_parcels,
    EventType.BATCH_RELEASED: _batch,
    EventType.LINE_SHORT_PICKED: _short,
    EventType.SHIPMENT_CREATED: _order_with_parcels,
    EventType.EXCEPTION_OPENED: _exception,
    EventType.EXCEPTION_ESCALATED: _exception,
    EventType.EXCEPTION_CLOSED: _exception,
}
