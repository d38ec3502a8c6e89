"""What a plan could not serve: backordered, or asked down from reserve, with an exception for each order."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.site import Backorder
from warehouse.domain.words import listed, sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.customers import tell_backordered
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.missing_units import CancelMissing, cancel_missing
from warehouse.services.orders.states import refresh_order
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Units of a line that no pickable stock was found for; `partial` says the rest goes without them."""

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


_IN_RESERVE = "Order {order}. Bring it down from reserve: {units}."
_NOWHERE = "Order {order}. Not enough stock: {units}."


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
            _open(session, request, order, _Cause(ExceptionType.SHORT_STOCK, _IN_RESERVE, low))
        if len(low) < len(lines) or any(backordered):
            rest = [one for one in lines if one not in low] or lines
            key = _open(session, request, order, _Cause(ExceptionType.BACKORDER, _NOWHERE, rest))
            tell_backordered(session, request, key, _by_sku(rest))
            if all(backordered) and load_site(session).backorder_policy(order.customer) is Backorder.CANCEL:
                cancel_missing(session, CancelMissing(actor=request.actor, at=request.at, exception=key))
        refresh_order(session, request, order_id)


def _by_sku(missing: list[Missing]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for one in missing:
        pieces[one.sku] = pieces.get(one.sku, 0) + one.quantity
    return pieces


def _backorder(session: Session, one: Missing) -> bool:
    line = session.get_one(OrderLineRow, one.line)
    left = line.ordered - line.picked - line.allocated
    if not one.partial or one.in_reserve >= one.quantity or line.cancelled_at is not None:
        return False
    line.backordered = min(one.quantity, left)
    return True


def _open(session: Session, request: NoteMissing, order: OrderRow, cause: _Cause) -> int:
    named = listed([sentence("{number} of {name}", number=one.quantity, name=one.sku) for one in cause.lines])
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=cause.type,
        subject=f"order:{order.id}",
        text=sentence(cause.text, order=order.number, units=named),
        data={"lines": [[one.line, one.quantity, one.in_reserve] for one in cause.lines]},
        order=order.id,
        cutoff=order.cutoff_at,
    )
    return open_exception(session, entry)
