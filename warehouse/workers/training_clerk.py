"""Brings what was practised from the practice floor's database into the training record of this one."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warehouse.services.actor import SYSTEM
from warehouse.services.training.record import AT_ONCE, KeepPractice, keep_practice, new_entries
from warehouse.storage.database import Database
from warehouse.storage.engines import reading_engine
from warehouse.storage.queries.training.practice import Practised, practised
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

EVERY = 20.0


class TrainingClerk(Periodic):
    """Looks at the practice floor's `file`, where there is one; it only ever reads there."""

    def __init__(
        self, database: Database, file: Path, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__("training clerk", every)
        self._database, self._file, self._clock = database, file, clock

    def turn(self) -> None:
        """Keep what is new."""
        if not self._file.is_file():
            return
        entries = self._practised()
        with self._database.read() as session:
            fresh = new_entries(session, entries)
        for start in range(0, len(fresh), AT_ONCE):
            step = tuple(fresh[start : start + AT_ONCE])
            self._database.run(keep_practice, KeepPractice(actor=SYSTEM, at=self._clock(), entries=step))

    def _practised(self) -> list[Practised]:
        engine = reading_engine(f"sqlite:///{self._file}")
        try:
            with closing(Session(engine)) as session:
                return practised(session)
        finally:
            engine.dispose()
