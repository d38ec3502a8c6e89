"""What a packer reports: a damaged unit, a missing one, one that does not belong here, the shelf the totes wait on."""

from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, DamageReason, Outcome, ScanKind
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy, refuse_thing, say_subject
from warehouse.domain.packing.count import back_to_units
from warehouse.domain.packing.second import named, not_found
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.units import (
    Part,
    Units,
    known_units,
    lines_of,
    refuse_detail,
    refuse_entry,
    take,
    unpacked_of,
)
from warehouse.domain.packing.walk import is_recounting, revealed, to_recount, units
from warehouse.domain.packing.work import PackLine, PackPosition, PackStep
from warehouse.domain.picking.work import Meaning

_REPORTS = {ScanKind.DAMAGED: "scan_damaged", ScanKind.WRONG_STOCK: "scan_foreign"}


def judge_help(trigger: PackTrigger) -> Answer:
    """Call a lead; nothing moves."""
    effects = (fx.OpenPackException("help", None, say_subject(trigger)),)
    return Applied(text=say("help"), position=trigger.position, effects=effects, last="as_before")


def judge_report_begun(trigger: PackTrigger) -> Answer:
    """Decide about DAMAGED or WRONG_STOCK without a code: the next unit scanned is the one meant."""
    position = replace(back_to_units(trigger.position), report=trigger.kind, damage=_damage(trigger))
    return Applied(text=say(_REPORTS[trigger.kind]), position=position, then="", last="as_before")


def judge_damaged(trigger: PackTrigger, found: Units) -> Answer:
    """Decide about damaged units: they leave tote or carton and are picked again."""
    lines = lines_of(trigger.work, found.sku)
    refusal = _refuse_report(trigger, lines, found)
    if refusal is not None:
        return refusal
    known = known_units(lines, found)
    number = found.pack * (trigger.number or 1) * (trigger.position.armed or 1)
    parts = _exactly(take(trigger.work, lines, known, {it.order_line: it.picked for it in lines}), number)
    left = sum(part.quantity for part in parts)
    if left < number:
        text = say("not_that_many", left=left, name=found.name)
        position = replace(trigger.position, revealed=revealed(trigger.position, lines))
        return Refused(outcome=Outcome.OVER_QUANTITY, text=text, position=position, line=lines[0].order_line)
    reason = _damage(trigger) or trigger.position.damage or DamageReason.OTHER
    effects = tuple(_repick(part, known, reason) for part in parts)
    text = say("repick_damaged", number=number, name=found.name)
    return _to_shelf(trigger, text, effects, lines[0].order_line)


def judge_foreign(trigger: PackTrigger, found: Units) -> Answer:
    """Decide about a unit that does not belong here: not in the order, of another lot, or one too many."""
    lines = lines_of(trigger.work, found.sku)
    lot_is_ours = found.lot is None or any(lot.code == found.lot for line in lines for lot in line.lots)
    serial_is_ours = found.serial is None or any(found.serial in line.serials for line in lines)
    if lot_is_ours and serial_is_ours and any(line.left for line in lines):
        return policy("still_needed", order=trigger.work.order, name=found.name)
    aside = fx.PutAside(
        sku=found.sku,
        quantity=found.pack * (trigger.number or 1) * (trigger.position.armed or 1),
        lot=found.lot,
        serials=(found.serial,) if found.serial else (),
    )
    text = say("put_aside", name=found.name)
    return Applied(text=text, position=back_to_units(trigger.position), effects=(aside,))


def judge_missing(trigger: PackTrigger, sku: str | None = None) -> Answer:
    """Decide about SHORT: what the totes do not hold is picked again, once the packer has looked twice.

    `sku` limits it to one item; `quantity` is how many of it were found, which must all be scanned.
    """
    if is_recounting(trigger.work):
        return _judge_not_found(trigger, sku)
    lines = [line for line in trigger.work.lines.values() if line.left and sku in (None, line.sku)]
    unpicked = [line for line in trigger.work.lines.values() if line.unpicked]
    if not lines and unpicked:
        text = say("unpicked", units=units((line, line.unpicked) for line in unpicked))
        return _to_shelf(trigger, text, (), unpicked[0].order_line)
    if not lines:
        return policy("nothing_missing")
    if trigger.number is not None and trigger.number > sum(line.packed for line in lines):
        return policy("found_more")
    effects = tuple(effect for line in lines for effect in _lost(line))
    return _report_twice(trigger, lines, units((line, line.left) for line in lines), effects)


def judge_shelf(trigger: PackTrigger, meaning: Meaning) -> Answer:
    """Decide about the problem shelf the totes are put on."""
    if meaning.kind is not BarcodeKind.BIN:
        return refuse_thing(meaning)
    if meaning.code not in trigger.work.shelves:
        return Refused(outcome=Outcome.WRONG_BIN, text=say("not_a_shelf", bin=meaning.code))
    position = PackPosition(step=PackStep.PARKED, seen_change=trigger.position.seen_change)
    effects = (fx.ParkTotes(meaning.code, tuple(trigger.work.totes)),)
    then = say("parked", shelf=meaning.code)
    return Applied(text="", position=position, effects=effects, then=then)


def _judge_not_found(trigger: PackTrigger, sku: str | None) -> Answer:
    """Decide about SHORT in a second count: what is not in the carton leaves it in the books, too."""
    carton = to_recount(trigger.work)
    missing = [part for part in not_found(trigger.work, carton) if sku in (None, part.sku)] if carton else []
    if carton is None or not missing:
        return policy("nothing_missing")
    effects = tuple(
        fx.RepickUnits(
            order_line=part.order_line,
            sku=part.sku,
            quantity=part.quantity,
            reason="missing",
            lot=part.lot,
            serials=part.serials,
            carton=carton.number,
        )
        for part in missing
    )
    lines = [trigger.work.lines[part.order_line] for part in missing]
    return _report_twice(trigger, lines, named(trigger.work, missing), effects)


def _report_twice(
    trigger: PackTrigger, lines: list[PackLine], missing: str, effects: tuple[fx.RepickUnits, ...]
) -> Answer:
    """Ask for the same report again before units are written off (rule 8)."""
    asked = f"short:{missing}"
    if trigger.position.asked != asked and not trigger.is_shadow:
        position = replace(trigger.position, revealed=revealed(trigger.position, lines))
        text = say("report_again", units=missing)
        return Refused(outcome=Outcome.POLICY, text=text, position=position, then="", asked=asked)
    return _to_shelf(trigger, say("repick_missing", units=missing), effects, lines[0].order_line)


def _refuse_report(trigger: PackTrigger, lines: list[PackLine], found: Units) -> Answer | None:
    if not lines:
        text = say("not_in_order", name=found.name, order=trigger.work.order)
        return Refused(outcome=Outcome.NOT_ON_BATCH, text=text)
    if trigger.number is not None and trigger.number < 1:
        return policy("enter_number", then="")
    # An expired unit may be reported, and so may one that is packed already.
    detail = refuse_detail(replace(trigger, today=trigger.today.min), lines, found)
    if isinstance(detail, Applied):
        return policy("serial_label", name=found.name)
    if detail is None or detail.outcome is Outcome.ALREADY_DONE:
        return refuse_entry(trigger, lines[0], found)
    is_lot_missing = detail.outcome is Outcome.AMBIGUOUS
    return replace(detail, text=say("lot_label", name=found.name), position=None) if is_lot_missing else detail


def _damage(trigger: PackTrigger) -> DamageReason | None:
    return next((reason for reason in DamageReason if reason.value == trigger.scan.reason), None)


def _exactly(parts: list[Part], number: int) -> list[Part]:
    exact: list[Part] = []
    for part in parts:
        quantity = min(part.quantity, number)
        number -= quantity
        if quantity:
            exact.append(replace(part, quantity=quantity))
    return exact


def _repick(part: Part, found: Units, damage: DamageReason) -> fx.RepickUnits:
    return fx.RepickUnits(
        order_line=part.line.order_line,
        sku=found.sku,
        quantity=part.quantity,
        reason="damaged",
        damage=damage,
        lot=found.lot,
        serials=(found.serial,) if found.serial else (),
        carton=part.carton,
    )


def _lost(line: PackLine) -> list[fx.RepickUnits]:
    return [
        fx.RepickUnits(
            order_line=line.order_line,
            sku=line.sku,
            quantity=quantity,
            reason="missing",
            lot=lot,
            serials=serials,
        )
        for quantity, lot, serials in unpacked_of(line)
    ]


def _to_shelf(trigger: PackTrigger, text: str, effects: tuple[fx.PackEffect, ...], order_line: int) -> Applied:
    position = replace(back_to_units(trigger.position), step=PackStep.SHELF, split=None)
    return Applied(text=text, position=position, effects=effects, line=order_line)
