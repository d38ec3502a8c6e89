"""The virtual lead goes after what nobody on the floor comes upon any more."""

from collections import deque
from typing import Any

import pytest

from warehouse.simulation.floor import Floor
from warehouse.simulation.lead import Lead
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Line, RefusalError

LACKING = {"sku": "MUG", "pickable": True, "cancelled": False, "ordered": 2, "picked": 1, "allocated": 0}


class House(Line):
    """A server with one order of which a piece is missing; `asked` is what it was asked to do, in order."""

    def __init__(self, *, is_held: bool) -> None:
        self.is_held, self.asked = is_held, list[str]()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        if method == "GET":
            return {"lines": [LACKING | {"backordered": 0}]}
        self.asked.append(path)
        if path.endswith("/lift-hold") and not self.is_held:
            raise RefusalError(409, "conflict", "The order is not held.")
        return {}

    def pages(self, path: str) -> list[Any]:
        return [{"number": "D-1"}] if path == "/orders?state=picking" else []


def a_lead(house: House, changed: set[str]) -> Lead:
    lead = Lead(house, Floor(deque(), deque(), changed=changed), Log())
    lead.wanted = {"D-1"}
    return lead


@pytest.mark.parametrize("is_held", [True, False])
def test_an_order_held_after_its_last_pick_is_let_go_before_its_rest_is_planned(*, is_held: bool) -> None:
    house = House(is_held=is_held)
    a_lead(house, {"D-1"}).look_around()
    assert house.asked[:2] == ["/orders/D-1/lift-hold", "/batches/plan"]


def test_an_order_that_the_desk_left_alone_is_planned_at_once() -> None:
    house = House(is_held=False)
    a_lead(house, set()).look_around()
    assert house.asked[0] == "/batches/plan"
