"""Statements of a group that travel together keep every promise of those that go one by one; on both databases."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text

from warehouse.domain.errors import WarehouseError
from warehouse.storage import writer
from warehouse.storage.database import Database
from warehouse.storage.engines import plain_engine
from warehouse.storage.group import announce
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.prepared import Prepared, PreparedLookup

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
STORE = Prepared(insert(SettingRow), ["name", "value", "changed_at", "changed_by_id"])
FIND = PreparedLookup(select(SettingRow.name, SettingRow.value), SettingRow.name)
ROW = {"value": 1, "changed_at": NOON, "changed_by_id": None}


class Shelf:
    """Stores each scan as a setting of its name, and answers with what it finds under it."""

    def __init__(self, plainly: Callable[[Connection], object] | None = None) -> None:
        self.plainly = plainly

    def judge(self, connection: Connection, scans: Sequence[str]) -> list[object]:
        STORE.run(connection, [{**ROW, "name": name} for name in scans])
        if self.plainly:
            self.plainly(connection)
        asked = [FIND.ask(connection, [name]) for name in scans]
        return [row.name for read in asked for row in read()]

    def forget(self) -> None:
        return None

    def failed(self, scan: str, error: Exception) -> object:
        return type(error).__name__


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(SettingRow.name)))


def test_what_was_sent_first_is_found_by_what_was_asked_later(open_database: Callable[..., Database]) -> None:
    database = open_database(judge=Shelf())
    assert database.scan(["a", "b", "c"]) == ["a", "b", "c"]
    assert stored(database) == ["a", "b", "c"]


def test_a_statement_that_fails_on_the_way_costs_its_neighbours_nothing(open_database: Callable[..., Database]) -> None:
    database = open_database(judge=Shelf())
    database.scan(["b"])
    assert database.scan(["a", "b", "c"]) == ["a", "IntegrityError", "c"]
    assert stored(database) == ["a", "b", "c"]


def test_a_failure_that_only_the_commit_meets_is_not_answered_as_done(open_database: Callable[..., Database]) -> None:
    class Blind(Shelf):
        def judge(self, connection: Connection, scans: Sequence[str]) -> list[object]:
            STORE.run(connection, [{**ROW, "name": name} for name in scans])
            return list(scans)

    database = open_database(judge=Blind())
    database.scan(["b"])
    assert database.scan(["b", "c"]) == ["IntegrityError", "c"]
    assert stored(database) == ["b", "c"]


def test_what_is_still_under_way_does_not_hide_why_it_failed(open_database: Callable[..., Database]) -> None:
    """The rollback meets a pipeline whose first statement has failed already, and was not heard of yet."""

    class Hasty(Shelf):
        def judge(self, connection: Connection, scans: Sequence[str]) -> list[object]:
            for name in scans:
                STORE.run(connection, [{**ROW, "name": name}])
            if "b" in scans:
                raise ValueError("judged wrongly")
            return list(scans)

    database = open_database(judge=Hasty())
    database.scan(["c"])
    assert database.scan(["c", *map(str, range(20)), "b"])[1:] == [*map(str, range(20)), "ValueError"]
    assert stored(database) == sorted(["c", *map(str, range(20))])


def test_a_statement_of_sqlalchemy_in_between_sees_what_was_sent(open_database: Callable[..., Database]) -> None:
    seen: list[Any] = []
    database = open_database(judge=Shelf(lambda it: seen.extend(it.scalars(select(SettingRow.name)))))
    assert [database.scan(["a"]), database.scan(["b"])] == [["a"], ["b"]]
    assert sorted(seen) == ["a", "a", "b"]


def test_a_failure_met_by_a_statement_of_sqlalchemy_is_the_scans_own(open_database: Callable[..., Database]) -> None:
    database = open_database(judge=Shelf(lambda it: it.execute(text("SELECT 1")).all()))
    database.scan(["b"])
    assert database.scan(["a", "b"]) == ["a", "IntegrityError"]
    assert stored(database) == ["a", "b"]


def test_use_cases_go_on_as_they_did(open_database: Callable[..., Database]) -> None:
    def refuse(_session: object, _request: None) -> None:
        raise WarehouseError("no")

    database = open_database(judge=Shelf())
    database.scan(["a"])
    with pytest.raises(WarehouseError, match="no"):
        database.run(refuse, None)
    assert database.run(lambda session, _: session.get_one(SettingRow, "a").value, None) == 1
    assert database.scan(["b"]) == ["b"]


def lose(connection: Connection) -> None:
    """End the server's side of this connection, from another one."""
    driver: Any = connection.connection.driver_connection
    with plain_engine(connection.engine.url.render_as_string(hide_password=False)).connect() as other:
        assert other.scalar(select(func.pg_terminate_backend(driver.info.backend_pid, 5000)))


@pytest.mark.postgres
def test_a_connection_lost_between_statements_that_travel_runs_the_whole_group_again(postgres_url: str) -> None:
    class Torn(Shelf):
        tries = 0

        def judge(self, connection: Connection, scans: Sequence[str]) -> list[object]:
            self.tries += 1
            STORE.run(connection, [{**ROW, "name": name} for name in scans])
            if self.tries == 1:
                lose(connection)
            STORE.run(connection, [{**ROW, "name": f"{name} too"} for name in scans])
            return list(scans)

    database = Database(postgres_url, judge=(judge := Torn()))
    assert database.scan(["a", "b"]) == ["a", "b"]
    assert (judge.tries, stored(database)) == (2, ["a", "a too", "b", "b too"])
    database.close()


@pytest.mark.postgres
def test_a_connection_lost_behind_the_commit_leaves_the_answers_as_they_were(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[Sequence[str]] = []

    class Telling(Shelf):
        def judge(self, connection: Connection, scans: Sequence[str]) -> list[object]:
            groups.append(scans)
            announce(connection, "told")
            return super().judge(connection, scans)

    genuine = writer.sent_together

    @contextmanager
    def torn_at_the_end(connection: Connection) -> Iterator[None]:
        with genuine(connection):
            yield
            if len(groups) == 1:
                lose(connection)

    monkeypatch.setattr(writer, "sent_together", torn_at_the_end)
    database, heard = Database(postgres_url, judge=Telling()), list[object]()
    database.subscribe(heard.extend)
    assert [database.scan(["a"]), database.scan(["b"])] == [["a"], ["b"]]
    database.close()
    assert (groups, heard) == ([["a"], ["b"]], ["told", "told"])
