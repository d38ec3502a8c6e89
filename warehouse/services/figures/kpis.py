"""The figures a warehouse is judged by: each is one function on events, and says what it counts."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import prod

from sqlalchemy.orm import Session

from warehouse.domain.figures.measures import Case, Figure, Span, Unit, by_day, by_week, figure_of
from warehouse.services.figures import flow, quality, speed
from warehouse.services.site import load_site

Reader = Callable[[Session, Span], list[Case]]
_PARTS = re.compile(r"^(Numerator|Denominator|Window|Time zone): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: its name, title and unit, what the best reach (None: no common figure), and how it is read.

    `higher` is better unless False; a `snapshot` shows the last day of a week or span instead of its sum.
    """

    name: str
    title: str
    unit: Unit
    read: Reader
    target: float | None = None
    higher: bool = True
    snapshot: bool = False

    @property
    def counts(self) -> "Counts":
        """What is counted, of what, when and where: the words of the function itself."""
        text = inspect.getdoc(self.read) or ""
        parts = dict(_PARTS.findall(text))
        return Counts(
            text.partition("\n")[0], parts["Numerator"], parts["Denominator"], parts["Window"], parts["Time zone"]
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How a figure is counted, in words."""

    summary: str
    numerator: str
    denominator: str
    window: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A figure over a span, by day and by week."""

    kpi: Kpi
    whole: Figure
    days: Mapping[date, Figure]
    weeks: Mapping[date, Figure]


KPIS: tuple[Kpi, ...] = (
    Kpi("picking_accuracy", "Orders picked right", Unit.SHARE, quality.picking_accuracy, 0.999),
    Kpi("line_accuracy", "Lines picked right first time", Unit.SHARE, quality.line_accuracy, 0.999),
    Kpi("on_time", "Shipped on time", Unit.SHARE, quality.on_time, 0.997),
    Kpi("shipped_complete", "Shipped complete", Unit.SHARE, quality.shipped_complete, 0.9956),
    Kpi("damage_free", "Shipped undamaged", Unit.SHARE, quality.damage_free, 0.997),
    Kpi("right_papers", "Right papers", Unit.SHARE, quality.right_papers, 0.998),
    Kpi("perfect_order", "Perfect orders", Unit.SHARE, quality.perfect_order),
    Kpi("orders_per_hour", "Orders a person-hour", Unit.PER_HOUR, speed.orders_per_hour, 35),
    Kpi("lines_per_hour", "Lines an hour of picking", Unit.PER_HOUR, speed.lines_per_hour),
    Kpi("units_per_hour", "Pieces an hour of picking", Unit.PER_HOUR, speed.units_per_hour),
    Kpi("cycle_from_release", "Release to truck", Unit.HOURS, speed.cycle_from_release, higher=False),
    Kpi("cycle_from_import", "Import to truck", Unit.HOURS, speed.cycle_from_import, higher=False),
    Kpi("dock_to_stock", "Dock to stock", Unit.HOURS, speed.dock_to_stock, 3.5, higher=False),
    Kpi("backorder_rate", "Backordered lines", Unit.SHARE, flow.backorder_rate, higher=False),
    Kpi("inventory_accuracy", "Places counted right", Unit.SHARE, flow.inventory_accuracy, 0.98),
    Kpi("scan_block_rate", "Scans stopped", Unit.SHARE, flow.scan_block_rate, higher=False),
    Kpi("straight_through", "Straight through", Unit.SHARE, flow.straight_through, 0.8),
    Kpi(
        "old_exceptions", "Exceptions open over 72 h", Unit.SHARE, flow.old_exceptions, 0.0, higher=False, snapshot=True
    ),
)
"""Every figure, in the order of the page. On-time delivery is missing: only carriers know it."""

_BY_NAME = {kpi.name: kpi for kpi in KPIS}
_INDEX = ("on_time", "shipped_complete", "damage_free", "right_papers")


def kpi_named(name: str) -> Kpi | None:
    """Give the figure of this name."""
    return _BY_NAME.get(name)


def span_of(session: Session, now: datetime, days: int) -> Span:
    """Give the last days of the site's calendar, today among them."""
    site = load_site(session)
    today = site.day_of(now)
    return Span(first=today - timedelta(days=days - 1), last=today, zone=site.time_zone, now=now)


def read_trends(session: Session, span: Span, kpis: Iterable[Kpi] = KPIS) -> list[Trend]:
    """Read figures over a span, each with its days and weeks."""
    return [trend_of(kpi, kpi.read(session, span), span) for kpi in kpis]


def trend_of(kpi: Kpi, cases: list[Case], span: Span) -> Trend:
    """Sum the cases of a figure up by day, week and altogether."""
    days = by_day(kpi.unit, cases, span)
    if not kpi.snapshot:
        return Trend(kpi=kpi, whole=figure_of(kpi.unit, cases), days=days, weeks=by_week(kpi.unit, cases, span))
    weeks = {week: _last(days, week, week + timedelta(days=6)) for week in span.weeks}
    return Trend(kpi=kpi, whole=_last(days, span.first, span.last), days=days, weeks=weeks)


def perfect_index(trends: Iterable[Trend]) -> float | None:
    """Multiply the four rates that make a perfect order; an index only, since one order may fail several of them."""
    rates = [trend.whole.value for trend in trends if trend.kpi.name in _INDEX]
    known = [rate for rate in rates if rate is not None]
    return prod(known) if len(known) == len(_INDEX) else None


def _last(days: Mapping[date, Figure], first: date, last: date) -> Figure:
    return days[max(day for day in days if first <= day <= last)]
