"""Virtual pickers: they take released batches and work them scan by scan, with mistakes on the way."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.domain.codes import BarcodeKind, Tracking
from warehouse.domain.picking_walk import needs_tote_scan, policy_at
from warehouse.domain.snapshot import position_from_json, work_from_json
from warehouse.domain.work import BatchWork, PickTask, Position, Step
from warehouse.simulation.floor import LOOK_EVERY, Unit
from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.pick_mistakes import mistakes_at
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import GaveUpError, Right, Worker, gs1, label

BY_HAND_ABOVE = 3
"""More pieces than this are sometimes entered as a number."""

OVER = frozenset({"over_quantity"})
DONE = frozenset({"already_done"})


class Picker(Worker):
    """One picker with a cart."""

    work: BatchWork
    position: Position

    def run(self) -> None:
        """Work until there is no batch left, or it is time to go home."""
        self.handheld.sign_in()
        while not self.floor.stopped:
            snapshot = self._next()
            if snapshot is None:
                return
            self._work_batch(snapshot)

    def _next(self) -> Json | None:
        try:
            return self.handheld.take("/batches/next", {})
        except RefusalError as refusal:
            if refusal.code != "not_found":
                raise
            return None

    def _work_batch(self, snapshot: Json) -> None:
        self._open(snapshot)
        taken = self.floor.take_cart_and_totes(len(self.work.slots))
        if taken is None:
            return
        self.cart, self.spare = taken
        try:
            while self.position.step is not Step.FINISHED:
                self._step()
        except GaveUpError as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up batch {self.work.number}: {gave_up}")
            return
        self._close()

    def _open(self, snapshot: Json) -> None:
        self.hand: list[Unit] = []
        self.serial: str | None = None
        self._read(snapshot)
        self.bound = {slot.slot: slot.tote for slot in self.work.slots.values() if slot.tote}
        self.handheld.work = {"batch": self.work.id}

    def _read(self, snapshot: Json) -> None:
        """Take the list as it is now."""
        rest = {name: value for name, value in snapshot.items() if name not in {"position", "revision"}}
        self.work = work_from_json(rest)
        self.position = position_from_json(snapshot["position"])
        self.left = {task.id: task.left for task in self.work.tasks.values()}
        lease = self.work.lease
        self.handheld.epoch = lease.epoch if lease else 0
        self.handheld.list_version = self.work.list_version
        self.codes = _codes(self.work)
        self.floor.learn((sku, codes[0][0]) for sku, codes in self.codes.items())

    def _step(self) -> None:
        before = self.position
        right = self._due()
        result = self.scan(right, mistakes_at(self))
        if result is not None:
            self._happened(before, right)
        elif self.work.tasks.get(before.task or 0) is not None:
            self._read(self.handheld.line.ask("GET", f"/batches/{self.work.id}"))

    def _happened(self, before: Position, right: Right) -> None:
        """Do with the hands what the accepted scan stands for."""
        if before.step is Step.BIND:
            self.bound[before.slot or 0] = (right.shot.code or "")[2:]
            return
        self.hand += right.moved
        self.serial = None if right.moved else self.serial
        task = self.work.tasks.get(before.task or 0)
        is_laid_down = self.position.counted == 0 or self.position.task != before.task
        if task is not None and self.hand and is_laid_down:
            self.lay_down(task)

    def lay_down(self, task: PickTask) -> None:
        """Lay what is in the hand into the tote of the task's order."""
        self.left[task.id] -= len(self.hand)
        self.log.reached("units picked", len(self.hand))
        self.floor.drop(task.order, self.bound[task.slot or 0], self.hand)
        self.hand = []

    def _due(self) -> Right:
        step, task = self.position.step, self.work.tasks.get(self.position.task or 0)
        if step is Step.CART:
            return Right(shot=Shot(code=f"K:{self.cart}"))
        if step is Step.BIND:
            return Right(shot=Shot(code=f"T:{self._empty_tote()}"))
        if task is None:
            raise GaveUpError(f"nothing is known to do at {step}")
        if step is Step.BIN:
            return Right(shot=Shot(code=f"L:{task.bin}"), twice=DONE)
        if step is Step.TOTE:
            return Right(shot=Shot(code=f"T:{self.bound[task.slot or 0]}"), twice=DONE)
        return self._due_units(task)

    def _empty_tote(self) -> str:
        taken = set(self.bound.values())
        return next(tote for tote in self.spare if tote not in taken)

    def _due_units(self, task: PickTask) -> Right:
        if task.tracking is Tracking.SERIAL:
            return self._due_serial(task)
        if self.position.step is Step.LOT:
            held = [Unit(task.sku, self.codes[task.sku], task.lot)] * self.position.held
            return Right(shot=Shot(code=task.lot), moved=held)
        left = self.left[task.id] - self.position.counted
        fitting = [code for code in self.codes[task.sku] if code[1] <= left]
        code, pack = self.random.choice(fitting)
        unit = Unit(task.sku, self.codes[task.sku], task.lot)
        times = self._times(task, left // pack)
        shot = Shot(code=label(unit, code), kind="quantity" if times > 1 else "scan", quantity=times)
        is_last = pack * times == left and needs_tote_scan(self.work, task)
        # Pulled twice, a case is one too many of its kind, a piece simply one too many.
        twice = (OVER if pack == 1 else frozenset({"over_quantity", "wrong_unit"})) if is_last else frozenset()
        return Right(shot=shot, moved=[unit] * (pack * times), twice=twice)

    def _times(self, task: PickTask, most: int) -> int:
        policy = policy_at(self.work, task)
        each = policy.scan_each or task.scan_each or not policy.enter_quantity
        is_by_hand = not each and most > BY_HAND_ABOVE and self.random.random() < 1 / 2
        return self.random.randint(2, most) if is_by_hand else 1

    def _due_serial(self, task: PickTask) -> Right:
        self.serial = self.serial or self.floor.take_serial(self._serials(task))
        if self.serial is None:
            raise GaveUpError(f"no piece of {task.sku} with a serial number is left in {task.bin}")
        code = self.codes[task.sku][0][0]
        unit = Unit(task.sku, self.codes[task.sku], serial=self.serial)
        if self.position.step is Step.SERIAL:
            return Right(shot=Shot(code=self.serial), moved=[unit])
        way = self.random.randrange(3)
        if way == 0:
            return Right(shot=Shot(code=code))
        return Right(shot=Shot(code=self.serial if way == 1 else gs1(code, serial=self.serial)), moved=[unit])

    def _serials(self, task: PickTask) -> list[str]:
        found = (meaning for meanings in self.work.directory.values() for meaning in meanings)
        return sorted(
            it.code for it in found if it.kind is BarcodeKind.SERIAL and (it.sku, it.bin) == (task.sku, task.bin)
        )

    def _close(self) -> None:
        orders = [slot.order for slot in self.work.slots.values()]
        try:
            self.handheld.line.ask("POST", f"/batches/{self.work.id}/close", {"device": self.handheld.device})
        except RefusalError as refusal:
            if not self._is_closed():
                raise GaveUpError(str(refusal)) from None
        unused = set(self.spare) - set(self.bound.values())
        self.floor.bring_back(self.cart, unused)
        self.log.reached("batches picked")
        self.log.reached("orders picked", len(self.floor.trip_ended(orders)))

    def _is_closed(self) -> bool:
        """An answer that got lost on the way is asked for again, and refused: it has happened already."""
        found = self.handheld.line.ask("GET", f"/batches/{self.work.id}")
        return bool(found["state"] == "closed")

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
        task = self.work.tasks.get(self.position.task or 0)
        own = self.bound.get(task.slot or 0) if task else None
        return [tote for tote in self.bound.values() if tote != own]


def wait_a_moment() -> None:
    """Let others get on."""
    time.sleep(LOOK_EVERY)


def _codes(work: BatchWork) -> dict[str, tuple[tuple[str, int], ...]]:
    """Give the labels of every item on the list that mean nothing else, pieces first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for code, meanings in work.directory.items():
        if len(meanings) == 1 and meanings[0].kind is BarcodeKind.ITEM:
            found.setdefault(meanings[0].sku or "", []).append((code, meanings[0].pack_quantity))
    return {sku: tuple(sorted(codes, key=lambda code: code[1])) for sku, codes in found.items()}
