"""Items, bins, stock and totes as lists to look through, and which codes are taken."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import BarcodeKind, BinKind, PlaceKind, Tracking, UnitLevel
from warehouse.storage.models.batching import CartRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.stock import BinRow, LotRow, PlaceRow, StockRow
from warehouse.storage.prepared import PreparedLookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode:
    """A code of an item; scanning it counts `pack_quantity` eaches."""

    code: str
    unit: UnitLevel
    pack_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item with its barcodes; grams and millimetres."""

    id: int
    sku: str
    name: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    tracking: Tracking
    high_value: bool
    fragile: bool
    limited_quantity: bool
    hs_code: str | None
    origin: str | None
    active: bool
    barcodes: tuple[Barcode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A bin with the codes on its label."""

    id: int
    code: str
    zone: str
    aisle: str
    bay: str
    level: str
    position: str
    x_mm: int | None
    y_mm: int | None
    walk_sequence: int | None
    kind: BinKind
    pickable: bool
    blocked_reason: str | None
    barcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Eaches of a lot at a place, and how many of them are promised."""

    id: int
    place: str
    kind: PlaceKind
    item: int
    sku: str
    name: str
    lot: int
    lot_code: str
    expires_on: date | None
    quantity: int
    reserved: int
    blocked_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tote:
    """A tote, the order in it, and where it stands."""

    id: int
    code: str
    state: str
    order: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart and how many totes it takes."""

    id: int
    code: str
    slots: int


_ITEM = (
    *("id", "sku", "name", "weight_g", "length_mm", "width_mm", "height_mm", "tracking"),
    *("high_value", "fragile", "limited_quantity", "hs_code", "origin", "active"),
)
_BIN = (
    *("id", "code", "zone", "aisle", "bay", "level", "position", "x_mm", "y_mm", "walk_sequence", "kind"),
    *("pickable", "blocked_reason"),
)


def taken_codes(session: Session, codes: Collection[str]) -> set[str]:
    """Say which of these normalised codes already mean something, whatever it is."""
    return {row.code for row in _CODES.all(session.connection(), codes)}


_CODES = PreparedLookup(select(BarcodeRow.code), BarcodeRow.code)


def items(session: Session, limit: int, after: str | None = None, text: str | None = None) -> list[Item]:
    """List items by SKU; `text` is part of a SKU or name, or a whole barcode."""
    query = select(*(getattr(ItemRow, name) for name in _ITEM)).order_by(ItemRow.sku).limit(limit)
    if after is not None:
        query = query.where(ItemRow.sku > after)
    if text:
        coded = select(BarcodeRow.item_id).where(BarcodeRow.code.in_({text, text.zfill(14)}))
        like = (
            ItemRow.sku_folded.contains(sku_key(text), autoescape=True),
            ItemRow.name.icontains(text, autoescape=True),
        )
        query = query.where(or_(*like, ItemRow.id.in_(coded)))
    return _items(session, query)


def item_of(session: Session, key: int) -> Item | None:
    """Give one item, or None."""
    query = select(*(getattr(ItemRow, name) for name in _ITEM)).where(ItemRow.id == key)
    return next(iter(_items(session, query)), None)


def _items(session: Session, query: Select[Any]) -> list[Item]:
    rows: list[dict[str, Any]] = [dict(zip(_ITEM, row, strict=True)) for row in session.execute(query)]
    codes: dict[int | None, list[Barcode]] = {row["id"]: [] for row in rows}
    found = select(BarcodeRow.item_id, BarcodeRow.code, BarcodeRow.unit, BarcodeRow.pack_quantity)
    for item, code, unit, pack in session.execute(
        found.where(BarcodeRow.item_id.in_(codes)).order_by(BarcodeRow.pack_quantity, BarcodeRow.id)
    ):
        codes[item].append(Barcode(code=code, unit=unit, pack_quantity=pack))
    return [Item(**row, barcodes=tuple(codes[row["id"]])) for row in rows]


def bins(session: Session, limit: int, after: str | None = None, text: str | None = None) -> list[Bin]:
    """List bins by code; `text` begins the code or is the zone."""
    query = select(*(getattr(BinRow, name) for name in _BIN)).order_by(BinRow.code).limit(limit)
    if after is not None:
        query = query.where(BinRow.code > after)
    if text:
        query = query.where(or_(BinRow.code.istartswith(text, autoescape=True), BinRow.zone == text))
    return _bins(session, query)


def bin_of(session: Session, key: int) -> Bin | None:
    """Give one bin, or None."""
    query = select(*(getattr(BinRow, name) for name in _BIN)).where(BinRow.id == key)
    return next(iter(_bins(session, query)), None)


def _bins(session: Session, query: Select[Any]) -> list[Bin]:
    rows: list[dict[str, Any]] = [dict(zip(_BIN, row, strict=True)) for row in session.execute(query)]
    codes: dict[int | None, list[str]] = {row["id"]: [] for row in rows}
    found = select(BarcodeRow.place_id, BarcodeRow.code).where(
        BarcodeRow.place_id.in_(codes), BarcodeRow.kind == BarcodeKind.BIN
    )
    for place, code in session.execute(found.order_by(BarcodeRow.id)):
        codes[place].append(code)
    return [Bin(**row, barcodes=tuple(codes[row["id"]])) for row in rows]


def stock(session: Session, limit: int, after: int | None = None, text: str | None = None) -> list[Stock]:
    """List what lies somewhere, by key; `text` begins a place's code or a SKU."""
    query = (
        select(
            *(StockRow.id, PlaceRow.code, PlaceRow.kind, ItemRow.id, ItemRow.sku, ItemRow.name, LotRow.id, LotRow.code),
            *(LotRow.expires_on, StockRow.quantity, StockRow.reserved, StockRow.blocked_reason),
        )
        .join(PlaceRow, PlaceRow.id == StockRow.place_id)
        .join(ItemRow, ItemRow.id == StockRow.item_id)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.quantity > 0)
        .order_by(StockRow.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(StockRow.id > after)
    if text:
        begins = PlaceRow.code.istartswith(text, autoescape=True)
        query = query.where(or_(begins, ItemRow.sku_folded.startswith(sku_key(text), autoescape=True)))
    names = ("id", "place", "kind", "item", "sku", "name", "lot", "lot_code", "expires_on", "quantity", "reserved")
    return [Stock(**dict(zip((*names, "blocked_reason"), row, strict=True))) for row in session.execute(query)]


def totes(session: Session, limit: int, after: str | None = None) -> list[Tote]:
    """List totes by code."""
    query = _totes().order_by(ToteRow.code).limit(limit)
    if after is not None:
        query = query.where(ToteRow.code > after)
    return [Tote(id=id_, code=code, state=state, order=order) for id_, code, state, order in session.execute(query)]


def tote_of(session: Session, key: int) -> Tote | None:
    """Give one tote, or None."""
    row = session.execute(_totes().where(ToteRow.id == key)).first()
    return None if row is None else Tote(id=row[0], code=row[1], state=row[2], order=row[3])


def carts(session: Session, limit: int, after: str | None = None) -> list[Cart]:
    """List carts by code."""
    query = select(CartRow).where(CartRow.code > (after or "")).order_by(CartRow.code).limit(limit)
    return [Cart(id=row.id, code=row.code, slots=row.slots) for row in session.scalars(query)]


def cart_of(session: Session, key: int) -> Cart | None:
    """Give one cart, or None."""
    row = session.get(CartRow, key)
    return None if row is None else Cart(id=row.id, code=row.code, slots=row.slots)


def _totes() -> Select[int, str, str, str]:
    return select(ToteRow.id, ToteRow.code, ToteRow.state, OrderRow.number).outerjoin(
        OrderRow, OrderRow.id == ToteRow.order_id
    )


def item_by_sku(session: Session, sku: str) -> Item | None:
    """Give the item with exactly this SKU, or None."""
    key = session.scalar(select(ItemRow.id).where(ItemRow.sku == sku))
    return None if key is None else item_of(session, key)


def bin_by_code(session: Session, code: str) -> Bin | None:
    """Give the bin with exactly this code, or None."""
    key = session.scalar(select(BinRow.id).where(BinRow.code == code))
    return None if key is None else bin_of(session, key)
