"""What a pick meets that is not as the books say: short, damaged, wrong stock, unreadable; and what hands did."""

from sqlalchemy import func, select

from warehouse.domain.blocking import wrong_stock_of
from warehouse.domain.codes import MoveReason, TaskState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.picking import effects as fx
from warehouse.domain.words import sentence
from warehouse.services.actor import audit
from warehouse.services.batches.tasks import settle_batch
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import ENDED, bump_batch
from warehouse.services.picking.case import Case
from warehouse.services.picking.shortages import Shortage, UndoShortage, give_way, reallocate_short, undo_short
from warehouse.services.printing.events import queue_item_label
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.services.side.put_backs import OpenPutBack, open_put_back
from warehouse.services.stock.ledger import (
    BlockStock,
    Damage,
    Move,
    block_stock,
    damage_stock,
    find_stock,
    move_stock,
    quarantine_bin,
)
from warehouse.services.stock.reservations import Reserve, reserve, unreserve
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow, LotRow, PutBackRow, ReservationRow
from warehouse.storage.queries.picking import lot_taken

DAMAGED = "damaged"
"""Why a task ended short when what was left of it was set aside as broken."""


def swap_lot(case: Case, effect: fx.SwapLot) -> None:
    """The promise goes over to the other lot of the same bin."""
    task = case.task(effect.task)
    unreserve(case.session, task.id, effect.quantity)
    promise = Reserve(
        place=task.bin_id,
        item=task.item_id,
        lot=case.lot(effect.task, effect.new),
        order_line=task.order_line_id,
        quantity=effect.quantity,
        task=task.id,
    )
    reserve(case.session, promise)
    audit(case.session, case.request, "lot_swapped", f"task:{task.id}", old=effect.old, new=effect.new)


def note_short(case: Case, effect: fx.ShortPick) -> None:
    """So many units of the task are not there."""
    request = Shortage(**case.who, task=effect.task, quantity=effect.quantity, reason=effect.reason.value)
    reallocate_short(case.session, request)


def undo_short_pick(case: Case, effect: fx.UndoShort) -> None:
    """The missing units are there after all."""
    undo_short(case.session, UndoShortage(**case.who, task=effect.task, quantity=effect.quantity))


def note_damage(case: Case, effect: fx.DamagePick) -> None:
    """Broken units leave the bin; what was promised of their lot is found elsewhere, this task's own units first."""
    task, lot = case.task(effect.task), case.lot(effect.task, effect.lot)
    stock = find_stock(case.session, task.bin_id, task.item_id, lot)
    missing = effect.quantity - (stock.quantity - stock.reserved if stock else 0)
    own = min(missing, _promised(case, task, lot))
    if own > 0 and task.state is TaskState.OPEN:
        reason = task.short_reason or DAMAGED  # what was short before stays so, whatever becomes of this report
        reallocate_short(case.session, Shortage(**case.who, task=task.id, quantity=own, reason=reason))
        _tell(case, task, TaskState.OPEN)
    if stock is not None:
        give_way(case.session, case.request, stock, stock.quantity - effect.quantity)
    damage_stock(case.session, _damaged(case, effect, lot))


def _promised(case: Case, task: PickTaskRow, lot: int) -> int:
    """Give how many units of this lot are promised to the task; those of another in the hand are not yet."""
    own = select(func.sum(ReservationRow.quantity)).where(
        ReservationRow.pick_task_id == task.id, ReservationRow.lot_id == lot
    )
    return int(case.session.scalar(own) or 0)


def _tell(case: Case, task: PickTaskRow, was: TaskState) -> None:
    """Let the device know what its verdict could not say: less is left of the task, or it ended, or opened again.

    A scan that is on its way still counts for a task of which only less is left.
    """
    batch = case.session.get_one(BatchRow, task.batch_id)
    bump_batch(case.session, batch)
    if task.state is not was:
        task.version = batch.list_version
    settle_batch(case.session, case.request, batch)


def _damaged(case: Case, effect: fx.DamagePick, lot: int) -> Damage:
    task = case.task(effect.task)
    return Damage(
        **case.who,
        item=task.item_id,
        lot=lot,
        place=task.bin_id,
        quantity=effect.quantity,
        reason=effect.reason.value,
        scan=case.happening.scan.id,
        order_line=task.order_line_id,
    )


def undo_damage(case: Case, effect: fx.UndoDamage) -> None:
    """The units were not broken after all: those missing for them are asked for again, unless found elsewhere."""
    task = case.task(effect.task)
    back = Move(
        **case.who,
        item=task.item_id,
        lot=lot_taken(case.session.connection(), case.happening.keys.tasks[effect.task], effect.lot),
        quantity=effect.quantity,
        source=quarantine_bin(case.session),
        target=task.bin_id,
        reason=MoveReason.DAMAGE,
        note="undone",
        scan=case.happening.scan.id,
        order_line=task.order_line_id,
    )
    move_stock(case.session, back)
    again = min(effect.quantity, task.short, _still_wanted(case, task))
    if again > 0 and task.short_reason == DAMAGED and not task.settled:
        was = task.state
        undo_short(case.session, UndoShortage(**case.who, task=task.id, quantity=again))
        _tell(case, task, was)


def _still_wanted(case: Case, task: PickTaskRow) -> int:
    """Give how many units of the line nobody has picked or is to pick: others may have found them meanwhile."""
    line = case.session.get_one(OrderLineRow, task.order_line_id)
    if line.cancelled_at is not None or case.session.get_one(OrderRow, task.order_id).state in ENDED:
        return 0
    return line.ordered - line.picked - line.allocated


def note_wrong_stock(case: Case, effect: fx.WrongStock) -> None:
    """The bin is closed for the SKU until it was counted; the missing units are found elsewhere."""
    task = case.task(effect.task)
    blocked = BlockStock(**case.who, item=task.item_id, bin=task.bin_id, cause=wrong_stock_of(task.id))
    block_stock(case.session, blocked)
    request = Shortage(**case.who, task=effect.task, quantity=effect.quantity, reason="other")
    reallocate_short(case.session, request)
    open_exception(
        case.session,
        OpenEntry(
            **case.who,
            type=ExceptionType.WRONG_STOCK,
            subject=f"bin:{task.bin_id}",
            text=sentence(
                "{item} lies in {bin}. Move it to where it belongs and count the bin.",
                item=effect.found or effect.code,
                bin=effect.bin,
            ),
            data={"found": effect.found, "code": effect.code[:80]},
            batch=case.happening.batch,
        ),
    )


def note_zero_check(case: Case, effect: fx.ZeroCheck) -> None:
    """The answer to "is the bin empty now?"; what is still there is counted."""
    place = case.session.scalars(select(BinRow.id).where(BinRow.code == effect.bin)).one()
    audit(case.session, case.request, "zero_check", f"bin:{place}", found=effect.found)
    if effect.found:
        open_count(case.session, OpenCount(**case.who, bin=place, reason="zero_check"))


def open_entry(case: Case, effect: fx.OpenException) -> None:
    """Three mismatches in a row, or a call for help."""
    batch = case.session.get_one(BatchRow, case.happening.batch)
    kind = ExceptionType.MISMATCH if effect.type == "mismatch" else ExceptionType.HELP
    about = sentence("batch {batch}", batch=batch.number)
    if effect.task is not None:
        task = case.task(effect.task)
        sku = case.session.get_one(ItemRow, task.item_id).sku
        about = sentence("{sku} in batch {batch}", sku=sku, batch=batch.number)
    open_exception(
        case.session,
        OpenEntry(
            **case.who,
            type=kind,
            subject=f"task:{effect.task}" if effect.task else f"batch:{batch.id}",
            about=about,
            data={"outcome": effect.outcome.value if effect.outcome else None},
            batch=batch.id,
            cutoff=batch.cutoff_at,
        ),
    )


def print_item_label(case: Case, effect: fx.QueueItemLabel) -> None:
    """The item's barcode could not be read."""
    queue_item_label(case.session, case.request, case.task(effect.task).item_id)


def follow_up(case: Case, effect: fx.FollowUp) -> None:
    """What the hands did becomes work: units to return, merged per task, or an exception for the lead."""
    if effect.kind == "put_back" and effect.sku:
        case.follow_up = {"kind": "put_back", "id": _put_back(case, effect)}
        return
    batch = case.session.get_one(BatchRow, case.happening.batch)
    key = open_exception(
        case.session,
        OpenEntry(
            **case.who,
            type=ExceptionType.LATE_SCAN,
            subject=f"batch:{batch.id}:{case.happening.scan.device}",
            text=sentence(
                "Device {device} had accepted a scan of {work} that cannot count.",
                device=case.happening.scan.device,
                work=sentence("batch {batch}", batch=batch.number),
            ),
            data={"scan": str(case.happening.scan.id)},
            batch=batch.id,
        ),
    )
    case.follow_up = {"kind": "exception", "id": key}


def _put_back(case: Case, effect: fx.FollowUp) -> int:
    keys = case.happening.keys.tasks.get(effect.task or 0)
    item = case.session.scalars(select(ItemRow.id).where(ItemRow.sku == effect.sku)).one()
    places = select(BinRow.id).where(BinRow.code == effect.bin)
    place = case.session.scalars(places).one_or_none() if effect.bin else None
    order = keys.order if keys else None
    waiting = select(PutBackRow).where(
        PutBackRow.item_id == item,
        PutBackRow.state == "open",
        PutBackRow.reason == "late_scan",
        PutBackRow.order_id == order if order else PutBackRow.order_id.is_(None),
        PutBackRow.person_id.is_(None),
    )
    row = case.session.scalars(waiting).first()
    if row is not None and not row.booked and row.bin_id == place:
        row.quantity += effect.quantity
        case.session.flush()
        return row.id
    return open_put_back(
        case.session,
        OpenPutBack(
            **case.who,
            item=item,
            lot=_lot_named(case, item, effect.lot) or (keys.lot if keys else None),
            quantity=effect.quantity,
            reason="late_scan",
            bin=place,
            order=order,
            booked=False,
        ),
    )


def _lot_named(case: Case, item: int, code: str | None) -> int | None:
    if not code:
        return None
    named = select(LotRow.id).where(LotRow.item_id == item, LotRow.code == code).order_by(LotRow.id)
    return case.session.scalars(named).first()
