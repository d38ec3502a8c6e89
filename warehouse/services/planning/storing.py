"""The steps by which a plan is stored: the run, one batch at a time with its promises, and what could not be served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from warehouse.domain.batching import PlannedBatch, PlannedTask
from warehouse.domain.news import BatchChanged, BoardChanged, BoardKind
from warehouse.services.actor import Request, audit
from warehouse.services.batches.rerouting import number_tasks
from warehouse.services.orders.states import refresh_order
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow, PlanRunRow, WaveRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import BinRow, ReservationRow, StockRow
from warehouse.storage.queries.layout import load_layout
from warehouse.storage.queries.wanted import wanted_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRun(Request):
    """One step of a run beside its batches."""

    run: int = 0
    asked: Mapping[str, Any] = field(default_factory=dict)
    wave: str | None = None
    cutoff: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBatch(Request):
    """The orders `only` of one planned trip; `orders` and `items` are keys by order number and SKU.

    `batch` is the key of the batch that an earlier step has made for the same trip.
    """

    run: int
    planned: PlannedBatch
    orders: Mapping[str, int]
    items: Mapping[str, int]
    only: tuple[str, ...]
    cart: int | None = None
    kind: str = "pick"
    batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenumberBatch(Request):
    """The list of this batch has gaps."""

    batch: int


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """The batch's key, None when nothing of it was still wanted, and the orders that were dropped from it."""

    batch: int | None
    dropped: tuple[str, ...] = ()


def start_run(session: Session, request: StoreRun) -> int:
    """Write down that a plan is being stored, with its wave when it was given a name; the run's key is given back."""
    row = PlanRunRow(request=_plain(request.asked), person_id=request.actor.person, started_at=request.at)
    session.add(row)
    if request.wave:
        session.add(WaveRow(name=request.wave[:80], cutoff_at=request.cutoff, created_at=request.at))
    session.flush()
    return row.id


def end_run(session: Session, request: StoreRun) -> None:
    """Write down how a run ended."""
    row = session.get_one(PlanRunRow, request.run)
    row.state, row.result, row.ended_at = "done", _plain(request.asked), request.at
    audit(session, request, "planned", f"plan_run:{row.id}", **_plain(request.asked))
    announce(session, BoardChanged(BoardKind.BATCHES))


def store_batch(session: Session, request: StoreBatch) -> StoredBatch:
    """Store a trip, or more of it: slots, tasks and promises. Orders no longer wanted as planned are dropped."""
    bins = _bins(session, request)
    good, dropped = _still_wanted(session, request, bins)
    if not good:
        return StoredBatch(request.batch, dropped)
    batch = session.get_one(BatchRow, request.batch) if request.batch else _new_batch(session, request)
    slots = [
        {
            "batch_id": batch.id,
            "slot_no": tote.slot,
            "order_id": request.orders[tote.order],
            "overflow": False,
            "full": False,
        }
        for tote in request.planned.totes
        if tote.order in good
    ]
    session.execute(insert(BatchSlotRow), slots)
    _store_tasks(session, request, batch, set(good), bins)
    audit(session, request, "batch_planned", f"batch:{batch.id}", orders=sorted(request.orders[it] for it in good))
    for number in good:
        refresh_order(session, request, request.orders[number])
    announce(session, BatchChanged(batch=batch.id, list_version=batch.list_version, revision=batch.revision))
    return StoredBatch(batch.id, dropped)


def close_gaps(session: Session, request: RenumberBatch) -> None:
    """Number the tasks of a batch anew after orders were dropped from it."""
    number_tasks(session, request.batch, load_layout(session))


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asked.items()}


def _bins(session: Session, request: StoreBatch) -> dict[str, int]:
    codes = {task.bin for task in request.planned.tasks if task.order in request.only}
    rows = session.execute(select(BinRow.code, BinRow.id).where(BinRow.code.in_(codes)))
    return {row.code: row.id for row in rows}


def _still_wanted(session: Session, request: StoreBatch, bins: Mapping[str, int]) -> tuple[list[str], tuple[str, ...]]:
    """Look again: does each order still want its units, and are they still free?"""
    wanted = {
        line.line: line.quantity for order in wanted_orders(session, request.planned.orders) for line in order.lines
    }
    free = _free(session, request, bins)
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


def _free(session: Session, request: StoreBatch, bins: Mapping[str, int]) -> dict[tuple[int, int], int]:
    lots = {int(task.lot) for task in request.planned.tasks if task.order in request.only}
    rows = session.execute(
        select(StockRow.place_id, StockRow.lot_id, StockRow.quantity - StockRow.reserved).where(
            StockRow.place_id.in_(bins.values()), StockRow.lot_id.in_(lots), StockRow.blocked_reason.is_(None)
        )
    )
    return {(place, lot): free for place, lot, free in rows}


def _new_batch(session: Session, request: StoreBatch) -> BatchRow:
    planned = request.planned
    number = (session.scalar(select(func.max(BatchRow.id))) or 0) + 1
    wave = session.scalars(select(WaveRow.id).where(WaveRow.id == _wave_of(session, request.run))).first()
    batch = BatchRow(
        number=str(number),
        wave_id=wave,
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


def _wave_of(session: Session, run: int) -> int | None:
    """Give the wave that was made with this run."""
    row = session.get(PlanRunRow, run)
    if row is None or not row.request.get("wave"):
        return None
    made = select(func.max(WaveRow.id)).where(WaveRow.name == row.request["wave"][:80])
    return session.scalar(made.where(WaveRow.created_at == row.started_at))


def _store_tasks(
    session: Session, request: StoreBatch, batch: BatchRow, good: set[str], bins: Mapping[str, int]
) -> None:
    rows = [
        {
            "batch_id": batch.id,
            "sequence": sequence,
            "stop_no": task.stop,
            "slot_no": task.slot,
            "order_id": request.orders[task.order],
            "order_line_id": task.line,
            "item_id": request.items[task.sku],
            "lot_id": int(task.lot),
            "bin_id": bins[task.bin],
            "wanted": task.quantity,
            "version": batch.list_version,
        }
        for sequence, task in enumerate(request.planned.tasks, start=1)
        if task.order in good
    ]
    made = session.scalars(insert(PickTaskRow).returning(PickTaskRow.id, sort_by_parameter_order=True), rows)
    _promise(session, [{**row, "task": key} for key, row in zip(made.all(), rows, strict=True)])


def _promise(session: Session, tasks: list[dict[str, Any]]) -> None:
    session.execute(
        insert(ReservationRow),
        [
            {
                "place_id": task["bin_id"],
                "item_id": task["item_id"],
                "lot_id": task["lot_id"],
                "order_line_id": task["order_line_id"],
                "pick_task_id": task["task"],
                "quantity": task["wanted"],
            }
            for task in tasks
        ],
    )
    connection = session.connection()
    connection.execute(
        update(StockRow)
        .where(StockRow.place_id == bindparam("bin"), StockRow.lot_id == bindparam("of"))
        .values(reserved=StockRow.reserved + bindparam("units")),
        [{"bin": task["bin_id"], "of": task["lot_id"], "units": task["wanted"]} for task in tasks],
    )
    # What is allocated now was missing before, and is backordered no longer.
    connection.execute(
        update(OrderLineRow)
        .where(OrderLineRow.id == bindparam("line"))
        .values(allocated=OrderLineRow.allocated + bindparam("units"), backordered=0),
        [{"line": task["order_line_id"], "units": task["wanted"]} for task in tasks],
    )
    session.expire_all()
