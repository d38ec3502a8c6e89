"""Every few seconds: shops that listen are told of how many pieces another number can be sold than was last told."""

from collections.abc import Callable
from datetime import datetime

from warehouse.domain.webhooks import EventType
from warehouse.services.actor import SYSTEM
from warehouse.services.stock.available import TellAvailable, changed_items, tell_available
from warehouse.services.webhooks.outbox import is_heard
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic
from warehouse.workers.steps import Steps

EVERY = 15.0


class Teller(Periodic):
    """Compares what can be sold with what was told; the first time it only notes it."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("teller", every)
        self._database = database
        self._clock = clock
        self._steps = Steps(database, self._stopping)

    def turn(self) -> None:
        """Tell what has changed, in steps short enough for the writer."""
        now = self._clock()
        with self._database.read() as session:
            if not is_heard(session.connection(), EventType.STOCK_ADJUSTED):
                return
            changed, first = changed_items(session, now)
        self._steps.each(
            changed, tell_available, lambda keys: TellAvailable(actor=SYSTEM, at=now, items=keys, first=first)
        )
