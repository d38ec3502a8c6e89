"""What a person reports instead of a scan: short, damaged, wrong stock, later, tote full, bin empty, help."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from warehouse.domain.catalog import is_reserved
from warehouse.domain.codes import BarcodeKind, DamageReason, Outcome, ScanKind, ShortReason, Tracking
from warehouse.domain.picking.answers import Answer, Applied, Refused, Trigger
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.arming import armed
from warehouse.domain.picking.commit import commit, load_in_hand, onward
from warehouse.domain.picking.effects import DamagePick, OpenException, ShortPick, Skip, ToteFull, WrongStock, ZeroCheck
from warehouse.domain.picking.items import must_scan_each
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import arrive, enter, needs_tote_scan, next_task, slot_of
from warehouse.domain.picking.work import PickTask, Step


def judge_short(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about "less is there than asked": what is missing ends here, what was found is still to be put away."""
    counted = trigger.position.counted
    found = counted if trigger.number is None else trigger.number
    refusal = _refuse_away(trigger, task) or _refuse_complete(task, found) or _refuse_reason(trigger, ShortReason)
    if refusal is not None:
        return refusal
    if found < counted:
        return Refused(outcome=Outcome.POLICY, text=say("in_hand", number=counted), then="")
    if found > task.left:
        return Refused(outcome=Outcome.OVER_QUANTITY, text=say("only", left=task.left - counted), then="")
    missing = task.left - found
    effect = ShortPick(task.id, missing, ShortReason(trigger.scan.reason or ""))
    return _give_up(trigger, task, effect, say("short", missing=missing))


def judge_wrong_stock(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about a foreign item in the right bin: what is not in the hand yet is picked elsewhere."""
    refusal = _refuse_away(trigger, task)
    if refusal is not None:
        return refusal
    if not trigger.reading.text or is_reserved(trigger.reading.text):
        return Refused(outcome=Outcome.POLICY, text=say("scan_wrong_item"), then="")
    found = {meaning.sku for meaning in trigger.meanings() if meaning.sku}
    if task.sku in found:
        return Refused(outcome=Outcome.POLICY, text=say("right_item"))
    missing = task.left - trigger.position.counted
    if missing == 0:
        return Refused(outcome=Outcome.POLICY, text=say("nothing_short"))
    sku = found.pop() if len(found) == 1 else None
    effect = WrongStock(task.id, task.bin, missing, sku, trigger.reading.text)
    return _give_up(trigger, task, effect, say("wrong_stock", bin=task.bin))


def judge_damaged(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about damaged units: they come out of the hand first, because a count too low mends itself."""
    refusal = _refuse_away(trigger, task) or _refuse_number(trigger) or _refuse_reason(trigger, DamageReason)
    if refusal is not None:
        return refusal
    number, position = trigger.number or 0, trigger.position
    there = trigger.work.stock.get(task.bin, {}).get(task.sku, 0)
    if number > there:
        return Refused(outcome=Outcome.OVER_QUANTITY, text=say("only_here", left=there, bin=task.bin), then="")
    # Which of several serials is the broken one nobody said: all of them are scanned again.
    left_in_hand = 0 if task.tracking is Tracking.SERIAL else max(position.counted - number, 0)
    reason = DamageReason(trigger.scan.reason or "")
    effect = DamagePick(task.id, number, reason, position.lot or task.lot)
    here = enter(trigger.work, task, position, left_in_hand)
    return Applied(text=say("damaged", number=number), position=here, effects=(effect,))


def judge_skip(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about "later": the task goes to the end of the walk and must still be done."""
    position = trigger.position
    if position.counted:
        return Refused(outcome=Outcome.POLICY, text=say("in_hand", number=position.counted), then="")
    skipped = (*(other for other in position.skipped if other != task.id), task.id)
    later = replace(position, skipped=skipped)
    following = next_task(trigger.work, later, trigger.scan.list_version)
    if following is None or following.id == task.id:
        return Refused(outcome=Outcome.POLICY, text=say("nothing_else"))
    text = say("skipped", name=task.name)
    return Applied(text=text, position=enter(trigger.work, following, later), effects=(Skip(task.id),))


def judge_tote_full(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about a tote that is full, broken or lost: its slot waits for an overflow tote of the same order."""
    slot = slot_of(trigger.work, task)
    if slot is None or slot.tote is None:
        return Refused(outcome=Outcome.POLICY, text=say("tote_not_needed"))
    if trigger.reading.text and slot.tote not in {it.code for it in trigger.meanings() if it.kind is BarcodeKind.TOTE}:
        return Refused(outcome=Outcome.WRONG_TOTE, text=say("use_tote", tote=slot.tote), then="")
    effects = (ToteFull(slot.slot, slot.tote),)
    after = apply_effects(trigger.work, effects)
    position = enter(after, task, trigger.position, trigger.position.counted)
    return Applied(text=say("tote_full", tote=slot.tote), position=position, effects=effects)


def judge_zero_check(trigger: Trigger) -> Answer:
    """Decide about the answer to "is the bin empty now?"."""
    bin_code = trigger.position.at_bin or ""
    onward_position, more = arrive(trigger.work, trigger.position, trigger.scan.list_version)
    if trigger.kind is ScanKind.SKIP:
        return Applied(text=say("zero_check_skipped"), position=onward_position, effects=more)
    found = 0 if trigger.kind is ScanKind.CONFIRM else trigger.number
    if trigger.kind not in {ScanKind.CONFIRM, ScanKind.QUANTITY} or found is None or found < 0:
        return Refused(outcome=Outcome.POLICY)
    text = say("not_empty", found=found, bin=bin_code) if found else say("empty", bin=bin_code)
    return Applied(text=text, position=onward_position, effects=(ZeroCheck(bin_code, found), *more))


def judge_help(trigger: Trigger) -> Answer:
    """Call a lead; nothing moves."""
    effects = (OpenException("help", trigger.position.task, None),)
    return Applied(text=say("help"), position=trigger.position, effects=effects, last="as_before")


def judge_arming(trigger: Trigger, task: PickTask, number: int) -> Answer:
    """Decide about `C:QTY-n`: the next scan, and only that, counts n times."""
    if must_scan_each(trigger, task):
        return Refused(outcome=Outcome.POLICY, text=say("scan_each"), then="")
    return Applied(text=say("armed", number=number), position=armed(trigger.position, number, trigger.scan.at))


def judge_report(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about a kind that is no scan."""
    judge = _REPORTS.get(trigger.kind)
    return judge(trigger, task) if judge else Refused(outcome=Outcome.POLICY, text=say("not_here"))


def _give_up(trigger: Trigger, task: PickTask, effect: ShortPick | WrongStock, text: str) -> Applied:
    """End the part of the task that cannot be picked here; what is in the hand goes its usual way."""
    position = trigger.position
    after = apply_effects(trigger.work, (effect,))
    left = after.tasks[task.id].left
    if left == 0:
        following, more = onward(after, position, trigger.scan.list_version)
        return Applied(text=text, position=following, effects=(effect, *more))
    if position.counted == left and not needs_tote_scan(trigger.work, task):
        return replace(commit(trigger, task, replace(load_in_hand(position), before=(effect,))), text=text)
    return Applied(
        text=text, position=enter(after, after.tasks[task.id], position, position.counted), effects=(effect,)
    )


def _refuse_away(trigger: Trigger, task: PickTask) -> Refused | None:
    """Nobody can say what lies in a bin without having scanned it."""
    if trigger.position.step is Step.BIN:
        return Refused(outcome=Outcome.POLICY, text=say("bin_first", bin=task.bin), then="")
    return None


def _refuse_complete(task: PickTask, found: int) -> Refused | None:
    return Refused(outcome=Outcome.POLICY, text=say("nothing_short")) if found == task.left else None


def _refuse_reason(trigger: Trigger, reasons: type[StrEnum]) -> Refused | None:
    known = {reason.value for reason in reasons}
    return None if trigger.scan.reason in known else Refused(outcome=Outcome.POLICY, text=say("say_why"), then="")


def _refuse_number(trigger: Trigger) -> Refused | None:
    if (trigger.number or 0) >= 1:
        return None
    return Refused(outcome=Outcome.POLICY, text=say("enter_number"), then="")


_REPORTS: dict[ScanKind, Callable[[Trigger, PickTask], Answer]] = {
    ScanKind.SHORT: judge_short,
    ScanKind.DAMAGED: judge_damaged,
    ScanKind.WRONG_STOCK: judge_wrong_stock,
    ScanKind.SKIP: judge_skip,
    ScanKind.TOTE_FULL: judge_tote_full,
}
