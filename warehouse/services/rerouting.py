"""The walk of a batch: numbered when it is made, and anew for what is left when the floor turns out otherwise.

What was picked keeps its place, the stop a picker is sent to now comes next, the rest is the shortest way from there
to where trips end; skipped stops and those behind a closed aisle come last.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, TaskState
from warehouse.domain.layout import Layout, Station, natural_key
from warehouse.domain.routing import FloorPlan, Route
from warehouse.services.actor import Request
from warehouse.services.order_states import bump_batch
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import load_layout

_HERE = "@here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute(Request):
    """The way of this batch is to be found anew."""

    batch: int


def number_tasks(session: Session, batch: int, layout: Layout) -> bool:
    """Number the tasks of a batch as they are walked; a bin is one stop. Gives whether anything changed."""
    rows = session.execute(
        select(PickTaskRow, BinRow.code, ItemRow.sku)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .join(ItemRow, ItemRow.id == PickTaskRow.item_id)
        .where(PickTaskRow.batch_id == batch)
        .order_by(PickTaskRow.stop_no, PickTaskRow.sequence, PickTaskRow.id)
    ).all()
    place = {code: stop for stop, code in enumerate(_walk(session.get_one(BatchRow, batch), rows, layout), start=1)}
    walked = sorted(
        rows, key=lambda row: (place[row[1]], natural_key(row[2]), row[0].lot_id, row[0].slot_no or 0, row[0].id)
    )
    was = [(task.id, task.stop_no) for task, _, _ in rows]
    for sequence, (task, code, _) in enumerate(walked, start=1):
        task.sequence, task.stop_no = sequence, place[code]
    session.flush()
    return was != [(task.id, task.stop_no) for task, _, _ in walked]


def reroute_batch(session: Session, request: Reroute) -> bool:
    """Find the way of what is left anew; the list changed when the way did."""
    batch = session.get_one(BatchRow, request.batch)
    if batch.state not in {BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING}:
        return False
    bins = select(BinRow.code).join(PickTaskRow, PickTaskRow.bin_id == BinRow.id)
    codes = set(session.scalars(bins.where(PickTaskRow.batch_id == batch.id)))
    if not number_tasks(session, batch.id, load_layout(session, codes)):
        return False
    bump_batch(session, batch)
    return True


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


def _walk(batch: BatchRow, rows: Sequence[AnyRow], layout: Layout) -> list[str]:
    """Give all bins of the batch in walk order."""
    left = {code for task, code, _ in rows if task.state is TaskState.OPEN}
    stand = batch.position or {}
    skipped = {code for task, code, _ in rows if task.id in stand.get("skipped", ())}
    now = next((code for task, code, _ in rows if task.id == stand.get("task") and code in left), None)
    over = list(dict.fromkeys(code for _, code, _ in rows if code not in left))
    if now is None and not over:
        return list(route_from(layout, left, skipped, None).stops)
    here = now or over[-1]
    onward = route_from(layout, left - {here}, skipped, here)
    return [*over, *([here] if here in left else []), *onward.stops]


def route_from(layout: Layout, codes: Collection[str], last: Collection[str], here: str | None) -> Route:
    """Give the shortest way through bins, from the bin `here` (None is where trips start) to where trips end.

    From a bin one leaves over any of the cross aisles; bins of `last` are walked after all others.
    """
    ranks = {code: 1 for code in codes if code in last} or None
    stand = layout.bins.get(here or "")
    x = _column(layout, stand.aisle, stand.x_mm) if stand else None
    if stand is None or x is None or stand.y_mm is None or layout.edges:
        return FloorPlan(layout).walk(codes, ranks)
    heights = [way.y_mm for way in layout.cross_aisles] or [stand.y_mm]
    ways = [(abs(stand.y_mm - y), FloorPlan(_starting(layout, x, y)).walk(codes, ranks)) for y in heights]
    return min(((route.distance_mm + access, route) for access, route in ways), key=lambda way: way[0])[1]


def _starting(layout: Layout, x: int, y: int) -> Layout:
    """Give the same building with trips that begin at a point and end where they always do."""
    home = Station(code="@home", x_mm=layout.depot_x_mm, y_mm=layout.depot_y_mm)
    stations = (*layout.stations, Station(code=_HERE, x_mm=x, y_mm=y), home)
    return replace(layout, stations=stations, start=_HERE, end=layout.end or layout.start or home.code)


def _column(layout: Layout, aisle: str, x_mm: int | None) -> int | None:
    return next((it.x_mm for it in layout.aisles if it.code == aisle), x_mm)
