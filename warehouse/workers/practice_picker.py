"""Sees to it that there is always something to pack on the practice floor."""

from collections.abc import Callable
from datetime import datetime

from warehouse.services.training.totes import lay_out_totes
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

EVERY = 20.0


class PracticePicker(Periodic):
    """Picks practice orders whenever few of them wait for packers; without orders left it rests."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("practice picker", every)
        self._database, self._clock = database, clock

    def turn(self) -> None:
        """Look whether enough waits, and pick when it does not."""
        lay_out_totes(self._database, self._clock)
