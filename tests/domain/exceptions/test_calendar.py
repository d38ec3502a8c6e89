"""The desk's clock: it stands still at night, at weekends and on holidays, and never counts an hour that was not."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.exceptions.calendar import (
    ROUND_THE_CLOCK,
    Calendar,
    OpenHours,
    SiteClock,
    calendar_problem,
)

WEEK = tuple(OpenHours(weekday=day, opens=time(8), closes=time(17)) for day in range(5))
LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def london(*at: int) -> datetime:
    return datetime(*at, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("start", "open_hours", "due"),
    [
        ((2026, 11, 20, 9), 4, (2026, 11, 20, 13)),
        ((2026, 11, 20, 15), 4, (2026, 11, 23, 10)),
        ((2026, 11, 21, 12), 1, (2026, 11, 23, 9)),
        ((2026, 11, 20, 9), 8, (2026, 11, 20, 17)),
        ((2026, 11, 20, 6), 9, (2026, 11, 20, 17)),
        ((2026, 12, 24, 16), 2, (2026, 12, 29, 9)),
        ((2026, 11, 20, 9), 24, (2026, 11, 24, 15)),
    ],
)
def test_nights_weekends_and_holidays_do_not_count(
    start: tuple[int, ...], open_hours: int, due: tuple[int, ...]
) -> None:
    clock = SiteClock(
        calendar=Calendar(hours=WEEK, holidays=(date(2026, 12, 25), date(2026, 12, 28))), zone="Europe/London"
    )
    assert clock.after(london(*start), hours(open_hours)) == london(*due)


@pytest.mark.parametrize(
    ("zone", "start", "ends"),
    [
        # The night of 28 to 29 March 2026 has 23 hours in Berlin, that of 24 to 25 October 25.
        (BERLIN, datetime(2026, 3, 28, 12, tzinfo=BERLIN), datetime(2026, 3, 29, 13, tzinfo=BERLIN)),
        (BERLIN, datetime(2026, 10, 24, 12, tzinfo=BERLIN), datetime(2026, 10, 25, 11, tzinfo=BERLIN)),
        (LONDON, datetime(2026, 6, 1, 12, tzinfo=LONDON), datetime(2026, 6, 2, 12, tzinfo=LONDON)),
    ],
)
def test_round_the_clock_a_day_has_24_real_hours_whatever_the_walls_say(
    zone: ZoneInfo, start: datetime, ends: datetime
) -> None:
    assert SiteClock(zone=zone.key).after(start, hours(24)).astimezone(zone) == ends


@pytest.mark.parametrize(
    ("start", "open_hours", "due"),
    [
        # A night shift 00:00 to 06:00: on 29 March it has five hours, on 25 October seven.
        (datetime(2026, 3, 29, 0, tzinfo=BERLIN), 5, datetime(2026, 3, 29, 6, tzinfo=BERLIN)),
        (datetime(2026, 3, 29, 0, tzinfo=BERLIN), 6, datetime(2026, 3, 30, 1, tzinfo=BERLIN)),
        (datetime(2026, 10, 25, 0, tzinfo=BERLIN), 7, datetime(2026, 10, 25, 6, tzinfo=BERLIN)),
    ],
)
def test_a_shift_across_the_change_of_the_clocks_counts_its_real_hours(
    start: datetime, open_hours: int, due: datetime
) -> None:
    nights = tuple(OpenHours(weekday=day, opens=time(0), closes=time(6)) for day in range(7))
    clock = SiteClock(calendar=Calendar(hours=nights), zone="Europe/Berlin")
    assert clock.after(start.astimezone(UTC), hours(open_hours)) == due.astimezone(UTC)


def test_opening_hours_stay_on_the_wall_when_summer_time_begins() -> None:
    clock = SiteClock(calendar=Calendar(hours=WEEK), zone="Europe/London")
    # Friday 27 March 16:00 GMT and four hours: Monday 30 March 11:00 BST is 10:00 UTC.
    assert clock.after(datetime(2026, 3, 27, 16, tzinfo=UTC), hours(4)) == datetime(2026, 3, 30, 10, tzinfo=UTC)


def test_two_stretches_a_day_leave_the_lunch_break_out() -> None:
    split = Calendar(
        hours=(
            OpenHours(weekday=0, opens=time(13), closes=time(0)),
            OpenHours(weekday=0, opens=time(8), closes=time(12)),
        )
    )
    clock = SiteClock(calendar=split)
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert clock.after(monday, hours(5)) == monday + hours(6)
    assert clock.after(monday, hours(15)) == monday + hours(16)
    assert clock.after(monday, hours(16)) == monday + timedelta(days=7, hours=1)


def test_no_time_is_no_time_even_while_closed() -> None:
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert SiteClock(calendar=Calendar(hours=WEEK)).after(saturday, timedelta()) == saturday


def test_time_between_leaves_the_night_out() -> None:
    clock = SiteClock(calendar=Calendar(hours=WEEK))
    friday, monday = datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert (clock.between(friday, monday), clock.between(monday, friday)) == (hours(2), timedelta())


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive by hypothesis
    minutes=st.integers(1, 20_000),
)
def test_what_after_adds_between_finds_again(start: datetime, minutes: int) -> None:
    clock = SiteClock(calendar=Calendar(hours=WEEK, holidays=(date(2026, 12, 25),)), zone="Europe/Berlin")
    span = timedelta(minutes=minutes)
    assert clock.between(start, clock.after(start, span)) == span
    assert ROUND_THE_CLOCK.after(start, span) == start + span


@pytest.mark.parametrize(
    ("stretches", "problem"),
    [
        ([(0, 8, 17)], None),
        ([(0, 8, 12), (0, 12, 0)], None),
        ([(0, 17, 8)], "must close after 17:00, not at 08:00"),
        ([(0, 8, 12), (0, 11, 13)], "must not open twice at 11:00"),
        ([(0, 8, 0), (0, 9, 10)], "must not open twice at 09:00"),
        ([(7, 8, 12)], "must have weekdays from 0 (Monday) to 6 (Sunday)"),
    ],
)
def test_a_calendar_that_cannot_be_is_named(stretches: list[tuple[int, int, int]], problem: str | None) -> None:
    week = tuple(OpenHours(weekday=day, opens=time(opens), closes=time(closes)) for day, opens, closes in stretches)
    assert calendar_problem(Calendar(hours=week)) == problem
