import pytest

from warehouse.domain.layout import Bin
from warehouse.domain.planning.handling import Goods, Handling, levels_up

BOTH = Handling(heavy_g=5000, fragile_last=True)


def test_heavy_goods_rank_before_others_and_fragile_ones_after() -> None:
    goods = [Goods("A", 5000, fragile=False), Goods("B", 4999, fragile=False), Goods("C", None, fragile=True)]
    assert BOTH.ranks(goods) == {"A": -1, "B": 0, "C": 1}
    assert Handling().ranks(goods) == {}
    assert Handling(heavy_g=5000).ranks(goods) == {"A": -1, "B": 0, "C": 0}
    assert Handling(fragile_last=True).ranks(goods) == {"A": 0, "B": 0, "C": 1}


def test_where_all_goods_are_alike_there_is_no_order_to_keep() -> None:
    assert BOTH.ranks([Goods("A", 9000, fragile=False), Goods("B", 9000, fragile=False)]) == {}


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_bin_with_both_the_heavy_goods_decide(turned: bool) -> None:  # noqa: FBT001 - a table
    goods = [Goods("A", 9000, fragile=False), Goods("A", 10, fragile=True), Goods("B", 10, fragile=False)]
    assert BOTH.ranks(goods[::-1] if turned else goods) == {"A": -1, "B": 0}
    mixed = [Goods("A", 10, fragile=False), Goods("A", 10, fragile=True), Goods("B", 10, fragile=False)]
    assert BOTH.ranks(mixed[::-1] if turned else mixed) == {"A": 1, "B": 0}


@pytest.mark.parametrize(("level", "up"), [("", 0), ("1", 0), ("04", 3), ("0", 0), ("A", 0), ("c", 2), ("top", 0)])
def test_levels_are_counted_from_the_first(level: str, up: int) -> None:
    assert levels_up(Bin(code="X", level=level)) == up
