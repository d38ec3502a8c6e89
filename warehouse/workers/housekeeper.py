"""Once an hour: what is not kept for ever goes, and what stands still is put before somebody."""

from collections.abc import Callable, Sequence
from datetime import datetime

from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.stalling import NOTED_AT_ONCE, NoteStanding, Standing, look_for_stalled, note_stalled
from warehouse.services.housekeeping import AT_ONCE, Chore, Tidy, due_keys, tidy
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

EVERY = 3600.0
BREATH = 0.05
"""Seconds between two steps: scans go first."""


class Housekeeper(Periodic):
    """Does every chore in steps short enough for the writer."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("housekeeper", every)
        self._database = database
        self._clock = clock

    def turn(self) -> None:
        """Tidy away what is due, then look for what stands still."""
        now = self._clock()
        self._tidy(now)
        self._watch(now)

    def _tidy(self, now: datetime) -> None:
        for chore in Chore:
            with self._database.read() as session:
                due = due_keys(session, chore, now)
            for keys in pieces(due, AT_ONCE):
                if self._stopping.wait(BREATH):
                    return
                self._database.run(tidy, Tidy(actor=SYSTEM, at=now, chore=chore, keys=keys))

    def _watch(self, now: datetime) -> None:
        with self._database.read() as session:
            found = look_for_stalled(session, now)
        steps = [Standing(orders=keys) for keys in pieces(found.orders, NOTED_AT_ONCE)]
        steps += [Standing(batches=keys) for keys in pieces(found.batches, NOTED_AT_ONCE)]
        steps += [Standing(moved=keys) for keys in pieces(found.moved, NOTED_AT_ONCE)]
        for step in steps:
            if self._stopping.wait(BREATH):
                return
            self._database.run(note_stalled, NoteStanding(actor=SYSTEM, at=now, standing=step))


def pieces(keys: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Cut a list of keys into steps."""
    return [tuple(keys[start : start + size]) for start in range(0, len(keys), size)]
