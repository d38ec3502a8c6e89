"""What is usual for a SKU, from the lines it was ordered in."""

import random

import pytest

from warehouse.domain.order_history import Quantities


def test_nothing_was_ordered_yet() -> None:
    assert (Quantities().lines, Quantities().percentile(99)) == (0, 0)


@pytest.mark.parametrize("lines", [1, 2, 30, 99, 100, 101, 250])
def test_99_of_100_lines_ask_for_no_more(lines: int) -> None:
    drawn = [random.Random(lines).randint(1, 60) for _ in range(lines)]  # noqa: S311 - a fixed sequence
    known = Quantities({7: 0})
    for quantity in drawn:
        known.add(quantity)
    rank = -(-lines * 99 // 100)
    assert (known.lines, known.percentile(99)) == (lines, sorted(drawn)[rank - 1])


def test_lines_from_before_count_with_those_of_the_file() -> None:
    known = Quantities({1: 98, 5: 1})
    known.add(500)
    assert (known.lines, known.percentile(99)) == (100, 5)
