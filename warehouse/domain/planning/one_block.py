"""The length of the shortest trip between two cross aisles, in a few microseconds.

The dynamic program of Ratliff & Rosenthal (1983) written out by hand. Of a half-built tour five states matter here,
named by what leads on to the next aisle: one way at both cross aisles (`both`), two at the lower, two at the upper, two
at each and hanging together (`joined`) or not (`apart`). Walking an aisle twice is never needed.
"""

from collections.abc import Sequence
from operator import sub

from warehouse.domain.planning.places import Places
from warehouse.domain.planning.pool import Temper

_FAR = 1 << 62
_STRETCH_BITS = 16
_Costs = tuple[int, int, int, int, int, int]


class OneBlock:
    """Lengths of closed trips on a floor with two cross aisles; the corner they start at is walked to like a stop."""

    temper = Temper(hot=0.02, cold=0.003, ruins=0.03, partners=40, tried=6)

    def __init__(self, places: Places) -> None:
        self.places = places
        self._low, self._high = places.grid.ys
        self._known: list[dict[int, _Costs]] = [{} for _ in places.ys]
        self._columns = [(at * places.width, at, x, self._known[at]) for at, x in enumerate(places.grid.xs)]
        self._stretches = [self._pieces(column) for column in range(len(places.ys))]

    def around(self, mask: int) -> tuple[int, int]:
        """Give the places near these stops, and those of their aisles."""
        return self.places.around(mask)

    def learn(self, mask: int) -> None:
        """Expect trips like this one; here, they need no preparation."""

    def cost(self, mask: int) -> int:  # the search spends its time here, so each step is written out
        """Give the length of the shortest trip through these stops."""
        mask |= self.places.always
        full, through = self.places.full, self._high - self._low
        both, left = -1, 0
        low = high = joined = apart = 0
        for shift, column, x, known in self._columns:
            part = mask >> shift & full
            if not part:
                continue
            found = known.get(part) or self._learn(column, part)
            from_high, from_low, not_high, not_low, cheapest, gap = found
            if both < 0:
                both, high, low, joined, apart = through, from_high, from_low, _FAR, gap
            else:
                way = 2 * (x - left)
                meet, other = both + way + through, joined + 2 * way + cheapest
                meet = other if other < meet else meet
                split, other = apart + 2 * way + cheapest, high + way + not_high
                split = other if other < split else split
                other = low + way + not_low
                split = other if other < split else split
                straight, other = (low if low < high else high) + way, (joined if joined < apart else apart) + 2 * way
                straight = (other if other < straight else straight) + through
                both += way + cheapest
                both = straight if straight < both else both
                high += way + from_high
                high = meet if meet < high else high
                low += way + from_low
                low = meet if meet < low else low
                joined, apart = meet, split
            left = x
        return low if low < high else high

    def _pieces(self, column: int) -> "list[_Piece]":
        """Cut an aisle into stretches, lowest first; the corner that trips start at is a stretch of one stop."""
        places = self.places
        ys = places.ys[column]
        cuts = range(0, len(ys), _STRETCH_BITS)
        pieces = [
            (at, (1 << len(ys[at : at + _STRETCH_BITS])) - 1, _Stretch(ys[at : at + _STRETCH_BITS])) for at in cuts
        ]
        for corner in places.corners(column)[:1]:
            end = places.width - 1, 1, _Stretch([places.grid.ys[corner.row]])
            pieces.insert(corner.row * len(pieces), end)
        return pieces

    def _learn(self, column: int, part: int) -> _Costs:
        """Reckon what an aisle's stops cost when walked into from either end, or from both around the largest gap."""
        first, last, gap = _FAR, 0, 0
        for at, bits, stretch in self._stretches[column]:
            some = part >> at & bits
            if some:
                low, high, wide = stretch[some]
                if first == _FAR:
                    first = low
                elif low - last > gap:
                    gap = low - last
                last = high
                gap = wide if wide > gap else gap
        from_high, from_low = 2 * (self._high - first), 2 * (last - self._low)
        gap = 2 * (self._high - self._low - gap)
        not_high = from_low if from_low < gap else gap
        not_low = from_high if from_high < gap else gap
        cheapest = from_high if from_high < not_high else not_high
        costs = self._known[column][part] = from_high, from_low, not_high, not_low, cheapest, gap
        return costs


class _Stretch(dict[int, tuple[int, int, int]]):
    """The lowest and highest stop of a stretch and its largest gap, by the stops' bits.

    Most stretches were met before, most whole aisles were not.
    """

    def __init__(self, ys: Sequence[int]) -> None:
        self._ys = ys

    def __missing__(self, bits: int) -> tuple[int, int, int]:
        ys = [y for at, y in enumerate(self._ys) if bits >> at & 1]
        found = self[bits] = ys[0], ys[-1], max(map(sub, ys[1:], ys), default=0)
        return found


_Piece = tuple[int, int, _Stretch]
