"""When trips end: a list of trips, each taken by the picker who is free first, and what that is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

Urgency = tuple[int, float, bool]
"""The highest priority of a trip, below 0; when it is due; whether what is due first is not urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When an order must be ready and may be begun, in seconds from the start of the plan; whether it is urgent.

    Where trips are handed out by priority first, those of the highest `priority` are worked before all others.
    """

    due: float | None = None
    release: float = 0.0
    urgent: bool = False
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Timed:
    """A trip: how long it takes, in seconds, and what its orders ask."""

    seconds: float
    dues: tuple[Due, ...]

    @property
    def urgency(self) -> Urgency:
        """Give its priority and when the first of its orders is due, urgent ones before others."""
        due, is_calm = min((it.due if it.due is not None else _NEVER, not it.urgent) for it in self.dues)
        return -max(it.priority for it in self.dues), due, is_calm


_NEVER = float("inf")


class Value(NamedTuple):
    """What a plan is worth, less is better: urgent orders late, orders late, seconds late, distance."""

    late_urgent: int
    late: int
    tardiness: float
    distance: int


def value_of(trips: Sequence[Timed], pickers: int, distance: int) -> Value:
    """Give the value of trips worked in this order."""
    late_urgent = late = 0
    tardiness = 0.0
    for trip, end in zip(trips, ends_of(trips, pickers), strict=True):
        for due in trip.dues:
            if due.due is not None and end > due.due:
                late, late_urgent, tardiness = late + 1, late_urgent + due.urgent, tardiness + end - due.due
    return Value(late_urgent, late, tardiness, distance)


def ends_of(trips: Sequence[Timed], pickers: int) -> list[float]:
    """Give when each trip ends."""
    free = [0.0] * pickers
    heapify(free)
    ends: list[float] = []
    for trip in trips:
        begin = max(heappop(free), *(due.release for due in trip.dues))
        ends.append(begin + trip.seconds)
        heappush(free, ends[-1])
    return ends


def sequence_of(trips: Sequence[Timed], pickers: int) -> list[int]:
    """Give the order to work trips in: earliest due first (Jackson 1955), then late ones moved where they hurt less.

    A trip of a higher priority stays before those of lower ones.
    """
    order = sorted(range(len(trips)), key=lambda at: (trips[at].urgency, at))
    value = value_of([trips[at] for at in order], pickers, 0)
    for at in list(order) if value.late else []:
        for to in [to for to, it in enumerate(order) if trips[it].urgency[0] == trips[at].urgency[0]]:
            tried = [it for it in order if it != at]
            tried.insert(to, at)
            found = value_of([trips[it] for it in tried], pickers, 0)
            if found < value:
                order, value = tried, found
    return order
