"""Entries about scans that had not arrived, settled by themselves once all of them are here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.scanning.aside import numbers_given
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.picking import ScanRow


def settle_arrived(session: Session, device: str, at: datetime) -> None:
    """Settle what is open about missing scans of a device that has nothing left to send.

    Left to the lead: a device declared lost, a gap of which a number is missing still, and an entry that tells of more
    than one loss.
    """
    more = exists().where(ExceptionEventRow.exception_id == ExceptionRow.id, ExceptionEventRow.kind == "again")
    rows = session.scalars(
        select(ExceptionRow).where(
            ExceptionRow.type == ExceptionType.LOST_SCANS,
            ExceptionRow.subject == f"device:{device}",
            ExceptionRow.state != ExceptionState.RESOLVED,
            ~more,
        )
    ).all()
    for row in rows:
        if _has_arrived(session, device, row.data or {}):
            said = sentence("All its scans have arrived.")
            resolve_exception(session, Resolve(actor=SYSTEM, at=at, exception=row.id, resolution=said))


def _has_arrived(session: Session, device: str, told: Mapping[str, Any]) -> bool:
    if "first" not in told:
        return "unsent" in told and not told.get("lost")
    first, last = int(told["first"]), int(told["last"])
    between = (ScanRow.device == device, ScanRow.seq.between(first, last))
    missing = last - first + 1 - (session.scalar(select(func.count(ScanRow.id)).where(*between)) or 0)
    if not missing:
        return True
    given = numbers_given(session, device, first, last)
    judged = session.scalars(select(ScanRow.seq).where(*between, ScanRow.seq.in_(given))).all() if given else ()
    return missing == len(given) - len(judged)
