"""Problems from outside: read strictly, solved, written in the form a judge reads."""

import json
from typing import Any

import pytest

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.planning.improving import Budget
from warehouse.domain.planning.solving import solve
from warehouse.exchange.instances import Instance, read_instance

AISLES: dict[str, Any] = {
    "kind": "aisles",
    "aisle_x": [0, 5],
    "cross_y": [0, 10],
    "depot": [0, 0],
    "locations": {"a": [0, 2], "b": [1, 9.5], "c": [1, 1]},
}
GRAPH: dict[str, Any] = {
    "kind": "graph",
    "edges": [[0, 1, 2.5], [1, 2, 3], [0, 2, 9]],
    "depot": 0,
    "locations": {"a": 1, "b": 2, "c": 2},
}
ORDERS: list[dict[str, Any]] = [
    {"id": "1", "lines": [["a", 1]]},
    {"id": "2", "lines": [["b", 2]], "due": 30, "priority": 1},
    {"id": "3", "lines": [["c", 3]], "zone": "Z"},
]


def an_instance(**changes: Any) -> bytes:
    return json.dumps({"layout": AISLES, "cart": {"items": 3}, "orders": ORDERS, **changes}).encode()


def solved(instance: Instance) -> list[dict[str, Any]]:
    trips = solve(instance.problem, Budget(iterations=200), 1, lambda _trips, _steps: None)
    found: list[dict[str, Any]] = instance.solution(trips)["batches"]
    return found


def test_a_problem_is_solved_and_its_stops_are_in_walk_order() -> None:
    batches = solved(read_instance(an_instance(orders=[*ORDERS[:2], {"id": "4", "lines": [["b", 0], ["c", 3]]}])))
    assert sorted(order for batch in batches for order in batch["orders"]) == ["1", "2", "4"]
    assert next(batch["stops"] for batch in batches if "4" in batch["orders"]) in (["b", "c"], ["c", "b"])


def test_a_graph_is_read_too() -> None:
    instance = read_instance(an_instance(layout=GRAPH, cart={"orders": 3}))
    (batch,) = solved(instance)
    assert set(batch["stops"]) == {"a", "b", "c"}
    assert instance.problem.floor.length(["a", "b"]) == 2500 + 3000 + 5500
    ended = read_instance(an_instance(layout={**GRAPH, "end": 1}))
    assert ended.problem.floor.length(["b"]) == 5500 + 3000


def test_a_depot_may_stand_between_aisles_and_the_end_elsewhere() -> None:
    layout = {**AISLES, "depot": [2, 0], "end": [5, 10]}
    instance = read_instance(an_instance(layout=layout))
    assert instance.problem.floor.route(["a"], ()).length == 2000 + 10_000 + 5000


def test_zones_due_times_and_pace_are_read() -> None:
    time = {"speed": 2, "per_line": 1, "per_batch": 5, "pickers": 2}
    problem = read_instance(an_instance(rules={"single_zone": True}, time=time)).problem
    assert [need.group for need in problem.needs] == [None, None, "Z"]
    assert [(need.due.due, need.due.urgent) for need in problem.needs] == [(None, False), (30, True), (None, False)]
    assert problem.pace is not None
    assert (problem.pace.pickers, problem.pace.seconds(10_000, 3, 0)) == (2, 13)


def test_an_order_larger_than_a_cart_is_named() -> None:
    instance = read_instance(
        an_instance(cart={"items": 2, "volume": 9}, orders=[{**it, "load": {"volume": 1}} for it in ORDERS])
    )
    assert (instance.orders, instance.too_large) == (("1", "2"), ("3",))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layout": {**AISLES, "depot": [0, 4]}}, "layout.depot"),
        ({"layout": {**AISLES, "locations": {"a": [7, 2], "b": [0, 1], "c": [0, 1]}}}, "a lies in no aisle"),
        ({"layout": {**AISLES, "locations": {"a": [0, 12], "b": [0, 1], "c": [0, 1]}}}, "a lies in no aisle"),
        ({"orders": [{"id": "1", "lines": [["z", 1]]}]}, "location z"),
        ({"cart": {"volume": 3}}, "no load for the cart's volume"),
        ({"cart": {"items": -3}}, "cart.items"),
        ({"surprise": 1}, "surprise"),
        ({"layout": {**GRAPH, "edges": [[0, 1, 2]], "locations": {"a": 1, "b": 2, "c": 2}}}, "location b"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_instance(an_instance(**changes))


def test_a_file_that_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        read_instance(b"{")
