"""Orders and batches on which nothing has happened for a while though they are still to be worked on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from warehouse.domain.codes import BatchState, ExceptionState, OrderState
from warehouse.domain.exception_queue import OWNER_OF_BATCH, ExceptionType
from warehouse.storage.models.batching import BatchRow, LeaseRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.shift import LONGEST_PAUSE, PauseRow

_WAITING = (OrderState.RECEIVED, OrderState.READY)
# An order that is batched or being picked moves with its batch.
_AT_PACK = (OrderState.PICKED, OrderState.PACKING, OrderState.PACKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOrder:
    """An order that stands still; `person` has it at pack."""

    id: int
    number: str
    state: OrderState
    cutoff: datetime | None
    person: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBatch:
    """A batch that stands still; `person` has it in hand."""

    id: int
    number: str
    state: BatchState
    cutoff: datetime | None
    person: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Nothing has happened since `before`; `now` tells which cutoffs have passed. `only` these keys, or all."""

    before: datetime
    now: datetime
    only: Collection[int] | None = None


def still_orders(session: Session, since: Since) -> list[StillOrder]:
    """Find orders without an event since then; one with a hold or an open exception is somebody's already."""
    due = or_(OrderRow.cutoff_at.is_(None), OrderRow.cutoff_at <= since.now)
    watched = or_(OrderRow.state.in_(_AT_PACK), and_(OrderRow.state.in_(_WAITING), due))
    query = (
        select(OrderRow.id, OrderRow.number, OrderRow.state, OrderRow.cutoff_at.label("cutoff"), PackRow.person_id)
        .outerjoin(PackRow, PackRow.order_id == OrderRow.id)
        .where(
            watched,
            OrderRow.changed_at < since.before,
            ~_scanned(ScanRow.order_id, OrderRow.id, since.before),
            ~exists().where(LeaseRow.order_id == OrderRow.id, LeaseRow.taken_at >= since.before),
            ~_on_pause(PackRow.person_id, since.before),
            ~exists().where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None)),
            ~exists().where(ExceptionRow.order_id == OrderRow.id, _looked_at(since)),
        )
        .order_by(OrderRow.id)
    )
    if since.only is not None:
        query = query.where(OrderRow.id.in_(since.only))
    return [
        StillOrder(id=key, number=no, state=at, cutoff=by, person=who)
        for key, no, at, by, who in session.execute(query)
    ]


def still_batches(session: Session, since: Since) -> list[StillBatch]:
    """Find batches without an event since then, unless their standing still is in the queue already."""
    moved = func.coalesce(BatchRow.picked_at, BatchRow.started_at, BatchRow.released_at, BatchRow.created_at)
    subject = literal("batch:") + cast(BatchRow.id, String)
    query = (
        select(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.cutoff_at, BatchRow.person_id)
        .where(
            BatchRow.state.in_(list(OWNER_OF_BATCH)),
            moved < since.before,
            ~_scanned(ScanRow.batch_id, BatchRow.id, since.before),
            ~exists().where(LeaseRow.batch_id == BatchRow.id, LeaseRow.taken_at >= since.before),
            ~_on_pause(BatchRow.person_id, since.before),
            ~exists().where(
                ExceptionRow.type == ExceptionType.STALLED, ExceptionRow.subject == subject, _looked_at(since)
            ),
        )
        .order_by(BatchRow.id)
    )
    if since.only is not None:
        query = query.where(BatchRow.id.in_(since.only))
    return [
        StillBatch(id=key, number=no, state=at, cutoff=by, person=who)
        for key, no, at, by, who in session.execute(query)
    ]


def moved_on(session: Session) -> list[int]:
    """Find the open entries about standing still whose order or batch has had an event since."""
    opened = ExceptionRow.opened_at
    query: Select[int] = select(ExceptionRow.id).where(
        _stalled(),
        or_(
            exists().where(OrderRow.id == ExceptionRow.order_id, OrderRow.changed_at > opened),
            exists().where(BatchRow.id == ExceptionRow.batch_id, or_(BatchRow.picked_at > opened, _left(opened))),
            exists().where(ScanRow.order_id == ExceptionRow.order_id, ScanRow.received_at > opened),
            exists().where(ScanRow.batch_id == ExceptionRow.batch_id, ScanRow.received_at > opened),
            exists().where(LeaseRow.order_id == ExceptionRow.order_id, LeaseRow.taken_at > opened),
            exists().where(LeaseRow.batch_id == ExceptionRow.batch_id, LeaseRow.taken_at > opened),
        ),
    )
    return list(session.scalars(query.order_by(ExceptionRow.id)))


def _on_pause(person: InstrumentedAttribute[int | None], before: datetime) -> ColumnElement[bool]:
    """Whether who has it was on a pause since then: the clock begins anew when they come back, or should have."""
    lasts = and_(PauseRow.ended_at.is_(None), PauseRow.started_at >= before - LONGEST_PAUSE)
    return exists().where(PauseRow.person_id == person, or_(lasts, PauseRow.ended_at >= before))


def _stalled() -> ColumnElement[bool]:
    return and_(ExceptionRow.type == ExceptionType.STALLED, ExceptionRow.state != ExceptionState.RESOLVED)


def _looked_at(since: Since) -> ColumnElement[bool]:
    """Whether somebody owns an entry, or has settled it since: a settled one is not opened anew within the hour."""
    return or_(ExceptionRow.state != ExceptionState.RESOLVED, ExceptionRow.resolved_at >= since.before)


def _left(opened: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    return or_(BatchRow.released_at > opened, BatchRow.closed_at > opened, BatchRow.state == BatchState.CANCELLED)


def _scanned(
    column: InstrumentedAttribute[int | None], key: InstrumentedAttribute[int], since: datetime
) -> ColumnElement[bool]:
    return exists().where(column == key, ScanRow.received_at >= since)
