"""Orders as listed and as shown: filters, lines, holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.storage.base import AnyRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSummary:
    """One order of a list; `units` and `picked` over all its pickable lines."""

    id: int
    number: str
    source: str
    external_id: str
    shop_number: str
    state: OrderState
    held: bool
    customer: str
    country: str
    carrier: str
    priority: int
    cutoff_at: datetime | None
    placed_at: datetime
    lines: int
    units: int
    picked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders are wanted; `search` looks at our number, the shop's two and the customer."""

    state: OrderState | None = None
    held: bool | None = None
    customer: str | None = None
    cutoff_before: datetime | None = None
    source: str | None = None
    external_id: str | None = None
    search: str | None = None
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line of an order, in eaches."""

    line: int
    sku: str
    description: str
    pickable: bool
    cancelled: bool
    ordered: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    backordered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """A reason why an order stands still."""

    id: int
    reason: str
    text: str
    exception: int | None
    opened_at: datetime


def list_orders(session: Session, wanted: OrderFilter) -> list[OrderSummary]:
    """List orders by key, one more than `limit` says nothing: ask for it."""
    query = _summaries().where(OrderRow.id > wanted.after).order_by(OrderRow.id).limit(wanted.limit)
    exact = {
        OrderRow.state: wanted.state,
        OrderRow.customer: wanted.customer,
        OrderRow.source: wanted.source,
        OrderRow.external_id: wanted.external_id,
    }
    for column, value in exact.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.cutoff_before is not None:
        query = query.where(OrderRow.cutoff_at <= wanted.cutoff_before)
    if wanted.held is not None:
        query = query.where(_is_held() if wanted.held else ~_is_held())
    if wanted.search:
        query = query.where(_matches(wanted.search))
    return [_summary(row) for row in session.execute(query)]


def order_summary(session: Session, number: str) -> OrderSummary | None:
    """Give one order, or None."""
    row = session.execute(_summaries().where(OrderRow.number == number)).one_or_none()
    return None if row is None else _summary(row)


def lines_of(session: Session, order: int) -> list[OrderLine]:
    """Read the lines of an order."""
    rows = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == order).order_by(OrderLineRow.line_no))
    return [
        OrderLine(
            line=row.line_no,
            sku=row.sku,
            description=row.description,
            pickable=row.pickable,
            cancelled=row.cancelled_at is not None,
            ordered=row.ordered,
            allocated=row.allocated,
            picked=row.picked,
            packed=row.packed,
            shipped=row.shipped,
            backordered=row.backordered,
        )
        for row in rows
    ]


def holds_of(session: Session, order: int) -> list[OpenHold]:
    """Read the open holds of an order."""
    query = select(HoldRow).where(HoldRow.order_id == order, HoldRow.lifted_at.is_(None)).order_by(HoldRow.id)
    return [
        OpenHold(id=row.id, reason=row.reason, text=row.text, exception=row.exception_id, opened_at=row.opened_at)
        for row in session.scalars(query)
    ]


def _summaries() -> Select[OrderRow, int, int, int, int]:
    """Select each order with whether it is held and the sums over its pickable lines."""
    mine = (OrderLineRow.order_id == OrderRow.id, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))

    def total(expression: ColumnElement[Any]) -> ColumnElement[int]:
        return select(func.coalesce(expression, 0)).where(*mine).scalar_subquery()

    held = case((_is_held(), 1), else_=0)
    return select(
        OrderRow, held, total(func.count()), total(func.sum(OrderLineRow.ordered)), total(func.sum(OrderLineRow.picked))
    )


def _is_held() -> ColumnElement[bool]:
    return exists().where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None))


def _matches(search: str) -> ColumnElement[bool]:
    word = search.strip()
    columns = (OrderRow.number, OrderRow.external_id, OrderRow.shop_number, OrderRow.customer)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _summary(row: AnyRow) -> OrderSummary:
    order, held, lines, units, picked = row
    return OrderSummary(
        id=order.id,
        number=order.number,
        source=order.source,
        external_id=order.external_id,
        shop_number=order.shop_number,
        state=order.state,
        held=bool(held),
        customer=order.customer,
        country=order.country,
        carrier=order.carrier,
        priority=order.priority,
        cutoff_at=order.cutoff_at,
        placed_at=order.placed_at,
        lines=lines,
        units=int(units),
        picked=int(picked),
    )
