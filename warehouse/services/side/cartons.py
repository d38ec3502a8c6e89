"""Units that are put back straight out of a carton, as of an order that was cancelled: its list follows."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, MoveReason
from warehouse.domain.lifecycle import Kind, require
from warehouse.services.actor import Request, audit
from warehouse.services.picking.books import container_of
from warehouse.services.stock.ledger import Move, move_stock
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import PutBackRow


def lay_on_bench(
    session: Session, request: Request, row: PutBackRow, quantity: int, serials: Collection[str] = ()
) -> int | None:
    """Give the place from which units of a put-back go: out of a carton they come onto its order's bench first.

    A sealed carton that holds nothing any more is void.
    """
    carton = session.get(CartonRow, row.place_id) if row.place_id is not None else None
    if carton is None:
        return row.place_id
    order = session.get_one(OrderRow, carton.order_id)
    bench = container_of(session.connection(), f"O:{order.number}")
    listed = select(CartonLineRow).where(CartonLineRow.carton_id == carton.id, CartonLineRow.quantity > 0)
    content = session.scalars(listed.order_by(CartonLineRow.id.desc())).all()
    left = quantity
    for part in content:
        units = min(left, part.quantity) if (part.item_id, part.lot_id) == (row.item_id, row.lot_id) else 0
        if units:
            left -= units
            _unpack(session, request, part, (units, bench))
            part.serials = [it for it in part.serials or () if part.quantity and it not in serials] or None
    session.flush()
    if carton.state is CartonState.CLOSED and not any(part.quantity for part in content):
        require(Kind.CARTON, carton.state, CartonState.VOID)
        carton.state, carton.void_reason = CartonState.VOID, "put back"
        session.flush()
        audit(session, request, "carton_voided", f"order:{order.id}", carton=carton.carton_no, sscc=carton.sscc)
    return bench


def _unpack(session: Session, request: Request, part: CartonLineRow, goes: tuple[int, int]) -> None:
    units, bench = goes
    move = Move(
        actor=request.actor,
        at=request.at,
        item=part.item_id,
        lot=part.lot_id,
        quantity=units,
        source=part.carton_id,
        target=bench,
        reason=MoveReason.UNPACK,
        order_line=part.order_line_id,
    )
    move_stock(session, move)
    part.quantity -= units
    session.get_one(OrderLineRow, part.order_line_id).packed -= units
