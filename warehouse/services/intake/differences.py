"""What differs between an order here and the same order as it came again, in figures that may be kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow

_FIELDS = ("ship_on", "service", "customer", "country", "note")
_ADDRESS = ("name", "company", "lines", "city", "region", "postcode", "country")


def sides_between(
    session: Session, order: OrderRow, head: Mapping[str, Any], coming: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give `{"lines": [[line number, SKU, pieces here, pieces there], …], "fields": [names that differ]}`.

    A line whose SKU changed is one line gone and one line new.
    """
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.cancelled_at.is_(None))
    here = {(line.line_no, line.sku): line.ordered for line in session.scalars(query.order_by(OrderLineRow.line_no))}
    there = {(line["line_no"], line["sku"]): line["ordered"] for line in coming}
    both = sorted({*here, *there})
    lines = [[number, sku, here.get((number, sku), 0), there.get((number, sku), 0)] for number, sku in both]
    return {"lines": lines, "fields": [name for name in _FIELDS if (getattr(order, name) or "") != (head[name] or "")]}


def lines_differ(sides: Mapping[str, Any]) -> bool:
    """Say whether other goods, or more or less of them, are wanted there than here."""
    return any(here != there for _, _, here, there in sides["lines"])


def address_differs(session: Session, order: OrderRow, address: Mapping[str, Any]) -> bool:
    """Say whether it goes elsewhere now; the address itself is not kept beside the one that stands."""
    row = session.get(OrderAddressRow, order.id)
    return row is None or any(getattr(row, name) != address[name] for name in _ADDRESS)
