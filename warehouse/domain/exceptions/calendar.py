"""A clock that runs only while the site is open: deadlines and the ladder count its hours, not the night's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """One stretch of one weekday, Monday is 0; closing at 00:00 means at the end of that day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When the site works. Without `hours` every day counts round the clock; on holidays nothing does."""

    hours: tuple[OpenHours, ...] = ()
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteClock:
    """A calendar on the walls of a place: opening hours are wall-clock times of `zone`, results are in UTC.

    An opening that a change to summer time skips begins when the clocks have moved on; where an hour comes twice, both
    count.
    """

    calendar: Calendar = Calendar()
    zone: str = "UTC"

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Give the moment by which so much open time has passed since `start`.

        No time at all has passed at `start` itself, even while the site is closed.
        """
        left = span
        if left <= timedelta():
            return start
        stretches = self._stretches(start)
        while True:
            opens, closes = next(stretches)
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much open time lies between two moments."""
        passed = timedelta()
        stretches = self._stretches(start)
        while (stretch := next(stretches))[0] < end:
            passed += max(min(stretch[1], end) - max(stretch[0], start), timedelta())
        return passed

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give open stretches in order of time, from the day of `start` on."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        closed = frozenset(self.calendar.holidays)
        # No stretch spans two days, so a stretch that `start` lies in begins on the same day.
        while True:
            if day not in closed:
                for opens, closes in self._hours_of(day.weekday()):
                    ends = day + timedelta(days=1) if closes == MIDNIGHT else day
                    yield _utc(day, opens, zone), _utc(ends, closes, zone)
            day += timedelta(days=1)

    def _hours_of(self, weekday: int) -> list[tuple[time, time]]:
        if not self.calendar.hours:
            return [(MIDNIGHT, MIDNIGHT)]
        return sorted((it.opens, it.closes) for it in self.calendar.hours if it.weekday == weekday)


def calendar_problem(calendar: Calendar) -> str | None:
    """Say what makes a calendar unusable: closing before opening, stretches that overlap, no such weekday."""
    for weekday in range(7):
        until: time | None = None
        for one in sorted((it for it in calendar.hours if it.weekday == weekday), key=lambda it: it.opens):
            if one.closes not in {MIDNIGHT} and one.closes <= one.opens:
                return f"must close after {one.opens:%H:%M}, not at {one.closes:%H:%M}"
            if until == MIDNIGHT or (until is not None and one.opens < until):
                return f"must not open twice at {one.opens:%H:%M}"
            until = one.closes
    if any(it.weekday not in range(7) for it in calendar.hours):
        return "must have weekdays from 0 (Monday) to 6 (Sunday)"
    return None


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    # Of an hour that comes twice its first pass is meant; a stretch across it still counts its real length.
    return datetime.combine(day, at, zone).astimezone(UTC)


ROUND_THE_CLOCK = SiteClock()
