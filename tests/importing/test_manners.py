"""An import makes room for people who scan, and hurries while nobody does."""

import time

import pytest

from tests.builders import NOON
from warehouse.children import Children
from warehouse.importing import Surroundings
from warehouse.storage.database import Database
from warehouse.storage.manners import ALONE_SECONDS, MOST_TIMES, PAUSE, STEP_SECONDS


def test_steps_are_small_and_followed_by_rest_only_while_people_scan(
    sqlite_url: str, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that took longer than it should is followed by a rest that grows with its square, up to a bound."""
    database = Database(sqlite_url)
    around = Surroundings(database=database, children=children, now=lambda: NOON, hash_pin=str)
    assert around.step_seconds() == ALONE_SECONDS
    database.scan([])
    assert around.step_seconds() == STEP_SECONDS
    rests: list[float] = []
    monkeypatch.setattr(time, "sleep", rests.append)
    for seconds in (0.5 * STEP_SECONDS, STEP_SECONDS, 2 * STEP_SECONDS, 1.0):
        around.rest(seconds)
    assert rests == pytest.approx(
        [0.5 * STEP_SECONDS * PAUSE, STEP_SECONDS * PAUSE, 4 * STEP_SECONDS * PAUSE, PAUSE * MOST_TIMES]
    )
    database.close()
