"""Once an hour: what is not kept for ever goes, and what stands still is put before somebody."""

from collections.abc import Callable, Sequence
from datetime import datetime

from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.stalling import NoteStanding, Standing, look_for_stalled, note_stalled
from warehouse.services.housekeeping import Chore, Tidy, due_keys, tidy
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic
from warehouse.workers.steps import Steps

EVERY = 3600.0


class Housekeeper(Periodic):
    """Does every chore in steps short enough for the writer."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("housekeeper", every)
        self._database = database
        self._clock = clock
        self._steps = Steps(database, self._stopping)

    def turn(self) -> None:
        """Tidy away what is due, then look for what stands still."""
        now = self._clock()
        for chore in Chore:
            self._tidy(chore, now)
        self._watch(now)

    def _tidy(self, chore: Chore, now: datetime) -> None:
        with self._database.read() as session:
            due = due_keys(session, chore, now)
        self._steps.each(due, tidy, lambda keys: Tidy(actor=SYSTEM, at=now, chore=chore, keys=keys))

    def _watch(self, now: datetime) -> None:
        with self._database.read() as session:
            found = look_for_stalled(session, now)
        self._note(found.orders, now, lambda keys: Standing(orders=keys))
        self._note(found.batches, now, lambda keys: Standing(batches=keys))
        self._note(found.moved, now, lambda keys: Standing(moved=keys))

    def _note(self, keys: Sequence[int], now: datetime, standing: Callable[[tuple[int, ...]], Standing]) -> None:
        self._steps.each(keys, note_stalled, lambda some: NoteStanding(actor=SYSTEM, at=now, standing=standing(some)))
