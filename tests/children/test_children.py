"""Helper processes: results, streams with backpressure, errors, and what happens when one is killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.children import ChildLostError, Children
from warehouse.children.worker import NICE, give_way
from warehouse.domain.errors import InvalidInputError


@pytest.fixture
def children() -> Iterator[Children]:
    pool = Children()
    yield pool
    pool.close()


def whoami() -> tuple[int, int]:
    return os.getpid(), os.sched_getscheduler(0)


def refuse(text: str) -> None:
    raise InvalidInputError(text)


def unsendable() -> object:
    return threading.Lock()


def count_to(last: int, seen: Path) -> Iterator[bytes]:
    for number in range(last):
        seen.write_text(str(number))
        yield bytes(100_000)


def stumble() -> Iterator[int]:
    yield 1
    raise InvalidInputError("Line 2 is wrong.")


def die_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_later() -> Iterator[int]:
    yield 1
    die()


def hang() -> None:
    time.sleep(60)


def test_work_is_done_elsewhere_while_nothing_else_is_to_do_and_by_the_same_child_again(children: Children) -> None:
    first, again = children.run(whoami), children.run(whoami)
    assert first[0] != os.getpid()
    assert first[1] == os.SCHED_IDLE
    assert first == again


def refuse_class(*_: object) -> None:
    raise PermissionError


def test_where_there_is_no_such_class_or_it_is_not_allowed_the_child_is_nice(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int, int]] = []
    monkeypatch.setattr(os, "sched_setscheduler", refuse_class)
    monkeypatch.setattr(os, "setpriority", lambda *asked: told.append(asked))
    give_way(7)
    assert told == [(os.PRIO_PROCESS, 7, NICE)]


def test_what_is_raised_there_is_raised_here(children: Children) -> None:
    with pytest.raises(InvalidInputError, match="too big"):
        children.run(refuse, "too big")


def test_a_result_that_cannot_travel_is_said_in_words(children: Children) -> None:
    with pytest.raises(TypeError, match="while answering"):
        children.run(unsendable)


def test_a_stream_is_made_no_faster_than_it_is_taken(children: Children, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    stream = children.stream(count_to, 200, seen)
    next(stream)
    time.sleep(0.3)
    assert int(seen.read_text()) < 20
    assert sum(1 for _ in stream) == 199


def test_an_abandoned_stream_gives_its_turn_back(children: Children, tmp_path: Path) -> None:
    for _ in range(3):
        stream = children.stream(count_to, 200, tmp_path / "seen")
        next(stream)
        stream.close()
    assert children.run(len, "abc") == 3


def test_a_stream_gives_what_it_had_before_it_raises(children: Children) -> None:
    stream = children.stream(stumble)
    assert next(stream) == 1
    with pytest.raises(InvalidInputError, match="Line 2"):
        next(stream)


def test_work_of_a_killed_child_is_done_by_another(children: Children, tmp_path: Path) -> None:
    assert children.run(die_once, tmp_path / "mark") == "done"


def test_work_that_kills_every_child_is_given_up_and_the_pool_goes_on(children: Children) -> None:
    with pytest.raises(ChildLostError):
        children.run(die)
    assert children.run(len, "abc") == 3


def test_a_stream_cut_off_says_so(children: Children) -> None:
    with pytest.raises(ChildLostError):
        list(children.stream(die_later))


def test_a_child_killed_while_idle_is_replaced(children: Children) -> None:
    pid, _ = children.run(whoami)
    os.kill(pid, signal.SIGKILL)
    assert children.run(whoami)[0] != pid


def test_a_stuck_child_is_ended() -> None:
    impatient = Children(patience=0.5)
    with pytest.raises(ChildLostError):
        impatient.run(hang)
    impatient.close()


def test_closing_ends_the_children(children: Children) -> None:
    pid, _ = children.run(whoami)
    children.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
