"""Orders that did not make their pickup, by carrier and cutoff, and who has been told of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
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
    """Give by subject the orders that entries of this type have named, settled ones too."""
    rows = session.execute(
        select(ExceptionRow.subject, ExceptionRow.data).where(
            ExceptionRow.type == kind, ExceptionRow.subject.in_(list(subjects))
        )
    )
    told: dict[str, set[int]] = {}
    for subject, data in rows:
        told.setdefault(subject, set()).update((data or {}).get("orders", ()))
    return told


def risks_that_are_over(session: Session, now: datetime) -> list[int]:
    """Give the open entries about batches that might be late of which no order can be any more.

    Each is packed, or its cutoff has passed and it is missed; or it is not on the batch any more.
    """
    may_be_late = exists().where(
        PickTaskRow.batch_id == BatchRow.id,
        PickTaskRow.state != TaskState.CANCELLED,
        OrderRow.id == PickTaskRow.order_id,
        OrderRow.state.in_(UNPACKED),
        OrderRow.cutoff_at > now,
    )
    return list(
        session.scalars(
            select(ExceptionRow.id)
            .join(BatchRow, BatchRow.id == ExceptionRow.batch_id)
            .where(
                ExceptionRow.type == ExceptionType.LATE_RISK,
                ExceptionRow.state != ExceptionState.RESOLVED,
                or_(BatchRow.state == BatchState.CANCELLED, ~may_be_late),
            )
        )
    )
