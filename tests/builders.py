"""Named people and small, readable pieces of a warehouse, written straight into the tables.

Every builder takes the session of a use case; `build(database, recipe)` runs one in a write transaction.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import (
    BarcodeKind,
    BatchState,
    BinKind,
    MoveReason,
    OrderState,
    PlaceKind,
    Role,
    Tracking,
    UnitLevel,
)
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.batches.tasks import NewTask, append_tasks
from warehouse.services.orders.states import refresh_order
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, CartRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, LotRow, MoveRow, PlaceRow, StockRow
from warehouse.storage.queries.layout import load_layout

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CUTOFF = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
Built = TypeVar("Built")
_numbers = itertools.count(1001)


def build(database: Database, recipe: Callable[[Session], Built]) -> Built:
    """Run `recipe(session)` in a write transaction and give back what it built."""
    return database.run(lambda session, _request: recipe(session), None)


def a_person(session: Session, name: str = "Ana", role: Role = Role.PICKER, *, pin_hash: str = "unusable") -> int:
    """Somebody with the badge `U:<NAME>`; the key is given back. The PIN hash of a test that signs in is real."""
    badge = f"U:{name.upper()}"
    person = PersonRow(name=name, role=role, badge=badge, pin_hash=pin_hash, created_at=NOON)
    session.add(person)
    session.flush()
    session.add(BarcodeRow(code=badge, kind=BarcodeKind.BADGE, person_id=person.id))
    return person.id


def a_place(session: Session, kind: PlaceKind, code: str) -> int:
    """A bare place; its key is given back."""
    place = PlaceRow(kind=kind, code=code)
    session.add(place)
    session.flush()
    return place.id


def a_bin(
    session: Session, code: str, *, walk: int | None = None, zone: str = "A", kind: BinKind = BinKind.PICK_FACE
) -> int:
    """A bin whose label reads `L:<code>`; its key is given back."""
    place = a_place(session, PlaceKind.BIN, code)
    session.add(BinRow(id=place, code=code, zone=zone, aisle=code[:1], walk_sequence=walk, kind=kind))
    session.add(BarcodeRow(code=f"L:{code}", kind=BarcodeKind.BIN, place_id=place))
    return place


def a_tote(session: Session, code: str) -> int:
    """A free tote whose label reads `T:<code>`; its key is given back."""
    place = a_place(session, PlaceKind.TOTE, code)
    session.add(ToteRow(id=place, code=code))
    session.add(BarcodeRow(code=f"T:{code}", kind=BarcodeKind.TOTE, place_id=place))
    return place


def a_cart(session: Session, code: str = "K1", slots: int = 4) -> int:
    """A cart whose label reads `K:<code>`; its key is given back."""
    cart = CartRow(code=code, slots=slots)
    session.add(cart)
    session.flush()
    session.add(BarcodeRow(code=f"K:{code}", kind=BarcodeKind.CART, cart_id=cart.id))
    return cart.id


def an_item(
    session: Session, sku: str, *barcodes: str, tracking: Tracking = Tracking.NONE, weight_g: int | None = 100
) -> int:
    """An item sold by the piece; each barcode is `code` or `code*n` for a case of n. Its key is given back."""
    item = ItemRow(
        sku=sku, sku_folded=sku.casefold(), name=f"Item {sku}", tracking=tracking, weight_g=weight_g, updated_at=NOON
    )
    session.add(item)
    session.flush()
    for barcode in barcodes:
        code, _, pack = barcode.partition("*")
        unit = UnitLevel.CASE if pack else UnitLevel.EACH
        session.add(
            BarcodeRow(code=key(code), kind=BarcodeKind.ITEM, item_id=item.id, unit=unit, pack_quantity=int(pack or 1))
        )
    session.flush()
    return item.id


def some_stock(
    session: Session, bin_id: int, item_id: int, quantity: int, *, lot: str = "", expires_on: date | None = None
) -> int:
    """A receipt of `quantity` eaches into the bin, with its move from the supplier; the lot's key is given back."""
    row = LotRow(item_id=item_id, code=lot, received_at=NOON, expires_on=expires_on)
    session.add(row)
    session.flush()
    session.add(StockRow(place_id=bin_id, item_id=item_id, lot_id=row.id, quantity=quantity))
    session.add(
        MoveRow(
            at=NOON,
            item_id=item_id,
            lot_id=row.id,
            quantity=quantity,
            from_place_id=the_supplier(session),
            to_place_id=bin_id,
            reason=MoveReason.RECEIPT,
        )
    )
    session.flush()
    return row.id


def the_supplier(session: Session) -> int:
    """The one place outside that goods come from."""
    found = session.query(PlaceRow.id).filter_by(kind=PlaceKind.SUPPLIER).scalar()
    return found or a_place(session, PlaceKind.SUPPLIER, "SUPPLIER")


def an_order(session: Session, wanted: Mapping[int, int], *, number: str | None = None, priority: int = 0) -> int:
    """An order in state `ready` for `{item key: pieces}`, due at CUTOFF; its key is given back."""
    number = number or str(next(_numbers))
    order = OrderRow(
        number=number,
        source="test",
        external_id=number,
        state=OrderState.READY,
        placed_at=NOON,
        cutoff_at=CUTOFF,
        priority=priority,
        carrier="Post",
        country="GB",
        content_hash="",
        basket_hash="",
        received_at=NOON,
        changed_at=NOON,
    )
    session.add(order)
    session.flush()
    session.add(
        OrderAddressRow(
            order_id=order.id, name="Mr Smith", lines=["12 Mill Lane", "Leeds"], postcode="LS1 4AP", country="GB"
        )
    )
    for line_no, (item_id, ordered) in enumerate(wanted.items(), start=1):
        item = session.get_one(ItemRow, item_id)
        session.add(
            OrderLineRow(
                order_id=order.id,
                line_no=line_no,
                item_id=item_id,
                sku=item.sku,
                description=item.name,
                ordered=ordered,
            )
        )
    session.flush()
    return order.id


def a_batch(session: Session, orders: Sequence[int], *, number: str = "B-1") -> int:
    """A released batch of whole orders, one cart slot each, all stock found and promised; its key is given back."""
    batch = BatchRow(number=number, state=BatchState.RELEASED, cutoff_at=CUTOFF, created_at=NOON, released_at=NOON)
    session.add(batch)
    session.flush()
    tasks: list[NewTask] = []
    for slot, order in enumerate(orders, start=1):
        session.add(BatchSlotRow(batch_id=batch.id, slot_no=slot, order_id=order))
        for line in session.query(OrderLineRow).filter_by(order_id=order).order_by(OrderLineRow.line_no):
            tasks += _found_for(session, line, slot, tasks)
    session.flush()
    append_tasks(session, batch, tasks, load_layout(session))
    for order in orders:
        refresh_order(session, Request(actor=SYSTEM, at=NOON), order)
    return batch.id


def _found_for(session: Session, line: OrderLineRow, slot: int, taken: Sequence[NewTask]) -> list[NewTask]:
    found, missing = [], line.ordered
    for stock in session.query(StockRow).filter_by(item_id=line.item_id).order_by(StockRow.id):
        promised = sum(it.quantity for it in taken if (it.bin, it.lot) == (stock.place_id, stock.lot_id))
        part = min(missing, stock.quantity - stock.reserved - promised)
        if part > 0:
            found.append(
                NewTask(
                    order=line.order_id,
                    order_line=line.id,
                    item=stock.item_id,
                    lot=stock.lot_id,
                    bin=stock.place_id,
                    quantity=part,
                    slot=slot,
                )
            )
            missing -= part
    assert missing == 0, "the builder's stock does not cover its order"
    return found
