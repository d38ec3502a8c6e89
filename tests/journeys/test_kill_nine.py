"""The server is killed ten times while people work: what was acknowledged is there, and nothing counted twice."""

import json
import time
from pathlib import Path

from tests.journeys.house import open_house

CREW = ("--pickers", "8", "--packers", "4", "--error-rate", "0.05", "--seed", "1", "--think", "350")
ORDERS = 30
KILLS = 10
WORK_BETWEEN = 2.0


def test_no_acknowledged_scan_is_lost_and_none_counts_twice_when_the_server_is_killed_ten_times(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        simulation = house.begin(*house.simulation(*CREW, "--orders", str(ORDERS)))
        try:
            for _ in range(KILLS):
                time.sleep(WORK_BETWEEN)
                assert simulation.poll() is None, "everything was done before the server was killed often enough"
                house.kill()
                house.start()
            told, _ = simulation.communicate(timeout=300)
        finally:
            simulation.kill()
        figures = json.loads(told)
        assert figures["problems"] == [], figures["surprises"]
        assert simulation.returncode == 0
        assert figures["line"]["no answer"] >= KILLS
        assert figures["work"]["orders packed"] == figures["orders_wanted"] == ORDERS
        assert house.scans() == house.acknowledged()
        assert house.broken_promises() == []
