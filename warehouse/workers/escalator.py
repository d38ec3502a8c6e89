"""Once a minute: what nobody settled in time goes up the ladder of the exception queue."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from warehouse.domain.errors import RetryLaterError
from warehouse.services.actor import SYSTEM
from warehouse.services.escalation import Escalate, escalate_exceptions
from warehouse.storage.database import Database
from warehouse.workers import utc_now

log = logging.getLogger(__name__)

EVERY = 60.0
STOP_WITHIN = 2.0


class Escalator:
    """Climbs the ladder in steps short enough for the writer."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._every = every
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="escalator", daemon=True)

    def start(self) -> None:
        """Begin with a look at once: the server may have been away for days."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopping.set()
        self._thread.join(STOP_WITHIN)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._climb()
            except RetryLaterError:
                log.info("exceptions could not be escalated now; they are looked at again in a minute")
            except Exception:  # the next minute tries again, whatever went wrong
                log.exception("exceptions could not be escalated")
            self._stopping.wait(self._every)

    def _climb(self) -> None:
        after: int | None = 0
        while after is not None and not self._stopping.is_set():
            step = Escalate(actor=SYSTEM, at=self._clock(), after=after)
            after = self._database.run(escalate_exceptions, step).next_after
