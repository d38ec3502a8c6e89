"""What really lies in the bins, and what of it the books cannot know: counted by hand, never asked of the server."""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Pile = tuple[str, str, str]
"""Bin, SKU and lot (empty where lots are not tracked)."""


@dataclass(slots=True)
class Piles:
    """The content of every bin; `unknown` is what of it nobody has scanned: strays, less what vanished.

    Books that are kept right say `real - unknown` of every pile.
    """

    real: Counter[Pile] = field(default_factory=Counter)
    unknown: Counter[Pile] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def begin(cls, rows: Iterable[Mapping[str, Any]], tracked: Iterable[str]) -> "Piles":
        """Take the stock of the first morning as it is written; `tracked` SKUs are told apart by lot."""
        piles = cls()
        by_lot = set(tracked)
        for row in rows:
            if row["kind"] == "bin" and row["quantity"]:
                lot = row["lot_code"] if row["sku"] in by_lot else ""
                piles.real[row["place"], row["sku"], lot] += row["quantity"]
        return piles

    def there(self, pile: Pile) -> int:
        """Count what lies there."""
        with self._lock:
            return self.real[pile]

    def in_bin(self, code: str) -> dict[Pile, int]:
        """Look into a bin."""
        with self._lock:
            return {pile: units for pile, units in self.real.items() if pile[0] == code and units}

    def a_bin_of(self, sku: str, faces: Sequence[str]) -> str:
        """Find a pick face where an item lies, else any."""
        with self._lock:
            known = (pile[0] for pile, units in self.real.items() if pile[1] == sku and units and pile[0] in faces)
            return next(known, faces[0])

    def find(self, sku: str, units: int, bins: Collection[str]) -> Pile | None:
        """Find a pile of so many of an item in one of these bins."""
        with self._lock:
            return next(
                (it for it, there in self.real.items() if it[1] == sku and there >= units and it[0] in bins), None
            )

    def take(self, pile: Pile, units: int) -> bool:
        """Take so many out, all or none."""
        with self._lock:
            if self.real[pile] < units:
                return False
            self.real[pile] -= units
            return True

    def lay(self, pile: Pile, units: int = 1) -> None:
        """Lay so many in, as the books will say."""
        with self._lock:
            self.real[pile] += units

    def lay_unseen(self, pile: Pile, units: int = 1) -> None:
        """Lay so many in, or take them away when below 0, without any scan."""
        with self._lock:
            self.real[pile] += units
            self.unknown[pile] += units

    def vanish(self, pile: Pile) -> int:
        """Lose all that lies there."""
        with self._lock:
            units = self.real[pile]
            self.real[pile] = 0
            self.unknown[pile] -= units
            return units

    def known(self, pile: Pile) -> bool:
        """Whether the books are right about a pile."""
        with self._lock:
            return not self.unknown[pile]

    def counted(self, code: str, only: str | None) -> None:
        """A count was booked: from now on the books know what lies in this bin."""
        with self._lock:
            for pile in [it for it in self.unknown if it[0] == code and only in {None, it[1]}]:
                del self.unknown[pile]

    def booked(self) -> dict[Pile, int]:
        """What right books say."""
        with self._lock:
            piles = self.real.keys() | self.unknown.keys()
            said = {pile: self.real[pile] - self.unknown[pile] for pile in piles}
        return {pile: units for pile, units in said.items() if units}
