"""How much goes into one step, learnt from how long the last ones held the writer."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
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
