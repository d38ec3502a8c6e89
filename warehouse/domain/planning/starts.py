"""Where a search starts: first fit, at once; best fit, for few carts; savings, for short walks."""

from collections.abc import Hashable, Iterable, Sequence
from heapq import heapify, heappop, heappush, nlargest

from warehouse.domain.planning.pool import Cart, Pool, affinity

Trip = list[int]


def first_fit(cart: Cart, loads: Sequence[int], groups: Sequence[Hashable], order: Iterable[int]) -> list[Trip]:
    """Put each job, in this order, on the first cart of its group that takes its packed load."""
    trips: list[Trip] = []
    carried: list[int] = []
    of_group: dict[Hashable, list[int]] = {}
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
    return trips


def largest_first(pool: Pool) -> list[Trip]:
    """Put the largest jobs on carts first: few carts, whatever the way (first fit decreasing)."""
    limits = [limit or 1 for limit in pool.cart.limits]
    size = [max((part / limit for part, limit in zip(job.load, limits, strict=True)), default=0) for job in pool.jobs]
    return first_fit(pool.cart, pool.loads, pool.groups, sorted(range(len(pool)), key=lambda job: -size[job]))


def savings(pool: Pool, partners: int = 20) -> list[Trip]:
    """Join the two trips whose joining saves most, again and again (Clarke & Wright 1964, reckoned anew each time).

    Only the `partners` that have most in common with a trip are tried.
    """
    return _Savings(pool, partners).join()


class _Savings:
    def __init__(self, pool: Pool, partners: int) -> None:
        self.pool, self.partners = pool, partners
        self.newest = len(pool) - 1
        self.trips: dict[int, Trip] = {job: [job] for job in range(len(pool))}
        self.masks = dict(enumerate(pool.masks))
        self.around = dict(enumerate(pool.around))
        self.loads = dict(enumerate(pool.loads))
        self.prices = {job: pool.lengths.cost(mask) for job, mask in enumerate(pool.masks)}
        self.of_group: dict[Hashable, set[int]] = {}
        for job, group in enumerate(pool.groups):
            self.of_group.setdefault(group, set()).add(job)

    def join(self) -> list[Trip]:
        best = [offer for trip in self.trips for offer in self._offers(trip)]
        heapify(best)
        while best:
            _, one, other, price = heappop(best)
            if one in self.trips and other in self.trips:
                for offer in self._offers(self._merge(one, other, price)):
                    heappush(best, offer)
        return list(self.trips.values())

    def _offers(self, trip: int) -> Sequence[tuple[int, int, int, int]]:
        mask, load, cart = self.masks[trip], self.loads[trip], self.pool.cart
        near, aisles = self.around[trip]
        group = self.of_group[self.pool.groups[self.trips[trip][0]]]
        shared = [
            (affinity(self.masks[other], mask, near, aisles), other)
            for other in group
            if other != trip and cart.takes(load + self.loads[other])
        ]
        offers: list[tuple[int, int, int, int]] = []
        for _, other in nlargest(self.partners, shared):
            price = self.pool.lengths.cost(mask | self.masks[other])
            offers.append((price - self.prices[trip] - self.prices[other], trip, other, price))
        return offers

    def _merge(self, one: int, other: int, price: int) -> int:
        self.newest += 1
        new = self.newest
        group = self.of_group[self.pool.groups[self.trips[one][0]]]
        group -= {one, other}
        group.add(new)
        self.prices[new] = price
        mine, theirs = self.around.pop(one), self.around.pop(other)
        self.around[new] = (mine[0] | theirs[0], mine[1] | theirs[1])
        self.masks[new] = self.masks.pop(one) | self.masks.pop(other)
        self.loads[new] = self.loads.pop(one) + self.loads.pop(other)
        self.trips[new] = self.trips.pop(one) + self.trips.pop(other)
        return new
