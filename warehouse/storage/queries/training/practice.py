"""What was practised, read from the database of the practice floor: who signed in, which orders were worked through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, Role, ScanStatus, TaskState
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, PackRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.picking import ScanRow

SESSION, ORDER, GUIDE = "session", "order", "guide"
_SEALED = (CartonState.CLOSED, CartonState.LABELLED, CartonState.LOADED, CartonState.SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """One entry for somebody's record; `mistakes` are the refused scans of an order."""

    person: int
    role: Role
    kind: str
    subject: str
    at: datetime
    mistakes: int = 0


def practised(session: Session) -> list[Practised]:
    """Read everything that was practised."""
    return [*_sessions(session), *_picked(session), *_packed(session)]


def _sessions(session: Session) -> Iterator[Practised]:
    rows = session.execute(
        select(SignInRow.person_id, PersonRow.role, SignInRow.created_at)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .order_by(SignInRow.id)
    )
    for person, role, at in rows:
        yield Practised(person=person, role=role, kind=SESSION, subject="practice", at=at)


def _picked(session: Session) -> Iterator[Practised]:
    """Give each order whose every line one person picked."""
    still_open = select(PickTaskRow.order_id).where(PickTaskRow.state == TaskState.OPEN)
    rows = session.execute(
        select(OrderRow.number, OrderRow.id, func.min(PickTaskRow.picked_by_id), func.max(PickTaskRow.closed_at))
        .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
        .where(PickTaskRow.state == TaskState.PICKED, PickTaskRow.order_id.not_in(still_open))
        .group_by(OrderRow.number, OrderRow.id)
        .having(func.count(PickTaskRow.picked_by_id.distinct()) == 1)
    ).all()
    for number, order, person, at in rows:
        if person is None or at is None:
            continue
        tasks = select(PickTaskRow.id).where(PickTaskRow.order_id == order)
        missed = select(func.count(ScanRow.id)).where(
            ScanRow.task_id.in_(tasks), ScanRow.status == ScanStatus.REJECTED, ScanRow.person_id == person
        )
        yield Practised(
            person=person,
            role=Role.PICKER,
            kind=ORDER,
            subject=number,
            at=at,
            mistakes=session.scalar(missed) or 0,
        )


def _packed(session: Session) -> Iterator[Practised]:
    """Give each order whose every carton one person packed and sealed."""
    rows = session.execute(
        select(OrderRow.number, OrderRow.id, func.min(CartonRow.packer_id), func.max(CartonRow.closed_at))
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .join(PackRow, PackRow.order_id == OrderRow.id)
        .where(CartonRow.state.in_(_SEALED), PackRow.finished_at.is_not(None))
        .group_by(OrderRow.number, OrderRow.id)
        .having(func.count(CartonRow.packer_id.distinct()) == 1)
    ).all()
    for number, order, person, at in rows:
        if person is None or at is None:
            continue
        missed = select(func.count(ScanRow.id)).where(
            ScanRow.order_id == order,
            ScanRow.batch_id.is_(None),
            ScanRow.status == ScanStatus.REJECTED,
            ScanRow.person_id == person,
        )
        yield Practised(
            person=person,
            role=Role.PACKER,
            kind=ORDER,
            subject=number,
            at=at,
            mistakes=session.scalar(missed) or 0,
        )
