"""Orders over HTTP: brought in, found, held, changed, cancelled."""

import json
from typing import Any

import pytest

from tests.serving import Answered, Serving

JSON = {"Content_Type": "application/json"}


def call(server: Serving, method: str, path: str, body: object = None, **more: str) -> Answered:
    raw = None if body is None else json.dumps(body).encode()
    return server.request(method, f"/api/v1{path}", who=more.pop("who", "Ida"), body=raw, **JSON, **more)


def an_order(number: str, **fields: object) -> dict[str, Any]:
    lines = [{"sku": "A-1", "quantity": 2}, {"sku": "B-2", "quantity": 1}]
    return {
        "order_no": number,
        "placed_at": "2026-11-20T10:00:00+00:00",
        "lines": lines,
        "ship_country": "DE",
        **fields,
    }


def bring(server: Serving, number: str, **fields: object) -> Any:
    answer = call(server, "POST", "/orders", an_order(number, **fields))
    assert answer.status == 201, answer.body
    return answer.json()


def test_an_order_comes_in_once(server: Serving) -> None:
    first = bring(server, "WEB-1")
    again = call(server, "POST", "/orders", an_order("WEB-1"))
    assert (again.status, again.json()["order"]["number"]) == (200, first["order"]["number"])
    assert [(line["sku"], line["ordered"]) for line in first["lines"]] == [("A-1", 2), ("B-2", 1)]


def test_the_shops_own_id_finds_it(server: Serving) -> None:
    number = bring(server, "WEB-2")["order"]["number"]
    found = call(server, "GET", "/orders?source=api&external_id=WEB-2", who="Lea").json()["items"]
    assert [order["number"] for order in found] == [number]


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, "2", 2**63, None])
def test_a_quantity_that_is_none_is_named(server: Serving, quantity: object) -> None:
    answer = call(server, "POST", "/orders", an_order("WEB-BAD", lines=[{"sku": "A-1", "quantity": quantity}]))
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, "lines.0.quantity")


def test_a_picker_brings_no_orders(server: Serving) -> None:
    assert call(server, "POST", "/orders", an_order("WEB-3"), who="Ana").status == 403


def test_an_order_is_held_lifted_rushed_and_cancelled_and_tells_it_all(server: Serving) -> None:
    number = bring(server, "WEB-4")["order"]["number"]
    assert call(server, "POST", f"/orders/{number}/hold", {"text": "Customer asks to wait"}, who="Lea").status == 201
    held = call(server, "GET", f"/orders/{number}", who="Lea").json()
    assert "Customer asks to wait" in [hold["text"] for hold in held["holds"]]
    assert call(server, "POST", f"/orders/{number}/lift-hold", {"reason": "Called"}, who="Lea").status == 200
    assert call(server, "POST", f"/orders/{number}/rush", {"reason": "Late"}, who="Lea").json() == {"priority": 9}
    assert call(server, "POST", f"/orders/{number}/cancel", {"reason": "Gone"}, who="Lea").status == 200
    found = call(server, "GET", f"/orders/{number}", who="Lea").json()
    kinds = [step["kind"] for step in found["story"]]
    assert (found["order"]["state"], found["holds"]) == ("cancelled", [])
    assert [kind for kind in ("held", "hold_lifted", "rushed", "cancelled") if kind not in kinds] == []


def test_the_same_hold_sent_twice_with_its_key_is_one_hold(server: Serving) -> None:
    number = bring(server, "WEB-5")["order"]["number"]
    key = {"Idempotency_Key": "hold-web-5"}
    first = call(server, "POST", f"/orders/{number}/hold", {"text": "Wait"}, **key)
    second = call(server, "POST", f"/orders/{number}/hold", {"text": "Wait"}, **key)
    other = call(server, "POST", f"/orders/{number}/hold", {"text": "Something else"}, **key)
    assert (second.json(), second.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (other.status, other.json()["code"]) == (409, "id_reused")


def test_lines_are_changed_before_release(server: Serving) -> None:
    number = bring(server, "WEB-6")["order"]["number"]
    body = {"reason": "Typed wrong", "lines": [{"line": 1, "quantity": 5}]}
    assert call(server, "PATCH", f"/orders/{number}", body, who="Lea").status == 200
    lines = call(server, "GET", f"/orders/{number}", who="Lea").json()["lines"]
    assert [line["ordered"] for line in lines] == [5, 1]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("lines", [{"line": 1, "quantity": 1}, {"line": 1, "quantity": 2}]),
        ("add", [{"sku": "B-2", "quantity": 1}, {"sku": "B-2", "quantity": 2}]),
    ],
)
def test_a_change_that_names_something_twice_is_refused(server: Serving, field: str, named: list[object]) -> None:
    number = bring(server, f"WEB-TWICE-{field.upper()}")["order"]["number"]
    answer = call(server, "PATCH", f"/orders/{number}", {"reason": "telephone", field: named}, who="Lea")
    assert (answer.status, answer.json()["errors"][0]["field"]) == (400, field)
