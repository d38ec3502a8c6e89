"""How often a SKU was ordered in which quantity, kept up while orders come in."""

from collections import Counter
from collections.abc import Mapping


class Quantities:
    """The quantities of past order lines of one SKU."""

    __slots__ = ("_counts", "lines")

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self._counts: Counter[int] = Counter(counts or {})
        self.lines = self._counts.total()

    def add(self, quantity: int) -> None:
        """Note one more line."""
        self._counts[quantity] += 1
        self.lines += 1

    def percentile(self, percent: int) -> int:
        """Give the quantity that so many per cent of the lines do not exceed (nearest rank); 0 without lines."""
        above = self.lines - (self.lines * percent + 99) // 100
        for quantity in sorted(self._counts, reverse=True):
            above -= self._counts[quantity]
            if above < 0:
                return quantity
        return 0
