"""How many wrong PINs there may be."""

from datetime import UTC, datetime, timedelta

from warehouse.domain.lockout import (
    DAY,
    TRIES,
    TRIES_A_DAY,
    WINDOW,
    Lock,
    failed_on,
    lock_of,
    lock_on,
    locked_for_good,
    locks,
    recent,
    still_counted,
    tried,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ago(*minutes: int) -> list[datetime]:
    return [NOON - minute * MINUTE for minute in minutes]


def test_four_wrong_pins_leave_one_more_try() -> None:
    assert lock_of(ago(1, 2, 3, 4), NOON) is None


def test_the_fifth_within_a_quarter_of_an_hour_locks_until_the_first_of_them_is_that_old() -> None:
    lock = lock_of(ago(1, 2, 3, 4, 14), NOON)
    assert lock == Lock(hard=False, until=NOON - 14 * MINUTE + WINDOW)
    assert lock is not None
    assert "Wait 15 minutes" in lock.sentence


def test_five_spread_over_more_than_the_window_do_not_lock() -> None:
    assert lock_of(ago(1, 2, 3, 4, 16), NOON) is None


def test_ten_in_a_day_lock_until_a_lead_unlocks() -> None:
    lock = lock_of(ago(*range(60, 60 + 20 * TRIES_A_DAY, 20)), NOON)
    assert lock == Lock(hard=True)
    assert lock is not None
    assert "lead" in lock.sentence


def test_yesterday_is_forgotten() -> None:
    assert recent([NOON - DAY, NOON - MINUTE], NOON) == (NOON - MINUTE,)
    assert lock_of([NOON - DAY] * TRIES, NOON) is None


def test_tries_are_told_apart_by_the_enrolled_device_they_came_from() -> None:
    kept = [tried(NOON, None), tried(NOON, "d-1"), tried(NOON - MINUTE, "d-1")]
    assert (failed_on(kept, None), failed_on(kept, "d-1"), failed_on(kept, "d-2")) == (
        [NOON],
        [NOON, NOON - MINUTE],
        [],
    )


def test_five_tries_are_a_lock_only_where_they_were_made_together() -> None:
    spread = [tried(at, f"d-{number}") for number, at in enumerate(ago(1, 2, 3, 4, 5))]
    together = [tried(at, "d-1") for at in ago(1, 2, 3, 4, 5)]
    assert locks(spread, NOON) == []
    assert locks(together, NOON) == [Lock(hard=False, until=NOON - 5 * MINUTE + WINDOW)]


def test_what_a_lead_must_open_outlives_the_tries_it_came_from() -> None:
    kept = [tried(NOON - DAY, "d-1"), tried(NOON - DAY, None), locked_for_good("d-1")]
    assert still_counted(kept, NOON) == [locked_for_good("d-1")]
    assert locks(still_counted(kept, NOON), NOON) == [Lock(hard=True)]


def test_a_lock_for_good_holds_on_its_device_alone_unless_it_is_known_from_elsewhere() -> None:
    kept = [locked_for_good("d-1")]
    assert (lock_on(kept, "d-1", NOON), lock_on(kept, "d-2", NOON), lock_on(kept, None, NOON)) == (
        Lock(hard=True),
        None,
        None,
    )
    assert lock_on([], None, NOON, hard=True) == Lock(hard=True)


def test_a_lock_for_a_quarter_of_an_hour_holds_on_the_device_the_tries_came_from() -> None:
    kept = [tried(at, "d-1") for at in ago(1, 2, 3, 4, 5)]
    assert lock_on(kept, "d-1", NOON) == Lock(hard=False, until=NOON - 5 * MINUTE + WINDOW)
    assert lock_on(kept, "d-2", NOON) is None
