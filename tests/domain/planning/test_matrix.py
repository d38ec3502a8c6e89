from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.domain.layout import OneWay
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.matrix import Matrix, bound, quick, shortest
from warehouse.domain.planning.network import Network, NetworkLengths, corner_name, network_of


def brute(matrix: Matrix) -> int:
    orders = permutations(range(len(matrix.out)))
    return min(matrix.length(order) for order in orders if matrix.ordered(order))


@st.composite
def matrices(draw: st.DrawFn, *, least: int = 1, most: int = 5, ranks: int = 2) -> Matrix:
    """Points on a plane, so that ways obey the triangle."""
    points = draw(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=least, max_size=most))
    between = [[abs(a - x) + abs(b - y) for x, y in points] for a, b in points]
    home = [x + y for x, y in points]
    order = [draw(st.integers(0, ranks)) for _ in points]
    return Matrix(between, home, home, order)


@settings(max_examples=200, deadline=None)
@given(matrices())
def test_few_stops_are_walked_exactly_and_in_the_order_of_their_ranks(matrix: Matrix) -> None:
    tour = shortest(matrix)
    assert sorted(tour.order) == list(range(len(matrix.out)))
    assert matrix.ordered(tour.order)
    assert matrix.length(tour.order) == tour.length == tour.bound == brute(matrix)


@settings(max_examples=25, deadline=None)
@given(matrices(least=12, most=14, ranks=1))
def test_many_stops_are_walked_well_and_it_is_told_how_far_off_that_may_be(matrix: Matrix) -> None:
    tour = shortest(matrix)
    assert sorted(tour.order) == list(range(len(matrix.out)))
    assert matrix.ordered(tour.order)
    assert 0 <= tour.bound <= tour.length == matrix.length(tour.order)


@settings(max_examples=100, deadline=None)
@given(matrices(least=2, ranks=0))
def test_no_tour_beats_the_bound_and_the_quick_one_is_a_tour(matrix: Matrix) -> None:
    assert bound(matrix) <= brute(matrix) <= matrix.length(quick(matrix))


def test_ways_are_the_shortest_and_what_cannot_be_reached_is_far() -> None:
    network = Network([("a", "b", 2), ("b", "c", 3), ("a", "c", 9)])
    assert network.distances("a") == {"a": 0, "b": 2, "c": 5}
    matrix = network.matrix(["b", "c"], ("a", "c"))
    assert (matrix.length([0, 1]), matrix.length([1, 0]) > 10**9) == (5, True)
    assert ("c" in network, "d" in network) == (True, False)


def test_a_one_way_aisle_is_walked_its_way_only() -> None:
    grid = Grid((0, 5), (0, 10), Corner(0, 0), Corner(0, 0), (True, True))
    ends = (corner_name(0, 0), corner_name(0, 0))
    spots = {"a": Spot(1, 2)}
    lengths = {
        way: shortest(network_of(grid, spots, {1: way} if way else {}).matrix(["a"], ends)).length
        for way in (None, OneWay.UP, OneWay.DOWN)
    }
    assert lengths == {None: 14, OneWay.UP: 30, OneWay.DOWN: 30}


def test_a_search_over_a_network_knows_its_lengths() -> None:
    network = Network([("home", "a", 4), ("a", "home", 4), ("a", "b", 1), ("b", "a", 1)])
    lengths = NetworkLengths(network, ["a", "b"], ("home", "home"))
    lengths.learn(1)
    assert [lengths.cost(1), lengths.cost(3), lengths.cost(3)] == [8, 10, 10]
    assert lengths.around(3) == (3, 3)
    assert lengths.temper.partners > 0
