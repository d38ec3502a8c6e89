"""What is in cartons: read for one order at pack, with lots only where the item is tracked by them."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from warehouse.domain.codes import CartonState, LabelState
from warehouse.domain.packing.apply import LOT_TRACKED
from warehouse.domain.packing.work import CartonContent, LabelWait, PackCarton, PackLine
from warehouse.domain.shipping.carriers import Via
from warehouse.storage.base import AnyRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, PackagingRow
from warehouse.storage.models.stock import LotRow


def load_cartons(connection: Connection, order: int, lines: Mapping[int, PackLine]) -> dict[int, PackCarton]:
    """Give the cartons of an order by their numbers; void ones are empty."""
    content = _content(connection, order, lines)
    rows = connection.execute(
        select(
            *(CartonRow.id, CartonRow.carton_no, CartonRow.state, CartonRow.full, CartonRow.sscc),
            *(CartonRow.weight_g, PackagingRow.tare_g, LabelRow.state.label("label"), LabelRow.via),
        )
        .outerjoin(LabelRow, (LabelRow.carton_id == CartonRow.id) & (LabelRow.state != LabelState.VOIDED))
        .outerjoin(PackagingRow, PackagingRow.id == CartonRow.packaging_id)
        .where(CartonRow.order_id == order)
        .order_by(CartonRow.carton_no)
    )
    return {
        row.carton_no: PackCarton(
            number=row.carton_no,
            state=CartonState(row.state),
            content=tuple(content.get(row.id, ())),
            full=row.full,
            sscc=row.sscc,
            weight_g=row.weight_g,
            tare_g=row.tare_g,
            label=_wait_of(row),
        )
        for row in rows
    }


def _wait_of(row: AnyRow) -> LabelWait:
    """Say what the carton's living label waits for, if anything."""
    if row.label is None or row.label is LabelState.BOUGHT:
        return LabelWait.NONE
    if row.via == Via.MANUAL:
        return LabelWait.NUMBER
    return LabelWait.CARRIER if row.label in {LabelState.WANTED, LabelState.BUYING} else LabelWait.HELP


def _content(connection: Connection, order: int, lines: Mapping[int, PackLine]) -> dict[int, list[CartonContent]]:
    rows = connection.execute(
        select(
            *(CartonLineRow.carton_id, CartonLineRow.order_line_id, CartonLineRow.quantity, CartonLineRow.serials),
            LotRow.code,
        )
        .join(CartonRow, CartonRow.id == CartonLineRow.carton_id)
        .join(LotRow, LotRow.id == CartonLineRow.lot_id)
        .where(CartonRow.order_id == order, CartonRow.state != CartonState.VOID, CartonLineRow.quantity > 0)
        .order_by(CartonLineRow.id)
    )
    merged: dict[int, dict[tuple[int, str | None], CartonContent]] = {}
    for row in rows:
        line = lines[row.order_line_id]
        lot = row.code if line.tracking in LOT_TRACKED else None
        here = merged.setdefault(row.carton_id, {})
        known = here.get((row.order_line_id, lot))
        here[row.order_line_id, lot] = CartonContent(
            order_line=row.order_line_id,
            sku=line.sku,
            quantity=row.quantity + (known.quantity if known else 0),
            lot=lot,
            serials=(*(known.serials if known else ()), *(row.serials or ())),
        )
    return {carton: list(parts.values()) for carton, parts in merged.items()}
