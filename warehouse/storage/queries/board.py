"""What the lead's board shows, part by part, each a few indexed looks: it is drawn anew up to five times a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, ExceptionState, OrderState, PrintJobState, ScanStatus, TaskState
from warehouse.domain.forecast import Foreseen
from warehouse.domain.indicators import measured_pace, projected_finish
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow

LANES = (BatchState.RELEASED, BatchState.PICKING, BatchState.PICKED, BatchState.PLANNED)
TICKETS = 40
MISMATCHES = 10
OLDEST = 8
DEVICES_OF = timedelta(hours=12)
STUCK_JOBS = (PrintJobState.WAITING_PRINTER, PrintJobState.IN_DOUBT, PrintJobState.FAILED)
WAITING_JOBS = (PrintJobState.QUEUED, PrintJobState.CLAIMED, PrintJobState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One batch; `finish` is where its own measured pace leads, else what is foreseen at the learnt pace.

    `minutes` of work are left in it.
    """

    id: int
    number: str
    person: str | None
    lines: int
    lines_ended: int
    priority: int
    cutoff_at: datetime | None
    finish: datetime | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """All batches of one state, the most urgent as tickets."""

    state: str
    batches: int
    lines: int
    lines_ended: int
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLoad:
    """Open exceptions of one role."""

    role: str
    open: int
    overdue: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OldException:
    """One of the exceptions that have waited longest."""

    id: int
    type: str
    text: str
    owner_role: str
    owner: str | None
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExceptions:
    """The queue in short."""

    open: int
    overdue: int
    owners: tuple[OwnerLoad, ...]
    oldest: tuple[OldException, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One refused scan."""

    id: int
    at: datetime
    outcome: str
    person: str | None
    device: str
    batch: str | None
    order: str | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """A handheld or station: when it was last heard, what it still has to send."""

    name: str
    person: str | None
    seen_at: datetime
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterState:
    """A printer, its queue, and what a person should see to."""

    name: str
    active: bool
    attention: str | None
    waiting: int
    stuck: int


def cursor_of(session: Session) -> int:
    """Give the newest entry of the journal; what is read after it in the same look is at least as new."""
    return session.scalar(select(func.max(AuditRow.seq))) or 0


def lanes_of(session: Session, now: datetime, foreseen: Mapping[int, Foreseen]) -> tuple[Lane, ...]:
    """Read all batches that are planned or on the floor, in each lane the late ones first."""
    ended = func.sum(case((PickTaskRow.state == TaskState.OPEN, 0), else_=1))
    rows = session.execute(
        select(*_TICKET, PersonRow.name.label("person"), func.count(PickTaskRow.id).label("lines"), ended.label("done"))
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .outerjoin(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .where(BatchRow.state.in_(LANES))
        .group_by(BatchRow.id, PersonRow.name)
        .order_by(BatchRow.priority.desc(), BatchRow.cutoff_at.is_(None), BatchRow.cutoff_at, BatchRow.id)
    ).all()
    tickets = [(row.state, _ticket(row, foreseen.get(row.id), now)) for row in rows]
    tickets.sort(key=lambda ticket: not _is_late(ticket[1]))
    return tuple(_lane(state, [ticket for its, ticket in tickets if its is state]) for state in LANES)


_TICKET = (
    *(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.started_at),
    *(BatchRow.priority, BatchRow.cutoff_at),
)
"""Columns, not whole rows: the position of a batch is a document that nobody here looks at."""


def _lane(state: BatchState, tickets: list[Ticket]) -> Lane:
    return Lane(
        state=state,
        batches=len(tickets),
        lines=sum(ticket.lines for ticket in tickets),
        lines_ended=sum(ticket.lines_ended for ticket in tickets),
        tickets=tuple(tickets[:TICKETS]),
    )


def _ticket(batch: AnyRow, foreseen: Foreseen | None, now: datetime) -> Ticket:
    done = int(batch.done or 0)
    own = measured_pace(done, now - batch.started_at) if batch.started_at else None
    by_pace = projected_finish(now, batch.lines - done, own)
    return Ticket(
        id=batch.id,
        number=batch.number,
        person=batch.person,
        lines=batch.lines,
        lines_ended=done,
        priority=batch.priority,
        cutoff_at=batch.cutoff_at,
        finish=by_pace or (foreseen.finish if foreseen else None),
        minutes=round(foreseen.seconds / 60) if foreseen else None,
    )


def _is_late(ticket: Ticket) -> bool:
    return ticket.cutoff_at is not None and ticket.finish is not None and ticket.finish > ticket.cutoff_at


def order_counts(session: Session) -> dict[str, int]:
    """Count orders by state, those that have not left."""
    gone = (OrderState.SHIPPED, OrderState.CANCELLED)
    rows = session.execute(
        select(OrderRow.state, func.count()).where(OrderRow.state.not_in(gone)).group_by(OrderRow.state)
    )
    found = {str(state): count for state, count in rows}
    return {state.value: found.get(state, 0) for state in OrderState if state not in gone}


def exceptions_of(session: Session, now: datetime) -> OpenExceptions:
    """Read the queue by owner, and what has waited longest."""
    overdue = func.sum(case((ExceptionRow.due_at <= now, 1), else_=0))
    rows = session.execute(
        select(ExceptionRow.owner_role, func.count(), overdue, func.min(ExceptionRow.opened_at))
        .where(ExceptionRow.state != ExceptionState.RESOLVED)
        .group_by(ExceptionRow.owner_role)
        .order_by(func.min(ExceptionRow.opened_at))
    )
    owners = tuple(
        OwnerLoad(role=role, open=count, overdue=int(late or 0), oldest_at=oldest) for role, count, late, oldest in rows
    )
    return OpenExceptions(
        open=sum(owner.open for owner in owners),
        overdue=sum(owner.overdue for owner in owners),
        owners=owners,
        oldest=_oldest(session),
    )


def _oldest(session: Session) -> tuple[OldException, ...]:
    rows = session.execute(
        select(ExceptionRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(ExceptionRow.state != ExceptionState.RESOLVED)
        .order_by(ExceptionRow.due_at, ExceptionRow.id)
        .limit(OLDEST)
    )
    return tuple(
        OldException(
            id=row.id,
            type=row.type,
            text=row.text,
            owner_role=row.owner_role,
            owner=name,
            opened_at=row.opened_at,
            due_at=row.due_at,
        )
        for row, name in rows
    )


def mismatches_of(session: Session) -> tuple[Mismatch, ...]:
    """Read the last refused scans, the newest first."""
    rows = session.execute(
        select(ScanRow, PersonRow.name, BatchRow.number, OrderRow.number)
        .outerjoin(PersonRow, PersonRow.id == ScanRow.person_id)
        .outerjoin(BatchRow, BatchRow.id == ScanRow.batch_id)
        .outerjoin(OrderRow, OrderRow.id == ScanRow.order_id)
        .where(ScanRow.status == ScanStatus.REJECTED, ScanRow.outcome.is_not(None))
        .order_by(ScanRow.id.desc())
        .limit(MISMATCHES)
    )
    return tuple(
        Mismatch(
            id=scan.id,
            at=scan.received_at,
            outcome=str(scan.outcome),
            person=name,
            device=scan.device,
            batch=batch,
            order=order,
            code=scan.code[:40] if scan.code else None,
        )
        for scan, name, batch, order in rows
    )


def devices_of(session: Session, now: datetime) -> tuple[DeviceState, ...]:
    """Read the devices heard of in the last hours; those with scans to send first."""
    rows = session.execute(
        select(DeviceRow.name, PersonRow.name, DeviceRow.seen_at, DeviceRow.pending)
        .outerjoin(PersonRow, PersonRow.id == DeviceRow.person_id)
        .where(DeviceRow.lost_at.is_(None), (DeviceRow.seen_at > now - DEVICES_OF) | (DeviceRow.pending > 0))
        .order_by(DeviceRow.pending.desc(), DeviceRow.seen_at.desc())
        .limit(TICKETS)
    )
    return tuple(
        DeviceState(name=device, person=person, seen_at=seen_at, pending=pending)
        for device, person, seen_at, pending in rows
    )


def printers_of(session: Session) -> tuple[PrinterState, ...]:
    """Read the printers in use, with the jobs that wait or are stuck."""
    jobs = (
        select(
            PrintJobRow.printer_id.label("printer"),
            func.sum(case((PrintJobRow.state.in_(WAITING_JOBS), 1), else_=0)).label("waiting"),
            func.sum(case((PrintJobRow.state.in_(STUCK_JOBS), 1), else_=0)).label("stuck"),
        )
        .where(PrintJobRow.state.in_((*WAITING_JOBS, *STUCK_JOBS)))
        .group_by(PrintJobRow.printer_id)
        .subquery()
    )
    rows = session.execute(
        select(PrinterRow.name, PrinterRow.active, PrinterRow.attention, jobs.c.waiting, jobs.c.stuck)
        .outerjoin(jobs, jobs.c.printer == PrinterRow.id)
        .order_by(PrinterRow.name)
    )
    return tuple(
        PrinterState(name=name, active=active, attention=attention, waiting=int(waiting or 0), stuck=int(stuck or 0))
        for name, active, attention, waiting, stuck in rows
    )
