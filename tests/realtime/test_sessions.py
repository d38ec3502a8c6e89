"""Rights on a live socket: looked up again at every event and every room, and taken away within two seconds."""

import time
from pathlib import Path

import pytest
import socketio

from tests.serving import PATIENCE, Raw, Serving, cookie_of, eventually, serving, speaking


def test_a_machine_speaks_with_its_token(server: Serving) -> None:
    with speaking(server, None, token=server.token) as machine:
        assert machine.call("echo", 1, timeout=5) == {"value": 1, "by": "console"}


def test_a_wrong_token_beside_a_good_cookie_is_refused(server: Serving) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError), speaking(server, "Lea", token="guessed"):
        pytest.fail("it was let in")


def test_a_typed_event_gets_its_value_and_names_what_is_wrong(server: Serving) -> None:
    with speaking(server) as ana:
        assert ana.call("count", {"amount": 3}, timeout=5) == {"amount": 3, "by": "Ana"}
        problem = ana.call("count", {"amount": "3", "extra": 1}, timeout=5)
    assert (problem["code"], [error["field"] for error in problem["errors"]]) == ("invalid_input", ["amount", "extra"])


def test_ending_a_session_reaches_its_live_socket(tmp_path: Path) -> None:
    with serving(tmp_path) as server, speaking(server, "Ben") as ben, speaking(server, "Lea") as lea:
        told: list[object] = []
        ben.on("signed_out", told.append)
        assert lea.call("sign_out", "Ben", timeout=5) == {}
        assert eventually(lambda: told == [{"reason": "signed_out"}] and not ben.connected)
        with pytest.raises(socketio.exceptions.ConnectionError), speaking(server, "Ben"):
            pytest.fail("the old cookie opened a new socket")


def test_a_client_that_ignores_its_sign_out_is_cut_off(tmp_path: Path) -> None:
    with serving(tmp_path) as server, Raw(server, Cookie=cookie_of("Ben")) as ben, speaking(server, "Lea") as lea:
        ben.sign_in()
        lea.call("sign_out", "Ben", timeout=5)
        assert ben.is_closed_within(PATIENCE)


def test_a_lost_role_empties_the_rooms_and_the_rights(tmp_path: Path) -> None:
    with serving(tmp_path) as server, speaking(server, "Lea") as lea, speaking(server, "Ida") as ida:
        heard: list[object] = []
        lea.on("board", heard.append)
        assert lea.call("watch", "board", timeout=5) == {}
        ida.call("shout", {"times": 1, "size": 1}, timeout=5)
        assert eventually(lambda: len(heard) == 1)
        ida.call("demote", "Lea", timeout=5)
        time.sleep(2)
        ida.call("shout", {"times": 1, "size": 1}, timeout=5)
        assert lea.call("override", {}, timeout=5)["code"] == "forbidden"
        assert lea.call("echo", 1, timeout=5)["value"] == 1
        assert len(heard) == 1


@pytest.mark.parametrize("room", ["board", "exceptions:1", "batch:../1", "person:2", "person:", "unknown", ""])
def test_a_packer_enters_no_room_that_is_not_hers(server: Serving, room: str) -> None:
    with speaking(server, "Ben") as ben:
        answer = ben.call("watch", room, timeout=5)
        expected = {"exceptions:1": None, "person:2": None}.get(room, "forbidden")
        assert answer.get("code") == expected


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}.evil.example"]
)
def test_a_page_of_another_origin_opens_no_socket(server: Serving, origin: str) -> None:
    with Raw(server, Cookie=cookie_of("Ana"), Origin=origin.format(port=server.port)) as page:
        assert page.status == 400


def test_a_forwarded_host_widens_nothing(server: Serving) -> None:
    headers = {"Origin": "http://evil.example", "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "http"}
    with Raw(server, Cookie=cookie_of("Ana"), **headers) as page:
        assert page.status == 400


def test_a_rebound_host_opens_no_socket(server: Serving) -> None:
    with Raw(server, Cookie=cookie_of("Ana"), Host="evil.example", Origin="http://evil.example") as page:
        assert page.status == 400


def test_our_own_page_opens_a_socket(server: Serving) -> None:
    with Raw(server, Cookie=cookie_of("Ana"), Origin=f"http://localhost:{server.port}") as page:
        assert page.status == 101
        assert page.sign_in().startswith("40")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_WebSocket_Key": ""},
        {"Sec_WebSocket_Version": "8"},
        {"Upgrade": ""},
        {"Connection": "close"},
        {"Sec_WebSocket_Key": "short"},
    ],
)
def test_half_a_handshake_is_a_bad_request(server: Serving, headers: dict[str, str]) -> None:
    with Raw(server, Cookie=cookie_of("Ana"), **headers) as half:
        assert (half.status, half.headers["content-type"]) == (400, "application/problem+json")
        assert half.headers["x-content-type-options"] == "nosniff"


def test_long_polling_is_not_served(server: Serving) -> None:
    answer = server.request("GET", "/socket.io/?EIO=4&transport=polling", who="Ana")
    assert (answer.status, answer.json()["code"]) == (400, "bad_upgrade")
