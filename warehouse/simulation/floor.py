"""The physical floor, as far as virtual people touch it: free totes and carts, what lies in each tote and carton."""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warehouse.simulation.goods import Goods, Unit
from warehouse.simulation.piles import Pile, Piles

LOOK_EVERY = 0.1
TOTE_WITHIN = 60.0


@dataclass(slots=True)
class Trip:
    """A cart on its way: the totes on it by slot, and empty ones besides."""

    cart: str | None
    spare: list[str] = field(default_factory=list)
    bound: dict[int, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Bench:
    """An order at pack: pieces scanned into cartons by number, the grams of their boxes, and who has packed it."""

    cartons: dict[int, list[Unit]] = field(default_factory=dict)
    tares: dict[int, int] = field(default_factory=dict)
    packers: set[str] = field(default_factory=set)

    @property
    def inside(self) -> list[Unit]:
        """Give all that is in cartons."""
        return [unit for units in self.cartons.values() for unit in units]


@dataclass(slots=True)
class Floor:
    """Shared by all virtual people; every change is made under one lock."""

    carts: deque[str]
    totes: deque[str]
    goods: Goods = field(default_factory=Goods)
    piles: Piles = field(default_factory=Piles)
    labels: dict[str, str] = field(default_factory=dict)
    serial_numbers: set[str] = field(default_factory=set)
    ssccs: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    strays: dict[int, Pile] = field(default_factory=dict)
    faces: Sequence[str] = ()
    reserves: Sequence[str] = ()
    quarantine: str = ""
    shelf: str = ""
    _visited: set[int] = field(default_factory=set)
    _benches: dict[str, Bench] = field(default_factory=dict)
    _trips: dict[int, Trip] = field(default_factory=dict)
    _content: dict[str, list[Unit]] = field(default_factory=dict)
    _totes_of: dict[str, list[str]] = field(default_factory=dict)
    _unscanned: dict[str, list[tuple[Unit, Pile]]] = field(default_factory=dict)
    _on_trips: Counter[str] = field(default_factory=Counter)
    _to_pack: deque[str] = field(default_factory=deque)
    _at_bench: set[str] = field(default_factory=set)
    _busy: int = 0
    _stopped: threading.Event = field(default_factory=threading.Event)
    _at_rest: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def stopped(self) -> bool:
        """Whether everybody is to go home."""
        return self._stopped.is_set()

    @property
    def at_rest(self) -> bool:
        """Whether there is nothing more to pick or pack."""
        return self._at_rest.is_set() or self.stopped

    def stop(self) -> None:
        """Send everybody home after what they have in hand."""
        self._stopped.set()

    def rest(self) -> None:
        """Say that everything is picked and packed."""
        self._at_rest.set()

    def begin_work(self, by: int = 1) -> None:
        """Say that somebody has work in hand, or (-1) no more."""
        with self._lock:
            self._busy += by

    @property
    def is_idle(self) -> bool:
        """Whether nobody has work in hand and no order waits."""
        with self._lock:
            return not self._busy and not self._to_pack

    def take_cart_and_totes(self, number: int) -> Trip | None:
        """Take a free cart and empty totes for a whole trip, waiting for them; None when it is time to go home."""
        while not self.stopped:
            with self._lock:
                if self.carts and len(self.totes) >= number:
                    return Trip(self.carts.popleft(), [self.totes.popleft() for _ in range(number)])
            time.sleep(LOOK_EVERY)
        return None

    def is_first_visit(self, task: int) -> bool:
        """Whether nobody has stood at this task before; what happens at it happens once."""
        with self._lock:
            is_first = task not in self._visited
            self._visited.add(task)
            return is_first

    def take_tote(self) -> str | None:
        """Fetch one more empty tote, waiting a minute for the packers to empty one; None where none came."""
        until = time.monotonic() + TOTE_WITHIN
        while True:
            with self._lock:
                if self.totes:
                    return self.totes.popleft()
            if self.stopped or time.monotonic() > until:
                return None
            time.sleep(LOOK_EVERY)

    def on_trip(self, orders: Iterable[str], by: int = 1) -> None:
        """Say that a cart carries these orders, or (-1) no more."""
        with self._lock:
            for order in orders:
                self._on_trips[order] += by

    def leave_trip(self, batch: int, trip: Trip) -> None:
        """Let a cart stand where it is: somebody else goes on with it."""
        with self._lock:
            self._trips[batch] = trip

    def find_trip(self, batch: int) -> Trip | None:
        """Find the cart that stands about for a batch."""
        with self._lock:
            return self._trips.pop(batch, None)

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

    def return_serial(self, serial: str) -> None:
        """Lay a piece with a serial number back."""
        with self._lock:
            self.serial_numbers.discard(serial)

    def drop(self, order: str, tote: str, units: Iterable[Unit]) -> None:
        """Lay pieces into an order's tote."""
        with self._lock:
            self._content.setdefault(tote, []).extend(units)
            if tote not in self._totes_of.setdefault(order, []):
                self._totes_of[order].append(tote)

    def set_aside(self, unit: Unit) -> None:
        """Lay a piece that came out of a carton or tote at pack beside the bench: it is no order's any more."""
        with self._lock:
            self._content.setdefault(ASIDE, []).append(unit)

    def pull_out(self, tote: str, units: Iterable[Unit]) -> None:
        """Take pieces out of a tote again."""
        with self._lock:
            for unit in units:
                self._content[tote].remove(unit)

    def out_of(self, tote: str, sku: str, number: int) -> list[Unit]:
        """Find so many pieces of an item in a tote, and take them out."""
        with self._lock:
            found = [unit for unit in self._content.get(tote, ()) if unit.sku == sku][:number]
            for unit in found:
                self._content[tote].remove(unit)
            return found

    def search(self, place: str | None, sku: str, number: int) -> list[Unit]:
        """Find pieces of an item that are to go back: where they should lie, else among all that was set aside."""
        found = self.out_of(place or "", sku, number)
        aside = [ASIDE, *(tote for tote in self.in_totes() if tote.startswith(NO_TOTE))]
        for other in aside:
            found += self.out_of(other, sku, number - len(found))
        return found

    def slip_in(self, order: str, unit: Unit, pile: Pile) -> None:
        """Let a piece fall from its pile into an order's tote that nobody scanned."""
        with self._lock:
            self._unscanned.setdefault(order, []).append((unit, pile))

    def unscanned(self, order: str) -> list[tuple[Unit, Pile]]:
        """Find what nobody scanned in an order's totes, and take it out."""
        with self._lock:
            return self._unscanned.pop(order, [])

    def all_unscanned(self) -> list[str]:
        """Name the orders in whose totes lies something that nobody scanned."""
        with self._lock:
            return list(self._unscanned)

    def is_away(self, order: str) -> bool:
        """Whether an order is at a station already, waits there, or is still on its way through the aisles."""
        with self._lock:
            return order in self._to_pack or order in self._at_bench or self._on_trips[order] > 0

    def bring_to_pack(self, order: str) -> bool:
        """Bring an order to the stations; False when it is away."""
        if self.is_away(order):
            return False
        with self._lock:
            self._to_pack.append(order)
            return True

    def leave_bench(self, order: str, *, again: bool = False) -> None:
        """Clear the station; `again` leaves the order for somebody else."""
        with self._lock:
            self._at_bench.discard(order)
            self._busy -= 1
            if again:
                self._to_pack.append(order)

    def next_to_pack(self, packer: str) -> str | None:
        """Give an order that waits at the pack stations, one that this packer has not packed before if possible."""
        with self._lock:
            for order in self._to_pack:
                if packer not in self._benches.get(order, Bench()).packers:
                    self._to_pack.remove(order)
                    self._at_bench.add(order)
                    self._busy += 1
                    return order
            return None

    def bench(self, order: str) -> Bench:
        """Give what stands at the stations of an order."""
        with self._lock:
            return self._benches.setdefault(order, Bench())

    def packed(self, order: str) -> None:
        """Clear an order away: its totes are empty and free."""
        with self._lock:
            for tote in self._totes_of.pop(order, ()):
                if not self._content.pop(tote, None) and not tote.startswith(NO_TOTE):
                    self.totes.append(tote)

    def units_of(self, order: str) -> tuple[list[str], list[Unit]]:
        """Give the totes of an order and all that lies in them."""
        with self._lock:
            totes = list(self._totes_of.get(order, ()))
            return totes, [unit for tote in totes for unit in self._content.get(tote, ())]

    def set_loose(self, order: str, units: Iterable[Unit]) -> None:
        """Say what is left in the totes of an order."""
        with self._lock:
            totes = self._totes_of.setdefault(order, []) or [f"{NO_TOTE}{order}"]
            self._totes_of[order] = totes
            for tote in totes:
                self._content[tote] = []
            self._content[totes[0]] = list(units)

    def in_totes(self) -> dict[str, list[Unit]]:
        """Look into all totes that hold something."""
        with self._lock:
            return {tote: list(units) for tote, units in self._content.items() if units}

    def foreign_tote(self, order: str) -> str | None:
        """Give a tote of another order, to be mistaken for one's own."""
        with self._lock:
            others = (totes[0] for other, totes in self._totes_of.items() if other != order and totes)
            return next((tote for tote in others if not tote.startswith(NO_TOTE)), None)

    def label_of_other(self, order: str) -> str | None:
        """Give the serial of another order's carton."""
        with self._lock:
            return next((sscc for sscc, other in self.ssccs.items() if other != order), None)

    def stick(self, sscc: str, order: str) -> None:
        """Remember whose carton a printed label belongs to."""
        with self._lock:
            self.ssccs[sscc] = order


ASIDE = "set aside at pack"
NO_TOTE = "bench of "
"""What stands in a tote's place for pieces that lie on the bench itself."""
