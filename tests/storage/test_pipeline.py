"""Statements of a group that travel together keep every promise of those that go one by one; on both databases."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from warehouse.domain.errors import WarehouseError
from warehouse.storage.database import Database
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
