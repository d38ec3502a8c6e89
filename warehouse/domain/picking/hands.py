"""Where the device's own verdict and the server's part: the server's counts, and what happened by hand becomes work."""

from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, Mode, Outcome, ScanKind
from warehouse.domain.picking.answers import Trigger
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.effects import FollowUp
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import current_tote, enter, instruction
from warehouse.domain.picking.work import Meaning, PickTask, Verdict
from warehouse.domain.words import together, without_end

_SCANS = {ScanKind.SCAN, ScanKind.QUANTITY}
_UNITS = {BarcodeKind.ITEM, BarcodeKind.LOT, BarcodeKind.SERIAL}


def settle_device(trigger: Trigger, verdict: Verdict) -> Verdict:
    """Turn a scan the device judged red into a refused one, and add what follows from one it wrongly let through."""
    local = trigger.scan.local
    if local is None or local is verdict.outcome:
        return verdict
    if verdict.accepted:
        return replace(
            verdict,
            outcome=local,
            blocked=trigger.policy.mode is not Mode.SHADOW,
            text=say("device_refused"),
            position=trigger.position,
            effects=(),
            line=None,
        )
    return _with_follow_up(trigger, verdict) if local is Outcome.ACCEPTED else verdict


def has_put_away(trigger: Trigger, task: PickTask) -> bool:
    """Say whether the device let the scan through that put the counted units into their tote."""
    if trigger.scan.local is not Outcome.ACCEPTED or trigger.position.counted == 0:
        return False
    if trigger.kind is ScanKind.CONFIRM:
        return True
    tote = current_tote(trigger.work, task)
    return any(it.kind is BarcodeKind.TOTE and it.code == tote for it in trigger.meanings())


def _with_follow_up(trigger: Trigger, verdict: Verdict) -> Verdict:
    task = trigger.work.tasks.get(trigger.position.task or 0)
    is_ours = verdict.outcome is not Outcome.NOT_OWNER
    if is_ours and task is not None and has_put_away(trigger, task):
        effects = (*verdict.effects, _from_tote(trigger, task))
        is_here = verdict.position.task == task.id
        return replace(_counted_anew(trigger, verdict) if is_here else verdict, effects=effects)
    return replace(verdict, effects=(*verdict.effects, _from_hand(trigger)))


def _counted_anew(trigger: Trigger, verdict: Verdict) -> Verdict:
    """The units lie in the tote and wait for their put-back task; the person starts the task anew."""
    work = apply_effects(trigger.work, verdict.effects)
    task, before = work.tasks[trigger.position.task or 0], verdict.position
    position = replace(enter(work, task, before), misses=before.misses)
    refusal = without_end(verdict.text, instruction(work, before))
    leave = say("leave_in_tote", tote=current_tote(work, task)) if current_tote(work, task) else say("leave_it")
    return replace(verdict, position=position, text=together(refusal, leave, instruction(work, position)))


def _from_tote(trigger: Trigger, task: PickTask) -> FollowUp:
    return FollowUp(
        kind="put_back",
        task=task.id,
        sku=task.sku,
        quantity=trigger.position.counted,
        bin=task.bin,
        tote=current_tote(trigger.work, task),
        lot=trigger.position.lot,
        serials=trigger.position.serials,
    )


def _from_hand(trigger: Trigger) -> FollowUp:
    meanings = trigger.meanings() if trigger.kind in _SCANS else ()
    units = [meaning for meaning in meanings if meaning.kind in _UNITS]
    if len(meanings) != 1 or not units:
        return FollowUp(kind="exception", task=trigger.position.task)
    return _put_back_units(trigger, units[0])


def _put_back_units(trigger: Trigger, meaning: Meaning) -> FollowUp:
    gs1 = trigger.reading.gs1
    sku = meaning.sku or meaning.code
    entered = trigger.number if trigger.kind is ScanKind.QUANTITY else None
    task = _task_of(trigger, sku)
    serial = meaning.code if meaning.kind is BarcodeKind.SERIAL else gs1.serial
    return FollowUp(
        kind="put_back",
        task=task.id if task else None,
        sku=sku,
        quantity=meaning.pack_quantity * gs1.count * (entered or 1) * (trigger.position.armed or 1),
        bin=task.bin if task else None,
        lot=meaning.code if meaning.kind is BarcodeKind.LOT else gs1.lot,
        serials=(serial,) if serial else (),
    )


def _task_of(trigger: Trigger, sku: str) -> PickTask | None:
    current = trigger.work.tasks.get(trigger.position.task or 0)
    if current is not None and current.sku == sku:
        return current
    return next((task for task in trigger.work.tasks.values() if task.sku == sku), None)
