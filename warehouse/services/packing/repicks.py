"""Units missing or damaged at pack: an urgent trip of their own for what lies elsewhere, a backorder for the rest."""

from sqlalchemy import func, select

from warehouse.domain.allocation import Demand
from warehouse.domain.codes import BatchState, Priority
from warehouse.services.batches.tasks import append_tasks
from warehouse.services.packing.case import Case
from warehouse.services.picking.shortages import find_stock_for, new_tasks, note_shortage
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow, BatchSlotRow
from warehouse.storage.queries.layout import load_layout


def open_repicks(case: Case) -> None:
    """Have the case's lost units picked again, all in one batch; each line's promises are made before the next."""
    wanted, case.repicks = case.repicks, {}
    batch: BatchRow | None = None
    site, layout = load_site(case.session), load_layout(case.session)
    for key, quantity in wanted.items():
        line = case.line(key)
        demand = Demand(order=str(case.order.id), line=line.id, sku=line.sku, quantity=quantity)
        result = find_stock_for(case.session, site, case.request, demand, line.item_id or 0)
        if result.allocations:
            batch = batch or _new_batch(case)
            append_tasks(case.session, batch, new_tasks(case.session, result, line, _slot(case)), layout)
        for missing in result.shortages:
            note_shortage(case.session, case.request, line, missing.quantity, missing.unpickable)
    if batch is not None:
        case.note("repick_released", batch=batch.id)


def _new_batch(case: Case) -> BatchRow:
    """Release a batch for this order alone; its units go into the tote the order waits in."""
    number = (case.session.scalar(select(func.max(BatchRow.id))) or 0) + 1
    batch = BatchRow(
        number=str(number),
        state=BatchState.RELEASED,
        kind="repick",
        priority=Priority.RUSH,
        cutoff_at=case.order.cutoff_at,
        created_at=case.request.at,
        released_at=case.request.at,
    )
    case.session.add(batch)
    case.session.flush()
    totes = case.totes()
    if totes:
        slot = BatchSlotRow(
            batch_id=batch.id, slot_no=1, order_id=case.order.id, tote_id=totes[0].id, bound_at=case.request.at
        )
        case.session.add(slot)
        case.session.flush()
    return batch


def _slot(case: Case) -> int | None:
    return 1 if case.totes() else None
