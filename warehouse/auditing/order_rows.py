"""What is odd about a file of order lines, row by row as it was written: spellings, descriptions, doubles, figures."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TypeVar

from warehouse.auditing.findings import Audit, Lines
from warehouse.auditing.item_rows import ALIKE
from warehouse.domain.catalog import sku_key
from warehouse.domain.words import sentence
from warehouse.exchange.columns import memos
from warehouse.exchange.grouping import selects
from warehouse.exchange.profile import Action, Profile
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.values import BadValueError, Memo, read_decimal, tidy

__all__ = ["OrderRows", "tell"]

_PLAIN = re.compile(r"[\W_]+")
_DAY = timedelta(hours=24)


Value = TypeVar("Value")


@dataclass(slots=True)
class _Sku:
    """What is seen of one SKU as written."""

    lines: Lines = field(default_factory=Lines)
    descriptions: set[str] = field(default_factory=set)
    stock: bool = True


@dataclass(slots=True)
class _Order:
    """What is seen of one order number."""

    skus: dict[str, int] = field(default_factory=dict)
    moments: set[str] = field(default_factory=set)
    cancels: bool = False
    skipped: bool = False
    lines: int = 0
    pickable: int = 0
    picked: set[str] = field(default_factory=set)
    customer: str = ""
    placed_at: datetime | None = None
    basket: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one row that the audit looks at."""

    order: str
    sku: str
    stock: bool
    description: str
    quantity: int | None
    price: Decimal | None
    customer: str
    country: str
    moment: str


class OrderRows:
    """Gathers what one file of order lines says."""

    def __init__(self, bound: BoundTable, profile: Profile) -> None:
        self._bound = bound
        self._profile = profile
        self._not_picked = [
            (Memo(partial(selects, test)), bound.binding.place(test.column))
            for test in profile.filters
            if test.action is Action.NOT_PICKABLE
        ]
        self._quantity: Memo[int | None] = memos(profile)["quantity"]
        self._moment: Memo[datetime | None] = memos(profile)["placed_at"]
        # Exactly as written: what is rounded to whole cents is not free.
        self._price = Memo(lambda cell: read_decimal(tidy(cell, profile.parse), profile.parse))
        self.skus: dict[str, _Sku] = defaultdict(_Sku)
        self.orders: dict[str, _Order] = defaultdict(_Order)
        self.seen: dict[int, Lines] = defaultdict(Lines)
        self.countries: dict[str, set[str]] = defaultdict(set)
        self.figures: dict[str, int] = defaultdict(int)
        self.units: dict[str, int] = defaultdict(int)

    def gather(self) -> None:
        """Read every row once."""
        for line, cells in self._bound.table.rows():
            self.seen[hash(tuple(cells))].add(line)
            self._row(line, self._cells(cells))

    def _cells(self, cells: list[str]) -> _Row:
        parse, place = self._profile.parse, self._bound.binding.place
        padded = [*cells, *[""] * (len(self._bound.table.header) + 1 - len(cells))]
        text = {
            name: tidy(padded[place(name)], parse)
            for name in ("order_no", "sku", "description", "customer", "ship_country", "placed_at")
        }
        return _Row(
            order=text["order_no"],
            sku=text["sku"],
            stock=not any(means[tidy(padded[at], parse)] for means, at in self._not_picked),
            description=text["description"],
            quantity=_or_none(self._quantity.__getitem__, padded[place("quantity")]),
            price=_or_none(self._price.__getitem__, padded[place("unit_price")]),
            customer=text["customer"],
            country=text["ship_country"],
            moment=text["placed_at"],
        )

    def _row(self, line: int, row: _Row) -> None:
        sku = self.skus[row.sku]
        sku.lines.add(line)
        sku.stock = row.stock
        if row.description:
            sku.descriptions.add(row.description)
        order = self.orders[row.order]
        if not order.lines:
            order.cancels = not self._is("order_no", row.order, Action.CANCELLATION)
            order.skipped = not self._is("order_no", row.order, Action.SKIP_ORDER)
            order.customer, order.placed_at = row.customer, _or_none(self._moment.__getitem__, row.moment)
        order.lines += 1
        order.moments.add(row.moment)
        order.basket += hash((row.sku, row.quantity))
        order.skus[row.sku] = order.skus.get(row.sku, 0) + 1
        self._count(row, order)

    def _is(self, column: str, text: str, action: Action) -> bool:
        """Say whether no filter of this kind means the text."""
        return not any(
            selects(test, text) for test in self._profile.filters if test.action is action and test.column == column
        )

    def _count(self, row: _Row, order: _Order) -> None:
        figures, quantity = self.figures, row.quantity or 0
        figures["rows"] += 1
        figures["rows_missing_description"] += not row.description
        figures["rows_missing_customer"] += not row.customer
        figures["rows_not_stock"] += not row.stock
        figures["rows_other_spelling"] += row.sku != row.sku.upper()
        figures["rows_below_zero"] += quantity < 0
        figures["rows_below_zero_uncancelled"] += quantity < 0 and not order.cancels
        figures["rows_cancelling_above_zero"] += quantity > 0 and order.cancels
        figures["rows_without_price"] += row.price == 0
        figures["rows_price_below_zero"] += (row.price or 0) < 0
        figures["largest_quantity"] = max(figures["largest_quantity"], abs(quantity))
        figures["cancelling_rows"] += order.cancels
        if row.customer and row.country:
            self.countries[row.customer].add(row.country)
        self.units[row.country] += 1
        if row.stock and quantity > 0 and not order.cancels and not order.skipped:
            order.pickable += 1
            order.picked.add(row.sku)
            figures["pickable_rows"] += 1
            figures["pickable_units"] += quantity


def _or_none(read: Callable[[str], Value], cell: str) -> Value | None:
    try:
        return read(cell)
    except BadValueError:
        return None


def tell(rows: OrderRows, audit: Audit) -> None:
    """Write down what was gathered."""
    _figures(rows, audit.figures)
    for sku, them in _groups(rows.skus, sku_key):
        spellings = ", ".join(sorted(them))
        audit.add("case_variants", sku, sentence("Written as {spellings}", spellings=spellings), _together(rows, them))
    alike = {sku_key(sku): sku for sku in rows.skus if rows.skus[sku].stock}
    for _, them in _groups(alike, lambda sku: _PLAIN.sub("", sku)):
        audit.add("look_alikes", ", ".join(sorted(them)), ALIKE)
    for sku, seen in rows.skus.items():
        if len(seen.descriptions) > 1:
            said = " / ".join(sorted(seen.descriptions)[:5])
            message = sentence("{number} descriptions: {said}", number=len(seen.descriptions), said=said)
            audit.add("descriptions", sku, message, seen.lines)
        elif not seen.descriptions:
            audit.add("never_described", sku, sentence("No row describes it"), seen.lines)
        if not seen.stock:
            audit.add("not_stock", sku, sentence("Never goes on a pick list"), seen.lines)
    for lines in rows.seen.values():
        if lines.count > 1:
            first, times = sentence("line {number}", number=lines.first[0]), lines.count
            audit.add("duplicate_row", first, sentence("The same row {count} times", count=times), lines)


def _groups(keys: Iterable[str], fold: Callable[[str], str]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        found[fold(key)].append(key)
    return ((folded, them) for folded, them in found.items() if len(them) > 1)


def _together(rows: OrderRows, skus: list[str]) -> Lines:
    lines = Lines()
    for sku in skus:
        for line in rows.skus[sku].lines.first:
            lines.add(line)
    return lines


def _same_baskets(orders: Iterable[_Order]) -> int:
    """Count the orders whose customer had ordered the very same rows, in whatever order, within the day before."""
    placed: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    for order in orders:
        if order.customer and order.placed_at and not order.cancels and not order.skipped:
            placed[order.customer, order.basket].append(order.placed_at)
    return sum(after - before <= _DAY for times in placed.values() for before, after in pairwise(sorted(times)))


def _figures(rows: OrderRows, figures: dict[str, int]) -> None:
    orders = rows.orders.values()
    figures |= rows.figures
    figures |= {
        "orders": len(orders),
        "cancellations": sum(order.cancels for order in orders),
        "orders_not_meant": sum(order.skipped for order in orders),
        "pickable_orders": sum(order.pickable > 0 for order in orders),
        "most_lines": max((order.pickable for order in orders), default=0),
        "single_line_orders": sum(order.pickable == 1 for order in orders),
        "orders_repeating_a_sku": sum(len(order.skus) < order.lines for order in orders),
        "rows_repeating_a_sku": sum(order.lines - len(order.skus) for order in orders),
        "orders_at_two_times": sum(len(order.moments) > 1 for order in orders),
        "skus": len(rows.skus),
        "pickable_skus_folded": len({sku_key(sku) for order in orders for sku in order.picked}),
        "skus_folded": len({sku_key(sku) for sku in rows.skus}),
        "customers": len(rows.countries),
        "countries": len(rows.units),
        "customers_in_two_countries": sum(len(them) > 1 for them in rows.countries.values()),
        "duplicate_rows": figures["rows"] - len(rows.seen),
        "same_basket_within_a_day": _same_baskets(orders),
    }
