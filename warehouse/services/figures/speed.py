"""Figures of speed: what was done in the hours people were here, and how long an order takes.

The docstrings are shown on the page: what is counted, of what, in which window, in which time zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Numeric, Select, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from warehouse.domain.codes import BinKind, MoveReason, OrderState, Role, TaskState
from warehouse.domain.figures.measures import Case, Span, midnight
from warehouse.services.figures.quality import in_earnest, practised_at, shipped_orders, within
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, MoveRow

PAUSE = timedelta(minutes=5)
"""A longer gap between two scans is a pause."""
QUARTER = 900
"""Clocks of all zones change by whole quarters of an hour: sums by quarter fall into the right day."""


def orders_per_hour(session: Session, span: Span) -> list[Case]:
    """Orders sent for each hour people were here to pick and pack.

    Numerator: orders that left.
    Denominator: hours pickers and packers were signed in, without signing out up to the last scan; on two devices once.
    Window: orders by the moment they left, hours by the clock.
    Time zone: the site's.
    """
    sent = [Case(at, 1, 0) for _, at in shipped_orders(session, span)]
    return sent + [Case(stay.at, 0, stay.seconds) for stay in hours_here(session, span)]


def lines_per_hour(session: Session, span: Span) -> list[Case]:
    """Picks for each hour of picking.

    Numerator: picks that ended with pieces taken, without those of training.
    Denominator: hours between the scans of a batch; gaps over five minutes are pauses and left out.
    Window: picks by the moment they ended, hours by their scans, as the server received them.
    Time zone: the site's.
    """
    return [Case(at, 1, 0) for at, _ in _picked(session, span)] + _active(session, span)


def units_per_hour(session: Session, span: Span) -> list[Case]:
    """Pieces for each hour of picking.

    Numerator: pieces taken in picks that ended, without those of training.
    Denominator: hours between the scans of a batch; gaps over five minutes are pauses and left out.
    Window: picks by the moment they ended, hours by their scans, as the server received them.
    Time zone: the site's.
    """
    return [Case(at, units, 0) for at, units in _picked(session, span)] + _active(session, span)


def cycle_from_release(session: Session, span: Span) -> list[Case]:
    """Hours an order took from the release of its batch until it left: the median, and nine of ten.

    Numerator: the time between the first release of a batch it is in and the moment it left.
    Denominator: orders that left.
    Window: by the moment the order left.
    Time zone: the site's.
    """
    released = (
        select(PickTaskRow.order_id, func.min(BatchRow.released_at).label("at"))
        .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
        .group_by(PickTaskRow.order_id)
        .subquery()
    )
    rows = select(released.c.at, OrderRow.shipped_at, OrderRow.id).join(released, released.c.order_id == OrderRow.id)
    return _durations(session, rows.where(released.c.at.is_not(None), _left(span)))


def cycle_from_import(session: Session, span: Span) -> list[Case]:
    """Hours an order took from its import until it left: the median, and nine of ten.

    Numerator: the time between the moment it came in and the moment it left.
    Denominator: orders that left.
    Window: by the moment the order left.
    Time zone: the site's.
    """
    return _durations(session, select(OrderRow.received_at, OrderRow.shipped_at, OrderRow.id).where(_left(span)))


def dock_to_stock(session: Session, span: Span) -> list[Case]:
    """Hours goods waited at the dock before they were put away: the median, and nine of ten.

    Numerator: the time between a receipt into a staging place and the first move of its lot from there to a bin.
    Denominator: receipts into staging places that were put away; what is received straight into its bin never waits.
    Window: by the moment the goods were put away.
    Time zone: the site's.
    """
    away, place = aliased(MoveRow), aliased(BinRow)
    first = (
        select(MoveRow.id.label("id"), MoveRow.at.label("since"), func.min(away.at).label("at"))
        .join(BinRow, (BinRow.id == MoveRow.to_place_id) & (BinRow.kind == BinKind.STAGING))
        .join(away, (away.lot_id == MoveRow.lot_id) & (away.from_place_id == MoveRow.to_place_id))
        .join(place, (place.id == away.to_place_id) & (place.kind != BinKind.STAGING))
        .where(MoveRow.reason == MoveReason.RECEIPT, away.at >= MoveRow.at)
        .group_by(MoveRow.id, MoveRow.at)
        .subquery()
    )
    until = first.c.at
    return _durations(session, select(first.c.since, until, first.c.id).where(within(until, span)))


def _left(span: Span) -> ColumnElement[bool]:
    return (OrderRow.state == OrderState.SHIPPED) & within(OrderRow.shipped_at, span)


def _durations(session: Session, rows: Select[*tuple[Any, ...]]) -> list[Case]:
    return [Case(until, int((until - since).total_seconds()), key=key) for since, until, key in session.execute(rows)]


def _picked(session: Session, span: Span) -> list[tuple[datetime, int]]:
    rows = session.execute(
        select(PickTaskRow.closed_at, PickTaskRow.picked)
        .where(PickTaskRow.state == TaskState.PICKED, PickTaskRow.picked > 0, within(PickTaskRow.closed_at, span))
        .where(PickTaskRow.id.not_in(practised_at(ScanRow.task_id, span)))
    )
    return [(at, units) for at, units in rows if at is not None]


def _active(session: Session, span: Span) -> list[Case]:
    """Read the hours of picking once for all figures of a session: going through every scan is the longest of them."""
    known: dict[Span, list[Case]] = session.info.setdefault("hours of picking", {})
    if span not in known:
        known[span] = _read_active(session, span)
    return known[span]


def _read_active(session: Session, span: Span) -> list[Case]:
    """Sum up, by quarter of an hour, the seconds between scans of a batch that are no pause."""
    seconds = seconds_of(session, ScanRow.received_at)
    before = func.lag(seconds).over(partition_by=ScanRow.batch_id, order_by=(ScanRow.received_at, ScanRow.id))
    gaps = (
        select((seconds // QUARTER).label("quarter"), (seconds - before).label("gap"))
        .where(ScanRow.batch_id.is_not(None), within(ScanRow.received_at, span), in_earnest())
        .subquery()
    )
    worked = (gaps.c.gap >= 0) & (gaps.c.gap <= int(PAUSE.total_seconds()))
    rows = session.execute(select(gaps.c.quarter, func.sum(gaps.c.gap)).where(worked).group_by(gaps.c.quarter))
    return [Case(moment_of(quarter), 0, int(total)) for quarter, total in rows if total]


def seconds_of(session: Session, column: Any) -> ColumnElement[int]:
    """Give the whole seconds since 1970 of a column of moments, on either kind of database."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer)
    return cast(func.floor(cast(func.extract("epoch", column), Numeric)), Integer)


def moment_of(quarter: int) -> datetime:
    """Give the moment a quarter of an hour since 1970 begins."""
    return datetime.fromtimestamp(int(quarter) * QUARTER, tz=UTC)


@dataclass(frozen=True, slots=True)
class Stay:
    """Seconds somebody was signed in on one day, from a moment on."""

    person: int
    at: datetime
    seconds: int


def hours_here(session: Session, span: Span) -> Iterator[Stay]:
    """Give how long pickers and packers were signed in, cut at the midnights of the site; two devices count once.

    A session that ran out has its last moment for an end: nobody signed out then.
    """
    last_scan = (
        select(func.max(ScanRow.received_at))
        .where(ScanRow.person_id == SignInRow.person_id, ScanRow.received_at >= SignInRow.created_at)
        .where(ScanRow.received_at <= SignInRow.expires_at)
        .correlate(SignInRow)
        .scalar_subquery()
    )
    signed_out = case((SignInRow.ended_at < SignInRow.expires_at, SignInRow.ended_at))
    ended = func.coalesce(signed_out, last_scan, SignInRow.seen_at)
    rows = session.execute(
        select(SignInRow.person_id, SignInRow.created_at, ended)
        .join(PersonRow, PersonRow.id == SignInRow.person_id)
        .where(PersonRow.role.in_([Role.PICKER, Role.PACKER]), SignInRow.created_at < span.until)
        .where(SignInRow.expires_at >= span.since)
        .order_by(SignInRow.person_id, SignInRow.created_at)
    ).all()
    for person, its in groupby(rows, key=lambda row: row[0]):
        for since, until in _merged((row[1], row[2]) for row in its):
            for at, seconds in _by_day(max(since, span.since), min(until, span.until), span):
                yield Stay(person, at, seconds)


def _merged(stays: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Join stays that overlap; they come in order of their beginning."""
    current: tuple[datetime, datetime] | None = None
    for since, until in stays:
        if current is not None and since <= current[1]:
            current = (current[0], max(current[1], until))
            continue
        if current is not None:
            yield current
        current = (since, until)
    if current is not None:
        yield current


def _by_day(since: datetime, until: datetime, span: Span) -> Iterator[tuple[datetime, int]]:
    """Cut a stay at the midnights of the site; each part counts for the day it lies in."""
    zone = ZoneInfo(span.zone)
    while since < until:
        end = min(until, midnight(since.astimezone(zone).date() + timedelta(days=1), span.zone))
        yield since, int((end - since).total_seconds())
        since = end
