"""An import makes room for people who scan, and hurries while nobody does."""

import time

from tests.builders import NOON
from warehouse.children import Children
from warehouse.importing import Surroundings
from warehouse.importing.work import ALONE_SECONDS, PAUSE, STEP_SECONDS
from warehouse.storage.database import Database


def test_steps_are_small_and_followed_by_rest_only_while_people_scan(sqlite_url: str, children: Children) -> None:
    database = Database(sqlite_url)
    around = Surroundings(database=database, children=children, now=lambda: NOON, hash_pin=str)
    assert around.step_seconds() == ALONE_SECONDS
    database.scan([])
    assert around.step_seconds() == STEP_SECONDS
    began = time.monotonic()
    around.rest(0.02)
    assert time.monotonic() - began >= 0.02 * PAUSE
    database.close()
