"""What is out of line is told, what is merely much is not."""

from datetime import date, timedelta

import pytest

from warehouse.domain.figures.alerts import Alert, AlertLimits, dearer, slower, spike
from warehouse.domain.figures.phases import PHASE_TEXTS, Phase, phase_of

LIMITS = AlertLimits()
LIVE = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (7, [2, 2, 2], Alert("unpaid", 7, 2)),
        (6, [2, 2, 2], None),
        (4, [0, 0, 0], None),
        (5, [0, 0, 0], Alert("unpaid", 5, 0)),
        (5, [], Alert("unpaid", 5, 0)),
    ],
)
def test_more_than_three_times_the_usual_of_the_hour_is_a_spike(
    now: int, before: list[int], told: Alert | None
) -> None:
    assert spike("unpaid", now, before, LIMITS) == told


def test_parcels_are_dear_and_orders_slow_against_the_median_of_the_days() -> None:
    days = [400.0, 500.0, 500.0, 500.0, 9000.0]
    assert dearer([751] * 20, days, LIMITS) == Alert("cost", 751, 500)
    assert dearer([750] * 20, days, LIMITS) is None
    assert slower([1001] * 20, days, LIMITS) == Alert("delay", 1001, 500)
    assert slower([1000] * 20, days, LIMITS) is None


@pytest.mark.parametrize(("cases", "days"), [(19, 5), (20, 4)])
def test_few_cases_and_few_days_say_nothing(cases: int, days: int) -> None:
    assert dearer([9999] * cases, [1.0] * days, LIMITS) is None
    assert slower([9999] * cases, [1.0] * days, LIMITS) is None


@pytest.mark.parametrize(
    ("days", "phase"),
    [(-1, "before"), (0, "kinds"), (13, "kinds"), (14, "trend"), (59, "trend"), (60, "compare"), (900, "compare")],
)
def test_each_time_has_its_figures(days: int, phase: str) -> None:
    assert phase_of(LIVE + timedelta(days=days), LIVE) == Phase(phase)
    assert PHASE_TEXTS[Phase(phase)]


def test_without_a_day_of_going_live_it_is_before() -> None:
    assert phase_of(LIVE, None) is Phase.BEFORE
