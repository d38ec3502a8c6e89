"""From ready orders to planned batches: read and think beside the writer, then store batch by batch.

Each step checks again that its orders are still wanted and their stock is still free; what is not is left out and
comes with the next run. No step holds the writer for longer than one batch takes.
"""

import time
from collections import Counter
from dataclasses import replace

from warehouse.domain.batching import PlannedBatch, plan
from warehouse.domain.planning.values import leave_out
from warehouse.services.planning.known import Known, OrderFilter, PlanBatches, read_known
from warehouse.services.planning.missing import Missing, NoteMissing, note_missing
from warehouse.services.planning.serving import Planner, PlanOutcome, propose
from warehouse.services.planning.storing import (
    RenumberBatch,
    StartedRun,
    StoreBatch,
    StoredBatch,
    StoreRun,
    close_gaps,
    end_run,
    start_run,
    store_batch,
)
from warehouse.storage.database import Database

__all__ = ["OrderFilter", "PlanBatches", "PlanOutcome", "Planner", "plan_batches", "store_plan"]

_ORDERS_A_STEP = 10
_TASKS_A_STEP = 100


def plan_batches(database: Database, request: PlanBatches, planner: Planner = plan) -> PlanOutcome:
    """Propose batches, and store them in state `planned` when asked to.

    `planner` is the seam for a planner that runs elsewhere. NotFoundError when the cart does not exist.
    """
    with database.read() as session:
        known = read_known(session, request)
    outcome = propose(known, request, planner)
    return store_plan(database, request, known, outcome) if request.commit else outcome


def store_plan(
    database: Database, request: PlanBatches, known: Known, outcome: PlanOutcome, *, pause: float = 0.0
) -> PlanOutcome:
    """Store a proposal batch by batch, in state `planned`; `pause` times as long as a step took is waited after it."""
    started = database.run(
        start_run,
        StoreRun(
            actor=request.actor,
            at=request.at,
            asked={"orders": request.orders, "wave": request.wave, "cart": request.cart, "seed": request.seed},
            wave=request.wave,
            cutoff=min((it.cutoff for it in outcome.plan.batches if it.cutoff), default=None),
        ),
    )
    stored: list[int] = []
    lost: list[str] = []
    for planned in outcome.plan.batches:
        began = time.monotonic()
        answer = _store_trip(database, request, known, (started, planned))
        stored += [answer.batch] if answer.batch else []
        lost += answer.dropped
        time.sleep((time.monotonic() - began) * pause)
    _note_missing(database, request, outcome.missing)
    left_out = (*outcome.left_out, *(leave_out(number, "changed") for number in dict.fromkeys(lost)))
    counts = {"batches": len(stored), "dropped": len(lost)}
    database.run(end_run, StoreRun(actor=request.actor, at=request.at, run=started.run, asked=counts))
    return replace(outcome, left_out=left_out, run=started.run, batches=tuple(stored))


def _store_trip(
    database: Database, request: PlanBatches, known: Known, trip: tuple[StartedRun, PlannedBatch]
) -> StoredBatch:
    """Store one trip in steps of some tasks each, so that scans need not wait for a big one."""
    started, planned = trip
    keys = {order.number: order.id for order in known.orders}
    items = {line.sku: line.item for order in known.orders for line in order.lines}
    answer = StoredBatch(None)
    dropped: list[str] = []
    changed = False
    for only in _steps(planned):
        step = StoreBatch(
            actor=request.actor,
            at=request.at,
            run=started.run,
            wave=started.wave,
            planned=planned,
            orders=keys,
            items=items,
            only=only,
            cart=known.cart,
            batch=answer.batch,
        )
        answer = database.run(store_batch, step)
        dropped += answer.dropped
        changed = changed or answer.changed
    if (dropped or changed) and answer.batch:
        database.run(close_gaps, RenumberBatch(actor=request.actor, at=request.at, batch=answer.batch))
    return StoredBatch(answer.batch, tuple(dropped))


def _steps(planned: PlannedBatch) -> list[tuple[str, ...]]:
    tasks = Counter(task.order for task in planned.tasks)
    steps: list[list[str]] = [[]]
    for order in planned.orders:
        if steps[-1] and sum(tasks[it] for it in steps[-1]) + tasks[order] > _TASKS_A_STEP:
            steps.append([])
        steps[-1].append(order)
    return [tuple(step) for step in steps]


def _note_missing(database: Database, request: PlanBatches, missing: tuple[Missing, ...]) -> None:
    orders = list(dict.fromkeys(one.order for one in missing))
    for start in range(0, len(orders), _ORDERS_A_STEP):
        step = set(orders[start : start + _ORDERS_A_STEP])
        part = tuple(one for one in missing if one.order in step)
        database.run(note_missing, NoteMissing(actor=request.actor, at=request.at, missing=part))
