"""Stops as bits: the places that a pool of orders needs, numbered so that a trip's stops are one integer."""

from collections.abc import Iterable, Sequence

from warehouse.domain.planning.grid import Corner, Grid, Spot

_NEAR = 3


class Places:
    """Numbers places column by column; each column's highest bit stands for a corner the trip must come to.

    The stops of two orders together are the bitwise or of theirs, and how much they share is the count of common bits.
    """

    def __init__(self, grid: Grid, spots: Iterable[Spot]) -> None:
        columns: list[set[int]] = [set() for _ in grid.xs]
        for spot in spots:
            columns[spot.column].add(spot.y)
        self.grid = grid
        self.ys: list[list[int]] = [sorted(ys) for ys in columns]
        self.width = max(len(ys) for ys in columns) + 1
        self.full = (1 << self.width) - 1
        self.corner_bit = 1 << (self.width - 1)
        self.always = sum(self.corner_bit << (column * self.width) for column in {grid.start.column, grid.end.column})
        self._bit = {
            Spot(column, y): 1 << (column * self.width + at)
            for column, ys in enumerate(self.ys)
            for at, y in enumerate(ys)
        }

    def mask(self, spots: Iterable[Spot]) -> int:
        """Give the stops of a trip, or an order, as one integer."""
        mask = 0
        for spot in spots:
            mask |= self._bit[spot]
        return mask

    def around(self, mask: int) -> tuple[int, int]:
        """Give the few places before and after each of these stops in their aisles, and all places of those aisles."""
        near = aisles = 0
        for column in range(len(self.ys)):
            part = mask >> (column * self.width) & self.full
            if part:
                wider = part
                for step in range(1, _NEAR + 1):
                    wider |= part << step | part >> step
                near |= (wider & self.full) << (column * self.width)
                aisles |= self.full << (column * self.width)
        return near, aisles

    def stops(self, column: int, part: int) -> list[int]:
        """Give the ys of a column's bits, ascending, corners left out."""
        own, found = self.ys[column], []
        part &= self.full ^ self.corner_bit
        while part:
            rest = part & (part - 1)
            found.append(own[(part ^ rest).bit_length() - 1])
            part = rest
        return found

    def by_block(self, column: int) -> list[int]:
        """Give a column's bits of each block, corners left out."""
        bits = [0] * self.grid.blocks
        for at, y in enumerate(self.ys[column]):
            bits[self.grid.block_of(y)] |= 1 << at
        return bits

    def corners(self, column: int) -> list[Corner]:
        """Give the corners of this column that a trip starts or ends at."""
        return [corner for corner in (self.grid.start, self.grid.end) if corner.column == column]


def snapped(grid: Grid) -> Grid:
    """Give a like grid whose trips start and end in columns one can walk along, the nearest where they do not."""
    return Grid(grid.xs, grid.ys, _snap(grid, grid.start), _snap(grid, grid.end), grid.walkable)


def flattened(grid: Grid) -> Grid:
    """Give the grid without its inner cross aisles: quicker to reckon with, never shorter to walk."""
    low, high = grid.ys[0], grid.ys[-1]
    start = Corner(grid.start.column, round((grid.ys[grid.start.row] - low) / (high - low)))
    return Grid(grid.xs, (low, high), start, start, grid.walkable)


def _snap(grid: Grid, corner: Corner) -> Corner:
    open_columns: Sequence[int] = [column for column in range(len(grid.xs)) if grid.can_walk(column)]
    nearest = min(open_columns, key=lambda column: abs(grid.xs[column] - grid.xs[corner.column]), default=corner.column)
    return Corner(nearest, corner.row)
