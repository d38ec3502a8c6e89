"""Every few seconds: shops that listen are told of how many pieces another number can be sold than was last told."""

from collections.abc import Callable
from datetime import datetime

from warehouse.domain.webhooks import EventType
from warehouse.services.actor import SYSTEM
from warehouse.services.stock.available import TellAvailable, changed_items, tell_available
from warehouse.services.webhooks.outbox import is_heard
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.housekeeper import pieces
from warehouse.workers.periodic import Periodic

EVERY = 15.0
AT_ONCE = 5
"""Items in one step: a scan that comes meanwhile waits for its end."""
BREATH = 0.05


class Teller(Periodic):
    """Compares what can be sold with what was told; the first time it only notes it."""

    def __init__(self, database: Database, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__("teller", every)
        self._database = database
        self._clock = clock

    def turn(self) -> None:
        """Tell what has changed, in steps short enough for the writer."""
        now = self._clock()
        with self._database.read() as session:
            if not is_heard(session.connection(), EventType.STOCK_ADJUSTED):
                return
            changed, first = changed_items(session, now)
        for keys in pieces(changed, AT_ONCE):
            if self._stopping.wait(BREATH):
                return
            self._database.run(tell_available, TellAvailable(actor=SYSTEM, at=now, items=keys, first=first))
