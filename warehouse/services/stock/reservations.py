"""Promises: units in a bin bound to an order line, counted on the stock, the line and the reservation alike."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.words import sentence
from warehouse.services.stock.ledger import find_stock
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import PlaceRow, ReservationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Bind so many eaches of a lot in a bin to an order line, for a pick task where there is one.

    `again` gives a promise back that was there before: a block, which is against new ones, does not stand in its way.
    """

    place: int
    item: int
    lot: int
    order_line: int
    quantity: int
    task: int | None = None
    again: bool = False


def reserve(session: Session, wanted: Reserve) -> int:
    """Promise units; the reservation's key is given back.

    Raises ConflictError when they are not free, or the line does not want them: the database holds both rules too.
    """
    row = find_stock(session, wanted.place, wanted.item, wanted.lot)
    free = 0 if row is None or (row.blocked_reason and not wanted.again) else row.quantity - row.reserved
    if row is None or wanted.quantity > free:
        sku = session.get_one(ItemRow, wanted.item).sku
        code = session.get_one(PlaceRow, wanted.place).code
        raise ConflictError(
            sentence(
                "Only {free} of {sku} are free in {code}, {quantity} are wanted.",
                free=free,
                sku=sku,
                code=code,
                quantity=wanted.quantity,
            )
        )
    line = session.get_one(OrderLineRow, wanted.order_line)
    open_units = line.ordered - line.picked - line.allocated - line.backordered
    if line.cancelled_at is not None or wanted.quantity > open_units:
        raise ConflictError(
            sentence(
                "Line {line_no} does not want {quantity} more of {sku}.",
                line_no=line.line_no,
                quantity=wanted.quantity,
                sku=line.sku,
            )
        )
    row.reserved += wanted.quantity
    line.allocated += wanted.quantity
    promise = ReservationRow(
        place_id=wanted.place,
        item_id=wanted.item,
        lot_id=wanted.lot,
        order_line_id=wanted.order_line,
        pick_task_id=wanted.task,
        quantity=wanted.quantity,
    )
    session.add(promise)
    session.flush()
    return promise.id


def unreserve(session: Session, task: int, quantity: int | None = None) -> int:
    """Take back what is promised to a task, all of it or `quantity`; gives how many units became free."""
    freed = 0
    promises = select(ReservationRow).where(ReservationRow.pick_task_id == task).order_by(ReservationRow.id.desc())
    for promise in session.scalars(promises).all():
        part = promise.quantity if quantity is None else min(promise.quantity, quantity - freed)
        if part > 0:
            _give_back(session, promise, part)
            freed += part
    session.flush()
    return freed


def _give_back(session: Session, promise: ReservationRow, part: int) -> None:
    row = find_stock(session, promise.place_id, promise.item_id, promise.lot_id)
    if row is None:
        raise ConflictError(sentence("Reservation {id} has no stock behind it.", id=promise.id))
    row.reserved -= part
    session.get_one(OrderLineRow, promise.order_line_id).allocated -= part
    if part == promise.quantity:
        session.delete(promise)
    else:
        promise.quantity -= part
