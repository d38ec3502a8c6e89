"""Drafts of plans while a lead looks at them: searched in a child process, moved about by hand, stored when wanted.

A draft lives in the server's memory; what it needs from the database was read in one look, and storing checks again.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from warehouse.children import ChildLostError, Children
from warehouse.domain.batching import Progress, plan
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.news import PlanFound
from warehouse.domain.planning.values import Shift
from warehouse.planning.moving import Moved, move_order
from warehouse.planning.search import Best, Budget, Figures, Step, pack, search_plan
from warehouse.services.actor import Request
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.planning.batching import store_plan
from warehouse.services.planning.known import Known, PlanBatches, read_known
from warehouse.services.planning.missing import Missing
from warehouse.services.planning.serving import PlanOutcome, outcome_of, serve
from warehouse.storage.database import Database
from warehouse.storage.manners import Manners

log = logging.getLogger(__name__)

KEPT = 12
SEARCHES_AT_ONCE = 2
"""One of rolling rules, which goes on and on, and one that somebody waits for."""

ENDS_WITHIN = 5.0
"""Seconds for a search to end that was told to; one that has got no processor yet is not waited for."""


class DraftState(StrEnum):
    """Where a draft stands; `lost` means that the search ended early, its best is kept."""

    SEARCHING = "searching"
    READY = "ready"
    LOST = "lost"
    STORING = "storing"
    STORED = "stored"


_NOT_YET = "The first plan is not there yet. Try again in a moment."
_CHANGED = "The plan has changed meanwhile. Look at the price again."
_OVER = frozenset({DraftState.STORING, DraftState.STORED})


@dataclass(slots=True)
class Draft:
    """One plan in the making, at its `version` of so many.

    `name_order_mm` is what the first-come trips would walk in the order of bin names.
    """

    id: int
    request: PlanBatches
    known: Known
    budget: Budget
    state: DraftState = DraftState.SEARCHING
    step: Step | None = None
    version: int = 0
    name_order_mm: int = 0
    moves: list[Moved] = field(default_factory=list)
    stored: tuple[int, ...] = ()
    stopping: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def shift(self) -> Shift:
        """Who is foreseen to work it."""
        return self.known.rules.shift or Shift(begins=self.request.at)

    @property
    def best(self) -> Best:
        """Unpack the best plan so far; ConflictError before there is one."""
        if self.step is None:
            raise ConflictError(_NOT_YET)
        return self.step.best


class PlanRoom:
    """All drafts of one server."""

    def __init__(self, database: Database, tell: Callable[[tuple[object, ...]], None]) -> None:
        self._database = database
        self._tell = tell
        self._children = Children(SEARCHES_AT_ONCE)
        self._drafts: dict[int, Draft] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def start(self, request: PlanBatches, budget: Budget) -> Draft:
        """Read what the plan needs and begin to search; NotFoundError when the cart does not exist."""
        with self._database.read() as session:
            known = read_known(session, request)
        with self._lock:
            draft = Draft(id=next(self._numbers), request=request, known=known, budget=budget)
            self._drafts[draft.id] = draft
            old = [it for it in list(self._drafts.values())[:-KEPT] if it.ended.is_set()]
            for one in old:
                del self._drafts[one.id]
        threading.Thread(target=self._search, args=(draft,), name=f"plan-{draft.id}", daemon=True).start()
        return draft

    def get(self, draft: int) -> Draft:
        """Give a draft; NotFoundError when it is no longer there."""
        found = self._drafts.get(draft)
        if found is None:
            raise NotFoundError("This plan is no longer here. Start it again.")
        return found

    def drafts(self) -> list[Draft]:
        """List the drafts, the newest first."""
        return list(self._drafts.values())[::-1]

    def stop(self, draft: Draft) -> None:
        """End the search; the best so far stays, the first plan where the search has found none yet."""
        draft.stopping.set()
        if not draft.ended.wait(ENDS_WITHIN) and draft.step is None:
            self._first_fit(draft)

    def move(self, draft: Draft, order: str, to: int | None, *, dry: bool, seen: int | None = None) -> Moved:
        """Move an order to another batch (None is one of its own), or only say what that costs.

        ConflictError where the plan is not the version that was `seen`: its batches have other numbers and prices.
        """
        if draft.state in _OVER:
            raise ConflictError("This plan is stored already.")
        if not dry:
            self.stop(draft)
        with self._lock:
            before, version = draft.step, draft.version
        if before is None:
            raise ConflictError(_NOT_YET)
        if seen not in {None, version}:
            raise ConflictError(_CHANGED)
        best, figures = before.best, before.figures
        found, moved = move_order(draft.known, best, order, to)
        if not dry:
            progress = Progress(plan=found, seconds=figures.seconds, iterations=figures.iterations)
            step = pack(Best(replace(best.outcome, plan=found), best.orders), draft.shift, progress)
            with self._lock:
                if draft.version != version or draft.state in _OVER:
                    raise ConflictError(_CHANGED)
                draft.step, draft.version = step, version + 1
                draft.moves.append(moved)
            self._say(draft)
        return replace(moved, version=version)

    def store(self, draft: Draft, request: Request, *, release: bool) -> PlanOutcome:
        """Store the plan in steps, and let pickers take it when `release` says so."""
        self.stop(draft)
        with self._lock:
            if draft.state in _OVER:
                raise ConflictError("This plan is stored already.")
            draft.state = DraftState.STORING
        self._say(draft)
        try:
            return self._keep(draft, request, draft.best.outcome, release=release)
        finally:
            if draft.state is DraftState.STORING:
                draft.state = DraftState.READY
            self._say(draft)

    def _keep(self, draft: Draft, request: Request, outcome: PlanOutcome, *, release: bool) -> PlanOutcome:
        wanted = replace(draft.request, actor=request.actor, at=request.at, commit=True)
        stored = store_plan(self._database, wanted, draft.known, outcome)
        draft.stored, draft.state = stored.batches, DraftState.STORED
        if release:
            self.release(request, stored.batches)
        return stored

    def release_first(
        self, draft: Draft, request: Request, trips: int, told: Collection[Missing] = frozenset()
    ) -> PlanOutcome:
        """Store and release only the most urgent trips of a draft; the draft is over, its rest is planned anew.

        What no stock was found for is noted, but for the orders that wait and what was `told` before. Where nothing is
        left to be done, nothing is written.
        """
        self.stop(draft)
        outcome = draft.best.outcome
        first = sorted(outcome.plan.batches, key=lambda batch: -batch.priority)
        waiting = {number for batch in first[trips:] for number in batch.orders}
        keys = {order.id for order in draft.known.orders if order.number in waiting}
        some = replace(
            outcome,
            plan=replace(outcome.plan, batches=tuple(first[:trips])),
            missing=tuple(one for one in outcome.missing if one.order not in keys and one not in told),
        )
        if not some.plan.batches and not some.missing:
            return some
        stored = self._keep(draft, request, some, release=True)
        self._say(draft)
        return stored

    def drop(self, draft: Draft) -> None:
        """Forget a draft that nobody waits for."""
        self.stop(draft)
        with self._lock:
            self._drafts.pop(draft.id, None)

    def release(self, request: Request, batches: tuple[int, ...]) -> None:
        """Release batches one by one, each a short step; ConflictError in the end when one must stay where it is."""
        refused: list[ConflictError] = []
        manners = Manners(self._database)
        for batch in batches:
            began = time.monotonic()
            one = ReleaseBatches(actor=request.actor, at=request.at, batches=(batch,))
            try:
                self._database.run(release_batches, one)
            except ConflictError as refusal:
                refused.append(refusal)
            time.sleep(manners.rest_after(time.monotonic() - began))
        if refused:
            raise refused[0]

    def close(self) -> None:
        """End every search."""
        for draft in self.drafts():
            draft.stopping.set()
        self._children.close()

    def _search(self, draft: Draft) -> None:
        try:
            self._look(draft)
            self._ended(draft, DraftState.READY)
        except ChildLostError:
            log.warning("plan %s: the search was lost; its best is kept", draft.id)
            self._ended(draft, DraftState.LOST)
        except Exception:  # a plan there must be, whatever went wrong
            log.exception("plan %s: the search failed", draft.id)
            self._ended(draft, DraftState.LOST)
        finally:
            if draft.step is None:
                self._first_fit(draft)
            draft.ended.set()
            self._say(draft)

    def _look(self, draft: Draft) -> None:
        steps = self._children.stream(search_plan, draft.known, draft.request, draft.budget)
        try:
            for step in steps:
                self._note(draft, step)
                if draft.stopping.is_set():
                    break
        finally:
            steps.close()

    def _ended(self, draft: Draft, state: DraftState) -> None:
        """Say how the search ended, unless the plan has gone on without waiting for it."""
        with self._lock:
            if draft.state is DraftState.SEARCHING:
                draft.state = state

    def _note(self, draft: Draft, step: Step) -> None:
        """Keep a plan that was found; what comes after the search was told to end is too late, somebody works on it."""
        with self._lock:
            if draft.step is not None and draft.stopping.is_set():
                return
            if draft.step is None:
                draft.name_order_mm = step.figures.by_name_mm
            draft.step, draft.version = step, draft.version + 1
        self._say(draft)

    def _first_fit(self, draft: Draft) -> None:
        """Plan here what no child told: without a search this is quick."""
        served = serve(draft.known, draft.request)
        found = plan(served.orders, draft.known.layout, draft.known.rules)
        best = Best(outcome_of(served, found), served.orders)
        self._note(draft, pack(best, draft.shift, Progress(plan=found, seconds=0.0, iterations=0)))

    def _say(self, draft: Draft) -> None:
        self._tell((PlanFound(draft=draft.id, values=draft_figures(draft)),))


def draft_figures(draft: Draft) -> dict[str, object]:
    """Give a draft's figures as plain values, for a screen that draws them live."""
    figures: Figures | None = draft.step.figures if draft.step else None
    plain: dict[str, object] = asdict(figures) if figures else {}
    finish = plain.get("finish")
    if isinstance(finish, datetime):
        plain["finish"] = finish.isoformat()
    return {
        "draft": draft.id,
        "state": draft.state.value,
        "name_order_mm": draft.name_order_mm,
        "moves": len(draft.moves),
        "budget_s": draft.budget.seconds,
        **plain,
    }
