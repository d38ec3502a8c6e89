"""Scans of an item, a lot or a serial: is it the right one, how many does it stand for, may they be taken."""

from dataclasses import replace
from datetime import date

from warehouse.domain import barcodes
from warehouse.domain.codes import BarcodeKind, Outcome, ScanKind, Tracking, Via
from warehouse.domain.gs1 import expiry_date
from warehouse.domain.picking.answers import Answer, Applied, Refused, Trigger
from warehouse.domain.picking.commit import Load, commit
from warehouse.domain.picking.effects import Effect, QueueItemLabel
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import current_tote, instruction, is_workable, needs_tote_scan, step_in
from warehouse.domain.picking.work import LotChoice, Meaning, PickTask, Position, Step
from warehouse.domain.values import value
from warehouse.domain.words import together

_LAST_FOUR = 4
_LOT_TRACKED = {Tracking.LOT, Tracking.EXPIRY}


@value(kw_only=True)
class Units:
    """What one scan stands for: so many eaches of a SKU, as far as the label says with lot, serial and expiry."""

    sku: str
    pack: int = 1
    lot: str | None = None
    serial: str | None = None
    expires_on: date | None = None
    label: bool = False


def judge_units(trigger: Trigger, task: PickTask, meaning: Meaning) -> Answer:
    """Decide about a scan that means an item, one of its lots or one of its serials."""
    units = _units(trigger, meaning)
    if units.sku != task.sku:
        return refuse_foreign(trigger, task, units.sku)
    return _judge_right_item(trigger, task, units)


def judge_unnamed(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about an entered quantity without a code, which counts only where no item scan is asked."""
    if trigger.policy.scan_item:
        return Refused(outcome=Outcome.POLICY, text=say("item_first"))
    return _judge_right_item(trigger, task, Units(sku=task.sku))


def judge_new_serial(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about a code at the serial step that the system has never seen: a serial not booked in."""
    serial = trigger.reading.gs1.serial or trigger.reading.text
    return _judge_right_item(trigger, task, Units(sku=task.sku, serial=serial))


def is_typed_sku(trigger: Trigger, task: PickTask) -> bool:
    """Say whether the task's SKU, or its last four characters, were typed in place of an unreadable barcode."""
    typed = trigger.reading.text.upper()
    sku = task.sku.upper()
    is_typed = trigger.scan.via is Via.HAND and trigger.position.step is Step.ITEM
    return is_typed and typed in {sku, sku[-_LAST_FOUR:]}


def judge_typed_sku(trigger: Trigger, task: PickTask) -> Answer:
    """Decide about an item told by the last four of its SKU: the bin must be sure, and no neighbour may end alike."""
    typed = trigger.reading.text.upper()
    if trigger.position.at_bin != task.bin:
        return Refused(outcome=Outcome.POLICY, text=say("bin_first", bin=task.bin), then="")
    neighbours = {other.sku for other in trigger.work.tasks.values() if other.bin == task.bin}
    neighbours |= trigger.work.stock.get(task.bin, {}).keys()
    is_short = typed != task.sku.upper()
    if is_short and any(sku.upper().endswith(typed) for sku in neighbours - {task.sku}):
        return Refused(outcome=Outcome.AMBIGUOUS, text=say("ambiguous_last_four", bin=task.bin, code=typed), then="")
    return _judge_right_item(trigger, task, Units(sku=task.sku, label=True))


def must_scan_each(trigger: Trigger, task: PickTask) -> bool:
    """Say whether no entered or armed quantity may stand for scans."""
    policy = trigger.policy
    return policy.scan_each or task.scan_each or not policy.enter_quantity or task.tracking is Tracking.SERIAL


def refuse_foreign(trigger: Trigger, task: PickTask | None, sku: str) -> Refused:
    """Say where a SKU belongs that is not the one to be taken now."""
    others = [other for other in trigger.work.tasks.values() if other.sku == sku]
    for other in others:
        if is_workable(other):
            now = task.name if task else instruction(trigger.work, trigger.position)
            return Refused(outcome=Outcome.OTHER_TASK, text=say("later", stop=other.stop, name=now), then="")
    for other in others:
        if other.changed:
            return Refused(outcome=Outcome.ORDER_CHANGED, text=together(say_change(other), say("leave_it")))
    if others:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("complete", name=others[0].name))
    return Refused(outcome=Outcome.NOT_ON_BATCH, text=say("not_on_batch"))


def say_change(task: PickTask) -> str:
    """Say what happened to the task's order."""
    return say(f"order_{task.changed}", order=task.order, wanted=task.wanted, name=task.name)


def _units(trigger: Trigger, meaning: Meaning) -> Units:
    gs1 = trigger.reading.gs1
    sku = meaning.sku or meaning.code
    if meaning.kind is BarcodeKind.SERIAL:
        return Units(sku=sku, serial=meaning.code)
    expires_on = expiry_date(gs1.expiry, trigger.today) if gs1.expiry else meaning.expires_on
    if meaning.kind is BarcodeKind.LOT:
        is_for_held = trigger.position.step is Step.LOT and trigger.kind is ScanKind.SCAN
        held = trigger.position.held if is_for_held else 1
        return Units(sku=sku, pack=held, lot=meaning.code, expires_on=expires_on)
    pack = meaning.pack_quantity * gs1.count
    return Units(sku=sku, pack=pack, lot=gs1.lot, serial=gs1.serial, expires_on=expires_on)


def _judge_right_item(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    position = trigger.position
    if position.step is Step.BIN:
        return Refused(outcome=Outcome.POLICY, text=say("bin_first", bin=task.bin), then="")
    if position.step is Step.TOTE:
        return Refused(outcome=Outcome.OVER_QUANTITY, text=say("that_is_all", name=task.name))
    for refuse in (_refuse_expired, _refuse_entry, _refuse_too_many):
        refusal = refuse(trigger, task, units)
        if refusal is not None:
            return refusal
    if task.tracking in _LOT_TRACKED:
        return _judge_lot(trigger, task, units)
    if task.tracking is Tracking.SERIAL:
        return _judge_serial(trigger, task, units)
    return _count(trigger, task, replace(units, lot=None) if units.lot else units)


def _refuse_expired(trigger: Trigger, task: PickTask, units: Units) -> Refused | None:
    lot = units.lot or trigger.position.lot or task.lot
    known = next((choice.expires_on for choice in task.lots if choice.code == lot), None)
    of_task = task.expires_on if lot == task.lot else None
    expires_on = units.expires_on or known or of_task
    if expires_on is None or expires_on >= trigger.today:
        return None
    return Refused(outcome=Outcome.EXPIRED, text=say("expired", date=expires_on))


def _refuse_entry(trigger: Trigger, task: PickTask, units: Units) -> Refused | None:
    if trigger.kind is ScanKind.QUANTITY and (trigger.number or 0) < 1:
        return Refused(outcome=Outcome.POLICY, text=say("enter_number"))
    if _times(trigger) > 1 and must_scan_each(trigger, task):
        return Refused(outcome=Outcome.POLICY, text=say("scan_each"))
    if units.pack > 1 and task.tracking is Tracking.SERIAL:
        return Refused(outcome=Outcome.WRONG_UNIT, text=say("piece_each", pack=units.pack), then="")
    return None


def _refuse_too_many(trigger: Trigger, task: PickTask, units: Units) -> Refused | None:
    left = task.left - trigger.position.counted
    if units.pack * _times(trigger) <= left:
        return None
    if left == 0:
        return Refused(outcome=Outcome.OVER_QUANTITY, text=say("that_is_all", name=task.name))
    if units.pack > left:
        return Refused(outcome=Outcome.WRONG_UNIT, text=say("case", pack=units.pack, left=left), then="")
    return Refused(outcome=Outcome.OVER_QUANTITY, text=say("only", left=left), then="")


def _times(trigger: Trigger) -> int:
    entered = trigger.number if trigger.kind is ScanKind.QUANTITY else None
    return (entered or 1) * (trigger.position.armed or 1)


def _judge_lot(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    position = trigger.position
    if units.lot is None:
        return _judge_without_lot(trigger, task, units)
    need = position.lot or task.lot
    known = [choice.code for choice in task.lots]
    if units.lot == need or (need is None and (not known or units.lot in known)):
        return _judge_swapped(trigger, task, units)
    if position.counted:
        text = say("mixed_lots", lot=units.lot, need=need)
        return Refused(outcome=Outcome.WRONG_LOT, text=text, then=_put_away(trigger, task))
    return _judge_swap(trigger, task, units, need or " / ".join(known))


def _judge_without_lot(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    position = trigger.position
    held = units.pack * _times(trigger)
    at_lot = replace(position, step=Step.LOT, held=held, armed=None)
    if len(task.lots) > 1:
        text = say("ambiguous_lots", lots=len(task.lots), bin=task.bin)
        return Refused(outcome=Outcome.AMBIGUOUS, text=text, position=at_lot, then="")
    if trigger.policy.scan_lot:
        if position.step is Step.LOT:
            return Refused(outcome=Outcome.POLICY)
        return Applied(text="", position=at_lot)
    return _count(trigger, task, replace(units, lot=position.lot or task.lot))


def _judge_swap(trigger: Trigger, task: PickTask, units: Units, need: str) -> Answer:
    choice = _choice(task, units.lot)
    number = units.pack * _times(trigger)
    is_legal = trigger.policy.allow_swap and task.lot is not None and choice is not None and choice.free >= number
    if not is_legal:
        return Refused(outcome=Outcome.WRONG_LOT, text=say("wrong_lot", lot=units.lot, need=need), then="")
    if trigger.position.asked == trigger.reading.text:
        return _count(trigger, task, units)
    text = say("swap", lot=units.lot, need=need)
    return Refused(outcome=Outcome.WRONG_LOT, text=text, asked=trigger.reading.text, then="")


def _judge_swapped(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    """Count on with the lot in the hand; a swapped one only as far as it is free."""
    choice = _choice(task, units.lot)
    number = trigger.position.counted + units.pack * _times(trigger)
    if task.lot is not None and units.lot != task.lot and choice is not None and choice.free < number:
        text = say("lot_free", left=max(choice.free - trigger.position.counted, 0), lot=units.lot)
        return Refused(outcome=Outcome.OVER_QUANTITY, text=text, then=_put_away(trigger, task))
    return _count(trigger, task, units)


def _choice(task: PickTask, lot: str | None) -> LotChoice | None:
    return next((choice for choice in task.lots if choice.code == lot), None)


def _put_away(trigger: Trigger, task: PickTask) -> str:
    if needs_tote_scan(trigger.work, task):
        return say("tote_first", tote=current_tote(trigger.work, task))
    return say("confirm")


def _judge_serial(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    position = trigger.position
    if units.serial is None:
        if position.step is Step.SERIAL:
            return Refused(outcome=Outcome.POLICY)
        return Applied(text="", position=replace(position, step=Step.SERIAL, held=1, armed=None))
    return _refuse_serial(trigger, task, units.serial) or _count(trigger, task, units)


def _refuse_serial(trigger: Trigger, task: PickTask, serial: str) -> Refused | None:
    if serial in trigger.position.serials:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("serial_twice", serial=serial))
    known = _serial(trigger, task, serial)
    if known is None:
        is_new = trigger.policy.new_serials
        unknown = Refused(outcome=Outcome.UNKNOWN_BARCODE, text=say("unknown", code=serial), then="")
        return None if is_new else unknown
    if known.bin is None:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("serial_gone", serial=serial))
    if known.bin != task.bin:
        return Refused(outcome=Outcome.WRONG_BIN, text=say("serial_elsewhere", serial=serial, bin=known.bin))
    return None


def _serial(trigger: Trigger, task: PickTask, serial: str) -> Meaning | None:
    meanings = trigger.look_up(barcodes.key(serial))
    return next((it for it in meanings if it.kind is BarcodeKind.SERIAL and it.sku == task.sku), None)


def _count(trigger: Trigger, task: PickTask, units: Units) -> Answer:
    position = trigger.position
    counted = position.counted + units.pack * _times(trigger)
    serials = (*position.serials, units.serial) if units.serial else position.serials
    labels: tuple[Effect, ...] = (QueueItemLabel(task.id, task.sku, task.bin),) if units.label else ()
    if counted == task.left and not needs_tote_scan(trigger.work, task):
        return commit(trigger, task, Load(quantity=counted, lot=units.lot, serials=serials, before=labels))
    step = step_in(trigger.work, task, at_bin=position.at_bin, counted=counted)
    onward = Position(
        task=task.id,
        step=step,
        counted=counted,
        at_bin=position.at_bin,
        slot=task.slot,
        lot=units.lot,
        serials=serials,
        skipped=position.skipped,
    )
    return Applied(text=_progress(trigger, task, counted), position=onward, effects=labels, then="")


def _progress(trigger: Trigger, task: PickTask, counted: int) -> str:
    done, wanted = task.picked + counted, task.wanted - task.short
    if needs_tote_scan(trigger.work, task):
        return say("counted_for_tote", done=done, wanted=wanted, tote=current_tote(trigger.work, task))
    return say("counted", done=done, wanted=wanted)
