"""Orders that did not make their pickup, by carrier and cutoff, and who has been told of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, ExceptionState, OrderState, TaskState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow

UNPACKED = (
    *(OrderState.RECEIVED, OrderState.READY, OrderState.BATCHED),
    *(OrderState.PICKING, OrderState.PICKED, OrderState.PACKING),
)
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LateOrder:
    """An order that is not packed though its cutoff has passed."""

    id: int
    number: str
    carrier: str
    service: str
    cutoff: datetime


def late_orders(session: Session, now: datetime) -> list[LateOrder]:
    """List orders past their cutoff, the latest cutoffs first, as many as one look takes."""
    rows = session.execute(
        select(OrderRow.id, OrderRow.number, OrderRow.carrier, OrderRow.service, OrderRow.cutoff_at)
        .where(OrderRow.state.in_(UNPACKED), OrderRow.cutoff_at <= now)
        .order_by(OrderRow.cutoff_at.desc(), OrderRow.id)
        .limit(MOST)
    )
    return [LateOrder(id=key, number=no, carrier=by, service=how, cutoff=at) for key, no, by, how, at in rows if at]


def told_about(session: Session, kind: ExceptionType, subjects: Iterable[str]) -> dict[str, set[int]]:
    """Give by subject the orders that entries of this type have named, settled ones too.

    A risk that went away by itself is told again when it comes back.
    """
    rows = session.execute(
        select(ExceptionRow.subject, ExceptionRow.data).where(
            ExceptionRow.type == kind, ExceptionRow.subject.in_(list(subjects))
        )
    )
    told: dict[str, set[int]] = {}
    for subject, data in rows:
        if not (data or {}).get("averted"):
            told.setdefault(subject, set()).update((data or {}).get("orders", ()))
    return told


def risks_that_are_over(session: Session, now: datetime) -> list[int]:
    """Give the open entries about batches that might be late of which no order can be any more.

    Each is packed, or its cutoff has passed and it is missed; or it is not on the batch any more.
    """
    may_be_late = exists().where(*_may_be_late(now))
    return list(
        session.scalars(_risks(ExceptionRow.id).where(or_(BatchRow.state == BatchState.CANCELLED, ~may_be_late)))
    )


def orders_still_at_risk(session: Session, now: datetime) -> dict[int, list[tuple[str, datetime]]]:
    """Give the open entries about batches that might be late, each with the orders that still can be, and cutoffs."""
    rows = session.execute(
        _risks(ExceptionRow.id, OrderRow.number, OrderRow.cutoff_at)
        .join(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
        .where(*_may_be_late(now), BatchRow.state != BatchState.CANCELLED)
        .distinct()
        .order_by(ExceptionRow.id)
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for key, number, cutoff in rows:
        found.setdefault(key, []).append((number, cutoff))
    return found


def _risks(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .join_from(ExceptionRow, BatchRow, BatchRow.id == ExceptionRow.batch_id)
        .where(ExceptionRow.type == ExceptionType.LATE_RISK, ExceptionRow.state != ExceptionState.RESOLVED)
    )


def _may_be_late(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PickTaskRow.batch_id == BatchRow.id,
        PickTaskRow.state != TaskState.CANCELLED,
        OrderRow.id == PickTaskRow.order_id,
        OrderRow.state.in_(UNPACKED),
        OrderRow.cutoff_at > now,
    )
