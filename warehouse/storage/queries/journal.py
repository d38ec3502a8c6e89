"""The journal as people read it: who did what, in order; the chain itself is checked elsewhere."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.remarks import with_remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One entry; `person` is a name, None for the system."""

    seq: int
    at: datetime
    person: str | None
    role: str
    action: str
    subject: str
    details: dict[str, Any]


def facts_after(session: Session, after: int, limit: int) -> list[Fact]:
    """List what came after a cursor, the oldest first."""
    return _read(session, _FACTS.where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit))


def latest_facts(session: Session, action: str, limit: int) -> list[Fact]:
    """List the last facts of one kind, the newest first."""
    return _read(session, _FACTS.where(AuditRow.action == action).order_by(AuditRow.seq.desc()).limit(limit))


_FACTS = select(AuditRow, PersonRow.name).outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)


def _read(session: Session, query: Select[AuditRow, str]) -> list[Fact]:
    found = session.execute(query).all()
    told = with_remarks(session, [json.loads(row.details) for row, _ in found])
    return [
        Fact(
            seq=row.seq,
            at=row.at,
            person=name,
            role=row.role,
            action=row.action,
            subject=row.subject,
            details=details,
        )
        for (row, name), details in zip(found, told, strict=True)
    ]
