"""Codes scanned at the pack station: never the first of several meanings, and each kind at its own step."""

from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, Outcome, ScanKind, Via
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy, refuse_thing
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.close import judge_weight_badge
from warehouse.domain.packing.count import judge_units
from warehouse.domain.packing.effects import ScanInTote
from warehouse.domain.packing.reports import judge_damaged, judge_foreign, judge_missing, judge_shelf
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.units import Units, units_of
from warehouse.domain.packing.walk import missing_totes, next_step, places
from warehouse.domain.packing.work import PackStep
from warehouse.domain.picking.arming import armed
from warehouse.domain.picking.work import Meaning

_UNITS = {BarcodeKind.ITEM, BarcodeKind.LOT, BarcodeKind.SERIAL}


def judge_tote_code(trigger: PackTrigger) -> Answer:
    """Decide about a code while totes are still to be scanned in."""
    meaning = _one_meaning(trigger)
    if isinstance(meaning, Refused):
        return meaning
    if meaning.kind is not BarcodeKind.TOTE:
        return policy("totes_first", then="", totes=places(missing_totes(trigger.work)))
    return _judge_tote(trigger, meaning)


def judge_shelf_code(trigger: PackTrigger) -> Answer:
    """Decide about a code while the totes are to be put on the problem shelf."""
    meaning = _one_meaning(trigger)
    return meaning if isinstance(meaning, Refused) else judge_shelf(trigger, meaning)


def judge_code(trigger: PackTrigger) -> Answer:
    """Decide about a code while units are packed, weighed or reported."""
    if trigger.reading.armed is not None:
        return _arm(trigger, trigger.reading.armed)
    if trigger.kind is ScanKind.QUANTITY and not trigger.reading.text:
        return Refused(outcome=Outcome.POLICY)
    if trigger.position.step is PackStep.SERIAL and trigger.reading.keys and not trigger.meanings():
        return _judge_new_serial(trigger)
    meaning = _one_meaning(trigger)
    return meaning if isinstance(meaning, Refused) else _judge_meaning(trigger, meaning)


def _judge_meaning(trigger: PackTrigger, meaning: Meaning) -> Answer:
    if meaning.kind in _UNITS:
        return _judge_reported(trigger, units_of(trigger, meaning))
    if trigger.position.step is PackStep.WEIGHT:
        return judge_weight_badge(trigger, meaning)
    if meaning.kind is BarcodeKind.TOTE:
        return _judge_tote(trigger, meaning)
    return refuse_thing(meaning)


def _judge_reported(trigger: PackTrigger, units: Units) -> Answer:
    kind = trigger.position.report or trigger.kind
    if kind is ScanKind.DAMAGED:
        return judge_damaged(trigger, units)
    if kind is ScanKind.WRONG_STOCK:
        return judge_foreign(trigger, units)
    if kind is ScanKind.SHORT:
        return judge_missing(trigger, units.sku)
    return judge_units(trigger, units)


def _judge_new_serial(trigger: PackTrigger) -> Answer:
    """Decide about a serial the system learned when it was picked: it stands on the order's lines alone."""
    sku = trigger.position.held_sku or ""
    serial = trigger.reading.gs1.serial or trigger.reading.text
    name = next((line.name for line in trigger.work.lines.values() if line.sku == sku), sku)
    return _judge_reported(trigger, Units(sku=sku, name=name, serial=serial))


def _arm(trigger: PackTrigger, number: int) -> Answer:
    if trigger.work.policy.scan_each or not trigger.work.policy.enter_quantity:
        return policy("scan_each", then="")
    position = armed(trigger.position, number, trigger.scan.at)
    return Applied(text=say("armed", number=number), position=position, last="as_before")


def _judge_tote(trigger: PackTrigger, meaning: Meaning) -> Answer:
    tote = trigger.work.totes.get(meaning.code)
    if tote is None:
        owner = meaning.order
        text = (
            say("tote_of_order", tote=meaning.code, order=owner)
            if owner
            else say("tote_empty", tote=meaning.code, order=trigger.work.order)
        )
        return Refused(outcome=Outcome.WRONG_TOTE, text=text)
    if tote.scanned_in:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("tote_is_in", tote=tote.code))
    if tote.locked is not None and trigger.work.change is None:
        text = say("tote_locked", tote=tote.code, reason=tote.locked)
        return Refused(outcome=Outcome.ORDER_CHANGED, text=text, then="")
    effects = (ScanInTote(tote.code),)
    after = apply_effects(trigger.work, effects)
    waiting = missing_totes(after)
    position = replace(trigger.position, step=next_step(after))
    then = say("tote_waits", totes=places(waiting)) if waiting else None
    return Applied(text=say("tote_in", tote=tote.code), position=position, effects=effects, then=then)


def _one_meaning(trigger: PackTrigger) -> Meaning | Refused:
    """Return the only thing the code can mean here; never the first of several (rule 3)."""
    meanings = list(trigger.meanings())
    held = trigger.position.held_sku
    if held is not None:
        # The item is known by now, so a lot or serial of the same name of another item is out of the question.
        is_detail = all(meaning.kind in {BarcodeKind.LOT, BarcodeKind.SERIAL} for meaning in meanings)
        own = [meaning for meaning in meanings if meaning.sku == held]
        meanings = own if is_detail and own else meanings
    if len(meanings) == 1:
        return meanings[0]
    return _refuse_ambiguous(meanings) if meanings else _typed_sku(trigger)


def _refuse_ambiguous(meanings: list[Meaning]) -> Refused:
    are_items = all(meaning.kind is BarcodeKind.ITEM for meaning in meanings)
    pattern = "ambiguous_items" if are_items else "ambiguous"
    return Refused(outcome=Outcome.AMBIGUOUS, text=say(pattern), then="")


def _typed_sku(trigger: PackTrigger) -> Meaning | Refused:
    typed = trigger.reading.text.upper()
    if trigger.scan.via is Via.HAND:
        line = next((line for line in trigger.work.lines.values() if line.sku.upper() == typed), None)
        if line is not None:
            return Meaning(kind=BarcodeKind.ITEM, code=line.sku, sku=line.sku, name=line.name)
    return Refused(outcome=Outcome.UNKNOWN_BARCODE, text=say("unknown", code=trigger.reading.text), then="")
