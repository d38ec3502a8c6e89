"""Whether trips of mixed due times are in time: a search asks it of every change it would keep."""

from collections.abc import Callable, Iterable, Sequence
from heapq import heapreplace
from typing import NamedTuple

from warehouse.domain.planning.schedule import Due, Timed, Urgency
from warehouse.domain.planning.trips import Trip

Lateness = tuple[int, int, float]
"""Urgent orders late, orders late, seconds late."""
TimedTrip = Callable[[Sequence[int], int], Timed]
"""Gives what a trip of these jobs and this length takes, and what its orders ask."""


class _Asked(NamedTuple):
    """A trip as the list of trips needs it; sorted, the first due comes first."""

    urgency: Urgency
    due: float
    first: int
    release: float
    seconds: float
    dues: tuple[Due, ...]


class Punctual:
    """Allows what makes orders no later than they were, and holds to what is better."""

    def __init__(self, pickers: int, timed: TimedTrip) -> None:
        self._pickers, self._timed = pickers, timed
        self._limit: Lateness | None = None
        self._known: dict[int, _Asked] = {}
        self.stricter = 0

    def allows(self, trips: Iterable[Trip]) -> bool:
        """Whether these trips are no later than all that were allowed before; the first are."""
        lateness = self.lateness(trips)
        if self._limit is None or lateness < self._limit:
            self._limit, self.stricter = lateness, self.stricter + 1
        return lateness == self._limit

    def lateness(self, trips: Iterable[Trip]) -> Lateness:
        """Say how late trips are when each is taken, the most urgent first, by the picker who is free first."""
        free = [0.0] * self._pickers
        late_urgent = late = 0
        tardiness = 0.0
        for asked in sorted([self._known.get(trip.key) or self._ask(trip) for trip in trips if trip.jobs]):
            end = max(free[0], asked.release) + asked.seconds
            heapreplace(free, end)
            if end > asked.due:
                over = [due for due in asked.dues if due.due is not None and end > due.due]
                late, late_urgent = late + len(over), late_urgent + sum(due.urgent for due in over)
                tardiness += sum(end - (due.due or 0.0) for due in over)
        return late_urgent, late, tardiness

    def _ask(self, trip: Trip) -> _Asked:
        timed = self._timed(trip.jobs, trip.cost)
        release = max(due.release for due in timed.dues)
        asked = _Asked(timed.urgency, timed.urgency[1], min(trip.jobs), release, timed.seconds, timed.dues)
        self._known[trip.key] = asked
        return asked
