"""Whether a pick can still be taken back: others may have worked on with its units since."""

from sqlalchemy import Connection, bindparam, func, select

from warehouse.domain.codes import OrderState
from warehouse.domain.errors import ConflictError
from warehouse.domain.picking.texts import say
from warehouse.services.picking.books import Booking
from warehouse.storage.models.batching import ToteRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import PutBackRow, StockRow
from warehouse.storage.prepared import Prepared


def require_free(connection: Connection, booking: Booking) -> None:
    """Raise ConflictError unless the units to be taken back still lie, free, in a tote in the picker's hands.

    They do not when their tote was set down at pack or on a shelf, when their order is being packed, and when it wants
    fewer by now, so that somebody was told to put them back.
    """
    values = {
        "line": booking.keys.order_line,
        "place": booking.container,
        "item": booking.keys.item,
        "lot": booking.lot,
    }
    found = _FREE.first(connection, values)
    is_here = found is not None and found.set_down is None and found.state not in _AT_PACK
    if not is_here or booking.effect.quantity > min(found.unpacked, found.lying - found.waiting):
        raise ConflictError(say("final"))


_AT_PACK = {OrderState.PACKING, OrderState.PACKED, OrderState.SHIPPED}
_WAITING = (
    select(func.coalesce(func.sum(PutBackRow.quantity - PutBackRow.returned), 0))
    .where(
        PutBackRow.place_id == StockRow.place_id,
        PutBackRow.item_id == StockRow.item_id,
        PutBackRow.lot_id == StockRow.lot_id,
        PutBackRow.closed_at.is_(None),
    )
    .correlate(StockRow)
    .scalar_subquery()
)
_FREE = Prepared(
    select(
        (OrderLineRow.picked - OrderLineRow.packed).label("unpacked"),
        StockRow.quantity.label("lying"),
        _WAITING.label("waiting"),
        ToteRow.at_place_id.label("set_down"),
        OrderRow.state,
    )
    .select_from(StockRow)
    .join(OrderLineRow, OrderLineRow.id == bindparam("line"))
    .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
    .outerjoin(ToteRow, ToteRow.id == StockRow.place_id)
    .where(
        StockRow.place_id == bindparam("place"),
        StockRow.item_id == bindparam("item"),
        StockRow.lot_id == bindparam("lot"),
    )
)
