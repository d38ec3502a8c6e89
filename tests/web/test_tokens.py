"""Machines: a token shown once, limited in rights and days, listed with its last use, dead the moment it is revoked."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.serving import CSRF, Answered, Serving

JSON = {"Content_Type": "application/json"}
FORM = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def make(server: Serving, name: str, *rights: str, days: int = 30, who: str = "Ida") -> Answered:
    body = json.dumps({"name": name, "permissions": rights or ["see_orders"], "days": days}).encode()
    return server.request("POST", "/api/v1/tokens", who=who, body=body, **JSON)


def call(server: Serving, secret: str, path: str = "/api/v1/orders") -> int:
    return server.request("GET", path, Authorization=f"Bearer {secret}").status


def listed(server: Serving, key: int) -> Any:
    tokens = server.request("GET", "/api/v1/tokens", who="Ida").json()["items"]
    return next(token for token in tokens if token["id"] == key)


def submit(server: Serving, who: str = "Ida", **fields: object) -> Answered:
    body = urlencode({"csrf_token": CSRF, **fields}, doseq=True).encode()
    return server.request("POST", "/admin/tokens", who=who, body=body, X_CSRF_Token="", **FORM)


def test_a_machine_may_do_what_its_token_says_and_nothing_else(server: Serving) -> None:
    made = make(server, "shop").json()
    assert made["token"].startswith("wh_")
    assert (call(server, made["token"]), call(server, made["token"], "/api/v1/users")) == (200, 403)


def test_the_secret_is_in_one_answer_only_and_its_use_is_noted(server: Serving) -> None:
    made = make(server, "erp").json()
    assert (listed(server, made["id"])["used_at"], call(server, made["token"])) == (None, 200)
    known = listed(server, made["id"])
    assert known["used_at"] is not None
    assert (known["person"], known["permissions"], "token" in known) == ("Ida", ["see_orders"], False)


def test_a_machine_makes_no_badge_for_who_may_do_more(server: Serving) -> None:
    token = make(server, "badge desk", "unlock_people", "see_people").json()["token"]
    users = server.request("GET", "/api/v1/users", Authorization=f"Bearer {token}").json()["items"]
    people = {one["name"]: one["id"] for one in users}
    refused = [
        server.request(
            "POST",
            f"/api/v1/users/{people[name]}/temporary-badge",
            body=b'{"new_pin": true}',
            Authorization=f"Bearer {token}",
            **JSON,
        )
        for name in ("Ida", "Ana")
    ]
    assert [(one.status, "may do more than you" in one.json()["detail"]) for one in refused] == [(403, True)] * 2


def test_a_revoked_token_is_refused_at_once(server: Serving) -> None:
    made = make(server, "old scanner").json()
    assert call(server, made["token"]) == 200
    gone = server.request("POST", f"/api/v1/tokens/{made['id']}/revoke", who="Ida", body=b"{}", **JSON)
    assert (gone.status, gone.json()["revoked_at"] is not None, call(server, made["token"])) == (200, True, 401)


def test_a_name_in_use_is_refused(server: Serving) -> None:
    make(server, "twice")
    assert make(server, "twice").status == 409


@pytest.mark.parametrize(("rights", "days", "field"), [(["fly"], 30, "permissions"), (["pick"], 0, "days")])
def test_a_wrong_field_is_named(server: Serving, rights: list[str], days: int, field: str) -> None:
    refused = make(server, "wrong", *rights, days=days)
    assert refused.status == 400
    assert refused.json()["errors"][0]["field"].startswith(field)


def test_nobody_without_the_right_sees_or_makes_tokens(server: Serving) -> None:
    assert {who: make(server, "mallory", who=who).status for who in ("Ana", "Ben", "Lea")} == {
        "Ana": 403,
        "Ben": 403,
        "Lea": 403,
    }
    assert server.request("GET", "/admin/tokens", who="Lea", Accept="text/html").status == 403


def test_the_page_shows_a_new_token_once_and_revokes_it(server: Serving) -> None:
    page = submit(server, name="label press", permissions=["see_orders", "print_labels"], days=7)
    secret = page.body.decode().partition('<p class="code wrap">')[2].partition("</p>")[0]
    assert (page.status, call(server, secret)) == (200, 200)
    again = server.request("GET", "/admin/tokens", who="Ida", Accept="text/html")
    assert ("label press" in again.body.decode(), secret in again.body.decode()) == (True, False)


def test_the_page_says_what_is_missing_and_keeps_what_was_typed(server: Serving) -> None:
    page = submit(server, name="half done", days="many")
    assert page.status == 400
    for sentence in ("Rights: choose at least one", "Days: write a number from 1 to 730", 'value="half done"'):
        assert sentence in page.body.decode()


def test_a_field_that_is_too_long_is_named_on_the_page_itself(server: Serving) -> None:
    refused = submit(server, name="x" * 81, permissions="see_orders", days=30)
    page = refused.body.decode()
    said = "Machine: expected at most this many characters: 80" in page
    assert (refused.status, 'action="/admin/tokens"' in page, said) == (400, True, True)
