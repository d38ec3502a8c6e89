"""The few figures of the home page."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, CartonState, ExceptionState, OrderState
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """`mine` is the number of the batch this person holds; the rest counts what waits, batches kept for others not."""

    mine: str | None
    free_batches: int
    to_pack: int
    to_load: int
    ready: int
    exceptions: int


def home_figures(session: Session, person: int | None) -> HomeFigures:
    """Count what waits."""
    counts = session.execute(select(OrderRow.state, func.count()).group_by(OrderRow.state))
    orders: dict[OrderState, int] = {state: count for state, count in counts}  # noqa: C416 - rows are not pairs to mypy
    mine = select(BatchRow.number).where(BatchRow.state == BatchState.PICKING, BatchRow.person_id == person)
    theirs = BatchRow.assigned_id.is_(None) | (BatchRow.assigned_id == person)
    free = select(func.count()).where(BatchRow.state == BatchState.RELEASED, BatchRow.person_id.is_(None), theirs)
    sealed = select(func.count()).where(CartonRow.state == CartonState.LABELLED)
    entries = select(func.count()).where(ExceptionRow.state != ExceptionState.RESOLVED)
    return HomeFigures(
        mine=session.scalars(mine.limit(1)).first() if person is not None else None,
        free_batches=session.scalar(free) or 0,
        to_pack=orders.get(OrderState.PICKED, 0) + orders.get(OrderState.PACKING, 0),
        to_load=session.scalar(sealed) or 0,
        ready=orders.get(OrderState.READY, 0),
        exceptions=session.scalar(entries) or 0,
    )
