"""What makes counted units leave the bin for the books: into the tote, and on to the next thing to do."""

from dataclasses import replace

from warehouse.domain.picking.answers import Applied, Trigger
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.effects import CommitPick, Effect, SwapLot
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import arrive, current_tote, enter, is_workable, policy_at
from warehouse.domain.picking.work import BatchWork, PickTask, Position, Step
from warehouse.domain.values import value


@value(kw_only=True)
class Load:
    """What is committed: scanned eaches with lot and serials, and `unverified` ones that nobody scanned.

    `before` are effects of the same scan that come first.
    """

    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()
    unverified: int = 0
    before: tuple[Effect, ...] = ()


def load_in_hand(position: Position) -> Load:
    """Return what has been counted and not committed."""
    return Load(quantity=position.counted, lot=position.lot, serials=position.serials)


def commit(trigger: Trigger, task: PickTask, load: Load) -> Applied:
    """Put the load into the order's tote; fewer than asked leaves the rest of the task open (rule 7)."""
    tote = current_tote(trigger.work, task)
    effects = (*load.before, *_moves(task, load, tote))
    after = apply_effects(trigger.work, effects)
    position, more = onward(after, replace(trigger.position, task=task.id), trigger.scan.list_version)
    text = _text(after.tasks[task.id], load, tote)
    return Applied(text=text, position=position, effects=(*effects, *more), tote=tote, after=after)


def onward(work: BatchWork, position: Position, version: int) -> tuple[Position, tuple[Effect, ...]]:
    """Stay at the task while it is open, ask whether its bin is empty, else go on to the next one."""
    task = work.tasks[position.task or 0]
    if is_workable(task):
        return enter(work, task, position), ()
    if _asks_zero(work, task):
        asking = Position(task=None, step=Step.ZERO_CHECK, at_bin=task.bin, skipped=position.skipped)
        return asking, ()
    return arrive(work, position, version)


def _moves(task: PickTask, load: Load, tote: str | None) -> list[Effect]:
    effects: list[Effect] = []
    if load.lot and task.lot and load.lot != task.lot:
        effects.append(SwapLot(task.id, load.quantity, task.lot, load.lot))
    scanned = CommitPick(
        task=task.id,
        quantity=load.quantity,
        sku=task.sku,
        bin=task.bin,
        tote=tote,
        lot=load.lot,
        serials=load.serials,
    )
    if load.quantity:
        effects.append(scanned)
    if load.unverified:
        effects.append(replace(scanned, quantity=load.unverified, lot=task.lot, serials=(), unverified=True))
    return effects


def _asks_zero(work: BatchWork, task: PickTask) -> bool:
    if not policy_at(work, task).zero_check or task.short:
        return False
    is_empty = sum(work.stock.get(task.bin, {}).values()) == 0
    return is_empty and not any(is_workable(other) for other in work.tasks.values() if other.bin == task.bin)


def _text(task: PickTask, load: Load, tote: str | None) -> str:
    done, wanted = task.picked, task.wanted - task.short
    if load.unverified:
        return say("unverified", done=done, wanted=wanted, number=load.unverified)
    if tote is None:
        return say("taken", done=done, wanted=wanted)
    return say("in_tote", done=done, wanted=wanted, tote=tote)
