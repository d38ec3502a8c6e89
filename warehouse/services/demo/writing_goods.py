"""Writes down the demo goods: the catalogue, receipts into the bins, and the orders."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import BarcodeKind, BinKind, MoveReason, OrderState, Tracking
from warehouse.domain.orders import basket_hash, content_hash
from warehouse.services.demo.floor import DemoBin
from warehouse.services.demo.items import DemoItem
from warehouse.services.demo.orders import DemoOrder
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.stock import LotRow, MoveRow, SerialRow, StockRow

KEEP_ADDRESS = timedelta(days=90)
TWO_FACES = 60
"""So many of the most ordered items lie in two bins for picking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What goes where: items and bins with the keys they were stored under, and the supplier's place."""

    items: Sequence[DemoItem]
    item_keys: Mapping[str, int]
    bins: Sequence[DemoBin]
    bin_keys: Mapping[str, int]
    supplier: int


@dataclass(frozen=True, slots=True)
class _Lot:
    """When units came in, and what their lot is called; the code is empty where nobody tracks it."""

    days_ago: int
    code: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Receipt:
    """So many eaches of one lot, brought into one bin."""

    item: DemoItem
    bin: str
    quantity: int
    lot: _Lot


def write_items(session: Session, items: Sequence[DemoItem], at: datetime) -> dict[str, int]:
    """Write the catalogue with its barcodes; give the keys by SKU."""
    rows = [_item_row(item, at) for item in items]
    session.add_all(rows)
    session.flush()
    keys = {row.sku: row.id for row in rows}
    session.add_all(
        BarcodeRow(
            code=key(code.digits),
            kind=BarcodeKind.ITEM,
            item_id=keys[item.sku],
            unit=code.unit,
            pack_quantity=code.pack_quantity,
        )
        for item in items
        for code in item.codes
    )
    return keys


def _item_row(item: DemoItem, at: datetime) -> ItemRow:
    length, width, height = item.size_mm
    return ItemRow(
        sku=item.sku,
        sku_folded=sku_key(item.sku),
        name=item.name,
        weight_g=item.weight_g,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        tracking=item.tracking,
        high_value=item.high_value,
        fragile=item.fragile,
        limited_quantity=item.limited_quantity,
        hs_code=item.hs_code,
        origin=item.origin,
        updated_at=at,
    )


def write_stock(session: Session, random: Random, shelves: Shelves, orders: Sequence[DemoOrder], at: datetime) -> None:
    """Receive enough of everything for all orders, and some for the reserve; each receipt is a move."""
    wanted: Counter[str] = Counter()
    for order in orders:
        wanted.update({line.sku: line.quantity for line in order.draft.lines})
    receipts = list(_receipts(random, shelves, wanted, at.date()))
    lots = [
        LotRow(
            item_id=shelves.item_keys[one.item.sku],
            code=one.lot.code,
            received_at=at - timedelta(days=one.lot.days_ago),
            expires_on=one.lot.expires_on,
        )
        for one in receipts
    ]
    session.add_all(lots)
    session.flush()
    for receipt, lot in zip(receipts, lots, strict=True):
        _receive(session, shelves, receipt, lot)
    session.flush()


def _receipts(random: Random, shelves: Shelves, wanted: Mapping[str, int], today: date) -> Iterator[_Receipt]:
    """Fill pick faces zone by zone, the most ordered items first, then the reserve above them by the case."""
    faces = iter([one.code for one in shelves.bins if one.kind is BinKind.PICK_FACE])
    reserve = iter([one.code for one in shelves.bins if one.kind is BinKind.RESERVE])
    for place, item in enumerate(_shuffled_in_zones(random, shelves.items)):
        need = wanted.get(item.sku, 0)
        for _ in range(2 if item in shelves.items[:TWO_FACES] else 1):
            yield from _face(random, item, next(faces), need + need // 3 + random.randint(4, 20), today)
        case = max((code.pack_quantity for code in item.codes), default=1)
        if place % 3 == 0 and case > 1 and (above := next(reserve, None)):
            yield _Receipt(item, above, case * random.randint(1, 3), _lot(random, item, 2, today))


def _shuffled_in_zones(random: Random, items: Sequence[DemoItem]) -> list[DemoItem]:
    """Keep what is ordered most in front, without a bin's place saying how popular its item is."""
    block = 100
    shuffled: list[DemoItem] = []
    for start in range(0, len(items), block):
        part = list(items[start : start + block])
        random.shuffle(part)
        shuffled += part
    return shuffled


def _face(random: Random, item: DemoItem, code: str, quantity: int, today: date) -> Iterator[_Receipt]:
    """One lot in the bin; of items with lots sometimes two, so that the right one must be scanned."""
    if item.tracking in (Tracking.LOT, Tracking.EXPIRY) and random.randrange(4) == 0:
        older = quantity // 2
        yield _Receipt(item, code, older, _lot(random, item, 40, today))
        quantity -= older
    yield _Receipt(item, code, quantity, _lot(random, item, 10, today))


def _lot(random: Random, item: DemoItem, days_ago: int, today: date) -> _Lot:
    if item.tracking not in (Tracking.LOT, Tracking.EXPIRY):
        return _Lot(days_ago)
    best_before = today + timedelta(days=400 - days_ago * 5) if item.tracking is Tracking.EXPIRY else None
    return _Lot(days_ago, f"L{days_ago:02d}{random.randint(1000, 9999)}", best_before)


def _receive(session: Session, shelves: Shelves, receipt: _Receipt, lot: LotRow) -> None:
    item_id, bin_id = shelves.item_keys[receipt.item.sku], shelves.bin_keys[receipt.bin]
    session.add(StockRow(place_id=bin_id, item_id=item_id, lot_id=lot.id, quantity=receipt.quantity))
    session.add(
        MoveRow(
            at=lot.received_at,
            item_id=item_id,
            lot_id=lot.id,
            quantity=receipt.quantity,
            from_place_id=shelves.supplier,
            to_place_id=bin_id,
            reason=MoveReason.RECEIPT,
        )
    )
    if receipt.item.tracking is Tracking.SERIAL:
        session.add_all(
            SerialRow(item_id=item_id, code=f"SN{lot.id:04d}{number:04d}", lot_id=lot.id, place_id=bin_id)
            for number in range(1, receipt.quantity + 1)
        )


def write_orders(session: Session, orders: Sequence[DemoOrder], item_keys: Mapping[str, int], at: datetime) -> None:
    """Write the orders, ready and not yet batched."""
    rows = [_order_row(order, at) for order in orders]
    session.add_all(rows)
    session.flush()
    for row, order in zip(rows, orders, strict=True):
        session.add(_address_row(row.id, order, at))
        session.add_all(_line_rows(row.id, order, item_keys))
    session.flush()


def _order_row(order: DemoOrder, at: datetime) -> OrderRow:
    draft = order.draft
    return OrderRow(
        number=draft.external_id,
        source=draft.source,
        external_id=draft.external_id,
        state=OrderState.READY,
        placed_at=draft.placed_at or at,
        ship_on=draft.ship_on,
        cutoff_at=order.cutoff_at,
        priority=order.priority,
        service=draft.service,
        carrier=order.carrier,
        customer=draft.customer,
        country=draft.ship_to.country,
        currency=draft.currency,
        value_cents=sum(line.quantity * (line.unit_price_cents or 0) for line in draft.lines),
        gift_note=order.gift_note,
        content_hash=content_hash(draft),
        basket_hash=basket_hash(draft.lines),
        received_at=at,
        changed_at=at,
    )


def _address_row(order_id: int, order: DemoOrder, at: datetime) -> OrderAddressRow:
    to = order.draft.ship_to
    return OrderAddressRow(
        order_id=order_id,
        name=to.name,
        lines=list(to.original),
        city=to.city,
        postcode=to.postcode,
        country=to.country,
        phone=to.phone,
        email=to.email,
        erase_after=at + KEEP_ADDRESS,
    )


def _line_rows(order_id: int, order: DemoOrder, item_keys: Mapping[str, int]) -> Iterator[OrderLineRow]:
    for line in order.draft.lines:
        yield OrderLineRow(
            order_id=order_id,
            line_no=line.line_no,
            external_line=line.external_line,
            item_id=item_keys[line.sku],
            sku=line.sku,
            description=line.description,
            unit_price_cents=line.unit_price_cents,
            ordered=line.quantity,
        )
