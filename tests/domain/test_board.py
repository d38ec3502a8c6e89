"""How long the team went without an error."""

from datetime import UTC, datetime, timedelta

import pytest

from warehouse.domain.board import Streak, error_free

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def at(*minutes: int) -> list[datetime]:
    return [NOON + timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("packed", "errors", "streak", "is_best"),
    [
        (at(1, 2, 3), at(), Streak(now=3, best=3), True),
        (at(1, 2, 3, 5), at(4), Streak(now=1, best=3), False),
        (at(1, 4, 5, 6), at(2, 3), Streak(now=3, best=3), True),
        (at(1), at(2), Streak(now=0, best=1), False),
        (at(), at(1), Streak(now=0, best=0), False),
    ],
    ids=["none ever", "after a better run", "after a worse run", "just broken", "nothing packed"],
)
def test_a_streak_counts_from_the_last_error(
    packed: list[datetime],
    errors: list[datetime],
    streak: Streak,
    is_best: bool,  # noqa: FBT001 - a case
) -> None:
    found = error_free(packed=packed, errors=errors)
    assert (found, found.is_best) == (streak, is_best)
