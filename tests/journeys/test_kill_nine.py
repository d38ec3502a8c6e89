"""The server and its database are killed while people work: what was acknowledged is there, and nothing counted twice.

`JOURNEY_ORDERS=500 JOURNEY_KILLS=10 python -m pytest tests/journeys/test_kill_nine.py` does the same at full size.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.journeys.broken_postgres import fragile_postgres
from tests.journeys.house import House, open_house

ORDERS = int(os.environ.get("JOURNEY_ORDERS", "24"))
KILLS = int(os.environ.get("JOURNEY_KILLS", "10"))
IS_WHOLE = ORDERS > 100
CREW = ("--pickers", "20", "--packers", "6") if IS_WHOLE else ("--pickers", "8", "--packers", "4")
PACE = ("--think", "250" if IS_WHOLE else "400")
WORK_BETWEEN = 8.0 if IS_WHOLE else 2.0
PATIENCE = 1800 if IS_WHOLE else 300
Fault = Callable[[], object]


def work_through(house: House, faults: Sequence[Fault]) -> None:
    """Work a shift while one thing after the other breaks, and hold every promise to account."""
    options = (*CREW, *PACE, "--error-rate", "0.05", "--events", "2", "--seed", "1", "--orders", str(ORDERS))
    simulation = house.begin(*house.simulation(*options))
    try:
        _break(faults, simulation)
        told, _ = simulation.communicate(timeout=PATIENCE)
    finally:
        simulation.kill()
    figures = json.loads(told)
    assert figures["problems"] == [], figures["surprises"]
    assert simulation.returncode == 0
    assert figures["line"]["no answer"] > 0
    orders = figures["orders"]
    assert orders["complete"] + len(orders["cancelled"]) + len(orders["in_part"]) == figures["orders_wanted"] == ORDERS
    assert house.scans() == house.acknowledged()
    assert house.broken_promises() == []
    if report := os.environ.get("JOURNEY_REPORT"):
        Path(report).write_text(told, encoding="utf-8")


def _break(faults: Sequence[Fault], simulation: "subprocess.Popen[str]") -> None:
    for fault in faults:
        time.sleep(WORK_BETWEEN)
        assert simulation.poll() is None, "everything was done before enough had been broken"
        fault()


def restart(house: House) -> None:
    house.kill()
    house.start()


def test_no_acknowledged_scan_is_lost_and_none_counts_twice_when_the_server_is_killed_ten_times(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        work_through(house, [lambda: restart(house)] * KILLS)


@pytest.mark.postgres
def test_the_same_on_postgresql_whose_connections_are_cut_and_which_is_thrown_down(tmp_path: Path) -> None:
    with fragile_postgres() as postgres, open_house(tmp_path, DATABASE_URL=postgres.url) as house:
        kills = KILLS if IS_WHOLE else 3
        others = [postgres.cut_connections, postgres.throw_down, postgres.cut_connections, postgres.throw_down]
        work_through(house, [*others, *[lambda: restart(house)] * kills])
