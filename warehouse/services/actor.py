"""Who asks and when: every request of a use case carries both as values, so that use cases read no clock."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from warehouse.domain.codes import Role
from warehouse.domain.journal import AuditFact
from warehouse.services.remarks import Words, keep_words
from warehouse.storage.group import record


@dataclass(frozen=True, slots=True)
class Actor:
    """A person by key, or None for the system itself; `role` is the word for what they act as."""

    person: int | None
    role: str
    name: str

    @property
    def leads(self) -> bool:
        """Whether this is a lead or an admin, or the system acting for the house."""
        return self.person is None or self.role in {Role.LEAD, Role.ADMIN}


SYSTEM = Actor(None, "system", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every request of a use case carries; `at` is an aware time."""

    actor: Actor
    at: datetime


def audit(session: Session, request: Request, action: str, subject: str, **details: object) -> None:
    """Put what was done into the audit chain, in this transaction.

    `details` hold keys and codes, no personal data: a text that somebody typed comes as `Words` and is kept beside it.
    """
    codes = {
        name: keep_words(session, value, request.at) if isinstance(value, Words) else value
        for name, value in details.items()
    }
    audit_codes(session, request, action, subject, **codes)


def audit_codes(target: Session | Connection, request: Request, action: str, subject: str, **codes: object) -> None:
    """The same for what has nothing that a person typed, also without a session."""
    fact = AuditFact(
        at=request.at,
        actor=request.actor.person,
        role=request.actor.role,
        action=action,
        subject=subject,
        details=json.dumps(codes, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str),
    )
    record(target, fact)
