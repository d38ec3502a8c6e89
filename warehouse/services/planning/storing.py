"""The steps by which a plan is stored: the run, one batch at a time with its promises, and what could not be served."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from warehouse.domain.batching import PlannedBatch, PlannedTask
from warehouse.domain.codes import BatchState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.news import BatchChanged, BoardChanged, BoardKind
from warehouse.domain.routing import FloorPlan
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.batches.rerouting import number_tasks
from warehouse.services.batches.tasks import renew_urgency
from warehouse.services.exceptions.found_stock import settle_found
from warehouse.services.orders.states import refresh_order
from warehouse.storage.bulk import insert_rows
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, CartRow, PickTaskRow, PlanRunRow, WaveRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import BinRow, ReservationRow, StockRow
from warehouse.storage.prepared import Prepared, PreparedLookup
from warehouse.storage.queries.layout import load_layout, stops_of
from warehouse.storage.queries.wanted import wanted_units


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRun(Request):
    """One step of a run beside its batches."""

    run: int = 0
    asked: Mapping[str, Any] = field(default_factory=dict)
    wave: str | None = None
    cutoff: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartedRun:
    """The keys of a run and of the wave that was made with it, if one was."""

    run: int
    wave: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBatch(Request):
    """The orders `only` of one planned trip; `orders` and `items` are keys by order number and SKU.

    `batch` is the key of the batch that an earlier step has made for the same trip.
    """

    run: int
    wave: int | None
    planned: PlannedBatch
    orders: Mapping[str, int]
    items: Mapping[str, int]
    only: tuple[str, ...]
    cart: int | None = None
    kind: str = "pick"
    batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenumberBatch(Request):
    """The list of this batch has gaps, or is no longer one walk."""

    batch: int


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """The batch's key, None when nothing of it was still wanted, and the orders that were dropped from it.

    `changed` says that others have had a hand in it since the trip's first step: it is to be numbered anew at the end.
    """

    batch: int | None
    dropped: tuple[str, ...] = ()
    changed: bool = False


def start_run(session: Session, request: StoreRun) -> StartedRun:
    """Write down that a plan is being stored, with its wave when it was given a name.

    NotFoundError when the cart it was made for has gone: nobody knows whether its trips fit another.
    """
    cart = request.asked.get("cart")
    if cart and not session.scalar(select(CartRow.id).where(CartRow.code == cart)):
        raise NotFoundError(sentence("There is no cart {cart}.", cart=cart))
    run = PlanRunRow(request=_plain(request.asked), person_id=request.actor.person, started_at=request.at)
    session.add(run)
    wave = WaveRow(name=request.wave[:80], cutoff_at=request.cutoff, created_at=request.at) if request.wave else None
    if wave:
        session.add(wave)
    session.flush()
    return StartedRun(run.id, wave.id if wave else None)


def end_run(session: Session, request: StoreRun) -> None:
    """Write down how a run ended."""
    row = session.get_one(PlanRunRow, request.run)
    row.state, row.result, row.ended_at = "done", _plain(request.asked), request.at
    audit(session, request, "planned", f"plan_run:{row.id}", **_plain(request.asked))
    announce(session, BoardChanged(BoardKind.BATCHES))


def store_batch(session: Session, request: StoreBatch) -> StoredBatch:
    """Store a trip, or more of it: slots, tasks and promises. Orders no longer wanted as planned are dropped."""
    connection = session.connection()
    bins = _bins(connection, request)
    good, dropped = _still_wanted(connection, request, bins)
    if not good:
        return StoredBatch(request.batch, dropped)
    batch = _begun(session, request) or _new_batch(session, request)
    _store_slots(connection, request, batch.id, good)
    _store_tasks(connection, request, batch, good, bins)
    renew_urgency(session, batch)  # an order may have become urgent since it was read
    audit(session, request, "batch_planned", f"batch:{batch.id}", orders=sorted(request.orders[it] for it in good))
    for number in good:
        refresh_order(session, request, request.orders[number])
    settle_found(session, request, [request.orders[number] for number in good])
    announce(session, BatchChanged(batch=batch.id, list_version=batch.list_version, revision=batch.revision))
    return StoredBatch(batch.id, dropped, changed=batch.list_version > 1 or request.batch not in {None, batch.id})


def close_gaps(session: Session, request: RenumberBatch) -> None:
    """Number and measure a batch anew after orders were dropped from it, or others changed its list or the building."""
    batch, layout = session.get_one(BatchRow, request.batch), load_layout(session)
    number_tasks(session, batch.id, layout)
    floor, stops = FloorPlan(layout), stops_of(session, batch.id)
    batch.distance_mm = floor.as_listed(stops).distance_mm
    batch.name_order_distance_mm = floor.by_name(stops).distance_mm
    renew_urgency(session, batch)


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asked.items()}


def _bins(connection: Connection, request: StoreBatch) -> dict[str, int]:
    codes = {task.bin for task in request.planned.tasks if task.order in request.only}
    return {row.code: row.id for row in _BINS.all(connection, codes)}


def _still_wanted(
    connection: Connection, request: StoreBatch, bins: Mapping[str, int]
) -> tuple[list[str], tuple[str, ...]]:
    """Look again: does each order still want its units, and are they still free?"""
    wanted = wanted_units(connection, request.only)
    free = {(row.place_id, row.lot_id): row.free for row in _FREE.all(connection, bins.values())}
    good: list[str] = []
    for number in request.only:
        own = [task for task in request.planned.tasks if task.order == number]
        if _takes(own, wanted, free, bins):
            good.append(number)
    return good, tuple(number for number in request.only if number not in good)


def _takes(
    tasks: list[PlannedTask], wanted: dict[int, int], free: dict[tuple[int, int], int], bins: Mapping[str, int]
) -> bool:
    """Take the tasks' units out of what is wanted and free, all of them or none."""
    lines, stock = dict(wanted), dict(free)
    for task in tasks:
        place = (bins.get(task.bin, 0), int(task.lot))
        lines[task.line] = lines.get(task.line, 0) - task.quantity
        stock[place] = stock.get(place, 0) - task.quantity
        if lines[task.line] < 0 or stock[place] < 0:
            return False
    wanted.update(lines)
    free.update(stock)
    return True


def _begun(session: Session, request: StoreBatch) -> BatchRow | None:
    """Give the batch that earlier steps began; none once somebody has released or dissolved it: the rest goes apart."""
    batch = session.get_one(BatchRow, request.batch) if request.batch else None
    return batch if batch is not None and batch.state is BatchState.PLANNED else None


def _new_batch(session: Session, request: StoreBatch) -> BatchRow:
    planned = request.planned
    batch = BatchRow(
        number=str((_LATEST.all(session.connection(), {})[0].id or 0) + 1),
        wave_id=request.wave,
        plan_run_id=request.run or None,
        cutoff_at=planned.cutoff,
        priority=planned.priority,
        kind=request.kind,
        cart_id=request.cart,
        epoch=1,
        distance_mm=planned.distance_mm,
        name_order_distance_mm=planned.by_name_mm,
        created_at=request.at,
    )
    session.add(batch)
    session.flush()
    return batch


def _store_slots(connection: Connection, request: StoreBatch, batch: int, good: Collection[str]) -> None:
    totes = [tote for tote in request.planned.totes if tote.order in good]
    rows = [(batch, tote.slot, request.orders[tote.order]) for tote in totes]
    insert_rows(connection, BatchSlotRow, ("batch_id", "slot_no", "order_id"), rows)


def _store_tasks(
    connection: Connection, request: StoreBatch, batch: BatchRow, good: Collection[str], bins: Mapping[str, int]
) -> None:
    tasks = [
        (
            batch.id,
            sequence,
            task.stop,
            task.slot,
            request.orders[task.order],
            task.line,
            request.items[task.sku],
            int(task.lot),
            bins[task.bin],
            task.quantity,
            batch.list_version,
        )
        for sequence, task in enumerate(request.planned.tasks, start=1)
        if task.order in good
    ]
    insert_rows(connection, PickTaskRow, _TASK, tasks)
    # By their orders: others may have numbered what the steps before this one stored anew.
    made = _MADE.all(connection, {"batch": batch.id})
    _promise(connection, [row for row in made if row.order_id in {request.orders[number] for number in good}])


def _promise(connection: Connection, tasks: Sequence[Any]) -> None:
    promised = [(it.bin_id, it.item_id, it.lot_id, it.order_line_id, it.id, it.wanted) for it in tasks]
    insert_rows(connection, ReservationRow, _PROMISE, promised)
    _RESERVE.run(connection, [{"bin": it.bin_id, "of": it.lot_id, "units": it.wanted} for it in tasks])
    _ALLOCATE.run(connection, [{"line": it.order_line_id, "units": it.wanted} for it in tasks])


_STOCK: Table = StockRow.__table__  # type: ignore[assignment]  # declared tables are tables
_LINES: Table = OrderLineRow.__table__  # type: ignore[assignment]  # as above
_TASK = (
    *("batch_id", "sequence", "stop_no", "slot_no", "order_id", "order_line_id", "item_id", "lot_id", "bin_id"),
    *("wanted", "version"),
)
_PROMISE = ("place_id", "item_id", "lot_id", "order_line_id", "pick_task_id", "quantity")
_BINS = PreparedLookup(select(BinRow.code, BinRow.id), BinRow.code)
_FREE = PreparedLookup(
    select(StockRow.place_id, StockRow.lot_id, (StockRow.quantity - StockRow.reserved).label("free"))
    .join(BinRow, BinRow.id == StockRow.place_id)
    .where(StockRow.blocked_reason.is_(None), BinRow.blocked_reason.is_(None), BinRow.pickable),
    StockRow.place_id,
)
_LATEST = Prepared(select(func.max(BatchRow.id).label("id")))
_MADE = Prepared(
    select(
        *(PickTaskRow.id, PickTaskRow.order_id, PickTaskRow.bin_id, PickTaskRow.item_id, PickTaskRow.lot_id),
        *(PickTaskRow.order_line_id, PickTaskRow.wanted),
    )
    .where(PickTaskRow.batch_id == bindparam("batch"))
    .order_by(PickTaskRow.sequence)
)
_RESERVE = Prepared(
    update(_STOCK)
    .where(_STOCK.c.place_id == bindparam("bin"), _STOCK.c.lot_id == bindparam("of"))
    .values(reserved=_STOCK.c.reserved + bindparam("units"))
)
_ALLOCATE = Prepared(
    update(_LINES)
    .where(_LINES.c.id == bindparam("line"))
    .values(allocated=_LINES.c.allocated + bindparam("units"), backordered=0)
)
"""What is allocated now was missing before, and is backordered no longer."""
