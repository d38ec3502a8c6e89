"""How far a trip is: from bin to bin along the aisles, out of the depot and back to it.

Aisles run along y and are left at their front or back end. Bins without x and y get a place from aisle and bay; a bin
with neither is named, and adds no distance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from warehouse.domain.layout import Bin, Layout, natural_key, walk_key

AISLE_PITCH_MM = 3000
BAY_PITCH_MM = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the floor, in millimetres."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Route:
    """Stops in walk order, the way in millimetres, and the stops nobody knows the place of."""

    stops: tuple[str, ...]
    distance_mm: int
    unlocated: tuple[str, ...] = ()


class FloorPlan:
    """Places and distances of one layout, computed once and reused for every trip."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.depot = Point(layout.depot_x_mm, layout.depot_y_mm)
        self._points = _points(layout)
        ys = [point.y for point in self._points.values()]
        self._front = min([self.depot.y, *ys])
        self._back = max([self.depot.y, *ys])
        self.walk_key = cache(lambda code: walk_key(layout.bin(code)))

    def walk(self, codes: Iterable[str]) -> Route:
        """Route a trip by walk sequence; each bin is one stop, however often it is named."""
        return self._route(tuple(sorted(set(codes), key=self.walk_key)))

    def by_name(self, codes: Iterable[str]) -> Route:
        """Route the same trip as a list sorted by bin name would be walked: what one compares with."""
        return self._route(tuple(sorted(set(codes))))

    def _route(self, stops: tuple[str, ...]) -> Route:
        known = [self._points[code] for code in stops if code in self._points]
        way = [self.depot, *known, self.depot]
        distance = sum(self._leg(a, b) for a, b in pairwise(way))
        return Route(stops, distance, tuple(code for code in stops if code not in self._points))

    def _leg(self, a: Point, b: Point) -> int:
        if a.x == b.x:
            return abs(a.y - b.y)
        by_front = a.y - self._front + b.y - self._front
        by_back = self._back - a.y + self._back - b.y
        return abs(a.x - b.x) + min(by_front, by_back)


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


def _points(layout: Layout) -> dict[str, Point]:
    aisles = _ranks(bin_.aisle for bin_ in layout.bins.values())
    bays = _ranks(bin_.bay for bin_ in layout.bins.values())
    points: dict[str, Point] = {}
    for code, bin_ in layout.bins.items():
        if bin_.x_mm is not None and bin_.y_mm is not None:
            points[code] = Point(bin_.x_mm, bin_.y_mm)
        elif bin_.aisle and bin_.bay:
            points[code] = Point(aisles[bin_.aisle] * AISLE_PITCH_MM, bays[bin_.bay] * BAY_PITCH_MM)
    return points


def _ranks(names: Iterable[str]) -> dict[str, int]:
    ordered = sorted({name for name in names if name}, key=natural_key)
    return {name: rank for rank, name in enumerate(ordered, start=1)}
