"""People who come and go in the same moment leave the books of who is there in order."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from socketio import Server

from warehouse.realtime.attendance import Attendance

TIMES, CROWD = 400, 8


@pytest.fixture
def in_a_hurry() -> Iterator[None]:
    """Threads that take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("in_a_hurry")
def test_a_crowd_that_comes_and_goes_at_once_is_gone_at_the_end() -> None:
    books = Attendance()
    Server(async_mode="threading", client_manager=books)

    def come_and_go(who: int) -> None:
        for time in range(TIMES):
            wire = f"wire-{who}-{time}"
            sid = books.connect(books.pre_connect(wire, "/"), "/")
            books.enter_room(sid, "/", "board")
            assert sid in dict(books.get_participants("/", "board"))
            assert books.pre_disconnect(sid, "/") == wire
            books.disconnect(sid, "/", ignore_queue=True)

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(come_and_go, range(CROWD)))
    assert (books.rooms, books.pending_connect, books.pending_disconnect) == ({}, {}, {})
