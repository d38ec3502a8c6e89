"""From the ways of a shortest tour to the order in which its stops are walked.

The dynamic program gives a set of ways in which every corner but the ends has an even number, so that one line runs
through all of them (Euler; found as Hierholzer did). Stops served by walking into an aisle and back are made when the
line first comes to the corner they hang on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from warehouse.domain.planning.grid import Corner, Grid
from warehouse.domain.planning.states import FROM_HIGH, FROM_LOW, PASS, TWICE

_THROUGH = frozenset({PASS, TWICE})

Stop = tuple[int, int]
"""Its y, and its position in what the caller gave."""

Place = tuple[int, int]
"""A part of an aisle: column and block."""


class Ride(NamedTuple):
    """How one part of an aisle is walked, as `states` numbers it."""

    place: Place
    move: int


class Crossing(NamedTuple):
    """How often each cross aisle is walked between two columns."""

    left: int
    right: int
    ways: tuple[int, ...]


Piece = Ride | Crossing


def walk_pieces(grid: Grid, pieces: Iterable[Piece], stops: Mapping[Place, Sequence[Stop]]) -> tuple[int, ...]:
    """Give the stops (by position) in the order of one line through all pieces, from the start to the end."""
    net = _Net(len(grid.ys))
    for piece in pieces:
        if isinstance(piece, Crossing):
            net.cross(piece)
        else:
            net.ride(piece, stops.get(piece.place, ()))
    return tuple(net.stops_along(grid.start))


class _Net:
    """The ways of a tour as a graph: `ways` leave corners, stops hang on ways or on corners.

    Corners are numbered column by column; a way is known by the sum of its two corners, so that one leads to the other.
    """

    def __init__(self, height: int) -> None:
        self._height = height
        self._sums: list[int] = []
        self._on_way: dict[int, tuple[int, list[int]]] = {}
        self._at: defaultdict[int, list[int]] = defaultdict(list)
        self._leaving: defaultdict[int, list[int]] = defaultdict(list)

    def cross(self, crossing: Crossing) -> None:
        left, right = crossing.left * self._height, crossing.right * self._height
        for row, times in enumerate(crossing.ways):
            for _ in range(times):
                self._way(left + row, right + row)

    def ride(self, ride: Ride, stops: Sequence[Stop]) -> None:
        column, block = ride.place
        low = column * self._height + block
        found = [stop for _, stop in stops]
        if ride.move in _THROUGH:
            self._on_way[len(self._sums)] = low, found
            for _ in range(1 + (ride.move == TWICE)):
                self._way(low, low + 1)
        elif ride.move == FROM_LOW:
            self._at[low] += found
        elif ride.move == FROM_HIGH:
            self._at[low + 1] += found[::-1]
        else:
            below = _below_gap(stops)
            self._at[low] += found[:below]
            self._at[low + 1] += found[below:][::-1]

    def stops_along(self, start: Corner) -> list[int]:
        """Walk every way once, beginning at `start`; give the stops as they come."""
        here = start.column * self._height + start.row
        order = self._at.pop(here, [])
        for way, reached in self._line(here):
            if way in self._on_way:
                low, stops = self._on_way[way]
                order += stops if reached != low else stops[::-1]
            if reached in self._at:
                order += self._at.pop(reached)
        return order

    def _line(self, start: int) -> list[tuple[int, int]]:
        """Give one line through all ways: each way and the corner it leads to."""
        line: list[tuple[int, int]] = []
        way, here = -1, start
        trail = [(way, here)]
        walked = [False] * len(self._sums)
        while trail:
            leaving = self._leaving[here]
            while leaving and walked[leaving[-1]]:
                leaving.pop()
            if leaving:
                way = leaving.pop()
                walked[way] = True
                here = self._sums[way] - here
                trail.append((way, here))
            else:
                line.append(trail.pop())
                here = trail[-1][1] if trail else start
        return line[-2::-1]

    def _way(self, a: int, b: int) -> None:
        way = len(self._sums)
        self._leaving[a].append(way)
        self._leaving[b].append(way)
        self._sums.append(a + b)


def _below_gap(stops: Sequence[Stop]) -> int:
    """Give how many stops lie below the largest gap between two neighbours."""
    return max(range(1, len(stops)), key=lambda at: stops[at][0] - stops[at - 1][0], default=0)
