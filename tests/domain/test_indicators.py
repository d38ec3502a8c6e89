from datetime import UTC, datetime, timedelta

import pytest

from warehouse.domain.indicators import (
    Progress,
    measured_pace,
    projected_finish,
    slack,
    slack_text,
    total_progress,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_progress_reads_as_picked_of_planned() -> None:
    assert str(Progress(42, 60)) == "42 of 60"


def test_progress_of_batches_adds_up() -> None:
    assert total_progress([Progress(3, 5), Progress(0, 7)]) == Progress(3, 12)


def test_nothing_is_left_when_more_was_done_than_planned() -> None:
    assert [Progress(3, 5).remaining, Progress(6, 5).remaining] == [2, 0]


@pytest.mark.parametrize(
    ("lines", "minutes", "pace"),
    [(30, 20, 90.0), (0, 20, None), (30, 0, None)],
    ids=["measured", "no lines", "no time"],
)
def test_pace_is_lines_an_hour(lines: int, minutes: int, pace: float | None) -> None:
    assert measured_pace(lines, timedelta(minutes=minutes)) == pace


@pytest.mark.parametrize(
    ("remaining", "pace", "finish"),
    [
        (45, 90.0, NOW + timedelta(minutes=30)),
        (0, None, NOW),
        (45, None, None),
        (45, 0.0, None),
    ],
)
def test_the_finish_is_now_plus_what_is_left_at_this_pace(
    remaining: int, pace: float | None, finish: datetime | None
) -> None:
    assert projected_finish(NOW, remaining, pace) == finish


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (12, "12 min spare"),
        (0, "0 min spare"),
        (1.5, "1 min spare"),
        (-0.5, "1 min late"),
        (-8, "8 min late"),
        (60, "1 h 0 min spare"),
        (-125, "2 h 5 min late"),
    ],
)
def test_slack_is_said_as_the_floor_says_it(minutes: float, text: str) -> None:
    assert slack_text(slack(NOW, NOW - timedelta(minutes=minutes))) == text


def test_slack_is_not_said_when_it_is_not_known() -> None:
    assert [slack_text(slack(None, NOW)), slack_text(slack(NOW, None))] == ["", ""]
