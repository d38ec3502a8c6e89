"""What the planner reads and what lists of batches show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, TaskState
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow
from warehouse.storage.models.people import PersonRow


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
    session: Session,
    *,
    states: Collection[BatchState] | None = None,
    after: int = 0,
    limit: int = 100,
    newest_first: bool = False,
) -> list[BatchLine]:
    """List batches by key."""
    by_key = BatchRow.id.desc() if newest_first else BatchRow.id
    query = _batches().where(BatchRow.id > after).order_by(by_key).limit(limit)
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
