"""Planning problems as files: orders on a floor, in a neutral JSON form that other planners and judges read too.

A floor is given by aisles and cross aisles with places in them, or as a graph; lengths are in any unit. A solution is a
list of batches, each with its orders and its stops in walk order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.planning.floors import Floor, GridFloor, NetworkFloor
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.network import Network
from warehouse.domain.planning.schedule import Due
from warehouse.domain.planning.solving import Need, Pace, Problem, Trips
from warehouse.domain.words import sentence, word

SCALE = 1000
"""Whole units in one unit of the file."""

_SHAKES = 800
"""Studies have the time for the best tours."""

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Amount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e9)]
Node = str | int


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Aisles(_Part):
    kind: Literal["aisles"]
    aisle_x: list[Number] = Field(min_length=1)
    cross_y: list[Number] = Field(min_length=2)
    depot: tuple[Number, Number]
    end: tuple[Number, Number] | None = None
    locations: dict[str, tuple[int, Number]]

    def floor(self) -> Floor:
        """Lay the grid; a depot between aisles gets a column of its own."""
        first, last = self.depot, self.end or self.depot
        aisles = {_whole(x) for x in self.aisle_x}
        xs = sorted(aisles | {_whole(first[0]), _whole(last[0])})
        ys = sorted({_whole(y) for y in self.cross_y})
        column = {x: at for at, x in enumerate(xs)}
        corners = [Corner(column[_whole(x)], _row(ys, _whole(y))) for x, y in (first, last)]
        grid = Grid(tuple(xs), tuple(ys), corners[0], corners[1], tuple(x in aisles for x in xs))
        return GridFloor(grid, {code: self._spot(code, column, ys) for code in self.locations})

    def _spot(self, code: str, column: Mapping[int, int], ys: Sequence[int]) -> Spot:
        aisle, y = self.locations[code]
        if not 0 <= aisle < len(self.aisle_x) or not ys[0] <= _whole(y) <= ys[-1]:
            raise InvalidInputError(
                sentence("layout.locations: {code} lies in no aisle, or beyond the cross aisles.", code=code)
            )
        return Spot(column[_whole(self.aisle_x[aisle])], _whole(y))


class _Graph(_Part):
    kind: Literal["graph"]
    edges: list[tuple[Node, Node, Amount]]
    depot: Node
    end: Node | None = None
    locations: dict[str, Node]

    def floor(self) -> Floor:
        """Make the network; places stand on its nodes."""
        ways = [(f"node {a}", f"node {b}", _whole(length)) for a, b, length in self.edges]
        ways += [(code, f"node {node}", 0) for code, node in self.locations.items()]
        start = f"node {self.depot}"
        end = start if self.end is None else f"node {self.end}"
        return NetworkFloor(Network([*ways, *((b, a, length) for a, b, length in ways)]), (start, end), _SHAKES)


class _Order(_Part):
    id: str
    lines: list[tuple[str, Amount]]
    load: dict[str, Amount] = {}
    due: Amount | None = None
    release: Amount = 0.0
    zone: str | None = None
    priority: Amount = 0

    def amount(self, dimension: str) -> float:
        """Give its load in one dimension of the cart."""
        known = {"orders": 1.0, "items": sum(quantity for _, quantity in self.lines), "lines": float(len(self.lines))}
        found = self.load.get(dimension, known.get(dimension))
        if found is None:
            raise InvalidInputError(
                sentence("orders: {id} has no load for the cart's {dimension}.", id=self.id, dimension=word(dimension))
            )
        return found


class _Rules(_Part):
    single_zone: bool = False


class _Time(_Part):
    speed: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    per_line: Amount = 0.0
    per_batch: Amount = 0.0
    pickers: Annotated[int, Field(ge=1, le=10_000)] = 1


class _Instance(_Part):
    name: str = ""
    layout: Annotated[_Aisles | _Graph, Field(discriminator="kind")]
    cart: dict[str, Amount] = {}
    orders: list[_Order]
    rules: _Rules = _Rules()
    time: _Time | None = None
    reference: dict[str, Any] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem, the ids of its orders, and those larger than a cart, which are no part of it."""

    name: str
    problem: Problem
    orders: tuple[str, ...]
    too_large: tuple[str, ...]

    def solution(self, trips: Trips) -> dict[str, Any]:
        """Give trips in the form of a solution."""
        return {"batches": [self._batch(trip) for trip in trips]}

    def _batch(self, trip: Iterable[int]) -> dict[str, Any]:
        own = list(trip)
        codes = sorted({code for at in own for code in self.problem.needs[at].codes})
        order = self.problem.floor.route(codes, ()).order if codes else ()
        return {"orders": [self.orders[at] for at in own], "stops": [codes[at] for at in order]}


def read_instance(content: bytes) -> Instance:
    """Read a problem; InvalidInputError names the field that is wrong."""
    try:
        given = _Instance.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInputError(
            sentence("{value}: {value2}.", value=".".join(map(str, first["loc"])) or "The file", value2=first["msg"])
        ) from None
    floor = given.layout.floor()
    unknown = next((code for order in given.orders for code, _ in order.lines if code not in floor), None)
    if unknown is not None:
        raise InvalidInputError(
            sentence("orders: location {unknown} is not in the layout, or cannot be walked to.", unknown=unknown)
        )
    every = [(order, _need(given, order)) for order in given.orders]
    limits = tuple(_whole(limit) for limit in given.cart.values())
    fit = [(order, need) for order, need in every if all(a <= b for a, b in zip(need.load, limits, strict=True))]
    kept = {order.id for order, _ in fit}
    problem = Problem(needs=[need for _, need in fit], limits=limits, floor=floor, pace=_pace(given.time))
    too_large = tuple(order.id for order in given.orders if order.id not in kept)
    return Instance(given.name, problem, tuple(order.id for order, _ in fit), too_large)


def _need(given: _Instance, order: _Order) -> Need:
    """Give what an order needs; without a pace nothing is late, so due times keep no orders apart."""
    return Need(
        codes=tuple(dict.fromkeys(code for code, _ in order.lines)),
        load=tuple(_whole(order.amount(dimension)) for dimension in given.cart),
        group=order.zone if given.rules.single_zone else None,
        due=Due(due=order.due, release=order.release, urgent=order.priority > 0) if given.time else Due(),
        lines=len(order.lines),
    )


def _pace(time: _Time | None) -> Pace | None:
    if time is None:
        return None
    return Pace(
        pickers=time.pickers,
        seconds=lambda length, lines, _levels: length / SCALE / time.speed + time.per_batch + time.per_line * lines,
    )


def _whole(value: float) -> int:
    return round(value * SCALE)


def _row(ys: Sequence[int], y: int) -> int:
    if y not in ys:
        raise InvalidInputError("layout.depot: it must lie on a cross aisle.")
    return ys.index(y)
