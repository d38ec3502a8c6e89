"""The desk behind the floor: cancels and changes orders while they are worked, holds and lifts, voids and reprints."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from warehouse.simulation.fate import Fate
from warehouse.simulation.floor import Floor
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Line, RefusalError

Json = dict[str, Any]
ASKED_TWICE = {"conflict", "already_done"}
"""What is answered when a request whose answer was lost is sent again, or somebody was quicker."""


@dataclass(slots=True)
class Desk:
    """`line` is the lead's; `ordered` are the pieces each customer is to get, by (order, SKU)."""

    line: Line
    floor: Floor
    log: Log
    fate: Fate
    ordered: Counter[tuple[str, str]] = field(default_factory=Counter)
    cancelled: set[str] = field(default_factory=set)
    fates: dict[str, str] = field(default_factory=dict)

    def open(self, orders: Iterable[str]) -> None:
        """Write down what is ordered, and draw what will happen to whom."""
        for number in orders:
            for line in self.look(number)["lines"]:
                if line["pickable"] and not line["cancelled"]:
                    self.ordered[number, line["sku"]] += line["ordered"] - line["shipped"]
            fate = self.fate.of_order(number)
            if fate:
                self.fates[number] = fate

    def look(self, number: str) -> Json:
        """Look an order up."""
        found: Json = self.line.ask("GET", f"/orders/{number}")
        return found

    def meets(self, number: str, fate: str) -> bool:
        """Say, once, whether this is what happens to the order."""
        if self.fates.get(number) != fate:
            return False
        del self.fates[number]
        return True

    def intervene(self, number: str, moment: str) -> None:
        """Do to an order what it is fated to at this moment: `picked` or `packed`."""
        for act, do in (("cancelled", self._cancel), ("fewer", self._take_one_off), ("held", self._hold)):
            if self.meets(number, f"{act}_while_{moment}"):
                # Said before it is done: from the first moment a scan may be told of it.
                self.floor.changed.add(number)
                if _managed(partial(do, number)):
                    self.log.happened(f"{act}_while_{moment}")
                return

    def lift(self, number: str) -> None:
        """Let a held order go on."""
        lift_hold(self.line, number)

    def void(self, sscc: str) -> bool:
        """Declare a carton dead; False when it could not be."""
        body = {"reason": "The box burst."}
        return _managed(lambda: self.line.ask("POST", f"/cartons/{sscc}/void", body))

    def _cancel(self, number: str) -> None:
        body = {"reason": "The customer does not want it any more."}
        _managed(lambda: self.line.ask("POST", f"/orders/{number}/cancel", body))
        if self.look(number)["order"]["state"] == "cancelled":
            self.cancelled.add(number)

    def _take_one_off(self, number: str) -> None:
        line = next((line for line in self.look(number)["lines"] if self._may_shrink(line)), None)
        if line is None:
            return
        change = {"line": line["line"], "quantity": line["ordered"] - 1}
        body = {"reason": "The customer wants one less.", "lines": [change]}
        self.line.ask("PATCH", f"/orders/{number}", body)
        self.ordered[number, line["sku"]] -= 1

    def _may_shrink(self, line: Json) -> bool:
        good = self.floor.goods.by_sku.get(line["sku"])
        is_open = line["pickable"] and not line["cancelled"] and line["packed"] < line["ordered"]
        return bool(good and good.is_plain and is_open and line["ordered"] > 1)

    def _hold(self, number: str) -> None:
        body = {"reason": "manual", "text": "The customer asked us to wait."}
        self.line.ask("POST", f"/orders/{number}/hold", body)


def lift_hold(line: Line, number: str) -> None:
    """Let an order go on, if it is held."""
    body = {"reason": "The customer has called back."}
    _managed(lambda: line.ask("POST", f"/orders/{number}/lift-hold", body))


def _managed(act: Callable[[], object]) -> bool:
    try:
        act()
    except RefusalError as refusal:
        if refusal.code not in ASKED_TWICE:
            raise
        return False
    return True
