"""News on its way to the rooms: the latest only, eight times a second at most, and one bad piece silences nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from warehouse.realtime.publisher import EVERY, ROOM_CAP, Notice, Publisher


@dataclass(frozen=True)
class Picked:
    batch: int
    picked: int


@dataclass(frozen=True)
class Unheard:
    pass


class Hall:
    """A publisher whose time stands still until it is moved, and what it has said."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[tuple[str, str, object]] = []
        self.publisher = Publisher(lambda *said: self.said.append(said), clock=lambda: self.now)
        self.publisher.on(Picked, tell)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.publisher.flush()


def tell(news: Picked) -> Iterable[Notice]:
    yield Notice("board", "board", {"picked": news.picked}, subject=str(news.batch))


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_first_news_goes_out_at_once(hall: Hall) -> None:
    hall.publisher.receive((Picked(1, 1),))
    hall.later(0)
    assert hall.said == [("board", "board", {"picked": 1})]


def test_a_burst_becomes_the_latest_value_after_an_eighth_of_a_second(hall: Hall) -> None:
    for picked in range(1, 101):
        hall.publisher.receive((Picked(1, picked),))
        hall.later(0.001)
    assert hall.said == [("board", "board", {"picked": 1})]
    hall.later(EVERY)
    assert hall.said == [("board", "board", {"picked": 1}), ("board", "board", {"picked": 100})]


def test_a_room_hears_eight_updates_a_second_at_most(hall: Hall) -> None:
    for picked in range(1000):
        hall.publisher.receive((Picked(1, picked),))
        hall.later(0.002)
    assert len(hall.said) == pytest.approx(16, abs=1)


def test_different_subjects_do_not_hide_each_other(hall: Hall) -> None:
    hall.publisher.receive((Picked(1, 5), Picked(2, 7)))
    hall.later(0)
    assert hall.said == [("board", "board", {"picked": 5}), ("board", "board", {"picked": 7})]


def test_too_much_for_a_room_becomes_one_call_to_fetch_the_truth(hall: Hall) -> None:
    hall.publisher.receive(tuple(Picked(batch, 1) for batch in range(ROOM_CAP + 1)))
    hall.later(0)
    assert hall.said == [("board", "resync", {})]


def test_a_payload_may_be_made_when_it_is_sent(hall: Hall) -> None:
    state = {"picked": 1}
    hall.publisher.on(Unheard, lambda _: [Notice("board", "board", lambda: dict(state))])
    hall.publisher.receive((Unheard(),))
    state["picked"] = 2
    hall.later(0)
    assert hall.said == [("board", "board", {"picked": 2})]


def test_nothing_is_made_for_a_room_that_nobody_is_in() -> None:
    heard: set[str] = set()
    made: list[int] = []
    said: list[tuple[str, str, object]] = []
    publisher = Publisher(
        lambda *words: said.append(words), clock=lambda: 10.0 * len(heard), is_heard=heard.__contains__
    )
    publisher.on(Unheard, lambda _: [Notice("board", "board", lambda: {"made": made.append(1)})])
    publisher.receive((Unheard(),))
    publisher.flush()
    assert (made, said) == ([], [])
    heard.add("board")
    publisher.receive((Unheard(),))
    publisher.flush()
    assert (made, said) == ([1], [("board", "board", {"made": None})])


def test_9_news_that_cannot_be_told_does_not_silence_the_rest(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Picked) -> Iterable[Notice]:
        raise TypeError("keys must be strings")

    hall.publisher.on(Picked, fail)
    hall.publisher.receive((Picked(1, 1),))
    hall.later(0)
    hall.publisher.receive((Picked(1, 2),))
    hall.later(EVERY)
    assert hall.said == [("board", "board", {"picked": 1}), ("board", "board", {"picked": 2})]
    assert "could not be told: Picked" in caplog.text


def test_12_values_are_absolute_so_a_lost_one_is_made_good_by_the_next(hall: Hall) -> None:
    hall.publisher.receive((Picked(1, 1),))
    hall.later(0)
    hall.said.clear()
    hall.publisher.receive((Picked(1, 2),))
    hall.publisher.receive((Picked(1, 3),))
    hall.later(EVERY)
    assert hall.said == [("board", "board", {"picked": 3})]


def test_what_nobody_tells_is_dropped_at_once(hall: Hall) -> None:
    hall.publisher.receive((Unheard(),))
    assert hall.publisher.flush() is None
    assert hall.said == []
