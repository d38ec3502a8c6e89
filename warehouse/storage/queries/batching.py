"""What the planner reads and what lists of batches show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow

PLANNABLE = (OrderState.READY, OrderState.BATCHED, OrderState.PICKING, OrderState.PICKED)
"""States of orders the planner looks at: ready ones, and those with units wanted that no batch has."""

_AT_ONCE = 500


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
class WantedOrder:
    """An order to be planned."""

    id: int
    number: str
    customer: str
    cutoff: datetime | None
    priority: int
    lines: tuple[WantedLine, ...]
    carrier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A batch as listed, with how far it is."""

    id: int
    number: str
    state: str
    kind: str
    cutoff_at: datetime | None
    priority: int
    person: int | None
    person_name: str | None
    device: str | None
    epoch: int
    lease_until: datetime | None
    assigned: int | None
    orders: int
    tasks: int
    tasks_ended: int
    units: int
    units_picked: int
    distance_mm: int | None
    name_order_distance_mm: int | None
    released_at: datetime | None
    started_at: datetime | None
    picked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSize:
    """What one cart takes."""

    id: int
    code: str
    slots: int
    max_weight_g: int | None
    max_lines: int | None
    max_items: int | None = None
    max_orders: int | None = None
    max_volume_cm3: int | None = None


def wanted_orders(
    session: Session, numbers: Collection[str] | None = None, limit: int = 1000, *, carrier: str = ""
) -> list[WantedOrder]:
    """Read the orders to be planned, the most urgent first; of `numbers`, of a carrier when given; never held ones."""
    open_hold = exists().where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None))
    unknown = exists().where(
        OrderLineRow.order_id == OrderRow.id,
        OrderLineRow.pickable,
        OrderLineRow.item_id.is_(None),
        OrderLineRow.cancelled_at.is_(None),
    )
    wants = exists().where(OrderLineRow.order_id == OrderRow.id, _is_wanted(), _left() > 0)
    query = (
        select(OrderRow.id, OrderRow.number, OrderRow.customer, OrderRow.cutoff_at, OrderRow.priority, OrderRow.carrier)
        .where(OrderRow.state.in_(PLANNABLE), ~open_hold, ~unknown, wants)
        .order_by(OrderRow.cutoff_at.is_(None), OrderRow.cutoff_at, OrderRow.priority.desc(), OrderRow.id)
        .limit(limit)
    )
    if numbers is not None:
        query = query.where(OrderRow.number.in_(numbers))
    if carrier:
        query = query.where(OrderRow.carrier == carrier)
    orders = session.execute(query).all()
    lines = wanted_lines(session, [order.id for order in orders])
    return [
        WantedOrder(
            id=order.id,
            number=order.number,
            customer=order.customer,
            cutoff=order.cutoff_at,
            priority=order.priority,
            lines=tuple(lines[order.id]),
            carrier=order.carrier or "",
        )
        for order in orders
        if lines.get(order.id)
    ]


def wanted_lines(session: Session, orders: Iterable[int]) -> dict[int, list[WantedLine]]:
    """Read what no batch has yet, by order."""
    found: dict[int, list[WantedLine]] = {}
    keys = list(orders)
    for start in range(0, len(keys), _AT_ONCE):
        rows = session.execute(
            select(OrderLineRow, ItemRow, _left().label("left"))
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
            .where(OrderLineRow.order_id.in_(keys[start : start + _AT_ONCE]), _is_wanted(), _left() > 0)
            .order_by(OrderLineRow.order_id, OrderLineRow.line_no)
        )
        for line, item, left in rows:
            found.setdefault(line.order_id, []).append(_wanted(line, item, left))
    return found


def _left() -> ColumnElement[int]:
    """What a line still wants: a backordered rest is tried again while the order as a whole is ready."""
    backordered = case((OrderRow.state == OrderState.READY, 0), else_=OrderLineRow.backordered)
    return OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.allocated - backordered


def _is_wanted() -> ColumnElement[bool]:
    return and_(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None), OrderLineRow.item_id.is_not(None))


def _wanted(line: OrderLineRow, item: ItemRow, left: int) -> WantedLine:
    sizes = (item.length_mm, item.width_mm, item.height_mm)
    volume = None if None in sizes else (item.length_mm or 0) * (item.width_mm or 0) * (item.height_mm or 0)
    return WantedLine(
        line=line.id,
        item=item.id,
        sku=item.sku,
        quantity=left,
        weight_g=item.weight_g,
        volume_mm3=volume,
        hazard=item.limited_quantity,
        fragile=item.fragile,
    )


def cart_sizes(session: Session) -> list[CartSize]:
    """Read all carts, the smallest first."""
    return [
        CartSize(
            id=row.id,
            code=row.code,
            slots=row.slots,
            max_weight_g=row.max_weight_g,
            max_lines=row.max_lines,
            max_items=row.max_items,
            max_orders=row.max_orders,
            max_volume_cm3=row.max_volume_cm3,
        )
        for row in session.scalars(select(CartRow).order_by(CartRow.slots, CartRow.code))
    ]


def list_batches(
    session: Session, *, states: Collection[BatchState] | None = None, after: int = 0, limit: int = 100
) -> list[BatchLine]:
    """List batches by key."""
    query = _batches().where(BatchRow.id > after).order_by(BatchRow.id).limit(limit)
    if states is not None:
        query = query.where(BatchRow.state.in_(states))
    return [_line(row) for row in session.execute(query)]


def batch_line(session: Session, key: int) -> BatchLine | None:
    """Give one batch as listed, or None."""
    row = session.execute(_batches().where(BatchRow.id == key)).one_or_none()
    return None if row is None else _line(row)


def all_free(session: Session, person: int) -> list[int]:
    """List what a person without work may take, the next one first: assigned to them, else the most urgent."""
    free = (BatchRow.state == BatchState.RELEASED, BatchRow.person_id.is_(None))
    mine_or_nobodys = or_(BatchRow.assigned_id == person, BatchRow.assigned_id.is_(None))
    query = (
        select(BatchRow.id)
        .where(*free, mine_or_nobodys)
        .order_by(
            BatchRow.assigned_id.is_(None),
            BatchRow.priority.desc(),
            BatchRow.cutoff_at.is_(None),
            BatchRow.cutoff_at,
            BatchRow.id,
        )
    )
    return list(session.scalars(query))


def _batches() -> Select[BatchRow, str, int, int, int, int, int]:
    ended = func.sum(case((PickTaskRow.state == TaskState.OPEN, 0), else_=1))
    counts = (
        select(
            PickTaskRow.batch_id.label("batch"),
            func.count(PickTaskRow.order_id.distinct()).label("orders"),
            func.count().label("tasks"),
            ended.label("ended"),
            func.sum(PickTaskRow.wanted).label("units"),
            func.sum(PickTaskRow.picked).label("picked"),
        )
        .group_by(PickTaskRow.batch_id)
        .subquery()
    )
    return (
        select(
            BatchRow, PersonRow.name, counts.c.orders, counts.c.tasks, counts.c.ended, counts.c.units, counts.c.picked
        )
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .outerjoin(counts, counts.c.batch == BatchRow.id)
    )


def _line(found: AnyRow) -> BatchLine:
    row, name, orders, tasks, ended, units, picked = found
    return BatchLine(
        id=row.id,
        number=row.number,
        state=row.state,
        kind=row.kind,
        cutoff_at=row.cutoff_at,
        priority=row.priority,
        person=row.person_id,
        person_name=name,
        device=row.device,
        epoch=row.epoch,
        lease_until=row.lease_until,
        assigned=row.assigned_id,
        orders=orders or 0,
        tasks=tasks or 0,
        tasks_ended=int(ended or 0),
        units=int(units or 0),
        units_picked=int(picked or 0),
        distance_mm=row.distance_mm,
        name_order_distance_mm=row.name_order_distance_mm,
        released_at=row.released_at,
        started_at=row.started_at,
        picked_at=row.picked_at,
    )
