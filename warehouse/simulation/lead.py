"""The virtual lead: plans batches for so many orders, releases them, and brings to pack what is picked."""

from collections import Counter
from collections.abc import Mapping

from warehouse.simulation.desk import lift_hold
from warehouse.simulation.floor import Floor
from warehouse.simulation.handheld import Json
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Line, RefusalError

MOST_VISITS = 8
"""So many times an order comes to the stations before somebody asks why."""


class Lead:
    """Plans, releases and looks around; `line` is signed in."""

    def __init__(self, line: Line, floor: Floor, log: Log) -> None:
        self.line, self.floor, self.log = line, floor, log
        self.wanted: set[str] = set()
        self._visits: Counter[str] = Counter()
        self._given_up: set[str] = set()

    def prepare(self, orders: int | None, seed: int) -> set[str]:
        """Plan the most urgent ready orders, release them and what was planned before; give their numbers."""
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
        self.wanted = {order for batch in waiting for order in self._orders_of(batch)}
        return self.wanted

    def look_around(self) -> None:
        """Bring to pack what is picked, and goods down from reserve; when there is nothing left, all may rest."""
        was_idle = self.floor.is_idle
        if self._bring() or not was_idle or self._batches("released") or self._batches("picking"):
            return
        if not self._replenish():
            self.floor.rest()

    def _bring(self) -> int:
        waiting = [*self.line.pages("/orders?state=picked"), *self.line.pages("/orders?state=packing")]
        numbers = [it["number"] for it in waiting if it["number"] in self.wanted]
        return sum(self._bring_one(number) for number in numbers)

    def _bring_one(self, number: str) -> bool:
        if self.floor.is_away(number) or (self._visits[number] and self._is_picked_again(number)):
            return False
        if not self.floor.bring_to_pack(number):
            return False
        self._visits[number] += 1
        if self._visits[number] > MOST_VISITS:
            self.log.surprise("broken_off", f"Order {number} comes to the stations again and again.")
            self.wanted.discard(number)
        return True

    def _is_picked_again(self, number: str) -> bool:
        batches = self.line.ask("GET", f"/orders/{number}")["batches"]
        return any(it["state"] in {"planned", "released", "picking"} for it in batches)

    def _replenish(self) -> bool:
        """Bring down what orders still want and only reserve has, and have it picked.

        An order for which nothing is left there is planned once more all the same: the plan says what becomes of it.
        """
        wanting = [*self.line.pages("/orders?state=picking"), *self.line.pages("/orders?state=ready")]
        lacking = {it["number"]: self._lacking(it["number"]) for it in wanting if it["number"] in self.wanted}
        served = {number for number, units in lacking.items() if self._bring_down(units)}
        hopeless = {number for number, units in lacking.items() if units} - served - self._given_up
        self._given_up |= hopeless
        if not served | hopeless:
            return False
        again = [number for number in lacking if number in served | hopeless]
        for number in self.floor.changed.intersection(again):
            lift_hold(self.line, number)  # held once nobody picks it any more: nobody else would come upon it
        self.line.ask("POST", "/batches/plan", {"orders": again, "commit": True})
        for batch in self._planned():
            self._release(batch)
        return True

    def _lacking(self, number: str) -> dict[str, int]:
        lines = self.line.ask("GET", f"/orders/{number}")["lines"]
        wanted = [line for line in lines if line["pickable"] and not line["cancelled"]]
        units = {it["sku"]: it["ordered"] - it["picked"] - it["allocated"] - it["backordered"] for it in wanted}
        return {sku: missing for sku, missing in units.items() if missing > 0}

    def _bring_down(self, units: Mapping[str, int]) -> bool:
        carried = [self._carry(sku, missing) for sku, missing in units.items()]
        return any(carried)

    def _carry(self, sku: str, units: int) -> bool:
        """Carry pieces of one lot from reserve to a pick face where nothing lies."""
        pile, goal = self.floor.piles.find(sku, units, self.floor.reserves), self._empty_face()
        if pile is None or goal is None:
            return False
        body: Json = {"from": pile[0], "to": goal, "sku": sku, "lot": pile[2], "quantity": units}
        try:
            self.line.ask("POST", "/moves", body)
        except RefusalError as refusal:
            self.log.surprise("refused", f"The lead may not bring {units} of {sku} down: {refusal}")
            return False
        self.floor.piles.take(pile, units)
        self.floor.piles.lay((goal, sku, pile[2]), units)
        self.log.happened("replenished")
        return True

    def _empty_face(self) -> str | None:
        return next((code for code in self.floor.faces if not self.floor.piles.in_bin(code)), None)

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
