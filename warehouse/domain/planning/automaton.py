"""The length of the shortest trip between many cross aisles, by a dynamic program that remembers what it has met.

The program goes from column to column; where it stands is a front: the shortest half-built tour of each state
(`planning.states`). Fronts that differ by a constant are one *node*; what a column's stops make of a node is another
node and a constant, reckoned once. Trips that share their first columns share their nodes, and trips that differed
long ago soon meet in the same node again, so most steps are a look into a dictionary. The same is done from the last
column backwards for the trips a search holds in hand (`learn`): when one order comes or goes, only the columns it
touches are reckoned anew, between a known front and a known back.
"""

from collections.abc import Sequence
from itertools import pairwise

from warehouse.domain.planning.places import Places
from warehouse.domain.planning.pool import Temper
from warehouse.domain.planning.states import FROM_HIGH, FROM_LOW, GAP, PASS, TWICE, States, states_of

_FAR = 1 << 60
_MOST_NODES = 60_000
_Vector = list[int]
_Options = list[tuple[int, list[int]]]


class _Node:
    """A front, or a back, after `column`, less its least value; `step` knows what each next column makes of it.

    `ahead` is the front as it arrives at later columns, `end` what it still costs when its tour ends here.
    """

    __slots__ = ("ahead", "column", "end", "number", "step", "vector")

    def __init__(self, column: int, vector: _Vector, number: int, end: int) -> None:
        self.column, self.vector, self.number, self.end = column, vector, number, end
        self.step: dict[int, tuple[_Node, int]] = {}
        self.ahead: dict[int, _Vector] = {}


class Blocks:
    """Lengths of trips on a floor with any number of cross aisles."""

    temper = Temper(hot=0.02, cold=0.001, ruins=0.3, partners=32, tried=4)

    def __init__(self, places: Places, most_nodes: int = _MOST_NODES) -> None:
        self.places, self._most_nodes = places, most_nodes
        grid = places.grid
        self._states: States = states_of(len(grid.ys), open_ends=not grid.closed)
        self._shifts = [(column * places.width, column << places.width) for column in range(len(grid.xs))]
        self._forget()

    def around(self, mask: int) -> tuple[int, int]:
        """Give the places near these stops, and those of their aisles."""
        return self.places.around(mask)

    def learn(self, mask: int) -> None:
        """Expect trips that differ from this one by an order or two."""
        if len(self._fronts) > self._most_nodes:
            self._forget()
        node = self._last
        for key in reversed(self._keys(mask)):
            node = (node.step.get(key) or self._step_back(node, key))[0]

    def cost(self, mask: int) -> int:
        """Give the length of the shortest trip through these stops."""
        keys = self._keys(mask)
        node, total, done = self._first, 0, 0
        for key in keys:
            step = node.step.get(key)
            if step is None:
                break
            node, total, done = step[0], total + step[1], done + 1
        back, until = self._last, len(keys)
        while until > done + 1:
            step = back.step.get(keys[until - 1])
            if step is None:
                break
            back, total, until = step[0], total + step[1], until - 1
        for key in keys[done:until]:
            node, more = node.step.get(key) or self._step_on(node, key)
            total += more
        return total + (node.end if back is self._last else self._join(node, back))

    def _forget(self) -> None:
        start = [0, *[_FAR] * (len(self._states) - 1)]
        self._fronts: dict[tuple[int, ...], _Node] = {}
        self._backs: dict[tuple[int, ...], _Node] = {}
        self._joins: dict[tuple[int, int], int] = {}
        self._moves: dict[int, list[tuple[bool, _Options]]] = {}
        self._first, self._last = _Node(-1, start, -1, 0), _Node(-1, [], -1, 0)

    def _keys(self, mask: int) -> list[int]:
        mask |= self.places.always
        full = self.places.full
        return [part | column for shift, column in self._shifts if (part := mask >> shift & full)]

    def _step_on(self, node: _Node, key: int) -> tuple[_Node, int]:
        column, part = key >> self.places.width, key & self.places.full
        front = self._at(node, column)
        for table in self._anchors(column, part):
            front = _mapped(front, table)
        for idle, options in self._blocks(key):
            front = _walked(front, options, idle=idle)
        least = min(front)
        vector = [cost - least if cost < _FAR else _FAR for cost in front]
        found = self._fronts.get((column, *vector))
        if found is None:
            end = min(vector[state] for state in self._states.final)
            found = self._fronts[(column, *vector)] = _Node(column, vector, len(self._fronts), end)
        node.step[key] = found, least
        return found, least

    def _step_back(self, node: _Node, key: int) -> tuple[_Node, int]:
        column, part = key >> self.places.width, key & self.places.full
        if node.column < 0:
            back = [_FAR] * len(self._states)
            for state in self._states.final:
                back[state] = 0
        else:
            width = self._between(column, node.column)
            back = [
                min((node.vector[to] + ways * width for to, ways in on), default=_FAR) for on in self._states.horizontal
            ]
        for idle, options in reversed(self._blocks(key)):
            back = _unwalked(back, options, idle=idle)
        for table in reversed(self._anchors(column, part)):
            back = [back[to] for to in table]
        least = min(back)
        vector = [cost - least if cost < _FAR else _FAR for cost in back]
        found = self._backs.get((column, *vector))
        if found is None:
            found = self._backs[(column, *vector)] = _Node(column, vector, len(self._backs), 0)
        node.step[key] = found, least
        return found, least

    def _join(self, front: _Node, back: _Node) -> int:
        pair = (front.number, back.number)
        if pair not in self._joins:
            self._joins[pair] = min(map(int.__add__, self._at(front, back.column), back.vector))
        return self._joins[pair]

    def _at(self, node: _Node, column: int) -> _Vector:
        """Give a front as it arrives at a later column."""
        front = node.ahead.get(column)
        if front is None:
            front = self._onward(node.vector, self._between(node.column, column)) if node.column >= 0 else node.vector
            node.ahead[column] = front
        return front

    def _between(self, left: int, right: int) -> int:
        return self.places.grid.xs[right] - self.places.grid.xs[left]

    def _onward(self, front: _Vector, width: int) -> _Vector:
        after = [_FAR] * len(front)
        for cost, onward in zip(front, self._states.horizontal, strict=True):
            if cost < _FAR:
                for to, ways in onward:
                    if cost + ways * width < after[to]:  # noqa: PLR1730 `min` takes twice as long
                        after[to] = cost + ways * width
        return after

    def _anchors(self, column: int, part: int) -> list[list[int]]:
        if not part & self.places.corner_bit:
            return []
        grid = self.places.grid
        if grid.closed:
            return [self._states.corner[grid.start.row]]
        return [self._states.odd_corner[corner.row] for corner in self.places.corners(column)]

    def _blocks(self, key: int) -> list[tuple[bool, _Options]]:
        """Give for each block of a column whether it may be left out, and the moves that serve its stops."""
        found = self._moves.get(key)
        if found is None:
            column, part = key >> self.places.width, key & self.places.full
            stops: list[list[int]] = [[] for _ in range(self.places.grid.blocks)]
            for y in self.places.stops(column, part):
                stops[self.places.grid.block_of(y)].append(y)
            found = [(not ys, self._options(block, ys)) for block, ys in enumerate(stops)]
            self._moves[key] = found
        return found

    def _options(self, block: int, ys: Sequence[int]) -> _Options:
        low, high = self.places.grid.ys[block : block + 2]
        tables = self._states.vertical[block]
        options = [(high - low, tables[PASS]), (2 * (high - low), tables[TWICE])]
        if ys:
            from_low, from_high = 2 * (ys[-1] - low), 2 * (high - ys[0])
            options += [(from_low, tables[FROM_LOW]), (from_high, tables[FROM_HIGH])]
        if len(ys) > 1:  # there is no gap to leave out around a single stop
            gap = 2 * (high - low - max(b - a for a, b in pairwise(ys)))
            options.append((gap, tables[GAP]))
        return options


def _mapped(front: _Vector, table: Sequence[int]) -> _Vector:
    after = [_FAR] * len(front)
    for cost, to in zip(front, table, strict=True):
        after[to] = min(after[to], cost)
    return after


def _walked(front: _Vector, options: _Options, *, idle: bool) -> _Vector:
    after = front[:] if idle else [_FAR] * len(front)
    for price, table in options:
        for to, cost in zip(table, front, strict=True):
            if cost + price < after[to]:  # noqa: PLR1730 as above
                after[to] = cost + price
    return after


def _unwalked(back: _Vector, options: _Options, *, idle: bool) -> _Vector:
    """Give what it costs to go on from each state before a block, from what it costs after it."""
    before = back[:] if idle else [_FAR] * len(back)
    for price, table in options:
        for state, to in enumerate(table):
            if back[to] + price < before[state]:  # noqa: PLR1730 as above
                before[state] = back[to] + price
    return before
