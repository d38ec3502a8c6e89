"""From the ways of a shortest tour to the order in which its stops are walked.

The dynamic program gives a set of ways in which every corner but the ends has an even number, so that one line runs
through all of them (Euler; found as Hierholzer did). Stops served by walking into an aisle and back are made when the
line first comes to the corner they hang on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.domain.planning.grid import Corner, Grid
from warehouse.domain.planning.states import Move

Stop = tuple[int, int]
"""Its y, and its position in what the caller gave."""

Place = tuple[int, int]
"""A part of an aisle: column and block."""


@dataclass(frozen=True, slots=True)
class Ride:
    """How one part of an aisle is walked."""

    place: Place
    move: Move


@dataclass(frozen=True, slots=True)
class Crossing:
    """How often each cross aisle is walked between two columns."""

    left: int
    right: int
    ways: tuple[int, ...]


Piece = Ride | Crossing


def walk_pieces(grid: Grid, pieces: Iterable[Piece], stops: Mapping[Place, Sequence[Stop]]) -> tuple[int, ...]:
    """Give the stops (by position) in the order of one line through all pieces, from the start to the end."""
    net = _Net()
    for piece in pieces:
        if isinstance(piece, Crossing):
            net.cross(piece)
        else:
            net.ride(piece, stops.get(piece.place, ()))
    return tuple(net.stops_along(grid.start))


class _Net:
    """The ways of a tour as a graph: `ways` leave corners, stops hang on ways or on corners."""

    def __init__(self) -> None:
        self._ends: list[tuple[Corner, Corner]] = []
        self._on_way: list[list[int]] = []
        self._at: dict[Corner, list[int]] = {}
        self._leaving: dict[Corner, list[int]] = {}

    def cross(self, crossing: Crossing) -> None:
        for row, times in enumerate(crossing.ways):
            for _ in range(times):
                self._way(Corner(crossing.left, row), Corner(crossing.right, row), [])

    def ride(self, ride: Ride, stops: Sequence[Stop]) -> None:
        column, block = ride.place
        low, high = Corner(column, block), Corner(column, block + 1)
        found = [stop for _, stop in stops]
        match ride.move:
            case Move.PASS | Move.TWICE:
                self._way(low, high, found)
                if ride.move is Move.TWICE:
                    self._way(low, high, [])
            case Move.FROM_LOW:
                self._hang(low, found)
            case Move.FROM_HIGH:
                self._hang(high, found[::-1])
            case _:
                below = _below_gap(stops)
                self._hang(low, found[:below])
                self._hang(high, found[below:][::-1])

    def stops_along(self, start: Corner) -> list[int]:
        """Walk every way once, beginning at `start`; give the stops as they come."""
        order = self._at.pop(start, [])
        for way, reached in self._line(start):
            stops = self._on_way[way]
            order += stops if self._ends[way][1] == reached else stops[::-1]
            order += self._at.pop(reached, [])
        return order

    def _line(self, start: Corner) -> list[tuple[int, Corner]]:
        """Give one line through all ways: each way and the corner it leads to."""
        line: list[tuple[int, Corner]] = []
        trail = [(-1, start)]
        walked = [False] * len(self._ends)
        while trail:
            leaving = self._leaving.get(trail[-1][1], [])
            while leaving and walked[leaving[-1]]:
                leaving.pop()
            if leaving:
                way = leaving.pop()
                walked[way] = True
                a, b = self._ends[way]
                trail.append((way, b if trail[-1][1] == a else a))
            else:
                line.append(trail.pop())
        return line[-2::-1]

    def _way(self, a: Corner, b: Corner, stops: list[int]) -> None:
        self._leaving.setdefault(a, []).append(len(self._ends))
        self._leaving.setdefault(b, []).append(len(self._ends))
        self._ends.append((a, b))
        self._on_way.append(stops)

    def _hang(self, corner: Corner, stops: list[int]) -> None:
        self._at.setdefault(corner, []).extend(stops)


def _below_gap(stops: Sequence[Stop]) -> int:
    """Give how many stops lie below the largest gap between two neighbours."""
    return max(range(1, len(stops)), key=lambda at: stops[at][0] - stops[at - 1][0], default=0)
