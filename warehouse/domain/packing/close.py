"""Closing at the pack station: nothing is sealed while a unit is missing, an instruction open or a weight wrong."""

from collections.abc import Iterator
from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, Outcome
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing import second_effects as second
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy, refuse_unsent
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.count import back_to_units, carton_for
from warehouse.domain.packing.second import named, not_found
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.units import unpacked_of
from warehouse.domain.packing.walk import (
    is_recounting,
    open_carton,
    open_cartons,
    revealed,
    to_recount,
    to_weigh,
    units,
)
from warehouse.domain.packing.weight import fits, say_weight_off
from warehouse.domain.packing.work import PackCarton, PackPosition, PackStep, PackWork
from warehouse.domain.picking.work import Meaning
from warehouse.domain.shipping.parcels import Packed, content_hash
from warehouse.domain.values import value
from warehouse.domain.words import listed, sentence, together


@value
class _Ahead:
    """What a scan has brought about on the way to closing: the effects so far and the position reached."""

    effects: tuple[fx.PackEffect, ...]
    position: PackPosition
    text: str = ""


def judge_confirm(trigger: PackTrigger) -> Answer:
    """Decide about CONFIRM: that nothing is missing, the second count, each instruction, the scale, then seal."""
    position = trigger.position
    if (owing := refuse_unsent(trigger)) is not None:
        return owing
    if is_recounting(trigger.work):
        return _confirm_again(trigger)
    if position.step is PackStep.INSTRUCT:
        done = trigger.work.instructions[position.confirmed]
        confirmed = replace(position, confirmed=position.confirmed + 1)
        return _advance(trigger, _Ahead((fx.ConfirmInstruction(done.kind, done.text),), confirmed, say("instructed")))
    if position.step is PackStep.WEIGHT:
        return policy("weight_first", then="")
    return _refuse_unfinished(trigger) or _advance(trigger, _unverified(trigger))


def judge_close_carton(trigger: PackTrigger) -> Answer:
    """Decide about a full carton: the next unit opens another; with nothing left to pack it is CONFIRM."""
    if is_recounting(trigger.work):
        return judge_confirm(trigger)
    carton = open_carton(trigger.work)
    if carton is None or not carton.content:
        number = carton.number if carton else carton_for(trigger.work)[1]
        return policy("carton_empty", carton=number)
    if not any(line.left or line.unpicked for line in trigger.work.lines.values()):
        return judge_confirm(trigger)
    position = back_to_units(trigger.position)
    text = say("next_carton", carton=carton.number)
    return Applied(text=text, position=position, effects=(fx.FillCarton(carton.number),))


def judge_weight(trigger: PackTrigger) -> Answer:
    """Decide about what the scale shows for the carton on it."""
    grams = trigger.number or 0
    if grams < 1:
        return policy("enter_number", then="")
    carton, expected = _on_scale(trigger.work)
    if fits(trigger.work.policy, grams, expected):
        text = say("weight_fits", carton=carton.number, grams=grams)
        weighed = fx.WeighCarton(carton.number, grams, expected)
        return _advance(trigger, _Ahead((weighed,), trigger.position, text))
    off = say_weight_off(trigger.work, carton, grams - expected)
    subject = listed([sentence("order {order}", order=trigger.work.order), off])
    is_new = trigger.position.weight_off is None
    raised = (fx.OpenPackException("weight_mismatch", Outcome.POLICY, subject),) if is_new else ()
    position = replace(trigger.position, weight_off=grams)
    return Refused(outcome=Outcome.POLICY, text=off, position=position, effects=raised, then="")


def judge_weight_badge(trigger: PackTrigger, badge: Meaning) -> Answer:
    """Decide about a badge scanned after a weight that did not fit: a lead's accepts it."""
    if badge.kind is not BarcodeKind.BADGE or trigger.position.weight_off is None:
        return policy("weight_first", then="")
    if not (badge.lead or trigger.work.policy.self_approval):
        return policy("not_a_lead", then=say("lead"))
    carton, expected = _on_scale(trigger.work)
    grams = trigger.position.weight_off
    accepted = fx.AcceptWeight(carton.number, grams, expected, badge.code, not badge.lead)
    text = say("weight_lifted", carton=carton.number)
    return _advance(trigger, _Ahead((accepted,), trigger.position, text))


def _on_scale(work: PackWork) -> tuple[PackCarton, int]:
    found = to_weigh(work)
    if found is None:
        raise ValueError(f"Order {work.order} stands at the scale without a carton to weigh.")
    return found


def _confirm_again(trigger: PackTrigger) -> Answer:
    """Decide about CONFIRM of a second count: what was not found must be looked for, or reported."""
    work, position = trigger.work, trigger.position
    carton = to_recount(work)
    if carton is None or position.step in {PackStep.LOT, PackStep.SERIAL}:
        return Refused(outcome=Outcome.POLICY)
    missing = not_found(work, carton)
    if missing:
        lines = [work.lines[part.order_line] for part in missing]
        text = say("recount_missing", carton=carton.number, units=named(work, missing))
        position = replace(position, revealed=revealed(position, lines))
        return Refused(outcome=Outcome.POLICY, text=text, position=position, then="")
    agreed = second.AgreeCarton(carton.number, _is_own(trigger))
    ahead = _Ahead((agreed,), back_to_units(position), say("carton_agreed", carton=carton.number))
    after = apply_effects(work, ahead.effects)
    refusal = None if is_recounting(after) else _refuse_unfinished(replace(trigger, work=after))
    if is_recounting(after) or refusal is not None:
        then = refusal.text if refusal else None
        return Applied(text=ahead.text, position=ahead.position, effects=ahead.effects, then=then)
    return _advance(trigger, ahead)


def _ask_second(trigger: PackTrigger, ahead: _Ahead, position: PackPosition) -> Applied:
    """The first count is through: somebody else counts, or the same person where the site allows it."""
    is_own = trigger.work.policy.self_approval
    effects = (*ahead.effects, second.AskSecondCount(trigger.work.order, is_own))
    text = together(ahead.text, say("second_count"))
    return Applied(text=text, position=replace(position, step=PackStep.RECOUNT), effects=effects)


def _is_own(trigger: PackTrigger) -> bool:
    again = trigger.work.second
    return again is not None and trigger.scan.person in again.packers


def _refuse_unfinished(trigger: PackTrigger) -> Refused | None:
    lines = trigger.work.lines.values()
    split = trigger.position.split
    if trigger.position.step in {PackStep.LOT, PackStep.SERIAL}:
        return Refused(outcome=Outcome.POLICY)
    unpicked = [line for line in lines if line.unpicked]
    if unpicked and split is None:
        return policy("unpicked", then="", units=units((line, line.unpicked) for line in unpicked))
    missing = [line for line in lines if line.left]
    if missing and split is None and not trigger.is_shadow:
        position = replace(trigger.position, revealed=revealed(trigger.position, missing))
        text = say("missing", units=units((line, line.left) for line in missing))
        return Refused(outcome=Outcome.POLICY, text=text, position=position, then="")
    has_content = any(carton.content for carton in open_cartons(trigger.work))
    return None if has_content or (missing and trigger.is_shadow) else policy("nothing_packed")


def _unverified(trigger: PackTrigger) -> _Ahead:
    """Where the station only watches, what was not scanned counts as packed and is marked (domain section 4)."""
    left = [line for line in trigger.work.lines.values() if line.left]
    if not trigger.is_shadow or not left:
        return _Ahead((), trigger.position)
    opening, carton = carton_for(trigger.work)
    packed = (
        fx.PackUnits(
            order_line=line.order_line,
            sku=line.sku,
            quantity=quantity,
            carton=carton,
            lot=lot,
            serials=serials,
            unverified=True,
            self_packed=trigger.scan.person in trigger.work.pickers,
        )
        for line in left
        for quantity, lot, serials in unpacked_of(line)
    )
    number = sum(line.left for line in left)
    return _Ahead((*opening, *packed), trigger.position, say("unverified", number=number))


def _advance(trigger: PackTrigger, ahead: _Ahead) -> Answer:
    work = apply_effects(trigger.work, ahead.effects)
    position = back_to_units(ahead.position)
    if not trigger.is_shadow and to_recount(work) is not None:
        return _ask_second(trigger, ahead, position)
    if not trigger.is_shadow and position.confirmed < len(work.instructions):
        onward = replace(position, step=PackStep.INSTRUCT)
        return Applied(text=ahead.text, position=onward, effects=ahead.effects)
    if not trigger.is_shadow and to_weigh(work) is not None:
        onward = replace(position, step=PackStep.WEIGHT)
        return Applied(text=ahead.text, position=onward, effects=ahead.effects)
    return _seal(work, ahead, position)


def _seal(work: PackWork, ahead: _Ahead, position: PackPosition) -> Applied:
    rest = tuple((line.order_line, line.left) for line in work.lines.values() if line.left)
    complete = not rest and not any(line.unpicked for line in work.lines.values())
    sealed = [carton for carton in open_cartons(work) if carton.content]
    numbers = listed(sentence("Carton {carton}", carton=carton.number) for carton in sealed)
    effects = (
        *ahead.effects,
        *(fx.DiscardCarton(carton.number) for carton in open_cartons(work) if not carton.content),
        *(() if complete else _splitting(work, position, rest)),
        *_closing(work, sealed),
        fx.PackingFinished(work.order, complete),
    )
    text = together(ahead.text, say("closed", cartons=numbers))
    return Applied(text=text, position=replace(position, step=PackStep.LABEL, split=None), effects=effects)


def _splitting(
    work: PackWork, position: PackPosition, rest: tuple[tuple[int, int], ...]
) -> tuple[fx.SplitShipment, ...]:
    split = position.split
    return () if split is None else (fx.SplitShipment(work.order, rest, split.person, split.reason),)


def _closing(work: PackWork, cartons: list[PackCarton]) -> Iterator[fx.CloseCarton]:
    for carton in cartons:
        content = [Packed(part.sku, part.quantity, part.lot or "", part.serials) for part in carton.content]
        yield fx.CloseCarton(carton.number, content_hash(work.order, content), carton.weight_g)
