"""After the last parcel: what is to go back goes back, and doubtful bins are counted, by scans like everything else."""

from collections.abc import Mapping
from typing import Any

from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.piles import Pile
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import GaveUpError, Right, Worker, label

A_LOOK = 100
NOT_MINE = {"not_owner", "conflict", "forbidden", "not_found"}
ASKED = frozenset({"policy"})


class Tidier(Worker):
    """Somebody who works put-backs or counts; `done` says how many."""

    kind = ""
    position: Json

    def run(self) -> None:
        """Work every task that is open and free to this person."""
        self.done = 0
        self.handheld.sign_in()
        for task in self.handheld.line.ask("GET", f"/{self.kind}?limit={A_LOOK}")["items"]:
            if task["state"] == "open" and task["lease"] is None and not self.floor.stopped:
                self._take(task["id"])

    def _take(self, key: int) -> None:
        try:
            held = self.handheld.take(f"/{self.kind}/{key}/claim", {})
        except RefusalError as refusal:
            if refusal.code not in NOT_MINE:
                raise
            return
        self.key, self.position = key, {}
        self.handheld.epoch, self.handheld.list_version = held["epoch"], 0
        try:
            self.work(held)
            self.done += 1
        except (GaveUpError, RefusalError) as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up {self.where()}: {gave_up}")

    def work(self, held: Json) -> None:
        """Do one task to its end."""
        raise NotImplementedError

    def sure(self, right: Right) -> Json:
        """Scan until it is accepted."""
        while True:
            result = self.scan(right, [])
            if result is not None:
                return result

    def has_changed(self, result: Mapping[str, Any]) -> bool:
        """Nothing changes any more."""
        return False

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        return self.position

    def where(self) -> str:
        """Name the task for a report."""
        return f"{self.kind} {self.key}"

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's position as the truth."""
        if result.get("position") is not None:
            self.position = result["position"]


class Returner(Tidier):
    """Brings back what no order wants."""

    kind = "put-backs"

    def work(self, held: Json) -> None:
        """Scan every piece out of where it lies, then the bin it is laid into."""
        task = held["put_back"]
        self.handheld.work = {"put_back": self.key}
        stray = self.floor.strays.pop(self.key, None)
        units = [self._stray(stray)] if stray else self.floor.search(task["tote"], task["sku"], task["left"])
        if len(units) < task["left"]:
            raise GaveUpError(f"{task['left']} of {task['sku']} should lie in {task['tote']}, there are {len(units)}")
        for unit in units:
            self.sure(Right(shot=Shot(code=unit.serial or label(unit, unit.each))))
        goal = task["bin"] or (stray[0] if stray else self._a_bin(task["sku"]))
        self.sure(Right(shot=Shot(code=f"L:{goal}")))
        self.log.happened("put_back")
        for unit in units:
            pile = (goal, unit.sku, self.floor.goods.lot_of(unit.sku, unit.lot))
            if stray:
                self.floor.piles.lay_unseen(pile)
            else:
                self.floor.piles.lay(pile)

    def _stray(self, pile: Pile) -> Unit:
        return Unit(pile[1], self.floor.goods.by_sku[pile[1]].codes)

    def _a_bin(self, sku: str) -> str:
        return self.floor.piles.a_bin_of(sku, self.floor.faces)


class Counter(Tidier):
    """Counts bins without knowing what the books expect."""

    kind = "counts"

    def work(self, held: Json) -> None:
        """Scan the bin and everything in it, and confirm."""
        task = held["count"]
        self.handheld.work = {"count": self.key}
        self.sure(Right(shot=Shot(code=f"L:{task['bin']}")))
        for (_, sku, lot), number in sorted(self.floor.piles.in_bin(task["bin"]).items()):
            if task["sku"] in {None, sku}:
                unit = Unit(sku, self.floor.goods.by_sku[sku].codes, lot or None)
                shot = Shot(code=label(unit, unit.each), kind="quantity", quantity=number)
                self.sure(Right(shot=shot))
        while self.sure(Right(shot=Shot(code="C:CONFIRM"), asks=ASKED))["outcome"] != "accepted":
            self.think()
        self.log.happened("counted_again" if task["again"] else "counted")
        if self.handheld.line.ask("GET", f"/counts/{self.key}")["state"] == "done":
            self.floor.piles.counted(task["bin"], task["sku"])
