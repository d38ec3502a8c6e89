"""What documents that take back may mean: which were applied before, and the orders that hold what they name."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.domain.orders import EarlierOrder
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.intake import CancellationRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.queries.intake import pieces

Units = dict[str, int]


def applied_cancellations(session: Session, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Say which cancellations have been applied before, by (source, external id)."""
    found: set[tuple[str, str]] = set()
    for part in pieces(keys):
        columns = tuple_(CancellationRow.source, CancellationRow.external_id)
        rows = session.execute(select(CancellationRow.source, CancellationRow.external_id).where(columns.in_(part)))
        found |= {(source, external) for source, external in rows}
    return found


def orders_holding(session: Session, customers: Collection[str], skus: Collection[str]) -> dict[str, dict[int, Units]]:
    """Give by customer the orders, not cancelled, that hold one of these folded SKUs, with the units of those."""
    found: dict[str, dict[int, Units]] = {}
    for some in pieces(skus):
        named = select(ItemRow.id, ItemRow.sku_folded).where(ItemRow.sku_folded.in_(some))
        items = dict(session.execute(named).all())
        for part in pieces(customers):
            for customer, order, item, units in session.execute(_lines_of_customers(part, items)):
                holds = found.setdefault(customer, {}).setdefault(order, {})
                holds[items[item]] = holds.get(items[item], 0) + units
    return found


def _lines_of_customers(customers: Collection[str], items: Collection[int]) -> Any:
    # Adding nothing keeps a planner from starting at the items: a popular one has thousands of lines, a customer few.
    return _open(OrderRow.customer, OrderRow.id, OrderLineRow.item_id, OrderLineRow.ordered).where(
        OrderRow.customer.in_(customers), (OrderLineRow.item_id + 0).in_(items)
    )


def earlier_orders(session: Session, units: dict[int, Units]) -> dict[int, EarlierOrder]:
    """Give these orders with the units by folded SKU that are known of them, and how many open pieces there are."""
    columns = (OrderRow.id, OrderRow.external_id, OrderRow.placed_at, OrderRow.customer)
    return {
        order: EarlierOrder(
            order_id=order,
            external_id=external,
            placed_at=placed,
            customer=customer,
            units=tuple(units[order].items()),
            pieces=int(count),
        )
        for part in pieces(units)
        for order, external, placed, customer, count in session.execute(
            _open(*columns, func.sum(OrderLineRow.ordered)).where(OrderRow.id.in_(part)).group_by(*columns)
        )
    }


def _open(*columns: Any) -> Select[Any]:
    query: Select[Any] = select(*columns).join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
    return query.where(
        OrderRow.state != OrderState.CANCELLED, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
    )
