"""The known traps of this stack, each walked into on purpose: real server process, real sockets."""

import contextlib
import json
import time
from pathlib import Path

import pytest
import socketio
from flask import Flask

from tests.serving import PATIENCE, Raw, Serving, cookie_of, eventually, frame, serving, speaking
from warehouse.realtime.opening import attach
from warehouse.settings import read_settings

MEGABYTE = 1 << 20


def test_1_a_long_message_reaches_a_slow_reader_whole(server: Serving) -> None:
    with Raw(server, receive_buffer=4096, Cookie=cookie_of("Ana")) as slow:
        slow.sign_in()
        slow.send('420["big", 9000000]')
        time.sleep(1)
        answer = json.loads(slow.receive().removeprefix("430"))
    assert answer == [{"text": "".join(chr(97 + number % 26) for number in range(9_000_000))}]


def test_2_an_unfinished_frame_is_cut_off_before_it_costs_memory(server: Serving) -> None:
    _send_an_endless_frame(server)  # the first of anything costs what the server has not loaded yet
    before = server.memory()
    for _ in range(8):
        _send_an_endless_frame(server)
    assert server.memory() - before <= 8 * MEGABYTE, "what was begun would be 1,600"


def _send_an_endless_frame(server: Serving) -> None:
    with Raw(server) as stranger:
        stranger.receive()
        with pytest.raises(OSError, match=r"reset|pipe|closed"):  # noqa: PT012 - ends when the server does
            stranger.socket.sendall(frame(b"", length=200 * MEGABYTE))
            for _ in range(64):
                stranger.socket.sendall(b"x" * MEGABYTE)


def test_2_a_frame_above_64_kilobytes_ends_the_connection_and_one_below_does_not(server: Serving) -> None:
    with Raw(server, Cookie=cookie_of("Ana")) as ana:
        ana.sign_in()
        ana.send(f'420["echo", "{"x" * 60_000}"]')
        assert len(ana.receive()) > 60_000
        ana.send(f'421["echo", "{"x" * 66_000}"]')
        assert ana.is_closed_within(PATIENCE)


def test_2_compression_is_never_agreed_on(server: Serving) -> None:
    with Raw(server, Sec_WebSocket_Extensions="permessage-deflate") as client:
        assert (client.status, client.headers.get("sec-websocket-extensions")) == (101, None)


def test_3_connections_over_the_cap_are_told_why_and_the_server_stays_awake(tmp_path: Path) -> None:
    with serving(tmp_path, MAX_CONNECTIONS=5) as small, contextlib.ExitStack() as clients:
        for _ in range(5):
            clients.enter_context(speaking(small))
        refusals = []
        for _ in range(30):
            late = clients.enter_context(Raw(small, Cookie=cookie_of("Ben")))
            refusals.append(json.loads(late.sign_in().removeprefix("44"))["data"]["code"])
        began = time.monotonic()
        assert small.request("GET", "/healthz").status == 200
        assert time.monotonic() - began < 4
    assert refusals == ["too_many_connections"] * 30


def test_3_strangers_cannot_take_the_threads_and_are_shown_out(tmp_path: Path) -> None:
    with serving(tmp_path, MAX_CONNECTIONS=5) as small, contextlib.ExitStack() as sockets:
        crowd = [sockets.enter_context(Raw(small)) for _ in range(60)]
        assert [raw.status for raw in crowd] == [101] * 40 + [503] * 20
        assert small.request("GET", "/healthz").status == 200
        assert crowd[0].is_closed_within(PATIENCE)
        assert eventually(lambda: _can_speak(small))


def test_4_an_exception_in_a_handler_is_acknowledged_without_its_secrets(server: Serving) -> None:
    with speaking(server) as ana:
        answer = ana.call("fail", "unknown", timeout=5)
    assert (answer["code"], answer["status"]) == ("internal", 500)
    assert "secret" not in json.dumps(answer)


def test_4_a_refusal_is_acknowledged_with_its_code(server: Serving) -> None:
    with speaking(server) as ana:
        answer = ana.call("fail", "known", timeout=5)
    assert (answer["code"], answer["detail"]) == ("conflict", "This is already so.")


def test_4_an_event_that_does_not_exist_is_acknowledged_too(server: Serving) -> None:
    with speaking(server) as ana:
        assert ana.call("no_such_event", 1, timeout=5)["code"] == "unknown_event"


def test_5_events_outside_the_frameworks_context_are_still_held_against_their_rule(server: Serving) -> None:
    with speaking(server, "Ana") as ana, speaking(server, "Lea") as lea:
        assert ana.call("override", {}, timeout=5)["code"] == "forbidden"
        assert lea.call("override", {}, timeout=5) == {}


@pytest.mark.parametrize("auth", [None, {}, {"token": "wrong"}, {"token": 7}, {"token": {"a": 1}}, [], "x", 5])
def test_6_whatever_a_stranger_sends_to_connect_is_refused(server: Serving, auth: object) -> None:
    with Raw(server) as stranger:
        answer = stranger.sign_in(auth)
        assert answer.startswith("44"), answer
        assert json.loads(answer[2:])["data"]["code"] == "not_signed_in"
        stranger.send('427["echo", 1]')
        assert stranger.is_closed_within(PATIENCE)


def test_6_a_wrong_device_token_beside_a_good_session_is_refused(server: Serving) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError), speaking(server, device_token="stolen"):
        pytest.fail("it was let in")


def test_6_an_event_that_calls_itself_connect_signs_nobody_in(server: Serving) -> None:
    forged = {"HTTP_COOKIE": cookie_of("Lea")}
    with Raw(server, Cookie=cookie_of("Ana")) as ana:
        ana.sign_in()
        ana.send(f"421{json.dumps(['connect', forged, {'token': server.token}])}")
        assert ana.is_closed_within(PATIENCE)


def test_7_one_clients_events_are_answered_one_by_one_in_their_order(server: Serving) -> None:
    with speaking(server) as ana:
        for number in range(50):
            ana.emit("in_turn", number)
        seen = ana.call("in_turn", 50, timeout=10)
    assert seen == [[part, number] for number in range(51) for part in ("begin", "end")]


def test_8_no_other_package_chooses_the_mode(tmp_path: Path) -> None:
    """The mode is fixed to threads, whatever is installed beside it."""
    assert attach(Flask("here"), read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)})).async_mode == "threading"


def test_9_keys_that_are_not_strings_are_sent_as_strings(server: Serving) -> None:
    with speaking(server) as ana:
        assert ana.call("odd_keys", 1, timeout=5) == {"7": {"null": "no name", "true": "yes"}}


def test_10_a_client_costs_one_thread_at_most_and_one_that_left_leaves_it_to_the_next(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        found = []
        for _ in range(2):
            with contextlib.ExitStack() as clients:
                people = [clients.enter_context(speaking(server)) for _ in range(20)]
                assert [each.call("echo", 1, timeout=5)["value"] for each in people] == [1] * 20
                found.append(server.threads())
    assert found[1] - found[0] <= 5


def test_11_a_screen_that_does_not_read_is_cut_off(server: Serving) -> None:
    with Raw(server, receive_buffer=4096, Cookie=cookie_of("Lea")) as screen, speaking(server, "Lea") as lea:
        screen.sign_in()
        screen.send('421["watch", "board"]')
        screen.receive()
        before = server.memory()
        for _ in range(8):
            lea.call("shout", {"times": 100, "size": 50_000}, timeout=20)
        assert server.memory() - before < 16 * MEGABYTE
        assert eventually(lambda: screen.is_closed_within(0.2))


def test_11_messages_nobody_has_read_do_not_pile_up_on_the_way_in(tmp_path: Path) -> None:
    with serving(tmp_path, EVENTS_PER_SECOND=20) as slow, speaking(slow, "Ben") as ben:
        with Raw(slow, Cookie=cookie_of("Ana")) as flood:
            flood.sign_in()
            with contextlib.suppress(OSError):
                for _ in range(5000):
                    flood.send('42["echo", 1]')
            assert flood.is_closed_within(PATIENCE)
        began = time.monotonic()
        assert ben.call("echo", 1, timeout=PATIENCE)["value"] == 1
        assert time.monotonic() - began < 4


def test_a_flooding_client_is_slowed_and_the_others_are_not(tmp_path: Path) -> None:
    with serving(tmp_path, EVENTS_PER_SECOND=20) as small, speaking(small, "Ana") as ana, speaking(small, "Ben") as ben:
        began = time.monotonic()
        for number in range(100):
            ana.emit("echo", number)
        slowest = max(_seconds(lambda: ben.call("echo", 1, timeout=5)) for _ in range(10))
        ana.call("echo", 100, timeout=20)
        assert time.monotonic() - began > 2.5
        assert slowest < 2.5


def test_binary_and_garbage_end_the_connection(server: Serving) -> None:
    for garbage in ("451-[]", "42", "4x", "42{", '42[["unhashable"]]', f"42{'[' * 5000}", '42["echo", NaN]'):
        with Raw(server, Cookie=cookie_of("Ana")) as ana:
            ana.sign_in()
            ana.send(garbage)
            assert ana.is_closed_within(PATIENCE), garbage


def _can_speak(server: Serving) -> bool:
    try:
        with speaking(server) as ana:
            return bool(ana.call("echo", 1, timeout=5)["value"] == 1)
    except socketio.exceptions.ConnectionError:
        return False


def _seconds(action: object) -> float:
    began = time.monotonic()
    assert callable(action)
    action()
    return time.monotonic() - began
