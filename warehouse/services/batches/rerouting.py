"""The walk of a batch: numbered when it is made, and anew for what is left when the floor turns out otherwise.

What was picked keeps its place, the stop a picker is sent to comes next (before it what came in on the way there), the
rest is the shortest way on to where trips end; heavy goods first and fragile ones last where the site says so, skipped
stops and those behind a closed aisle after all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, TaskState
from warehouse.domain.layout import Layout, NaturalKey, Station, natural_key
from warehouse.domain.picking.effects import Effect, Skip
from warehouse.domain.planning.handling import Goods
from warehouse.domain.routing import FloorPlan
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.orders.states import bump_batch
from warehouse.services.scanning.groups import IncomingScan
from warehouse.services.site import load_site
from warehouse.storage.base import AnyRow
from warehouse.storage.group import stir
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import load_layout

FRESH = timedelta(seconds=60)
"""A skip that came later than this after it was made is not the picker's last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute(Request):
    """The way of this batch is to be found anew."""

    batch: int


@dataclass(frozen=True, slots=True)
class _Floor:
    """The building, and which bins of a batch come before others."""

    layout: Layout
    ranks: Mapping[str, int]

    def legs(self, codes: Collection[str], last: Collection[str]) -> list[list[str]]:
        """Cut bins into those that come one after the other: by rank, those of `last` after all."""
        by_rank = sorted({(code in last, self.ranks.get(code, 0)) for code in codes})
        return [[code for code in codes if (code in last, self.ranks.get(code, 0)) == rank] for rank in by_rank]


def number_tasks(session: Session, batch: int, layout: Layout) -> None:
    """Number the tasks of a batch as they are walked; a bin is one stop."""
    rows = _rows(session, batch)
    _number(session, rows, _walk(session.get_one(BatchRow, batch), rows, _Floor(layout, _ranks(session, rows))))


def reroute_batch(session: Session, request: Reroute) -> bool:
    """Find the way of what is left anew; the list changes only when the way does. Gives whether it did."""
    batch = session.get_one(BatchRow, request.batch)
    if batch.state not in {BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING}:
        return False
    rows = _rows(session, batch.id)
    walk = _walk(batch, rows, _Floor(load_layout(session, {row.code for row in rows}), _ranks(session, rows)))
    ahead = {row.code for row in rows if row.PickTaskRow.state is TaskState.OPEN} - _skipped(batch, rows)
    before = [code for code in dict.fromkeys(row.code for row in rows) if code in ahead]
    if before == [code for code in walk if code in ahead]:
        return False
    _number(session, rows, walk)
    bump_batch(session, batch)
    return True


class Skips:
    """Stops that were put off in a group of scans: their pickers' ways are found anew once the group is written.

    Only a skip that is the batch's last scan so far, and fresh, counts: a handheld that sends what it had kept offline
    has gone on by its old list meanwhile.
    """

    def __init__(self) -> None:
        self._last: dict[int, datetime] = {}

    def note(self, batch: int, scan: IncomingScan, effects: Sequence[Effect]) -> None:
        """Note one judged scan."""
        self._last.pop(batch, None)
        if any(isinstance(effect, Skip) for effect in effects) and abs(scan.received_at - scan.at) <= FRESH:
            self._last[batch] = scan.received_at

    def settle(self, connection: Connection) -> None:
        """Find the ways anew; called after the positions have been written."""
        noted, self._last = self._last, {}
        for batch, at in noted.items():
            stir(connection)
            with Session(connection, join_transaction_mode="rollback_only") as session:
                reroute_batch(session, Reroute(actor=SYSTEM, at=at, batch=batch))
                session.flush()


def batches_in_aisle(session: Session, aisle: str) -> list[int]:
    """List the batches on the floor that still have something to fetch from an aisle."""
    query = (
        select(PickTaskRow.batch_id)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
        .where(BinRow.aisle == aisle, PickTaskRow.state == TaskState.OPEN)
        .where(BatchRow.state.in_([BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING]))
        .distinct()
    )
    return sorted(session.scalars(query))


def _rows(session: Session, batch: int) -> Sequence[AnyRow]:
    """Read the tasks of a batch with their bins and SKUs, as they are walked now."""
    return session.execute(
        select(PickTaskRow, BinRow.code, ItemRow.sku, ItemRow.weight_g, ItemRow.fragile)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(ItemRow, ItemRow.id == PickTaskRow.item_id)
        .where(PickTaskRow.batch_id == batch)
        .order_by(PickTaskRow.stop_no, PickTaskRow.sequence, PickTaskRow.id)
    ).all()


def _number(session: Session, rows: Sequence[AnyRow], walk: Sequence[str]) -> None:
    place = {code: stop for stop, code in enumerate(walk, start=1)}
    for sequence, row in enumerate(sorted(rows, key=lambda row: (place[row.code], *_within_stop(row))), start=1):
        row.PickTaskRow.sequence, row.PickTaskRow.stop_no = sequence, place[row.code]
    session.flush()


def _within_stop(row: AnyRow) -> tuple[NaturalKey, int, int, int]:
    task = row.PickTaskRow
    return natural_key(row.sku), task.lot_id, task.slot_no or 0, task.id


def _ranks(session: Session, rows: Sequence[AnyRow]) -> Mapping[str, int]:
    """Give what of the open picks comes first and last, as the site handles heavy and fragile goods."""
    ahead = (row for row in rows if row.PickTaskRow.state is TaskState.OPEN)
    return load_site(session).trips.handling.ranks(Goods(row.code, row.weight_g, row.fragile) for row in ahead)


def _skipped(batch: BatchRow, rows: Sequence[AnyRow]) -> set[str]:
    put_off = set((batch.position or {}).get("skipped", ()))
    return {row.code for row in rows if row.PickTaskRow.id in put_off}


def _walk(batch: BatchRow, rows: Sequence[AnyRow], floor: _Floor) -> list[str]:
    """Give all bins of the batch in walk order."""
    left = {row.code for row in rows if row.PickTaskRow.state is TaskState.OPEN}
    task_now = (batch.position or {}).get("task")
    now = next((row.code for row in rows if row.PickTaskRow.id == task_now and row.code in left), None)
    over = list(dict.fromkeys(row.code for row in rows if row.code not in left))
    here = now or (over[-1] if over else None)
    sent = [*_on_the_way(batch.position or {}, rows), now] if now else []
    legs = floor.legs(left - {*sent}, _skipped(batch, rows))
    return [*over, *dict.fromkeys(sent), *stops_from(floor.layout, legs, here)]


def _on_the_way(position: Mapping[str, Any], rows: Sequence[AnyRow]) -> list[str]:
    """Give the bins of what came in before the stop a picker is sent to: who has heard of it stands there already."""
    to, skipped = position["task"], position.get("skipped", ())
    before = takewhile(lambda row: row.PickTaskRow.id != to, rows)
    onward = dropwhile(lambda row: row.code != position.get("at_bin"), before)
    fresh = (row for row in onward if row.PickTaskRow.id > to and row.PickTaskRow.id not in skipped)
    return [row.code for row in fresh if row.PickTaskRow.state is TaskState.OPEN]


def stops_from(layout: Layout, legs: Sequence[Collection[str]], here: str | None) -> tuple[str, ...]:
    """Give the shortest way through bins, from the bin `here` (None is where trips start) to where trips end.

    Bins of each leg are walked after all of the leg before it, which leads towards the first of them.
    """
    heads: list[str | None] = [None]
    for leg in reversed(legs[1:]):
        heads.insert(0, _shortest(layout, leg, (None, heads[0]))[0])
    stops: tuple[str, ...] = ()
    for leg, head in zip(legs, heads, strict=False):
        stops += _shortest(layout, leg, (stops[-1] if stops else here, head))
    return stops


def _shortest(layout: Layout, codes: Collection[str], ends: tuple[str | None, str | None]) -> tuple[str, ...]:
    """Give the way from one bin to another; None is where trips start, or end.

    Where there are cross aisles, all of them are tried at both.
    """
    floor = FloorPlan(layout)
    exactly = floor.between(*ends)
    starts, stops = (_corners(layout, code) for code in ends)
    nowhere: list[tuple[int, Station | None]] = [(0, None)]
    if not codes or exactly or not (starts or stops):
        return (exactly or floor).walk(codes).stops
    ways = [
        (away + back, FloorPlan(_between(layout, start, stop)).walk(codes))
        for away, start in starts or nowhere
        for back, stop in stops or nowhere
    ]
    return min(((route.distance_mm + access, route.stops) for access, route in ways), key=lambda way: way[0])[1]


def _corners(layout: Layout, code: str | None) -> list[tuple[int, Station]]:
    """Give where the aisle of a bin meets the cross aisles, each with how far that is."""
    bin_ = layout.bins.get(code or "")
    x = next((it.x_mm for it in layout.aisles if bin_ and it.code == bin_.aisle), bin_.x_mm if bin_ else None)
    if bin_ is None or x is None or bin_.y_mm is None:
        return []
    heights = [way.y_mm for way in layout.cross_aisles] or [bin_.y_mm]
    return [(abs(bin_.y_mm - y), Station(code=f"@{code}", x_mm=x, y_mm=y)) for y in heights]


def _between(layout: Layout, start: Station | None, end: Station | None) -> Layout:
    """Give the same building with trips that begin or end elsewhere."""
    home = Station(code="@home", x_mm=layout.depot_x_mm, y_mm=layout.depot_y_mm)
    usual = layout.start or home.code
    return replace(
        layout,
        stations=(*layout.stations, home, *(one for one in (start, end) if one is not None)),
        start=start.code if start else usual,
        end=end.code if end else layout.end or usual,
    )
