"""Tours where only distances are known: exact for few stops, else a good one and how far it may be off.

Stops are numbers from 0; distances may differ by direction. Each stop has a rank: those of a lower rank come first,
as heavy goods before fragile ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

_EXACT = 11
"""So many stops are tried in every order; one more doubles the work."""
SHAKES = 60
_CUTS = 3
_REACH = 10
_ASCENTS = 60

_Layer = dict[tuple[int, int], tuple[int, tuple[int, ...]]]
"""By the stops seen and the last of them: the shortest way, and its order."""

Distances = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Ways between stops, from the start to each and from each to the end; all in whole units."""

    between: Distances
    out: Sequence[int]
    home: Sequence[int]
    ranks: Sequence[int]

    def length(self, order: Sequence[int]) -> int:
        """Give the way through these stops in this order."""
        between = self.between
        inner = sum([between[a][b] for a, b in pairwise(order)])
        return self.out[order[0]] + inner + self.home[order[-1]]

    def ordered(self, order: Sequence[int]) -> bool:
        """Whether no stop comes before one of a lower rank."""
        return all(self.ranks[a] <= self.ranks[b] for a, b in pairwise(order))


@dataclass(frozen=True, slots=True)
class Tour:
    """An order of stops, its length, and a length no order can beat."""

    order: tuple[int, ...]
    length: int
    bound: int


def shortest(matrix: Matrix, shakes: int = SHAKES) -> Tour:
    """Give the shortest tour of up to 11 stops (Held & Karp 1962), else a good one with a bound."""
    if len(matrix.out) <= _EXACT:
        order = _exact(matrix)
        length = matrix.length(order)
        return Tour(order, length, length)
    order = quick(matrix, shakes)
    length = matrix.length(order)
    return Tour(order, length, min(length, bound(matrix)))


def quick(matrix: Matrix, shakes: int = 0) -> tuple[int, ...]:
    """Give a good tour: the nearest stop next, then moved and turned as long as that helps, shaken so many times."""
    random = Random(len(matrix.out))  # noqa: S311 the same tour for the same stops
    best = _improved(matrix, _nearest_next(matrix))
    length = matrix.length(best)
    for _ in range(shakes if len(best) > _CUTS else 0):
        a = random.randrange(1, len(best) - 1)
        b, c = sorted(min(len(best), a + random.randint(1, _REACH)) for _ in "bc")
        shaken = [*best[:a], *best[b:c], *best[a:b], *best[c:]]
        if matrix.ordered(shaken):
            tried = _improved(matrix, shaken)
            if matrix.length(tried) < length:
                best, length = tried, matrix.length(tried)
    return tuple(best)


def bound(matrix: Matrix) -> int:
    """Give a length no tour can beat: that of a spanning tree and the depot's two shortest ways.

    Stops at which more than two ways meet are made dearer, again and again, so that the tree comes near to a tour
    (Held & Karp 1971). With distances that differ by direction the shorter counts.
    """
    count = len(matrix.out)
    pi = [0.0] * count
    step = matrix.length(range(count)) / count / 4
    best = 0.0
    for _ in range(_ASCENTS):
        weight, degree = _one_tree(matrix, pi)
        best = max(best, weight - 2 * sum(pi))
        pi = [it + step * (met - 2) for it, met in zip(pi, degree, strict=True)]
        step *= 0.93
    return int(best)


def _exact(matrix: Matrix) -> tuple[int, ...]:
    """Extend the best way through every set of stops, one stop at a time; a rank is done before the next."""
    stops = range(len(matrix.out))
    earlier = [sum(1 << b for b in stops if matrix.ranks[b] < matrix.ranks[a]) for a in stops]
    layer: _Layer = {(1 << a, a): (matrix.out[a], (a,)) for a in stops if not earlier[a]}
    for _ in stops[1:]:
        wider: _Layer = {}
        for (seen, last), (length, order) in layer.items():
            for a in stops:
                if seen >> a & 1 or earlier[a] & ~seen:
                    continue
                longer = length + matrix.between[last][a]
                known = wider.get((seen | 1 << a, a))
                if known is None or longer < known[0]:
                    wider[seen | 1 << a, a] = (longer, (*order, a))
        layer = wider
    return min((length + matrix.home[last], order) for (_, last), (length, order) in layer.items())[1]


def _nearest_next(matrix: Matrix) -> list[int]:
    left = set(range(len(matrix.out)))
    order: list[int] = []
    while left:
        ways = matrix.between[order[-1]] if order else matrix.out
        order.append(min(left, key=lambda stop: (matrix.ranks[stop], ways[stop], stop)))
        left.remove(order[-1])
    return order


def _improved(matrix: Matrix, order: list[int]) -> list[int]:
    """Move stretches elsewhere (Or 1976) and turn them round (Croes 1958) until nothing gets shorter."""
    ways = [[*row, home] for row, home in zip(matrix.between, matrix.home, strict=True)]
    ways.append([*matrix.out, 0])
    depot = len(order)
    again = True
    while again:
        again = False
        for change in (_moved, _turned):
            for tried in change(ways, [depot, *order, depot]):
                if matrix.ordered(tried):
                    order, again = tried, True
                    break
    return order


def _moved(ways: Distances, line: list[int]) -> Iterator[list[int]]:
    """Give shorter orders in which up to three stops that follow each other stand elsewhere."""
    for size in (1, 2, 3):
        for at in range(1, len(line) - size):
            before, first, last, after = line[at - 1], line[at], line[at + size - 1], line[at + size]
            gain = ways[before][first] + ways[last][after] - ways[before][after]
            rest = line[:at] + line[at + size :]
            for to, (a, b) in enumerate(pairwise(rest), start=1):
                if ways[a][first] + ways[last][b] - ways[a][b] < gain:
                    yield [*rest[1:to], *line[at : at + size], *rest[to:-1]]


def _turned(ways: Distances, line: list[int]) -> Iterator[list[int]]:
    """Give shorter orders in which a stretch is walked the other way round."""
    there = [0, *accumulate(ways[a][b] for a, b in pairwise(line))]
    back = [0, *accumulate(ways[b][a] for a, b in pairwise(line))]
    for a in range(1, len(line) - 2):
        for b in range(a + 1, len(line) - 1):
            now = ways[line[a - 1]][line[a]] + there[b] - there[a] + ways[line[b]][line[b + 1]]
            if ways[line[a - 1]][line[b]] + back[b] - back[a] + ways[line[a]][line[b + 1]] < now:
                yield [*line[1:a], *line[a : b + 1][::-1], *line[b + 1 : -1]]


def _one_tree(matrix: Matrix, pi: Sequence[float]) -> tuple[float, list[int]]:
    """Give the weight of the least tree of all stops with the depot's two ways, and how many ways meet at each stop."""
    count = len(pi)
    degree = [0] * count
    weight, inside = 0.0, {0}
    near = {stop: (_way(matrix, 0, stop) + pi[0] + pi[stop], 0) for stop in range(1, count)}
    while near:
        stop = min(near, key=near.__getitem__)
        way, other = near.pop(stop)
        weight += way
        degree[stop] += 1
        degree[other] += 1
        inside.add(stop)
        for far, nearest in near.items():
            near[far] = min(nearest, (_way(matrix, stop, far) + pi[stop] + pi[far], stop))
    out = min(range(count), key=lambda stop: matrix.out[stop] + pi[stop])
    home = min((stop for stop in range(count) if stop != out), key=lambda stop: matrix.home[stop] + pi[stop])
    for stop in (out, home):
        degree[stop] += 1
    return weight + matrix.out[out] + pi[out] + matrix.home[home] + pi[home], degree


def _way(matrix: Matrix, a: int, b: int) -> int:
    return min(matrix.between[a][b], matrix.between[b][a])
