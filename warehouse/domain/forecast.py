"""When trips will end and orders will be packed: the next free pair of hands takes what is most urgent."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from warehouse.domain.planning.values import Shift

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Work to be foreseen: what is left of it, and by when which orders must be ready.

    A `busy` trip is in hand: nobody else takes it, and it goes first. `orders` are pairs of number and cutoff, `levels`
    those its picks lie above the first, added up.
    """

    key: int
    distance_mm: int
    lines: int
    orders: tuple[tuple[str, datetime | None], ...] = ()
    priority: int = 0
    busy: bool = False
    levels: int = 0

    @property
    def cutoff(self) -> datetime | None:
        """The first cutoff of its orders."""
        return min((at for _, at in self.orders if at is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One trip: how long it takes, when it ends, how much time that leaves, and its orders that would be late."""

    key: int
    seconds: int
    finish: datetime
    slack: timedelta | None
    late: tuple[str, ...]

    @property
    def cutoff(self) -> datetime | None:
        """The first cutoff of its orders."""
        return None if self.slack is None else self.finish + self.slack


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPack:
    """An order that is or will be picked, and by when it has to be packed; somebody packs a `busy` one."""

    number: str
    picked_at: datetime
    cutoff: datetime | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Who packs from now on: so many people, each so many seconds at an order."""

    begins: datetime
    packers: int
    s_per_order: float


def foresee(trips: Sequence[Trip], shift: Shift) -> dict[int, Foreseen]:
    """Foresee the end of every trip, by list scheduling: trips in hand first, then by cutoff and priority."""
    travel = shift.travel
    free = [shift.begins] * max(1, shift.pickers, sum(trip.busy for trip in trips))
    heapq.heapify(free)
    found: dict[int, Foreseen] = {}
    for trip in sorted(trips, key=_turn):
        whole = travel.seconds(trip.distance_mm, trip.lines, trip.levels)
        seconds = round(whole - (travel.s_per_batch if trip.busy else 0))
        finish = heapq.heappop(free) + timedelta(seconds=seconds)
        heapq.heappush(free, finish)
        found[trip.key] = Foreseen(
            key=trip.key,
            seconds=seconds,
            finish=finish,
            slack=None if trip.cutoff is None else trip.cutoff - finish,
            late=tuple(number for number, cutoff in trip.orders if cutoff is not None and cutoff < finish),
        )
    return found


def _turn(trip: Trip) -> tuple[bool, int, datetime, int]:
    return (not trip.busy, -trip.priority, trip.cutoff or _NEVER, trip.key)


def foresee_packing(orders: Iterable[ToPack], bench: Bench) -> dict[str, datetime]:
    """Foresee when each order will be packed: who is free takes what is picked by then, begun ones first, by cutoff."""
    coming = sorted(orders, key=lambda order: (order.picked_at, order.number), reverse=True)
    there: list[tuple[bool, datetime, str]] = []
    free = [bench.begins] * max(1, bench.packers, sum(order.busy for order in coming))
    found: dict[str, datetime] = {}
    now = bench.begins
    while coming or there:
        now = max(now, heapq.heappop(free))  # who was free before had nothing to pack until now
        if not there:
            now = max(now, coming[-1].picked_at)
        while coming and coming[-1].picked_at <= now:
            order = coming.pop()
            heapq.heappush(there, (not order.busy, order.cutoff or _NEVER, order.number))
        *_, number = heapq.heappop(there)
        found[number] = now + timedelta(seconds=bench.s_per_order)
        heapq.heappush(free, found[number])
    return found
