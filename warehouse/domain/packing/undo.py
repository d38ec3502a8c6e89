"""Undo of the packer's own last applied scan."""

from warehouse.domain.codes import CartonState, Outcome
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy
from warehouse.domain.packing.count import back_to_units
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.work import PackLast, PackWork


def judge_undo(trigger: PackTrigger) -> Answer:
    """Decide about taking back the last applied scan; a second undo finds nothing.

    A report that was begun and has no unit yet is taken back alone: what was packed before it stays.
    """
    if trigger.position.report is not None:
        return Applied(text=say("undone"), position=back_to_units(trigger.position), last="as_before")
    last = trigger.position.last
    if last is None:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("nothing_to_undo"))
    if last.before is None:
        return policy("final", then="")
    if last.person != trigger.scan.person:
        return policy("not_yours", then="")
    if not all(_is_possible(trigger.work, effect) for effect in last.undo):
        return Refused(outcome=Outcome.STALE, text=say("list_changed"))
    order_line = next((it.order_line for it in last.undo if isinstance(it, fx.UnpackUnits)), None)
    return Applied(
        text=_text(trigger.work, last), position=last.before, effects=last.undo, line=order_line, last="nothing"
    )


def _is_possible(work: PackWork, effect: fx.PackEffect) -> bool:
    if isinstance(effect, fx.ScanOutTote):
        return effect.tote in work.totes  # emptied by others, it is free
    if not isinstance(effect, fx.UnpackUnits):
        return True
    carton = work.cartons.get(effect.carton)
    if carton is None or carton.state is not CartonState.OPEN:
        return False
    there = [part for part in carton.content if (part.order_line, part.lot) == (effect.order_line, effect.lot)]
    return any(part.quantity >= effect.quantity for part in there)


def _text(work: PackWork, last: PackLast) -> str:
    for effect in last.undo:
        if isinstance(effect, fx.UnpackUnits):
            number = sum(it.quantity for it in last.undo if isinstance(it, fx.UnpackUnits))
            name = work.lines[effect.order_line].name
            return say("undone_units", number=number, name=name, carton=effect.carton)
    return say("undone")
