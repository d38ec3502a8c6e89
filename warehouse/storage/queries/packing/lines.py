"""The lines of an order at pack: what is wanted, what lies in its totes, what is in cartons, lot by lot."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Select, func, select

from warehouse.domain.codes import CartonState, OrderState, PlaceKind, TaskState, Tracking
from warehouse.domain.packing.apply import LOT_TRACKED
from warehouse.domain.packing.work import PackLine, PackLot
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import LotRow, PlaceRow, PutBackRow, SerialRow, StockRow


@dataclass(slots=True)
class _Lying:
    """Units of one item and lot in the order's totes; `waiting` of them are to go back to a bin."""

    lot: str
    expires_on: date | None
    quantity: int
    waiting: int

    def take(self, wanted: int) -> int:
        """Take up to so many for a line."""
        part = min(self.quantity, wanted)
        self.quantity -= part
        return part


def containers_of(order: int) -> Select[int]:
    """Select the places that hold an order's picked units: its totes, and the one for units without a tote."""
    totes = select(ToteRow.id).where(ToteRow.order_id == order, ToteRow.state == "bound")
    number = select(OrderRow.number).where(OrderRow.id == order).scalar_subquery()
    loose = select(PlaceRow.id).where(PlaceRow.kind == PlaceKind.TOTE, PlaceRow.code == "O:" + number)
    return totes.union(loose)  # type: ignore[return-value]  # a union of keys is used as a select of keys


def waiting_at(place: object, item: object, lot: object) -> Select[int]:
    """Select how many units at a place wait to be put back."""
    left = func.coalesce(func.sum(PutBackRow.quantity - PutBackRow.returned), 0)
    return select(left).where(
        PutBackRow.booked,
        PutBackRow.closed_at.is_(None),
        PutBackRow.place_id == place,
        PutBackRow.item_id == item,
        PutBackRow.lot_id == lot,
    )


def load_lines(connection: Connection, order: int, state: OrderState) -> dict[int, PackLine]:
    """Give the lines by key.

    Units that wait to be put back but still lie in the totes count as picked and not wanted: they are scanned out.
    """
    lying = _lying(connection, order)
    again = _repicking(connection, order)
    packed = _packed_lots(connection, order)
    serials = _serials(connection, order)
    found: dict[int, PackLine] = {}
    rows = connection.execute(_LINES.where(OrderLineRow.order_id == order)).all()
    extra = _extra(rows, lying, is_cancelled=state is OrderState.CANCELLED)
    for row in rows:
        picked = extra[row.id]
        if not picked and not row.packed and (row.cancelled_at or state is OrderState.CANCELLED):
            continue
        gone = state is OrderState.CANCELLED or row.cancelled_at is not None
        found[row.id] = PackLine(
            order_line=row.id,
            sku=row.sku,
            name=row.name,
            ordered=row.ordered,
            wanted=0 if gone else row.ordered - row.backordered,
            picked=row.packed + picked,
            packed=row.packed,
            repicking=again.get(row.id, 0),
            tracking=Tracking(row.tracking),
            lots=_lots(row, packed, lying.get(row.item_id, []), picked) if row.tracking in LOT_TRACKED else (),
            serials=serials.picked(row.id),
            packed_serials=serials.packed(row.id),
            weight_g=row.weight_g,
            scan_each=row.high_value,
        )
    return found


def is_fragile(connection: Connection, order: int) -> bool:
    """Say whether something in the order breaks easily."""
    query = (
        select(ItemRow.id)
        .join(OrderLineRow, OrderLineRow.item_id == ItemRow.id)
        .where(OrderLineRow.order_id == order, OrderLineRow.cancelled_at.is_(None), ItemRow.fragile)
    )
    return connection.scalar(query.limit(1)) is not None


_LINES = (
    select(
        *(OrderLineRow.id, OrderLineRow.item_id, OrderLineRow.ordered, OrderLineRow.backordered, OrderLineRow.picked),
        *(OrderLineRow.packed, OrderLineRow.cancelled_at, ItemRow.sku, ItemRow.name, ItemRow.tracking),
        *(ItemRow.weight_g, ItemRow.high_value),
    )
    .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
    .where(OrderLineRow.pickable)
    .order_by(OrderLineRow.line_no)
)


def _lying(connection: Connection, order: int) -> dict[int, list[_Lying]]:
    waiting = waiting_at(StockRow.place_id, StockRow.item_id, StockRow.lot_id).scalar_subquery()
    rows = connection.execute(
        select(StockRow.item_id, StockRow.quantity, LotRow.code, LotRow.expires_on, waiting.label("waiting"))
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.place_id.in_(containers_of(order)), StockRow.quantity > 0)
        .order_by(StockRow.id)
    )
    found: dict[int, list[_Lying]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(_Lying(row.code, row.expires_on, row.quantity, int(row.waiting)))
    return found


def _extra(rows: Iterable[AnyRow], lying: dict[int, list[_Lying]], *, is_cancelled: bool) -> dict[int, int]:
    """Per line its units outside of cartons: those that count, and those that wait to be scanned out."""
    waiting = {item: sum(it.quantity if is_cancelled else it.waiting for it in lots) for item, lots in lying.items()}
    extra: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: row.cancelled_at is None):
        own = 0 if is_cancelled or row.cancelled_at else row.picked - row.packed
        more = waiting.pop(row.item_id, 0)
        extra[row.id] = own + more
    return extra


def _lots(row: AnyRow, packed: dict[int, dict[str, PackLot]], lying: list[_Lying], left: int) -> tuple[PackLot, ...]:
    """The line's lots: what is in cartons, and its share of what lies in the totes."""
    lots = dict(packed.get(row.id, {}))
    for here in lying:
        part = here.take(left)
        left -= part
        known = lots.get(here.lot) or PackLot(code=here.lot, picked=0, expires_on=here.expires_on)
        if part:
            lots[here.lot] = replace(known, picked=known.picked + part)
    return tuple(lots.values())


def _packed_lots(connection: Connection, order: int) -> dict[int, dict[str, PackLot]]:
    rows = connection.execute(
        select(CartonLineRow.order_line_id, LotRow.code, LotRow.expires_on, func.sum(CartonLineRow.quantity).label("n"))
        .join(CartonRow, CartonRow.id == CartonLineRow.carton_id)
        .join(LotRow, LotRow.id == CartonLineRow.lot_id)
        .where(CartonRow.order_id == order, CartonRow.state != CartonState.VOID, CartonLineRow.quantity > 0)
        .group_by(CartonLineRow.order_line_id, LotRow.code, LotRow.expires_on)
    )
    found: dict[int, dict[str, PackLot]] = {}
    for row in rows:
        lot = PackLot(code=row.code, picked=int(row.n), packed=int(row.n), expires_on=row.expires_on)
        found.setdefault(row.order_line_id, {})[row.code] = lot
    return found


def _repicking(connection: Connection, order: int) -> dict[int, int]:
    left = func.sum(PickTaskRow.wanted - PickTaskRow.picked - PickTaskRow.short)
    rows = connection.execute(
        select(PickTaskRow.order_line_id, left)
        .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
        .where(PickTaskRow.order_id == order, PickTaskRow.state == TaskState.OPEN, BatchRow.kind == "repick")
        .group_by(PickTaskRow.order_line_id)
    )
    return {line: int(units) for line, units in rows}


@dataclass(frozen=True, slots=True)
class _Serials:
    known: dict[int, list[tuple[str, bool]]]

    def picked(self, line: int) -> tuple[str, ...]:
        return tuple(code for code, _ in self.known.get(line, ()))

    def packed(self, line: int) -> tuple[str, ...]:
        return tuple(code for code, is_packed in self.known.get(line, ()) if is_packed)


def _serials(connection: Connection, order: int) -> _Serials:
    rows = connection.execute(
        select(SerialRow.order_line_id, SerialRow.code, PlaceRow.kind)
        .join(OrderLineRow, OrderLineRow.id == SerialRow.order_line_id)
        .join(PlaceRow, PlaceRow.id == SerialRow.place_id)
        .where(OrderLineRow.order_id == order, PlaceRow.kind.in_([PlaceKind.TOTE, PlaceKind.CARTON]))
        .order_by(SerialRow.id)
    )
    known: dict[int, list[tuple[str, bool]]] = {}
    for line, code, kind in rows:
        known.setdefault(line or 0, []).append((code, kind is PlaceKind.CARTON))
    return _Serials(known)
