"""Scans of carts, totes and bins: the cart start, the tote that commits, the bin that opens a stop."""

from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, Outcome
from warehouse.domain.picking.answers import Answer, Applied, Refused, Trigger
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.commit import commit, load_in_hand
from warehouse.domain.picking.effects import BindTote, TakeCart
from warehouse.domain.picking.items import say_change
from warehouse.domain.picking.texts import named_thing, say
from warehouse.domain.picking.walk import arrive, begin, current_tote, enter, is_workable, needs_tote_scan
from warehouse.domain.picking.work import Meaning, PickTask, Step, ToteSlot
from warehouse.domain.words import together


def refuse_unknown(trigger: Trigger) -> Refused:
    """Say that nothing in the system has this code."""
    return Refused(outcome=Outcome.UNKNOWN_BARCODE, text=say("unknown", code=trigger.reading.text), then="")


def refuse_ambiguous(meanings: list[Meaning]) -> Refused:
    """Say which more precise label is needed."""
    are_items = all(meaning.kind is BarcodeKind.ITEM for meaning in meanings)
    is_two = len({meaning.sku for meaning in meanings}) > 1
    return Refused(
        outcome=Outcome.AMBIGUOUS,
        text=say("ambiguous_items" if are_items and is_two else "ambiguous"),
        then="",
    )


def refuse_thing(meaning: Meaning) -> Refused:
    """Say that the code is known, but of a kind that does not belong to this step."""
    return Refused(outcome=Outcome.POLICY, text=say("wrong_thing", thing=named_thing(meaning.kind)))


def judge_cart(trigger: Trigger, meaning: Meaning) -> Answer:
    """Decide about the cart a batch begins with."""
    if meaning.kind is not BarcodeKind.CART:
        return refuse_thing(meaning)
    if trigger.work.cart not in {None, meaning.code}:
        return Refused(outcome=Outcome.POLICY, text=say("cart_wrong", cart=meaning.code))
    if meaning.free is None:
        return Refused(outcome=None, text=say("asking"), then="")
    if not meaning.free:
        return Refused(outcome=Outcome.POLICY, text=say("cart_in_use", cart=meaning.code))
    effects = (TakeCart(meaning.code),)
    return Applied(
        text=say("cart_taken", cart=meaning.code),
        position=begin(apply_effects(trigger.work, effects)),
        effects=effects,
    )


def judge_bind(trigger: Trigger, meaning: Meaning) -> Answer:
    """Decide about the empty tote that is put on the slot asked for."""
    if meaning.kind is not BarcodeKind.TOTE:
        return refuse_thing(meaning)
    owner = owner_of(trigger, meaning)
    if owner is not None:
        return _refuse_bind("tote_of_order", tote=meaning.code, order=owner)
    if meaning.free is None:
        return Refused(outcome=None, text=say("asking"), then="")
    if not meaning.free:
        return _refuse_bind("tote_not_empty", tote=meaning.code)
    return _bind(trigger, trigger.work.slots[trigger.position.slot or 0], meaning.code)


def owner_of(trigger: Trigger, meaning: Meaning) -> str | None:
    """Return the order a tote belongs to: on this cart, else as the site knows it."""
    for slot in trigger.work.slots.values():
        if meaning.code == slot.tote or meaning.code in slot.earlier:
            return slot.order
    return meaning.order


def _refuse_bind(pattern: str, **values: str) -> Refused:
    return Refused(outcome=Outcome.WRONG_TOTE, text=say(pattern, **values), then=say("take_empty_tote"))


def _bind(trigger: Trigger, slot: ToteSlot, tote: str) -> Applied:
    effects = (BindTote(slot.slot, tote, slot.order),)
    after = apply_effects(trigger.work, effects)
    task = after.tasks.get(trigger.position.task or 0)
    if task is None:
        position, _ = arrive(after, trigger.position, trigger.scan.list_version)
    else:
        position = enter(after, task, trigger.position, trigger.position.counted)
    return Applied(text=say("bound", tote=tote, order=slot.order), position=position, effects=effects)


def judge_bin(trigger: Trigger, task: PickTask, meaning: Meaning) -> Answer:
    """Decide about a bin scanned while picking."""
    position = trigger.position
    there = task if meaning.code == task.bin else _by_the_old_way(trigger, meaning.code)
    if there is None:
        return _refuse_bin(trigger, task, meaning.code)
    if position.at_bin == there.bin:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("at_bin", bin=there.bin))
    here = enter(trigger.work, there, replace(position, at_bin=there.bin), position.counted)
    return Applied(text=say("at_bin", bin=there.bin), position=here)


def _by_the_old_way(trigger: Trigger, code: str) -> PickTask | None:
    """Give the task that a device without network was right to go to: it has not heard that the way was found anew."""
    work, position, scan = trigger.work, trigger.position, trigger.scan
    has_heard = scan.list_version >= work.list_version or scan.local is not Outcome.ACCEPTED
    if has_heard or position.step is not Step.BIN or position.counted:
        return None
    there = (work.tasks[key] for stop in work.stops if stop.bin == code for key in stop.tasks)
    known = (task for task in there if is_workable(task) and task.version <= scan.list_version)
    return min(known, key=lambda task: task.id in position.skipped, default=None)


def _refuse_bin(trigger: Trigger, task: PickTask, code: str) -> Refused:
    there = [task for task in trigger.work.tasks.values() if task.bin == code]
    changed = next((task for task in there if task.changed), None)
    if changed is not None and all(task.changed or task.left <= 0 for task in there):
        return Refused(outcome=Outcome.ORDER_CHANGED, text=together(say_change(changed), say("leave_it")))
    then = None if trigger.position.step is Step.TOTE else say("go", bin=task.bin)
    return Refused(outcome=Outcome.WRONG_BIN, text=say("wrong_bin", bin=code), then=then)


def judge_tote(trigger: Trigger, task: PickTask, meaning: Meaning) -> Answer:
    """Decide about a tote scanned while picking: only this commits, where a tote is asked (rule 6)."""
    position = trigger.position
    refusal = _refuse_tote(trigger, task, meaning)
    if refusal is not None:
        return refusal
    if position.step in {Step.LOT, Step.SERIAL}:
        return Refused(outcome=Outcome.POLICY)
    if position.counted:
        return commit(trigger, task, load_in_hand(position))
    return Refused(outcome=Outcome.POLICY, text="" if position.step is Step.BIN else say("item_first"))


def _refuse_tote(trigger: Trigger, task: PickTask, meaning: Meaning) -> Refused | None:
    last = trigger.position.last
    if last is not None and last.tote == meaning.code and not trigger.position.counted:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("tote_has_it", tote=meaning.code))
    tote = current_tote(trigger.work, task)
    if tote is None:
        return Refused(outcome=Outcome.POLICY, text=say("tote_not_needed"))
    if meaning.code == tote:
        is_locked = trigger.work.slots[task.slot or 0].locked is not None
        return Refused(outcome=Outcome.ORDER_CHANGED, text=say("order_locked", order=task.order)) if is_locked else None
    return Refused(
        outcome=Outcome.WRONG_TOTE,
        text=_foreign_tote(trigger, task, meaning),
        then=say("use_tote", tote=tote),
    )


def _foreign_tote(trigger: Trigger, task: PickTask, meaning: Meaning) -> str:
    slot = trigger.work.slots[task.slot or 0]
    if meaning.code in slot.earlier:
        return say("tote_is_full", tote=meaning.code)
    owner = owner_of(trigger, meaning)
    if owner is None:
        return say("tote_elsewhere", tote=meaning.code)
    return say("tote_of_order", tote=meaning.code, order=owner)


def judge_confirm(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about CONFIRM: it commits fewer where no tote is asked, and never fills a quantity by itself."""
    position = trigger.position
    if position.counted == 0:
        if position.step is Step.BIN:
            return Refused(outcome=Outcome.POLICY)
        return Refused(outcome=Outcome.POLICY, text=say("say_short"), then="")
    if needs_tote_scan(trigger.work, task) or position.step in {Step.LOT, Step.SERIAL}:
        tote = current_tote(trigger.work, task)
        is_tote = position.step in {Step.ITEM, Step.TOTE}
        return Refused(outcome=Outcome.POLICY, then=say("scan_tote", tote=tote) if is_tote else None)
    return commit(trigger, task, load_in_hand(position))
