"""What is remembered from one group of scans to the next holds only while nothing was written in between."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from warehouse.storage.database import Database
from warehouse.storage.group import calm_of, stir
from warehouse.storage.migrate import upgrade
from warehouse.storage.models.stock import PlaceRow


class Watcher:
    """A judge that answers each scan with whether all was still; a scan may do something as well."""

    forgotten = 0
    calm: object = None

    def judge(self, connection: Connection, scans: Sequence[Callable[[Connection], object] | None]) -> list[object]:
        still, self.calm = calm_of(connection) is self.calm, calm_of(connection)
        for scan in scans:
            if scan is not None:
                scan(connection)
        return [still] * len(scans)

    def forget(self) -> None:
        self.forgotten += 1

    def failed(self, scan: Any, error: Exception) -> object:
        return error


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def watched(sqlite_url: str, watcher: Watcher) -> Iterator[Database]:
    upgrade(sqlite_url)
    database = Database(sqlite_url, judge=watcher)
    yield database
    database.close()


def look(database: Database, scan: Callable[[Connection], object] | None = None) -> object:
    return database.scan([scan])[0]


def write(target: Session | Connection) -> None:
    target.execute(insert(PlaceRow).values(kind="tote", code="T9"))


def test_the_first_group_trusts_nothing_and_the_next_one_what_it_left(watched: Database) -> None:
    assert [look(watched), look(watched), look(watched)] == [False, True, True]


def test_what_a_group_of_scans_writes_itself_does_not_disturb_it(watched: Database) -> None:
    look(watched)
    assert [look(watched, write), look(watched)] == [True, True]


def test_after_a_use_case_everything_is_looked_up_again(watched: Database) -> None:
    look(watched)
    watched.run(lambda session, _: write(session), None)
    assert [look(watched), look(watched)] == [False, True]


def test_after_a_use_case_that_failed_too(watched: Database) -> None:
    look(watched)

    def fail(session: Session, _: None) -> None:
        write(session)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        watched.run(fail, None)
    assert look(watched) is False


def test_after_a_scan_that_did_more_than_its_keeper_knows(watched: Database) -> None:
    look(watched)
    assert [look(watched, stir), look(watched), look(watched)] == [True, False, True]


def test_within_a_group_that_goes_one_by_one_too(watched: Database) -> None:
    look(watched)
    failed, *others = watched.scan([lambda _: 1 // 0, stir, None, None])
    assert isinstance(failed, ZeroDivisionError)
    assert others == [True, False, True]
    assert look(watched) is True


def test_after_a_group_that_was_rolled_back(watched: Database) -> None:
    look(watched)
    failed = look(watched, lambda _: 1 // 0)
    assert isinstance(failed, ZeroDivisionError)
    assert look(watched) is True, "what was run again one by one is a group like any other"


def test_after_a_group_that_was_broken_off_from_outside(watched: Database, watcher: Watcher) -> None:
    def break_off(_: Connection) -> None:
        raise KeyboardInterrupt

    look(watched)
    with pytest.raises(KeyboardInterrupt):
        look(watched, break_off)
    assert (watcher.forgotten, look(watched)) == (1, False)


def test_after_another_connection_has_written(watched: Database) -> None:
    look(watched)
    path = make_url(watched.url).database
    assert path is not None
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO place (kind, code) VALUES ('tote', 'T8')")
        other.commit()
    assert [look(watched), look(watched)] == [False, True]
