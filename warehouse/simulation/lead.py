"""The virtual lead: plans batches for so many orders and releases them."""

from warehouse.simulation.floor import Floor
from warehouse.simulation.handheld import Json
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Line, RefusalError


class Lead:
    """Plans and releases; `line` is signed in."""

    def __init__(self, line: Line, floor: Floor, log: Log) -> None:
        self.line, self.floor, self.log = line, floor, log

    def prepare(self, orders: int | None, seed: int) -> int:
        """Plan the most urgent ready orders, release them and what was planned before; give how many there are."""
        planned = self._planned()
        chosen = self._choose(orders, seed)
        if chosen:
            body: Json = {"orders": chosen, "seed": seed, "commit": True}
            stored = self.line.ask("POST", "/batches/plan", body)
            self.log.reached("orders left out", len(stored["left_out"]))
            planned += [it["id"] for it in self._batches("planned")]
        for batch in planned:
            self._release(batch)
        waiting = [it["id"] for it in self._batches("released")]
        on_trips = [self._orders_of(batch) for batch in waiting]
        self.floor.expect(on_trips)
        return len({order for orders_of in on_trips for order in orders_of})

    def _planned(self) -> list[int]:
        return [it["id"] for it in self._batches("planned")]

    def _choose(self, orders: int | None, seed: int) -> list[str]:
        proposal = self.line.ask("POST", "/batches/plan", {"seed": seed})
        proposed = dict.fromkeys(number for batch in proposal["batches"] for number in batch["orders"])
        return list(proposed)[:orders]

    def _batches(self, state: str) -> list[Json]:
        return self.line.pages(f"/batches?state={state}")

    def _release(self, batch: int) -> None:
        try:
            self.line.ask("POST", f"/batches/{batch}/release")
        except RefusalError as refusal:
            if refusal.code != "conflict":
                raise

    def _orders_of(self, batch: int) -> list[str]:
        snapshot = self.line.ask("GET", f"/batches/{batch}")
        return [slot["order"] for slot in snapshot["slots"]]
