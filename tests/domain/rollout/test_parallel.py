"""Two systems side by side, and stock at rest."""

from datetime import timedelta

from tests.builders import NOON
from warehouse.domain.rollout.freeze import is_frozen
from warehouse.domain.rollout.parallel import Comparison, Difference, Level, Results, compare


def test_orders_lines_and_stock_that_differ_are_named() -> None:
    old = Results({("1", "A"): 2, ("1", "B"): 1, ("2", "A"): 5, ("2", "B"): 1}, {"A": 10, "B": 4, "C": 0})
    new = Results({("1", "A"): 2, ("1", "B"): 3, ("3", "A"): 1}, {"A": 10, "B": 5})
    assert compare(old, new) == Comparison(
        (
            Difference(level=Level.ORDER, order="2", old=6, new=None),
            Difference(level=Level.ORDER, order="3", old=None, new=1),
            Difference(level=Level.LINE, order="1", sku="B", old=1, new=3),
            Difference(level=Level.STOCK, sku="B", old=4, new=5),
        ),
        rows=7,
        same=3,
    )


def test_where_one_system_tells_nothing_of_stock_it_is_not_compared() -> None:
    assert compare(Results({}, {"A": 3}), Results()) == Comparison((), 0, 0)


def test_a_freeze_ends_by_its_hour_or_by_a_person() -> None:
    until = NOON + timedelta(hours=2)
    assert is_frozen(until, None, NOON)
    assert not is_frozen(until, None, until)
    assert not is_frozen(until, NOON, NOON)
