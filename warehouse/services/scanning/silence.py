"""Devices that have fallen silent with scans on them: a lead looks for them before somebody packs what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select
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
    silent = _silent(session, request.at)
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


def _silent(session: Session, now: datetime) -> Sequence[DeviceRow]:
    """List some of those that nobody has been told of."""
    told = select(ExceptionRow.id).where(
        ExceptionRow.type == ExceptionType.LOST_SCANS,
        ExceptionRow.subject == literal("device:") + DeviceRow.name,
        ExceptionRow.state != ExceptionState.RESOLVED,
    )
    query = select(DeviceRow).where(
        DeviceRow.pending > 0, DeviceRow.lost_at.is_(None), DeviceRow.seen_at < now - MISSED_AFTER, ~told.exists()
    )
    return session.scalars(query.order_by(DeviceRow.id).limit(20)).all()
