"""How a trip is walked: the shortest tour through its bins, what name order would walk, and what a change costs.

What is known of the building decides how well distances are known (`planning.ladder`); a bin without a place goes last,
is named, and adds no distance.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache

from warehouse.domain.layout import Bin, Layout, natural_key, walk_key
from warehouse.domain.planning.floors import GridFloor, Rung
from warehouse.domain.planning.ladder import floor_of


@dataclass(frozen=True, slots=True)
class Route:
    """Stops in walk order, the way in millimetres, and the stops nobody knows the place of.

    No order of these stops is shorter than `bound_mm`; where that is the way itself, the route is exact.
    """

    stops: tuple[str, ...]
    distance_mm: int
    unlocated: tuple[str, ...] = ()
    bound_mm: int = field(default=0, compare=False)

    @property
    def may_be_off(self) -> float:
        """By which part of the shortest way this one may be too long."""
        return self.distance_mm / self.bound_mm - 1 if self.bound_mm else 0.0


class FloorPlan:
    """Places and distances of one layout, computed once and reused for every trip."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.placed = floor_of(layout)
        self.walk_key = cache(lambda code: walk_key(layout.bin(code)))

    def __contains__(self, code: str) -> bool:
        return code in self.placed.floor

    @property
    def rung(self) -> Rung:
        """What is known of the building."""
        return self.placed.rung

    def between(self, start: str | None, end: str | None) -> "FloorPlan | None":
        """Give the plan for trips from one bin to another, None for their usual ends.

        None on a floor where trips begin and end at cross aisles.
        """
        floor = self.placed.floor.between(start, end)
        if floor is None:
            return None
        other = copy(self)
        other.placed = replace(self.placed, floor=floor)
        return other

    def walk(self, codes: Iterable[str], ranks: Mapping[str, int] | None = None) -> Route:
        """Route a trip; each bin is one stop, however often it is named; bins of a lower rank come first.

        Of the two directions a round trip may be walked in, it is the one that begins earlier in the walk sequence.
        """
        known, lost = self._known(codes)
        if not known:
            return Route(lost, 0, lost)
        order = [ranks.get(code, 0) for code in known] if ranks else []
        tour = self.placed.floor.route(known, order)
        stops = [known[at] for at in tour.order]
        if not order and self._turns(stops):
            stops.reverse()
        return self._route((*stops, *lost), (tour.length, tour.bound), lost)

    def by_name(self, codes: Iterable[str]) -> Route:
        """Route the same trip as a list sorted by bin name would be walked: what one compares with."""
        known, lost = self._known(codes)
        length = self.placed.floor.length(sorted(known)) if known else 0
        return self._route(tuple(sorted({*known, *lost})), (length, 0), lost)

    def as_listed(self, codes: Iterable[str]) -> Route:
        """Measure a trip in the order given, against a length no order of these stops can beat."""
        stops = tuple(dict.fromkeys(codes))
        known = [code for code in stops if code in self.placed.floor]
        length = self.placed.floor.length(known) if known else 0
        return self._route(stops, (length, self.walk(known).bound_mm), tuple(it for it in stops if it not in known))

    def _known(self, codes: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
        every = sorted(set(codes), key=self.walk_key)
        known = [code for code in every if code in self.placed.floor]
        return known, tuple(code for code in every if code not in self.placed.floor)

    def _route(self, stops: tuple[str, ...], way: tuple[int, int], lost: tuple[str, ...]) -> Route:
        measured = self.placed.measured
        return Route(stops, way[0] if measured else 0, lost, way[1] if measured else 0)

    def _turns(self, stops: Sequence[str]) -> bool:
        floor = self.placed.floor
        there_and_back = isinstance(floor, GridFloor) and floor.grid.closed and not floor.one_way
        return there_and_back and self.walk_key(stops[-1]) < self.walk_key(stops[0])


def serpentine(bins: Iterable[Bin]) -> list[Bin]:
    """Sort bins up one aisle and down the next: a walk sequence for a layout that has none.

    Bins without aisle go last, in natural order.
    """
    aisles: dict[str, list[Bin]] = {}
    for bin_ in bins:
        aisles.setdefault(bin_.aisle, []).append(bin_)
    lost = sorted(aisles.pop("", []), key=walk_key)
    walked: list[Bin] = []
    for number, aisle in enumerate(sorted(aisles, key=natural_key)):
        walked += sorted(aisles[aisle], key=_along_aisle, reverse=number % 2 == 1)
    return walked + lost


def _along_aisle(bin_: Bin) -> tuple[object, ...]:
    return (bin_.y_mm is None, bin_.y_mm or 0, natural_key(bin_.bay), natural_key(bin_.code))
