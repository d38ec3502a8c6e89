from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.floor_story import tell_story
from warehouse.services.audits import CHECKS, Report, Seal, examine, sqlite_note
from warehouse.storage.chain import Anchor, read_anchor
from warehouse.storage.database import Database
from warehouse.storage.engines import plain_engine, reading_engine
from warehouse.storage.queries.invariants.returns import RETURNS

KEY = b"key of the house"
NOBODY = Seal(anchor=None, key=KEY)
SQLITE_SEES_TOO = {"foreign_keys", "integrity"}
"""A damage may break a constraint as well, which SQLite's own checks then report."""

_COPIED = "carton_id, via, rule, currency, attempt, carrier, service, tracking, content_hash, created_at"
_SECOND_LABEL = f"INSERT INTO label (id, state, {_COPIED}) SELECT 50, 'failed', {_COPIED} FROM label"  # noqa: S608 - of constants of this file
_NEW_LIST = "INSERT INTO manifest (id, revision, created_at, carrier, state"
_SUPPLEMENT = f"{_NEW_LIST}, supplement_of_id) SELECT 9, 1, created_at, 'Parcel', 'open', id FROM manifest"  # noqa: S608 - as above
_MISSED_LIST = f"{_NEW_LIST}, closed_at) SELECT 9, 1, created_at, 'Post', 'missed', closed_at FROM manifest"  # noqa: S608 - as above

BREAKS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("scan_once", "UPDATE scan SET scan_id = (SELECT s.scan_id FROM scan s WHERE s.seq = 2)", "is stored 2 times", ()),
    ("scan_answer", "UPDATE scan SET outcome = 'wrong_tote' WHERE seq = 2", "its answer says rejected, wrong_bin", ()),
    ("refused_scan", "UPDATE scan SET counted = 2 WHERE seq = 2", "is rejected and counted 2", ()),
    ("task_picked", "UPDATE pick_task SET picked = 2, short = 1 WHERE wanted = 3", "counts 2 picked, its moves say 3",
     ()),
    ("task_state", "UPDATE pick_task SET wanted = 5 WHERE wanted = 3", "is picked with 3 picked and 0 short of 5", ()),
    ("batch_state", "UPDATE pick_task SET state = 'open', wanted = 9 WHERE wanted = 3", "batch B1 is closed", ()),
    ("line_range", "UPDATE order_line SET ordered = 2 WHERE ordered = 3", "has 2 ordered", ()),
    ("line_picked", "UPDATE put_back SET quantity = 2", "order 2003, item A has 1 units by its moves", ()),
    ("line_packed", "UPDATE order_line SET packed = 2, shipped = 2 WHERE ordered = 3", "counts 2 packed",
     ("line_shipped", "order_state")),
    ("line_shipped", "UPDATE order_line SET shipped = 2 WHERE ordered = 3", "counts 2 shipped, its moves say 3",
     ("order_state",)),
    ("line_allocated", "UPDATE order_line SET allocated = 1 WHERE ordered = 2", "counts 1 allocated, reserved are 2",
     ()),
    ("moves_balance", "UPDATE move SET to_place_id = 9999 WHERE reason = 'ship'", "item A has -3 more units", ()),
    ("stock_is_moves", "UPDATE stock SET quantity = 7 WHERE quantity = 6", "bin S1, item A, lot 1: stock says 7", ()),
    ("reserved_in_stock", "UPDATE stock SET reserved = 9 WHERE quantity = 6", "9 of 6 reserved",
     ("reserved_is_reservations",)),
    ("reserved_is_reservations", "UPDATE reservation SET quantity = 1", "stock counts 2 reserved, reservations say 1",
     ("line_allocated",)),
    ("closed_order_reserved", "UPDATE \"order\" SET state = 'cancelled' WHERE number = '2002'",
     "for order 2002, which is cancelled", ()),
    ("lot_of_item", "UPDATE lot SET item_id = 77", "names item 1 with lot 1 of item 77", ()),
    ("free_tote_empty", "UPDATE stock SET quantity = 4 WHERE quantity = 0", "tote T1 is free and holds 4 of A",
     ("stock_is_moves",)),
    ("code_meaning", "UPDATE barcode SET place_id = 1 WHERE code LIKE '04%'", "of kind item and names 2 things", ()),
    ("carton_one_order", "UPDATE shipment SET order_id = 2", "belongs to a shipment of order 2", ()),
    ("carton_content", "UPDATE carton_line SET quantity = 2", "listed 2, scanned 3", ("line_packed",)),
    ("carton_label", "UPDATE label SET tracking = NULL", "1 living labels, 0 with a tracking number", ()),
    ("label_content", "UPDATE carton SET content_hash = 'x'", "was made for other content", ()),
    ("second_count", "UPDATE carton SET recounted_by_id = (SELECT MIN(actor_id) FROM move WHERE reason = 'pack')",
     "was counted again by who packed it", ()),
    ("carton_list", "UPDATE carton SET manifest_id = NULL", "carton 1 of order 2001 is shipped and on no list", ()),
    ("carton_list", "UPDATE manifest SET state = 'open', closed_at = NULL", "is shipped and on list 1, which is open",
     ("list_cartons",)),
    ("carton_list", "UPDATE carton SET state = 'loaded'", "is loaded and on list 1, which is closed",
     ("list_cartons", "order_state")),
    ("list_cartons", "UPDATE carton SET state = 'labelled'", "Post is closed, carton 1 of order 2001 on it is labelled",
     ("order_state",)),
    ("list_cartons", "UPDATE manifest SET state = 'missed', missed_reason = 'x'", "list 1 of Post is missed, carton 1",
     ("carton_list",)),
    ("list_carrier", "UPDATE label SET carrier = 'Parcel'", "goes with Parcel, its list 1 is of Post", ()),
    ("list_end", "UPDATE manifest SET closed_at = NULL", "list 1 of Post is closed without saying when", ()),
    ("list_end", _SUPPLEMENT, "list 9 of Parcel is a supplement of list 1 of Post", ()),
    ("list_end", _MISSED_LIST, "list 9 of Post is missed without saying when or why", ()),
    ("tracking_once", _SECOND_LABEL, "tracking number P-1 stands on 2 labels", ()),
    ("order_state", "UPDATE \"order\" SET state = 'shipped' WHERE number = '2002'", "order 2002 is shipped",
     ("closed_order_reserved",)),
    ("cancelled_order", "UPDATE \"order\" SET changed_at = received_at WHERE number = '2003'",
     "order 2003 is cancelled, move", ()),
    ("decision_reason", "UPDATE hold SET lift_reason = ''", "was lifted without a name or a reason", ()),
    ("journal_role", "UPDATE audit SET role = '' WHERE seq = 2", "audit entry 2 (tote_bound) has no role",
     ("audit_chain",)),
    ("import_sums", "UPDATE \"order\" SET import_id = 1", "counts 1 orders created or updated, 3 carry its mark", ()),
    ("audit_chain", "UPDATE audit SET subject = 'tote:9' WHERE seq = 2", "Entry 2 was changed", ()),
    ("state_path", "UPDATE audit SET details = '{\"now\":\"picked\",\"was\":\"shipped\"}' WHERE seq = 1",
     "order:1 went from shipped to picked", ("audit_chain",)),
    ("schema", "UPDATE alembic_version SET version_num = '0000'", "the database is at revision 0000", ()),
)  # fmt: skip


@pytest.fixture
def story(database: Database) -> Database:
    """The whole story, on either kind of database."""
    build(database, tell_story)
    return database


def _examine(url: str, seal: Seal = NOBODY) -> Report:
    engine = reading_engine(url)
    try:
        with Session(engine) as session:
            return examine(session, seal)
    finally:
        engine.dispose()


def _broken(report: Report) -> set[str]:
    return {result.name for result in report.results if not result.ok}


def _damage(url: str, statement: str) -> None:
    """Do what the database itself would never allow: without its constraints, behind the product's back."""
    with plain_engine(url).connect() as connection:
        loosen = _loosen_sqlite if connection.dialect.name == "sqlite" else _loosen_postgres
        loosen(connection)
        connection.execute(text(statement.replace(":", r"\:")))
        connection.commit()


def _loosen_sqlite(connection: Connection) -> None:
    connection.rollback()
    raw = connection.connection.dbapi_connection
    assert raw is not None
    for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON", "legacy_alter_table=ON"):
        raw.execute(f"PRAGMA {pragma}")
    for table in ("scan", "label"):
        raw.execute(f"CREATE TABLE loose AS SELECT * FROM {table}")  # noqa: S608 - named two lines above
        raw.execute(f"DROP TABLE {table}")
        raw.execute(f"ALTER TABLE loose RENAME TO {table}")


def _loosen_postgres(connection: Connection) -> None:
    found = connection.execute(
        text("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c', 'u') "
             "AND connamespace = 'public'::regnamespace ORDER BY contype = 'u'")
    ).all()  # fmt: skip
    for table, name in found:
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'))


def test_a_healthy_warehouse_is_clean(story: Database) -> None:
    report = _examine(story.url)
    assert _broken(report) == set()
    assert {check.name for check in CHECKS} <= {result.name for result in report.results}


def test_an_empty_warehouse_is_clean(database: Database) -> None:
    assert _examine(database.url).ok


@pytest.mark.parametrize(("name", "statement", "words", "also"), BREAKS, ids=[case[0] for case in BREAKS])
def test_each_check_names_the_row_that_breaks_it(
    sqlite_url: str, name: str, statement: str, words: str, also: tuple[str, ...]
) -> None:
    database = Database(sqlite_url)
    build(database, tell_story)
    database.close()
    _damage(sqlite_url, statement)
    report = _examine(sqlite_url)
    rows = {result.name: result.rows for result in report.results}
    assert words in " ".join(rows[name])
    assert _broken(report) - SQLITE_SEES_TOO == {name, *also}


@pytest.mark.postgres
def test_every_check_finds_its_break_on_postgresql_too(postgres_url: str) -> None:
    database = Database(postgres_url)
    build(database, tell_story)
    database.close()
    missed = []
    for name, statement, words, _ in BREAKS:
        with plain_engine(postgres_url).connect() as connection:
            _loosen_postgres(connection)
            connection.execute(text(statement.replace(":", r"\:")))
            with Session(connection) as session:
                rows = {result.name: result.rows for result in examine(session, NOBODY).results}
            connection.rollback()
        missed += [] if words in " ".join(rows[name]) else [name]
    assert missed == []


def test_every_check_has_a_break_that_is_tried() -> None:
    tried = {name for name, *_ in BREAKS} | {check.name for check in RETURNS}  # broken in returns/test_returns.py
    assert {check.name for check in CHECKS} - tried == set()


def test_a_row_that_names_nothing_is_found(sqlite_url: str) -> None:
    _damage(sqlite_url, "INSERT INTO hold (order_id, reason, text, opened_at) VALUES (5, 'x', 'y', '2026-01-01')")
    rows = {result.name: result.rows for result in _examine(sqlite_url).results}
    assert rows["foreign_keys"] == ("hold row 1 names a order that is not there",)


def test_a_file_with_a_damaged_page_is_named(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    build(database, tell_story)
    database.close()
    _tear_an_index(sqlite_url)
    assert "integrity" in _broken(_examine(sqlite_url))


def _tear_an_index(url: str) -> None:
    """Say in the schema that an index is over another column than it was made of."""
    with plain_engine(url).connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE sqlite_schema SET sql = 'CREATE INDEX ix_order_customer ON \"order\" (country)' "
                    "WHERE name = 'ix_order_customer'")  # fmt: skip
        raw.execute("PRAGMA writable_schema=RESET")


def test_a_cut_tail_is_found_by_the_anchor_alone(open_database: Callable[..., Database], tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "anchor", KEY)
    database = open_database(anchor=anchor)
    build(database, tell_story)
    _damage(database.url, "DELETE FROM audit WHERE seq = 2")
    assert _examine(database.url).ok
    report = _examine(database.url, Seal(anchor=read_anchor(anchor.path), key=KEY))
    anchor.close()
    assert [result.rows for result in report.results if not result.ok] == [
        ("The end of the chain is missing, from entry 2 on.",)
    ]


def test_many_offending_rows_are_counted_and_the_first_named(sqlite_url: str) -> None:
    _damage(
        sqlite_url,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "
        "INSERT INTO barcode (code, kind, unit, pack_quantity) SELECT 'X' || i, 'item', 'each', 1 FROM n",
    )
    result = next(one for one in _examine(sqlite_url).results if one.name == "code_meaning")
    assert (result.broken, len(result.rows)) == (50, 20)


def test_an_sqlite_with_the_wal_reset_bug_is_warned_of() -> None:
    assert sqlite_note((3, 51, 3)) == "SQLite 3.51.3."
    assert "the WAL-reset bug" in sqlite_note((3, 40, 1))
