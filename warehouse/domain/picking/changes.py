"""What has happened to the work since the person last looked: taken over, cancelled, edited, held, done by others."""

from warehouse.domain.codes import BatchState, Outcome, TaskState, Tracking
from warehouse.domain.picking.answers import Refused, Trigger
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.effects import AcknowledgeChange, Effect, ReleaseCount
from warehouse.domain.picking.hands import has_put_away
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import arrive, current_tote, enter, is_workable
from warehouse.domain.picking.work import BatchWork, PickTask, Position
from warehouse.domain.words import together


def refuse_changed(trigger: Trigger) -> Refused | None:
    """Refuse a scan that was made for work as it is no longer; None when the work is as the person thinks."""
    return _refuse_holder(trigger) or _refuse_state(trigger) or _refuse_task(trigger)


def _refuse_holder(trigger: Trigger) -> Refused | None:
    lease, scan = trigger.work.lease, trigger.scan
    if lease is None:
        return Refused(outcome=Outcome.NOT_OWNER, text=say("handed_back"), then="")
    if lease.epoch == scan.epoch and lease.device == scan.device:
        return None
    return Refused(outcome=Outcome.NOT_OWNER, text=say("taken_over", name=lease.name, since=lease.since), then="")


def _refuse_state(trigger: Trigger) -> Refused | None:
    number = trigger.work.number
    match trigger.work.state:
        case BatchState.CANCELLED:
            return Refused(outcome=Outcome.ORDER_CHANGED, text=say("batch_cancelled", number=number), then="")
        case BatchState.CLOSED:
            return Refused(outcome=Outcome.ALREADY_DONE, text=say("batch_closed", number=number), then="")
        case BatchState.PLANNED:
            return Refused(outcome=Outcome.POLICY, text=say("batch_planned", number=number), then="")
    return None


def _refuse_task(trigger: Trigger) -> Refused | None:
    """Refuse when the very task the person stands at has changed (rule 13)."""
    if trigger.position.task is None:
        return None
    task = trigger.work.tasks.get(trigger.position.task)
    if task is None:
        position, more = _go_on(trigger, trigger.work)
        return Refused(outcome=Outcome.STALE, text=say("list_changed"), position=position, effects=more)
    if task.changed == "edited" or (is_workable(task) and trigger.position.counted > task.left):
        return _refuse_edited(trigger, task)
    if task.changed is not None or task.state is TaskState.CANCELLED:
        return _refuse_called_off(trigger, task)
    if not is_workable(task):
        return _refuse_done(trigger, task)
    is_old = trigger.scan.list_version < task.version
    return Refused(outcome=Outcome.STALE, text=say("list_changed")) if is_old else None


def _refuse_done(trigger: Trigger, task: PickTask) -> Refused:
    released = _released(trigger, task, trigger.position.counted)
    position, more = _go_on(trigger, trigger.work)
    text = say("complete", name=task.name)
    return Refused(outcome=Outcome.ALREADY_DONE, text=text, position=position, effects=(*released, *more))


def _refuse_called_off(trigger: Trigger, task: PickTask) -> Refused:
    change = task.changed or "cancelled"
    effects = (AcknowledgeChange(task.id, change), *_released(trigger, task, trigger.position.counted))
    position, more = _go_on(trigger, apply_effects(trigger.work, effects))
    text = together(say(f"order_{change}", order=task.order), _hands(trigger, task))
    return Refused(outcome=Outcome.ORDER_CHANGED, text=text, position=position, effects=(*effects, *more))


def _hands(trigger: Trigger, task: PickTask) -> str:
    if trigger.position.counted and not has_put_away(trigger, task):
        return say("put_back", number=trigger.position.counted, bin=task.bin)
    tote = current_tote(trigger.work, task)
    return say("leave_in_tote", tote=tote) if tote else say("leave_it")


def _refuse_edited(trigger: Trigger, task: PickTask) -> Refused:
    counted = trigger.position.counted
    surplus = max(counted - max(task.left, 0), 0)
    if surplus and task.tracking is Tracking.SERIAL:
        surplus = counted  # which of the serials goes back nobody can say from here
    effects = (AcknowledgeChange(task.id, "edited"), *_released(trigger, task, surplus))
    after = apply_effects(trigger.work, effects)
    edited = after.tasks[task.id]
    text = say("order_edited", order=task.order, wanted=task.wanted, name=task.name)
    if surplus and not has_put_away(trigger, task):
        text = together(text, say("put_back", number=surplus, bin=task.bin))
    if is_workable(edited):
        here = enter(after, edited, trigger.position, counted - surplus)
        return Refused(outcome=Outcome.ORDER_CHANGED, text=text, position=here, effects=effects)
    position, more = _go_on(trigger, after)
    return Refused(outcome=Outcome.ORDER_CHANGED, text=text, position=position, effects=(*effects, *more))


def _released(trigger: Trigger, task: PickTask, quantity: int) -> tuple[Effect, ...]:
    if quantity == 0 or has_put_away(trigger, task):
        return ()
    return (ReleaseCount(task.id, quantity, task.bin),)


def _go_on(trigger: Trigger, work: BatchWork) -> tuple[Position, tuple[Effect, ...]]:
    return arrive(work, trigger.position, trigger.scan.list_version)
