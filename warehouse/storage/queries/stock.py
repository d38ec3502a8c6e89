"""What lies where: free stock to allocate, the floor's layout, counts and put-backs that wait."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.allocation import StockSlot
from warehouse.domain.layout import Layout
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, LotRow, PlaceRow, PutBackRow, StockRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """Eaches of a lot at a place: on hand, promised, and why nothing may be taken."""

    place: int
    code: str
    kind: str
    item: int
    sku: str
    name: str
    lot: int
    lot_code: str
    expires_on: date | None
    quantity: int
    reserved: int
    blocked: str | None

    @property
    def free(self) -> int:
        """What is promised to nobody."""
        return self.quantity - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """A count task that waits; what was counted before is not shown to the one who counts again."""

    id: int
    bin: int
    code: str
    item: int | None
    reason: str
    state: str
    first_person: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPutBack:
    """Units that wait to return to a bin; `place` is where they lie now, `bin` where they came from."""

    id: int
    item: int
    sku: str
    name: str
    lot: int | None
    place: int | None
    place_code: str | None
    bin: int | None
    bin_code: str | None
    order: int | None
    left: int
    reason: str
    opened_at: datetime


def free_slots(session: Session, items: Collection[int], zone: str, layout: Layout) -> list[StockSlot]:
    """Read what lies free of these items in bins; a slot names its lot by key, for the codes of lots may be empty."""
    tz = ZoneInfo(zone)
    found: list[StockSlot] = []
    for chunk in _chunks(sorted(items)):
        rows = session.execute(
            select(
                PlaceRow.code,
                ItemRow.sku,
                LotRow.id,
                LotRow.received_at,
                LotRow.expires_on,
                (StockRow.quantity - StockRow.reserved).label("free"),
            )
            .join(PlaceRow, PlaceRow.id == StockRow.place_id)
            .join(BinRow, BinRow.id == StockRow.place_id)
            .join(ItemRow, ItemRow.id == StockRow.item_id)
            .join(LotRow, LotRow.id == StockRow.lot_id)
            .where(
                StockRow.item_id.in_(chunk), StockRow.quantity > StockRow.reserved, StockRow.blocked_reason.is_(None)
            )
        )
        found += [
            StockSlot(
                bin=layout.bin(code),
                sku=sku,
                available=free,
                received_on=received_at.astimezone(tz).date(),
                lot=str(lot),
                expires_on=expires_on,
            )
            for code, sku, lot, received_at, expires_on, free in rows
        ]
    return found


def stock_lines(session: Session, *, item: int | None = None, place: int | None = None) -> list[StockLine]:
    """List what lies of an item, or at a place, places in order of their codes."""
    query = (
        select(StockRow, PlaceRow, ItemRow, LotRow)
        .join(PlaceRow, PlaceRow.id == StockRow.place_id)
        .join(ItemRow, ItemRow.id == StockRow.item_id)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.quantity > 0)
        .order_by(PlaceRow.code, ItemRow.sku, LotRow.id)
    )
    if item is not None:
        query = query.where(StockRow.item_id == item)
    if place is not None:
        query = query.where(StockRow.place_id == place)
    return [_line(stock, at, what, lot) for stock, at, what, lot in session.execute(query)]


def _line(stock: StockRow, place: PlaceRow, item: ItemRow, lot: LotRow) -> StockLine:
    return StockLine(
        place=place.id,
        code=place.code,
        kind=place.kind,
        item=item.id,
        sku=item.sku,
        name=item.name,
        lot=lot.id,
        lot_code=lot.code,
        expires_on=lot.expires_on,
        quantity=stock.quantity,
        reserved=stock.reserved,
        blocked=stock.blocked_reason,
    )


def on_hand(session: Session, place: int, item: int) -> int:
    """Add up what lies of an item at a place, over all lots."""
    total = select(func.sum(StockRow.quantity)).where(StockRow.place_id == place, StockRow.item_id == item)
    return session.scalar(total) or 0


def open_counts(session: Session) -> list[OpenCount]:
    """List the counts that wait, oldest first; those to be approved are among them."""
    rows = session.execute(
        select(CountTaskRow, BinRow.code)
        .join(BinRow, BinRow.id == CountTaskRow.bin_id)
        .where(CountTaskRow.closed_at.is_(None))
        .order_by(CountTaskRow.id)
    )
    return [
        OpenCount(
            id=row.id,
            bin=row.bin_id,
            code=code,
            item=row.item_id,
            reason=row.reason,
            state=row.state,
            first_person=row.first_person_id,
            opened_at=row.opened_at,
        )
        for row, code in rows
    ]


def open_put_backs(session: Session, order: int | None = None) -> list[OpenPutBack]:
    """List the units that wait to go back, oldest first; of one order when asked."""
    query = (
        select(PutBackRow, ItemRow, PlaceRow.code, BinRow.code)
        .join(ItemRow, ItemRow.id == PutBackRow.item_id)
        .outerjoin(PlaceRow, PlaceRow.id == PutBackRow.place_id)
        .outerjoin(BinRow, BinRow.id == PutBackRow.bin_id)
        .where(PutBackRow.closed_at.is_(None))
        .order_by(PutBackRow.id)
    )
    if order is not None:
        query = query.where(PutBackRow.order_id == order)
    return [
        OpenPutBack(
            id=row.id,
            item=item.id,
            sku=item.sku,
            name=item.name,
            lot=row.lot_id,
            place=row.place_id,
            place_code=place_code,
            bin=row.bin_id,
            bin_code=bin_code,
            order=row.order_id,
            left=row.quantity - row.returned,
            reason=row.reason,
            opened_at=row.opened_at,
        )
        for row, item, place_code, bin_code in session.execute(query)
    ]


def _chunks(keys: list[int]) -> Iterable[list[int]]:
    # Below the number of parameters every database takes.
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
