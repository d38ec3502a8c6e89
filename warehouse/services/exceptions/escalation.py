"""The ladder of the exception queue: what nobody settles in time goes up to the next role, and is never closed.

It counts the open hours of the site. What belongs to somebody who is away, or has left, goes to whoever stands in.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import Escalation, ExceptionType, Opened, escalation
from warehouse.domain.site import Site
from warehouse.domain.words import sentence, with_parts, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import tell_exception
from warehouse.services.exceptions.telling import owner_today, tell_people
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at


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
    site = load_site(session)
    if request.after == 0:
        _hand_over(session, request, site)
    rows = session.scalars(_candidates(request, site)).all()
    climbed = tuple(row.id for row in rows if _climb(session, request, site, row))
    return Escalated(climbed, rows[-1].id if len(rows) == request.limit else None)


def _hand_over(session: Session, request: Escalate, site: Site) -> None:
    """Give on what belongs to people who have left, or are away from the role they answer for."""
    today = site.day_of(request.at)
    away = [
        and_(ExceptionRow.owner_id == duty.owner, ExceptionRow.owner_role == role)
        for role, duty in site.duties.items()
        if duty.away_until is not None and today <= duty.away_until
    ]
    query = (
        select(ExceptionRow)
        .join(PersonRow, PersonRow.id == ExceptionRow.owner_id)
        .where(ExceptionRow.state != ExceptionState.RESOLVED, or_(~working_at(request.at), *away))
        .order_by(ExceptionRow.id)
        .limit(request.limit)
    )
    for row in session.scalars(query).all():
        row.owner_id = owner_today(session, site, row.owner_role, request.at)
        _write(session, request, row, _Step("handed over", f"{row.owner_role}:{row.owner_id or ''}"))
        tell_people(session, site, request, row, "handed over")


def _candidates(request: Escalate, site: Site) -> Select[ExceptionRow]:
    # Open hours are never more than real ones: before so many of these no rung can be reached.
    rung = request.at - timedelta(hours=site.ladder[0].hours if site.ladder else 0)
    late = or_(ExceptionRow.due_at <= request.at, ExceptionRow.opened_at <= rung)
    return (
        select(ExceptionRow)
        .where(ExceptionRow.state != ExceptionState.RESOLVED, ExceptionRow.id > request.after, late)
        .order_by(ExceptionRow.id)
        .limit(request.limit)
    )


def _climb(session: Session, request: Escalate, site: Site, row: ExceptionRow) -> bool:
    rule = site.rule_of(ExceptionType(row.type))
    entry = Opened(opened_at=row.opened_at, due_at=row.due_at, owner=rule.owner)
    now = escalation(rule, entry, request.at, site.desk_clock)
    if now.level > row.level:
        _move_up(session, request, site, row, _Rise("escalated", now))
        return True
    if now.overdue and row.level == 0 and not _was_overdue(session, row.id):
        _move_up(session, request, site, row, _Rise("overdue", now))
        return True
    return False


def _was_overdue(session: Session, key: int) -> bool:
    seen = exists().where(ExceptionEventRow.exception_id == key, ExceptionEventRow.kind == "overdue")
    return bool(session.scalar(select(seen)))


@dataclass(frozen=True, slots=True)
class _Rise:
    kind: str
    now: Escalation


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    text: str


def _move_up(session: Session, request: Escalate, site: Site, row: ExceptionRow, rise: _Rise) -> None:
    if rise.now.role != row.owner_role:
        # The new role owns it as a whole, or by whoever answers for it; a person of the old one no longer does.
        row.owner_role = rise.now.role
        row.owner_id = owner_today(session, site, rise.now.role, request.at)
    row.level = rise.now.level
    said = sentence("level {level}: {role}", level=rise.now.level, role=word(rise.now.role))
    _write(session, request, row, _Step(rise.kind, said))
    tell_people(session, site, request, row, rise.kind)


def _write(session: Session, request: Escalate, row: ExceptionRow, step: _Step) -> None:
    at, kind = request.at, step.kind
    row.data = with_parts(row.data, step.text)
    session.add(ExceptionEventRow(exception_id=row.id, at=at, actor_id=None, kind=kind, text=step.text))
    action = f"exception_{kind.replace(' ', '_')}"
    audit(session, request, action, f"exception:{row.id}", level=row.level, role=row.owner_role)
    tell_exception(session, row)
