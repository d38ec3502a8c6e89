"""Who waits to be written, and whose turn it is: one at a time, scans before use cases, nobody overtaken for ever.

Whoever comes while nobody writes takes the turn himself, which saves a lone scan two changes of thread. Who comes
later waits; the writer's own thread serves all of them together as soon as the turn is given back.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.errors import RetryLaterError

log = logging.getLogger(__name__)

GROUP_CAP = 256
QUEUE_CAP = 4096
TOGETHER_FOR = 0.02
"""Seconds for which further use cases join a group that has begun."""

STOPPING = "The server is stopping. Nothing was changed; send it again."
FULL = "Too much is waiting to be written. Nothing was changed; send it again."


class Ticket:
    """One caller's request and the answer it waits for; without a use case the request is a list of scans.

    `done` is called with the ticket once it is answered, by whoever has written it; without it the caller waits.
    """

    __slots__ = ("_done", "_lock", "answer", "error", "request", "use_case")

    def __init__(
        self,
        use_case: Callable[[Session, Any], Any] | None,
        request: Any,
        done: Callable[["Ticket"], None] | None = None,
    ) -> None:
        self.use_case = use_case
        self.request = request
        self.answer: Any = None
        self.error: BaseException | None = None
        self._done = done
        if done is None:
            self._lock = threading.Lock()
            self._lock.acquire()

    def release(self) -> None:
        """Let the caller go on."""
        if self._done is None:
            self._lock.release()
            return
        try:
            self._done(self)
        except Exception:  # one caller's trouble with its answer is nobody else's
            log.exception("an answer could not be given")

    def wait(self) -> Any:
        """Wait for the answer, or raise the error that came instead."""
        self._lock.acquire()
        if self.error is not None:
            raise self.error
        return self.answer


class Queue:
    """The line before the writer. `may_lead` says that a caller who finds nobody writing may write for himself."""

    def __init__(self, *, may_lead: bool) -> None:
        self._may_lead = may_lead
        self._scans: deque[Ticket] = deque()
        self._use_cases: deque[Ticket] = deque()
        self._changed = threading.Condition()
        self._taken = False
        self._scans_were_last = False
        self._closed = False

    def enter(self, tickets: Sequence[Ticket]) -> bool:
        """Put tickets of one kind in line; True gives the turn to the caller instead, for these tickets alone.

        Raises `RetryLaterError` when it is too long or closed; then none of them is in line.
        """
        with self._changed:
            if self._closed:
                raise RetryLaterError(STOPPING)
            if len(self._scans) + len(self._use_cases) + len(tickets) > QUEUE_CAP:
                raise RetryLaterError(FULL)
            if self._may_lead and not self._taken and not self._scans and not self._use_cases:
                self._taken = True
                return True
            (self._scans if tickets[0].use_case is None else self._use_cases).extend(tickets)
            if not self._taken:
                self._changed.notify()
            return False

    def take(self) -> list[Ticket]:
        """Wait for the turn and for somebody to serve; [] once the line is closed and empty."""
        with self._changed:
            while self._taken or not (self._scans or self._use_cases):
                if self._closed and not self._taken:
                    return []
                self._changed.wait()
            self._taken = True
            return self._group()

    def one_more(self, began: float) -> Ticket | None:
        """Give one more use case to the group that began then, unless scans wait or it has taken long enough."""
        if not self._use_cases or self._scans or time.monotonic() - began > TOGETHER_FOR:
            return None
        return self._use_cases.popleft()  # only who has the turn takes tickets out

    def leave(self) -> None:
        """Give the turn back."""
        with self._changed:
            self._taken = False
            if self._scans or self._use_cases or self._closed:
                self._changed.notify()

    def close(self) -> None:
        """Let nobody in any more; who is in is served."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _group(self) -> list[Ticket]:
        """Take the waiting scans together, or one use case; in turns when both wait."""
        if self._scans and not (self._scans_were_last and self._use_cases):
            self._scans_were_last = True
            return [self._scans.popleft() for _ in range(min(GROUP_CAP, len(self._scans)))]
        self._scans_were_last = False
        return [self._use_cases.popleft()]
