"""Units that are not there, taken off an order as its customer wishes: what is left of it goes on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import Answer
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import Resolve, resolve_exception, unresolved
from warehouse.services.exceptions.rights import require_may_lift
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.storage.models.orders import OrderLineRow, OrderRow

REASON = "Not in stock: taken off as the customer wishes."


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMissing(Request):
    """Take what an order's entry says is missing off the order."""

    exception: int


def cancel_missing(session: Session, request: CancelMissing) -> int:
    """Shorten the lines by their backordered units and settle the entry; an order with nothing left is cancelled.

    Gives how many units were taken off; raises ConflictError where none is missing.
    """
    row = unresolved(session, request.exception)
    require_may_lift(session, request, row)
    lines = session.scalars(
        select(OrderLineRow).where(
            OrderLineRow.order_id == row.order_id, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
        )
    ).all()
    quantities = {it.line_no: it.ordered - it.backordered for it in lines if it.backordered}
    if row.order_id is None or not quantities:
        raise ConflictError("Nothing is missing of this order now.")
    units = sum(line.backordered for line in lines)
    number = session.get_one(OrderRow, row.order_id).number
    if units == sum(line.ordered for line in lines):
        cancel_order(session, CancelOrder(actor=request.actor, at=request.at, number=number, reason=REASON))
        return units
    change = ChangeOrder(
        actor=request.actor, at=request.at, number=number, reason=REASON, quantities=quantities, added={}
    )
    change_order(session, change)
    settled = Resolve(
        actor=request.actor,
        at=request.at,
        exception=row.id,
        resolution=REASON,
        lift_hold=True,
        answer=Answer.PROCESS,
    )
    resolve_exception(session, settled)
    return units
