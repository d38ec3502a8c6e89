"""The board's live side: who may watch, and that what is committed is on the screen within a second."""

import json
import threading
from typing import Any

import pytest
import socketio

from tests.serving import Serving, eventually, speaking

JSON = {"Content_Type": "application/json"}


def heard_by(client: socketio.Client, event: str) -> list[Any]:
    heard: list[Any] = []
    client.on(event, heard.append)
    return heard


def queue_something(server: Serving) -> int:
    answer = server.request("POST", "/api/v1/trial/exception", who="Lea", body=b"{}", **JSON)
    return int(answer.json()["id"])


def act(server: Serving, entry: int, what: str, body: object = None) -> int:
    raw = json.dumps(body or {}).encode()
    return server.request("POST", f"/api/v1/exceptions/{entry}/{what}", who="Lea", body=raw, **JSON).status


@pytest.mark.parametrize("who", ["Ana", "Ben"])
def test_the_floor_may_not_watch_the_board(server: Serving, who: str) -> None:
    with speaking(server, who) as client:
        assert client.call("watch", ["board"], timeout=5)["code"] == "forbidden"


@pytest.mark.parametrize("wanted", [None, 7, {"room": "board"}, [1], ["board"] * 21])
def test_a_wish_that_is_no_room_is_refused(server: Serving, wanted: object) -> None:
    with speaking(server, "Lea") as client:
        assert client.call("watch", wanted, timeout=5)["code"] == "invalid_input"


def test_a_change_comes_to_the_board_with_a_cursor(server: Serving) -> None:
    with speaking(server, "Lea") as client:
        heard = heard_by(client, "board")
        assert client.call("watch", "board", timeout=5) == {}
        before = server.request("GET", "/api/v1/board", who="Lea").json()
        entry = queue_something(server)
        assert eventually(lambda: any("exceptions" in values for values in heard))
        told = next(values for values in heard if "exceptions" in values)
    assert told["cursor"] > before["cursor"]
    assert told["exceptions"]["open"] == before["exceptions"]["open"] + 1
    assert entry in [each["id"] for each in told["exceptions"]["oldest"]]


def test_many_changes_come_as_few_messages_and_end_with_the_truth(server: Serving) -> None:
    with speaking(server, "Lea") as client:
        heard = heard_by(client, "board")
        client.call("watch", "board", timeout=5)
        entry = queue_something(server)
        threads = [
            threading.Thread(target=act, args=(server, entry, "comment", {"text": f"Look {number}"}))
            for number in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert act(server, entry, "resolve", {"resolution": "Settled"}) == 200
        truth = server.request("GET", "/api/v1/board", who="Lea").json()["exceptions"]
        assert eventually(lambda: heard and heard[-1].get("exceptions") == truth)
    assert len(heard) < 31


def test_what_came_after_a_cursor_is_in_the_journal(server: Serving) -> None:
    cursor = server.request("GET", "/api/v1/board", who="Lea").json()["cursor"]
    entry = queue_something(server)
    facts = server.request("GET", f"/api/v1/journal?after={cursor}", who="Lea").json()["items"]
    assert [(fact["action"], fact["subject"]) for fact in facts] == [("exception_opened", f"exception:{entry}")]


def test_a_packer_hears_of_the_order_she_watches_until_she_no_longer_does(server: Serving) -> None:
    with speaking(server, "Ben") as client:
        heard = heard_by(client, "order_changed")
        assert client.call("watch", "order:1042", timeout=5) == {}
        assert client.call("touch_order", "1042", timeout=5) == {}
        assert eventually(lambda: heard == [{"order": "1042"}])
        assert client.call("unwatch", "order:1042", timeout=5) == {}
        client.call("touch_order", "1042", timeout=5)
        client.call("watch", "order:1043", timeout=5)
        client.call("touch_order", "1043", timeout=5)
        assert eventually(lambda: heard == [{"order": "1042"}, {"order": "1043"}])


def test_a_picker_may_not_watch_an_order(server: Serving) -> None:
    with speaking(server, "Ana") as client:
        assert client.call("watch", "order:1042", timeout=5)["code"] == "forbidden"


def test_the_queues_screens_hear_of_an_entry(server: Serving) -> None:
    with speaking(server, "Ana") as client:
        heard = heard_by(client, "exception")
        assert client.call("watch", ["exceptions"], timeout=5) == {}
        entry = queue_something(server)
        assert eventually(lambda: entry in [news["id"] for news in heard])
