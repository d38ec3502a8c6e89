"""The reckoning at the end of a shift: what the hands know against what the server says, by pile and by order."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from warehouse.simulation.desk import Desk
from warehouse.simulation.floor import Floor

Json = dict[str, Any]


@dataclass(slots=True)
class Reckoning:
    """How the orders ended, by name where not whole; `differences` are sentences, none when all books are right."""

    complete: int = 0
    cancelled: list[str] = field(default_factory=list)
    in_part: dict[str, dict[str, int]] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    @property
    def accounted(self) -> int:
        """How many orders ended in a way that can be explained."""
        return self.complete + len(self.cancelled) + len(self.in_part)


def reckon(desk: Desk, wanted: Iterable[str]) -> Reckoning:
    """Ask the server about everything that was touched, and compare."""
    found = Reckoning()
    _find_strays(desk.floor)
    for number in sorted(wanted):
        _settle(found, desk, number)
    rows = desk.line.pages("/stock")
    found.differences += _bins(desk.floor, rows)
    found.differences += _totes(desk.floor)
    return found


def _find_strays(floor: Floor) -> None:
    """What fell into a tote unseen and never came to pack is found when the tote is emptied, and laid back."""
    for order in floor.all_unscanned():
        for _, pile in floor.unscanned(order):
            floor.piles.lay_unseen(pile)


def _settle(found: Reckoning, desk: Desk, number: str) -> None:
    answer = desk.look(number)
    lines = [line for line in answer["lines"] if line["pickable"]]
    state = answer["order"]["state"]
    shipped, owed = Counter[str](), Counter[str]()
    for line in lines:
        shipped[line["sku"]] += line["shipped"]
        owed[line["sku"]] += 0 if line["cancelled"] else line["backordered"]
    if number in desk.cancelled:
        found.cancelled.append(number)
        found.differences += _same(number, Counter(), shipped) if state == "cancelled" else [f"Order {number}: {state}"]
        return
    packed = Counter(unit.sku for unit in desk.floor.bench(number).inside)
    ordered = Counter({sku: units for (order, sku), units in desk.ordered.items() if order == number and units})
    if +(shipped + owed) != ordered:
        found.unfinished[number] = state
        return
    found.differences += _same(number, packed, shipped)
    if +owed:
        found.in_part[number] = dict(+owed)
    else:
        found.complete += 1


def _same(number: str, packed: Counter[str], shipped: Counter[str]) -> Iterator[str]:
    for sku in sorted(packed.keys() | shipped.keys()):
        if packed[sku] != shipped[sku]:
            yield f"Order {number}: {packed[sku]} of {sku} left in its cartons, the server says {shipped[sku]}."


def _bins(floor: Floor, rows: Iterable[Json]) -> Iterator[str]:
    said: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        if row["kind"] == "bin":
            said[row["place"], row["sku"], floor.goods.lot_of(row["sku"], row["lot_code"])] += row["quantity"]
    booked = floor.piles.booked()
    for pile in sorted(booked.keys() | said.keys()):
        if booked.get(pile, 0) != said[pile]:
            place, sku, lot = pile
            what = f"{sku} lot {lot}" if lot else sku
            yield f"{place} should have {booked.get(pile, 0)} of {what}, the server says {said[pile]}."


def _totes(floor: Floor) -> Iterator[str]:
    for tote, units in floor.in_totes().items():
        yield f"{len(units)} pieces still lie in {tote}."
