"""What codes mean at the pack station and on the dock: those of the whole site, and cartons by serial or tracking."""

from datetime import datetime

from sqlalchemy import Connection, select

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, LabelState
from warehouse.domain.picking.work import Meaning
from warehouse.domain.shipping.parcels import sscc_in
from warehouse.storage.base import AnyRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow
from warehouse.storage.queries.directory import meanings_of


def meanings_at_pack(connection: Connection, code: str, at: datetime | None = None) -> tuple[Meaning, ...]:
    """Give everything that a normalised code stands for; a carton's meaning carries its serial and its order."""
    found = (*meanings_of(connection, code, at), *_cartons(connection, code), *_orders(connection, code))
    return tuple(dict.fromkeys(found))


def order_of_code(connection: Connection, code: str) -> str | None:
    """Give the number of the order that a normalised code names: its tote, its own barcode, one of its cartons."""
    meanings = meanings_at_pack(connection, code)
    orders = {it.code if it.kind is BarcodeKind.ORDER else it.order for it in meanings}
    found = [order for order in orders if order is not None]
    return found[0] if len(found) == 1 else None


def _cartons(connection: Connection, code: str) -> list[Meaning]:
    sscc = sscc_in([code])
    named = (CartonRow.sscc == sscc) | (LabelRow.tracking == sscc) if sscc else LabelRow.tracking == code
    rows = connection.execute(
        select(CartonRow.sscc, OrderRow.number, LabelRow.tracking, LabelRow.state)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .outerjoin(LabelRow, LabelRow.carton_id == CartonRow.id)
        .where(named, CartonRow.sscc.is_not(None))
    )
    return [Meaning(kind=BarcodeKind.CARTON, code=sscc or _label_code(row), order=row.number) for row in rows]


def _label_code(row: AnyRow) -> str:
    """Give what a carrier's number stands for: the carton by its serial; a dead label stands only for itself."""
    return str(row.tracking if row.state is LabelState.VOIDED else row.sscc)


def _orders(connection: Connection, code: str) -> list[Meaning]:
    number = key(code).removeprefix("O:")
    if number == code:
        return []
    rows = connection.execute(select(OrderRow.number).where(OrderRow.number == number))
    return [Meaning(kind=BarcodeKind.ORDER, code=row.number, order=row.number) for row in rows]
