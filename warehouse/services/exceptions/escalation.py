"""The ladder of the exception queue: what nobody settles in time goes up to the next role, and is never closed."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import Escalation, ExceptionType, Opened, escalation
from warehouse.domain.site import Site
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import tell_exception
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow

_FIRST_RUNG = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(Request):
    """Look at entries after key `after`, at most `limit` of them: a step short enough for the writer."""

    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Escalated:
    """The entries that went up, and the key to go on after; None when all were looked at."""

    exceptions: tuple[int, ...]
    next_after: int | None


def escalate_exceptions(session: Session, request: Escalate) -> Escalated:
    """Climb the ladder for entries whose time has come."""
    rows = session.scalars(_candidates(request)).all()
    site = load_site(session)
    climbed = tuple(row.id for row in rows if _climb(session, request, site, row))
    return Escalated(climbed, rows[-1].id if len(rows) == request.limit else None)


def _candidates(request: Escalate) -> Select[ExceptionRow]:
    late = or_(ExceptionRow.due_at <= request.at, ExceptionRow.opened_at <= request.at - _FIRST_RUNG)
    return (
        select(ExceptionRow)
        .where(ExceptionRow.state != ExceptionState.RESOLVED, ExceptionRow.id > request.after, late)
        .order_by(ExceptionRow.id)
        .limit(request.limit)
    )


def _climb(session: Session, request: Escalate, site: Site, row: ExceptionRow) -> bool:
    rule = site.rule_of(ExceptionType(row.type))
    now = escalation(rule, Opened(opened_at=row.opened_at, due_at=row.due_at, owner=rule.owner), request.at)
    if now.level > row.level:
        _move_up(session, request, row, now, "escalated")
        return True
    if now.overdue and row.level == 0 and not _was_overdue(session, row.id):
        _move_up(session, request, row, now, "overdue")
        return True
    return False


def _was_overdue(session: Session, key: int) -> bool:
    seen = exists().where(ExceptionEventRow.exception_id == key, ExceptionEventRow.kind == "overdue")
    return bool(session.scalar(select(seen)))


def _move_up(session: Session, request: Escalate, row: ExceptionRow, now: Escalation, kind: str) -> None:
    if now.role != row.owner_role:
        # The new role owns it as a whole; a person of the old one no longer does.
        row.owner_role, row.owner_id = now.role, None
    row.level = now.level
    text = f"level {now.level}: {now.role}"
    session.add(ExceptionEventRow(exception_id=row.id, at=request.at, actor_id=None, kind=kind, text=text))
    audit(session, request, f"exception_{kind}", f"exception:{row.id}", level=now.level, role=now.role)
    tell_exception(session, row)
