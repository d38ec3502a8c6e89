"""When the work of the day will be picked and packed, at the learnt pace, and which orders that makes late."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.domain.forecast import Foreseen, ToPack, Trip, foresee, foresee_packing
from warehouse.domain.layout import Bin
from warehouse.domain.planning.handling import levels_up
from warehouse.services.planning.pace import count_packers_here, pickers_here, read_bench, read_shift
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.wanted import unplanned_orders

ON_THE_FLOOR = (BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING)
_PAST_THE_CART = (OrderState.PACKING, OrderState.PACKED, OrderState.SHIPPED)
_AHEAD = timedelta(days=1)
"""So long before and after now lie the cutoffs of unplanned orders that are looked at."""
_LAST_TRIPS = 50
_ORDERS_A_TRIP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAtRisk:
    """An order that would not be packed by its cutoff as things stand: it has yet to be planned, picked or packed."""

    number: str
    step: Literal["plan", "pick", "pack"]
    batch: str | None
    person: str | None
    cutoff_at: datetime
    finish: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Every batch still to be picked, by key; all orders at risk, first those whose cutoff is still ahead.

    `packed` says of each order by its number when that will be. So many people are here for `picking` and `packing` or
    have work in hand; where nobody does, it is foreseen for one.
    """

    batches: Mapping[int, Foreseen]
    at_risk: tuple[OrderAtRisk, ...] = ()
    packed: Mapping[str, datetime] = field(default_factory=dict)
    picking: int = 0
    packing: int = 0


def foresee_floor(session: Session, now: datetime) -> Forecast:
    """Foresee what is to be picked and packed: batches in hand go on, all others wait for the next free picker.

    Ready orders on no batch are taken to come in trips like the last ones. An order is done when it is packed; one
    that is not on a batch any more or yet is no risk once its cutoff has passed, but missed. Who has signed out has
    nothing in hand, whatever stands beside their name.
    """
    rows = [row for row in _batches(session, now) if row.left]
    orders = _orders(session, [row.id for row in rows])
    picking = len({row.person_id for row in rows if _is_busy(row)} | pickers_here(session, now).keys())
    packing = count_packers_here(session, now)
    shift = read_shift(session, now, picking)
    levels = _levels(session) if shift.travel.s_per_level else {}
    trips = [replace(_trip(row, orders.get(row.id, ())), levels=levels.get(row.id, 0)) for row in rows]
    unplanned = _unplanned(session, now, behind=max((row.id for row in rows), default=0))
    foreseen = foresee([*trips, *unplanned], shift)
    named = {row.id: row for row in rows}
    todo: dict[str, tuple[ToPack, Trip | None]] = {order.number: (order, None) for order in _picked(session, now)}
    for trip in sorted((*unplanned, *trips), key=lambda trip: foreseen[trip.key].finish):
        for number, cutoff in trip.orders:
            todo[number] = ToPack(number=number, picked_at=foreseen[trip.key].finish, cutoff=cutoff), trip
    packed = foresee_packing([order for order, _ in todo.values()], read_bench(session, now, packing))
    late = [(order, trip) for order, trip in todo.values() if order.cutoff and order.cutoff < packed[order.number]]
    risks = [_risk(order, packed[order.number], named.get(trip.key) if trip else None, trip) for order, trip in late]
    risks = [risk for risk in risks if risk.step == "pick" or risk.cutoff_at > now]
    risks.sort(key=lambda risk: (risk.cutoff_at <= now, risk.cutoff_at - risk.finish, risk.number))
    batches = {key: one for key, one in foreseen.items() if key in named}
    return Forecast(batches=batches, at_risk=tuple(risks), packed=packed, picking=picking, packing=packing)


def _risk(order: ToPack, finish: datetime, batch: AnyRow | None, trip: Trip | None) -> OrderAtRisk:
    return OrderAtRisk(
        number=order.number,
        step="pick" if batch else "plan" if trip else "pack",
        batch=batch.number if batch else None,
        person=batch.person if batch else None,
        cutoff_at=order.cutoff or finish,
        finish=finish,
    )


def _picked(session: Session, now: datetime) -> list[ToPack]:
    """Give the orders that can be packed: all of them is picked, or they are being packed, and nothing holds them."""
    held = exists().where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None))
    rows = session.execute(
        select(OrderRow.number, OrderRow.cutoff_at, PackRow.lease_until)
        .outerjoin(PackRow, PackRow.order_id == OrderRow.id)
        .where(OrderRow.state.in_((OrderState.PICKED, OrderState.PACKING)), ~held)
    )
    return [
        ToPack(number=number, picked_at=now, cutoff=cutoff, busy=lease is not None and lease > now)
        for number, cutoff, lease in rows
    ]


def _unplanned(session: Session, now: datetime, behind: int) -> list[Trip]:
    """Put ready orders on no batch together to trips like the last ones; their keys are higher than `behind`."""
    orders = sorted(unplanned_orders(session, now - _AHEAD, now + _AHEAD), key=lambda order: -order.priority)
    if not orders:
        return []
    mm_per_line, size = _usual_trip(session)
    return [
        Trip(
            key=behind + 1 + start,
            distance_mm=round(mm_per_line * sum(order.lines for order in part)),
            lines=sum(order.lines for order in part),
            orders=tuple((order.number, order.cutoff) for order in part),
            priority=part[0].priority,
        )
        for start in range(0, len(orders), size)
        for part in [orders[start : start + size]]
    ]


def _usual_trip(session: Session) -> tuple[float, int]:
    """Give the way to a line in millimetres and the orders of a trip, as the last trips had them."""
    last = (
        select(BatchRow.id, BatchRow.distance_mm)
        .where(BatchRow.distance_mm.is_not(None))
        .order_by(BatchRow.id.desc())
        .limit(_LAST_TRIPS)
        .subquery()
    )
    way, trips = session.execute(select(func.sum(last.c.distance_mm), func.count())).one()
    per_trip = (
        select(func.count(PickTaskRow.id).label("lines"), func.count(PickTaskRow.order_id.distinct()).label("orders"))
        .join(last, last.c.id == PickTaskRow.batch_id)
        .group_by(PickTaskRow.batch_id)
        .subquery()
    )
    lines, orders = session.execute(select(func.sum(per_trip.c.lines), func.sum(per_trip.c.orders))).one()
    if not lines:
        return 0.0, _ORDERS_A_TRIP
    return float(way / lines), max(1, round(orders / trips))


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
        busy=_is_busy(row),
    )


def _is_busy(row: AnyRow) -> bool:
    return row.person is not None and row.state is BatchState.PICKING and not row.gone


def _batches(session: Session, now: datetime) -> list[AnyRow]:
    left = func.sum(case((PickTaskRow.state == TaskState.OPEN, 1), else_=0))
    query = (
        select(
            *(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.priority, BatchRow.distance_mm),
            *(BatchRow.person_id, PersonRow.name.label("person"), _gone(now).label("gone")),
            *(func.count(PickTaskRow.id).label("lines"), left.label("left")),
        )
        .join(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .where(BatchRow.state.in_(ON_THE_FLOOR))
        .group_by(BatchRow.id, PersonRow.name)
    )
    return list(session.execute(query).all())


def _gone(now: datetime) -> ColumnElement[bool]:
    """Say that the holder of a batch was signed in and is no more."""
    theirs = SignInRow.person_id == BatchRow.person_id
    live = exists().where(theirs, SignInRow.ended_at.is_(None), SignInRow.expires_at > now)
    return and_(exists().where(theirs), ~live)


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
    """Give the orders something comes for with each batch.

    One that was cancelled waits for nothing any more; one that was picked to its end and given to the bench neither.
    """
    on_the_cart = and_(PickTaskRow.state == TaskState.PICKED, OrderRow.state.not_in(_PAST_THE_CART))
    rows = session.execute(
        select(PickTaskRow.batch_id, OrderRow.number, OrderRow.cutoff_at)
        .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
        .where(
            PickTaskRow.batch_id.in_(batches),
            OrderRow.state != OrderState.CANCELLED,
            or_(PickTaskRow.state == TaskState.OPEN, on_the_cart),
        )
        .distinct()
    )
    found: dict[int, list[tuple[str, datetime | None]]] = {}
    for batch, number, cutoff in rows:
        found.setdefault(batch, []).append((number, cutoff))
    return {batch: tuple(sorted(its, key=lambda order: order[0])) for batch, its in found.items()}
