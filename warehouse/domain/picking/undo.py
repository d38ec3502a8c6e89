"""Undo of the person's own last applied scan, before and after its commit."""

from warehouse.domain.codes import Outcome, TaskState
from warehouse.domain.picking.answers import Answer, Applied, Refused, Trigger
from warehouse.domain.picking.effects import Effect, ReopenTote, UnbindTote, UndoDamage, UndoPick, UndoShort
from warehouse.domain.picking.items import say_change
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.work import Last, PickTask
from warehouse.domain.words import together


def judge_undo(trigger: Trigger) -> Answer:
    """Decide about taking back the last applied scan; a second undo finds nothing."""
    last = trigger.position.last
    if last is None:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("nothing_to_undo"))
    if last.before is None:
        return Refused(outcome=Outcome.POLICY, text=say("final"), then="")
    if last.person != trigger.scan.person:
        return Refused(outcome=Outcome.POLICY, text=say("not_yours"), then="")
    refusal = next(filter(None, (_refuse_effect(trigger, effect) for effect in last.undo)), None)
    if refusal is not None:
        return refusal
    return Applied(text=_text(last), position=last.before, effects=last.undo, last="nothing")


def _refuse_effect(trigger: Trigger, effect: Effect) -> Refused | None:
    if isinstance(effect, UnbindTote | ReopenTote):
        return None if effect.slot in trigger.work.slots else _GONE
    if not isinstance(effect, UndoPick | UndoShort | UndoDamage):
        return None
    task = trigger.work.tasks.get(effect.task)
    return _GONE if task is None else _refuse_task(task, effect)


def _refuse_task(task: PickTask, effect: Effect) -> Refused | None:
    if task.changed:
        return Refused(outcome=Outcome.ORDER_CHANGED, text=together(say_change(task), say("leave_it")))
    if task.state is TaskState.CANCELLED:
        return Refused(outcome=Outcome.ORDER_CHANGED, text=say("order_cancelled", order=task.order))
    if isinstance(effect, UndoShort) and task.settled:
        return Refused(outcome=Outcome.POLICY, text=say("settled"), then="")
    return None


_GONE = Refused(outcome=Outcome.STALE, text=say("list_changed"))


def _text(last: Last) -> str:
    for effect in last.undo:
        if isinstance(effect, UndoPick) and effect.tote:
            return say("undone_from_tote", quantity=effect.quantity, tote=effect.tote)
    return say("undone")
