"""What the state of an order follows from, read by statements made once: every scan that ends an order asks for it."""

from collections.abc import Iterable

from sqlalchemy import BindParameter, Connection, bindparam, select

from warehouse.domain.codes import BatchState, CartonState, TaskState
from warehouse.domain.lifecycle import LineProgress, OrderProgress
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow
from warehouse.storage.models.packing import CartonRow, PackRow
from warehouse.storage.prepared import Prepared

OPEN_BATCHES = (BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING, BatchState.PICKED)
"""States of a batch whose tasks are still, or again, somebody's work."""

_LABELLED = {CartonState.LABELLED, CartonState.LOADED, CartonState.SHIPPED}
_Works = dict[int, tuple[bool, int]]


def progress_of(connection: Connection, order: int) -> OrderProgress:
    """Give how far the order with this key is, as its lines, works, holds and cartons stand now."""
    asked = [it.ask(connection, {"order": order}) for it in (_LINES, _WORKS, _HOLDS, _AT_PACK, _CARTONS)]
    lines, tasks, holds, at_pack, cartons = (read() for read in asked)
    works = _works(tasks)
    return OrderProgress(
        lines=tuple(_line(line, works) for line in lines),
        releasable=bool(lines) and not holds and all(line.item_id is not None for line in lines),
        batch_started=any(started for started, _ in works.values()),
        at_pack=bool(at_pack),
        cartons_labelled=bool(cartons) and all(carton.state in _LABELLED for carton in cartons),
    )


def _works(tasks: Iterable[AnyRow]) -> _Works:
    """Per line with open tasks: whether one of their batches has begun, and the units on their way again."""
    works: _Works = {}
    for task in tasks:
        started, again = works.get(task.order_line_id, (False, 0))
        is_again = task.kind == "repick"
        begun = task.started_at is not None and not is_again
        works[task.order_line_id] = (started or begun, again + (task.left if is_again else 0))
    return works


def _line(line: AnyRow, works: _Works) -> LineProgress:
    return LineProgress(
        ordered=line.ordered,
        picked=line.picked,
        packed=line.packed,
        shipped=line.shipped,
        backordered=line.backordered,
        batched=line.id in works,
        repicking=works[line.id][1] if line.id in works else 0,
    )


_ORDER: BindParameter[int] = bindparam("order")
_LINES = Prepared(
    select(
        *(OrderLineRow.id, OrderLineRow.item_id, OrderLineRow.ordered, OrderLineRow.picked, OrderLineRow.packed),
        *(OrderLineRow.shipped, OrderLineRow.backordered),
    ).where(OrderLineRow.order_id == _ORDER, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
)
_WORKS = Prepared(
    select(
        *(PickTaskRow.order_line_id, BatchRow.started_at, BatchRow.kind),
        (PickTaskRow.wanted - PickTaskRow.picked - PickTaskRow.short).label("left"),
    )
    .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
    .where(
        PickTaskRow.order_id == _ORDER,
        PickTaskRow.state == TaskState.OPEN,
        BatchRow.state.in_([bindparam(f"open_{at}", it, BatchRow.state.type) for at, it in enumerate(OPEN_BATCHES)]),
    )
)
_HOLDS = Prepared(select(HoldRow.id).where(HoldRow.order_id == _ORDER, HoldRow.lifted_at.is_(None)))
_AT_PACK = Prepared(
    select(PackRow.id).where(PackRow.order_id == _ORDER, PackRow.started_at.is_not(None), PackRow.finished_at.is_(None))
)
_CARTONS = Prepared(
    select(CartonRow.id, CartonRow.state).where(CartonRow.order_id == _ORDER, CartonRow.state != CartonState.VOID)
)
