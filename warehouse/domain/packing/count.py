"""Count units into cartons, or out of them when the order no longer wants them."""

from collections.abc import Iterable
from dataclasses import replace

from warehouse.domain.codes import Outcome
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.second import judge_again
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.units import Part, Units, known_units, lines_of, refuse_detail, refuse_entry, take, times
from warehouse.domain.packing.walk import (
    is_emptied,
    is_recounting,
    is_visible,
    next_carton_number,
    open_carton,
    revealed,
    surplus,
)
from warehouse.domain.packing.work import PackLine, PackPosition, PackStep, PackWork
from warehouse.domain.words import sentence


def judge_units(trigger: PackTrigger, units: Units) -> Answer:
    """Decide about units that are packed, or scanned out when the order no longer wants them."""
    lines = lines_of(trigger.work, units.sku)
    if not lines:
        return not_in_order(trigger, units)
    if is_recounting(trigger.work):
        return judge_again(trigger, lines, units)
    has_surplus = any(line.surplus for line in trigger.work.lines.values())
    if has_surplus and not any(line.surplus for line in lines):
        text = say("take_out", units=surplus(trigger.work))
        return Refused(outcome=Outcome.ORDER_CHANGED, text=text, then="", line=lines[0].order_line)
    answer = refuse_entry(trigger, lines[0], units) or refuse_detail(trigger, lines, units)
    if answer is not None:
        return answer
    known = known_units(lines, units)
    return _scan_out(trigger, lines, known) if has_surplus else _pack(trigger, lines, known)


def not_in_order(trigger: PackTrigger, units: Units) -> Refused:
    """Say that this item is not part of the order."""
    text = say("not_in_order", name=units.name, order=trigger.work.order)
    return Refused(outcome=Outcome.NOT_ON_BATCH, text=text)


def carton_for(work: PackWork) -> tuple[tuple[fx.PackEffect, ...], int]:
    """Give the carton the next unit goes into, and what opens it when there is none."""
    carton = open_carton(work)
    if carton is not None:
        return (), carton.number
    number = next_carton_number(work)
    return (fx.OpenCarton(number),), number


def back_to_units(position: PackPosition) -> PackPosition:
    """Give the position at which the next unit is scanned."""
    return replace(
        position,
        step=PackStep.UNIT,
        held_sku=None,
        held=0,
        armed=None,
        armed_at=None,
        report=None,
        damage=None,
        weight_off=None,
    )


def _pack(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Answer:
    number = units.pack * times(trigger)
    room = [(line, _room(line, units)) for line in lines]
    left = sum(there for _, there in room)
    if number > left:
        return _refuse_too_many(trigger, lines, units, left)
    shares = _share(room, number)
    effects = _packing(trigger, units, shares)
    after = apply_effects(trigger.work, effects)
    position = back_to_units(trigger.position)
    order_line = shares[-1][0].order_line
    text = _progress(after, position, order_line)
    return Applied(text=text, position=position, effects=effects, line=order_line)


def _room(line: PackLine, units: Units) -> int:
    if units.serial is not None:
        return min(line.left, int(units.serial in line.serials))
    if units.lot is None:
        return line.left
    return min(line.left, sum(lot.picked - lot.packed for lot in line.lots if lot.code == units.lot))


def _share(room: list[tuple[PackLine, int]], number: int) -> list[tuple[PackLine, int]]:
    """Fill the first line before the next."""
    shares: list[tuple[PackLine, int]] = []
    for line, there in room:
        part = min(there, number)
        if part:
            shares.append((line, part))
        number -= part
    return shares


def _packing(trigger: PackTrigger, units: Units, shares: list[tuple[PackLine, int]]) -> tuple[fx.PackEffect, ...]:
    opening, carton = carton_for(trigger.work)
    packed = (
        fx.PackUnits(
            order_line=line.order_line,
            sku=units.sku,
            quantity=quantity,
            carton=carton,
            lot=units.lot,
            serials=(units.serial,) if units.serial else (),
            self_packed=trigger.scan.person in trigger.work.pickers,
        )
        for line, quantity in shares
    )
    return (*opening, *packed)


def _progress(work: PackWork, position: PackPosition, order_line: int) -> str:
    line = work.lines[order_line]
    pattern = "counted_of" if is_visible(work, position, line) else "counted"
    return say(pattern, name=line.name, packed=line.packed, picked=min(line.picked, line.wanted))


def _refuse_too_many(trigger: PackTrigger, lines: list[PackLine], units: Units, left: int) -> Refused:
    position = replace(trigger.position, revealed=revealed(trigger.position, lines))
    outcome, order_line = Outcome.OVER_QUANTITY, lines[0].order_line
    if left == 0:
        text = _say_too_many(lines, units)
        position = back_to_units(position) if position.step is PackStep.LOT else position
    elif units.pack > left:
        outcome, text = Outcome.WRONG_UNIT, say("case", pack=units.pack, left=left)
    else:
        text = say("only", left=left, name=units.name)
    return Refused(outcome=outcome, text=text, position=position, then="", line=order_line)


def _say_too_many(lines: list[PackLine], units: Units) -> str:
    if units.lot is None:
        return say("too_many", packed=sum(line.packed for line in lines), name=units.name)
    packed = sum(lot.packed for line in lines for lot in line.lots if lot.code == units.lot)
    named = "{name} lot {lot}" if units.lot else "{name} without a lot"
    return say("too_many", packed=packed, name=sentence(named, name=units.name, lot=units.lot))


def _scan_out(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Answer:
    number = units.pack * times(trigger)
    parts = take(trigger.work, lines, units, {line.order_line: line.surplus for line in lines})
    left = sum(part.quantity for part in parts)
    order_line = lines[0].order_line
    if number > left:
        text = say("only_out", left=left, name=units.name)
        return Refused(outcome=Outcome.OVER_QUANTITY, text=text, line=order_line)
    effects: tuple[fx.PackEffect, ...] = tuple(_outs(parts, units, number))
    after = apply_effects(trigger.work, effects)
    text = say("taken_out", number=number, name=units.name)
    position = back_to_units(trigger.position)
    if not is_emptied(after):
        return Applied(text=text, position=position, effects=effects, line=order_line)
    emptied = (*effects, fx.AllScannedOut(after.order))
    position = replace(position, step=PackStep.FINISHED)
    then = say("all_out", order=after.order)
    return Applied(text=text, position=position, effects=emptied, then=then, line=order_line)


def _outs(parts: Iterable[Part], units: Units, number: int) -> Iterable[fx.ScanOut]:
    for part in parts:
        quantity = min(part.quantity, number)
        number -= quantity
        if quantity:
            yield fx.ScanOut(
                order_line=part.line.order_line,
                sku=units.sku,
                quantity=quantity,
                lot=units.lot,
                serials=(units.serial,) if units.serial else (),
                carton=part.carton,
            )
