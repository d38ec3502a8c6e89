"""The trips a search holds in hand: changed by exchanging jobs, by taking some out and putting them back better.

A change is kept when it shortens the walk, or, by chance, when it lengthens it little enough for the `heat` of the
moment (simulated annealing, Kirkpatrick et al. 1983).
"""

from dataclasses import dataclass, field
from math import log
from random import Random

from warehouse.domain.planning.pool import Pool, affinity

_EXCHANGE, _MORE = 0.7, 0.1
"""How often two jobs change places rather than one changing its trip; how often a second job goes along."""
_TAKEN_OUT, _TRIED, _OVERLOOKED = 6, 6, 0.02
"""Jobs taken out at most; trips tried for each; the chance that one is overlooked, so that no choice is forced."""
_WHOLE, _COMPARED = 0.05, 3
"""How often a whole trip is taken out, and of how many the smallest, so that carts may be saved."""
_SHUFFLED = 0.5
"""How often jobs are put back in any order rather than the largest first."""

_NEAREST = 200
_SOUGHT = 6
"""Partners looked at for an exchange until one fits: most do not where carts are full, and looking costs little."""


@dataclass(slots=True)
class _Trip:
    """One trip: the bits of its jobs, their load and stops together, its length."""

    key: int = 0
    load: int = 0
    mask: int = 0
    cost: int = 0
    jobs: list[int] = field(default_factory=list)


class Trips:
    """A partition of the jobs into trips; `total` is their length."""

    def __init__(self, pool: Pool, trips: list[list[int]], seed: int) -> None:
        self.pool = pool
        self._random = Random(seed)  # noqa: S311 a repeatable search is wanted, not a secret
        self._loads, self._room, self._guard = pool.loads, pool.cart.room, pool.cart.guard
        self._bits = [1 << job for job in range(len(pool))]
        self._kin = pool.kinship(_NEAREST)
        self._trips = [self._trip(jobs) for jobs in trips]
        self._at = [0] * len(pool)
        for at in range(len(trips)):
            self._settle(at)
        self.total = sum(trip.cost for trip in self._trips)

    def found(self) -> list[list[int]]:
        """Give the trips that are not empty."""
        return [list(trip.jobs) for trip in self._trips if trip.jobs]

    def step(self, heat: float) -> None:
        """Try one change."""
        if self._random.random() < self.pool.lengths.temper.ruins:
            self.ruin(heat)
        else:
            self.exchange(heat)

    def exchange(self, heat: float) -> None:
        """Try to let jobs of two trips change places, or change their trip: the first exchange drawn that fits."""
        chance, loads, guard = self._random.random, self._loads, self._guard
        job, draw = int(chance() * len(loads)), chance()
        kin, one = self._kin[job], self._trips[self._at[job]]
        going = self._and_more(job, one) if draw < _MORE else [job]
        gone = sum([loads[it] for it in going])
        room_one, room_two = self._room - one.load + gone, self._room - gone
        for _ in range(_SOUGHT if kin else 0):
            other = kin[int(chance() ** 1.5 * len(kin))]
            two = self._trips[self._at[other]]
            if two is one:
                continue
            coming: list[int] = []
            if draw <= _EXCHANGE:
                coming = self._and_more(other, two) if draw < _MORE / 2 else [other]
            come = sum([loads[it] for it in coming])
            if (room_one - come) & guard == guard == (room_two - two.load + come) & guard:
                self._try(one, two, (going, coming), one.cost + two.cost - heat * log(1 - chance()))
                return

    def _try(self, one: _Trip, two: _Trip, moves: tuple[list[int], list[int]], most: float) -> None:
        """Exchange these jobs of two trips unless both together would cost more than `most`."""
        going, coming = moves
        changed = 0
        for job in (*going, *coming):
            changed |= self._bits[job]
        key_one, key_two = one.key ^ changed, two.key ^ changed
        cost_one, cost_two = self._cost(key_one, one, going, coming), self._cost(key_two, two, coming, going)
        if cost_one + cost_two <= most:
            a, b = self._at[going[0]], self._at[two.jobs[0]]
            self.total += cost_one + cost_two - one.cost - two.cost
            self._trips[a] = self._trip([it for it in one.jobs if it not in going] + coming)
            self._trips[b] = self._trip([it for it in two.jobs if it not in coming] + going)
            self._settle(a)
            self._settle(b)

    def ruin(self, heat: float) -> None:
        """Take related jobs out of their trips and put each back where it costs least.

        Ruin and recreate (Schrimpf et al. 2000), related jobs as in Shaw (1998).
        """
        chance = self._random.random
        out = self._related(1 + int(chance() * _TAKEN_OUT))
        before = self._take_out(out)
        empty = len(self._trips)
        if chance() < _SHUFFLED:
            self._random.shuffle(out)
        else:
            out.sort(key=self.pool.loads.__getitem__, reverse=True)
        for job in out:
            self._put_back(job, before)
        longer = sum(self._trips[at].cost - trip.cost for at, trip in before.items())
        if longer <= -heat * log(1 - chance()):
            self.total += longer
            for at in before:
                self._settle(at)
        else:
            for at, trip in before.items():
                self._trips[at] = trip
            del self._trips[empty:]

    def _trip(self, jobs: list[int]) -> _Trip:
        key, mask = sum([self._bits[job] for job in jobs]), self.pool.mask_of(jobs)
        cost = self.pool.known.get(key)
        if cost is None:
            cost = self.pool.price(key, mask)
        return _Trip(key, sum([self.pool.loads[job] for job in jobs]), mask, cost, jobs)

    def _settle(self, at: int) -> None:
        trip = self._trips[at]
        for job in trip.jobs:
            self._at[job] = at
        if trip.jobs:
            self.pool.lengths.learn(trip.mask)

    def _cost(self, key: int, trip: _Trip, going: list[int], coming: list[int]) -> int:
        """Give what a trip costs once some jobs have gone and others have come."""
        cost = self.pool.known.get(key)
        if cost is None:
            stay = [it for it in trip.jobs if it not in going]
            cost = self.pool.price(key, self.pool.mask_of(stay + coming))
        return cost

    def _and_more(self, job: int, trip: _Trip) -> list[int]:
        """Give a job, mostly with a second one of its trip."""
        more = trip.jobs[int(self._random.random() * len(trip.jobs))]
        return [job] if more == job else [job, more]

    def _related(self, wanted: int) -> list[int]:
        """Give jobs to be taken out: some that have much in common, or a whole trip, the smallest of a few."""
        chance = self._random.random
        if chance() < _WHOLE:
            few = [self._trips[int(chance() * len(self._trips))] for _ in range(_COMPARED)]
            smallest = min(few, key=lambda trip: len(trip.jobs) or len(self._at))
            if smallest.jobs:
                return list(smallest.jobs)
        job = int(chance() * len(self._at))
        kin = self._kin[job]
        out = {job: True}
        for _ in range(2 * wanted):
            if len(out) < wanted and kin:
                out[kin[int(chance() ** 2 * min(len(kin), 30))]] = True
        return list(out)

    def _take_out(self, jobs: list[int]) -> dict[int, _Trip]:
        """Take jobs out of their trips; give the trips as they were."""
        before: dict[int, _Trip] = {}
        for at in {self._at[job] for job in jobs}:
            before[at] = self._trips[at]
            self._trips[at] = self._trip([job for job in self._trips[at].jobs if job not in jobs])
        return before

    def _put_back(self, job: int, before: dict[int, _Trip]) -> None:
        """Put a job on the trip it lengthens least, of those that have most in common with it; or on one of its own."""
        pool, bit, mask, chance = self.pool, self._bits[job], self.pool.masks[job], self._random.random
        alone = pool.known.get(bit)
        least, best = pool.price(bit, mask) if alone is None else alone, -1
        for at in self._candidates(job):
            trip = self._trips[at]
            cost = pool.known.get(trip.key | bit)
            more = (pool.price(trip.key | bit, trip.mask | mask) if cost is None else cost) - trip.cost
            if more < least and chance() > _OVERLOOKED:
                least, best = more, at
        if best < 0:
            best = self._empty()
        trip = self._trips[best]
        before.setdefault(best, trip)
        self._trips[best] = _Trip(
            trip.key | bit, trip.load + pool.loads[job], trip.mask | mask, trip.cost + least, [*trip.jobs, job]
        )

    def _candidates(self, job: int) -> list[int]:
        """Give the trips of its group that can take a job, those that have most in common with it first."""
        pool, mask = self.pool, self.pool.masks[job]
        group, load = pool.groups[job], pool.loads[job]
        near, aisles = pool.around[job]
        room, guard = pool.cart.room - load, pool.cart.guard
        shared = [
            (affinity(trip.mask, mask, near, aisles), at)
            for at, trip in enumerate(self._trips)
            if trip.jobs and (room - trip.load) & guard == guard and pool.groups[trip.jobs[0]] == group
        ]
        shared.sort(reverse=True)
        return [at for _, at in shared[:_TRIED]]

    def _empty(self) -> int:
        """Give a trip without jobs, a new one where there is none."""
        for at, trip in enumerate(self._trips):
            if not trip.jobs:
                return at
        self._trips.append(_Trip())
        return len(self._trips) - 1
