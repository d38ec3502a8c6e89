"""The order that follows with the rest: what a shipped order still owes its customer."""

from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import resolve_about
from warehouse.services.orders.states import tell_order
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow

_MOST_NUMBER = 20
_SAME = (
    *("source", "shop_number", "placed_at", "priority", "service", "carrier", "customer", "country", "currency"),
    "note",
)


def send_rest(session: Session, request: Request, order: OrderRow, rest: list[OrderLineRow]) -> None:
    """Make the order that sends what is still owed: same address, the backordered units, ready to be planned."""
    number = _follow_number(session, order.number)
    mark = sha256(f"{order.id}:{number}".encode()).hexdigest()
    row = OrderRow(
        **{name: getattr(order, name) for name in _SAME},
        number=number,
        external_id=f"{order.external_id[:70]}#{number[-9:]}",
        state=OrderState.READY,
        value_cents=sum((line.unit_price_cents or 0) * line.backordered for line in rest),
        instructions=order.instructions,
        content_hash=mark,
        basket_hash=mark,
        received_at=request.at,
        changed_at=request.at,
    )
    session.add(row)
    session.flush()
    _copy_address(session, order.id, row.id)
    session.add_all(_follow_line(row.id, number_of, line) for number_of, line in enumerate(rest, start=1))
    session.flush()
    units = sum(line.backordered for line in rest)
    audit(session, request, "follow_up_order", f"order:{row.id}", of=order.id, units=units)
    audit(session, request, "followed_by", f"order:{order.id}", order=row.id, units=units)
    resolve_about(
        session,
        request,
        ExceptionType.BACKORDER,
        f"order:{order.id}",
        sentence("Order {order} sends the rest.", order=number),
    )
    tell_order(session, row)


def _follow_number(session: Session, number: str) -> str:
    for part in range(2, 1000):
        candidate = f"{number[: _MOST_NUMBER - len(str(part)) - 1]}-{part}"
        taken = select(func.count()).where(OrderRow.number == candidate)
        if not session.scalar(taken):
            return candidate
    raise ConflictError(sentence("Order {number} has too many follow-up orders.", number=number))


def _copy_address(session: Session, source: int, target: int) -> None:
    address = session.get(OrderAddressRow, source)
    if address is not None:
        copied = {it.name: getattr(address, it.name) for it in OrderAddressRow.__table__.columns}
        session.add(OrderAddressRow(**copied | {"order_id": target}))


def _follow_line(order: int, number: int, line: OrderLineRow) -> OrderLineRow:
    return OrderLineRow(
        order_id=order,
        line_no=number,
        external_line=line.external_line,
        item_id=line.item_id,
        sku=line.sku,
        description=line.description,
        unit_price_cents=line.unit_price_cents,
        ordered=line.backordered,
    )
