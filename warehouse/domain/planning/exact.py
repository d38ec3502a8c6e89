"""The exact shortest tour on a rectangular floor, by dynamic programming over its aisles.

After Ratliff & Rosenthal (1983, one block) and Roodbergen & de Koster (2001, two blocks), for any number of blocks;
`planning.states` says what is remembered of a half-built tour. A trip may start and end at different corners: there the
number of ways is odd.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import sub

from warehouse.domain.planning.grid import Grid, Spot
from warehouse.domain.planning.states import FROM_HIGH, FROM_LOW, GAP, PASS, TWICE, States, states_of
from warehouse.domain.planning.walking import Place, Stop, Ways

_FAR = 1 << 62
MOST_CROSS_AISLES = 5
"""With more the states are too many; such floors are walked as graphs."""

_Option = tuple[int, int]
_Front = list[int]
_Reached = tuple[int, int]
"""A state and the length of the shortest half-built tour that is in it."""
_End = tuple[int, int, int]
"""Length of a tour, after how many steps it ends, and in which state."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A trip: its length, and its stops (their positions in what was given) in the order they are walked."""

    length: int
    order: tuple[int, ...]


class Router:
    """Finds exact tours on one floor."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.states = states_of(len(grid.ys), open_ends=not grid.closed)
        self._ends = {grid.start.column, grid.end.column}
        self._barred = {column for column in range(len(grid.xs)) if not grid.can_walk(column)}
        self._blocks = [(block, *ends) for block, ends in enumerate(pairwise(grid.ys))]
        # Between two cross aisles a round trip never walks an aisle twice (Ratliff & Rosenthal 1983).
        self._twice = grid.blocks > 1 or not grid.closed

    def walk(self, spots: Sequence[Spot]) -> Walk:
        """Give the shortest trip through all these places, each once; the places must be in walkable columns."""
        if not spots:
            return Walk(self.grid.length(()), ())
        stops = self._by_place(spots)
        steps, ends = self._build(stops)
        length, count, state = min(ends)
        ways, reached = Ways(len(self.grid.ys)), (state, length)
        for step in reversed(steps[:count]):
            reached = step.back(reached, ways)
        return Walk(length, tuple(ways.stops_along(self.grid.start)))

    def _by_place(self, spots: Sequence[Spot]) -> dict[Place, list[Stop]]:
        stops: dict[Place, list[Stop]] = {}
        block_of = self.grid.block_of if self.grid.blocks > 1 else None
        for at, (column, y) in enumerate(spots):
            stops.setdefault((column, block_of(y) if block_of else 0), []).append((y, at))
        for found in stops.values():
            found.sort()
        return stops

    def _build(self, stops: Mapping[Place, Sequence[Stop]]) -> tuple[list["_Step"], list[_End]]:
        """Build from left to right; a tour may end in any column from the last on that it must come to."""
        front = [0, *[_FAR] * (len(self.states) - 1)]
        steps: list[_Step] = []
        ends: list[_End] = []
        wanted = {column for column, _ in stops} | self._ends
        last = max(wanted)
        for left, column in pairwise([-1, *self._columns(wanted)]):
            own = self._steps((left, column), stops)
            for step in own:
                front = step.after(front)
            steps += own
            if column >= last:
                ends += [(front[state], len(steps), state) for state in self.states.final]
        return steps, ends

    def _steps(self, columns: tuple[int, int], stops: Mapping[Place, Sequence[Stop]]) -> list["_Step"]:
        """Give the steps from one column to the next (from -1: to the first) and along it."""
        left, column = columns
        steps: list[_Step] = []
        if left >= 0:
            steps.append(_Onward(self.states, columns, self.grid.xs[column] - self.grid.xs[left]))
        if column in self._ends:
            steps += [_Corner(table) for table in self._corners(column)]
        if column not in self._barred:
            for block, low, high in self._blocks:
                place = (column, block)
                found = stops.get(place, ())
                options = _options(low, high, [y for y, _ in found], twice=self._twice)
                steps.append(_Block(place, found, self.states.vertical[block], options))
        return steps

    def _columns(self, used: set[int]) -> list[int]:
        """Give the columns a shortest tour may walk along: those it must come to.

        Walking along any other can be changed for its neighbour without a longer way; where that one cannot be walked
        along, the next that can stands in for it.
        """
        used = set(used)
        for barred in used & self._barred:
            beside = (range(barred - 1, -1, -1), range(barred + 1, len(self.grid.xs)))
            used |= {found for side in beside if (found := next(filter(self.grid.can_walk, side), -1)) >= 0}
        return sorted(used)

    def _corners(self, column: int) -> list[list[int]]:
        start, end = self.grid.start, self.grid.end
        if start == end:
            return [self.states.corner[start.row]] if start.column == column else []
        return [self.states.odd_corner[corner.row] for corner in (start, end) if corner.column == column]


class _Corner:
    """The tour comes to a corner: each state leads to one."""

    __slots__ = ("_before", "_table")

    def __init__(self, table: Sequence[int]) -> None:
        self._table = table
        self._before: _Front = []

    def after(self, front: _Front) -> _Front:
        self._before = front
        after = [_FAR] * len(front)
        for state, cost in enumerate(front):
            after[self._table[state]] = min(after[self._table[state]], cost)
        return after

    def back(self, reached: _Reached, _ways: Ways) -> _Reached:
        state = next(it for it, cost in enumerate(self._before) if (self._table[it], cost) == reached)
        return state, reached[1]


class _Block:
    """A part of an aisle is walked in one of several ways, or not at all when nothing is wanted there."""

    __slots__ = ("_before", "_came", "_options", "_place", "_stops", "_tables")

    def __init__(
        self, place: Place, stops: Sequence[Stop], tables: Sequence[Sequence[int]], options: Sequence[_Option]
    ) -> None:
        self._place, self._stops, self._tables, self._options = place, stops, tables, options
        self._before: _Front = []
        self._came: list[tuple[int, int] | None] = []

    def after(self, front: _Front) -> _Front:
        after = [_FAR] * len(front) if self._stops else front.copy()
        came: list[tuple[int, int] | None] = [None] * len(front)
        self._before, self._came = front, came
        reached = [it for it in enumerate(front) if it[1] < _FAR]
        for move, price in self._options:
            table = self._tables[move]
            for state, cost in reached:
                length, to = cost + price, table[state]
                if length < after[to]:
                    after[to], came[to] = length, (state, move)
        return after

    def back(self, reached: _Reached, ways: Ways) -> _Reached:
        came = self._came[reached[0]]
        if came is None:
            return reached
        state, move = came
        ways.ride(self._place, move, self._stops)
        return state, self._before[state]


class _Onward:
    """The tour goes on to the next column."""

    __slots__ = ("_came", "_columns", "_states", "_width")

    def __init__(self, states: States, columns: tuple[int, int], width: int) -> None:
        self._states, self._columns, self._width = states, columns, width
        self._came: list[tuple[_Reached, tuple[int, ...]]] = []

    def after(self, front: _Front) -> _Front:
        after = [_FAR] * len(front)
        came: list[tuple[_Reached, tuple[int, ...]]] = [((0, 0), ())] * len(front)
        self._came = came
        width, onward = self._width, self._states.onward
        for state, cost in enumerate(front):
            if cost < _FAR:
                for to, number, ways in onward[state]:
                    length = cost + number * width
                    if length < after[to]:
                        after[to], came[to] = length, ((state, cost), ways)
        return after

    def back(self, reached: _Reached, ways: Ways) -> _Reached:
        before, times = self._came[reached[0]]
        ways.cross(self._columns, times)
        return before


_Step = _Corner | _Block | _Onward


def _options(low: int, high: int, ys: Sequence[int], *, twice: bool) -> list[_Option]:
    """Give the moves that serve the stops at `ys` (ascending) between two cross aisles, and what each costs."""
    options = [(PASS, high - low), (TWICE, 2 * (high - low))] if twice else [(PASS, high - low)]
    if ys:
        options += ((FROM_LOW, 2 * (ys[-1] - low)), (FROM_HIGH, 2 * (high - ys[0])))
    if len(ys) > 1:  # there is no gap to leave out around a single stop
        options.append((GAP, 2 * (high - low - max(map(sub, ys[1:], ys)))))
    return options
