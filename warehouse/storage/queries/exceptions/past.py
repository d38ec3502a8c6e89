"""The orders of some weeks as they were known when they came, to rehearse checks on, and what lies before them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.order_addresses import Place, place_of
from warehouse.domain.orders import OrderDraft, OrderLineDraft, ShipTo
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.queries.intake import pieces

MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """One order as it would come in again; `addressed` says whether its address is still kept."""

    placed_at: datetime
    draft: OrderDraft
    addressed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known before: lines by folded SKU and quantity, prices by SKU, orders and places by customer."""

    quantities: dict[str, dict[int, int]]
    prices: dict[str, dict[int, int]]
    customers: dict[str, tuple[int, int]]
    places: dict[str, set[Place]]


def past_orders(session: Session, since: datetime) -> list[PastOrder]:
    """Read the orders placed since then, the oldest first, at most 20,000 of them."""
    rows = session.execute(
        select(OrderRow, OrderAddressRow)
        .outerjoin(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
        .where(OrderRow.placed_at >= since)
        .order_by(OrderRow.placed_at, OrderRow.id)
        .limit(MOST)
    ).all()
    lines = _lines(session, [order.id for order, _ in rows])
    return [
        PastOrder(
            placed_at=order.placed_at,
            draft=_draft(order, address, lines.get(order.id, [])),
            addressed=address is not None and bool(address.lines or address.city or address.postcode),
        )
        for order, address in rows
    ]


def known_before(session: Session, since: datetime, skus: Collection[str], customers: Collection[str]) -> Before:
    """Read what was known before then of these folded SKUs and customers."""
    quantities: dict[str, dict[int, int]] = {}
    prices: dict[str, dict[int, int]] = {}
    for part in pieces(skus):
        found = session.execute(
            select(ItemRow.sku_folded, OrderLineRow.ordered, OrderLineRow.unit_price_cents, func.count())
            .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .where(ItemRow.sku_folded.in_(part), OrderRow.placed_at < since, OrderLineRow.pickable)
            .group_by(ItemRow.sku_folded, OrderLineRow.ordered, OrderLineRow.unit_price_cents)
        )
        for sku, ordered, price, count in found:
            _add(quantities, sku, ordered, count)
            if price:
                _add(prices, sku, price, count)
    return Before(
        quantities=quantities,
        prices=prices,
        customers=_customers(session, since, customers),
        places=_places(session, since, customers),
    )


def known_items(session: Session, skus: Collection[str]) -> set[str]:
    """Give those of the folded SKUs that are items, with complete customs data or without."""
    found: set[str] = set()
    for part in pieces(skus):
        found |= set(session.scalars(select(ItemRow.sku_folded).where(ItemRow.sku_folded.in_(part))))
    return found


def _add(counts: dict[str, dict[int, int]], sku: str, value: int, count: int) -> None:
    of_sku = counts.setdefault(sku, {})
    of_sku[value] = of_sku.get(value, 0) + count


def _customers(session: Session, since: datetime, customers: Collection[str]) -> dict[str, tuple[int, int]]:
    known: dict[str, tuple[int, int]] = {}
    for part in pieces(customers):
        per_order = (
            select(OrderRow.customer, func.sum(OrderLineRow.ordered).label("units"))
            .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
            .where(OrderRow.customer.in_(part), OrderRow.placed_at < since, OrderLineRow.pickable)
            .group_by(OrderRow.id, OrderRow.customer)
            .subquery()
        )
        rows = session.execute(
            select(per_order.c.customer, func.count(), func.max(per_order.c.units)).group_by(per_order.c.customer)
        )
        known |= {customer: (count, int(most)) for customer, count, most in rows}
    return known


def _places(session: Session, since: datetime, customers: Collection[str]) -> dict[str, set[Place]]:
    known: dict[str, set[Place]] = {}
    for part in pieces(customers):
        rows = session.execute(
            select(OrderRow.customer, OrderAddressRow.postcode, OrderAddressRow.country)
            .join(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
            .where(OrderRow.customer.in_(part), OrderRow.placed_at < since)
            .distinct()
        )
        for customer, postcode, country in rows:
            if place := place_of(postcode, country):
                known.setdefault(customer, set()).add(place)
    return known


def _lines(session: Session, orders: Collection[int]) -> dict[int, list[OrderLineDraft]]:
    found: dict[int, list[OrderLineDraft]] = {}
    row = OrderLineRow
    for part in pieces(orders):
        rows: Any = session.execute(
            select(row.order_id, row.line_no, row.sku, row.ordered, row.unit_price_cents, row.pickable)
            .where(row.order_id.in_(part))
            .order_by(row.order_id, row.line_no)
        )
        for order, number, sku, ordered, price, pickable in rows:
            line = OrderLineDraft(number, "", sku, "", "", ordered, price, pickable, 0)
            found.setdefault(order, []).append(line)
    return found


def _draft(order: OrderRow, address: OrderAddressRow | None, lines: list[OrderLineDraft]) -> OrderDraft:
    return OrderDraft(
        source=order.source,
        external_id=order.external_id,
        placed_at=order.placed_at,
        ship_on=order.ship_on,
        service=order.service,
        ship_to=_ship_to(address),
        customer=order.customer,
        currency=order.currency,
        payment="",
        site="",
        note="",
        lines=tuple(lines),
        line=0,
    )


def _ship_to(address: OrderAddressRow | None) -> ShipTo:
    if address is None:
        return ShipTo()
    first = [*address.lines, "", ""]
    return ShipTo(
        name=address.name,
        company=address.company,
        line1=first[0],
        line2=first[1],
        city=address.city,
        postcode=address.postcode,
        country=address.country,
    )
