"""Devices that have fallen silent with scans on them: a lead looks for them before somebody packs what they hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.people import DeviceRow

MISSED_AFTER = timedelta(minutes=10)
"""A picker comes out of a dead corner of the hall sooner than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSilence(Request):
    """Look at the devices of this moment."""


def note_silent_devices(session: Session, request: NoteSilence) -> int:
    """Open an entry for each device that said it keeps scans and then nothing more; gives how many were opened."""
    silent = [row for row in _silent(session, request.at) if not _is_known(session, row.name)]
    for row in silent:
        text = sentence(
            "Device {device} is silent. {number} scans on it have not arrived. Find it, or declare it lost.",
            device=row.name,
            number=row.pending,
        )
        entry = OpenEntry(
            actor=request.actor,
            at=request.at,
            type=ExceptionType.LOST_SCANS,
            subject=f"device:{row.name}",
            text=text,
            data={"unsent": row.pending},
        )
        open_exception(session, entry)
    return len(silent)


def _silent(session: Session, now: datetime) -> list[DeviceRow]:
    query = select(DeviceRow).where(
        DeviceRow.pending > 0, DeviceRow.lost_at.is_(None), DeviceRow.seen_at < now - MISSED_AFTER
    )
    return list(session.scalars(query.order_by(DeviceRow.id).limit(20)))


def _is_known(session: Session, device: str) -> bool:
    about = (ExceptionRow.type == ExceptionType.LOST_SCANS, ExceptionRow.subject == f"device:{device}")
    query = select(ExceptionRow.id).where(*about, ExceptionRow.state != ExceptionState.RESOLVED)
    return session.scalars(query.limit(1)).first() is not None
