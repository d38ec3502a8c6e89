"""The label of a return as a document: from the customer to the house, with the return's number as its barcode."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.returns.judging import REASONS
from warehouse.domain.words import sentence
from warehouse.services.printing.parcels import address_lines, sender
from warehouse.services.returns.opening import get_return
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.returns import ReturnLineRow

_HINT = "Put this label on the parcel, over the old one. Send it back at your carrier's counter."


def return_label(session: Session, number: str) -> dict[str, Any]:
    """Describe the label of a return; NotFoundError when there is none."""
    row = get_return(session, number)
    order = session.get(OrderRow, row.order_id) if row.order_id else None
    pieces = session.scalar(select(func.sum(ReturnLineRow.announced)).where(ReturnLineRow.return_id == row.id))
    return {
        "kind": "return_label",
        "from_lines": _customer(session, order),
        "to_lines": sender(load_site(session)),
        "number": row.number,
        "barcode": row.number,
        "order_number": order.number if order else "",
        "reason": REASONS.get(row.reason, ""),
        "pieces": int(pieces or 0),
        "hint": sentence(_HINT),
    }


def _customer(session: Session, order: OrderRow | None) -> list[str]:
    address = session.get(OrderAddressRow, order.id) if order else None
    if address is None:
        return [sentence("Order {number}", number=order.number) if order else sentence("Unknown sender")]
    lines = [line for line in address_lines(address) if line.strip()]
    return lines or [sentence("Order {number}", number=address.order_id)]
