import gc
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.domain.planning.floors import GridFloor, NetworkFloor
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.improving import Budget, Start, improve
from warehouse.domain.planning.network import Network
from warehouse.domain.planning.pool import Cart, Job, Pool, affinity
from warehouse.domain.planning.punctual import Punctual
from warehouse.domain.planning.schedule import Due, Timed, Value, ends_of, sequence_of, value_of
from warehouse.domain.planning.solving import Need, Pace, Problem, Trips, solve
from warehouse.domain.planning.starts import first_fit, largest_first, savings
from warehouse.domain.planning.trips import Trip
from warehouse.domain.planning.trips import Trips as Hand

HOME = Corner(0, 0)
FLOOR = GridFloor(
    Grid((0, 3, 6, 9), (0, 10, 20), HOME, HOME, (True,) * 4),
    {f"{x}-{y}": Spot(x, y) for x in range(4) for y in range(21)},
)


def a_need(*codes: str, load: int = 1, group: Hashable = None, due: float | None = None) -> Need:
    return Need(codes=codes, load=(load,), group=group, due=Due(due=due))


def a_pool(*masks: int, loads: Sequence[int] = (), limit: int = 2) -> Pool:
    codes = [f"{x}-{y}" for x in range(4) for y in range(21)]
    lengths, mask_of = FLOOR.measure(codes)
    jobs = [
        Job(mask_of([codes[at] for at in range(84) if mask >> at & 1]), (load,))
        for mask, load in zip(masks, loads or [1] * len(masks), strict=True)
    ]
    return Pool(jobs, Cart((limit,)), lengths)


def shop(count: int, **changes: object) -> Problem:
    """Orders of one to three places, strewn over the floor, three to a cart."""
    codes = [f"{number * 7 % 4}-{number * 13 % 21}" for number in range(3 * count)]
    needs = [a_need(*dict.fromkeys(codes[at : at + 1 + at % 3])) for at in range(0, 3 * count, 3)]
    return replace(Problem(needs=needs, limits=(3,), floor=FLOOR), **changes)  # type: ignore[arg-type]


def length(problem: Problem, trips: Trips) -> int:
    bins = [sorted({code for at in trip for code in problem.needs[at].codes}) for trip in trips]
    return sum(problem.floor.route(codes, ()).length for codes in bins if codes)


def ticking(step: float) -> Callable[[], float]:
    now = [0.0]

    def clock() -> float:
        now[0] += step
        return now[0]

    return clock


def quiet(trips: Trips, steps: int) -> None:
    """Nobody listens."""


def test_a_load_that_exceeds_any_dimension_does_not_fit() -> None:
    cart = Cart((5, 0, 7))
    for load in product((0, 5, 6), (0, 1), (7, 8)):
        assert cart.takes(cart.pack(load)) == (load[0] <= 5 and load[1] == 0 and load[2] <= 7)
    assert cart.unpack(cart.pack((3, 0, 9))) == (3, 0, 9)
    assert Cart(()).takes(0)


def test_stops_go_well_with_a_trip_that_has_them_or_passes_near() -> None:
    assert affinity(0b0110, 0b0010, 0b0111, 0b1111) == 4 + 2 * 2 + 2


def test_what_is_known_of_trips_is_not_kept_for_ever() -> None:
    pool = replace_known(a_pool(1, 2), 500_001)
    assert pool.length([0]) == pool.length([0]) == 0
    assert len(pool.known) == 1


def replace_known(pool: Pool, count: int) -> Pool:
    pool.known.update(dict.fromkeys(range(1 << 40, (1 << 40) + count), 0))
    return pool


def test_savings_join_what_lies_together_and_largest_first_saves_carts() -> None:
    near, far = 1 << 20, 1 << 80
    assert sorted(map(sorted, savings(a_pool(near, far, near << 1, far << 1), 5))) == [[0, 2], [1, 3]]
    pool = a_pool(1, 2, 4, 8, loads=(1, 1, 2, 2), limit=3)
    assert first_fit(pool.cart, pool.loads, pool.groups, range(4)) == [[0, 1], [2], [3]]
    assert sorted(map(sorted, largest_first(pool))) == [[0, 2], [1, 3]]
    assert first_fit(pool.cart, [], [], []) == []


def test_a_budget_is_spent_by_time_or_steps_whichever_is_first() -> None:
    assert Budget().spent(0) == 1
    assert Budget(iterations=100).spent(50) == 0.5
    both = Budget(seconds=10, iterations=100, clock=ticking(1))
    assert [both.spent(50), both.spent(0)] == [0.5, 0.2]
    part = Budget(seconds=10, iterations=100, clock=ticking(1)).part(0.25, 0.5)
    assert (part.seconds, part.iterations, part.began) == (4.5, 25, 1.0)
    assert Budget(iterations=8).part(0.5, 1).iterations == 4


def test_what_cannot_be_improved_is_given_back() -> None:
    assert improve(a_pool(1), Start(trips=[[0]]), Budget(iterations=100), 1, quiet) == [[0]]
    assert improve(a_pool(1, 2), Start(trips=[[0], [1]]), Budget(), 1, quiet) == [[0], [1]]
    assert improve(a_pool(0, 0), Start(trips=[[0], [1]]), Budget(iterations=64), 1, quiet)


def test_the_first_plan_is_told_at_once_and_each_told_later_is_better() -> None:
    problem = shop(24)
    told: list[tuple[int, int]] = []
    found = solve(
        problem, Budget(iterations=3000), 1, lambda trips, steps: told.append((length(problem, trips), steps))
    )
    lengths = [it for it, _ in told]
    assert told[0][1] == 0
    assert lengths[1:] == sorted(set(lengths[1:]), reverse=True)
    assert length(problem, found) == lengths[-1] < lengths[0]


@pytest.mark.parametrize("enabled", [True, False])
def test_a_search_leaves_no_circles_behind_and_the_collector_as_it_found_it(*, enabled: bool) -> None:
    problem, during = shop(24), set[bool]()
    gc.collect()
    gc.enable() if enabled else gc.disable()
    try:
        solve(problem, Budget(iterations=500), 1, lambda _trips, steps: during.add(gc.isenabled() and steps > 0))
        assert gc.isenabled() is enabled
        assert during == {False}
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_the_same_seed_and_iterations_give_the_same_plan_and_another_seed_a_valid_one() -> None:
    problem = shop(30)
    one, same, other = (solve(problem, Budget(iterations=2000), seed, quiet) for seed in (1, 1, 2))
    assert one == same
    for trips in (one, other):
        assert sorted(at for trip in trips for at in trip) == list(range(30))
        assert all(len(trip) <= 3 for trip in trips)


def test_a_search_goes_on_from_known_trips_as_far_as_they_may_still_be() -> None:
    problem = shop(30)
    found = solve(problem, Budget(iterations=4000), 1, quiet)
    again = replace(problem, known=found)
    assert length(problem, solve(again, Budget(iterations=32), 1, quiet)) <= length(problem, found)
    fewer = replace(again, limits=(2,), known=[*found[1:], [0, 1, 2]])
    trips = solve(fewer, Budget(iterations=32), 1, quiet)
    assert sorted(at for trip in trips for at in trip) == list(range(30))
    assert max(map(len, trips)) == 2


def test_orders_change_trips_of_other_due_times_only_where_nothing_gets_later() -> None:
    # One picker: the first trip must be back at 50, so it may take along what lies on its way, and no more.
    needs = [a_need("0-18", due=50.0), a_need("0-17", due=900.0), a_need("3-9", due=900.0), a_need("3-8", due=900.0)]
    pace = Pace(pickers=1, seconds=lambda length, lines, _levels: float(length + lines))
    problem = Problem(needs=needs, limits=(3,), floor=FLOOR, pace=pace)
    assert sorted(map(sorted, solve(problem, Budget(iterations=512), 1, quiet))) == [[0, 1], [2, 3]]
    mixed = replace(problem, known=[[0, 1], [2, 3]])
    assert sorted(map(sorted, solve(mixed, Budget(iterations=1), 1, quiet))) == [[0, 1], [2, 3]]


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_plan_given_in_the_end_is_the_best_that_was_told(seed: int) -> None:
    strewn = shop(45)
    needs = [replace(need, due=Due(due=85.0 * (1 + at % 3))) for at, need in enumerate(strewn.needs)]
    pace = Pace(pickers=3, seconds=lambda length, lines, _levels: float(length + lines))
    problem = replace(strewn, needs=needs, pace=pace)
    told: list[Trips] = []

    def worth(trips: Trips) -> Value:
        lengths = [length(problem, [trip]) for trip in trips]
        timed = [
            Timed(float(walk + sum(needs[at].lines for at in trip)), tuple(needs[at].due for at in trip))
            for trip, walk in zip(trips, lengths, strict=True)
        ]
        return value_of(timed, pace.pickers, sum(lengths))

    found = solve(problem, Budget(iterations=1500), seed, lambda trips, _steps: told.append(trips))
    assert worth(found) == min(map(worth, told)) == worth(told[-1])
    assert worth(found).late == 0 < worth(told[0]).late


def test_what_was_late_is_made_less_late_before_it_is_made_shorter() -> None:
    demand = Punctual(1, lambda jobs, length: Timed(float(length), tuple(Due(due=10.0 * (job + 1)) for job in jobs)))
    late, less = [Trip(1, cost=12, jobs=[0]), Trip(2, cost=9, jobs=[1])], [Trip(4, cost=11, jobs=[0]), Trip()]
    assert [demand.allows(late), demand.allows(less), demand.allows(late), demand.stricter] == [True, True, False, 2]
    assert demand.lateness(late) == (0, 2, 2.0 + 1.0)


def test_a_clock_ends_the_search() -> None:
    assert solve(shop(12), Budget(seconds=3, clock=ticking(0.1)), 1, quiet)


def test_an_empty_pool_has_no_trips() -> None:
    assert solve(shop(0), Budget(iterations=10), 1, quiet) == []


def test_needs_of_different_groups_never_share_a_trip() -> None:
    problem = shop(24)
    problem = replace(problem, needs=[replace(need, group=at % 3) for at, need in enumerate(problem.needs)])
    for trip in solve(problem, Budget(iterations=1000), 1, quiet):
        assert len({at % 3 for at in trip}) == 1


def test_a_need_without_any_known_place_is_planned_all_the_same() -> None:
    problem = Problem(needs=[a_need(), a_need("0-5")], limits=(5,), floor=FLOOR)
    assert solve(problem, Budget(iterations=64), 1, quiet) == [[0, 1]]


def test_due_times_do_not_mix_without_a_pace_and_the_first_due_goes_first() -> None:
    problem = Problem(needs=[a_need("0-1", due=9.0), a_need("0-2", due=3.0), a_need("0-3")], limits=(5,), floor=FLOOR)
    assert solve(problem, Budget(iterations=64), 1, quiet) == [[1], [0], [2]]


def test_due_times_mix_as_long_as_nobody_is_late() -> None:
    needs = [a_need("0-1", due=900.0), a_need("0-2", due=300.0)]
    pace = Pace(pickers=1, seconds=lambda length, lines, levels: float(length + lines + 10 * levels))
    problem = Problem(needs=needs, limits=(5,), floor=FLOOR, pace=pace)
    assert solve(problem, Budget(iterations=64), 1, quiet) == [[0, 1]]
    tight = replace(problem, needs=[a_need("3-20", due=900.0), a_need("0-2", due=6.0)])
    assert solve(tight, Budget(iterations=64), 1, quiet) == [[1], [0]]


def test_one_tight_order_among_many_goes_first_when_mixing_would_make_it_late() -> None:
    far = [a_need(f"3-{18 + at % 3}", due=900.0) for at in range(9)]
    pace = Pace(pickers=1, seconds=lambda length, _lines, _levels: float(length))
    problem = Problem(needs=[a_need("0-2", due=6.0), *far], limits=(5,), floor=FLOOR, pace=pace)
    found = solve(problem, Budget(iterations=256), 1, quiet)
    assert found[0] == [0]
    assert sorted(at for trip in found for at in trip) == list(range(10))


def test_a_search_with_many_empty_trips_in_hand_keeps_every_job() -> None:
    hand = Hand(a_pool(1 << 3, 1 << 70), [[0], [1], *([] for _ in range(20))], 1)
    for _ in range(400):
        hand.ruin(1.0)
    assert sorted(job for trip in hand.found() for job in trip) == [0, 1]


def test_trips_are_worked_by_whoever_is_free_first() -> None:
    trips = [Timed(5, (Due(),)), Timed(3, (Due(release=4),)), Timed(1, (Due(),))]
    assert ends_of(trips, 2) == [5, 7, 6]
    assert value_of([Timed(5, (Due(due=4, urgent=True), Due(due=5)))], 1, 70) == Value(1, 1, 1.0, 70)


def test_a_late_trip_is_moved_where_it_hurts_less() -> None:
    hopeless, fine, also = (Timed(9, (Due(due=2),)), Timed(3, (Due(due=3),)), Timed(2, (Due(due=5),)))
    assert sequence_of([hopeless, fine, also], 1) == [1, 2, 0]
    assert sequence_of([also, fine], 1) == [1, 0]
    urgent = Timed(9, (Due(due=20), Due(due=2, urgent=True, priority=9)))
    assert sequence_of([hopeless, fine, also, urgent], 1) == [3, 2, 1, 0]
    assert sequence_of([Timed(1, (Due(due=1),)), urgent], 1) == [1, 0]


def test_a_large_pool_is_worked_in_pieces() -> None:
    problem = shop(601)
    told: list[int] = []
    found = solve(problem, Budget(iterations=200), 1, lambda trips, _: told.append(len(trips)))
    assert sorted(at for trip in found for at in trip) == list(range(601))
    assert len(told) > 1
    assert length(problem, found) < length(problem, [list(range(at, min(at + 3, 601))) for at in range(0, 601, 3)])


def test_a_floor_of_ways_is_planned_on_too() -> None:
    ways = [("home", "a", 5), ("home", "b", 5), ("a", "c", 1), ("b", "d", 1)]
    floor = NetworkFloor(Network([*ways, *((b, a, way) for a, b, way in ways)]), ("home", "home"))
    needs = [a_need("a"), a_need("b"), a_need("c"), a_need("d")]
    found = solve(Problem(needs=needs, limits=(2,), floor=floor), Budget(iterations=300), 1, quiet)
    assert found == [[0, 2], [1, 3]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(1, 3)), min_size=1, max_size=9), st.data())
def test_every_need_is_on_one_trip_and_no_cart_is_overfull(
    places: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    needs = [a_need(f"{x}-{y}", load=load) for x, y, load in places]
    limit = data.draw(st.integers(3, 7))
    problem = Problem(needs=needs, limits=(limit,), floor=FLOOR)
    trips = solve(problem, Budget(iterations=256), data.draw(st.integers(0, 5)), quiet)
    assert sorted(at for trip in trips for at in trip) == list(range(len(needs)))
    assert all(sum(needs[at].load[0] for at in trip) <= limit for trip in trips)


@pytest.mark.parametrize("limit", [0, 1])
def test_a_dimension_without_room_takes_only_what_needs_none(limit: int) -> None:
    needs = [Need(codes=("0-1",), load=(1, 0)), Need(codes=("0-2",), load=(1, 0))]
    problem = Problem(needs=needs, limits=(2, limit), floor=FLOOR)
    assert solve(problem, Budget(iterations=64), 1, quiet) == [[0, 1]]
