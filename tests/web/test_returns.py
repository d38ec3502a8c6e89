"""Returns in the browser and over HTTP: who may do what, and goods of no order from the parcel to the shelf."""

import json
from typing import Any

import pytest

from tests.serving import Answered, Serving
from tests.web.test_lead_pages import JSON, get, submit


def send(server: Serving, path: str, body: object, who: str = "Lea") -> Answered:
    return server.request("POST", f"/api/v1/returns{path}", who=who, body=json.dumps(body).encode(), **JSON)


@pytest.fixture(scope="module")
def number(server: Serving) -> str:
    """An unknown return of which two pieces are here."""
    for kind, body in (
        ("bins", {"code": "S1", "kind": "pick_face", "walk_sequence": 1}),
        ("items", {"sku": "MUG", "name": "Mug", "barcodes": [{"code": "4006381333931"}]}),
    ):
        made = server.request("POST", f"/api/v1/{kind}", who="Ida", body=json.dumps(body).encode(), **JSON)
        assert made.status in {200, 201}, made.body
    opened = send(server, "", {"kind": "unknown", "reason": "unknown", "tracking": "X1"})
    assert opened.status == 201, opened.body
    found: str = opened.json()["number"]
    assert send(server, f"/{found}/receive", {"code": "4006381333931", "quantity": 2}).json()["back"] == 2
    return found


def test_the_desk_lists_and_finds_it(server: Serving, number: str) -> None:
    found = get(server, "/admin/returns?find=X1")
    assert number.encode() in found.body
    straight = get(server, f"/admin/returns?find={number.lower()}")
    assert (straight.status, straight.headers["Location"]) == (303, f"/admin/returns/{number}")
    assert b"is not known here" in get(server, "/admin/returns?find=nothing").body
    assert b"To be looked at" in get(server, "/admin/returns?state=received").body
    assert get(server, "/admin/returns", "Ben").status == 403


def test_it_is_told_whole_over_http(server: Serving, number: str) -> None:
    head: Any = server.request("GET", f"/api/v1/returns/{number}", who="Lea").json()["head"]
    assert (head["kind"], head["state"], head["received"], head["waiting"]) == ("unknown", "received", 2, 2)
    listed: Any = server.request("GET", "/api/v1/returns?state=received&limit=1", who="Ana").json()
    assert [it["number"] for it in listed["items"]] == [number]


def test_its_label_is_a_file(server: Serving, number: str) -> None:
    assert get(server, f"/api/v1/returns/{number}/label.pdf").body[:5] == b"%PDF-"
    assert b"^XA" in get(server, f"/api/v1/returns/{number}/label.zpl").body
    assert get(server, f"/api/v1/returns/{number}/label.doc").status == 404
    assert get(server, "/api/v1/returns/R-1/label.pdf").status == 404


def test_the_floor_takes_in_decides_and_the_desk_closes(server: Serving, number: str) -> None:
    path = f"/admin/returns/{number}"
    assert submit(server, f"{path}/receive", "Ana", code="mug").status == 303
    assert b"Not in the system" in submit(server, f"{path}/receive", "Ana", code="nope").body
    line = server.request("GET", f"/api/v1/returns/{number}", who="Lea").json()["lines"][0]["id"]
    decided = {"line": line, "step": "restocked", "quantity": 2, "bin": "S1"}
    assert submit(server, f"{path}/inspect", "Ana", **decided).status == 303
    assert submit(server, f"{path}/inspect", **(decided | {"quantity": 1, "bin": "nope"})).status == 400
    assert submit(server, f"{path}/close").status == 409
    assert send(server, f"/{number}/inspect", {"line": line, "step": "scrapped"}).json() == {"waiting": 0}
    assert submit(server, f"{path}/close", "Ana").status == 403
    assert submit(server, f"{path}/eat").status == 400
    assert submit(server, f"{path}/close", reason="done").status == 303
    assert b"closed" in get(server, path).body


def test_what_is_not_there_is_refused(server: Serving) -> None:
    assert send(server, "", {"kind": "asked", "reason": "not_wanted", "order": "NOPE", "pieces": []}).status == 404
    assert submit(server, "/admin/returns", kind="asked", reason="damaged", order="NOPE").status == 404
    assert submit(server, "/admin/returns", **{"kind": "asked", "reason": "damaged", "pieces-A": "x"}).status == 400
    assert submit(server, "/admin/returns", kind="what", reason="damaged").status == 400
    assert get(server, "/admin/returns/from-order/NOPE").status == 404
    assert get(server, "/admin/returns/R-1").status == 404
    assert send(server, "/R-1/close", {}).status == 404
    assert send(server, "/R-1/cancel", {"reason": "x"}, "Ben").status == 403
