"""Devices in people's hands: who worked with each last, what waits on it, what it has in hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, LeaseRow
from warehouse.storage.models.people import DeviceRow, PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device as leads see it; `batch` is in its hands, `owing` batches left it while scans may have waited on it."""

    name: str
    person: str | None
    seen_at: datetime
    pending: int
    persisted: bool
    batch: str | None
    owing: int
    lost_at: datetime | None


def list_devices(session: Session, *, after: str | None = None, limit: int) -> list[KnownDevice]:
    """List devices by name."""
    query = _devices().where(DeviceRow.name > after) if after else _devices()
    return [_known(row) for row in session.execute(query.order_by(DeviceRow.name).limit(limit))]


def devices_at_work(session: Session, *, skip: int = 0, limit: int) -> list[KnownDevice]:
    """List devices for a lead but for the first `skip`: those that owe scans, then the ones heard of last."""
    order = (DeviceRow.lost_at.is_not(None), DeviceRow.pending.desc(), DeviceRow.seen_at.desc(), DeviceRow.name)
    return [_known(row) for row in session.execute(_devices().order_by(*order).offset(skip).limit(limit))]


def _devices() -> Select[str, str, datetime, int, bool, str, int, datetime]:
    held = (
        select(func.min(BatchRow.number))
        .where(BatchRow.device == DeviceRow.name)
        .correlate(DeviceRow)
        .scalar_subquery()
    )
    owing = (
        select(func.count())
        .select_from(LeaseRow)
        .where(LeaseRow.device == DeviceRow.name, LeaseRow.unsent)
        .correlate(DeviceRow)
        .scalar_subquery()
    )
    return select(
        *(DeviceRow.name, PersonRow.name.label("person"), DeviceRow.seen_at, DeviceRow.pending, DeviceRow.persisted),
        *(held.label("batch"), owing.label("owing"), DeviceRow.lost_at),
    ).outerjoin(PersonRow, PersonRow.id == DeviceRow.person_id)


def _known(row: AnyRow) -> KnownDevice:
    return KnownDevice(
        name=row.name,
        person=row.person,
        seen_at=row.seen_at,
        pending=row.pending,
        persisted=row.persisted,
        batch=row.batch,
        owing=row.owing,
        lost_at=row.lost_at,
    )
