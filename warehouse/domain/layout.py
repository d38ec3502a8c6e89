"""The building: bins and where they stand, aisles, cross aisles, stations and ways, and the natural order of codes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from warehouse.domain.codes import BinKind

_PARTS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A storage location; lengths are millimetres, `blocked` is the reason why nothing may be picked from it."""

    code: str
    zone: str = ""
    aisle: str = ""
    bay: str = ""
    side: str = ""
    level: str = ""
    position: str = ""
    x_mm: int | None = None
    y_mm: int | None = None
    walk_sequence: int | None = None
    kind: BinKind = BinKind.PICK_FACE
    blocked: str | None = None

    @property
    def pickable(self) -> bool:
        """Whether units may be picked from here."""
        return self.kind is BinKind.PICK_FACE and self.blocked is None


class OneWay(StrEnum):
    """The only direction an aisle may be walked in: `up` is towards larger y."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aisle:
    """A way along y at `x_mm`; bins name it by its code. `blocked` is the reason why nobody gets through for now."""

    code: str
    x_mm: int
    zone: str = ""
    one_way: OneWay | None = None
    blocked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossAisle:
    """A way along x at `y_mm`, across all aisles."""

    code: str
    y_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A place where trips start or end; on a cross aisle, or a node of the graph by its code."""

    code: str
    x_mm: int
    y_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A way of known length between two places of a building that is not rectangular: bins, stations or corners."""

    a: str
    b: str
    distance_mm: int
    one_way: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All bins by code, where a trip starts and ends, and what is known of the ways between.

    `start` and `end` name stations (or nodes of `edges`); where they are empty, the trip starts at the depot's point
    and ends where it started.
    """

    bins: Mapping[str, Bin] = field(default_factory=dict)
    depot_x_mm: int = 0
    depot_y_mm: int = 0
    aisles: tuple[Aisle, ...] = ()
    cross_aisles: tuple[CrossAisle, ...] = ()
    stations: tuple[Station, ...] = ()
    edges: tuple[Edge, ...] = ()
    start: str = ""
    end: str = ""

    def bin(self, code: str) -> Bin:
        """Give the bin with this code, or one without a position when the layout does not know it."""
        return self.bins.get(code) or Bin(code=code)


def layout_of(bins: Iterable[Bin], depot_x_mm: int = 0, depot_y_mm: int = 0) -> Layout:
    """Make a layout from its bins."""
    return Layout({bin_.code: bin_ for bin_ in bins}, depot_x_mm, depot_y_mm)


NaturalKey = tuple[tuple[int, int, str], ...]


def natural_key(code: str) -> NaturalKey:
    """Give a sort key that reads digits as numbers and letters without case: A9 before A10, a2 beside A2."""
    parts = _PARTS.split(code.casefold())
    return (*((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part), (-1, 0, code))


def walk_order(bins: Iterable[Bin]) -> list[Bin]:
    """Sort bins as they are walked, by walk sequence, then by code; a bin without a sequence goes last, never lost."""
    return sorted(bins, key=walk_key)


def walk_key(bin_: Bin) -> tuple[bool, int, NaturalKey]:
    """Give the sort key of `walk_order`."""
    return (bin_.walk_sequence is None, bin_.walk_sequence or 0, natural_key(bin_.code))
