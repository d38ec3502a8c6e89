"""The reckoning tells every piece and every order that hands and server do not agree on."""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any

from warehouse.simulation.desk import Desk
from warehouse.simulation.fate import Fate
from warehouse.simulation.floor import Floor
from warehouse.simulation.goods import Good, Goods, Unit
from warehouse.simulation.log import Log
from warehouse.simulation.piles import Piles
from warehouse.simulation.reckoning import reckon
from warehouse.simulation.wire import Line

MUG = Good(sku="MUG", name="Mug", codes=(("04006381333931", 1),), tracking="none", weight_g=None)


@dataclass
class Told(Line):
    """What a server says, written down."""

    orders: dict[str, Any] = field(default_factory=dict)
    stock: list[Any] = field(default_factory=list)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self.orders[path.removeprefix("/orders/")]

    def pages(self, path: str) -> list[Any]:
        return self.stock


def an_answer(*, ordered: int = 2, shipped: int = 2, backordered: int = 0, state: str = "shipped") -> Any:
    known = {"sku": "MUG", "pickable": True, "cancelled": False}
    line = known | {"ordered": ordered, "shipped": shipped, "backordered": backordered}
    return {"order": {"state": state}, "lines": [line]}


def a_desk(answer: Any, *, packed: int, booked: int = 5) -> Desk:
    """A shift in which two mugs of order 1001 were wanted and five more lie in S1."""
    row = {"kind": "bin", "place": "S1", "sku": "MUG", "lot_code": "", "quantity": 5}
    floor = Floor(deque(), deque(), Goods({"MUG": MUG}), Piles.begin([row], ()))
    floor.bench("1001").cartons[1] = [Unit("MUG", MUG.codes)] * packed
    line = Told("http://127.0.0.1:9", Random(1))  # noqa: S311 - no secret is drawn
    line.orders, line.stock = {"1001": answer}, [row | {"quantity": booked}]
    desk = Desk(line, floor, Log(), Fate(1))
    desk.ordered["1001", "MUG"] = 2
    return desk


def test_an_order_that_left_whole_is_complete() -> None:
    found = reckon(a_desk(an_answer(), packed=2), ["1001"])
    assert (found.complete, found.accounted, found.unfinished, found.differences) == (1, 1, {}, [])


def test_what_is_owed_is_told_by_name() -> None:
    found = reckon(a_desk(an_answer(shipped=1, backordered=1, state="ready"), packed=1), ["1001"])
    assert (found.complete, found.in_part, found.differences) == (0, {"1001": {"MUG": 1}}, [])


def test_an_order_with_less_than_all_and_nothing_owed_is_not_finished() -> None:
    found = reckon(a_desk(an_answer(shipped=1, state="packing"), packed=1), ["1001"])
    assert (found.accounted, found.unfinished) == (0, {"1001": "packing"})


def test_a_piece_too_few_in_the_cartons_is_a_difference() -> None:
    found = reckon(a_desk(an_answer(), packed=1), ["1001"])
    assert found.differences == ["Order 1001: 1 of MUG left in its cartons, the server says 2."]


def test_a_bin_with_other_stock_than_the_hands_left_in_it_is_a_difference() -> None:
    found = reckon(a_desk(an_answer(), packed=2, booked=4), ["1001"])
    assert found.differences == ["S1 should have 5 of MUG, the server says 4."]


def test_pieces_forgotten_in_a_tote_are_a_difference() -> None:
    desk = a_desk(an_answer(), packed=2)
    desk.floor.drop("1001", "T1", [Unit("MUG", MUG.codes)])
    assert reckon(desk, ["1001"]).differences == ["1 pieces still lie in T1."]


def test_nothing_of_a_cancelled_order_may_leave() -> None:
    desk = a_desk(an_answer(state="cancelled", shipped=1), packed=0)
    desk.cancelled.add("1001")
    found = reckon(desk, ["1001"])
    assert found.cancelled == ["1001"]
    assert found.differences == ["Order 1001: 0 of MUG left in its cartons, the server says 1."]
