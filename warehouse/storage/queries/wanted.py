"""Which orders are to be planned, and what of them no batch has yet."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.codes import OrderState
from warehouse.storage.base import AnyRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.prepared import PreparedLookup

PLANNABLE = (OrderState.READY, OrderState.BATCHED, OrderState.PICKING, OrderState.PICKED)
"""States of orders the planner looks at: ready ones, and those with units wanted that no batch has."""

_AT_ONCE = 500
_OF_AN_ITEM = (
    ItemRow.id,
    ItemRow.sku,
    ItemRow.weight_g,
    ItemRow.length_mm,
    ItemRow.width_mm,
    ItemRow.height_mm,
    ItemRow.limited_quantity,
    ItemRow.fragile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """Units of an order line that no batch has yet; grams and cubic millimetres of one each, None when not measured."""

    line: int
    item: int
    sku: str
    quantity: int
    weight_g: int | None
    volume_mm3: int | None
    hazard: bool = False
    fragile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedHead:
    """An order to be planned, without what it wants."""

    id: int
    number: str
    customer: str
    cutoff: datetime | None
    priority: int
    carrier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrder(WantedHead):
    """An order to be planned."""

    lines: tuple[WantedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """A ready order on no batch, with so many lines of it that are in stock."""

    number: str
    cutoff: datetime
    priority: int
    lines: int


def wanted_heads(
    session: Session,
    numbers: Collection[str] | None = None,
    limit: int = 1000,
    *,
    carrier: str = "",
    urgent: bool = False,
) -> list[WantedHead]:
    """Read which orders are to be planned, the most urgent first: of `numbers`, of a carrier, or only those that are
    urgent, when given; never held ones.
    """
    wants = exists().where(OrderLineRow.order_id == OrderRow.id, _is_wanted(), _left() > 0)
    query = (
        select(OrderRow.id, OrderRow.number, OrderRow.customer, OrderRow.cutoff_at, OrderRow.priority, OrderRow.carrier)
        .where(_is_plannable(), wants)
        .order_by(
            OrderRow.priority == 0,
            OrderRow.cutoff_at.is_(None),
            OrderRow.cutoff_at,
            OrderRow.priority.desc(),
            OrderRow.id,
        )
        .limit(limit)
    )
    if numbers is not None:
        query = query.where(OrderRow.number.in_(numbers))
    if carrier:
        query = query.where(OrderRow.carrier == carrier)
    if urgent:
        query = query.where(OrderRow.priority > 0)
    return [
        WantedHead(id=key, number=number, customer=customer, cutoff=cutoff, priority=priority, carrier=carrier or "")
        for key, number, customer, cutoff, priority, carrier in session.execute(query)
    ]


def wanted_orders(
    session: Session, numbers: Collection[str] | None = None, limit: int = 1000, *, carrier: str = ""
) -> list[WantedOrder]:
    """Read those orders with what they want."""
    heads = wanted_heads(session, numbers, limit, carrier=carrier)
    lines = wanted_lines(session, [head.id for head in heads])
    return [
        WantedOrder(
            id=head.id,
            number=head.number,
            customer=head.customer,
            cutoff=head.cutoff,
            priority=head.priority,
            carrier=head.carrier,
            lines=tuple(lines[head.id]),
        )
        for head in heads
        if lines.get(head.id)
    ]


def wanted_lines(session: Session, orders: Iterable[int]) -> dict[int, list[WantedLine]]:
    """Read what no batch has yet, by order."""
    found: dict[int, list[WantedLine]] = {}
    keys = list(orders)
    for start in range(0, len(keys), _AT_ONCE):
        rows = session.execute(
            select(OrderLineRow.order_id, OrderLineRow.id.label("line"), _left().label("left"), *_OF_AN_ITEM)
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
            .where(OrderLineRow.order_id.in_(keys[start : start + _AT_ONCE]), _is_wanted(), _left() > 0)
            .order_by(OrderLineRow.order_id, OrderLineRow.line_no)
        )
        for row in rows:
            found.setdefault(row.order_id, []).append(_wanted(row))
    return found


def unplanned_orders(session: Session, since: datetime, until: datetime, limit: int = 2000) -> list[Unplanned]:
    """Read the ready orders on no batch whose cutoff lies between, by cutoff; what waits for stock is left out."""
    in_stock = OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.allocated - OrderLineRow.backordered > 0
    rows = session.execute(
        select(OrderRow.number, OrderRow.cutoff_at, OrderRow.priority, func.count(OrderLineRow.id))
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .where(OrderRow.state == OrderState.READY, OrderRow.cutoff_at.between(since, until))
        .where(_is_plannable(), _is_wanted(), in_stock)
        .group_by(OrderRow.id, OrderRow.number, OrderRow.cutoff_at, OrderRow.priority)
        .order_by(OrderRow.cutoff_at, OrderRow.id)
        .limit(limit)
    )
    return [
        Unplanned(number=number, cutoff=cutoff, priority=priority, lines=lines)
        for number, cutoff, priority, lines in rows
        if cutoff is not None
    ]


def wanted_units(connection: Connection, numbers: Collection[str]) -> dict[int, int]:
    """Read by order line what no batch has yet of these orders."""
    return {row.line: row.left for row in _UNITS.all(connection, numbers)}


def volume_of(item: AnyRow) -> int | None:
    """Give the volume of one each in cubic millimetres, None when it was not measured."""
    sizes = (item.length_mm, item.width_mm, item.height_mm)
    return None if None in sizes else math.prod(sizes)


def _is_plannable() -> ColumnElement[bool]:
    """An order that no hold stops and whose items are all known."""
    open_hold = exists().where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None))
    line = aliased(OrderLineRow)
    unknown = exists().where(
        line.order_id == OrderRow.id, line.pickable, line.item_id.is_(None), line.cancelled_at.is_(None)
    )
    states = [bindparam(f"plannable_{at}", state, OrderRow.state.type) for at, state in enumerate(PLANNABLE)]
    return and_(OrderRow.state.in_(states), ~open_hold, ~unknown)


def _left() -> ColumnElement[int]:
    """What a line still wants: a backordered rest is tried again while the order as a whole is ready."""
    backordered = case((OrderRow.state == OrderState.READY, 0), else_=OrderLineRow.backordered)
    return OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.allocated - backordered


def _is_wanted() -> ColumnElement[bool]:
    return and_(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None), OrderLineRow.item_id.is_not(None))


def _wanted(row: AnyRow) -> WantedLine:
    return WantedLine(
        line=row.line,
        item=row.id,
        sku=row.sku,
        quantity=row.left,
        weight_g=row.weight_g,
        volume_mm3=volume_of(row),
        hazard=row.limited_quantity,
        fragile=row.fragile,
    )


_UNITS = PreparedLookup(
    select(OrderLineRow.id.label("line"), _left().label("left"))
    .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
    .where(_is_plannable(), _is_wanted(), _left() > 0),
    OrderRow.number,
)
