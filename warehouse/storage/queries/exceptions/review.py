"""What the rules did in a month, counted from exceptions, holds, scans and the journal."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ScanStatus, Via
from warehouse.domain.exception_queue import Answer
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import HoldRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow

QUICK = timedelta(minutes=1)
"""Settled this soon after it was opened, an entry can hardly have been looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """From the first moment, included, to the last, not included; UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """One type of exception: how many were opened, late or escalated, settled within a minute, are still open.

    `overridden` held an order that went on with a note; `median` is the middle time to settle.
    """

    type: str
    opened: int
    late: int
    overridden: int
    quick: int
    open: int
    median: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """When something was decided last, and by whom."""

    at: datetime
    person: str | None


def fired_rules(session: Session, month: Month) -> list[FiredRule]:
    """Count the entries opened in the month by type, the most frequent first."""
    rows = session.execute(
        select(ExceptionRow, func.min(HoldRow.id))
        .outerjoin(HoldRow, HoldRow.exception_id == ExceptionRow.id)
        .where(ExceptionRow.opened_at >= month.since, ExceptionRow.opened_at < month.until)
        .group_by(ExceptionRow.id)
    ).all()
    late = set(
        session.scalars(
            select(ExceptionEventRow.exception_id).where(
                ExceptionEventRow.kind.in_(["overdue", "escalated"]), ExceptionEventRow.at >= month.since
            )
        )
    )
    by_type: dict[str, list[tuple[ExceptionRow, bool]]] = {}
    for row, hold in rows:
        by_type.setdefault(row.type, []).append((row, hold is not None))
    found = [_fired(kind, entries, late) for kind, entries in by_type.items()]
    return sorted(found, key=lambda it: (-it.opened, it.type))


def _fired(kind: str, entries: list[tuple[ExceptionRow, bool]], late: Collection[int]) -> FiredRule:
    settled = sorted(row.resolved_at - row.opened_at for row, _ in entries if row.resolved_at)
    by_people = [row for row, _ in entries if row.resolved_at and row.resolved_at > row.opened_at]
    return FiredRule(
        type=kind,
        opened=len(entries),
        late=sum(row.id in late for row, _ in entries),
        overridden=sum(held and row.answer == Answer.PROCESS for row, held in entries),
        quick=sum((row.resolved_at or row.opened_at) - row.opened_at < QUICK for row in by_people),
        open=sum(row.resolved_at is None for row, _ in entries),
        median=settled[(len(settled) - 1) // 2] if settled else None,
    )


def named_in_facts(session: Session, month: Month, action: str) -> Counter[str]:
    """Count the types that facts of one kind name: what refused orders, what was let pass."""
    rows = session.scalars(select(AuditRow.details).where(AuditRow.action == action, *_in(month)))
    return Counter(kind for details in rows for kind in json.loads(details).get("types", ()))


def counted_facts(session: Session, month: Month, actions: Collection[str]) -> dict[str, int]:
    """Count facts by kind."""
    query = select(AuditRow.action, func.count()).where(AuditRow.action.in_(list(actions)), *_in(month))
    return dict(session.execute(query.group_by(AuditRow.action)).all())


def changed_settings(session: Session, month: Month) -> dict[str, int]:
    """Count the changes of settings by name."""
    query = select(AuditRow.subject, func.count()).where(AuditRow.action == "setting_changed", *_in(month))
    found = session.execute(query.group_by(AuditRow.subject))
    return {subject.removeprefix("setting:"): count for subject, count in found}


def scans_by_hand(session: Session, month: Month) -> tuple[int, int]:
    """Give how many applied scans of codes there were, and how many of them were typed instead of scanned."""
    rows = session.execute(
        select(ScanRow.via, func.count())
        .where(
            ScanRow.received_at >= month.since,
            ScanRow.received_at < month.until,
            ScanRow.code.is_not(None),
            ScanRow.status == ScanStatus.APPLIED,
        )
        .group_by(ScanRow.via)
    )
    found = {str(via): count for via, count in rows}
    return sum(found.values()), found.get(Via.HAND, 0)


def held_by_hand(session: Session, month: Month) -> int:
    """Count the holds that a person put on an order without an exception."""
    mine = (HoldRow.reason == "manual", HoldRow.opened_at >= month.since, HoldRow.opened_at < month.until)
    return session.scalar(select(func.count()).where(*mine)) or 0


def last_decision(session: Session, actions: Collection[str], subject: str | None) -> LastDecision | None:
    """Find when one of these things was decided last."""
    query = (
        select(AuditRow.at, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.actor_id)
        .where(AuditRow.action.in_(list(actions)))
        .order_by(AuditRow.seq.desc())
        .limit(1)
    )
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    found = session.execute(query).first()
    return LastDecision(at=found[0], person=found[1]) if found else None


def _in(month: Month) -> tuple[ColumnElement[bool], ...]:
    return AuditRow.at >= month.since, AuditRow.at < month.until
