"""The same on PostgreSQL, whose connections are cut besides, and which is itself thrown down.

`JOURNEY_ORDERS=500 JOURNEY_KILLS=10 python -m pytest tests/journeys/test_kill_nine_postgres.py` does it at full size.
"""

from pathlib import Path

import pytest

from tests.journeys.broken_postgres import fragile_postgres
from tests.journeys.house import open_house
from tests.journeys.test_kill_nine import IS_WHOLE, KILLS, restart, work_through


@pytest.mark.postgres
def test_no_acknowledged_scan_is_lost_when_connections_are_cut_and_everything_is_thrown_down(tmp_path: Path) -> None:
    with fragile_postgres() as postgres, open_house(tmp_path, DATABASE_URL=postgres.url) as house:
        kills = KILLS if IS_WHOLE else 3
        others = [postgres.cut_connections, postgres.throw_down, postgres.cut_connections, postgres.throw_down]
        work_through(house, [*others, *[lambda: restart(house)] * kills])
