"""Random small floors, and the truth about them: every way measured on a graph, every order of stops tried."""

from collections.abc import Sequence
from itertools import pairwise, permutations

from hypothesis import strategies as st

from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.network import Network, corner_name, network_of


@st.composite
def grids(draw: st.DrawFn, *, rows: tuple[int, int] = (2, 4), closed: bool | None = None, barred: bool = True) -> Grid:
    xs = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=5)))
    ys = sorted(draw(st.sets(st.integers(0, 60), min_size=rows[0], max_size=rows[1])))
    corners = st.builds(Corner, st.integers(0, len(xs) - 1), st.integers(0, len(ys) - 1))
    start = draw(corners)
    end = start if closed or (closed is None and draw(st.booleans())) else draw(corners)
    walkable = [not barred or draw(st.integers(0, 3)) > 0 for _ in xs]
    if not any(walkable):
        walkable[0] = True
    return Grid(tuple(xs), tuple(ys), start, end, tuple(walkable))


def spots_of(grid: Grid, *, most: int = 6) -> st.SearchStrategy[list[Spot]]:
    columns = [column for column in range(len(grid.xs)) if grid.can_walk(column)]
    spot = st.builds(Spot, st.sampled_from(columns), st.integers(grid.ys[0], grid.ys[-1]))
    return st.lists(spot, min_size=1, max_size=most)


def names_of(spots: Sequence[Spot]) -> dict[str, Spot]:
    return {f"stop {at}": spot for at, spot in enumerate(spots)}


def way(grid: Grid, spots: Sequence[Spot], order: Sequence[int]) -> int:
    """Measure a trip on the floor's graph, blocked aisles left out."""
    network = network_of(grid, names_of(spots), {})
    return _way(network, grid, order)


def shortest_way(grid: Grid, spots: Sequence[Spot]) -> int:
    network = network_of(grid, names_of(spots), {})
    return min(_way(network, grid, order) for order in permutations(range(len(spots))))


def _way(network: Network, grid: Grid, order: Sequence[int]) -> int:
    places = [corner_name(*grid.start), *(f"stop {at}" for at in order), corner_name(*grid.end)]
    return sum(network.distances(a)[b] for a, b in pairwise(places))
