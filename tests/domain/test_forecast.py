"""When trips end: their way, their lines, their start; the more urgent first, and who is free takes the next."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.builders import NOON
from warehouse.domain.batching import Shift, Travel
from warehouse.domain.forecast import Bench, Foreseen, ToPack, Trip, foresee, foresee_packing

SHIFT = Shift(begins=NOON, pickers=1, travel=Travel(mm_per_s=1000, s_per_line=10, s_per_batch=60))
TRIP = Trip(key=1, distance_mm=100_000, lines=5, orders=(("A", NOON + timedelta(minutes=3)), ("B", None)))


def test_a_trip_takes_its_way_its_lines_and_its_start() -> None:
    seconds = 100 + 50 + 60
    finish = NOON + timedelta(seconds=seconds)
    assert foresee([TRIP], SHIFT) == {
        1: Foreseen(key=1, seconds=seconds, finish=finish, slack=NOON + timedelta(minutes=3) - finish, late=("A",))
    }


def test_the_more_urgent_trip_goes_first_and_the_other_waits_unless_somebody_is_free() -> None:
    later = replace(TRIP, key=2, orders=(("C", NOON + timedelta(hours=1)),))
    finish = {key: one.finish - NOON for key, one in foresee([later, TRIP], SHIFT).items()}
    assert finish == {1: timedelta(seconds=210), 2: timedelta(seconds=420)}
    both = foresee([later, TRIP], replace(SHIFT, pickers=2))
    assert {one.finish - NOON for one in both.values()} == {timedelta(seconds=210)}


def test_a_trip_in_hand_goes_on_and_has_begun_already() -> None:
    ahead = foresee([replace(TRIP, busy=True)], SHIFT)
    assert ahead[1].seconds == 150


def test_a_trip_without_a_cutoff_has_no_slack_and_nothing_late() -> None:
    ahead = foresee([replace(TRIP, orders=(("B", None),))], SHIFT)[1]
    assert (ahead.slack, ahead.late, ahead.cutoff) == (None, (), None)


def test_the_cutoff_of_a_trip_is_the_first_of_its_orders() -> None:
    assert foresee([TRIP], SHIFT)[1].cutoff == NOON + timedelta(minutes=3)


def test_each_level_up_takes_its_time() -> None:
    climbing = replace(SHIFT, travel=replace(SHIFT.travel, s_per_level=4))
    assert foresee([replace(TRIP, levels=5)], climbing)[1].seconds == foresee([TRIP], SHIFT)[1].seconds + 5 * 4


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def test_who_is_free_packs_what_is_there_the_most_urgent_first_and_waits_where_nothing_is() -> None:
    orders = [
        ToPack(number="later", picked_at=NOON, cutoff=minute(50)),
        ToPack(number="whenever", picked_at=NOON),
        ToPack(number="urgent", picked_at=minute(1), cutoff=minute(5)),
        ToPack(number="begun", picked_at=NOON, cutoff=minute(60), busy=True),
        ToPack(number="last", picked_at=minute(30)),
    ]
    bench = Bench(begins=NOON, packers=1, s_per_order=120)
    begun = {"begun": minute(2), "last": minute(32)}
    alone = {"urgent": minute(4), "later": minute(6), "whenever": minute(8)}
    assert foresee_packing(orders, bench) == begun | alone
    both = {"later": minute(2), "urgent": minute(4), "whenever": minute(4)}
    assert foresee_packing(orders, replace(bench, packers=2)) == begun | both
    assert foresee_packing([], replace(bench, packers=0)) == {}


def test_whoever_packs_counts_as_a_packer() -> None:
    orders = [ToPack(number=name, picked_at=NOON, busy=name != "C") for name in "ABC"]
    packed = foresee_packing(orders, Bench(begins=NOON, packers=1, s_per_order=60))
    assert packed == {"A": minute(1), "B": minute(1), "C": minute(2)}


def test_nobody_packs_what_is_not_picked_yet() -> None:
    """A trip brings two orders at once: whoever waits for them has both hands free until then, and not longer."""
    orders = [ToPack(number=name, picked_at=minute(30)) for name in "AB"]
    bench = Bench(begins=NOON, packers=2, s_per_order=120)
    assert foresee_packing(orders, bench) == {"A": minute(32), "B": minute(32)}
