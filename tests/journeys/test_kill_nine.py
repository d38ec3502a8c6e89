"""The server and its database are killed while people work: what was acknowledged is there, and nothing counted twice.

`JOURNEY_ORDERS=500 JOURNEY_KILLS=10 python -m pytest tests/journeys/test_kill_nine.py` does the same at full size.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DBAPIError

from tests.journeys.house import House, open_house
from warehouse.storage.engines import plain_engine
from warehouse.storage.models.picking import ScanRow

ORDERS = int(os.environ.get("JOURNEY_ORDERS", "24"))
KILLS = int(os.environ.get("JOURNEY_KILLS", "10"))
IS_WHOLE = ORDERS > 100
CREW = ("--pickers", "20", "--packers", "6") if IS_WHOLE else ("--pickers", "8", "--packers", "4")
PACE = ("--think", "250" if IS_WHOLE else "400")
SCANS_BETWEEN = 500 if IS_WHOLE else 12
PATIENCE = 1800 if IS_WHOLE else 300
Fault = Callable[[], object]


def work_through(house: House, faults: Sequence[Fault]) -> None:
    """Work a shift while one thing after the other breaks, and hold every promise to account."""
    options = (*CREW, *PACE, "--error-rate", "0.05", "--events", "2", "--seed", "1", "--orders", str(ORDERS))
    simulation = house.begin(*house.simulation(*options))
    try:
        _break(faults, house, simulation)
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


def _break(faults: Sequence[Fault], house: House, simulation: "subprocess.Popen[str]") -> None:
    """Let something break each time so many more scans are in the books: while people work, however slow the house."""
    for fault in faults:
        before, until = _in_the_books(house), time.monotonic() + PATIENCE
        while _in_the_books(house) < before + SCANS_BETWEEN:
            assert simulation.poll() is None, "everything was done before enough had been broken"
            assert time.monotonic() < until, "nobody scans"
            time.sleep(0.2)
        fault()


def _in_the_books(house: House) -> int:
    """Count the scans; none while the database cannot be reached."""
    url = house.settings.get("DATABASE_URL")
    engine = plain_engine(url) if url else create_engine(f"sqlite:///{house.data_dir / 'warehouse.sqlite'}")
    try:
        with engine.connect() as connection:
            return connection.scalar(select(func.count(ScanRow.id))) or 0
    except DBAPIError:
        return 0
    finally:
        engine.dispose()


def restart(house: House) -> None:
    """Kill the server and start it again."""
    house.kill()
    house.start()


def test_no_acknowledged_scan_is_lost_and_none_counts_twice_when_the_server_is_killed_ten_times(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        work_through(house, [lambda: restart(house)] * KILLS)
