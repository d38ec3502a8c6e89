"""Statements that the driver runs itself: the same values, the same rows and the same errors as SQLAlchemy's own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.storage.database import Database
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.models.packing import PackagingRow
from warehouse.storage.prepared import Prepared, PreparedLookup

NOON = datetime(2026, 11, 21, 12, 0, 0, 120, tzinfo=UTC)
COLUMNS = ["name", "value", "changed_at", "changed_by_id"]
STORE = Prepared(insert(SettingRow), COLUMNS)
FIND = PreparedLookup(select(SettingRow.name, SettingRow.value, SettingRow.changed_at), SettingRow.name)


def inside(database: Database, act: Callable[[Connection], Any]) -> Any:
    return database.run(lambda session, _request: act(session.connection()), None)


def setting(name: str, value: object = 1, at: datetime = NOON) -> dict[str, Any]:
    return {"name": name, "value": value, "changed_at": at, "changed_by_id": None}


def test_values_go_through_the_types_of_their_columns_both_ways(database: Database) -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    inside(database, lambda it: STORE.run(it, [setting("a", {"deep": [1, None, "ü"]}, berlin), setting("b")]))
    found = inside(database, lambda it: FIND.all(it, ["a", "b", "c"]))
    assert sorted((row.name, row.value, row.changed_at) for row in found) == [
        ("a", {"deep": [1, None, "ü"]}, NOON),
        ("b", 1, NOON),
    ]


def test_what_it_wrote_is_what_others_read(database: Database) -> None:
    inside(database, lambda it: STORE.run(it, [setting("a", "x")]))
    with database.read() as session:
        row = session.get_one(SettingRow, "a")
        assert (row.value, row.changed_at) == ("x", NOON)


def test_a_naive_time_is_refused_here_too(database: Database) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        inside(database, lambda it: STORE.run(it, [setting("a", at=NOON.replace(tzinfo=None))]))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 64, 300])
def test_a_list_of_keys_of_any_length_finds_each_row_once(sqlite_url: str, count: int) -> None:
    database = Database(sqlite_url)
    names = [f"n{number}" for number in range(count)]
    if names:
        inside(database, lambda it: STORE.run(it, [setting(name) for name in names]))
    assert sorted(row.name for row in inside(database, lambda it: FIND.all(it, names))) == sorted(names)
    database.close()


def test_a_value_written_into_the_statement_and_one_used_twice_are_bound(database: Database) -> None:
    table: Any = PackagingRow.__table__
    grow = Prepared(
        update(table)
        .where(table.c.code == bindparam("of"))
        .values(
            length_mm=table.c.length_mm + bindparam("more"), width_mm=table.c.width_mm + bindparam("more"), tare_g=7
        )
    )

    def act(session: Session, _request: None) -> tuple[int, int, int]:
        row = PackagingRow(code="A", name="A", length_mm=1, width_mm=2, height_mm=1, tare_g=1)
        session.add(row)
        session.flush()
        grow.run(session.connection(), [{"of": "A", "more": 10}])
        session.refresh(row)
        return row.length_mm, row.width_mm, row.tare_g

    assert database.run(act, None) == (11, 12, 7)


def test_a_broken_rule_raises_what_sqlalchemy_would_and_spoils_only_its_own_use_case(database: Database) -> None:
    with pytest.raises(IntegrityError):
        inside(database, lambda it: STORE.run(it, [setting("a"), setting("a")]))
    inside(database, lambda it: STORE.run(it, [setting("b")]))
    with database.read() as session:
        assert list(session.scalars(select(SettingRow.name))) == ["b"]


def test_a_refusal_takes_back_what_it_wrote(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        STORE.run(connection, [setting("a")])
        raise ConflictError("not this one")

    with pytest.raises(ConflictError):
        inside(database, refuse)
    assert inside(database, lambda it: FIND.all(it, ["a"])) == []


@pytest.mark.postgres
def test_a_connection_that_is_gone_is_known_to_be_and_the_unit_runs_again(postgres_url: str) -> None:
    database, known = Database(postgres_url), []

    def lose_it_once(connection: Connection) -> None:
        if not known:
            connection.execute(text("SET idle_in_transaction_session_timeout = 1"))
            time.sleep(0.1)
            try:
                FIND.all(connection, ["a"])
            except DBAPIError as error:
                known.append(error.connection_invalidated)
                raise
        STORE.run(connection, [setting("a")])

    inside(database, lose_it_once)
    assert known == [True]
    assert [row.name for row in inside(database, lambda it: FIND.all(it, ["a"]))] == ["a"]
    database.close()
