"""How work that can wait shares the writer with people who scan: short steps, and rests between them."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from warehouse.storage.database import Database

STEP_SECONDS = 0.003
"""While people scan: one that comes while a step is at work waits for its end, no longer than to be judged itself."""

ALONE_SECONDS = 0.02
"""While nobody does: larger steps cost less."""

PAUSE = 3.0
"""While people scan they have writer and interpreter so many times as long to themselves as each piece of work took;
after one that took longer than it should (an order goes in whole, however many lines it has) as many times more."""

MOST_TIMES = 6.0
"""A disk or network that stood still for a second is no order of many lines, and is not made up for by an hour."""

Thing = TypeVar("Thing")
Asked = TypeVar("Asked")
Given = TypeVar("Given")
_GROWS = 0.25


class Pace(Generic[Thing]):
    """Cuts work into steps of about `aim()` seconds; `weigh` says how much one thing is, `first` how much comes first.

    A step that took too long makes the next one smaller at once; one that was short lets them grow slowly.
    """

    def __init__(self, aim: Callable[[], float], first: float, weigh: Callable[[Thing], int]) -> None:
        self._aim = aim
        self._size = first
        self._weigh = weigh

    def steps(self, things: Iterable[Thing]) -> Iterator[list[Thing]]:
        """Give the things in steps; one thing that is too much for a step is a step by itself."""
        step: list[Thing] = []
        weight = 0
        for thing in things:
            more = self._weigh(thing)
            if step and weight + more > self._size:
                yield step
                step, weight = [], 0
            step.append(thing)
            weight += more
        if step:
            yield step

    def learn(self, step: Iterable[Thing], seconds: float) -> None:
        """Take to heart how long a step held the writer."""
        fits = sum(map(self._weigh, step)) * self._aim() / max(seconds, 1e-6)
        self._size = fits if fits < self._size else min(self._size * (1 + _GROWS), fits)


class Manners:
    """How one piece of work behaves; `alone` is how many seconds a step may hold the writer while nobody scans."""

    def __init__(self, database: Database, alone: float = ALONE_SECONDS) -> None:
        self._database = database
        self._alone = alone

    def step_seconds(self) -> float:
        """Give how long a step should hold the writer now."""
        return STEP_SECONDS if self._database.is_scanned() else self._alone

    def rest_after(self, seconds: float) -> float:
        """Give how long people who scan have the house to themselves after a step that took so long; 0 if none do."""
        if not self._database.is_scanned():
            return 0.0
        return seconds * PAUSE * min(max(1.0, seconds / STEP_SECONDS), MOST_TIMES)


class Clock(Generic[Asked, Given]):
    """Takes the time a use case holds the writer, without the time it waits for its turn."""

    def __init__(self, use_case: Callable[[Session, Asked], Given]) -> None:
        self._use_case = use_case
        self.seconds = 0.0

    def run(self, session: Session, asked: Asked) -> Given:
        """Run it, up to the last row written."""
        began = time.perf_counter()
        answer = self._use_case(session, asked)
        session.flush()
        self.seconds = time.perf_counter() - began
        return answer
