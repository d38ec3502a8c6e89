"""The line before the writer: whose turn it is, in which order, and what is promised when it is full or closed."""

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from warehouse.domain.errors import RetryLaterError
from warehouse.storage.queue import TOGETHER_FOR, Queue, Ticket


def some_scans(*codes: str) -> Ticket:
    return Ticket(None, list(codes))


def a_use_case(name: str = "plan") -> Ticket:
    def nothing(_session: Session, _request: object) -> None:
        return None

    return Ticket(nothing, name)


def in_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    came: list[object] = []
    thread = threading.Thread(target=lambda: came.append(act()), daemon=True)
    thread.start()
    return thread, came


def test_who_finds_nobody_writing_writes_for_himself() -> None:
    line = Queue(may_lead=True)
    assert line.enter([some_scans("A")]) is True
    assert line.enter([some_scans("B")]) is False


def test_nobody_leads_where_that_is_not_wanted() -> None:
    line, scan = Queue(may_lead=False), some_scans("A")
    assert line.enter([scan]) is False
    assert line.take() == [scan]


def test_who_waits_is_not_overtaken_by_one_who_comes_when_the_turn_is_given_back() -> None:
    line, waiting = Queue(may_lead=True), some_scans("B")
    line.enter([some_scans("A")])
    line.enter([waiting])
    line.leave()
    assert line.enter([some_scans("C")]) is False
    assert line.take()[0] is waiting


def test_all_scans_that_wait_are_one_group_and_go_before_use_cases() -> None:
    line = Queue(may_lead=False)
    plan, first, second = a_use_case(), some_scans("A"), some_scans("B")
    for ticket in (plan, first, second):
        line.enter([ticket])
    assert line.take() == [first, second]


def test_scans_and_use_cases_that_both_wait_take_turns_so_that_neither_starves() -> None:
    line = Queue(may_lead=False)
    plans = [a_use_case("one"), a_use_case("two")]
    line.enter(plans)
    order = []
    for number in range(3):
        line.enter([some_scans(str(number))])
        order.append([ticket.request for ticket in line.take()])
        line.leave()
    assert order == [[["0"]], ["one"], [["1"], ["2"]]]


def test_a_use_case_joins_a_group_unless_scans_wait_or_the_group_has_lasted_long() -> None:
    line = Queue(may_lead=False)
    plans = [a_use_case(str(number)) for number in range(3)]
    line.enter(plans)
    assert line.take() == [plans[0]]
    assert line.one_more(time.monotonic()) is plans[1]
    assert line.one_more(time.monotonic() - 2 * TOGETHER_FOR) is None
    line.enter([some_scans("A")])
    assert line.one_more(time.monotonic()) is None


def test_a_turn_that_is_taken_is_waited_for() -> None:
    line, waiting = Queue(may_lead=True), some_scans("B")
    line.enter([some_scans("A")])
    line.enter([waiting])
    thread, came = in_thread(line.take)
    thread.join(0.1)
    assert came == []
    line.leave()
    thread.join(5)
    assert came == [[waiting]]


def test_a_closed_line_serves_who_is_in_it_and_lets_nobody_in() -> None:
    line, waiting = Queue(may_lead=False), some_scans("A")
    line.enter([waiting])
    line.close()
    with pytest.raises(RetryLaterError, match="stopping"):
        line.enter([some_scans("B")])
    assert line.take() == [waiting]
    line.leave()
    assert line.take() == []


def test_an_answer_that_cannot_be_given_troubles_nobody_else() -> None:
    def fail(_ticket: Ticket) -> None:
        raise ZeroDivisionError

    Ticket(None, [], fail).release()
