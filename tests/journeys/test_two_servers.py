"""Two servers on one PostgreSQL: people are spread over both, each is killed in turn, paper still comes once."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.journeys.broken_postgres import fragile_postgres
from tests.journeys.house import House
from tests.serving import eventually
from warehouse.domain.codes import PrintJobState
from warehouse.storage.engines import plain_engine
from warehouse.storage.models.printing import PrintJobRow

pytestmark = pytest.mark.postgres

SECRET = "the same on both, and long enough to be one"
OPTIONS = (
    *("--pickers", "4", "--packers", "2", "--think", "300"),
    *("--error-rate", "0.05", "--seed", "3", "--orders", "10"),
)

WORK_BETWEEN = 3.0


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Two servers with a folder each; the first has made the demo."""
    with fragile_postgres() as postgres:
        settings = {"DATABASE_URL": postgres.url, "SECRET_KEY": SECRET}
        first, second = House(tmp_path / "first", settings), House(tmp_path / "second", settings)
        first.data_dir.mkdir()
        try:
            first.start()
            second.serve_beside()
            yield first, second
        finally:
            second.stop()
            first.stop()


def test_a_shift_goes_on_whichever_server_falls(pair: tuple[House, House]) -> None:
    first, second = pair
    simulation = first.begin(*first.simulation(*OPTIONS, "--url", f"{first.url},{second.url}"))
    try:
        for fallen in (second, first, second):
            time.sleep(WORK_BETWEEN)
            assert simulation.poll() is None, "everything was done before enough had been broken"
            fallen.kill()
            time.sleep(1.0)
            fallen.start() if fallen is first else fallen.serve_beside()
        told, _ = simulation.communicate(timeout=300)
    finally:
        simulation.kill()
    figures = json.loads(told)
    assert figures["problems"] == [], figures["surprises"]
    assert first.scans() == first.acknowledged()
    assert first.broken_promises() == []
    assert eventually(lambda: _waiting(first) == [], within=60)
    papers = [path.name for house in pair for path in house.data_dir.rglob("paper/*") if path.is_file()]
    assert papers
    assert len(papers) == len(set(papers))  # a file bears the name of its job


def _waiting(house: House) -> list[object]:
    """Give the print jobs that still wait for a printer."""
    engine = plain_engine(house.settings["DATABASE_URL"])
    states = (PrintJobState.QUEUED, PrintJobState.CLAIMED, PrintJobState.SENDING)
    waiting = select(PrintJobRow.id).where(PrintJobRow.state.in_(states))
    with engine.connect() as connection:
        return list(connection.scalars(waiting))
