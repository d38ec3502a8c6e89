"""Steps are as large as they may be: shrunk at once where they took too long, grown slowly where they were short."""

from warehouse.storage.manners import Pace


def sizes(pace: Pace[int], weights: list[int]) -> list[list[int]]:
    return list(pace.steps(weights))


def test_steps_hold_as_much_as_fits_and_one_thing_too_many_goes_alone() -> None:
    pace = Pace[int](lambda: 0.01, 10, lambda weight: weight)
    assert sizes(pace, [4, 4, 4, 50, 1]) == [[4, 4], [4], [50], [1]]


def test_a_step_that_took_too_long_makes_the_next_smaller_at_once() -> None:
    pace = Pace[int](lambda: 0.01, 10, lambda weight: weight)
    pace.learn([10], 0.04)
    assert sizes(pace, [1, 1, 1, 1]) == [[1, 1], [1, 1]]


def test_short_steps_let_the_next_ones_grow_slowly() -> None:
    pace = Pace[int](lambda: 0.01, 8, lambda weight: weight)
    pace.learn([8], 0.001)
    assert sizes(pace, [1] * 11) == [[1] * 10, [1]]


def test_what_is_learnt_on_the_way_counts_for_the_next_step() -> None:
    pace = Pace[int](lambda: 0.01, 4, lambda weight: weight)
    taken = []
    for step in pace.steps([1] * 8):
        taken.append(len(step))
        pace.learn(step, 0.02)
    assert taken == [4, 2, 1, 1]
