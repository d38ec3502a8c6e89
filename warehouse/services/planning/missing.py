"""What a plan could not serve: backordered, or asked down from reserve, with an exception for each order."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import refresh_order
from warehouse.storage.models.orders import OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Units of a line that no pickable stock was found for; `partial` says the rest of the order goes without them."""

    order: int
    line: int
    sku: str
    quantity: int
    in_reserve: int
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMissing(Request):
    """Some orders' missing units, few enough for one step."""

    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why an exception about missing units is opened."""

    type: ExceptionType
    text: str
    lines: list[Missing]


def note_missing(session: Session, request: NoteMissing) -> None:
    """Backorder what could not be served, or ask for replenishment; an order that goes whole or not at all waits."""
    for order_id in dict.fromkeys(one.order for one in request.missing):
        lines = [one for one in request.missing if one.order == order_id]
        order = session.get_one(OrderRow, order_id)
        backordered = [_backorder(session, one) for one in lines]
        low = [one for one in lines if one.in_reserve >= one.quantity]
        if low:
            _open(session, request, order, _Cause(ExceptionType.SHORT_STOCK, "Bring it down from reserve:", low))
        if len(low) < len(lines) or any(backordered):
            rest = [one for one in lines if one not in low] or lines
            _open(session, request, order, _Cause(ExceptionType.BACKORDER, "Not enough stock:", rest))
        refresh_order(session, request, order_id)


def _backorder(session: Session, one: Missing) -> bool:
    line = session.get_one(OrderLineRow, one.line)
    left = line.ordered - line.picked - line.allocated
    if not one.partial or one.in_reserve >= one.quantity or line.cancelled_at is not None:
        return False
    line.backordered = min(one.quantity, left)
    return True


def _open(session: Session, request: NoteMissing, order: OrderRow, cause: _Cause) -> None:
    named = ", ".join(f"{one.quantity} of {one.sku}" for one in cause.lines)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=cause.type,
        subject=f"order:{order.id}",
        text=f"Order {order.number}. {cause.text} {named}.",
        data={"lines": [[one.line, one.quantity, one.in_reserve] for one in cause.lines]},
        order=order.id,
        cutoff=order.cutoff_at,
    )
    open_exception(session, entry)
