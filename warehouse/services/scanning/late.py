"""Scans that a device had let through and that cannot count: they have happened by hand, and a lead looks (rule 12)."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from warehouse.domain.codes import Outcome
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Actor
from warehouse.services.exceptions.queue import OpenEntry, open_exception

if TYPE_CHECKING:
    from warehouse.services.scanning.groups import Case, IncomingScan


def open_late(connection: Connection, scan: "IncomingScan", case: "Case") -> dict[str, Any] | None:
    """Open an entry about a refused scan that its device had accepted, and name it; None where the device had not."""
    if scan.local != Outcome.ACCEPTED:
        return None
    word, key = next(iter(case.keys.items()))
    entry = OpenEntry(
        actor=Actor(scan.person, scan.role, ""),
        at=scan.received_at,
        type=ExceptionType.LATE_SCAN,
        subject=f"{word}:{key}:{scan.device}",
        text=sentence(
            "Device {device} had accepted a scan of {work} that cannot count.", device=scan.device, work=case.name
        ),
        data={"scan": str(scan.id)},
        batch=case.keys.get("batch"),
        order=case.keys.get("order"),
    )
    with Session(connection, join_transaction_mode="rollback_only") as session:
        opened = open_exception(session, entry)
        session.flush()
    return {"kind": "exception", "id": opened}
