"""What somebody should see to: open exceptions by owner and age, refused scans, devices, printers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, PrintJobState, ScanStatus
from warehouse.domain.printer_trouble import trouble
from warehouse.domain.words import as_said, parts_of
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.storage.models.stock import BinRow

MISMATCHES = 10
OLDEST = 8
DEVICES = 40
DEVICES_OF = timedelta(hours=12)
ONLINE_WITHIN = timedelta(seconds=30)
AGES = (1, 4, 24, 48)
"""Hours at which the age of an open exception gets more worrying."""
STUCK_JOBS = (PrintJobState.WAITING_PRINTER, PrintJobState.IN_DOUBT, PrintJobState.FAILED)
WAITING_JOBS = (PrintJobState.QUEUED, PrintJobState.CLAIMED, PrintJobState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLoad:
    """Open exceptions of one role."""

    role: str
    open: int
    overdue: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OldException:
    """One of the exceptions that have waited longest; `said`: the parts of its text, for the reader's language."""

    id: int
    type: str
    text: str
    said: list[list[Any]] | None
    owner_role: str
    owner: str | None
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExceptions:
    """The queue in short; `ages` counts entries younger than each of `AGES` hours, at last those older than all."""

    open: int
    overdue: int
    ages: tuple[int, ...]
    owners: tuple[OwnerLoad, ...]
    oldest: tuple[OldException, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One refused scan; `bin` is where somebody picked. Whose it was and of which batch only where names are shown."""

    id: int
    at: datetime
    outcome: str
    person: str | None
    device: str
    batch: str | None
    bin: str | None
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
    """A printer, its queue, and what a person should see to; `said` are the parts of `attention`."""

    name: str
    active: bool
    attention: str | None
    said: list[list[Any]] | None
    waiting: int
    stuck: int


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
        ages=_ages(session, now),
        owners=owners,
        oldest=_oldest(session),
    )


def _ages(session: Session, now: datetime) -> tuple[int, ...]:
    """Count open entries by age."""
    younger = [case((ExceptionRow.opened_at > now - timedelta(hours=hours), 1), else_=0) for hours in AGES]
    row = session.execute(
        select(func.count(), *(func.sum(each) for each in younger)).where(ExceptionRow.state != ExceptionState.RESOLVED)
    ).one()
    up_to = [0, *(int(count or 0) for count in row[1:]), int(row[0])]
    return tuple(later - earlier for earlier, later in pairwise(up_to))


def _oldest(session: Session) -> tuple[OldException, ...]:
    rows = session.execute(
        select(ExceptionRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(ExceptionRow.state != ExceptionState.RESOLVED)
        .order_by(ExceptionRow.due_at, ExceptionRow.id)
        .limit(OLDEST)
    )
    return tuple(_old_exception(row, name) for row, name in rows)


def _old_exception(row: ExceptionRow, owner: str | None) -> OldException:
    text = as_said(row.text, row.data)
    return OldException(
        id=row.id,
        type=row.type,
        text=text,
        said=parts_of(text),
        owner_role=row.owner_role,
        owner=owner,
        opened_at=row.opened_at,
        due_at=row.due_at,
    )


def mismatches_of(session: Session, *, names: bool) -> tuple[Mismatch, ...]:
    """Read the last refused scans, the newest first; whose they were only where the site shows such `names`.

    A batch is in somebody's hands, and the board says in whose.
    """
    rows = session.execute(
        select(ScanRow, PersonRow.name, BatchRow.number, OrderRow.number, BinRow.code)
        .outerjoin(PersonRow, PersonRow.id == ScanRow.person_id)
        .outerjoin(BatchRow, BatchRow.id == ScanRow.batch_id)
        .outerjoin(OrderRow, OrderRow.id == ScanRow.order_id)
        .outerjoin(PickTaskRow, PickTaskRow.id == ScanRow.task_id)
        .outerjoin(BinRow, BinRow.id == PickTaskRow.bin_id)
        .where(ScanRow.status == ScanStatus.REJECTED, ScanRow.outcome.is_not(None))
        .order_by(ScanRow.id.desc())
        .limit(MISMATCHES)
    )
    return tuple(
        Mismatch(
            id=scan.id,
            at=scan.received_at,
            outcome=str(scan.outcome),
            person=name if names else None,
            device=scan.device if names else "",
            batch=batch if names else None,
            bin=place,
            order=order,
            code=scan.code[:40] if scan.code else None,
        )
        for scan, name, batch, order, place in rows
    )


def devices_of(session: Session, now: datetime) -> tuple[DeviceState, ...]:
    """Read the devices heard of in the last hours; those with scans to send first."""
    rows = session.execute(
        select(DeviceRow.name, PersonRow.name, DeviceRow.seen_at, DeviceRow.pending)
        .outerjoin(PersonRow, PersonRow.id == DeviceRow.person_id)
        .where(DeviceRow.lost_at.is_(None), (DeviceRow.seen_at > now - DEVICES_OF) | (DeviceRow.pending > 0))
        .order_by(DeviceRow.pending.desc(), DeviceRow.seen_at.desc())
        .limit(DEVICES)
    )
    return tuple(
        DeviceState(name=device, person=person, seen_at=seen_at, pending=pending)
        for device, person, seen_at, pending in rows
    )


def devices_online(session: Session, now: datetime) -> int:
    """Count the devices that are heard now, also where they are more than are named."""
    heard = (DeviceRow.lost_at.is_(None), DeviceRow.seen_at > now - ONLINE_WITHIN)
    return session.scalar(select(func.count(DeviceRow.id)).where(*heard)) or 0


def devices_unsent(session: Session) -> int:
    """Count the devices with scans to send, also where they are more than are named."""
    owing = (DeviceRow.lost_at.is_(None), DeviceRow.pending > 0)
    return session.scalar(select(func.count(DeviceRow.id)).where(*owing)) or 0


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
        PrinterState(
            name=name,
            active=active,
            attention=(said := trouble(attention)),
            said=parts_of(said) if said else None,
            waiting=int(waiting or 0),
            stuck=int(stuck or 0),
        )
        for name, active, attention, waiting, stuck in rows
    )
