"""The floor plan as a drawing: places and lines in the units of a picture, the front of the building at its foot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from warehouse.domain.layout import Bin, Layout, natural_key
from warehouse.storage.queries.layout import FloorPlanParts

MM_A_UNIT = 20
"""The drawing is kept small in digits: one unit is two centimetres."""

HEATS = 5
_MARGIN_MM = 2200
_DEEP_MM, _WIDE_MM = 900, 1000
_OFFSET_MM = 950
_LEAST_MM = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rack:
    """All bins at one place and side; `heat` from 0 (nothing) to 5, `words` for the tip and the screen reader."""

    x: int
    y: int
    heat: int
    words: str
    stop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way from one point to another, with its code and what is wrong with it."""

    code: str
    x1: int
    y1: int
    x2: int
    y2: int
    blocked: str | None = None
    one_way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything to be drawn; `unplaced` bins have no place on it."""

    width: int
    height: int
    rack_width: int
    rack_height: int
    aisles: tuple[Line, ...]
    cross_aisles: tuple[Line, ...]
    racks: tuple[Rack, ...]
    stations: tuple[tuple[str, int, int], ...]
    walk: str
    stops: tuple[tuple[int, int, int], ...]
    unplaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to draw on the plan: a figure for each bin with its unit, and the bins of a trip in walk order."""

    figures: Mapping[str, int]
    unit: str
    walk: Sequence[str] = ()


class _Frame:
    """From millimetres to the picture."""

    def __init__(self, points: Iterable[tuple[int, int]]) -> None:
        found = list(points) or [(0, 0)]
        xs, ys = [x for x, _ in found], [y for _, y in found]
        self.left, self.top = min(xs) - _MARGIN_MM, max(*ys, min(ys) + _LEAST_MM) + _MARGIN_MM
        self.width = (max(xs) + _MARGIN_MM - self.left) // MM_A_UNIT
        self.height = (self.top - min(ys) + _MARGIN_MM) // MM_A_UNIT

    def x(self, mm: int) -> int:
        return (mm - self.left) // MM_A_UNIT

    def y(self, mm: int) -> int:
        return (self.top - mm) // MM_A_UNIT


def draw_floor(layout: Layout, parts: FloorPlanParts, wanted: Wanted) -> Picture:
    """Draw the plan; bins without a place are counted and left out."""
    x_of = {aisle.code: aisle.x_mm for aisle in layout.aisles}
    placed = {code: (x_of.get(it.aisle) if it.x_mm is None else it.x_mm, it.y_mm) for code, it in layout.bins.items()}
    at = {code: (x, y) for code, (x, y) in placed.items() if x is not None and y is not None}
    points = [*at.values(), *((it.x_mm, it.y_mm) for it in parts.stations)]
    points += [(aisle.x_mm, cross.y_mm) for aisle in parts.aisles for cross in parts.cross_aisles]
    frame = _Frame(points)
    heights = [cross.y_mm for cross in parts.cross_aisles] or sorted({y for _, y in at.values()})
    route = [at[code] for code in wanted.walk if code in at]
    home = (layout.depot_x_mm, layout.depot_y_mm)
    stands = {it.code: (it.x_mm, it.y_mm) for it in layout.stations}
    start = stands.get(layout.start, home)
    end = stands.get(layout.end, start)
    return Picture(
        width=frame.width,
        height=frame.height,
        rack_width=_DEEP_MM // MM_A_UNIT,
        rack_height=_WIDE_MM // MM_A_UNIT,
        aisles=tuple(_aisles(frame, parts, heights)),
        cross_aisles=tuple(_crossings(frame, parts)),
        racks=tuple(_racks(frame, layout, at, wanted)),
        stations=tuple((it.code, frame.x(it.x_mm), frame.y(it.y_mm)) for it in parts.stations),
        walk=_walk(frame, [start, *route, end], heights) if route else "",
        stops=tuple((number, frame.x(x), frame.y(y)) for number, (x, y) in enumerate(route, start=1)),
        unplaced=len(layout.bins) - len(at),
    )


def _aisles(frame: _Frame, parts: FloorPlanParts, heights: Sequence[int]) -> Iterable[Line]:
    for aisle in parts.aisles if heights else ():
        x = frame.x(aisle.x_mm)
        ends = {"y1": frame.y(min(heights)), "y2": frame.y(max(heights))}
        yield Line(code=aisle.code, x1=x, x2=x, **ends, blocked=aisle.blocked_reason, one_way=aisle.one_way)


def _crossings(frame: _Frame, parts: FloorPlanParts) -> Iterable[Line]:
    xs = [aisle.x_mm for aisle in parts.aisles]
    for cross in parts.cross_aisles if xs else ():
        y = frame.y(cross.y_mm)
        yield Line(code=cross.code, x1=frame.x(min(xs)), y1=y, x2=frame.x(max(xs)), y2=y)


def _racks(frame: _Frame, layout: Layout, at: Mapping[str, tuple[int, int]], wanted: Wanted) -> Iterable[Rack]:
    shelves: dict[tuple[int, int, int], list[Bin]] = {}
    for code, (x, y) in at.items():
        shelves.setdefault((x, y, _side(layout.bins[code])), []).append(layout.bins[code])
    totals = {place: sum(wanted.figures.get(it.code, 0) for it in bins) for place, bins in shelves.items()}
    most = max(totals.values(), default=0)
    for (x, y, side), bins in shelves.items():
        total = totals[x, y, side]
        codes = sorted((it.code for it in bins), key=natural_key)
        named = codes[0] if len(codes) == 1 else f"{codes[0]} to {codes[-1]}"
        yield Rack(
            x=frame.x(x + side * _OFFSET_MM - _DEEP_MM // 2),
            y=frame.y(y + _WIDE_MM // 2),
            heat=ceil(HEATS * total / most) if total > 0 else 0,
            words=f"{named}: {total} {wanted.unit}",
        )


def _side(bin_: Bin) -> int:
    return {"L": -1, "R": 1}.get(bin_.side, 0)


def _walk(frame: _Frame, stops: Sequence[tuple[int, int]], heights: Sequence[int]) -> str:
    """Give the points of the trip: along an aisle, else over the cross aisle that makes the way shortest."""
    points = [stops[0]]
    for (x1, y1), (x2, y2) in pairwise(stops):
        if x1 != x2:
            over = min(heights, key=lambda y, y1=y1, y2=y2: abs(y1 - y) + abs(y2 - y))  # type: ignore[misc]  # bound at once
            points += [(x1, over), (x2, over)]
        points.append((x2, y2))
    return " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in points)
