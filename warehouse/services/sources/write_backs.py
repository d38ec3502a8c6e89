"""What left is told to the shop it came from: noted with the last carton's leaving, sent after it, tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.journal import AuditFact
from warehouse.domain.news import MessageQueued
from warehouse.domain.words import listed, sentence
from warehouse.domain.write_backs import Recipient, ShippedLine, ShippedParcel, retry_in
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.storage.group import announce
from warehouse.storage.models.intake import SourceRow, WriteBackRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ShipmentRow

WAITING, DONE, DEAD = "waiting", "done", "dead"
AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWriteBack:
    """A shipment its shop is to be told about now."""

    id: int
    source: int
    shipment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBack(Request):
    """A try to tell the shop; `error` says why it did not work."""

    write_back: int
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAgain(Request):
    """A person wants the shop told once more."""

    write_back: int


def note_write_backs(connection: Connection, facts: Sequence[AuditFact]) -> None:
    """Note each shipment that these facts complete, where its source wants to be told."""
    cartons = [int(fact.subject.rpartition(":")[2]) for fact in facts if fact.action == "carton_shipped"]
    if not cartons:
        return
    left = connection.execute(
        select(ShipmentRow.id, ShipmentRow.shipped_at, SourceRow.id.label("source"))
        .join(CartonRow, CartonRow.shipment_id == ShipmentRow.id)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .join(SourceRow, SourceRow.name == OrderRow.source)
        .outerjoin(WriteBackRow, WriteBackRow.shipment_id == ShipmentRow.id)
        .where(CartonRow.id.in_(cartons), ShipmentRow.state == "shipped", WriteBackRow.id.is_(None))
        .where(SourceRow.active, SourceRow.write_back != "")
        .distinct()
    ).all()
    rows = [{"source_id": row.source, "shipment_id": row.id, "next_at": row.shipped_at} for row in left]
    if rows:
        connection.execute(insert(WriteBackRow), rows)
        announce(connection, MessageQueued())


def due_write_backs(session: Session, now: datetime) -> list[DueWriteBack]:
    """List what shops are to be told now."""
    row = WriteBackRow
    found = session.execute(
        select(row.id, row.source_id, row.shipment_id)
        .join(SourceRow, SourceRow.id == row.source_id)
        .where(row.state == WAITING, row.next_at <= now, SourceRow.active)
        .order_by(row.id)
        .limit(AT_ONCE)
    )
    return [DueWriteBack(id=key, source=source, shipment=shipment) for key, source, shipment in found]


def note_written_back(session: Session, request: WrittenBack) -> None:
    """Write down what a try came to; what never worked becomes somebody's task."""
    row = session.get_one(WriteBackRow, request.write_back)
    row.attempts += 1
    row.error = request.error
    subject = f"shipment:{row.shipment_id}"
    if not request.error:
        row.state, row.done_at, row.next_at = DONE, request.at, None
        audit(session, request, "written_back", subject, source=row.source_id)
        resolve_about(session, request, ExceptionType.TRACKING_MISSING, subject, sentence("The shop knows it now."))
        return
    wait = retry_in(row.attempts)
    row.next_at = request.at + wait if wait else None
    if wait is None:
        row.state = DEAD
        _ask(session, request, row)


def tell_again(session: Session, request: TellAgain) -> None:
    """Tell the shop once more, with all tries before it."""
    row = session.get(WriteBackRow, request.write_back)
    if row is None:
        raise NotFoundError(sentence("There is no write-back {write_back}.", write_back=request.write_back))
    row.state, row.attempts, row.next_at = WAITING, 0, request.at
    audit(session, request, "write_back_again", f"shipment:{row.shipment_id}")
    announce(session, MessageQueued())


def shipments_since(session: Session, source: str, since: datetime) -> list[int]:
    """List the shipments of a source's orders that left since then, the oldest first."""
    query = select(ShipmentRow.id).join(OrderRow, OrderRow.id == ShipmentRow.order_id)
    left = (OrderRow.source == source, ShipmentRow.shipped_at >= since)
    return list(session.scalars(query.where(*left).order_by(ShipmentRow.shipped_at, ShipmentRow.id)))


def shipped_parcels(session: Session, shipments: Sequence[int]) -> list[ShippedParcel]:
    """Give the parcels of these shipments with the lines of their order as the shop numbers them."""
    carton, label = CartonRow, LabelRow
    query = (
        select(carton, OrderRow, OrderAddressRow, label)
        .join(OrderRow, OrderRow.id == carton.order_id)
        .outerjoin(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
        .outerjoin(label, (label.carton_id == carton.id) & (label.state == LabelState.BOUGHT))
        .where(carton.shipment_id.in_(shipments), carton.shipped_at.is_not(None))
        .order_by(carton.shipped_at, carton.id)
    )
    return [_parcel(session, *found) for found in session.execute(query)]


def _parcel(
    session: Session, carton: CartonRow, order: OrderRow, to: OrderAddressRow | None, label: LabelRow | None
) -> ShippedParcel:
    return ShippedParcel(
        order_no=order.shop_number or shops_key(order),
        order_id=shops_key(order),
        number=order.number,
        sscc=carton.sscc or "",
        carrier=label.carrier if label else order.carrier,
        service=(label.service if label else "") or order.service,
        tracking=(label.tracking if label else "") or "",
        shipped_at=carton.shipped_at or order.changed_at,
        customer=order.customer,
        recipient=_recipient(to),
        lines=_lines(session, carton.id),
    )


def shops_key(order: OrderRow) -> str:
    """Give the key the shop's programs know an order by, also of the order that sends the rest of another."""
    return order.external_id.removesuffix(f"#{order.number[-9:]}")


def _recipient(to: OrderAddressRow | None) -> Recipient:
    if to is None:
        return Recipient()
    same = {name: getattr(to, name) for name in ("name", "company", "city", "region", "postcode", "country")}
    shown = set(same.values())
    return Recipient(**same, lines=tuple(line for line in to.lines if line not in shown))


def _lines(session: Session, carton: int) -> tuple[ShippedLine, ...]:
    inside: dict[int, int] = {}
    packed = select(CartonLineRow.order_line_id, CartonLineRow.quantity).where(CartonLineRow.carton_id == carton)
    for line, quantity in session.execute(packed):
        inside[line] = inside.get(line, 0) + quantity
    rows = session.scalars(select(OrderLineRow).where(OrderLineRow.id.in_(inside)).order_by(OrderLineRow.line_no))
    return tuple(
        ShippedLine(
            external_line=row.external_line or str(row.line_no),
            sku=row.sku,
            name=row.description,
            quantity=inside[row.id],
        )
        for row in rows
        if inside[row.id]
    )


def _ask(session: Session, request: Request, row: WriteBackRow) -> None:
    order = session.scalars(
        select(OrderRow).join(ShipmentRow, ShipmentRow.order_id == OrderRow.id).where(ShipmentRow.id == row.shipment_id)
    ).one()
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.TRACKING_MISSING,
        subject=f"shipment:{row.shipment_id}",
        about=listed([sentence("order {order}", order=order.number), row.error or ""], ": "),
        order=order.id,
    )
    open_exception(session, entry)
