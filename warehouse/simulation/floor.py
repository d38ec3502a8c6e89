"""The physical floor, as far as virtual people touch it: which totes and carts are free, what lies in each tote."""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece that can be taken into the hand; `codes` are its item's labels as (code, pieces)."""

    sku: str
    codes: tuple[tuple[str, int], ...]
    lot: str | None = None
    serial: str | None = None

    @property
    def each(self) -> str:
        """Give the label of a single piece, else the smallest there is."""
        return min(self.codes, key=lambda code: code[1])[0]


@dataclass(slots=True)
class Floor:
    """Shared by all virtual people; every change is made under one lock."""

    carts: deque[str]
    totes: deque[str]
    labels: dict[str, str] = field(default_factory=dict)
    serial_numbers: set[str] = field(default_factory=set)
    ssccs: dict[str, str] = field(default_factory=dict)
    _content: dict[str, list[Unit]] = field(default_factory=dict)
    _totes_of: dict[str, list[str]] = field(default_factory=dict)
    _trips_left: Counter[str] = field(default_factory=Counter)
    _to_pack: deque[str] = field(default_factory=deque)
    _picking_ended: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stopped(self) -> bool:
        """Whether everybody is to go home."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Send everybody home after what they have in hand."""
        self._stopped.set()

    def expect(self, orders_of_batches: Iterable[Sequence[str]]) -> None:
        """Learn which orders are picked, and on how many trips each."""
        with self._lock:
            for orders in orders_of_batches:
                self._trips_left.update(set(orders))

    def take_cart_and_totes(self, number: int) -> tuple[str, list[str]] | None:
        """Take a free cart and empty totes for a whole trip, waiting for them; None when it is time to go home."""
        while not self.stopped:
            with self._lock:
                if self.carts and len(self.totes) >= number:
                    return self.carts.popleft(), [self.totes.popleft() for _ in range(number)]
            time.sleep(LOOK_EVERY)
        return None

    def bring_back(self, cart: str | None, totes: Iterable[str] = ()) -> None:
        """Put back what is free again."""
        with self._lock:
            self.carts.extend([cart] if cart else [])
            self.totes.extend(totes)

    def learn(self, labels: Iterable[tuple[str, str]]) -> None:
        """Remember labels of items by SKU: what else lies around to be scanned by mistake."""
        with self._lock:
            self.labels.update(labels)

    def take_serial(self, candidates: Iterable[str]) -> str | None:
        """Take one piece with a serial number that nobody else has taken."""
        with self._lock:
            found = next((serial for serial in candidates if serial not in self.serial_numbers), None)
            self.serial_numbers.update([found] if found else [])
            return found

    def drop(self, order: str, tote: str, units: Iterable[Unit]) -> None:
        """Lay pieces into an order's tote."""
        with self._lock:
            self._content.setdefault(tote, []).extend(units)
            if tote not in self._totes_of.setdefault(order, []):
                self._totes_of[order].append(tote)

    def trip_ended(self, orders: Iterable[str]) -> list[str]:
        """Note the end of a trip; give the orders that are now picked whole and go to the pack stations."""
        with self._lock:
            ready = []
            for order in dict.fromkeys(orders):
                self._trips_left[order] -= 1
                if self._trips_left[order] <= 0 and self._totes_of.get(order):
                    ready.append(order)
            self._to_pack.extend(ready)
            return ready

    def next_to_pack(self) -> str | None:
        """Give an order that waits at the pack stations."""
        with self._lock:
            return self._to_pack.popleft() if self._to_pack else None

    def packed(self, order: str) -> None:
        """Clear an order away: its totes are empty and free."""
        with self._lock:
            for tote in self._totes_of.pop(order, ()):
                self._content.pop(tote, None)
                self.totes.append(tote)

    @property
    def all_brought(self) -> bool:
        """Whether no more orders will come: all pickers have gone home and nothing waits."""
        with self._lock:
            return self._picking_ended and not self._to_pack

    def picking_ends(self) -> None:
        """Say that the last picker has gone home."""
        with self._lock:
            self._picking_ended = True

    def units_of(self, order: str) -> tuple[list[str], list[Unit]]:
        """Give the totes of an order and all that lies in them."""
        with self._lock:
            totes = list(self._totes_of.get(order, ()))
            return totes, [unit for tote in totes for unit in self._content.get(tote, ())]

    def foreign_tote(self, order: str) -> str | None:
        """Give a tote of another order, to be mistaken for one's own."""
        with self._lock:
            return next((totes[0] for other, totes in self._totes_of.items() if other != order), None)

    def label_of_other(self, order: str) -> str | None:
        """Give the serial of another order's carton."""
        with self._lock:
            return next((sscc for sscc, other in self.ssccs.items() if other != order), None)

    def stick(self, sscc: str, order: str) -> None:
        """Remember whose carton a printed label belongs to."""
        with self._lock:
            self.ssccs[sscc] = order
