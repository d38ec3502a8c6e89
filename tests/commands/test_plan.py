"""`plan` proposes, stores only when told to, and does it through the server that holds the database."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import a_bin, a_cart, an_item, an_order, build, some_stock
from tests.serving import serving
from warehouse.app import open_database
from warehouse.cli import main
from warehouse.commands.opening import reading
from warehouse.settings import Settings, read_settings
from warehouse.storage import migrate
from warehouse.storage.models.batching import BatchRow


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A warehouse with two orders to pick and one whose goods are not there."""
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "house"))
    settings = read_settings()
    migrate.upgrade(settings.database_url)
    database = open_database(settings)
    build(database, three_orders)
    database.close()
    return settings


def three_orders(session: Session) -> None:
    a_cart(session)
    mug, bowl = an_item(session, "MUG"), an_item(session, "BOWL")
    some_stock(session, a_bin(session, "A1", walk=1), mug, 10)
    an_order(session, {mug: 2}, number="1001")
    an_order(session, {mug: 3}, number="1002")
    an_order(session, {bowl: 1}, number="1003")


def batches(settings: Settings) -> list[str]:
    with reading(settings.database_url) as session:
        return [str(state) for state in session.scalars(select(BatchRow.state))]


def test_a_plan_is_only_proposed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == ("1 batch for 2 orders.", "Nothing was stored: --commit does that.")
    assert lines[1].split(maxsplit=1)[1].startswith("2 orders, 1 stop, 5 units")
    assert batches(settings) == []


def test_commit_stores_it_and_json_tells_all(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--commit", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (len(report["stored"]), report["batches"][0]["orders"], report["batches"][0]["units"]) == (
        1,
        ["1001", "1002"],
        5,
    )
    assert batches(settings) == ["planned"]


def test_beside_a_running_server_it_is_the_server_that_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path) as server:
        monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(server.data_dir))
        assert main(["plan", "--commit", "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
    assert (report["batches"], report["stored"], report["run"]) == ([], [], 1)


INSTANCE = {
    "layout": {"kind": "aisles", "aisle_x": [0], "cross_y": [0, 9], "depot": [0, 0], "locations": {"a": [0, 2]}},
    "cart": {"items": 2},
    "orders": [{"id": "1", "lines": [["a", 1]]}, {"id": "2", "lines": [["a", 5]]}],
}


def test_a_problem_from_a_file_is_planned_without_a_house(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(INSTANCE))
    assert main(["plan", "--file", str(file), "--seconds", "0.1", "--iterations", "64", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"batches": [{"orders": ["1"], "stops": ["a"]}]}
    assert main(["plan", "--file", str(file), "--seconds", "0"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 batch for 1 order.",
        "    1  1: 1 stop",
        "  left out: 2. It is larger than a cart.",
    ]
