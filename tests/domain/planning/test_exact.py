from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.planning.drawing import grids, shortest_way, spots_of, way
from warehouse.domain.planning.automaton import Blocks
from warehouse.domain.planning.compiled import quickest
from warehouse.domain.planning.exact import Router, Walk
from warehouse.domain.planning.fronts import PLAIN
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.one_block import OneBlock
from warehouse.domain.planning.places import Places, flattened, snapped
from warehouse.domain.planning.pool import Lengths
from warehouse.domain.planning.states import states_of

HOME = Corner(0, 0)
ONE_BLOCK = Grid((0, 5), (0, 10), HOME, HOME)


def test_there_are_as_many_states_as_the_papers_count() -> None:
    # The empty tour included: 6 for one block, 24 for two (Roodbergen & de Koster 2001: 25 with a "both" of their own).
    assert [len(states_of(height)) for height in (2, 3, 4)] == [6, 24, 112]


@settings(max_examples=2000, deadline=None)
@given(st.data())
def test_a_tour_is_as_short_as_the_best_of_all_orders(data: st.DataObject) -> None:
    grid = data.draw(grids())
    spots = data.draw(spots_of(grid, most=4))
    walk = Router(grid).walk(spots)
    assert sorted(walk.order) == list(range(len(spots)))
    assert way(grid, spots, walk.order) == walk.length == shortest_way(grid, spots)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_the_quick_lengths_are_those_of_the_tours(data: st.DataObject) -> None:
    grid = data.draw(grids(barred=False))
    spots = data.draw(spots_of(grid, most=12))
    router, places = Router(grid), Places(grid, spots)
    ways: list[Lengths] = [Blocks(places, arithmetic=PLAIN), Blocks(places, arithmetic=quickest())]
    if grid.closed and grid.blocks == 1:
        ways.append(OneBlock(places))
    for _ in range(3):
        some = data.draw(st.lists(st.sampled_from(spots), min_size=1))
        mask = places.mask(some)
        for lengths in ways:
            if data.draw(st.booleans()):
                lengths.learn(mask)
            assert lengths.cost(mask) == router.walk(some).length


@pytest.mark.parametrize("row", [0, 1])
def test_the_quick_lengths_of_long_aisles_are_those_of_the_tours(row: int) -> None:
    draw = Random(row)  # noqa: S311 - the same stops each time
    home = Corner(1, row)
    grid = Grid((0, 7, 14), (-5, 60), home, home)
    spots = [Spot(column, y) for column in range(3) for y in draw.sample(range(-5, 61), 45)]
    router, lengths = Router(grid), OneBlock(places := Places(grid, spots))
    for _ in range(300):
        some = draw.sample(spots, draw.randint(1, 25))
        assert lengths.cost(places.mask(some)) == router.walk(some).length


def test_the_quick_lengths_know_aisles_that_are_walked_twice() -> None:
    grid = Grid((0, 3, 5), (0, 22, 23, 32), HOME, HOME)
    spots = [Spot(0, 32), Spot(1, 22), Spot(1, 24), Spot(2, 0), Spot(2, 24)]
    places = Places(grid, spots)
    assert Blocks(places).cost(places.mask(spots)) == Router(grid).walk(spots).length == 78


def test_a_trip_without_stops_only_goes_from_start_to_end() -> None:
    assert Router(ONE_BLOCK).walk([]) == Walk(0, ())
    assert Router(Grid((0, 5), (0, 10), HOME, Corner(1, 1))).walk([]) == Walk(15, ())


def test_a_stop_on_both_sides_of_an_aisle_is_walked_to_once() -> None:
    assert Router(ONE_BLOCK).walk([Spot(0, 4), Spot(0, 4)]).length == 8


def test_an_aisle_is_left_where_the_largest_gap_is() -> None:
    walk = Router(Grid((0, 5, 10), (0, 100), HOME, HOME)).walk([Spot(0, 50), Spot(1, 2), Spot(1, 98), Spot(2, 50)])
    assert walk.length == 2 * 100 + 2 * 10 + 4 + 4
    assert walk.order in {(0, 2, 3, 1), (1, 3, 2, 0)}


def test_a_blocked_aisle_is_gone_round() -> None:
    grid = Grid((0, 5, 10), (0, 10), HOME, HOME, (True, False, True))
    assert Router(grid).walk([Spot(0, 9), Spot(2, 9)]).length == 40


def test_a_depot_between_aisles_is_no_way_through() -> None:
    grid = Grid((0, 3, 10), (0, 10), Corner(1, 0), Corner(1, 0), (True, False, True))
    assert Router(grid).walk([Spot(0, 9)]).length == 2 * 3 + 2 * 9
    assert snapped(grid).start == Corner(0, 0)


def test_a_flat_floor_has_no_inner_cross_aisles() -> None:
    grid = Grid((0, 3), (0, 10, 20), Corner(1, 1), Corner(0, 0))
    assert flattened(grid) == Grid((0, 3), (0, 20), Corner(1, 0), Corner(1, 0))


def test_many_nodes_are_forgotten_and_found_again() -> None:
    grid = Grid((0, 5), (0, 10, 20), HOME, HOME)
    places = Places(grid, [Spot(0, 4), Spot(1, 15)])
    lengths = Blocks(places, most_nodes=0)
    mask = places.mask([Spot(0, 4), Spot(1, 15)])
    lengths.cost(mask)
    lengths.learn(mask)
    assert lengths.cost(mask) == Router(grid).walk([Spot(0, 4), Spot(1, 15)]).length


def test_trips_that_meet_in_the_middle_are_joined_once_and_alike() -> None:
    grid = Grid((0, 5, 10), (0, 10), HOME, HOME)
    first, rest = [Spot(0, y) for y in (1, 2, 5, 6)], [Spot(1, 4), Spot(2, 7)]
    places = Places(grid, first + rest)
    lengths = Blocks(places)
    lengths.learn(places.mask([first[0], *rest]))
    for middle in first[1:3]:  # the largest gap of the first aisle is as large either way: one front, two trips
        spots = [first[0], middle, first[3], *rest]
        assert lengths.cost(places.mask(spots)) == Router(grid).walk(spots).length
