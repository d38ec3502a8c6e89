"""Two systems side by side: where their results differ by order, by line and by stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """What differs: whether an order is there at all, how much of a line was sent, how much of an item is there."""

    ORDER = "order"
    LINE = "line"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Results:
    """What one system came to: pieces sent by (order, SKU), and pieces on hand by SKU."""

    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that differs; None where a system does not know it."""

    level: Level
    order: str = ""
    sku: str = ""
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, and how many figures there were and how many were the same."""

    differences: tuple[Difference, ...]
    rows: int
    same: int


def compare(old: Results, new: Results) -> Comparison:
    """Compare what both systems came to.

    An order only one of them knows is one difference with its pieces, not one a line. Where only one system tells of
    stock at all, stock is not compared.
    """
    pieces_old, pieces_new = _by_order(old.lines), _by_order(new.lines)
    orders = [
        Difference(level=Level.ORDER, order=order, old=pieces_old.get(order), new=pieces_new.get(order))
        for order in sorted(pieces_old.keys() ^ pieces_new.keys())
    ]
    both = pieces_old.keys() & pieces_new.keys()
    keys = sorted(key for key in old.lines.keys() | new.lines.keys() if key[0] in both)
    lines = [
        Difference(
            level=Level.LINE, order=order, sku=sku, old=old.lines.get((order, sku)), new=new.lines.get((order, sku))
        )
        for order, sku in keys
    ]
    skus = sorted(old.stock.keys() | new.stock.keys()) if old.stock and new.stock else []
    stock = [Difference(level=Level.STOCK, sku=sku, old=old.stock.get(sku), new=new.stock.get(sku)) for sku in skus]
    differing = (*orders, *_that_differ(lines), *_that_differ(stock))
    rows = len(orders) + len(lines) + len(stock)
    return Comparison(differing, rows, rows - len(differing))


def _by_order(lines: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (order, _), pieces in lines.items():
        found[order] = found.get(order, 0) + pieces
    return found


def _that_differ(figures: Iterable[Difference]) -> list[Difference]:
    """Keep what differs; a figure one system does not tell is the same as none."""
    return [figure for figure in figures if (figure.old or 0) != (figure.new or 0)]
