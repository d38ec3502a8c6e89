"""The journal as people read it: who did what, in order; the chain itself is checked elsewhere."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
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
    rows = session.execute(
        select(AuditRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)
        .where(AuditRow.seq > after)
        .order_by(AuditRow.seq)
        .limit(limit)
    )
    found = rows.all()
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
