"""Which stock serves which order line: first expired or first received out, from as few bins as possible."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from warehouse.domain.layout import Bin, NaturalKey, natural_key, walk_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """So many eaches of a SKU for one order line; `lot` when the customer asked for one."""

    order: str
    line: int
    sku: str
    quantity: int
    lot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSlot:
    """What lies free of one lot in one bin: on hand less reserved; `received_on` is the site's business day."""

    bin: Bin
    sku: str
    available: int
    received_on: date
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many eaches of one lot in one bin, bound to an order line."""

    order: str
    line: int
    sku: str
    bin: str
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """What no pickable stock could be found for; `unpickable` lies in blocked or reserve bins and might be moved."""

    order: str
    line: int
    sku: str
    quantity: int
    unpickable: int = 0


@dataclass(frozen=True, slots=True)
class AllocationResult:
    """Every demanded unit is either in one allocation or in one shortage."""

    allocations: tuple[Allocation, ...]
    shortages: tuple[Shortage, ...]


class _Shelf:
    """The free stock of one SKU, oldest first, and how much of it is taken already."""

    def __init__(self, slots: list[StockSlot]) -> None:
        self.slots = sorted(slots, key=_rotation)
        self.free = [slot.available for slot in self.slots]

    def take(self, quantity: int, lot: str | None) -> list[tuple[StockSlot, int]]:
        taken: list[tuple[StockSlot, int]] = []
        while quantity > 0 and (place := self._best(quantity, lot)) is not None:
            part = min(quantity, self.free[place])
            self.free[place] -= part
            quantity -= part
            taken.append((self.slots[place], part))
        return taken

    def _best(self, quantity: int, lot: str | None) -> int | None:
        usable = [n for n, slot in enumerate(self.slots) if self.free[n] > 0 and lot in (None, slot.lot)]
        if not usable:
            return None
        age = _age(self.slots[usable[0]])
        return min((n for n in usable if _age(self.slots[n]) == age), key=lambda n: self._waste(n, quantity))

    def _waste(self, place: int, quantity: int) -> tuple[bool, int, int]:
        # Of equally old slots the tightest that holds all, else the fullest: that leaves the fewest bins to visit.
        free = self.free[place]
        return (free < quantity, free if free >= quantity else -free, place)


def allocate(demands: Iterable[Demand], stock: Iterable[StockSlot], today: date) -> AllocationResult:
    """Serve demands in the order given: the most urgent first.

    Lots with an expiry go first expired, first out; others first received, first out. Nothing is taken from bins that
    are blocked or not for picking, nor of lots past their date. Same input, same answer, in whatever order stock comes.
    """
    pickable, elsewhere = _shelves(stock, today)
    allocations: list[Allocation] = []
    shortages: list[Shortage] = []
    for demand in demands:
        taken = pickable[demand.sku].take(demand.quantity, demand.lot) if demand.sku in pickable else []
        allocations += [_allocation(demand, slot, part) for slot, part in taken]
        missing = demand.quantity - sum(part for _, part in taken)
        if missing > 0:
            shortages.append(_shortage(demand, missing, elsewhere[demand.sku]))
            # What is brought down for one is there for no other; too little for one may do for the next.
            elsewhere[demand.sku] -= missing if elsewhere[demand.sku] >= missing else 0
    return AllocationResult(tuple(allocations), tuple(shortages))


def _shelves(stock: Iterable[StockSlot], today: date) -> tuple[dict[str, _Shelf], defaultdict[str, int]]:
    pickable: defaultdict[str, list[StockSlot]] = defaultdict(list)
    elsewhere: defaultdict[str, int] = defaultdict(int)
    for slot in stock:
        if slot.expires_on is not None and slot.expires_on < today:
            continue
        if slot.bin.pickable:
            pickable[slot.sku].append(slot)
        else:
            elsewhere[slot.sku] += slot.available
    return {sku: _Shelf(slots) for sku, slots in pickable.items()}, elsewhere


def _age(slot: StockSlot) -> tuple[date, date]:
    return (slot.expires_on, date.min) if slot.expires_on else (date.max, slot.received_on)


def _rotation(slot: StockSlot) -> tuple[tuple[date, date], tuple[bool, int, NaturalKey], NaturalKey]:
    return (_age(slot), walk_key(slot.bin), natural_key(slot.lot))


def _allocation(demand: Demand, slot: StockSlot, quantity: int) -> Allocation:
    return Allocation(
        order=demand.order, line=demand.line, sku=demand.sku, bin=slot.bin.code, lot=slot.lot, quantity=quantity
    )


def _shortage(demand: Demand, missing: int, elsewhere: int) -> Shortage:
    return Shortage(
        order=demand.order, line=demand.line, sku=demand.sku, quantity=missing, unpickable=min(missing, elsewhere)
    )
