"""The trips a search holds in hand: changed by exchanging jobs, by taking some out and putting them back better.

A change is kept when it shortens the walk, or, by chance, when it lengthens it little enough for the `heat` of the
moment (simulated annealing, Kirkpatrick et al. 1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from random import Random
from typing import Protocol

from warehouse.domain.planning.pool import Pool, affinity

_EXCHANGE, _MORE, _ALSO = 0.7, 0.1, 0.5
"""How often two jobs change places rather than one changing its trip; how often a second job goes along, and one
from the other trip also."""
_TAKEN_OUT, _OVERLOOKED = 6, 0.02
"""Jobs taken out at most; the chance that a trip is overlooked for one of them, so that no choice is forced."""
_WHOLE, _COMPARED = 0.05, 3
"""How often a whole trip is taken out, and of how many the smallest, so that carts may be saved."""
_SHUFFLED = 0.5
"""How often jobs are put back in any order rather than the largest first."""

_NEAREST, _LEANING = 200, 1.5
"""Of so many relatives a partner is drawn, near ones more often the higher the second number."""
_DECK_BITS = 9
_SOUGHT = 6
"""Partners looked at for an exchange until one fits: most do not where carts are full, and looking costs little."""


@dataclass(slots=True)
class Trip:
    """One trip: the bits of its jobs, their load and stops together, its length."""

    key: int = 0
    load: int = 0
    mask: int = 0
    cost: int = 0
    jobs: list[int] = field(default_factory=list)


class Demand(Protocol):
    """What every change must keep to, whatever it saves; it may become stricter as better trips are met."""

    @property
    def stricter(self) -> int:
        """Tell how often it became stricter."""

    def allows(self, trips: Sequence[Trip]) -> bool:
        """Whether these trips may be kept."""


class Trips:
    """A partition of the jobs into trips; `total` is their length."""

    def __init__(self, pool: Pool, trips: list[list[int]], seed: int, demand: Demand | None = None) -> None:
        self.pool, self.demand = pool, demand
        self._random = Random(seed)  # noqa: S311 a repeatable search is wanted, not a secret
        self._loads, self._room, self._guard = pool.loads, pool.cart.room, pool.cart.guard
        self._bits = [1 << job for job in range(len(pool))]
        self._kin = pool.kinship(_NEAREST)
        self._decks = [_deck(kin) for kin in self._kin]
        self._ruins, self._known, self._draw = pool.lengths.temper.ruins, pool.known, self._random.getrandbits
        self._trips = [self._trip(jobs) for jobs in trips]
        self._at = [0] * len(pool)
        for at in range(len(trips)):
            self._settle(at)
        self.total = sum(trip.cost for trip in self._trips)
        self._allowed()

    def found(self) -> list[list[int]]:
        """Give the trips that are not empty."""
        return [list(trip.jobs) for trip in self._trips if trip.jobs]

    @property
    def stricter(self) -> int:
        """Tell how often what changes must keep to became stricter: what was found before is then worth less."""
        return self.demand.stricter if self.demand else 0

    def step(self, heat: float) -> None:
        """Try one change."""
        chance = self._random.random()
        if chance < self._ruins:
            self.ruin(heat)
        elif chance < self._ruins + _MORE:
            self.exchange_more(heat)
        else:
            self.exchange(heat)

    def exchange(self, heat: float) -> None:  # the search spends its time here, so all of it is written out
        """Try to let two jobs change places, or one change its trip: the first exchange drawn that fits."""
        chance, draw, home, loads, guard = self._random.random, self._draw, self._at, self._loads, self._guard
        job = int(chance() * len(home))
        at, load, deck = home[job], loads[job], self._decks[job]
        one, both = self._trips[at], chance() < _EXCHANGE
        room_one, room_two = self._room - one.load + load, self._room - load
        for _ in range(_SOUGHT if deck else 0):
            other = deck[draw(_DECK_BITS)]
            to = home[other]
            two, come = self._trips[to], loads[other] if both else 0
            if to != at and (room_one - come) & guard == guard == (room_two - two.load + come) & guard:
                changed = self._bits[job] | self._bits[other] if both else self._bits[job]
                key_one, key_two = one.key ^ changed, two.key ^ changed
                most = one.cost + two.cost - heat * log(1 - chance())
                cost = self._known.get(key_one)
                if cost is None:
                    cost = self._cost(key_one, one, [job], [other] if both else [])
                most -= cost
                cost = self._known.get(key_two)
                if cost is None:
                    # No trip gets shorter by a job more: often what is known without it is too much already.
                    if (self._known.get(two.key ^ self._bits[other], 0) if both else two.cost) > most:
                        return
                    cost = self._cost(key_two, two, [other] if both else [], [job])
                if cost <= most:
                    self._change(at, to, [job], [other] if both else [])
                return

    def exchange_more(self, heat: float) -> None:
        """Try the same with a second job of the first trip, or of both, that goes along."""
        chance, loads, guard = self._random.random, self._loads, self._guard
        job = int(chance() * len(loads))
        deck, at = self._decks[job], self._at[job]
        one, going = self._trips[at], self._and_more(job)
        gone = sum([loads[it] for it in going])
        room_one, room_two, also = self._room - one.load + gone, self._room - gone, chance() < _ALSO
        for _ in range(_SOUGHT if deck else 0):
            other = deck[self._draw(_DECK_BITS)]
            to = self._at[other]
            coming = self._and_more(other) if also else [other]
            come, two = sum([loads[it] for it in coming]), self._trips[to]
            if to != at and (room_one - come) & guard == guard == (room_two - two.load + come) & guard:
                changed = sum([self._bits[it] for it in (*going, *coming)])
                cost = self._cost(one.key ^ changed, one, going, coming)
                cost += self._cost(two.key ^ changed, two, coming, going)
                if cost <= one.cost + two.cost - heat * log(1 - chance()):
                    self._change(at, to, going, coming)
                return

    def _change(self, at: int, to: int, going: list[int], coming: list[int]) -> None:
        """Exchange these jobs of two trips, where that is allowed."""
        one, two = self._trips[at], self._trips[to]
        self._trips[at] = self._trip([it for it in one.jobs if it not in going] + coming)
        self._trips[to] = self._trip([it for it in two.jobs if it not in coming] + going)
        if not self._allowed():
            self._trips[at], self._trips[to] = one, two
            return
        self.total += self._trips[at].cost + self._trips[to].cost - one.cost - two.cost
        self._settle(at)
        self._settle(to)

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
        if longer <= -heat * log(1 - chance()) and self._allowed():
            self.total += longer
            for at in before:
                self._settle(at)
        else:
            for at, trip in before.items():
                self._trips[at] = trip
            del self._trips[empty:]

    def _allowed(self) -> bool:
        return self.demand is None or self.demand.allows(self._trips)

    def _trip(self, jobs: list[int]) -> Trip:
        key, mask = sum([self._bits[job] for job in jobs]), self.pool.mask_of(jobs)
        cost = self.pool.known.get(key)
        if cost is None:
            cost = self.pool.price(key, mask)
        return Trip(key, sum([self.pool.loads[job] for job in jobs]), mask, cost, jobs)

    def _settle(self, at: int) -> None:
        trip = self._trips[at]
        for job in trip.jobs:
            self._at[job] = at
        if trip.jobs:
            self.pool.lengths.learn(trip.mask)

    def _cost(self, key: int, trip: Trip, going: list[int], coming: list[int]) -> int:
        """Give what a trip costs once some jobs have gone and others have come."""
        cost = self.pool.known.get(key)
        if cost is None:
            stay = [it for it in trip.jobs if it not in going]
            cost = self.pool.price(key, self.pool.mask_of(stay + coming))
        return cost

    def _and_more(self, job: int) -> list[int]:
        """Give a job, mostly with a second one of its trip."""
        jobs = self._trips[self._at[job]].jobs
        more = jobs[int(self._random.random() * len(jobs))]
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

    def _take_out(self, jobs: list[int]) -> dict[int, Trip]:
        """Take jobs out of their trips; give the trips as they were."""
        before: dict[int, Trip] = {}
        for at in {self._at[job] for job in jobs}:
            before[at] = self._trips[at]
            self._trips[at] = self._trip([job for job in self._trips[at].jobs if job not in jobs])
        return before

    def _put_back(self, job: int, before: dict[int, Trip]) -> None:
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
        self._trips[best] = Trip(
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
        return [at for _, at in shared[: pool.lengths.temper.tried]]

    def _empty(self) -> int:
        """Give a trip without jobs, a new one where there is none."""
        for at, trip in enumerate(self._trips):
            if not trip.jobs:
                return at
        self._trips.append(Trip())
        return len(self._trips) - 1


def _deck(kin: Sequence[int]) -> list[int]:
    """Give the relatives as often as they are to be drawn."""
    size = 1 << _DECK_BITS
    return [kin[int((at / size) ** _LEANING * len(kin))] for at in range(size)] if kin else []
