"""What is to be put together: jobs, each whole on one trip, as numbers; what a cart takes; how long a trip is."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Protocol

_LANE = 48
"""Bits kept for each dimension of a load; the highest is a guard."""
_MOST_KNOWN = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How a search goes about it.

    `hot` and `cold` are the heat at its start and end, in mean trips; `ruins` is the share of steps that take several
    jobs out; `partners` are how many trips are tried for each when savings are sought, `tried` how many when a job
    is put back. Where a trip is reckoned in microseconds, many wild steps pay; else fewer, better considered ones.
    """

    hot: float
    cold: float
    ruins: float
    partners: int
    tried: int


class Lengths(Protocol):
    """Knows how long the shortest trip through a set of stops is."""

    @property
    def temper(self) -> Temper:
        """Give how a search should go about with these lengths."""

    def around(self, mask: int) -> tuple[int, int]:
        """Give the places near these stops, and those of their aisles, as masks."""

    def cost(self, mask: int) -> int:
        """Give the length of the shortest trip through the stops of this mask."""

    def learn(self, mask: int) -> None:
        """Expect trips that differ from this one by an order or two."""


@dataclass(frozen=True, slots=True)
class Job:
    """Stops as a mask, a load in each dimension of the cart; jobs of different groups never share a trip."""

    mask: int
    load: tuple[int, ...]
    group: Hashable = None


class Cart:
    """What a cart takes in each dimension: orders, totes, items, lines, volume, weight, whatever counts.

    A load is packed into one integer, a lane for each dimension, so that one subtraction compares all of them: a
    dimension that is exceeded borrows the lane's guard bit.
    """

    def __init__(self, limits: Sequence[int]) -> None:
        self.limits = tuple(limits)
        self.guard = sum(1 << (_LANE * at + _LANE - 1) for at in range(len(self.limits)))
        self.room = self.pack(self.limits) | self.guard

    def pack(self, load: Iterable[int]) -> int:
        """Pack a load; packed loads are added and subtracted like numbers."""
        return sum(amount << (_LANE * at) for at, amount in enumerate(load))

    def unpack(self, packed: int) -> tuple[int, ...]:
        """Give a packed load's amounts again."""
        return tuple(packed >> (_LANE * at) & ((1 << _LANE) - 1) for at in range(len(self.limits)))

    def takes(self, packed: int) -> bool:
        """Whether this much still fits."""
        return (self.room - packed) & self.guard == self.guard


class Pool:
    """The jobs of one search, and the lengths of trips it knows by the bits of their members."""

    def __init__(self, jobs: Sequence[Job], cart: Cart, lengths: Lengths) -> None:
        self.jobs, self.cart, self.lengths = jobs, cart, lengths
        self.masks = [job.mask for job in jobs]
        self.loads = [cart.pack(job.load) for job in jobs]
        self.groups = [job.group for job in jobs]
        self.around = [lengths.around(mask) for mask in self.masks]
        self.known: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.jobs)

    def mask_of(self, members: Iterable[int]) -> int:
        """Give the stops of several jobs together."""
        mask = 0
        for job in members:
            mask |= self.masks[job]
        return mask

    def price(self, key: int, mask: int) -> int:
        """Give the length of a trip; `key` has the bit of each member, so that a trip met again is only looked up."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
        price = self.known[key] = self.lengths.cost(mask) if mask else 0
        return price

    def length(self, members: Sequence[int]) -> int:
        """Give the length of a trip with these jobs."""
        key = sum(1 << job for job in members)
        known = self.known.get(key)
        return self.price(key, self.mask_of(members)) if known is None else known

    def kinship(self, nearest: int) -> list[list[int]]:
        """Give for each job the jobs of its group that share most with it, nearest first."""
        sizes = [mask.bit_count() for mask in self.masks]
        kin: list[list[int]] = []
        for job, mask in enumerate(self.masks):
            near, aisles = self.around[job]
            size, group = sizes[job], self.groups[job]
            shared = [
                (affinity(other, mask, near, aisles) / (sizes[at] + size or 1), at)
                for at, other in enumerate(self.masks)
                if self.groups[at] == group and at != job
            ]
            kin.append([at for _, at in nlargest(nearest, shared)])
        return kin


def affinity(trip: int, mask: int, near: int, aisles: int) -> int:
    """Say how well stops go with a trip: its stops that are the same, those near, and those in the same aisles."""
    return 4 * (trip & mask).bit_count() + 2 * (trip & near).bit_count() + (trip & aisles).bit_count()
