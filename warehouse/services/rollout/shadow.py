"""What would have been blocked on a day on which one only watched, and what that is worth."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Mode, Outcome
from warehouse.domain.figures.measures import Span
from warehouse.domain.rollout.costs import Cost, Happened, corrections, mis_ships
from warehouse.services.figures.breakdowns import BlockedBy, blocked_by
from warehouse.services.figures.quality import MISMATCHES, on_the_floor, within
from warehouse.services.site import load_site
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.picking import ScanRow


@dataclass(frozen=True, slots=True)
class HourBlocked:
    """An hour of the site's clock: scans, how many would have been blocked, and of how many people's hour."""

    hour: int
    scans: int
    blocked: int
    people: int

    @property
    def per_person(self) -> float:
        """Blocked scans a person-hour."""
        return self.blocked / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """One day in one mode: orders touched, those with a mistake, scans, what was or would have been blocked."""

    day: date
    mode: Mode
    orders: int
    wrong_orders: int
    scans: int
    blocked: int
    by: BlockedBy
    hours: tuple[HourBlocked, ...]
    costs: tuple[Cost, ...]

    @property
    def person_hours(self) -> int:
        """Hours in which somebody scanned, added up over people."""
        return sum(hour.people for hour in self.hours)


def shadow_report(session: Session, span: Span, mode: Mode = Mode.SHADOW) -> ShadowReport:
    """Report on picking and packing of the span's last day: by rule, item, place and person-hour, with the cost of it.

    A mistake is a scan of a wrong place, item, lot, unit or tote, or one too many; an order with one is a wrong order.
    """
    day = Span(first=span.last, last=span.last, zone=span.zone, now=span.now)
    where = (within(ScanRow.received_at, day), ScanRow.mode == mode, on_the_floor())
    orders, wrong = _orders(session, where)
    hours = _hours(session, where, span.zone)
    mistakes = select(func.count()).select_from(ScanRow).where(*where, ScanRow.outcome.in_(MISMATCHES))
    happened = Happened(
        orders=orders,
        wrong_orders=wrong,
        blocked=session.scalar(mistakes) or 0,
        data_orders=0,
        late_orders=0,
        untrained_s=0,
        workarounds=0,
    )
    model = load_site(session).costs
    return ShadowReport(
        day=span.last,
        mode=mode,
        orders=orders,
        wrong_orders=wrong,
        scans=sum(hour.scans for hour in hours),
        blocked=sum(hour.blocked for hour in hours),
        by=blocked_by(session, day, mode),
        hours=hours,
        costs=(corrections(model, happened), mis_ships(model, happened)),
    )


def watched_days(session: Session, span: Span) -> list[date]:
    """Name the days of a span on which somebody only watched, the newest first."""
    zone = ZoneInfo(span.zone)
    where = (within(ScanRow.received_at, span), ScanRow.mode == Mode.SHADOW)
    days = {at.astimezone(zone).date() for at in session.scalars(select(ScanRow.received_at).where(*where))}
    return sorted(days, reverse=True)


def _orders(session: Session, where: tuple[ColumnElement[bool], ...]) -> tuple[int, int]:
    order = func.coalesce(ScanRow.order_id, PickTaskRow.order_id)
    wrong = func.max(case((ScanRow.outcome.in_(MISMATCHES), 1), else_=0))
    rows = session.execute(
        select(order, wrong)
        .select_from(ScanRow)
        .outerjoin(PickTaskRow, PickTaskRow.id == ScanRow.task_id)
        .where(*where, order.is_not(None))
        .group_by(order)
    ).all()
    return len(rows), sum(flag for _, flag in rows)


def _hours(session: Session, where: tuple[ColumnElement[bool], ...], zone: str) -> tuple[HourBlocked, ...]:
    rows = session.execute(select(ScanRow.received_at, ScanRow.outcome, ScanRow.person_id).where(*where))
    scans: Counter[int] = Counter()
    blocked: Counter[int] = Counter()
    people: dict[int, set[int | None]] = {}
    for at, outcome, person in rows:
        hour = _hour(at, zone)
        scans[hour] += 1
        blocked[hour] += outcome is not Outcome.ACCEPTED
        people.setdefault(hour, set()).add(person)
    return tuple(HourBlocked(hour, scans[hour], blocked[hour], len(people[hour])) for hour in sorted(scans))


def _hour(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).hour
