"""Cases summed up by day and week of a site's calendar, and said with what they are made of."""

from datetime import UTC, date, datetime

import pytest

from warehouse.domain.figures.measures import Case, Figure, Span, Unit, by_day, by_week, figure_of, midnight, said

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
    ("unit", "cases", "words"),
    [
        (Unit.SHARE, [Case(NOW, 198, 200)], "99.0 % · 198 of 200"),
        (Unit.SHARE, [Case(NOW, 1, 19)], "5.3 % · 1 of 19 · few cases"),
        (Unit.SHARE, [], "nothing to measure"),
        (Unit.PER_HOUR, [Case(NOW, 40, 0), Case(NOW, 0, 7200)], "20.0 an hour · 40 in 2.0 h"),
        (Unit.PER_HOUR, [Case(NOW, 40, 0)], "nothing to measure"),
        (Unit.HOURS, [Case(NOW, 5400)] * 20, "1.5 h half of them, 9 of 10 within 1.5 h · of 20"),
    ],
)
def test_a_figure_is_said_with_what_it_was_made_of(unit: Unit, cases: list[Case], words: str) -> None:
    assert said(unit, figure_of(unit, cases)) == words


def test_a_figure_without_its_ninth_of_ten_is_said_as_well() -> None:
    kept = Figure(n=7200, of=30, cases=30, value=2.0)
    assert said(Unit.HOURS, kept) == "2.0 h on average · of 30"
