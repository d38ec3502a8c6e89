"""What was walked, day by day, and the trips that advice is made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind
from warehouse.domain.slotting import History
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow, StockRow

_ENOUGH_TRIPS = 5
_MOST_TRIPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWalked:
    """One day of the site: what its picked batches walked, and what they would have walked in the order of bin names.

    Hours are those of walking alone, at the site's speed.
    """

    day: str
    batches: int
    lines: int
    distance_mm: int
    name_order_mm: int
    saved_hours: float

    @property
    def saved_mm(self) -> int:
        """What was not walked."""
        return self.name_order_mm - self.distance_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when on, in which zone days are, and how fast one walks."""

    since: datetime
    zone: str
    mm_per_s: float


def days_walked(session: Session, period: Period) -> list[DayWalked]:
    """Sum up the picked batches by day, the newest first; batches nobody could measure are left out."""
    lines = (
        select(PickTaskRow.batch_id, func.count().label("lines"))
        .where(PickTaskRow.picked > 0)
        .group_by(PickTaskRow.batch_id)
        .subquery()
    )
    rows = session.execute(
        select(BatchRow.picked_at, BatchRow.distance_mm, BatchRow.name_order_distance_mm, lines.c.lines)
        .join(lines, lines.c.batch_id == BatchRow.id)
        .where(BatchRow.picked_at >= period.since, BatchRow.distance_mm > 0, BatchRow.name_order_distance_mm > 0)
    )
    zone = ZoneInfo(period.zone)
    days: dict[str, list[tuple[int, int, int]]] = {}
    for picked_at, distance, by_name, count in rows:
        days.setdefault(str(picked_at.astimezone(zone).date()), []).append((distance, by_name, count))
    return [_day(day, days[day], period.mm_per_s) for day in sorted(days, reverse=True)]


def _day(day: str, trips: list[tuple[int, int, int]], mm_per_s: float) -> DayWalked:
    walked, by_name = sum(trip[0] for trip in trips), sum(trip[1] for trip in trips)
    return DayWalked(
        day=day,
        batches=len(trips),
        lines=sum(trip[2] for trip in trips),
        distance_mm=walked,
        name_order_mm=by_name,
        saved_hours=round((by_name - walked) / mm_per_s / 3600, 2),
    )


def walked_history(session: Session, since: datetime) -> History:
    """Give the trips of the last weeks; where there are hardly any, each order as a trip of its own."""
    lying = session.execute(
        select(BinRow.code, ItemRow.sku, ItemRow.id)
        .outerjoin(StockRow, (StockRow.place_id == BinRow.id) & (StockRow.quantity > 0))
        .outerjoin(ItemRow, ItemRow.id == StockRow.item_id)
        .where(BinRow.kind == BinKind.PICK_FACE, BinRow.pickable)
        .order_by(BinRow.code, ItemRow.sku)
    ).all()
    contents: dict[str, str] = {}
    mixed: set[str] = set()
    bin_of: dict[int, str] = {}
    for code, sku, item in lying:
        mixed |= {code} if contents.setdefault(code, sku or "") != (sku or "") else set()
        if item is not None:
            bin_of.setdefault(item, code)
    trips = _trips(_picked(session, since))
    if len(trips) < _ENOUGH_TRIPS:
        ordered = ((order, bin_of[item]) for order, item in _ordered(session, since) if item in bin_of)
        trips = _trips(ordered)
    return History(trips=trips, contents={code: sku for code, sku in contents.items() if code not in mixed})


def _trips(stops: Iterable[tuple[int, str]]) -> tuple[tuple[str, ...], ...]:
    found: dict[int, set[str]] = {}
    for trip, code in stops:
        found.setdefault(trip, set()).add(code)
    return tuple(tuple(sorted(codes)) for codes in list(found.values())[-_MOST_TRIPS:])


def _picked(session: Session, since: datetime) -> Iterable[tuple[int, str]]:
    rows = session.execute(
        select(PickTaskRow.batch_id, BinRow.code)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .where(PickTaskRow.closed_at >= since, PickTaskRow.picked > 0)
        .distinct()
        .order_by(PickTaskRow.batch_id)
    )
    return ((batch, code) for batch, code in rows)


def _ordered(session: Session, since: datetime) -> Iterable[tuple[int, int]]:
    rows = session.execute(
        select(OrderLineRow.order_id, OrderLineRow.item_id)
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(OrderRow.received_at >= since, OrderLineRow.item_id.is_not(None), OrderLineRow.pickable)
        .order_by(OrderLineRow.order_id)
        .limit(50 * _MOST_TRIPS)
    )
    return ((order, item) for order, item in rows if item is not None)
