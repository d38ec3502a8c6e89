"""What a worker with a clock writes: in steps short enough for a scan to wait for, with rests between them.

After each the desks look up anew what they judge scans by, so there are rather few of them than very short ones.
"""

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from warehouse.storage.database import Database
from warehouse.storage.manners import ALONE_SECONDS, Clock, Manners, Pace

Asked = TypeVar("Asked")
Given = TypeVar("Given")
Thing = TypeVar("Thing")

STEP_SECONDS = 0.008
"""For so long a step may hold the writer while people scan."""
BREATH = 0.1
"""Seconds that people who scan have at least to themselves after each."""

_FIRST = 2.0
"""Things in the first step, of which nobody knows yet how long they take."""


class Steps:
    """Steps of one worker; none is begun once it is told to stop."""

    def __init__(self, database: Database, stopping: threading.Event) -> None:
        self._database, self._stopping = database, stopping
        self._manners = Manners(database)

    def one(self, use_case: Callable[[Session, Asked], Given], asked: Asked) -> tuple[Given, float]:
        """Run one step and rest; gives its answer, and the seconds for which it held the writer."""
        clock = Clock(use_case)
        answer = self._database.run(clock.run, asked)
        if self._database.is_scanned():
            self._stopping.wait(max(BREATH, self._manners.rest_after(clock.seconds)))
        return answer, clock.seconds

    def each(
        self,
        things: Iterable[Thing],
        use_case: Callable[[Session, Asked], object],
        asked: Callable[[tuple[Thing, ...]], Asked],
    ) -> None:
        """Run a use case with all things, as many in a step as may be by how long those before took."""
        pace = Pace[Thing](self._step_seconds, _FIRST, lambda _: 1)
        for step in pace.steps(things):
            if self._stopping.is_set():
                return
            _, seconds = self.one(use_case, asked(tuple(step)))
            pace.learn(step, seconds)

    def _step_seconds(self) -> float:
        return STEP_SECONDS if self._database.is_scanned() else ALONE_SECONDS
