"""The floor plan as stored: for the planner, and to be drawn."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind
from warehouse.domain.layout import Aisle, Bin, CrossAisle, Edge, Layout, OneWay, Station
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import CartRow, PickTaskRow
from warehouse.storage.models.layout import AisleRow, CrossAisleRow, DepotRow, LayoutEdgeRow, ZoneRow
from warehouse.storage.models.stock import BinRow, StockRow

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAisle:
    """An aisle with its block, if there is one."""

    code: str
    zone: str
    x_mm: int
    one_way: str
    blocked_reason: str | None
    blocked_at: datetime | None
    bins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredZone:
    """A zone and how many bins name it."""

    code: str
    name: str
    bins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStation:
    """Where trips begin, end or pass."""

    code: str
    kind: str
    x_mm: int
    y_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCart:
    """What a cart takes; None is no limit."""

    id: int
    code: str
    totes: int
    orders: int | None
    items: int | None
    lines: int | None
    volume_cm3: int | None
    weight_g: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlanParts:
    """All parts of the plan but the bins."""

    zones: tuple[StoredZone, ...]
    aisles: tuple[StoredAisle, ...]
    cross_aisles: tuple[CrossAisle, ...]
    stations: tuple[StoredStation, ...]
    ways: tuple[Edge, ...]
    carts: tuple[StoredCart, ...]


def load_layout(session: Session, only: Collection[str] | None = None) -> Layout:
    """Read the building: all bins, or those of `only`, and the ways between them."""
    found = _bins(session, only)
    aisles = tuple(
        Aisle(
            code=row.code,
            x_mm=row.x_mm,
            zone=row.zone,
            one_way=OneWay(row.one_way) if row.one_way else None,
            blocked=row.blocked_reason,
        )
        for row in session.execute(select(*_AISLE))
    )
    stations = _stations(session)
    ends = {kind: _named(stations, kind) or _named(stations, "depot") for kind in ("start", "end")}
    start = next((it for it in stations if it.code == ends["start"]), None)
    return Layout(
        bins={bin_.code: bin_ for bin_ in found},
        depot_x_mm=start.x_mm if start else 0,
        depot_y_mm=start.y_mm if start else 0,
        aisles=aisles,
        cross_aisles=_cross_aisles(session),
        stations=tuple(Station(code=it.code, x_mm=it.x_mm, y_mm=it.y_mm) for it in stations),
        edges=_ways(session),
        start=ends["start"],
        end=ends["end"] if ends["end"] != ends["start"] else "",
    )


def _named(stations: Iterable[StoredStation], kind: str) -> str:
    return next((it.code for it in stations if it.kind == kind), "")


def floor_plan(session: Session) -> FloorPlanParts:
    """Read all parts of the plan but the bins, to be listed and drawn."""
    by_aisle = dict(session.execute(select(BinRow.aisle, func.count()).group_by(BinRow.aisle)).all())
    by_zone = dict(session.execute(select(BinRow.zone, func.count()).group_by(BinRow.zone)).all())
    named = {row.code: row.name for row in session.execute(select(ZoneRow.code, ZoneRow.name))}
    return FloorPlanParts(
        zones=tuple(
            StoredZone(code=code, name=named.get(code, ""), bins=by_zone.get(code, 0))
            for code in sorted({*named, *by_zone} - {""})
        ),
        aisles=tuple(
            StoredAisle(**row._mapping, bins=by_aisle.get(row.code, 0))  # noqa: SLF001 - a row's public mapping
            for row in session.execute(select(*_AISLE, AisleRow.blocked_at))
        ),
        cross_aisles=_cross_aisles(session),
        stations=_stations(session),
        ways=_ways(session),
        carts=tuple(_cart(row) for row in session.scalars(select(CartRow).order_by(CartRow.code))),
    )


def aisles_without_plan(session: Session) -> list[str]:
    """Name the aisles that bins lie on and that nobody has drawn."""
    drawn = select(AisleRow.code)
    query = select(BinRow.aisle).where(BinRow.aisle != "", BinRow.aisle.not_in(drawn)).distinct()
    return list(session.scalars(query.order_by(BinRow.aisle)))


def units_by_bin(session: Session) -> dict[str, int]:
    """Add up what lies in each bin."""
    rows = session.execute(
        select(BinRow.code, func.sum(StockRow.quantity))
        .join(StockRow, StockRow.place_id == BinRow.id)
        .group_by(BinRow.code)
    )
    return {code: int(units or 0) for code, units in rows}


def picks_by_bin(session: Session, since: datetime) -> dict[str, int]:
    """Count how often each bin was picked from since a moment."""
    rows = session.execute(
        select(BinRow.code, func.count())
        .join(PickTaskRow, PickTaskRow.bin_id == BinRow.id)
        .where(PickTaskRow.closed_at >= since, PickTaskRow.picked > 0)
        .group_by(BinRow.code)
    )
    return dict(rows.all())


def stops_of(session: Session, batch: int) -> list[str]:
    """List the bins of a batch as they are walked."""
    query = (
        select(BinRow.code)
        .join(PickTaskRow, PickTaskRow.bin_id == BinRow.id)
        .where(PickTaskRow.batch_id == batch)
        .group_by(BinRow.code)
        .order_by(func.min(PickTaskRow.sequence))
    )
    return list(session.scalars(query))


_AISLE = (AisleRow.code, AisleRow.x_mm, AisleRow.zone, AisleRow.one_way, AisleRow.blocked_reason)
_BIN = (
    *(
        BinRow.code,
        BinRow.zone,
        BinRow.aisle,
        BinRow.bay,
        BinRow.side,
        BinRow.level,
        BinRow.position,
        BinRow.x_mm,
        BinRow.y_mm,
    ),
    *(BinRow.walk_sequence, BinRow.kind, BinRow.pickable, BinRow.blocked_reason),
)


def _bins(session: Session, only: Collection[str] | None) -> list[Bin]:
    """Read columns, not rows of the model: a large site has tens of thousands."""
    if only is None:
        return [_bin(row) for row in session.execute(select(*_BIN))]
    codes = sorted(only)
    pieces = [codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE)]
    return [_bin(row) for piece in pieces for row in session.execute(select(*_BIN).where(BinRow.code.in_(piece)))]


def _bin(row: AnyRow) -> Bin:
    code, zone, aisle, bay, side, level, position, x_mm, y_mm, walk, kind, pickable, reason = row
    return Bin(
        code=code,
        zone=zone,
        aisle=aisle,
        bay=bay,
        side=side,
        level=level,
        position=position,
        x_mm=x_mm,
        y_mm=y_mm,
        walk_sequence=walk,
        kind=BinKind(kind),
        blocked=reason if reason or pickable else "not for picking",
    )


def _cross_aisles(session: Session) -> tuple[CrossAisle, ...]:
    rows = session.execute(select(CrossAisleRow.code, CrossAisleRow.y_mm).order_by(CrossAisleRow.y_mm))
    return tuple(CrossAisle(code=code, y_mm=y_mm) for code, y_mm in rows)


def _stations(session: Session) -> tuple[StoredStation, ...]:
    rows = session.execute(select(DepotRow.code, DepotRow.kind, DepotRow.x_mm, DepotRow.y_mm).order_by(DepotRow.code))
    return tuple(StoredStation(code=code, kind=kind, x_mm=x_mm, y_mm=y_mm) for code, kind, x_mm, y_mm in rows)


def _ways(session: Session) -> tuple[Edge, ...]:
    query = select(LayoutEdgeRow).order_by(LayoutEdgeRow.from_node, LayoutEdgeRow.to_node)
    return tuple(
        Edge(a=row.from_node, b=row.to_node, distance_mm=row.distance_mm, one_way=row.one_way)
        for row in session.scalars(query)
    )


def _cart(row: CartRow) -> StoredCart:
    return StoredCart(
        id=row.id,
        code=row.code,
        totes=row.slots,
        orders=row.max_orders,
        items=row.max_items,
        lines=row.max_lines,
        volume_cm3=row.max_volume_cm3,
        weight_g=row.max_weight_g,
    )
