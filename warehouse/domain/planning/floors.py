"""A floor one can plan on: where each bin is, how long a trip through some bins is, and how they are best walked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from warehouse.domain.layout import OneWay
from warehouse.domain.planning.automaton import Blocks
from warehouse.domain.planning.exact import MOST_CROSS_AISLES, Router
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.matrix import SHAKES, Tour, shortest
from warehouse.domain.planning.network import Network, NetworkLengths, corner_name, network_of
from warehouse.domain.planning.one_block import OneBlock
from warehouse.domain.planning.places import Places, flattened, snapped
from warehouse.domain.planning.pool import Lengths

_QUICK_ROWS = 4


class Rung(StrEnum):
    """What is known of the building, best first."""

    GRAPH = "graph"
    AISLES = "aisles"
    VIRTUAL_AISLES = "virtual_aisles"
    WALK_SEQUENCE = "walk_sequence"
    NATURAL_ORDER = "natural_order"


Masks = Callable[[Iterable[str]], int]


class Floor(Protocol):
    """Places by their codes; lengths in whole units."""

    def __contains__(self, code: str) -> bool:
        """Whether a bin has a place that can be walked to."""

    def route(self, codes: Sequence[str], ranks: Sequence[int]) -> Tour:
        """Give the shortest trip through these bins that can be found; bins of a lower rank come first."""

    def length(self, codes: Sequence[str]) -> int:
        """Give the way through these bins in this order."""

    def measure(self, codes: Iterable[str], *, roughly: bool = False) -> tuple[Lengths, Masks]:
        """Give what a search over these bins needs: lengths of trips by masks, and the masks of bins.

        Bins without a place add nothing to either.
        """

    def between(self, start: str | None, end: str | None) -> "Floor | None":
        """Give the floor for trips from one bin to another, None for their usual ends; None where it cannot tell."""


@dataclass(frozen=True, slots=True)
class GridFloor:
    """A rectangular floor; `access` is the way between the ends of a trip and their cross aisles."""

    grid: Grid
    spots: Mapping[str, Spot]
    access: int = 0
    one_way: Mapping[int, OneWay] | None = None

    def __contains__(self, code: str) -> bool:
        return code in self.spots

    def route(self, codes: Sequence[str], ranks: Sequence[int]) -> Tour:
        """Walk the exact shortest trip; one-way aisles and ranks are walked over a network."""
        if not self.is_exact or len(set(ranks)) > 1:
            tour = shortest(self._network(codes).matrix(codes, self._ends, ranks))
            return Tour(tour.order, tour.length + self.access, tour.bound + self.access)
        walk = Router(self.grid).walk([self.spots[code] for code in codes])
        return Tour(walk.order, walk.length + self.access, walk.length + self.access)

    def length(self, codes: Sequence[str]) -> int:
        """Give the way through these bins in this order."""
        if not self.one_way and all(self.grid.walkable):
            return self.grid.length(self.spots[code] for code in codes) + self.access
        matrix = self._network(codes).matrix(codes, self._ends)
        return matrix.length(range(len(codes))) + self.access

    def measure(self, codes: Iterable[str], *, roughly: bool = False) -> tuple[Lengths, Masks]:
        """Reckon as if every aisle led both ways; `roughly` without inner cross aisles, which is quicker."""
        grid, spots = snapped(self.grid), self.spots
        if len(grid.ys) > _QUICK_ROWS or (roughly and len(grid.ys) > len(("front", "back"))):
            grid = flattened(grid)
        places = Places(grid, (spots[code] for code in codes if code in spots))
        lengths = OneBlock(places) if grid.blocks == 1 and grid.closed else Blocks(places)
        return lengths, lambda found: places.mask(spots[code] for code in found if code in spots)

    def between(self, start: str | None, end: str | None) -> Floor | None:
        """Trips begin and end at cross aisles here."""
        return None

    @property
    def is_exact(self) -> bool:
        """Whether trips of any number of stops are the shortest there are."""
        return not self.one_way and len(self.grid.ys) <= MOST_CROSS_AISLES

    @property
    def _ends(self) -> tuple[str, str]:
        return corner_name(*self.grid.start), corner_name(*self.grid.end)

    def _network(self, codes: Iterable[str]) -> Network:
        return network_of(self.grid, {code: self.spots[code] for code in codes}, self.one_way or {})


@dataclass(frozen=True, slots=True)
class NetworkFloor:
    """A floor of places and ways between them; the more `shakes`, the better are tours of many stops."""

    network: Network
    ends: tuple[str, str]
    shakes: int = SHAKES

    def __contains__(self, code: str) -> bool:
        return code in self.network.distances(self.ends[0])

    def route(self, codes: Sequence[str], ranks: Sequence[int]) -> Tour:
        """Walk the shortest trip that can be found, exact for few bins."""
        return shortest(self.network.matrix(codes, self.ends, ranks), self.shakes)

    def length(self, codes: Sequence[str]) -> int:
        """Give the way through these bins in this order."""
        return self.network.matrix(codes, self.ends).length(range(len(codes)))

    def measure(self, codes: Iterable[str], *, roughly: bool = False) -> tuple[Lengths, Masks]:
        """Reckon with good tours."""
        places = sorted({code for code in codes if code in self})
        at = {code: 1 << number for number, code in enumerate(places)}
        lengths = NetworkLengths(self.network, places, self.ends)
        return lengths, lambda found: sum(at[code] for code in at.keys() & set(found))

    def between(self, start: str | None, end: str | None) -> "NetworkFloor":
        """Begin and end at other places of the network; what is no place of it is as if nobody had said it."""
        first, last = (
            code if code and code in self else home for code, home in zip((start, end), self.ends, strict=True)
        )
        return replace(self, ends=(first, last))


def line_of(codes: Iterable[str]) -> GridFloor:
    """Give a floor of which only the order of its bins is known: one long aisle, walked out and back."""
    spots = {code: Spot(0, at) for at, code in enumerate(codes, start=1)}
    corner = Corner(0, 0)
    return GridFloor(Grid((0,), (0, len(spots) + 1), corner, corner), spots)
