"""The way through a batch: which task comes next, which step it begins with, and what to say about it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import dropwhile, takewhile

from warehouse.domain.codes import TaskState
from warehouse.domain.picking.effects import BatchPicked, Effect
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.work import BatchWork, PickTask, Policy, Position, Step, ToteSlot


def policy_at(work: BatchWork, task: PickTask | None) -> Policy:
    """Return the rules of the task's zone, or of the batch where there is no task."""
    return work.policy if task is None else work.zones.get(task.zone, work.policy)


def slot_of(work: BatchWork, task: PickTask) -> ToteSlot | None:
    """Return the cart slot of the task's order, None when totes are not used for it."""
    if task.slot is None or policy_at(work, task).scan_tote is False:
        return None
    return work.slots.get(task.slot)


def current_tote(work: BatchWork, task: PickTask) -> str | None:
    """Return the tote that takes the task's units now."""
    slot = work.slots.get(task.slot or 0)
    return slot.tote if slot else None


def needs_tote_scan(work: BatchWork, task: PickTask) -> bool:
    """Say whether only the scan of the tote commits."""
    asked = policy_at(work, task).scan_tote
    return slot_of(work, task) is not None and (len(work.slots) > 1 if asked is None else asked)


def is_workable(task: PickTask) -> bool:
    """Say whether the task can be picked now."""
    return task.state is TaskState.OPEN and task.left > 0 and task.changed not in {"cancelled", "held"}


def begin(work: BatchWork) -> Position:
    """Return the position a batch starts at: cart, then empty totes, then the first task."""
    return _arrive(work, Position(task=None, step=Step.FINISHED), work.list_version)


def arrive(work: BatchWork, position: Position, version: int) -> tuple[Position, tuple[Effect, ...]]:
    """Go on to what comes next after the position's task, for a device that knows list `version`."""
    onward = _arrive(work, position, version)
    is_picked = onward.step is Step.FINISHED and not any(_is_open(task) for task in work.tasks.values())
    return onward, (BatchPicked(work.id),) if is_picked else ()


def stand(work: BatchWork, position: Position, version: int) -> Position:
    """Return where somebody stands who knows list `version`, for the list may have changed since they were put there.

    Behind the last task they go to one that has come in since; from a task that others have ended, and of which nothing
    is in the hand, they go on: who knows it need not be told. For an order that was taken out no tote is waited for.
    What has come in between the bin where they stand and the one to which they are sent, as what replaces a short pick
    does, is taken on the way.
    """
    if position.step is Step.FINISHED:
        return position if next_task(work, position, version) is None else _arrive(work, position, version)
    if _has_gone(work, position, version):
        return _arrive(work, position, version)
    nearer = _on_the_way(work, position, version)
    return position if nearer is None else enter(work, nearer, position)


def _has_gone(work: BatchWork, position: Position, version: int) -> bool:
    if position.task is None:
        return position.step is Step.BIND and position.slot not in work.slots
    if position.counted or position.held:
        return False
    task = work.tasks.get(position.task)
    if task is None:
        return version >= work.list_version
    if is_workable(task) or task.state is TaskState.CANCELLED or task.changed is not None:
        return False
    # While the end of any task is news to them, they may have gone on to that very one: then they are told.
    return not any(it.version > version and not is_workable(it) for it in work.tasks.values())


def _on_the_way(work: BatchWork, position: Position, version: int) -> PickTask | None:
    """Give the first task between that was made later than the one they are sent to: ids grow as tasks are made."""
    to = position.task or 0
    is_on_foot = position.step is Step.BIN and not position.counted and not position.held
    if to not in work.tasks or not is_on_foot or position.at_bin is None:
        return None
    before = takewhile(lambda stop: to not in stop.tasks, work.stops)
    onward = dropwhile(lambda stop: stop.bin != position.at_bin, before)
    tasks = (work.tasks[key] for stop in onward for key in stop.tasks if key > to and key not in position.skipped)
    return next((task for task in tasks if is_workable(task) and task.version <= version), None)


def step_in(work: BatchWork, task: PickTask, *, at_bin: str | None, counted: int = 0) -> Step:
    """Return what has to be scanned next for the task."""
    slot = slot_of(work, task)
    if slot is not None and slot.tote is None:
        return Step.BIND
    if policy_at(work, task).scan_bin and at_bin != task.bin:
        return Step.BIN
    if counted and counted >= task.left and needs_tote_scan(work, task):
        return Step.TOTE
    return Step.ITEM


def enter(work: BatchWork, task: PickTask, position: Position, counted: int = 0) -> Position:
    """Stand at the task, with so many of it in the hand; lot and serials stay only while something is."""
    return Position(
        task=task.id,
        step=step_in(work, task, at_bin=position.at_bin, counted=counted),
        counted=counted,
        at_bin=position.at_bin,
        slot=task.slot,
        lot=position.lot if counted else None,
        serials=position.serials if counted else (),
        skipped=position.skipped,
        last=position.last,
    )


def handed_over(work: BatchWork, position: Position) -> Position:
    """Return where another person or device goes on: same task, bin scanned anew, nothing in the hand, no undo."""
    if position.step is Step.ZERO_CHECK:
        return replace(_arrive(work, replace(position, at_bin=None), work.list_version), last=None)
    task = work.tasks.get(position.task or 0)
    clean = Position(task=position.task, step=position.step, slot=position.slot, skipped=position.skipped)
    if task is None or position.step in {Step.CART, Step.FINISHED}:
        return _arrive(work, clean, work.list_version)
    return enter(work, task, clean)


def _is_open(task: PickTask) -> bool:
    return task.state is TaskState.OPEN and task.left > 0


def _arrive(work: BatchWork, position: Position, version: int) -> Position:
    if work.policy.scan_cart and not work.cart_taken:
        return Position(task=None, step=Step.CART)
    unbound = _unbound(work)
    if unbound is not None and position.task is None:
        return Position(task=None, step=Step.BIND, slot=unbound.slot, at_bin=position.at_bin, last=position.last)
    task = next_task(work, position, version)
    if task is None:
        return Position(task=None, step=Step.FINISHED, at_bin=position.at_bin, last=position.last)
    return enter(work, task, position)


def _unbound(work: BatchWork) -> ToteSlot | None:
    if work.policy.scan_tote is False:
        return None
    return next((slot for slot in work.slots.values() if slot.tote is None), None)


def next_task(work: BatchWork, position: Position, version: int) -> PickTask | None:
    """Return the task to go to: onward in walk order, then back, then the skipped ones.

    Who is at no task goes on from the bin they stand at. A task the device has not heard of yet (newer than its list
    `version`) comes last: offline, nobody goes there.
    """
    current = work.tasks.get(position.task or 0) or _task_at(work, position.at_bin)
    here = current.stop if current else 0
    behind: PickTask | None = None
    later: list[PickTask] = []
    for task in _in_walk_order(work):
        if not is_workable(task):
            continue
        if task.id in position.skipped or task.version > version:
            later.append(task)
        elif task.stop >= here:
            return task
        else:
            behind = behind or task
    return behind or min(later, key=lambda task: _rank(task, position, version), default=None)


def _task_at(work: BatchWork, code: str | None) -> PickTask | None:
    return next((work.tasks[stop.tasks[0]] for stop in work.stops if stop.bin == code), None)


def _in_walk_order(work: BatchWork) -> Iterator[PickTask]:
    for stop in work.stops:
        for task in stop.tasks:
            yield work.tasks[task]


def _rank(task: PickTask, position: Position, version: int) -> tuple[bool, int]:
    return task.version > version, position.skipped.index(task.id) if task.id in position.skipped else -1


def instruction(work: BatchWork, position: Position) -> str:
    """Say in one sentence what to do at this position."""
    if position.step is Step.FINISHED:
        return say("waiting" if any(_is_open(task) for task in work.tasks.values()) else "all_picked")
    if position.step is Step.CART:
        return say("scan_cart", cart=work.cart) if work.cart else say("scan_any_cart")
    if position.step is Step.BIND:
        return say("bind", slot=position.slot, order=work.slots[position.slot or 0].order)
    if position.step is Step.ZERO_CHECK:
        return say("is_empty", bin=position.at_bin)
    return _pick_instruction(work, position, work.tasks[position.task or 0])


def _pick_instruction(work: BatchWork, position: Position, task: PickTask) -> str:
    if position.step is Step.BIN:
        return say("go", bin=task.bin)
    if position.step is Step.TOTE:
        return say("scan_tote", tote=current_tote(work, task))
    if position.step is Step.LOT:
        return say("scan_lot")
    if position.step is Step.SERIAL:
        return say("scan_serial")
    left = task.left - position.counted
    return say("take", left=left, name=task.name) if left > 0 else say("confirm")
