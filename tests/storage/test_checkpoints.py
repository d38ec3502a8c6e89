"""The write-ahead log is carried into the database file beside the writer, and never grows without end."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from warehouse.storage import checkpoints
from warehouse.storage.checkpoints import ENOUGH, LONG, Checkpoints, shorten
from warehouse.storage.engines import CHECKPOINT_PAGES, sqlite_module, writing_engine

PAGE = b"x" * 4096
WITHIN = 10.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Any]:
    """The writer's own connection, with the settings it has in the product."""
    engine = writing_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("CREATE TABLE heap (page BLOB)")
        yield driver
    engine.dispose()


@pytest.fixture
def beside(path: Path) -> Iterator[Any]:
    with closing(sqlite_module().connect(str(path), isolation_level=None)) as connection:
        yield connection


def fill(writer: Any, pages: int) -> None:
    """Put so many pages into the log, one commit each."""
    for _ in range(pages):
        writer.execute("INSERT INTO heap VALUES (?)", (PAGE,))


def log_of(beside: Any) -> tuple[int, int]:
    """Give the pages of the log and how many of them are in the database file."""
    _, pages, moved = beside.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    return pages, moved


def test_the_writer_itself_makes_none_where_sqlite_would(writer: Any, beside: Any) -> None:
    fill(writer, ENOUGH)
    pages, moved = log_of(beside)
    assert pages >= ENOUGH
    assert moved == 0
    assert writer.execute("PRAGMA wal_autocheckpoint").fetchone() == (CHECKPOINT_PAGES,)


def test_little_is_left_where_it_is(writer: Any, beside: Any) -> None:
    fill(writer, 10)
    shorten(beside)
    assert log_of(beside)[1] == 0


def test_enough_is_moved_and_the_next_write_begins_the_log_anew(writer: Any, beside: Any) -> None:
    fill(writer, ENOUGH)
    shorten(beside)
    pages, moved = log_of(beside)
    assert moved == pages
    fill(writer, 1)
    assert log_of(beside)[0] < ENOUGH


def test_a_write_that_is_under_way_is_not_waited_for(writer: Any, beside: Any) -> None:
    fill(writer, ENOUGH)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO heap VALUES (?)", (PAGE,))
    beside.execute("PRAGMA busy_timeout=60000")
    shorten(beside)
    writer.execute("COMMIT")
    assert log_of(beside)[1] >= ENOUGH


def test_a_log_that_has_grown_long_is_begun_anew_once_those_who_read_are_through(
    writer: Any, beside: Any, path: Path
) -> None:
    """What is written behind a reader's back cannot be moved while it reads; so it goes on where people always read."""
    beside.execute("PRAGMA busy_timeout=60000")
    with closing(sqlite_module().connect(str(path), isolation_level=None, check_same_thread=False)) as reader:
        while log_of(beside)[0] <= LONG:
            fill(writer, ENOUGH)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM heap").fetchone()
        fill(writer, 1)
        leaving = threading.Timer(0.3, reader.execute, ("COMMIT",))
        leaving.start()
        shorten(beside)
        leaving.join()
    pages, moved = log_of(beside)
    assert moved == pages
    fill(writer, 1)
    assert log_of(beside)[0] < ENOUGH


def test_who_reads_an_old_state_for_long_is_not_waited_for(writer: Any, beside: Any, path: Path) -> None:
    """A backup holds its state for minutes; whoever waited for it would hold up every scan meanwhile."""
    beside.execute("PRAGMA busy_timeout=60000")
    with closing(sqlite_module().connect(str(path), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM heap").fetchone()
        while log_of(beside)[0] <= LONG:
            fill(writer, ENOUGH)
        asked: list[str] = []
        beside.set_trace_callback(asked.append)
        shorten(beside)
        assert asked
        assert not [statement for statement in asked if "RESTART" in statement or "TRUNCATE" in statement]
        fill(writer, 1)
        reader.execute("COMMIT")


def test_a_thread_does_it_and_ends_when_it_is_told(writer: Any, beside: Any, path: Path) -> None:
    before = threading.active_count()
    keeper = Checkpoints(f"sqlite:///{path}")
    fill(writer, ENOUGH)
    until = time.monotonic() + WITHIN
    while log_of(beside)[1] == 0 and time.monotonic() < until:
        time.sleep(0.02)
    keeper.close()
    assert log_of(beside)[1] >= ENOUGH
    assert threading.active_count() == before


def test_one_that_fails_is_not_the_last(writer: Any, beside: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[int] = []

    def at_first_not(connection: Any) -> None:
        failures.append(1)
        if len(failures) == 1:
            raise RuntimeError("the disk stumbled")
        shorten(connection)

    monkeypatch.setattr(checkpoints, "shorten", at_first_not)
    monkeypatch.setattr(checkpoints, "AFTER_FAILURE", 0.1)
    fill(writer, ENOUGH)
    with closing(Checkpoints(f"sqlite:///{path}")):
        until = time.monotonic() + WITHIN
        while log_of(beside)[1] == 0 and time.monotonic() < until:
            time.sleep(0.02)
    assert log_of(beside)[1] >= ENOUGH
