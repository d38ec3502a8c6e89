"""A floor as places and ways between them: for buildings that are not rectangular, and for one-way aisles."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from warehouse.domain.layout import OneWay
from warehouse.domain.planning.grid import Grid, Spot
from warehouse.domain.planning.matrix import Matrix, quick
from warehouse.domain.planning.pool import Temper

UNREACHABLE = 1 << 50
_SHAKES = 3


class Network:
    """Shortest ways over edges (Dijkstra 1959), each start reckoned once; an edge leads from one place to another."""

    def __init__(self, edges: Iterable[tuple[str, str, int]]) -> None:
        self._ways: dict[str, list[tuple[str, int]]] = {}
        for a, b, length in edges:
            self._ways.setdefault(a, []).append((b, length))
            self._ways.setdefault(b, [])
        self._known: dict[str, dict[str, int]] = {}

    def __contains__(self, place: str) -> bool:
        return place in self._ways

    def distances(self, start: str) -> Mapping[str, int]:
        """Give the shortest ways from a place to every place that can be reached from it."""
        known = self._known.get(start)
        if known is None:
            known = self._known[start] = self._spread(start)
        return known

    def matrix(self, stops: Sequence[str], ends: tuple[str, str], ranks: Sequence[int] = ()) -> Matrix:
        """Give the ways between these stops, from the first of `ends` to them and from them to the second."""
        rows = [self.distances(stop) for stop in stops]
        out = self.distances(ends[0])
        return Matrix(
            between=[[row.get(stop, UNREACHABLE) for stop in stops] for row in rows],
            out=[out.get(stop, UNREACHABLE) for stop in stops],
            home=[row.get(ends[1], UNREACHABLE) for row in rows],
            ranks=ranks or [0] * len(stops),
        )

    def _spread(self, start: str) -> dict[str, int]:
        reached: dict[str, int] = {}
        ahead = [(0, start)]
        while ahead:
            length, place = heappop(ahead)
            if place in reached:
                continue
            reached[place] = length
            for other, way in self._ways.get(place, ()):
                heappush(ahead, (length + way, other))
        return reached


class NetworkLengths:
    """Lengths of good tours over a network, for the search; bit n of a mask is the n-th place."""

    temper = Temper(hot=0.02, cold=0.001, ruins=0.3, partners=20, tried=6)

    def __init__(self, network: Network, places: Sequence[str], ends: tuple[str, str]) -> None:
        self._network, self._places, self._ends = network, places, ends
        self._known: dict[int, int] = {}

    def cost(self, mask: int) -> int:
        """Give the length of a good trip through these stops."""
        if mask and mask not in self._known:
            stops = [place for at, place in enumerate(self._places) if mask >> at & 1]
            matrix = self._network.matrix(stops, self._ends)
            self._known[mask] = matrix.length(quick(matrix, _SHAKES))
        return self._known.get(mask, 0)

    def around(self, mask: int) -> tuple[int, int]:
        """Give the stops themselves: what is near is not known."""
        return mask, mask

    def learn(self, mask: int) -> None:
        """Expect trips like this one; here, they need no preparation."""


def network_of(grid: Grid, spots: Mapping[str, Spot], one_way: Mapping[int, OneWay]) -> Network:
    """Give a rectangular floor as a network: its corners are called `column/row`; some columns lead one way only."""
    edges: list[tuple[str, str, int]] = []
    for row in range(len(grid.ys)):
        for column in range(len(grid.xs) - 1):
            width = grid.xs[column + 1] - grid.xs[column]
            edges += _both(corner_name(column, row), corner_name(column + 1, row), width)
    own: dict[int, list[tuple[int, str]]] = {column: [] for column in range(len(grid.xs)) if grid.can_walk(column)}
    for code, spot in spots.items():
        own[spot.column].append((spot.y, code))
    for column, along in own.items():
        along += [(y, corner_name(column, row)) for row, y in enumerate(grid.ys)]
        along.sort()
        for (low, a), (high, b) in pairwise(along):
            way = one_way.get(column)
            edges += [] if way is OneWay.DOWN and high > low else [(a, b, high - low)]
            edges += [] if way is OneWay.UP and high > low else [(b, a, high - low)]
    return Network(edges)


def corner_name(column: int, row: int) -> str:
    """Name a corner of a grid in its network."""
    return f"\N{BULLET}{column}/{row}"


def _both(a: str, b: str, length: int) -> list[tuple[str, str, int]]:
    return [(a, b, length), (b, a, length)]
