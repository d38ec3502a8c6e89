"""The length of the shortest trip between many cross aisles, by a dynamic program that remembers what it has met.

The program goes from column to column; where it stands is a front: the shortest half-built tour of each state
(`planning.states`). Fronts that differ by a constant are one *node*; what a column's stops make of a node is another
node and a constant, reckoned once. Trips that share their first columns share their nodes, and trips that differed
long ago soon meet in the same node again, so most steps are a look into a dictionary. The same is done from the last
column backwards for the trips a search holds in hand (`learn`): when one order comes or goes, only the columns it
touches are reckoned anew, between a known front and a known back.
"""

from collections.abc import Hashable, Sequence
from operator import sub

from warehouse.domain.planning.compiled import quickest
from warehouse.domain.planning.fronts import BY, FAR, IDLE, WANTED, Arithmetic, Moves, Vector
from warehouse.domain.planning.places import Places
from warehouse.domain.planning.pool import Temper
from warehouse.domain.planning.states import FROM_HIGH, FROM_LOW, GAP, MOVES, PASS, TWICE, States, states_of

_MOST_NODES = 60_000
_Row = tuple[int, int, int]


class _Node:
    """A front, or a back, after `column`, less its least value; `step` knows what each next column makes of it.

    `ahead` is the front as it arrives at later columns, `end` what it still costs when its tour ends here.
    """

    __slots__ = ("ahead", "column", "end", "number", "step", "vector")

    def __init__(self, column: int, vector: Vector, number: int, end: int) -> None:
        self.column, self.vector, self.number, self.end = column, vector, number, end
        self.step: dict[int, tuple[_Node, int]] = {}
        self.ahead: dict[int, Vector] = {}


class Blocks:
    """Lengths of trips on a floor with any number of cross aisles."""

    temper = Temper(hot=0.02, cold=0.001, ruins=0.3, partners=32, tried=4)

    def __init__(self, places: Places, most_nodes: int = _MOST_NODES, arithmetic: Arithmetic | None = None) -> None:
        self.places, self._most_nodes = places, most_nodes
        grid = places.grid
        self._states: States = states_of(len(grid.ys), open_ends=not grid.closed)
        self._reckon = arithmetic or quickest()
        self._tables = self._reckon.numbers(_tables(self._states))
        self._ways = self._reckon.numbers(self._states.horizontal)
        self._far = self._reckon.numbers([FAR] * len(self._states))
        self._bits = [places.by_block(column) for column in range(len(grid.xs))]
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
        start = self._far.copy()
        start[0] = 0
        self._fronts: dict[tuple[int, Hashable], _Node] = {}
        self._backs: dict[tuple[int, Hashable], _Node] = {}
        self._joins: dict[tuple[int, int], int] = {}
        self._moves: dict[int, tuple[Moves, Moves]] = {}
        self._along: dict[tuple[int, int, int], list[_Row]] = {}
        self._first, self._last = _Node(-1, start, -1, 0), _Node(-1, None, -1, 0)

    def _keys(self, mask: int) -> list[int]:
        mask |= self.places.always
        full = self.places.full
        return [part | column for shift, column in self._shifts if (part := mask >> shift & full)]

    def _step_on(self, node: _Node, key: int) -> tuple[_Node, int]:
        column = key >> self.places.width
        front = self._reckon.walked(self._at(node, column), self._moves_of(key)[0], self._tables, self._far)
        least = self._reckon.lowered(front)
        name = column, self._reckon.name(front)
        found = self._fronts.get(name)
        if found is None:
            end = min(int(front[state]) for state in self._states.final)
            found = self._fronts[name] = _Node(column, front, len(self._fronts), end)
        node.step[key] = found, least
        return found, least

    def _step_back(self, node: _Node, key: int) -> tuple[_Node, int]:
        column = key >> self.places.width
        if node.column < 0:
            back = self._far.copy()
            for state in self._states.final:
                back[state] = 0
        else:
            back = self._reckon.unonward(node.vector, self._ways, self._between(column, node.column), self._far)
        back = self._reckon.unwalked(back, self._moves_of(key)[1], self._tables, self._far)
        least = self._reckon.lowered(back)
        name = column, self._reckon.name(back)
        found = self._backs.get(name)
        if found is None:
            found = self._backs[name] = _Node(column, back, len(self._backs), 0)
        node.step[key] = found, least
        return found, least

    def _join(self, front: _Node, back: _Node) -> int:
        pair = (front.number, back.number)
        if pair not in self._joins:
            self._joins[pair] = self._reckon.joined(self._at(front, back.column), back.vector)
        return self._joins[pair]

    def _at(self, node: _Node, column: int) -> Vector:
        """Give a front as it arrives at a later column."""
        if node.column < 0:
            return node.vector
        front = node.ahead.get(column)
        if front is None:
            width = self._between(node.column, column)
            front = node.ahead[column] = self._reckon.onward(node.vector, self._ways, width, self._far)
        return front

    def _between(self, left: int, right: int) -> int:
        return self.places.grid.xs[right] - self.places.grid.xs[left]

    def _moves_of(self, key: int) -> tuple[Moves, Moves]:
        """Give the moves that serve a column's stops from its first block to its last, and those the other way."""
        found = self._moves.get(key)
        if found is None:
            column, part = key >> self.places.width, key & self.places.full
            parts = [*self._corners(column, part), *self._blocks(column, part)]
            on = [row for rows in parts for row in rows]
            back = [row for rows in reversed(parts) for row in rows]
            found = self._moves[key] = self._reckon.numbers(on), self._reckon.numbers(back)
        return found

    def _corners(self, column: int, part: int) -> list[list[_Row]]:
        """Give what it takes to come to the corners a trip starts or ends at."""
        if not part & self.places.corner_bit:
            return []
        grid = self.places.grid
        corners = [grid.start] if grid.closed else self.places.corners(column)
        return [[(WANTED, 0, 0), (BY, 0, len(MOVES) * grid.blocks + corner.row)] for corner in corners]

    def _blocks(self, column: int, part: int) -> list[list[_Row]]:
        """Give the ways to walk along each block; what is wanted of one block recurs more often than of a column."""
        found = []
        for block, bits in enumerate(self._bits[column]):
            wanted = (block, column, part & bits)
            rows = self._along.get(wanted)
            if rows is None:
                rows = self._along[wanted] = self._ways_along(block, self.places.stops(column, part & bits))
            found.append(rows)
        return found

    def _ways_along(self, block: int, ys: Sequence[int]) -> list[_Row]:
        low, high = self.places.grid.ys[block : block + 2]
        first = block * len(MOVES)
        rows = [(WANTED if ys else IDLE, 0, 0), (BY, high - low, first + PASS), (BY, 2 * (high - low), first + TWICE)]
        if ys:
            rows += [(BY, 2 * (ys[-1] - low), first + FROM_LOW), (BY, 2 * (high - ys[0]), first + FROM_HIGH)]
        if len(ys) > 1:  # there is no gap to leave out around a single stop
            gap = 2 * (high - low - max(map(sub, ys[1:], ys)))
            rows.append((BY, gap, first + GAP))
        return rows


def _tables(states: States) -> list[list[int]]:
    """Give the tables of all moves block by block, then those of the corners a trip may start or end at."""
    corners = states.odd_corner if states.open_ends else states.corner
    return [*(table for moves in states.vertical for table in moves), *corners]
