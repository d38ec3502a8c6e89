"""Where a search starts: first fit, at once; best fit, for few carts; savings, for short walks."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, nlargest
from math import sqrt

from warehouse.domain.planning.pool import Cart, Pool

Trip = list[int]


def first_fit(cart: Cart, loads: Sequence[int], groups: Sequence[Hashable], order: Iterable[int]) -> list[Trip]:
    """Put each job, in this order, on the first cart of its group that takes its packed load."""
    trips: list[Trip] = []
    carried: list[int] = []
    of_group: dict[Hashable, list[int]] = {}
    least = cart.pack(map(min, zip(*map(cart.unpack, loads), strict=True))) if loads else 0
    for job in order:
        own = of_group.setdefault(groups[job], [])
        at = next((at for at in own if cart.takes(carried[at] + loads[job])), -1)
        if at < 0:
            at = len(trips)
            own.append(at)
            trips.append([])
            carried.append(0)
        trips[at].append(job)
        carried[at] += loads[job]
        if not cart.takes(carried[at] + least):
            own.remove(at)
    return trips


def largest_first(pool: Pool) -> list[Trip]:
    """Put the largest jobs on carts first: few carts, whatever the way (first fit decreasing)."""
    limits = [limit or 1 for limit in pool.cart.limits]
    size = [max((part / limit for part, limit in zip(job.load, limits, strict=True)), default=0) for job in pool.jobs]
    return first_fit(pool.cart, pool.loads, pool.groups, sorted(range(len(pool)), key=lambda job: -size[job]))


def savings(pool: Pool, partners: int, begin: Iterable[Trip] | None = None) -> list[Trip]:
    """Join the two trips whose joining saves most, again and again (Clarke & Wright 1964, reckoned anew each time).

    They `begin` as single jobs unless told otherwise; only the `partners` with most in common with a trip are tried.
    """
    return _Savings(pool, partners, [[job] for job in range(len(pool))] if begin is None else begin).join()


@dataclass(frozen=True, slots=True)
class _Trip:
    """Jobs that go together: their stops, the places near and the aisles, their load, their length."""

    jobs: Trip
    mask: int
    around: tuple[int, int]
    load: int
    cost: int
    bulk: float


class _Savings:
    """All trips by number, and by the group they belong to; a number is never used again."""

    def __init__(self, pool: Pool, partners: int, begin: Iterable[Trip]) -> None:
        self.pool, self.partners = pool, partners
        self.trips: dict[int, _Trip] = {}
        self.of_group: dict[Hashable, dict[int, _Trip]] = {}
        for number, jobs in enumerate(begin):
            mask, load = pool.mask_of(jobs), sum(pool.loads[job] for job in jobs)
            self._add(number, _Trip(jobs, mask, pool.lengths.around(mask), load, pool.length(jobs), _bulk(mask)))

    def join(self) -> list[Trip]:
        best = [offer for number in self.trips for offer in self._offers(number)]
        heapify(best)
        newest = len(self.trips)
        while best:
            _, one, other, cost = heappop(best)
            if one in self.trips and other in self.trips:
                self._add(newest, self._joined(one, other, cost))
                for offer in self._offers(newest):
                    heappush(best, offer)
                newest += 1
        return [trip.jobs for trip in self.trips.values()]

    def _offers(self, number: int) -> Iterator[tuple[int, int, int, int]]:
        """Give what joining a trip with each of its best partners adds to the walk (mostly below zero), and costs."""
        trip = self.trips[number]
        mask, (near, aisles) = trip.mask, trip.around
        room, guard = self.pool.cart.room - trip.load, self.pool.cart.guard
        shared = [  # `affinity`, written out, for this is done for every pair of trips
            (
                (4 * (it.mask & mask).bit_count() + 2 * (it.mask & near).bit_count() + (it.mask & aisles).bit_count())
                / it.bulk,
                other,
            )
            for other, it in self._group(trip).items()
            if (room - it.load) & guard == guard and other != number
        ]
        for _, other in nlargest(self.partners, shared):
            partner = self.trips[other]
            cost = self.pool.lengths.cost(mask | partner.mask)
            yield cost - trip.cost - partner.cost, number, other, cost

    def _joined(self, one: int, other: int, cost: int) -> _Trip:
        a, b = self.trips.pop(one), self.trips.pop(other)
        group = self._group(a)
        del group[one], group[other]
        mask = a.mask | b.mask
        around = (a.around[0] | b.around[0], a.around[1] | b.around[1])
        return _Trip(a.jobs + b.jobs, mask, around, a.load + b.load, cost, _bulk(mask))

    def _add(self, number: int, trip: _Trip) -> None:
        self.trips[number] = self._group(trip)[number] = trip

    def _group(self, trip: _Trip) -> dict[int, _Trip]:
        return self.of_group.setdefault(self.pool.groups[trip.jobs[0]], {})


def _bulk(mask: int) -> float:
    """Give what affinity is divided by, lest the largest trips be everybody's best partners."""
    return sqrt(mask.bit_count()) or 1.0
