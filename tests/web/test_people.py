"""People over HTTP: the cookie, the session, who may manage whom, and what ends at once."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import socketio

from tests.serving import CSRF, Answered, Serving, eventually

JSON = {"Content_Type": "application/json"}


def send(server: Serving, method: str, path: str, body: object = None, **more: str) -> Answered:
    raw = None if body is None else json.dumps(body).encode()
    return server.request(method, f"/api/v1{path}", body=raw, **JSON, **more)


def add(server: Serving, name: str, role: str = "picker", **more: str) -> Any:
    return send(server, "POST", "/users", {"name": name, "role": role}, who="Ida", **more).json()


def sign_in(server: Serving, person: Any, **more: str) -> Answered:
    return send(server, "POST", "/session", {"badge": person["badge"], "pin": person["pin"]}, **more)


def cookie(answer: Answered) -> str:
    return answer.headers["Set-Cookie"].partition(";")[0]


@contextlib.contextmanager
def speaking_as(server: Serving, session: str) -> Iterator[socketio.Client]:
    client = socketio.Client(reconnection=False)
    client.connect(server.url, headers={"Cookie": session}, transports=["websocket"], wait_timeout=10)
    try:
        yield client
    finally:
        client.disconnect()


def test_a_person_signs_in_and_learns_what_they_may_do(server: Serving) -> None:
    answer = sign_in(server, add(server, "Pia"))
    assert (answer.status, answer.json()["person"]["name"]) == (200, "Pia")
    assert answer.json()["permissions"] == ["count", "pick", "work_exceptions", "work_print_jobs"]
    flags = {part.strip().partition("=")[0] for part in answer.headers["Set-Cookie"].split(";")[1:]}
    assert flags == {"Expires", "HttpOnly", "Path", "SameSite"}
    me = send(server, "GET", "/session", Cookie=cookie(answer)).json()
    assert me == answer.json()


def test_a_device_token_nobody_knows_neither_helps_nor_hinders(server: Serving) -> None:
    ana = add(server, "Ana with a strange device")
    wrong = [sign_in(server, {**ana, "pin": "000000"}, X_Device_Token="unknown").status for _ in range(5)]
    assert (wrong, sign_in(server, ana).json()["code"]) == ([401] * 5, "locked")


def test_a_planted_session_is_never_taken_over(server: Serving) -> None:
    answer = sign_in(server, add(server, "Quinn"), Cookie="warehouse=planted-by-mallory")
    assert "planted-by-mallory" not in cookie(answer)
    assert send(server, "GET", "/session", Cookie="warehouse=planted-by-mallory").status == 401


def test_signing_out_ends_the_session_for_good(server: Serving) -> None:
    answer = sign_in(server, add(server, "Rosa"))
    token = {"X_CSRF_Token": answer.json()["csrf_token"]}
    assert send(server, "DELETE", "/session", Cookie=cookie(answer)).status == 403
    assert send(server, "DELETE", "/session", Cookie=cookie(answer), **token).status == 204
    assert send(server, "GET", "/session", Cookie=cookie(answer)).status == 401


def test_wrong_pin_and_unknown_badge_get_the_same_answer(server: Serving) -> None:
    person = add(server, "Sam")
    wrong = sign_in(server, {**person, "pin": "x"})
    unknown = sign_in(server, {"badge": "U:MALLORY", "pin": "x"})
    assert (wrong.status, wrong.json()) == (unknown.status, unknown.json()) == (401, wrong.json())


def test_too_many_wrong_pins_lock_until_somebody_unlocks(server: Serving) -> None:
    person = add(server, "Tess")
    statuses = [
        sign_in(server, {**person, "pin": "x"}, X_Forwarded_For=f"10.0.0.{number}").status for number in range(6)
    ]
    assert (statuses, sign_in(server, person).status) == ([401] * 5 + [429], 429)
    unlocked = send(server, "POST", f"/users/{person['id']}/unlock", who="Lea")
    assert (unlocked.status, unlocked.json()["locked"], sign_in(server, person).status) == (200, None, 200)


def test_the_pin_is_shown_once_even_when_the_request_is_repeated(server: Serving) -> None:
    first = add(server, "Uma", Idempotency_Key="add-uma")
    assert add(server, "Uma", Idempotency_Key="add-uma") == {**first, "pin": None}
    again = send(server, "POST", "/users", {"name": "Ugo", "role": "picker"}, who="Ida", Idempotency_Key="add-uma")
    assert (again.status, again.json()["code"]) == (409, "id_reused")


def test_a_lead_does_not_see_badges_and_an_admin_does(server: Serving) -> None:
    person = add(server, "Vera")
    assert send(server, "GET", f"/users/{person['id']}", who="Lea").json()["badge"] is None
    assert send(server, "GET", f"/users/{person['id']}", who="Ida").json()["badge"] == person["badge"]


@pytest.mark.parametrize("extra", [{"id": 1}, {"active": True}, {"pin_hash": "x"}, {"permissions": ["override"]}])
def test_nothing_unknown_is_taken_with_a_new_person(server: Serving, extra: dict[str, object]) -> None:
    body = {"name": "Mallory", "role": "picker", **extra}
    assert send(server, "POST", "/users", body, who="Ida").json()["errors"][0]["field"] == next(iter(extra))


def test_disabling_closes_live_sockets(server: Serving) -> None:
    person = add(server, "Will")
    with speaking_as(server, cookie(sign_in(server, person))) as client:
        assert send(server, "PATCH", f"/users/{person['id']}", {"active": False}, who="Ida").status == 200
        assert eventually(lambda: not client.connected)
    assert sign_in(server, person).status == 401


@pytest.mark.parametrize("where", ["api", "page"])
def test_ending_a_badge_for_a_shift_closes_live_sockets(server: Serving, where: str) -> None:
    person = add(server, f"Wim {where}")
    path = f"/users/{person['id']}/temporary-badge"
    given = send(server, "POST", path, {}, who="Lea").json()
    with speaking_as(server, cookie(sign_in(server, {**person, "badge": given["badge"]}))) as client:
        if where == "api":
            assert send(server, "DELETE", path, who="Lea").status == 204
        else:
            form = {"body": f"csrf_token={CSRF}&end=1".encode(), "Content_Type": "application/x-www-form-urlencoded"}
            page = f"/admin/people/{person['id']}/temporary-badge"
            assert server.request("POST", page, who="Lea", Accept="text/html", **form).status == 303
        assert eventually(lambda: not client.connected)


def test_another_role_counts_on_live_sockets(server: Serving) -> None:
    person = add(server, "Wanda", "lead")
    with speaking_as(server, cookie(sign_in(server, person))) as client:
        assert client.call("override", {}, timeout=5) == {}
        assert send(server, "PATCH", f"/users/{person['id']}", {"role": "picker"}, who="Ida").status == 200
        assert eventually(lambda: client.call("override", {}, timeout=5).get("code") == "forbidden")


def test_sign_out_closes_the_live_socket(server: Serving) -> None:
    signed_in = sign_in(server, add(server, "Xaver"))
    with speaking_as(server, cookie(signed_in)) as client:
        token = {"X_CSRF_Token": signed_in.json()["csrf_token"]}
        send(server, "DELETE", "/session", Cookie=cookie(signed_in), **token)
        assert eventually(lambda: not client.connected)


def test_the_last_admin_stays(server: Serving) -> None:
    ida = next(one for one in send(server, "GET", "/users", who="Lea").json()["items"] if one["name"] == "Ida")
    answer = send(server, "PATCH", f"/users/{ida['id']}", {"active": False}, who="Ida")
    assert (answer.status, answer.json()["detail"]) == (409, "Ida is the only admin: make another one first.")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_last_day_beyond_every_calendar_is_a_wrong_field(server: Serving, day: str) -> None:
    person = add(server, f"Zoe {day}")
    answer = send(server, "PATCH", f"/users/{person['id']}", {"last_day": day}, who="Ida")
    assert (answer.status, [error["field"] for error in answer.json()["errors"]]) == (400, ["last_day"])


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/pick", "/pick"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_form_goes_on_to_our_own_pages_only(server: Serving, wanted: str, place: str) -> None:
    person = add(server, f"Yara {wanted or 'nowhere'}")
    body = f"badge={person['badge']}&pin={person['pin']}&next={wanted}".encode()
    answer = server.request("POST", "/sign-in", body=body, Content_Type="application/x-www-form-urlencoded")
    assert (answer.status, answer.headers["Location"]) == (303, place)


def test_a_form_from_another_site_is_refused(server: Serving) -> None:
    body = b"badge=U:ANA&pin=1"
    answer = server.request(
        "POST",
        "/sign-in",
        body=body,
        Content_Type="application/x-www-form-urlencoded",
        Origin="https://evil.example",
    )
    assert answer.status == 403
