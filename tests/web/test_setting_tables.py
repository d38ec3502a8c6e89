"""Settings that are tables: forms of their own, a second person where a check gets weaker, and who changed what."""

from typing import Any
from urllib.parse import urlencode

from tests.serving import CSRF, Answered, Serving

FORM = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def submit(server: Serving, path: str, **fields: object) -> Answered:
    body = urlencode({"csrf_token": CSRF, **fields}, doseq=True).encode()
    return server.request("POST", f"/admin/settings/{path}", who="Ida", body=body, X_CSRF_Token="", **FORM)


def setting(server: Serving, name: str) -> Any:
    return server.request("GET", "/api/v1/settings", who="Ida").json()["settings"][name]


def page(server: Serving) -> str:
    return server.request("GET", "/admin/settings", who="Ida", Accept="text/html").body.decode()


def test_the_address_is_stored_a_line_each(server: Serving) -> None:
    assert submit(server, "address", address="Unit 4\r\n\r\n Mill Lane \r\nLeeds").status == 303
    assert setting(server, "address") == ["Unit 4", "Mill Lane", "Leeds"]
    assert "Unit 4\nMill Lane\nLeeds</textarea>" in page(server)


def test_a_zone_is_worked_otherwise_and_as_everywhere_again(server: Serving) -> None:
    assert submit(server, "modes", kind=["zone", "zone"], name=["B", ""], mode=["shadow", "shadow"]).status == 303
    assert setting(server, "modes") == {"zone:B": "shadow"}
    submit(server, "modes", kind=["zone"], name=[""], mode=["shadow"])
    assert setting(server, "modes") == {}


def test_a_customer_has_a_wish_of_their_own(server: Serving) -> None:
    submit(server, "backorders", name=["20001", ""], policy=["complete", "partial"])
    assert setting(server, "backorder_of") == {"20001": "complete"}


def test_a_wrong_word_is_named_by_its_row(server: Serving) -> None:
    answer = submit(server, "modes", kind=["zone"], name=["B"], mode=["lazy"])
    assert answer.status == 400
    assert "modes.zone:B" in answer.body.decode()


def test_weaker_rules_for_exceptions_want_a_second_person(server: Serving) -> None:
    body = urlencode({"csrf_token": CSRF, "hours-mismatch": "2"}).encode()
    answer = server.request("POST", "/admin/rules/matrix", who="Ida", body=body, X_CSRF_Token="", **FORM)
    assert answer.status == 403
    assert "a second lead or admin must approve" in answer.body.decode()
    assert setting(server, "exception_rules") == {}


def test_the_page_says_who_changed_what_last(server: Serving) -> None:
    submit(server, "address", address="Dock 9")
    rows = page(server).partition("What was changed last")[2]
    assert "Ida" in rows
    assert "Dock 9" in rows
