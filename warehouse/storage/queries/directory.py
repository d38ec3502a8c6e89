"""What codes mean: the accepted barcodes of a batch, and any code of the site by its key."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, BatchState, PlaceKind, Role, Tracking, UnitLevel
from warehouse.domain.picking.work import Meaning
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, CartRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, LotRow, PlaceRow, SerialRow, StockRow
from warehouse.storage.prepared import Prepared, PreparedLookup

Directory = dict[str, tuple[Meaning, ...]]

_OTHER = aliased(ItemRow)
_CODES = (
    select(
        *(BarcodeRow.code, BarcodeRow.kind, BarcodeRow.unit, BarcodeRow.pack_quantity, BarcodeRow.place_id),
        *(BarcodeRow.cart_id, ItemRow.sku, ItemRow.name, PlaceRow.code.label("place"), CartRow.code.label("cart")),
        *(PersonRow.role, PersonRow.active, PersonRow.expires_at.label("until"), PersonRow.id.label("person")),
        *(_OTHER.sku.label("other_sku"), _OTHER.name.label("other_name")),
    )
    .outerjoin(ItemRow, ItemRow.id == BarcodeRow.item_id)
    .outerjoin(_OTHER, _OTHER.id == BarcodeRow.claimed_by_id)
    .outerjoin(PlaceRow, PlaceRow.id == BarcodeRow.place_id)
    .outerjoin(CartRow, CartRow.id == BarcodeRow.cart_id)
    .outerjoin(PersonRow, PersonRow.id == BarcodeRow.person_id)
)
_CODE = Prepared(_CODES.where(BarcodeRow.code == bindparam("code")))
_CODES_OF_ITEMS = PreparedLookup(_CODES, BarcodeRow.item_id)
_CODES_OF_CLAIMANTS = PreparedLookup(_CODES, BarcodeRow.claimed_by_id)
_CODES_OF_BINS = PreparedLookup(_CODES, BarcodeRow.place_id)


def directory_of(connection: Connection, tasks: Iterable[AnyRow]) -> Directory:
    """Give every accepted barcode of a batch, each with all its meanings: items, bins, lots, serials."""
    tasks = list(tasks)
    items, bins = {row.item_id for row in tasks}, {row.bin_id for row in tasks}
    found: dict[str, list[Meaning]] = {}
    lookups = ((_CODES_OF_ITEMS, items), (_CODES_OF_CLAIMANTS, items), (_CODES_OF_BINS, bins))
    for row in [row for lookup, keys in lookups for row in lookup.all(connection, keys)]:
        meanings = [Meaning(kind=row.kind, code=row.place)] if row.place else _items(row)
        found.setdefault(row.code, []).extend(meanings)
    tracked = {row.item_id for row in tasks if row.tracking is not Tracking.NONE}
    for code, meaning in (
        *_lots(_LOTS_OF_ITEMS.all(connection, tracked)),
        *_serials(_SERIALS_OF_ITEMS.all(connection, tracked)),
    ):
        found.setdefault(code, []).append(meaning)
    return {code: tuple(dict.fromkeys(meanings)) for code, meanings in found.items()}


def meanings_of(connection: Connection, code: str, at: datetime | None = None) -> tuple[Meaning, ...]:
    """Give everything that a normalised code stands for in the whole site.

    `at` is when it was scanned: who works here at that time may be a lead, and without it no badge is one's.
    """
    asked = {"code": code}
    row = _CODE.first(connection, asked)
    found = [] if row is None else _meanings(connection, row, at)
    numbered = (*_lots(_LOT.all(connection, asked)), *_serials(_SERIAL.all(connection, asked)))
    found += [meaning for _, meaning in numbered]
    return tuple(dict.fromkeys(found))


def _meanings(connection: Connection, row: AnyRow, at: datetime | None) -> list[Meaning]:
    return _items(row) if row.kind is BarcodeKind.ITEM else [_meaning(connection, row, at)]


def _meaning(connection: Connection, row: AnyRow, at: datetime | None) -> Meaning:
    if row.kind is BarcodeKind.TOTE:
        return _tote(connection, row)
    if row.kind is BarcodeKind.CART:
        return Meaning(kind=row.kind, code=row.cart, free=_is_cart_free(connection, row.cart_id))
    if row.kind is BarcodeKind.BADGE:
        works_here = at is not None and row.active and (row.until is None or row.until > at)
        return Meaning(kind=row.kind, code=str(row.person), lead=works_here and row.role in {Role.LEAD, Role.ADMIN})
    return Meaning(kind=row.kind, code=row.place or row.code)


def _items(row: AnyRow) -> list[Meaning]:
    """Give the item of a code, and the one that claims it: which of them is meant nobody knows."""
    named = [(row.sku, row.name), *([(row.other_sku, row.other_name)] if row.other_sku else [])]
    return [
        Meaning(
            kind=BarcodeKind.ITEM,
            code=sku,
            sku=sku,
            name=name,
            unit=UnitLevel(row.unit),
            pack_quantity=row.pack_quantity,
        )
        for sku, name in named
    ]


def _tote(connection: Connection, row: AnyRow) -> Meaning:
    tote = connection.execute(
        select(ToteRow.state, OrderRow.number)
        .outerjoin(OrderRow, OrderRow.id == ToteRow.order_id)
        .where(ToteRow.id == row.place_id)
    ).one()
    units = connection.scalar(select(func.sum(StockRow.quantity)).where(StockRow.place_id == row.place_id)) or 0
    return Meaning(kind=row.kind, code=row.place, order=tote.number, free=tote.state == "free" and not units)


def _is_cart_free(connection: Connection, cart: int) -> bool:
    """A cart is in use from its scan at the start until its batch is closed."""
    ended = [BatchState.CLOSED, BatchState.CANCELLED]
    using = select(BatchRow.id).where(
        BatchRow.cart_id == cart, BatchRow.cart_taken_at.is_not(None), BatchRow.state.not_in(ended)
    )
    return connection.scalar(using.limit(1)) is None


def _lots(rows: Iterable[AnyRow]) -> list[tuple[str, Meaning]]:
    return [(key(row.code), _lot(row.code, row.sku, row.name, row.expires_on)) for row in rows]


_LOTS = (
    select(LotRow.code, LotRow.expires_on, ItemRow.sku, ItemRow.name)
    .join(ItemRow, ItemRow.id == LotRow.item_id)
    .where(LotRow.code != "", ItemRow.tracking != Tracking.NONE)
)
_LOT = Prepared(_LOTS.where(LotRow.code == bindparam("code")))
_LOTS_OF_ITEMS = PreparedLookup(_LOTS, LotRow.item_id)


def _lot(code: str, sku: str, name: str, expires_on: date | None) -> Meaning:
    return Meaning(kind=BarcodeKind.LOT, code=code, sku=sku, name=name, expires_on=expires_on)


def _serials(rows: Iterable[AnyRow]) -> list[tuple[str, Meaning]]:
    return [
        (key(row.code), Meaning(kind=BarcodeKind.SERIAL, code=row.code, sku=row.sku, name=row.name, bin=row.bin))
        for row in rows
    ]


_SERIALS = (
    select(SerialRow.code, ItemRow.sku, ItemRow.name, BinRow.code.label("bin"))
    .join(ItemRow, ItemRow.id == SerialRow.item_id)
    .join(PlaceRow, PlaceRow.id == SerialRow.place_id)
    .outerjoin(BinRow, (BinRow.id == PlaceRow.id) & (PlaceRow.kind == PlaceKind.BIN))
)
_SERIAL = Prepared(_SERIALS.where(SerialRow.code == bindparam("code")))
_SERIALS_OF_ITEMS = PreparedLookup(_SERIALS, SerialRow.item_id)


def tote_codes(connection: Connection, totes: Sequence[str]) -> list[tuple[str, str]]:
    """Give every barcode of these totes, each with the tote's own code."""
    query = (
        select(BarcodeRow.code, ToteRow.code.label("tote"))
        .join(ToteRow, ToteRow.id == BarcodeRow.place_id)
        .where(ToteRow.code.in_(totes))
    )
    return [(row.code, row.tote) for row in connection.execute(query)]
