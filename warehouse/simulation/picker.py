"""Virtual pickers: they take released batches and work them scan by scan, with mistakes and mishaps on the way."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.domain.codes import TaskState
from warehouse.domain.picking.snapshot import position_from_json, work_from_json
from warehouse.domain.picking.work import BatchWork, PickTask, Position, Step
from warehouse.simulation.floor import NO_TOTE, Trip
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.pick_due import codes_of, due_units
from warehouse.simulation.pick_events import Met, meet, short_of, take_back
from warehouse.simulation.pick_mistakes import mistakes_at
from warehouse.simulation.piles import Pile
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import GaveUpError, Right, Worker

LOOK_FOR_WORK = 1.0
"""Seconds between two looks for a batch while there is none."""

DONE = frozenset({"already_done"})
ASKED_NEXT = frozenset({"policy"})
"""After the tote that empties a bin the question whether it is empty waits for its answer."""


class Picker(Worker):
    """One picker with a cart."""

    work: BatchWork
    position: Position
    trip: Trip

    def run(self) -> None:
        """Work until nothing is left to pick and pack, or it is time to go home."""
        self.handheld.sign_in()
        while not self.floor.at_rest:
            self.floor.begin_work()
            try:
                snapshot = self._next()
                if snapshot is not None:
                    self._work_batch(snapshot)
            finally:
                self.floor.begin_work(-1)
            if snapshot is None:
                time.sleep(LOOK_FOR_WORK * self.random.uniform(0.5, 1.5))

    def _next(self) -> Json | None:
        try:
            return self.handheld.take("/batches/next", {})
        except RefusalError as refusal:
            if refusal.code != "not_found":
                raise
            return None

    def _work_batch(self, snapshot: Json) -> None:
        self._open(snapshot)
        unbound = [slot for slot in self.work.slots.values() if not slot.tote]
        trip = self.floor.find_trip(self.work.id) or self.floor.take_cart_and_totes(len(unbound))
        if trip is None:
            return
        self.trip = trip
        trip.bound = {slot.slot: slot.tote for slot in self.work.slots.values() if slot.tote}
        self.is_mine = True
        orders = [slot.order for slot in self.work.slots.values()]
        self.floor.on_trip(orders)
        try:
            while self.is_mine and (self.position.step is not Step.FINISHED or self._wakes()):
                self._step()
            if self.is_mine:
                self._close()
        except (GaveUpError, RefusalError) as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up batch {self.work.number}: {gave_up}")
        finally:
            self.floor.on_trip(orders, -1)

    def _open(self, snapshot: Json) -> None:
        self.hand: list[Unit] = []
        self.serial: str | None = None
        self.laid: list[Unit] = []
        self.vanished: dict[Pile, int] = {}
        self.will_undo: Step | None = None
        self.read(snapshot)
        self.handheld.work = {"batch": self.work.id}

    def read(self, snapshot: Json) -> None:
        """Take the list as it is now."""
        rest = {name: value for name, value in snapshot.items() if name not in {"position", "revision"}}
        self.work = work_from_json(rest)
        self.position = position_from_json(snapshot["position"])
        self.left = {task.id: task.left for task in self.work.tasks.values()}
        lease = self.work.lease
        self.handheld.epoch = lease.epoch if lease else 0
        self.handheld.list_version = self.work.list_version
        self.codes = codes_of(self.work)
        self.floor.learn((sku, codes[0][0]) for sku, codes in self.codes.items())

    def look(self) -> None:
        """Fetch the list anew; what is in the hand and no longer counted goes back into its bin."""
        before = self.position
        self.read(self.handheld.line.ask("GET", f"/batches/{self.work.id}"))
        is_same = self.position.task == before.task
        self.lay_back(before.task, len(self.hand) - (self.position.counted if is_same else 0))
        if self.serial and not is_same:
            self.floor.return_serial(self.serial)
            self.serial = None

    def lay_back(self, task: int | None, number: int) -> None:
        """Lay the last pieces in the hand back into the bin of a task."""
        for _ in range(max(number, 0)):
            unit = self.hand.pop()
            self.floor.piles.lay(self.pile(self.work.tasks[task or 0]))
            if unit.serial:
                self.floor.return_serial(unit.serial)

    def pile(self, task: PickTask) -> Pile:
        """Say where the pieces of a task lie."""
        return task.bin, task.sku, self.floor.goods.lot_of(task.sku, task.lot)

    @property
    def task(self) -> PickTask | None:
        """The task this person stands at."""
        return self.work.tasks.get(self.position.task or 0)

    def _step(self) -> None:
        task = self.task
        if self.position.task is not None and task is None:
            self.look()
            return
        if task is not None and self._meets(task):
            return
        before, right = self.position, self._due()
        if right.moved and task and not self.floor.piles.take(self.pile(task), len(right.moved)):
            short_of(self, task)
            return
        result = self.scan(right, mistakes_at(self))
        if result is not None:
            self.happened(before, right)
            if task is not None and self.will_undo is before.step:
                take_back(self, task)
            self._catch_up(result)
        else:
            self._refused(task, right)

    def _wakes(self) -> bool:
        """Go back to what was held when everything else is picked: the desk lets it go on."""
        waiting = [task for task in self.work.tasks.values() if task.state is TaskState.OPEN and self.left[task.id] > 0]
        for order in dict.fromkeys(task.order for task in waiting):
            self.desk.lift(order)
        if not waiting:
            return False
        self.look()
        if self.position.step is Step.FINISHED:
            self.scan(Right(shot=Shot(code=f"L:{waiting[0].bin}")), [])
            self.look()
        return self.position.step is not Step.FINISHED

    def _meets(self, task: PickTask) -> bool:
        """Let happen what is drawn for this task, once, when the person stands at its bin."""
        if self.position.step is not Step.ITEM or not self.floor.is_first_visit(task.id):
            return False
        fate = self.fate.of_task(f"{self.work.number}:{task.id}")
        return fate is not None and meet(self, task, fate) is Met.INSTEAD

    def _refused(self, task: PickTask | None, right: Right) -> None:
        if right.moved and task is not None:
            self.hand += right.moved
            self.lay_back(task.id, len(right.moved))
            self.serial = None
        self.look()
        if task is not None and task.order in self.floor.changed:
            self.desk.lift(task.order)
            self.look()

    def _catch_up(self, result: Json) -> None:
        """Fetch the list when the answer says that there is a newer one."""
        is_behind = (result.get("list_version") or 0) > self.work.list_version
        if is_behind or (self.position.task is not None and self.task is None):
            self.look()

    def happened(self, before: Position, right: Right) -> None:
        """Do with the hands what the accepted scan stands for."""
        if before.step is Step.BIND:
            self.trip.bound[before.slot or 0] = (right.shot.code or "")[2:]
            self.trip.used.add(self.trip.bound[before.slot or 0])
            return
        self.hand += right.moved
        self.laid = []
        self.serial = None if right.moved else self.serial
        task = self.work.tasks.get(before.task or 0)
        is_laid_down = self.position.counted == 0 or self.position.task != before.task
        if task is not None and self.hand and is_laid_down:
            self.lay_down(task)

    def lay_down(self, task: PickTask) -> None:
        """Lay what is in the hand into the tote of the task's order."""
        self.left[task.id] -= len(self.hand)
        self.log.reached("units picked", len(self.hand))
        self.floor.drop(task.order, self.tote_of(task), self.hand)
        self.laid, self.hand = self.hand, []
        self.desk.intervene(task.order, "picked")

    def tote_of(self, task: PickTask) -> str:
        """Give the tote of the task's order, or the bench where it has none any more."""
        return self.trip.bound.get(task.slot or 0, f"{NO_TOTE}{task.order}")

    def _due(self) -> Right:
        step, task = self.position.step, self.task
        if step is Step.CART:
            return Right(shot=Shot(code=f"K:{self.trip.cart}"))
        if step is Step.BIND:
            return Right(shot=Shot(code=f"T:{self._empty_tote()}"))
        if step is Step.ZERO_CHECK:
            return self._due_zero_check()
        if task is None:
            raise GaveUpError(f"nothing is known to do at {step}")
        if step is Step.BIN:
            return Right(shot=Shot(code=f"L:{task.bin}"), twice=DONE)
        if step is Step.TOTE:
            return Right(shot=Shot(code=f"T:{self.tote_of(task)}"), twice=DONE | ASKED_NEXT)
        return due_units(self, task)

    def _due_zero_check(self) -> Right:
        there = sum(self.floor.piles.in_bin(self.position.at_bin or "").values())
        self.log.happened("zero_check" if not there else "zero_check_failed")
        return Right(shot=Shot(kind="quantity", quantity=there) if there else Shot(code="C:CONFIRM"))

    def _empty_tote(self) -> str:
        taken = {*self.trip.bound.values(), *self.trip.used}
        spare = next((tote for tote in self.trip.spare if tote not in taken), None) or self.floor.take_tote()
        if spare is None:
            raise GaveUpError("there is no empty tote left")
        if spare not in self.trip.spare:
            self.trip.spare.append(spare)
        return spare

    def _close(self) -> None:
        try:
            self.handheld.line.ask("POST", f"/batches/{self.work.id}/close", {"device": self.handheld.device})
        except RefusalError as refusal:
            if not self._is_closed():
                raise GaveUpError(str(refusal)) from None
        used = {*self.trip.bound.values(), *self.trip.used}
        self.floor.bring_back(self.trip.cart, [tote for tote in self.trip.spare if tote not in used])
        self.log.reached("batches picked")

    def _is_closed(self) -> bool:
        """An answer that got lost on the way is asked for again, and refused: it has happened already."""
        found = self.handheld.line.ask("GET", f"/batches/{self.work.id}")
        return bool(found["state"] == "closed")

    def has_changed(self, result: Mapping[str, Any]) -> bool:
        """Say whether this order was changed by the desk, or the list is newer than the one in hand."""
        is_newer = (result.get("list_version") or 0) > self.work.list_version
        return is_newer or any(slot.order in self.floor.changed for slot in self.work.slots.values())

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        return self.position.task, self.position.counted, self.position.step

    def where(self) -> str:
        """Name the step for a report."""
        return f"batch {self.work.number}, {self.position.step}"

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's position as the truth."""
        if result.get("position") is not None:
            self.position = position_from_json(result["position"])

    def others_totes(self) -> Sequence[str]:
        """Give totes on this cart that are not the one asked for."""
        own = self.trip.bound.get(self.task.slot or 0) if self.task else None
        return [tote for tote in self.trip.bound.values() if tote != own]
