"""From cases to figures: sums by day and week of the site's calendar, medians, and "n of N" beside each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

ENOUGH = 20
"""A figure over fewer cases says so."""
_HOUR = 3600
_NINE_TENTHS = 0.9


class Unit(StrEnum):
    """How a figure is read: a share of cases, cases an hour, or hours that a case took."""

    SHARE = "share"
    PER_HOUR = "per_hour"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Case:
    """One case at a moment: `n` of `of`. Hours count their seconds in `n`; what is per hour its seconds in `of`."""

    at: datetime
    n: int
    of: int = 1
    key: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What cases add up to: `n` of `of` over so many `cases`; `value` None where nothing can be said.

    A share lies between 0 and 1; hours are a median, with the ninth of ten in `p90`.
    """

    n: int = 0
    of: int = 0
    cases: int = 0
    value: float | None = None
    p90: float | None = None

    @property
    def few(self) -> bool:
        """Whether so few cases say little."""
        return self.cases < ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days of a site's calendar: from the first through the last, in its zone; nothing after `now` has happened."""

    first: date
    last: date
    zone: str
    now: datetime

    @property
    def since(self) -> datetime:
        """The moment the first day begins, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The moment after the last day, in UTC; not itself within."""
        return min(self.now, midnight(self.last + timedelta(days=1), self.zone))

    @property
    def days(self) -> tuple[date, ...]:
        """Every day, in order."""
        return tuple(self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1))

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of every week that a day of it lies in."""
        return tuple(sorted({monday_of(day) for day in self.days}))


def midnight(day: date, zone: str) -> datetime:
    """Give the moment a day begins at a place; a day is 23 or 25 hours long when its clocks change."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def figure_of(unit: Unit, cases: Iterable[Case]) -> Figure:
    """Sum cases up: shares and paces as sums over sums, hours as the median and the ninth of ten."""
    known = list(cases)
    n, of = sum(case.n for case in known), sum(case.of for case in known)
    if not known or of == 0:
        return Figure(n=n, of=of, cases=len(known))
    if unit is Unit.HOURS:
        return _spread([case.n for case in known])
    counted = of if unit is Unit.SHARE else n
    return Figure(n=n, of=of, cases=counted, value=n / of * (1 if unit is Unit.SHARE else _HOUR))


def by_day(unit: Unit, cases: Iterable[Case], span: Span) -> dict[date, Figure]:
    """Give the figure of each day of the span, empty days included."""
    return _gathered(_Sorting(unit, span.zone, span.days, lambda day: day), cases)


def by_week(unit: Unit, cases: Iterable[Case], span: Span) -> dict[date, Figure]:
    """Give the figure of each week by its Monday; the first and the last may be broken weeks."""
    return _gathered(_Sorting(unit, span.zone, span.weeks, monday_of), cases)


@dataclass(frozen=True, slots=True)
class _Sorting:
    unit: Unit
    zone: str
    keys: Sequence[date]
    key_of: Callable[[date], date]


def _gathered(sorting: _Sorting, cases: Iterable[Case]) -> dict[date, Figure]:
    zone = ZoneInfo(sorting.zone)
    found: dict[date, list[Case]] = {key: [] for key in sorting.keys}
    for case in cases:
        key = sorting.key_of(case.at.astimezone(zone).date())
        if key in found:
            found[key].append(case)
    return {key: figure_of(sorting.unit, its) for key, its in found.items()}


def _spread(seconds: Sequence[int]) -> Figure:
    ordered = sorted(seconds)
    ninth = ordered[ceil(_NINE_TENTHS * len(ordered)) - 1]
    return Figure(n=sum(ordered), of=len(ordered), cases=len(ordered), value=median(ordered) / _HOUR, p90=ninth / _HOUR)
