"""From ready orders to planned batches: read and think beside the writer, then store batch by batch.

Each step checks again that its orders are still wanted and their stock is still free; what is not is left out and
comes with the next run. A step is some orders of one batch: while people scan, as many as take a few milliseconds.
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
from warehouse.storage.manners import Clock, Manners, Pace
from warehouse.storage.queries.layout import load_layout

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


def store_plan(database: Database, request: PlanBatches, known: Known, outcome: PlanOutcome) -> PlanOutcome:
    """Store a proposal batch by batch, in state `planned`; where people scan, with rests for them in between."""
    store = _Store(database, request, known)
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
        answer = store.trip(started, planned)
        stored += [answer.batch] if answer.batch else []
        lost += answer.dropped
    _note_missing(database, request, outcome.missing)
    left_out = (*outcome.left_out, *(leave_out(number, "changed") for number in dict.fromkeys(lost)))
    counts = {"batches": len(stored), "dropped": len(lost)}
    database.run(end_run, StoreRun(actor=request.actor, at=request.at, run=started.run, asked=counts))
    return replace(outcome, left_out=left_out, run=started.run, batches=tuple(stored))


class _Store:
    """Stores trips in steps of some orders each: scans need not wait for a big one."""

    def __init__(self, database: Database, request: PlanBatches, known: Known) -> None:
        self._database, self._request, self._cart = database, request, known.cart
        self._aisles = known.layout.aisles
        self._keys = {order.number: order.id for order in known.orders}
        self._items = {line.sku: line.item for order in known.orders for line in order.lines}
        self._manners = Manners(database)
        self._pace = Pace[tuple[str, int]](self._manners.step_seconds, _TASKS_A_STEP, lambda it: it[1])

    def trip(self, started: StartedRun, planned: PlannedBatch) -> StoredBatch:
        """Store one trip; gives its batch and the orders that were dropped from it."""
        tasks = Counter(task.order for task in planned.tasks)
        answer = StoredBatch(None)
        dropped: list[str] = []
        changed = False
        for step in self._pace.steps((order, tasks[order]) for order in planned.orders):
            clock = Clock(store_batch)
            wanted = self._step(started, planned, tuple(order for order, _ in step), answer.batch)
            answer = self._database.run(clock.run, wanted)
            dropped += answer.dropped
            changed = changed or answer.changed
            self._pace.learn(step, clock.seconds)
            time.sleep(self._manners.rest_after(clock.seconds))
        with self._database.read() as session:
            changed = changed or load_layout(session, ()).aisles != self._aisles
        if (dropped or changed) and answer.batch:
            numbered = RenumberBatch(actor=self._request.actor, at=self._request.at, batch=answer.batch)
            self._database.run(close_gaps, numbered)
        return StoredBatch(answer.batch, tuple(dropped))

    def _step(self, started: StartedRun, planned: PlannedBatch, only: tuple[str, ...], batch: int | None) -> StoreBatch:
        return StoreBatch(
            actor=self._request.actor,
            at=self._request.at,
            run=started.run,
            wave=started.wave,
            planned=planned,
            orders=self._keys,
            items=self._items,
            only=only,
            cart=self._cart,
            batch=batch,
        )


def _note_missing(database: Database, request: PlanBatches, missing: tuple[Missing, ...]) -> None:
    orders = list(dict.fromkeys(one.order for one in missing))
    for start in range(0, len(orders), _ORDERS_A_STEP):
        step = set(orders[start : start + _ORDERS_A_STEP])
        part = tuple(one for one in missing if one.order in step)
        database.run(note_missing, NoteMissing(actor=request.actor, at=request.at, missing=part))
