"""The rarer effects of a pick scan, each carried out as the use case it is: carts, totes, shortages, damage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain import effects as fx
from warehouse.domain.codes import MoveReason, TaskState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Actor, Request, audit
from warehouse.services.count_tasks import OpenCount, open_count
from warehouse.services.exception_queue import OpenEntry, open_exception
from warehouse.services.order_states import refresh_order
from warehouse.services.put_backs import OpenPutBack, open_put_back
from warehouse.services.reservations import Reserve, reserve, unreserve
from warehouse.services.scanning import IncomingScan
from warehouse.services.shortages import Shortage, UndoShortage, give_way, reallocate_short, undo_short
from warehouse.services.stock import (
    BlockStock,
    Damage,
    Move,
    block_stock,
    damage_stock,
    find_stock,
    move_stock,
    quarantine_bin,
)
from warehouse.services.tasks import settle_batch
from warehouse.services.totes import BindTote, SlotOf, bind_tote, close_full_tote, reopen_full_tote, unbind_tote
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, LotRow, PutBackRow
from warehouse.storage.queries.picking import BatchKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The rare effects of one scan, and the orders whose state may have moved on with it."""

    scan: IncomingScan
    batch: int
    keys: BatchKeys
    effects: tuple[fx.Effect, ...]
    orders: frozenset[int]


@dataclass(slots=True)
class _Case:
    """One scan's effects at work; `follow_up` is what the answer names."""

    session: Session
    happening: Happening
    request: Request
    follow_up: dict[str, Any] | None = None

    @property
    def who(self) -> dict[str, Any]:
        """What every request of a use case carries."""
        return {"actor": self.request.actor, "at": self.request.at}

    def task(self, key: int) -> PickTaskRow:
        """Give the row of a task."""
        return self.session.get_one(PickTaskRow, key)

    def lot(self, task: int, code: str | None) -> int:
        """Give the lot of a task by its code, its own where none is named."""
        keys = self.happening.keys
        return keys.lots.get((task, code), keys.tasks[task].lot) if code else keys.tasks[task].lot


def carry_out(connection: Connection, happening: Happening) -> dict[str, Any] | None:
    """Carry the effects out in order; gives the follow-up that the answer names, if there is one."""
    scan = happening.scan
    request = Request(actor=Actor(scan.person, scan.role, ""), at=scan.received_at)
    with Session(connection, join_transaction_mode="rollback_only") as session:
        case = _Case(session, happening, request)
        for effect in happening.effects:
            _EFFECTS[type(effect)](case, effect)
        session.flush()
        for order in sorted(happening.orders):
            refresh_order(session, request, order)
        session.flush()
        return case.follow_up


def _take_cart(case: _Case, effect: fx.TakeCart) -> None:
    batch = case.session.get_one(BatchRow, case.happening.batch)
    batch.cart_id = case.session.scalars(select(CartRow.id).where(CartRow.code == effect.cart)).one()
    batch.cart_taken_at = case.request.at
    audit(case.session, case.request, "cart_taken", f"batch:{batch.id}", cart=effect.cart)


def _release_cart(case: _Case, effect: fx.ReleaseCart) -> None:
    batch = case.session.get_one(BatchRow, case.happening.batch)
    planned = select(CartRow.id).where(CartRow.code == effect.planned)
    batch.cart_id = case.session.scalars(planned).one_or_none() if effect.planned else None
    batch.cart_taken_at = None
    audit(case.session, case.request, "cart_left", f"batch:{batch.id}", cart=effect.cart)


def _bind(case: _Case, effect: fx.BindTote) -> None:
    bind_tote(case.session, BindTote(**case.who, batch=case.happening.batch, slot=effect.slot, tote=effect.tote))


def _slot(case: _Case, effect: fx.UnbindTote | fx.ToteFull | fx.ReopenTote) -> None:
    act: dict[type, Callable[[Session, SlotOf], object]] = {
        fx.UnbindTote: unbind_tote,
        fx.ToteFull: close_full_tote,
        fx.ReopenTote: reopen_full_tote,
    }
    act[type(effect)](case.session, SlotOf(**case.who, batch=case.happening.batch, slot=effect.slot))


def _swap(case: _Case, effect: fx.SwapLot) -> None:
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


def _short(case: _Case, effect: fx.ShortPick) -> None:
    request = Shortage(**case.who, task=effect.task, quantity=effect.quantity, reason=effect.reason.value)
    reallocate_short(case.session, request)


def _undo_short(case: _Case, effect: fx.UndoShort) -> None:
    undo_short(case.session, UndoShortage(**case.who, task=effect.task, quantity=effect.quantity))


def _damage(case: _Case, effect: fx.DamagePick) -> None:
    """Broken units leave the bin; what was promised of them is found elsewhere, this task's own units first."""
    task, lot = case.task(effect.task), case.lot(effect.task, effect.lot)
    stock = find_stock(case.session, task.bin_id, task.item_id, lot)
    missing = effect.quantity - (stock.quantity - stock.reserved if stock else 0)
    own = min(missing, task.wanted - task.picked - task.short)
    if own > 0 and task.state is TaskState.OPEN:
        reallocate_short(case.session, Shortage(**case.who, task=task.id, quantity=own, reason="other"))
    if stock is not None:
        give_way(case.session, case.request, stock, stock.quantity - effect.quantity)
    damage_stock(case.session, _damaged(case, effect, lot))


def _damaged(case: _Case, effect: fx.DamagePick, lot: int) -> Damage:
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


def _undo_damage(case: _Case, effect: fx.UndoDamage) -> None:
    task = case.task(effect.task)
    back = Move(
        **case.who,
        item=task.item_id,
        lot=case.lot(effect.task, effect.lot),
        quantity=effect.quantity,
        source=quarantine_bin(case.session),
        target=task.bin_id,
        reason=MoveReason.DAMAGE,
        note="undone",
        scan=case.happening.scan.id,
        order_line=task.order_line_id,
    )
    move_stock(case.session, back)


def _wrong_stock(case: _Case, effect: fx.WrongStock) -> None:
    """The bin is closed for the SKU until it was counted; the missing units are found elsewhere."""
    task = case.task(effect.task)
    blocked = BlockStock(**case.who, item=task.item_id, bin=task.bin_id, reason="wrong_stock")
    block_stock(case.session, blocked)
    request = Shortage(**case.who, task=effect.task, quantity=effect.quantity, reason="other")
    reallocate_short(case.session, request)
    open_exception(
        case.session,
        OpenEntry(
            **case.who,
            type=ExceptionType.WRONG_STOCK,
            subject=f"bin:{task.bin_id}",
            text=f"{effect.found or effect.code} lies in {effect.bin}. Move it to where it belongs and count the bin.",
            data={"found": effect.found, "code": effect.code[:80]},
            batch=case.happening.batch,
        ),
    )


def _acknowledge(case: _Case, effect: fx.AcknowledgeChange) -> None:
    task = case.task(effect.task)
    if effect.change == "edited":
        task.changed = None
    elif effect.change == "cancelled" and task.state is TaskState.OPEN:
        task.state, task.closed_at = TaskState.CANCELLED, case.request.at
    audit(case.session, case.request, "change_seen", f"task:{task.id}", change=effect.change)


def _zero_check(case: _Case, effect: fx.ZeroCheck) -> None:
    place = case.session.scalars(select(BinRow.id).where(BinRow.code == effect.bin)).one()
    audit(case.session, case.request, "zero_check", f"bin:{place}", found=effect.found)
    if effect.found:
        open_count(case.session, OpenCount(**case.who, bin=place, reason="zero_check"))


def _exception(case: _Case, effect: fx.OpenException) -> None:
    batch = case.session.get_one(BatchRow, case.happening.batch)
    kind = ExceptionType.MISMATCH if effect.type == "mismatch" else ExceptionType.HELP
    about = f"batch {batch.number}"
    if effect.task is not None:
        task = case.task(effect.task)
        about = f"{case.session.get_one(ItemRow, task.item_id).sku} in batch {batch.number}"
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


def _item_label(case: _Case, effect: fx.QueueItemLabel) -> None:
    from warehouse.services.printing import queue_item_label

    queue_item_label(case.session, case.request, case.task(effect.task).item_id)


def _lifted(case: _Case, effect: fx.LeadLift) -> None:
    audit(
        case.session, case.request, "lead_lifted", f"task:{effect.task}", badge=effect.badge, self_approved=effect.own
    )


def _follow_up(case: _Case, effect: fx.FollowUp) -> None:
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
            text=f"Device {case.happening.scan.device} had accepted a scan of batch {batch.number} that cannot count.",
            data={"scan": str(case.happening.scan.id)},
            batch=batch.id,
        ),
    )
    case.follow_up = {"kind": "exception", "id": key}


def _put_back(case: _Case, effect: fx.FollowUp) -> int:
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


def _lot_named(case: _Case, item: int, code: str | None) -> int | None:
    if not code:
        return None
    named = select(LotRow.id).where(LotRow.item_id == item, LotRow.code == code).order_by(LotRow.id)
    return case.session.scalars(named).first()


def _picked(case: _Case, effect: fx.BatchPicked) -> None:
    settle_batch(case.session, case.request, case.session.get_one(BatchRow, effect.batch))


_EFFECTS: dict[type, Callable[[_Case, Any], None]] = {
    fx.TakeCart: _take_cart,
    fx.ReleaseCart: _release_cart,
    fx.BindTote: _bind,
    fx.UnbindTote: _slot,
    fx.ToteFull: _slot,
    fx.ReopenTote: _slot,
    fx.SwapLot: _swap,
    fx.ShortPick: _short,
    fx.UndoShort: _undo_short,
    fx.DamagePick: _damage,
    fx.UndoDamage: _undo_damage,
    fx.WrongStock: _wrong_stock,
    fx.AcknowledgeChange: _acknowledge,
    fx.ZeroCheck: _zero_check,
    fx.OpenException: _exception,
    fx.QueueItemLabel: _item_label,
    fx.LeadLift: _lifted,
    fx.FollowUp: _follow_up,
    fx.BatchPicked: _picked,
}
