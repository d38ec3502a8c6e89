"""Sources, mapping profiles and webhook endpoints over HTTP: a token with the right sets them up, two people decide."""

import json
from typing import Any

import pytest

from tests.serving import Answered, Serving
from warehouse.domain.webhooks import key_of

JSON = {"Content_Type": "application/json"}
PROFILE = {
    "name": "our-erp",
    "kind": "orders",
    "columns": {
        "order_no": {"headers": ["Auftrag"]},
        "sku": {"headers": ["Artikel"]},
        "quantity": {"headers": ["Menge"]},
    },
    "identity": {"source": "erp"},
}
HOOK = {"name": "Shop", "url": "https://shop.example/hooks", "types": ["order.shipped"]}
SOURCE = {"name": "erp", "profile": "canonical", "way": "folder", "silent_minutes": 60, "secret": "hush"}


@pytest.fixture(scope="module")
def machine(server: Serving) -> str:
    """A token that may look after connections, and nothing else."""
    wanted = {"name": "deploy", "permissions": ["edit_connections"], "days": 30}
    body = json.dumps(wanted).encode()
    token: str = server.request("POST", "/api/v1/tokens", who="Ines", body=body, **JSON).json()["token"]
    return token


@pytest.fixture
def call(server: Serving, machine: str) -> Any:
    """Ask as the machine, or as `who`."""

    def ask(method: str, path: str, body: object = None, who: str | None = None) -> Answered:
        sent = None if body is None else json.dumps(body).encode()
        headers = {} if who else {"Authorization": f"Bearer {machine}"}
        return server.request(method, f"/api/v1{path}", who=who, body=sent, **headers, **(JSON if sent else {}))

    return ask


@pytest.mark.parametrize("path", ["/sources", "/profiles", "/webhooks", "/webhooks/deliveries", "/profiles/built-in"])
def test_only_who_looks_after_connections_reads_them(server: Serving, path: str) -> None:
    asked = {who: server.request("GET", f"/api/v1{path}", who=who).status for who in ("Ines", "Ida", "Lea", "Ana")}
    assert asked == {"Ines": 200, "Ida": 200, "Lea": 403, "Ana": 403}


def test_a_source_is_set_up_changed_looked_at_and_stopped(call: Any) -> None:
    made = call("POST", "/sources", SOURCE)
    assert made.status == 201
    found = made.json()
    assert (found["kind"], found["every_minutes"], found["active"], "secret" in found) == ("orders", 15, True, False)
    path = f"/sources/{found['id']}"
    changed = call("PATCH", path, {"every_minutes": 5, "write_back": "shopify"}).json()
    assert changed == found | {"every_minutes": 5, "write_back": "shopify", "next_at": changed["next_at"]}
    assert call("PATCH", path, {"write_back": None}).json()["write_back"] == ""
    assert call("POST", f"{path}/stop", {}).json()["active"] is False
    assert call("POST", f"{path}/look", {}).json()["active"] is True
    assert [one["name"] for one in call("GET", "/sources").json()["items"]] == ["erp"]
    assert call("GET", path).json()["id"] == found["id"]


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"profile": "nothing"}, 404, "not_found"),
        ({"way": "pigeon"}, 400, "invalid_input"),
        ({"kind": "users"}, 400, "invalid_input"),
        ({"kind": "bins"}, 400, "invalid_input"),
        ({"name": "Not A Name"}, 400, "invalid_input"),
        ({"way": "shipstation", "address": "http://10.0.0.7/export"}, 400, "address_refused"),
        ({"surprise": 1}, 400, "invalid_input"),
    ],
)
def test_a_source_that_cannot_be_is_refused(call: Any, change: dict[str, object], status: int, word: str) -> None:
    refused = call("POST", "/sources", {**SOURCE, "name": "other", **change})
    assert (refused.status, refused.json()["code"]) == (status, word)


def test_a_kept_password_is_sent_to_no_other_host(call: Any) -> None:
    shop = {**SOURCE, "name": "shop", "way": "shipstation", "address": "https://shop.example/export"}
    path = f"/sources/{call('POST', '/sources', shop).json()['id']}"
    assert call("PATCH", path, {"address": "https://shop.example/export/v2"}).status == 200
    for elsewhere in (
        "https://mallory.example/export",
        "https://shop.example:8443/export",
        "https://shop.example@m.example/",
    ):
        refused = call("PATCH", path, {"address": elsewhere})
        assert refused.status == 400
    refused = call("PATCH", path, {"way": "folder", "address": "https://mallory.example/export"})
    assert [problem["field"] for problem in refused.json()["errors"]] == ["secret"]
    assert call("PATCH", path, {"address": "https://new.example/export", "secret": "other"}).status == 200


def test_a_machine_proposes_a_profile_and_a_person_puts_it_in_force(call: Any) -> None:
    proposed = call("POST", "/profiles", {"profile": PROFILE, "note": "From the shop's own export"})
    assert proposed.status == 201
    found = proposed.json()
    assert (found["state"], found["version"], found["proposed_by"]) == ("proposed", 1, "Ines")
    assert found["profile"] == PROFILE | {"version": 1}
    path = f"/profiles/{found['id']}"
    refused = call("POST", f"{path}/accept", {})
    assert (refused.status, "a person puts it in force" in refused.json()["detail"]) == (403, True)
    assert call("POST", f"{path}/accept", {}, "Ines").status == 403
    accepted = call("POST", f"{path}/accept", {}, "Ida").json()
    assert (accepted["state"], accepted["decided_by"]) == ("active", "Ida")
    assert call("POST", "/sources", {**SOURCE, "name": "by-own", "profile": "our-erp"}).status == 201
    again = call("POST", "/profiles", {"profile": PROFILE}).json()
    assert (again["version"], call("POST", f"/profiles/{again['id']}/refuse", {}).json()["state"]) == (2, "refused")
    assert [one["version"] for one in call("GET", "/profiles").json()["items"]] == [2, 1]
    assert call("GET", path).json()["state"] == "active"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"columns": {}}, "columns"),
        ({"columns": {**PROFILE["columns"], "planet": {"headers": ["P"]}}}, "columns"),  # type: ignore[dict-item]
        ({"name": "Our ERP"}, "name"),
        ({"filters": [{"column": "sku", "matches": "a{99999999999}", "action": "ignore_row"}]}, "filters.0"),
        ({"name": "canonical"}, None),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_by_its_key(call: Any, change: Any, field: str | None) -> None:
    refused = call("POST", "/profiles", {"profile": PROFILE | change})
    assert refused.status == 400
    assert [problem["field"] for problem in refused.json().get("errors", [])] == ([field] if field else [])


def test_the_profiles_of_the_product_can_be_read_and_begun_from(call: Any) -> None:
    built_in = {(one["kind"], one["name"]): one["profile"] for one in call("GET", "/profiles/built-in").json()["items"]}
    assert {("orders", "shopify-orders"), ("orders", "shipstation"), ("items", "canonical")} <= set(built_in)
    mine = built_in["orders", "erp-semicolon"] | {"name": "my-erp"}
    assert call("POST", "/profiles", {"profile": mine}).status == 201


def test_an_endpoint_is_added_changed_rotated_paused_and_tried(call: Any) -> None:
    made = call("POST", "/webhooks", HOOK)
    assert made.status == 201
    found = made.json()
    assert (len(key_of(found["secret"])), found["state"], found["types"]) == (32, "active", ["order.shipped"])
    path = f"/webhooks/{found['id']}"
    changed = call("PATCH", path, {"types": ["order.held", "order.shipped"]}).json()
    assert (changed["types"], changed["url"], "secret" in changed) == (
        ["order.held", "order.shipped"],
        HOOK["url"],
        False,
    )
    rotated = call("POST", f"{path}/rotate", {}).json()
    assert (rotated["secret"] != found["secret"], rotated["previous_until"] is not None) == (True, True)
    assert call("POST", f"{path}/test", {}).status == 200
    assert call("POST", f"{path}/pause", {}).json()["state"] == "paused"
    assert call("POST", f"{path}/test", {}).status == 409
    assert call("POST", f"{path}/resume", {}).json()["state"] == "active"
    (sent,) = call("GET", "/webhooks/deliveries").json()["items"]
    assert (sent["type"], sent["endpoint"]) == ("webhook.test", "Shop")
    assert call("GET", f"/webhooks/deliveries?state={sent['state']}").json()["items"][0]["id"] == sent["id"]
    assert call("GET", "/webhooks/deliveries?state=delivered").json()["items"] == []
    assert call("POST", f"/webhooks/deliveries/{sent['id']}/again", {}).json() == {"delivery": sent["id"]}
    assert [one["name"] for one in call("GET", "/webhooks").json()["items"]] == ["Shop"]
    assert call("GET", "/webhooks/999").status == 404


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"url": "http://127.0.0.1/x"}, "address_refused"),
        ({"url": "ftp://shop.example"}, "address_refused"),
        ({"types": []}, "invalid_input"),
        ({"types": ["order.flown"]}, "invalid_input"),
        ({"types": ["webhook.test"]}, "invalid_input"),
        ({"url": "https://shop.example/h\u00e4ken"}, "address_refused"),
        ({"url": "https://shop.example/hooks?shop=\u0142"}, "address_refused"),
    ],
)
def test_an_endpoint_that_may_not_be_told_is_refused(call: Any, change: dict[str, object], word: str) -> None:
    refused = call("POST", "/webhooks", HOOK | change)
    assert (refused.status, refused.json()["code"]) == (400, word)
