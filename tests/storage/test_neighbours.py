"""Several servers on one PostgreSQL: what one commits all hear, and one of them has the duty."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.serving import eventually
from warehouse.domain.news import (
    BatchChanged,
    BoardChanged,
    BoardKind,
    News,
    PlanFound,
    PrintJobQueued,
    SignedOut,
    TakenOver,
)
from warehouse.storage.database import Database
from warehouse.storage.engines import plain_engine
from warehouse.storage.group import announce
from warehouse.storage.news_text import MOST_BYTES, from_text, to_texts

TAKEN = TakenOver(batch=4, epoch=2, device="d-1", name="Ben", at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
HELLO = BatchChanged(batch=1, list_version=1, revision=1)
NEWS: tuple[News, ...] = (
    BatchChanged(batch=7, list_version=3, revision=12),
    TAKEN,
    PrintJobQueued(job=UUID(int=5), printer=2),
    SignedOut((3, 4), "signed_out"),
    PlanFound(draft=1, values={"metres": 12.5, "late": ["D-1001"]}),
)


class Server:
    """One server's part in it: what it heard, and how often its duty began and ended."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.heard: list[object] = []
        self.greeted = False
        self.begun = self.ended = 0
        self.begun_at = self.ended_at = 0.0
        self.ending = 0.0
        """Seconds that its work takes to end."""
        self._lock = threading.Lock()
        self.database.subscribe(self.hear)
        self.database.take_duty(self.begin, self.end)

    def hear(self, news: tuple[object, ...]) -> None:
        with self._lock:
            self.heard += [each for each in news if each != HELLO and not isinstance(each, BoardChanged)]
            self.greeted = self.greeted or HELLO in news

    def begin(self) -> None:
        self.begun, self.begun_at = self.begun + 1, time.monotonic()

    def end(self) -> None:
        time.sleep(self.ending)
        self.ended, self.ended_at = self.ended + 1, time.monotonic()

    @property
    def on_duty(self) -> bool:
        return self.begun > self.ended

    def say(self, *news: object) -> None:
        self.database.run(_say, news)


def _say(session: Session, news: tuple[object, ...]) -> None:
    for each in news:
        announce(session, each)


def _fail(session: Session, news: tuple[object, ...]) -> None:
    _say(session, news)
    raise ValueError("not this time")


@contextmanager
def servers(url: str) -> Iterator[tuple[Server, Server]]:
    first = Server(url)
    assert eventually(lambda: first.on_duty)
    second = Server(url)
    second.greeted = False
    assert eventually(lambda: _hello(first, second), within=60)
    try:
        yield first, second
    finally:
        second.database.close()
        first.database.close()


def _hello(first: Server, second: Server) -> bool:
    first.say(HELLO)
    return second.greeted


@pytest.mark.postgres
def test_what_one_server_commits_every_other_hears_once_and_nothing_of_what_was_undone(postgres_url: str) -> None:
    with servers(postgres_url) as (first, second):
        with pytest.raises(ValueError, match="not this time"):
            first.database.run(_fail, (BatchChanged(batch=9, list_version=1, revision=1),))
        second.say(*NEWS)
        assert eventually(lambda: len(first.heard) == len(NEWS))
        first.say(TAKEN)
        assert eventually(lambda: second.heard.count(TAKEN) == 2)
        assert first.heard == [*NEWS, TAKEN]
        assert second.heard == [*NEWS, TAKEN]


@pytest.mark.postgres
def test_one_has_the_duty_and_the_next_takes_it_when_it_goes(postgres_url: str) -> None:
    with servers(postgres_url) as (first, second):
        assert (first.on_duty, second.on_duty) == (True, False)
        first.ending = 2.5
        first.database.give_duty_up()
        assert eventually(lambda: second.on_duty, within=60)
        assert second.begun_at > first.ended_at  # who comes next waits until all has ended
        assert (first.begun, first.ended, second.begun, second.ended) == (1, 1, 1, 0)


@pytest.mark.postgres
def test_a_cut_connection_is_made_anew_and_duty_is_never_doubled(postgres_url: str) -> None:
    with servers(postgres_url) as (first, second):
        _cut(postgres_url)
        assert eventually(lambda: first.on_duty != second.on_duty and _hears_again(second, first), within=30)
        assert eventually(lambda: _hears_again(first, second), within=30)


def _hears_again(speaker: Server, listener: Server) -> bool:
    speaker.say(TAKEN)
    return TAKEN in listener.heard


def _cut(url: str) -> None:
    with plain_engine(url).connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%warehouse_news%'"
                 " AND pid <> pg_backend_pid()")
        )  # fmt: skip


@pytest.mark.postgres
def test_a_server_that_is_alone_keeps_its_news_to_itself(postgres_url: str) -> None:
    alone = Server(postgres_url)
    try:
        assert eventually(lambda: alone.database.is_alone, within=60)
        assert alone.on_duty
    finally:
        alone.database.close()
    assert (alone.begun, alone.ended) == (1, 1)


def test_the_one_server_of_a_file_has_its_duty_until_it_closes(sqlite_url: str) -> None:
    server = Server(sqlite_url)
    assert server.on_duty
    server.database.close()
    assert (server.begun, server.ended) == (1, 1)


def test_news_survive_being_written_down() -> None:
    texts = list(to_texts(NEWS))
    assert len(texts) == 1
    assert from_text(texts[0]) == NEWS


def test_many_news_are_split_and_what_is_too_large_becomes_a_look_at_the_board() -> None:
    many = [BatchChanged(batch=number, list_version=1, revision=1) for number in range(500)]
    large = PlanFound(draft=1, values={"late": ["D-1001"] * 2000})
    texts = list(to_texts([*many, large]))
    assert max(map(len, texts)) <= MOST_BYTES + 2
    assert [each for part in texts for each in from_text(part)] == [*many, BoardChanged(BoardKind.BATCHES)]


def test_what_another_release_says_and_nobody_here_knows_is_left_out() -> None:
    assert from_text('[["Weather",{"rain":true}],["BoardChanged",{"kind":"stock"}]]') == (
        BoardChanged(BoardKind.STOCK),
    )
