"""A rectangular floor as numbers: aisles along y, cross aisles along x, stops between them."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Spot(NamedTuple):
    """A place in an aisle: the aisle's column, and y."""

    column: int
    y: int


class Corner(NamedTuple):
    """Where a column meets a cross aisle: their numbers, both from 0."""

    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns at `xs`, cross aisles at `ys`, both ascending, in whole units of length; at least two cross aisles.

    `walkable` tells of each column whether one can walk along it: a blocked aisle cannot be, nor the column of a depot
    that stands between aisles. A trip leads from the corner `start` to the corner `end`.
    """

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    start: Corner
    end: Corner
    walkable: tuple[bool, ...] = field(default=())

    @property
    def closed(self) -> bool:
        """Whether a trip ends where it started."""
        return self.start == self.end

    @property
    def blocks(self) -> int:
        """How many parts the cross aisles divide an aisle into."""
        return len(self.ys) - 1

    def block_of(self, y: int) -> int:
        """Give the block of a place; a place on a cross aisle belongs to the block below it."""
        return min(max(bisect_left(self.ys, y) - 1, 0), self.blocks - 1)

    def can_walk(self, column: int) -> bool:
        """Whether one can walk along this column."""
        return not self.walkable or self.walkable[column]

    def distance(self, a: Spot, b: Spot) -> int:
        """Give the shortest way between two places, all aisles being walkable."""
        if a.column == b.column:
            return abs(a.y - b.y)
        return abs(self.xs[a.column] - self.xs[b.column]) + min(abs(a.y - y) + abs(b.y - y) for y in self.ys)

    def spot_of(self, corner: Corner) -> Spot:
        """Give the place of a corner."""
        return Spot(corner.column, self.ys[corner.row])

    def length(self, spots: Iterable[Spot]) -> int:
        """Give the way from the start through these places in this order to the end."""
        here, total = self.spot_of(self.start), 0
        for spot in (*spots, self.spot_of(self.end)):
            total += self.distance(here, spot)
            here = spot
        return total
