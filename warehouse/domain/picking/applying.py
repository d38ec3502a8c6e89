"""Carry effects over into a `BatchWork`: only the entries that change are replaced, all others are shared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, BatchState, TaskState
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.work import BatchWork, LineCount, LotChoice, Meaning, PickTask, ToteSlot, Verdict


def apply(work: BatchWork, verdict: Verdict) -> BatchWork:
    """Return the work as it is after `verdict`; the same object when nothing in it changed."""
    return apply_effects(work, verdict.effects)


def apply_effects(work: BatchWork, effects: Iterable[fx.Effect]) -> BatchWork:
    """Return the work as it is after `effects`."""
    for effect in effects:
        change = _CHANGES.get(type(effect))
        if change is not None:
            work = change(work, effect)
    return work


def _put_task(work: BatchWork, task: PickTask, **other: Any) -> BatchWork:
    state = BatchState.PICKING if work.state is BatchState.PICKED and task.left else work.state
    return replace(work, tasks={**work.tasks, task.id: task}, state=state, **other)


def _counted(task: PickTask, *, picked: int, short: int) -> PickTask:
    """Set the counters of a task, and its state by them."""
    done = TaskState.SHORT if short else TaskState.PICKED
    state = TaskState.OPEN if task.wanted > picked + short else done
    return replace(task, picked=picked, short=short, state=state)


def _put_slot(work: BatchWork, slot: ToteSlot) -> BatchWork:
    return replace(work, slots={**work.slots, slot.slot: slot})


def _stock(work: BatchWork, bin_code: str, sku: str, change: int) -> dict[str, Any]:
    here = dict(work.stock.get(bin_code, {}))
    here[sku] = here.get(sku, 0) + change
    return {**work.stock, bin_code: here}


def _picked(work: BatchWork, effect: fx.CommitPick | fx.UndoPick) -> BatchWork:
    change = effect.quantity if isinstance(effect, fx.CommitPick) else -effect.quantity
    task = work.tasks[effect.task]
    lines = dict(work.lines)
    if line := lines.get(task.order_line):
        lines[task.order_line] = LineCount(line.ordered, line.picked + change, line.packed)
    work = replace(work, stock=_stock(work, effect.bin, effect.sku, -change), directory=_serials(work, effect))
    return _put_task(work, _counted(task, picked=task.picked + change, short=task.short), lines=lines)


def _serials(work: BatchWork, effect: fx.CommitPick | fx.UndoPick) -> Mapping[str, tuple[Meaning, ...]]:
    """A numbered piece that was taken lies in no bin any more: nobody can take it again."""
    if not effect.serials:
        return work.directory
    bin_code = None if isinstance(effect, fx.CommitPick) else effect.bin
    directory = dict(work.directory)
    for serial in effect.serials:
        own = Meaning(kind=BarcodeKind.SERIAL, code=serial, sku=effect.sku, bin=bin_code)
        known = directory.get(key(serial), ())
        others = (it for it in known if (it.kind, it.sku) != (own.kind, own.sku))
        directory[key(serial)] = (*others, own)
    return directory


def _swap_lot(work: BatchWork, effect: fx.SwapLot) -> BatchWork:
    task = work.tasks[effect.task]
    free = {effect.old: effect.quantity, effect.new: -effect.quantity}
    lots = tuple(LotChoice(lot.code, lot.expires_on, lot.free + free.get(lot.code, 0)) for lot in task.lots)
    return replace(work, tasks={**work.tasks, task.id: replace(task, lots=lots)})


def _short(work: BatchWork, effect: fx.ShortPick | fx.WrongStock) -> BatchWork:
    task = work.tasks[effect.task]
    return _put_task(work, _counted(task, picked=task.picked, short=task.short + effect.quantity))


def _undo_short(work: BatchWork, effect: fx.UndoShort) -> BatchWork:
    task = work.tasks[effect.task]
    return _put_task(work, _counted(task, picked=task.picked, short=task.short - effect.quantity))


def _damage(work: BatchWork, effect: fx.DamagePick | fx.UndoDamage) -> BatchWork:
    task = work.tasks[effect.task]
    change = -effect.quantity if isinstance(effect, fx.DamagePick) else effect.quantity
    return replace(work, stock=_stock(work, task.bin, task.sku, change))


def _bind(work: BatchWork, effect: fx.BindTote) -> BatchWork:
    return _put_slot(work, replace(work.slots[effect.slot], tote=effect.tote))


def _unbind(work: BatchWork, effect: fx.UnbindTote) -> BatchWork:
    return _put_slot(work, replace(work.slots[effect.slot], tote=None))


def _full(work: BatchWork, effect: fx.ToteFull) -> BatchWork:
    slot = work.slots[effect.slot]
    return _put_slot(work, replace(slot, tote=None, earlier=(*slot.earlier, effect.tote)))


def _reopen(work: BatchWork, effect: fx.ReopenTote) -> BatchWork:
    slot = work.slots[effect.slot]
    earlier = tuple(tote for tote in slot.earlier if tote != effect.tote)
    return _put_slot(work, replace(slot, tote=effect.tote, earlier=earlier))


def _take_cart(work: BatchWork, effect: fx.TakeCart) -> BatchWork:
    return replace(work, cart=effect.cart, cart_taken=True)


def _release_cart(work: BatchWork, effect: fx.ReleaseCart) -> BatchWork:
    return replace(work, cart=effect.planned, cart_taken=False)


def _acknowledge(work: BatchWork, effect: fx.AcknowledgeChange) -> BatchWork:
    task = work.tasks[effect.task]
    if effect.change == "cancelled":
        return _put_task(work, replace(task, state=TaskState.CANCELLED))
    if effect.change == "edited":
        edited = _counted(task, picked=task.picked, short=task.short)
        return _put_task(work, replace(edited, changed=None))
    return work


_CHANGES: dict[type, Callable[[BatchWork, Any], BatchWork]] = {
    fx.CommitPick: _picked,
    fx.UndoPick: _picked,
    fx.SwapLot: _swap_lot,
    fx.ShortPick: _short,
    fx.WrongStock: _short,
    fx.UndoShort: _undo_short,
    fx.DamagePick: _damage,
    fx.UndoDamage: _damage,
    fx.BindTote: _bind,
    fx.UnbindTote: _unbind,
    fx.ToteFull: _full,
    fx.ReopenTote: _reopen,
    fx.TakeCart: _take_cart,
    fx.ReleaseCart: _release_cart,
    fx.AcknowledgeChange: _acknowledge,
    fx.BatchPicked: lambda work, _: replace(work, state=BatchState.PICKED),
}
