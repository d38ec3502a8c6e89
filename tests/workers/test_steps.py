"""What a worker writes is cut into steps by how long they take, with rests while people scan."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from warehouse.storage.database import Database
from warehouse.workers.steps import BREATH, STEP_SECONDS, Steps


class Rests(threading.Event):
    """An event that is waited for at once; it remembers for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.taken.append(timeout or 0.0)
        return self.is_set()


@pytest.fixture
def rests() -> Rests:
    return Rests()


def takes_a_step_each(_session: Session, things: tuple[int, ...]) -> int:
    time.sleep(STEP_SECONDS * len(things))
    return len(things)


def test_while_people_scan_steps_shrink_to_what_a_scan_may_wait_for_and_are_followed_by_rests(
    database: Database, rests: Rests
) -> None:
    sizes: list[int] = []

    def asked(things: tuple[int, ...]) -> Any:
        sizes.append(len(things))
        return things

    database.scan([])
    Steps(database, rests).each(range(6), takes_a_step_each, asked)
    assert sizes == [2, 1, 1, 1, 1]
    assert len(rests.taken) == len(sizes)
    assert min(rests.taken) >= BREATH


def test_nobody_rests_while_nobody_scans(database: Database, rests: Rests) -> None:
    answer, seconds = Steps(database, rests).one(takes_a_step_each, (1,))
    assert (answer, rests.taken) == (1, [])
    assert seconds >= STEP_SECONDS


def test_who_is_told_to_stop_begins_no_further_step(database: Database, rests: Rests) -> None:
    done: list[tuple[int, ...]] = []

    def stop_after(_session: Session, things: tuple[int, ...]) -> None:
        done.append(things)
        rests.set()

    Steps(database, rests).each(range(9), stop_after, lambda things: things)
    assert done == [(0, 1)]
