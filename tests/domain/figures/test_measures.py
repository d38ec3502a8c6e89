"""Cases summed up by day and week of a site's calendar, and said with what they are made of."""

from datetime import UTC, date, datetime

import pytest

from warehouse.domain.figures.measures import Case, Figure, Span, Unit, by_day, by_week, figure_of, midnight

SUN = date(2026, 10, 25)
NOW = datetime(2026, 10, 27, 9, tzinfo=UTC)
SPAN = Span(first=date(2026, 10, 24), last=date(2026, 10, 27), zone="Europe/Berlin", now=NOW)


def test_a_day_on_which_the_clocks_go_back_has_25_hours() -> None:
    assert (midnight(date(2026, 10, 26), SPAN.zone) - midnight(SUN, SPAN.zone)).total_seconds() == 25 * 3600
    assert (SPAN.since, SPAN.until) == (datetime(2026, 10, 23, 22, tzinfo=UTC), NOW)


def test_cases_fall_into_the_days_and_weeks_of_the_site() -> None:
    cases = [Case(datetime(2026, 10, 25, 22, 59, tzinfo=UTC), 1), Case(datetime(2026, 10, 25, 23, tzinfo=UTC), 0)]
    outside = [Case(datetime(2026, 10, 23, 21, 59, tzinfo=UTC), 1)]
    days = by_day(Unit.SHARE, cases + outside, SPAN)
    assert [(day.day, it.n, it.of) for day, it in days.items()] == [(24, 0, 0), (25, 1, 1), (26, 0, 1), (27, 0, 0)]
    weeks = by_week(Unit.SHARE, cases, SPAN)
    assert {str(week): (it.n, it.of) for week, it in weeks.items()} == {"2026-10-19": (1, 1), "2026-10-26": (0, 1)}


def test_hours_are_a_median_with_the_ninth_of_ten() -> None:
    cases = [Case(NOW, 3600 * hours) for hours in range(1, 11)]
    assert figure_of(Unit.HOURS, cases) == Figure(n=55 * 3600, of=10, cases=10, value=5.5, p90=9.0)


@pytest.mark.parametrize(
    ("unit", "cases", "figure"),
    [
        (Unit.SHARE, [Case(NOW, 198, 200)], Figure(n=198, of=200, cases=200, value=0.99)),
        (Unit.SHARE, [Case(NOW, 1, 19)], Figure(n=1, of=19, cases=19, value=1 / 19)),
        (Unit.SHARE, [], Figure()),
        (Unit.PER_HOUR, [Case(NOW, 40, 0), Case(NOW, 0, 7200)], Figure(n=40, of=7200, cases=40, value=20.0)),
        (Unit.PER_HOUR, [Case(NOW, 40, 0)], Figure(n=40, of=0, cases=1)),
    ],
)
def test_a_figure_is_of_so_many_cases(unit: Unit, cases: list[Case], figure: Figure) -> None:
    assert figure_of(unit, cases) == figure


def test_under_twenty_cases_are_few() -> None:
    assert [Figure(n=9, of=99, cases=cases).few for cases in (19, 20)] == [True, False]
