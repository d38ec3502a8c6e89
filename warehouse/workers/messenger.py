"""Sends what the outbox holds: one message at a time to each endpoint, endpoints side by side, so that none waits."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from warehouse.domain.errors import RetryLaterError
from warehouse.domain.news import MessageQueued
from warehouse.domain.webhooks import Answer
from warehouse.domain.words import told_by
from warehouse.outbound import NetworkReach, NoAnswerError, Outgoing, RefusedAddressError, send
from warehouse.outbound.http import PATIENCE
from warehouse.services.actor import SYSTEM
from warehouse.services.webhooks.deliveries import AT_ONCE, Due, Tried, due_deliveries, note_try
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

log = logging.getLogger(__name__)
EVERY = 2.0


class Messenger(Periodic):
    """Takes every message that is due to its endpoint; wakes when one is written."""

    def __init__(
        self,
        database: Database,
        reach: NetworkReach,
        *,
        every: float = EVERY,
        patience: float = PATIENCE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__("messenger", every)
        self._database = database
        self._reach = reach
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._busy: set[int] = set()

    def start(self) -> None:
        """Begin, and listen to news from here on."""
        self._database.subscribe(self.receive)
        super().start()

    def receive(self, news: tuple[object, ...]) -> None:
        """Note committed news; returns at once."""
        if any(isinstance(each, MessageQueued) for each in news):
            self.wake()

    def turn(self) -> None:
        """Hand what is due to a sender for each endpoint that is not being told something already."""
        with self._lock:
            busy = set(self._busy)
        with self._database.read() as session:
            due = due_deliveries(session, self._clock(), busy)
        waiting: dict[int, list[Due]] = defaultdict(list)
        for each in due:
            waiting[each.endpoint].append(each)
        for endpoint, theirs in waiting.items():
            with self._lock:
                self._busy.add(endpoint)
            # A receiver that hangs is not waited for when the server ends: it gets its message once more.
            sender = threading.Thread(
                target=self._tell, args=(endpoint, theirs[:AT_ONCE]), name=f"messenger-{endpoint}", daemon=True
            )
            sender.start()

    def _tell(self, endpoint: int, due: Sequence[Due]) -> None:
        """Send an endpoint its messages in order, until one does not arrive."""
        answer = Answer.DELIVERED
        try:
            for each in due:
                if answer is not Answer.DELIVERED or self._stopping.is_set():
                    break
                answer = self._send(each)
        except RetryLaterError:
            log.info("messenger: could not write now; the message goes out again")
        except Exception:
            log.exception("messenger: unexpected error")
        finally:
            with self._lock:
                self._busy.discard(endpoint)
        if answer is Answer.DELIVERED and len(due) == AT_ONCE:
            self.wake()

    def _send(self, due: Due) -> Answer:
        status, error = None, ""
        asked = Outgoing(
            url=due.url, body=due.body.encode(), headers=due.headers(self._clock()), seconds=self._patience
        )
        try:
            status = send(asked, self._reach).status
        except NoAnswerError as failure:
            error = told_by(failure)
        except RefusedAddressError as refusal:
            error = refusal.message
        tried = Tried(actor=SYSTEM, at=self._clock(), delivery=due.delivery, status=status, error=error)
        return self._database.run(note_try, tried)
