"""A small warehouse with a story behind it: one order shipped, one promised, one cancelled and its unit put back.

Every row is as the product would leave it, so that a check that complains is wrong, or has found a change made since.
"""

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from tests.builders import (
    NOON,
    a_bin,
    a_cart,
    a_person,
    a_place,
    a_tote,
    an_item,
    an_order,
    some_stock,
)
from warehouse.domain.codes import (
    BatchState,
    CartonState,
    LabelState,
    MoveReason,
    OrderState,
    Outcome,
    PlaceKind,
    Role,
    ScanKind,
    ScanStatus,
    TaskState,
)
from warehouse.domain.journal import AuditFact
from warehouse.storage.group import record
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.intake import ImportRunRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ManifestRow, ShipmentRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import MoveRow, PutBackRow, ReservationRow, StockRow

LATER = NOON + timedelta(hours=1)


def tell_story(session: Session, lead: str = "Lea") -> None:
    """Write it all; S1 holds six pieces of A at the end, two of them promised to order 2002."""
    lea = a_person(session, lead, Role.LEAD)
    shelf, tote = a_bin(session, "S1", walk=10), a_tote(session, "T1")
    a_cart(session)
    item = an_item(session, "A", "4006381333931", "14006381333938*6")
    lot = some_stock(session, shelf, item, 10)
    goods = Goods(session, item, lot)
    _ship(goods, shelf, tote, lea)
    _promise(goods, shelf)
    _cancel(goods, shelf, tote)
    session.add(StockRow(place_id=tote, item_id=item, lot_id=lot, quantity=0))
    session.add(
        ImportRunRow(
            kind="orders", profile="canonical", source="demo", file_name="a.csv", sha256="0",
            state="done", started_at=NOON, seen_at=NOON,
            report={"rows": 1, "orders": {"created": 1, "updated": 0}},
        )
    )  # fmt: skip
    details = '{"now":"batched","was":"ready"}'
    fact = AuditFact(at=NOON, actor=lea, role="lead", action="order_state", subject="order:1", details=details)
    record(session, fact)
    record(session, AuditFact(at=NOON, actor=lea, role="lead", action="tote_bound", subject="tote:1"))


class Goods:
    """The session, the one item and its lot: what every step of the story needs."""

    def __init__(self, session: Session, item: int, lot: int) -> None:
        self.session, self.item, self.lot = session, item, lot

    def move(self, source: int, target: int, reason: MoveReason, quantity: int, **more: object) -> None:
        """Write a move of the lot an hour after noon."""
        self.session.add(
            MoveRow(
                at=LATER, item_id=self.item, lot_id=self.lot, quantity=quantity, from_place_id=source,
                to_place_id=target, reason=reason, **more,
            )
        )  # fmt: skip

    def order(self, number: str, pieces: int) -> tuple[OrderRow, OrderLineRow]:
        """Make an order of one line."""
        key = an_order(self.session, {self.item: pieces}, number=number)
        return self.session.get_one(OrderRow, key), self.session.query(OrderLineRow).filter_by(order_id=key).one()

    def task(self, batch: BatchRow, line: OrderLineRow, shelf: int, pieces: int) -> PickTaskRow:
        """Make a pick task that is picked."""
        task = PickTaskRow(
            batch_id=batch.id, sequence=line.id, stop_no=1, order_id=line.order_id, order_line_id=line.id,
            item_id=self.item, lot_id=self.lot, bin_id=shelf, wanted=pieces, picked=pieces, state=TaskState.PICKED,
        )  # fmt: skip
        self.session.add(task)
        self.session.flush()
        return task


def _ship(goods: Goods, shelf: int, tote: int, lea: int) -> None:
    session = goods.session
    order, line = goods.order("2001", 3)
    batch = BatchRow(number="B1", state=BatchState.CLOSED, created_at=NOON)
    session.add(batch)
    session.flush()
    session.add(BatchSlotRow(batch_id=batch.id, slot_no=1, order_id=order.id, tote_id=tote))
    task = goods.task(batch, line, shelf, 3)
    scan = _scan(session, 1, ScanStatus.APPLIED, Outcome.ACCEPTED, counted=3)
    _scan(session, 2, ScanStatus.REJECTED, Outcome.WRONG_BIN, counted=0)
    carton = a_place(session, PlaceKind.CARTON, "C1")
    customer = a_place(session, PlaceKind.CUSTOMER, "CUSTOMER")
    goods.move(shelf, tote, MoveReason.PICK, 3, order_line_id=line.id, pick_task_id=task.id, scan_id=scan)
    goods.move(tote, carton, MoveReason.PACK, 3, order_line_id=line.id, actor_id=lea)
    goods.move(carton, customer, MoveReason.SHIP, 3, order_line_id=line.id)
    line.picked = line.packed = line.shipped = 3
    order.state, order.shipped_at = OrderState.SHIPPED, LATER
    _parcel(goods, carton, line)
    session.add(
        HoldRow(
            order_id=order.id, reason="unpaid", text="Not paid", opened_at=NOON, lifted_at=LATER, lifted_by_id=lea,
            lift_reason="paid by now",
        )
    )  # fmt: skip


def _parcel(goods: Goods, carton: int, line: OrderLineRow) -> None:
    session, order = goods.session, line.order_id
    shipment = ShipmentRow(order_id=order, state="shipped", created_at=NOON, shipped_at=LATER)
    manifest = ManifestRow(carrier="Post", state="closed", created_at=NOON, closed_at=LATER)
    session.add_all([shipment, manifest])
    session.flush()
    session.add(
        CartonRow(
            id=carton, order_id=order, shipment_id=shipment.id, carton_no=1, sscc="395200000000000015",
            state=CartonState.SHIPPED, content_hash="h", opened_at=NOON, shipped_at=LATER, manifest_id=manifest.id,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        CartonLineRow(carton_id=carton, order_line_id=line.id, item_id=goods.item, lot_id=goods.lot, quantity=3)
    )
    session.add(StockRow(place_id=carton, item_id=goods.item, lot_id=goods.lot, quantity=0))
    session.add(
        LabelRow(
            carton_id=carton, state=LabelState.BOUGHT, carrier="Post", tracking="P-1", content_hash="h",
            created_at=NOON, scanned_back_at=LATER,
        )
    )  # fmt: skip
    _shelf_now(goods, 10 - 3 - 1, reserved=2)


def _shelf_now(goods: Goods, quantity: int, reserved: int) -> None:
    row = goods.session.query(StockRow).filter(StockRow.quantity == 10).one()
    row.quantity, row.reserved = quantity, reserved


def _promise(goods: Goods, shelf: int) -> None:
    _, line = goods.order("2002", 2)
    line.allocated = 2
    goods.session.add(
        ReservationRow(place_id=shelf, item_id=goods.item, lot_id=goods.lot, order_line_id=line.id, quantity=2)
    )


def _cancel(goods: Goods, shelf: int, tote: int) -> None:
    """Picked, then cancelled, and the piece laid into another bin."""
    session = goods.session
    order, line = goods.order("2003", 1)
    batch = BatchRow(number="B2", state=BatchState.CLOSED, created_at=NOON)
    session.add(batch)
    session.flush()
    task = goods.task(batch, line, shelf, 1)
    other = a_bin(session, "S2", walk=20)
    goods.move(shelf, tote, MoveReason.PICK, 1, order_line_id=line.id, pick_task_id=task.id)
    goods.move(tote, other, MoveReason.PUT_BACK, 1)
    session.add(StockRow(place_id=other, item_id=goods.item, lot_id=goods.lot, quantity=1))
    line.picked = 1
    order.state, order.changed_at = OrderState.CANCELLED, LATER
    session.add(
        PutBackRow(
            item_id=goods.item, lot_id=goods.lot, place_id=tote, order_id=order.id, quantity=1, returned=1,
            reason="cancelled", state="done", opened_at=LATER, closed_at=LATER,
        )
    )  # fmt: skip


def _scan(session: Session, seq: int, status: ScanStatus, outcome: Outcome, *, counted: int) -> uuid.UUID:
    scan_id = uuid.uuid5(uuid.NAMESPACE_OID, str(seq))
    session.add(
        ScanRow(
            scan_id=scan_id, device="d-1", seq=seq, epoch=1, at=NOON, received_at=NOON, kind=ScanKind.SCAN, code="T:T1",
            quantity=1, via="key", mode="enforce", status=status, outcome=outcome, counted=counted, fingerprint="f",
            answer={"status": status.value, "outcome": outcome.value},
        )
    )  # fmt: skip
    return scan_id
