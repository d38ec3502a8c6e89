"""What runs in the planning process: serve the orders, plan at once, and look for better until the time is over."""

import pickle
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from warehouse.domain.batching import OnProgress, Plan, PlanOrder, Progress, Search, plan
from warehouse.domain.forecast import Foreseen, Trip, foresee
from warehouse.domain.planning.values import Shift
from warehouse.services.planning.known import Known, PlanBatches
from warehouse.services.planning.serving import PlanOutcome, Served, outcome_of, serve

_NAMED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long the search may look; without `seconds` the iterations count, and a seed gives the same plan again.

    `known` are the orders of the trips of an earlier plan, to go on from.
    """

    seconds: float = 5.0
    iterations: int = 0
    seed: int = 0
    every: float = 0.5
    known: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan comes to. `late` names orders that would miss their cutoff; `tardiness_s` is by how much together."""

    batches: int
    orders: int
    lines: int
    distance_mm: int
    by_name_mm: int
    late: tuple[str, ...]
    late_orders: int
    tardiness_s: int
    finish: datetime | None
    seconds: float = 0.0
    iterations: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The best so far. `packed` is the `Best` in bytes: the server unpacks it only when somebody looks."""

    figures: Figures
    packed: bytes

    @property
    def best(self) -> "Best":
        """Unpack the plan."""
        found: Best = pickle.loads(self.packed)  # noqa: S301 - our own child packed it
        return found


@dataclass(frozen=True, slots=True)
class Best:
    """A whole proposal with the orders it was made from."""

    outcome: PlanOutcome
    orders: tuple[PlanOrder, ...]


def search_plan(known: Known, request: PlanBatches, budget: Budget) -> Iterator[Step]:
    """Give the first plan, then each better one; the last is the best found.

    A thread searches and packs; the one that was asked only hands on. Two that compute would keep a second processor
    from the scans, and each other from this one.
    """
    served = serve(known, request)
    shift = known.rules.shift or Shift(begins=request.at)
    found: queue.SimpleQueue[Step | Exception | None] = queue.SimpleQueue()

    def tell(progress: Progress) -> None:
        found.put(pack(Best(outcome_of(served, progress.plan), served.orders), shift, progress))

    def work() -> None:
        try:
            _search(known, served, budget, tell)
        except Exception as error:  # it belongs to the one who asked, in the other process
            found.put(error)
        finally:
            found.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (step := found.get()) is not None:
        if isinstance(step, Exception):
            raise step
        yield step


def pack(best: Best, shift: Shift, progress: Progress) -> Step:
    """Sum a proposal up and pack it."""
    figures = figures_of(best.outcome.plan, best.orders, shift, progress)
    return Step(figures, pickle.dumps(best, pickle.HIGHEST_PROTOCOL))


def figures_of(found: Plan, orders: tuple[PlanOrder, ...], shift: Shift, progress: Progress) -> Figures:
    """Sum a plan up."""
    foreseen = foresee_plan(found, orders, shift)
    late = tuple(number for one in foreseen for number in one.late)
    over = sum((max(-one.slack, timedelta()) for one in foreseen if one.slack is not None), timedelta())
    return Figures(
        batches=len(found.batches),
        orders=len({number for batch in found.batches for number in batch.orders}),
        lines=sum(len(batch.tasks) for batch in found.batches),
        distance_mm=found.distance_mm,
        by_name_mm=found.by_name_mm,
        late=late[:_NAMED],
        late_orders=len(set(late)),
        tardiness_s=int(over.total_seconds()),
        finish=max((one.finish for one in foreseen), default=None),
        seconds=round(progress.seconds, 1),
        iterations=progress.iterations,
    )


def foresee_plan(found: Plan, orders: tuple[PlanOrder, ...], shift: Shift) -> list[Foreseen]:
    """Foresee each trip of a plan, in the plan's order."""
    cutoffs = {order.number: order.cutoff for order in orders}
    trips = [
        Trip(
            key=key,
            distance_mm=batch.distance_mm,
            lines=len(batch.tasks),
            orders=tuple((number, cutoffs.get(number)) for number in batch.orders),
            priority=batch.priority,
            levels=batch.levels,
        )
        for key, batch in enumerate(found.batches)
    ]
    foreseen = foresee(trips, shift)
    return [foreseen[trip.key] for trip in trips]


def _search(known: Known, served: Served, budget: Budget, tell: OnProgress) -> None:
    search = Search(
        seconds=budget.seconds,
        iterations=budget.iterations,
        seed=budget.seed,
        clock=time.monotonic if budget.seconds else None,
        every=budget.every,
        known=budget.known,
    )
    began, last = time.monotonic(), [0]

    def on_progress(progress: Progress) -> None:
        last[0] = progress.iterations
        tell(progress)

    best = plan(served.orders, known.layout, known.rules, search, on_progress)
    tell(Progress(plan=best, seconds=time.monotonic() - began, iterations=last[0]))
