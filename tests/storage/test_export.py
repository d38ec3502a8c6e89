from tests.builders import build
from tests.services.floor_story import tell_story
from warehouse.storage.database import Database
from warehouse.storage.queries.export import TABLES, rows


def test_every_table_streams_its_named_columns_on_both_kinds_of_database(database: Database) -> None:
    build(database, tell_story)
    with database.read() as session:
        found = {table.name: list(rows(session, table)) for table in TABLES}
    assert {table.name: {tuple(row) for row in found[table.name]} for table in TABLES if found[table.name]} == {
        table.name: {table.columns} for table in TABLES if found[table.name]
    }
    counts = {name: len(found[name]) for name in ("orders", "lines", "moves", "scans", "tasks", "cartons", "audit")}
    assert counts == {"orders": 3, "lines": 3, "moves": 6, "scans": 2, "tasks": 2, "cartons": 1, "audit": 2}


def test_no_two_exported_tables_share_a_name() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)


def test_a_reader_that_stops_early_leaves_nothing_open(database: Database) -> None:
    build(database, tell_story)
    moves = next(table for table in TABLES if table.name == "moves")
    with database.read() as session:
        first = next(rows(session, moves))
    assert first["reason"] == "receipt"
