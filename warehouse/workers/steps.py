"""What a worker with a clock writes: in steps so short that a scan hardly waits for one, with rests between them."""

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from warehouse.storage.database import Database
from warehouse.storage.manners import Clock, Manners, Pace

Asked = TypeVar("Asked")
Given = TypeVar("Given")
Thing = TypeVar("Thing")

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
        self._stopping.wait(self._manners.rest_after(clock.seconds))
        return answer, clock.seconds

    def each(
        self,
        things: Iterable[Thing],
        use_case: Callable[[Session, Asked], object],
        asked: Callable[[tuple[Thing, ...]], Asked],
    ) -> None:
        """Run a use case with all things, as many in a step as may be by how long those before took."""
        pace = Pace[Thing](self._manners.step_seconds, _FIRST, lambda _: 1)
        for step in pace.steps(things):
            if self._stopping.is_set():
                return
            _, seconds = self.one(use_case, asked(tuple(step)))
            pace.learn(step, seconds)
