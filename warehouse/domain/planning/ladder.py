"""From what is known of a building to a floor: the best rung of a ladder that places most bins.

Ways of a graph, else aisles with coordinates, else aisles guessed from the codes of the bins, else the walk sequence,
else the natural order of the codes. A bin that the rung does not place is not lost: it is walked last.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.domain.layout import Bin, Layout, OneWay, natural_key, walk_key
from warehouse.domain.planning.floors import Floor, GridFloor, NetworkFloor, Rung, line_of
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.network import Network

AISLE_PITCH_MM = 3000
BAY_PITCH_MM = 1000
DEPOT = "depot"
"""The node a trip starts at where a layout of edges names none."""
_SEPARATED = re.compile(r"[^0-9a-z]+")
_LETTERS_DIGITS = re.compile(r"([a-z]+)(\d+)")
_WITH_ZONE = 4
"""A code of so many parts begins with a zone."""

_Coordinates = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A floor, the rung it stands on, how many bins have a place, and whether lengths are millimetres or an order.

    What lies in an aisle that is closed for now has a place, though nobody is sent there.
    """

    floor: Floor
    rung: Rung
    placed: int

    @property
    def measured(self) -> bool:
        """Whether lengths mean something."""
        return self.rung in (Rung.GRAPH, Rung.AISLES, Rung.VIRTUAL_AISLES)


def floor_of(layout: Layout) -> Placed:
    """Give the floor of the first rung that places at least half of the bins one gets to."""
    behind = _behind_closed_aisles(layout)
    ahead = layout.bins.keys() - behind
    for rung, build in _RUNGS:
        floor = build(layout)
        if floor:
            placed = sum(code in floor for code in ahead)
            if 2 * placed >= len(ahead):
                return Placed(floor, rung, placed + len(behind))
    return Placed(line_of(sorted(layout.bins, key=natural_key)), Rung.NATURAL_ORDER, len(layout.bins))


def _behind_closed_aisles(layout: Layout) -> set[str]:
    closed = {aisle.code for aisle in layout.aisles if aisle.blocked is not None}
    return {code for code, bin_ in layout.bins.items() if bin_.aisle in closed}


def _graph(layout: Layout) -> Floor | None:
    if not layout.edges:
        return None
    behind = _behind_closed_aisles(layout)
    walkable = [edge for edge in layout.edges if edge.a not in behind and edge.b not in behind]
    ways = [(edge.a, edge.b, edge.distance_mm) for edge in walkable]
    ways += [(edge.b, edge.a, edge.distance_mm) for edge in walkable if not edge.one_way]
    start = layout.start or DEPOT
    return NetworkFloor(Network(ways), (start, layout.end or start))


def _aisles(layout: Layout) -> Floor | None:
    """Place bins in the aisle they name, else by their own x; aisles are those of the layout, else the bins' xs."""
    x_of = {aisle.code: aisle.x_mm for aisle in layout.aisles}
    known: _Coordinates = {}
    for code, bin_ in layout.bins.items():
        x = x_of.get(bin_.aisle, bin_.x_mm)
        if x is not None and bin_.y_mm is not None:
            known[code] = (_nearest(x, x_of.values()), bin_.y_mm)
    closed = {aisle.x_mm for aisle in layout.aisles if aisle.blocked is not None}
    one_way = {aisle.x_mm: aisle.one_way for aisle in layout.aisles if aisle.one_way}
    return _grid(layout, known, (closed, one_way)) if known else None


def _virtual_aisles(layout: Layout) -> Floor | None:
    """Place bins by aisle and bay; where codes must tell them, several bays must share an aisle to be believed."""
    parts = {code: found for code, bin_ in layout.bins.items() if (found := _aisle_and_bay(bin_))}
    aisles, bays = _ranks(aisle for aisle, _ in parts.values()), _ranks(bay for _, bay in parts.values())
    told = sum(bool(layout.bins[code].aisle and layout.bins[code].bay) for code in parts)
    if (2 * told < len(parts) and len(set(parts.values())) <= len(aisles)) or not parts:
        return None
    return _grid(
        layout,
        {code: (aisles[aisle] * AISLE_PITCH_MM, bays[bay] * BAY_PITCH_MM) for code, (aisle, bay) in parts.items()},
    )


def _walk_sequence(layout: Layout) -> Floor | None:
    known = [bin_ for bin_ in layout.bins.values() if bin_.walk_sequence is not None]
    return line_of(bin_.code for bin_ in sorted(known, key=walk_key)) if known else None


_RUNGS: tuple[tuple[Rung, Callable[[Layout], Floor | None]], ...] = (
    (Rung.GRAPH, _graph),
    (Rung.AISLES, _aisles),
    (Rung.VIRTUAL_AISLES, _virtual_aisles),
    (Rung.WALK_SEQUENCE, _walk_sequence),
)


def _aisle_and_bay(bin_: Bin) -> tuple[str, str] | None:
    if bin_.aisle and bin_.bay:
        return bin_.aisle, bin_.bay
    parts = [part for part in _SEPARATED.split(bin_.code.casefold()) if part]
    if len(parts) >= _WITH_ZONE:
        parts = [f"{parts[0]}-{parts[1]}", *parts[2:]]
    if len(parts) == 1 and (found := _LETTERS_DIGITS.fullmatch(parts[0])):
        parts = list(found.groups())
    return (parts[0], parts[1]) if len(parts) > 1 and any(it.isdecimal() for it in parts[1]) else None


def _ranks(names: Iterable[str]) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(sorted(set(names), key=natural_key), start=1)}


def _nearest(x: int, xs: Iterable[int]) -> int:
    return min(xs, key=lambda other: abs(other - x), default=x)


def _grid(layout: Layout, known: _Coordinates, rules: tuple[set[int], Mapping[int, OneWay]] = (set(), {})) -> GridFloor:
    """Lay a grid through known places; ends that stand between aisles or off the cross aisles walk to the nearest."""
    closed, one_way = rules
    start, end = _end(layout, layout.start), _end(layout, layout.end or layout.start)
    cross = sorted({way.y_mm for way in layout.cross_aisles})
    if len(cross) < len(("front", "back")):
        every = [y for _, y in known.values()] + [start[1], end[1], *cross]
        cross = [min(every), max(*every, min(every) + 1)]
    aisles = {x for x, _ in known.values()} | {aisle.x_mm for aisle in layout.aisles if layout.aisles}
    xs = sorted(aisles | {start[0], end[0]})
    column = {x: at for at, x in enumerate(xs)}
    first, last = (Corner(column[x], _nearest_row(cross, y)) for x, y in (start, end))
    grid = Grid(tuple(xs), tuple(cross), first, last, tuple(x in aisles and x not in closed for x in xs))
    spots = {
        code: Spot(column[x], min(max(y, cross[0]), cross[-1])) for code, (x, y) in known.items() if x not in closed
    }
    access = abs(start[1] - cross[first.row]) + abs(end[1] - cross[last.row])
    return GridFloor(grid, spots, access, {column[x]: way for x, way in one_way.items()})


def _nearest_row(cross: Sequence[int], y: int) -> int:
    return min(range(len(cross)), key=lambda row: abs(cross[row] - y))


def _end(layout: Layout, name: str) -> tuple[int, int]:
    station = next((it for it in layout.stations if it.code == name), None)
    return (station.x_mm, station.y_mm) if station else (layout.depot_x_mm, layout.depot_y_mm)
