"""Walls: a link shown once, good for the wall's board alone, dark the moment it is revoked."""

import json
from urllib.parse import urlencode

import pytest
import socketio

from tests.serving import CSRF, Answered, Serving, eventually

JSON = {"Content_Type": "application/json"}
PAGE = {"Accept": "text/html"}


def make(server: Serving, name: str, who: str = "Ida") -> Answered:
    return server.request("POST", "/api/v1/walls", who=who, body=json.dumps({"name": name}).encode(), **JSON)


def cookie(server: Serving, path: str) -> str:
    """Open the link as the wall's browser does; the cookie it gets is given back."""
    answer = server.request("GET", path, **PAGE)
    assert (answer.status, answer.headers["Location"]) == (303, "/wall")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    return answer.headers["Set-Cookie"].partition(";")[0]


def test_a_wall_sees_its_board_and_its_use_is_noted(server: Serving) -> None:
    made = make(server, "Hall").json()
    shown = server.request("GET", "/wall", Cookie=cookie(server, made["path"]), **PAGE)
    assert (shown.status, b"Sign out" in shown.body) == (200, False)
    known = next(
        wall for wall in server.request("GET", "/api/v1/walls", who="Ida").json()["items"] if wall["id"] == made["id"]
    )
    assert (known["name"], known["person"], "path" in known, known["used_at"] is None) == ("Hall", "Ida", False, False)


def test_only_an_admin_makes_and_revokes_walls(server: Serving) -> None:
    assert [make(server, "Mallory's", who).status for who in ("Ana", "Ben", "Lea")] == [403, 403, 403]
    key = make(server, "Dock").json()["id"]
    gone = [
        server.request("POST", f"/api/v1/walls/{key}/revoke", who=who, body=b"{}", **JSON) for who in ("Lea", "Ida")
    ]
    assert [answer.status for answer in gone] == [403, 200]


def test_a_revoked_wall_goes_dark(server: Serving) -> None:
    made = make(server, "Ramp").json()
    wall = cookie(server, made["path"])
    client = socketio.Client(reconnection=False)
    client.connect(server.url, headers={"Cookie": wall}, transports=["websocket"], wait_timeout=10)
    assert client.call("watch_wall", {}, timeout=5) == {}
    assert client.call("watch", "board", timeout=5)["code"] == "not_signed_in"
    server.request("POST", f"/api/v1/walls/{made['id']}/revoke", who="Ida", body=b"{}", **JSON)
    assert eventually(lambda: not client.connected)
    assert server.request("GET", "/api/v1/wall", Cookie=wall).status == 401
    assert server.request("GET", made["path"]).status == 401


@pytest.mark.parametrize("secret", ["wall_guess", "x" * 500])
def test_a_guessed_link_opens_nothing(server: Serving, secret: str) -> None:
    answer = server.request("GET", f"/wall/{secret}")
    assert (answer.status, "Set-Cookie" in answer.headers) == (401, False)


def test_a_name_in_use_is_refused(server: Serving) -> None:
    assert [make(server, "Twice").status for _ in range(2)] == [201, 409]


def test_the_page_shows_a_new_address_once_and_revokes_it(server: Serving) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded", "X_CSRF_Token": ""}
    body = urlencode({"csrf_token": CSRF, "name": "Canteen"}).encode()
    page = server.request("POST", "/admin/walls", who="Ida", body=body, **form, **PAGE).body.decode()
    path = page.partition('<p class="code wrap">')[2].partition("</p>")[0].partition("/wall/")[2]
    again = server.request("GET", "/admin/walls", who="Ida", **PAGE).body.decode()
    assert (bool(path), "Canteen" in again, path in again) == (True, True, False)
