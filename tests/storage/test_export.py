import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.floor_story import tell_story
from warehouse.storage.database import Database
from warehouse.storage.models.packing import ManifestRow
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


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("manifests", {"supplement_of_id", "missed_reason", "reference"}),
        ("exceptions", {"answer", "merged_into_id"}),
        ("returns", {"close_reason"}),
        ("users", {"expires_at"}),
        ("counts", {"second_person_id", "third_count"}),
        ("batches", {"parked_place"}),
        ("items", {"safety_buffer"}),
    ],
)
def test_what_pages_show_of_a_row_stands_in_its_export(table: str, columns: set[str]) -> None:
    assert columns <= set(next(it for it in TABLES if it.name == table).columns)


def test_a_list_that_the_carrier_missed_says_in_its_export_why(database: Database) -> None:
    def missed(session: Session) -> None:
        session.add(ManifestRow(id=1, carrier="Post", state="missed", created_at=NOON, missed_reason="truck broke"))
        session.flush()
        session.add(ManifestRow(id=2, carrier="Post", created_at=NOON, supplement_of_id=1, reference="M-77"))

    build(database, missed)
    table = next(it for it in TABLES if it.name == "manifests")
    with database.read() as session:
        found = [(row["supplement_of_id"], row["missed_reason"], row["reference"]) for row in rows(session, table)]
    assert found == [(None, "truck broke", None), (1, None, "M-77")]


def test_no_two_exported_tables_share_a_name() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)


def test_a_reader_that_stops_early_leaves_nothing_open(database: Database) -> None:
    build(database, tell_story)
    moves = next(table for table in TABLES if table.name == "moves")
    with database.read() as session:
        first = next(rows(session, moves))
    assert first["reason"] == "receipt"
