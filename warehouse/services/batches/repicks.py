"""Units missing or damaged at pack are picked again at once: an urgent batch of one line."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.allocation import Demand
from warehouse.domain.codes import BatchState, Priority
from warehouse.domain.errors import ConflictError
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.batches.tasks import append_tasks
from warehouse.services.orders.states import refresh_order
from warehouse.services.picking.shortages import find_stock_for, new_tasks, note_shortage
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow, BatchSlotRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.queries.layout import load_layout


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRepick(Request):
    """So many units of a line, no longer counted as picked, are to be picked again."""

    order_line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Repick:
    """The urgent batch, None when there is no stock; and the units that are missing for good or in reserve."""

    batch: int | None
    missing: int


def open_repick(session: Session, request: OpenRepick) -> Repick:
    """Make and release a batch of one line for units that must be picked again; what is not in stock is a shortage.

    Raises ConflictError when the line does not want so many more.
    """
    line = session.get_one(OrderLineRow, request.order_line)
    if not 1 <= request.quantity <= line.ordered - line.picked - line.allocated - line.backordered:
        raise ConflictError(
            sentence(
                "Line {line_no} does not want {quantity} more of {sku}.",
                line_no=line.line_no,
                quantity=request.quantity,
                sku=line.sku,
            )
        )
    demand = Demand(order=str(line.order_id), line=line.id, sku=line.sku, quantity=request.quantity)
    result = find_stock_for(session, load_site(session), request, demand, line.item_id or 0)
    batch = None
    if result.allocations:
        batch = _new_batch(session, request, line.order_id)
        append_tasks(session, batch, new_tasks(session, result, line, 1), load_layout(session))
        audit(session, request, "repick_opened", f"order:{line.order_id}", batch=batch.id, line=line.id)
    for shortage in result.shortages:
        note_shortage(session, request, line, shortage.quantity, shortage.unpickable)
    refresh_order(session, request, line.order_id)
    return Repick(batch.id if batch else None, sum(it.quantity for it in result.shortages))


def _new_batch(session: Session, request: OpenRepick, order_id: int) -> BatchRow:
    batch = BatchRow(
        number=str((session.scalar(select(func.max(BatchRow.id))) or 0) + 1),
        state=BatchState.RELEASED,
        kind="repick",
        priority=Priority.RUSH,
        cutoff_at=session.get_one(OrderRow, order_id).cutoff_at,
        epoch=1,
        created_at=request.at,
        released_at=request.at,
    )
    session.add(batch)
    session.flush()
    session.add(BatchSlotRow(batch_id=batch.id, slot_no=1, order_id=order_id))
    session.flush()
    return batch
