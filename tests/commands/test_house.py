"""Commands that look: doctor, audit, export, backup, migrate, profiles, printers, and how each refuses."""

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.floor_story import tell_story
from warehouse.app import open_database
from warehouse.cli import COMMANDS, main
from warehouse.domain import journal
from warehouse.settings import read_settings
from warehouse.storage import backup, migrate
from warehouse.storage.backup import read_record
from warehouse.storage.chain import read_anchor
from warehouse.storage.database import Database
from warehouse.storage.lock import lock_beside
from warehouse.storage.models.stock import PlaceRow
from warehouse.storage.queries.export import TABLES

PROMISED = """
items bins stock reservations orders lines batches tasks totes scans moves cartons shipments labels print_jobs put_backs
counts manifests exceptions audit users
"""
SECRETS = ("badge", "pin", "token")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a warehouse with a story."""
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "house"))
    settings = read_settings()
    migrate.upgrade(settings.database_url)
    database = open_database(settings)
    build(database, tell_story)
    database.close()
    return settings.data_dir


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command: its exit status, what it printed, how it complained."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


Say = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, say: Say) -> None:
    status, out, err = say(command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: warehouse {command}")


@pytest.mark.parametrize(
    "arguments",
    [("dance",), ("backup",), ("users",), ("users", "add", "Zoe"), ("export", "a", "b"), ("audit", "guess")],
)
def test_a_wrong_call_is_refused_in_one_sentence(arguments: tuple[str, ...], say: Say) -> None:
    status, out, err = say(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("warehouse: ")


@pytest.mark.parametrize(
    "arguments", [("doctor",), ("audit", "verify"), ("export", "x"), ("backup", "y"), ("printers", "list")]
)
def test_looking_never_makes_a_database(
    arguments: tuple[str, ...], say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "empty"))
    monkeypatch.chdir(tmp_path)
    status, out, err = say(*arguments)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "There is no database" in err
    assert list((tmp_path / "empty").glob("*.sqlite")) == []


def test_a_wrong_setting_is_named(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "d"))
    monkeypatch.setenv("WAREHOUSE_PORT", "eighty")
    assert say("doctor") == (1, "", "warehouse: WAREHOUSE_PORT must be a whole number from 0 to 65535, not 'eighty'.\n")


def test_an_inner_fault_is_a_sentence_not_a_traceback(say: Say, house: Path) -> None:
    (house / "audit.anchor").write_text("nonsense")
    status, out, err = say("doctor")
    assert (status, out, err.count("\n")) == (70, "", 1)
    assert err.startswith("warehouse: Something went wrong inside (ValueError")


@pytest.mark.usefixtures("house")
def test_doctor_says_that_all_is_well(say: Say) -> None:
    status, out, err = say("doctor")
    assert (status, err) == (0, "")
    assert out.endswith("All promises hold.\n")
    assert "SQLite 3." in out


def test_doctor_names_what_is_broken_and_exits_1(house: Path, say: Say) -> None:
    _sql(house, "UPDATE stock SET quantity = 9 WHERE quantity = 6")
    status, out, _ = say("doctor", "--json")
    report = json.loads(out)
    assert status == 1
    assert {check["name"]: check["rows"] for check in report["checks"] if not check["ok"]} == {
        "stock_is_moves": ["bin S1, item A, lot 1: stock says 9, moves say 6"]
    }
    assert "BROKEN  stock_is_moves" in say("doctor")[1]


def test_audit_verify_holds_and_names_an_edited_entry(house: Path, say: Say) -> None:
    assert say("audit", "verify") == (0, "2 entries, all as written.\n", "")
    _sql(house, "UPDATE audit SET subject = 'order:9' WHERE seq = 1")
    assert say("audit", "verify") == (1, "", "warehouse: Entry 1 was changed after it was written.\n")


def test_audit_verify_finds_a_cut_tail(house: Path, say: Say) -> None:
    _sql(house, "DELETE FROM audit WHERE seq = 2")
    assert say("audit", "verify") == (1, "", "warehouse: The end of the chain is missing, from entry 2 on.\n")


@pytest.mark.usefixtures("house")
def test_export_writes_every_promised_table(say: Say, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert say("export", folder)[0] == 0
    assert {file.name for file in folder.iterdir()} == {f"{table.name}.jsonl" for table in TABLES}
    assert {table.name for table in TABLES} >= set(PROMISED.split())
    for table in TABLES:
        for line in (folder / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines():
            assert tuple(json.loads(line)) == table.columns


@pytest.mark.usefixtures("house")
def test_export_tells_a_move_in_codes_and_a_time_in_utc(say: Say, tmp_path: Path) -> None:
    say("export", tmp_path / "out")
    moves = [json.loads(line) for line in (tmp_path / "out" / "moves.jsonl").read_text().splitlines()]
    picked = next(move for move in moves if move["reason"] == "pick")
    shown = {name: picked[name] for name in ("sku", "from_code", "to_kind", "to_code", "quantity", "at")}
    assert shown == {
        "sku": "A",
        "from_code": "S1",
        "to_kind": "tote",
        "to_code": "T1",
        "quantity": 3,
        "at": "2026-11-21T13:00:00Z",
    }


@pytest.mark.usefixtures("house")
def test_export_carries_no_secret_and_no_address(say: Say, tmp_path: Path) -> None:
    say("export", tmp_path / "out")
    users = [json.loads(line) for line in (tmp_path / "out" / "users.jsonl").read_text().splitlines()]
    assert not [name for name in users[0] if any(secret in name for secret in SECRETS)]
    everything = "".join(file.read_text() for file in (tmp_path / "out").iterdir())
    assert "Mill Lane" not in everything
    assert "U:LEA" not in "".join(f"{user}" for user in users)


@pytest.mark.usefixtures("house")
def test_export_never_mixes_with_an_older_one(say: Say, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "items.jsonl").touch()
    status, out, err = say("export", tmp_path / "out")
    assert (status, out) == (1, "")
    assert "is not empty" in err


@pytest.mark.usefixtures("house")
def test_a_backup_passes_doctor_with_its_own_anchor(say: Say, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert say("backup", copy)[0] == 0
    assert (copy.stat().st_mode & 0o077, (tmp_path / "copy.sqlite.anchor").stat().st_mode & 0o077) == (0, 0)
    assert say("doctor", "--file", copy)[1].endswith("All promises hold.\n")
    with sqlite3.connect(copy) as connection:
        connection.execute("DELETE FROM audit WHERE seq = 2")
    assert "The end of the chain is missing" in say("doctor", "--file", copy)[1]


def test_a_backup_is_looked_through_and_noted_beside_the_database(house: Path, say: Say, tmp_path: Path) -> None:
    assert "every promise holds" in say("backup", tmp_path / "good", "--check")[1]
    assert (read_record(house) or {})["checked"] is True
    _sql(house, "UPDATE stock SET quantity = quantity + 1 WHERE quantity > 0")
    status, out, _ = say("backup", tmp_path / "bad", "--check")
    assert (status, "does NOT hold" in out, (read_record(house) or {})["checked"]) == (1, True, False)
    (house / "backup.json").write_text("[]")
    assert read_record(house) is None


@pytest.mark.usefixtures("house")
def test_a_backup_never_overwrites(say: Say, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    assert say("backup", tmp_path / "copy")[0] == 1
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_damaged_journal_gets_no_fresh_seal(house: Path, say: Say, tmp_path: Path) -> None:
    _sql(house, "DELETE FROM audit WHERE seq = 2")
    status, _, err = say("backup", tmp_path / "copy")
    assert status == 1
    assert "does not hold journal entry 2 as anchored" in err


def test_a_journal_whose_end_another_key_signed_gets_no_fresh_seal(house: Path, say: Say, tmp_path: Path) -> None:
    pinned = read_anchor(house / "audit.anchor")
    assert pinned is not None
    (house / "audit.anchor").write_text(journal.anchor_line(journal.Anchor(pinned.seq, pinned.digest, bytes(32))))
    status, _, err = say("backup", tmp_path / "copy")
    assert (status, "audit verify" in err) == (1, True)


@pytest.mark.usefixtures("house")
def test_a_backup_under_load_is_one_consistent_state(say: Say, tmp_path: Path) -> None:
    database, stop = open_database(read_settings()), threading.Event()
    writer = threading.Thread(target=_write_until, args=(database, stop))
    writer.start()
    try:
        results = [say("backup", tmp_path / f"copy{number}")[0] for number in range(5)]
    finally:
        stop.set()
        writer.join()
        database.close()
    assert results == [0] * 5
    for number in range(5):
        assert say("doctor", "--file", tmp_path / f"copy{number}")[0] == 0
        with sqlite3.connect(tmp_path / f"copy{number}") as connection:
            pairs = connection.execute("SELECT COUNT(*) FROM place WHERE code LIKE 'X%'").fetchone()[0]
        assert pairs % 2 == 0


def _write_until(database: Database, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(0.002):
        number += 1
        database.run(_two_places, number)


def _two_places(session: Session, number: int) -> None:
    session.add(PlaceRow(kind="bin", code=f"XA{number}"))
    session.add(PlaceRow(kind="bin", code=f"XB{number}"))


@pytest.mark.parametrize("known", ["shop:secret@db:5432/warehouse", "shop@db:5432/warehouse?password=secret"])
def test_postgresql_is_backed_up_by_its_own_tool_named_without_the_password(tmp_path: Path, known: str) -> None:
    command = backup.dump_command(f"postgresql://{known}", tmp_path / "w.dump")
    assert command == f"pg_dump --format=custom --file={tmp_path}/w.dump postgresql://shop@db:5432/warehouse"


def test_migrate_makes_the_tables_and_says_when_there_is_nothing_to_do(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path))
    assert say("migrate")[1] == f"The database went from revision none to {migrate.head()}.\n"
    assert say("migrate")[1] == f"The database is at revision {migrate.head()} already.\n"


def test_migrate_refuses_while_somebody_writes(house: Path, say: Say) -> None:
    with lock_beside(house / "warehouse.sqlite").acquire(purpose="serve"):
        status, out, err = say("migrate")
    assert (status, out) == (1, "")
    assert "warehouse serve (process" in err


@pytest.mark.usefixtures("house")
def test_profiles_and_printers_are_listed(say: Say) -> None:
    assert "orders   canonical, amazon-unshipped, ebay-orders, " in say("profiles")[1]
    assert say("printers", "list")[1] == "There are no printers yet.\n"


def _sql(house: Path, statement: str) -> None:
    with sqlite3.connect(house / "warehouse.sqlite") as connection:
        connection.execute(statement)
