"""Twenty pickers and six packers on the demo warehouse, with mistakes and mishaps: blocked, mended, nothing lost."""

import json
from pathlib import Path

import pytest

from tests.journeys.house import House, open_house

CREW = ("--pickers", "20", "--packers", "6", "--error-rate", "0.05", "--events", "5", "--seed", "3", "--think", "20")
ORDERS = 40
A_MISTAKE_IN = 3
"""At this rate there is at least one mistake in so many orders."""

MANY_KINDS = 12
"""So many kinds of things out of the ordinary happen at least."""


def work_a_shift(house: House, orders: int = ORDERS) -> None:
    """Work some orders from plan to label, and hold every promise to account."""
    result = house.run(*house.simulation(*CREW, "--orders", str(orders)))
    figures = json.loads(result.stdout)
    assert figures["problems"] == [], figures["surprises"]
    assert result.returncode == 0
    assert figures["mistakes_blocked"] == figures["mistakes_made"] >= orders // A_MISTAKE_IN
    ended = figures["orders"]
    assert ended["unfinished"] == {}
    assert ended["complete"] + len(ended["cancelled"]) + len(ended["in_part"]) == figures["orders_wanted"] == orders
    assert figures["work"]["cartons labelled"] == figures["work"]["cartons shipped"]
    assert len(figures["events"]) >= MANY_KINDS
    assert figures["answers_repeated"] == figures["scans"]
    assert house.scans() == house.acknowledged()
    assert house.broken_promises() == []


def test_a_shift_on_sqlite_blocks_every_mistake_and_loses_nothing(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        work_a_shift(house)


@pytest.mark.postgres
def test_a_shift_on_postgresql_blocks_every_mistake_and_loses_nothing(tmp_path: Path, postgres_url: str) -> None:
    with open_house(tmp_path, DATABASE_URL=postgres_url) as house:
        work_a_shift(house, 24)


def test_a_simulation_without_a_demo_says_what_is_missing(tmp_path: Path) -> None:
    result = House(tmp_path).run("simulate", "--demo", str(tmp_path / "none.json"))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"warehouse: {tmp_path}/none.json does not exist")


def test_a_simulation_with_more_pickers_than_there_are_refuses(tmp_path: Path) -> None:
    people = {"url": "http://127.0.0.1:9", "people": [{"name": "Ana", "role": "picker", "badge": "U:1", "pin": "1"}]}
    (tmp_path / "demo.json").write_text(json.dumps(people))
    result = House(tmp_path).run("simulate", "--pickers", "2")
    assert result.returncode == 1
    assert "There are 1 people with the role picker; 2 were asked for." in result.stderr
