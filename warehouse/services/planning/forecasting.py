"""When the batches on the floor will be picked, at the learnt pace, and which orders that makes late."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, TaskState
from warehouse.domain.forecast import Foreseen, Trip, foresee
from warehouse.domain.layout import Bin
from warehouse.domain.planning.handling import levels_up
from warehouse.services.planning.pace import read_shift
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow

ON_THE_FLOOR = (BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING)
NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAtRisk:
    """An order that would miss its cutoff as things stand."""

    number: str
    batch: str
    person: str | None
    cutoff_at: datetime
    finish: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Every batch still to be picked, by key; the orders at risk, those that are late first, and how many they are."""

    batches: Mapping[int, Foreseen]
    at_risk: tuple[OrderAtRisk, ...] = ()
    orders_at_risk: int = 0


def foresee_floor(session: Session, now: datetime) -> Forecast:
    """Foresee the batches on the floor: those in hand go on, free ones wait for the next free picker."""
    rows = _batches(session)
    orders = _orders(session, [row.id for row in rows if row.left])
    shift = read_shift(session, now)
    levels = _levels(session) if shift.travel.s_per_level else {}
    trips = [replace(_trip(row, orders.get(row.id, ())), levels=levels.get(row.id, 0)) for row in rows if row.left]
    foreseen = foresee(trips, shift)
    named = {row.id: row for row in rows}
    risks = [
        OrderAtRisk(
            number=number,
            batch=named[trip.key].number,
            person=named[trip.key].person,
            cutoff_at=cutoff,
            finish=foreseen[trip.key].finish,
        )
        for trip in trips
        for number, cutoff in trip.orders
        if cutoff is not None and cutoff < foreseen[trip.key].finish
    ]
    risks.sort(key=lambda risk: (risk.cutoff_at - risk.finish, risk.number))
    return Forecast(batches=foreseen, at_risk=tuple(risks[:NAMED]), orders_at_risk=len(risks))


def remaining_mm(distance_mm: int | None, lines: int, left: int) -> int:
    """Give the part of a trip's way that is still to be walked, as its lines are."""
    return round((distance_mm or 0) * left / lines) if lines else 0


def _trip(row: AnyRow, orders: tuple[tuple[str, datetime | None], ...]) -> Trip:
    return Trip(
        key=row.id,
        distance_mm=remaining_mm(row.distance_mm, row.lines, row.left),
        lines=row.left,
        orders=orders,
        priority=row.priority,
        busy=row.person is not None and row.state is BatchState.PICKING,
    )


def _batches(session: Session) -> list[AnyRow]:
    left = func.sum(case((PickTaskRow.state == TaskState.OPEN, 1), else_=0))
    query = (
        select(
            *(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.priority, BatchRow.distance_mm),
            *(PersonRow.name.label("person"), func.count(PickTaskRow.id).label("lines"), left.label("left")),
        )
        .join(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .where(BatchRow.state.in_(ON_THE_FLOOR))
        .group_by(BatchRow.id, PersonRow.name)
    )
    return list(session.execute(query).all())


def _levels(session: Session) -> dict[int, int]:
    """Add up for each batch on the floor how many levels above the first its open picks lie."""
    picks = (
        select(PickTaskRow.batch_id, BinRow.level, func.count().label("picks"))
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
        .where(BatchRow.state.in_(ON_THE_FLOOR), PickTaskRow.state == TaskState.OPEN, BinRow.level != "")
        .group_by(PickTaskRow.batch_id, BinRow.level)
    )
    found: Counter[int] = Counter()
    for row in session.execute(picks):
        found[row.batch_id] += row.picks * levels_up(Bin(code="", level=row.level))
    return found


def _orders(session: Session, batches: list[int]) -> dict[int, tuple[tuple[str, datetime | None], ...]]:
    rows = session.execute(
        select(BatchSlotRow.batch_id, OrderRow.number, OrderRow.cutoff_at)
        .join(OrderRow, OrderRow.id == BatchSlotRow.order_id)
        .where(BatchSlotRow.batch_id.in_(batches))
        .distinct()
    )
    found: dict[int, list[tuple[str, datetime | None]]] = {}
    for batch, number, cutoff in rows:
        found.setdefault(batch, []).append((number, cutoff))
    return {batch: tuple(sorted(its, key=lambda order: order[0])) for batch, its in found.items()}
