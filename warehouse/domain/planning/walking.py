"""From the ways of a shortest tour to the order in which its stops are walked.

The dynamic program gives a set of ways in which every corner but the ends has an even number, so that one line runs
through all of them (Euler; found as Hierholzer did). Stops served by walking into an aisle and back are made when the
line first comes to the corner they hang on.
"""

from collections import defaultdict
from collections.abc import Sequence

from warehouse.domain.planning.grid import Corner
from warehouse.domain.planning.states import FROM_HIGH, FROM_LOW, PASS, TWICE

_THROUGH = frozenset({PASS, TWICE})

Stop = tuple[int, int]
"""Its y, and its position in what the caller gave."""

Place = tuple[int, int]
"""A part of an aisle: column and block."""


class Ways:
    """The ways of a tour as a graph: ways leave corners, stops hang on ways or on corners.

    Corners are numbered column by column; a way is known by the sum of its two corners, so that one leads to the other.
    """

    def __init__(self, height: int) -> None:
        self._height = height
        self._sums: list[int] = []
        self._on_way: dict[int, tuple[int, list[int]]] = {}
        self._at: defaultdict[int, list[int]] = defaultdict(list)
        self._leaving: defaultdict[int, list[int]] = defaultdict(list)

    def cross(self, columns: tuple[int, int], ways: Sequence[int]) -> None:
        """Walk each cross aisle so often between two columns."""
        left, right = columns[0] * self._height, columns[1] * self._height
        for row, times in enumerate(ways):
            if times:
                self._lead(left + row, right + row, times)

    def ride(self, place: Place, move: int, stops: Sequence[Stop]) -> None:
        """Walk a part of an aisle past its stops, as `states` numbers the moves."""
        column, block = place
        low = column * self._height + block
        found = [stop for _, stop in stops]
        if move in _THROUGH:
            self._on_way[len(self._sums)] = low, found
            self._lead(low, low + 1, 2 if move == TWICE else 1)
        elif move == FROM_LOW:
            self._at[low] += found
        elif move == FROM_HIGH:
            self._at[low + 1] += found[::-1]
        else:
            below = _below_gap(stops)
            self._at[low] += found[:below]
            self._at[low + 1] += found[below:][::-1]

    def stops_along(self, start: Corner) -> list[int]:
        """Walk every way once, beginning at `start`; give the stops, by position, in the order of one such line."""
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
        trail = [(-1, start)]
        sums, leaving_of = self._sums, self._leaving
        walked = [False] * len(sums)
        while trail:
            here = trail[-1][1]
            leaving = leaving_of[here]
            while leaving:
                way = leaving.pop()
                if not walked[way]:
                    walked[way] = True
                    here = sums[way] - here
                    trail.append((way, here))
                    leaving = leaving_of[here]
            line.append(trail.pop())
        return line[-2::-1]

    def _lead(self, a: int, b: int, times: int) -> None:
        """Let so many ways lead from one corner to another."""
        from_a, from_b = self._leaving[a], self._leaving[b]
        for _ in range(times):
            from_a.append(len(self._sums))
            from_b.append(len(self._sums))
            self._sums.append(a + b)


def _below_gap(stops: Sequence[Stop]) -> int:
    """Give how many stops lie below the largest gap between two neighbours."""
    return max(range(1, len(stops)), key=lambda at: stops[at][0] - stops[at - 1][0], default=0)
