"""What happens in a shift follows from its seed."""

from collections import Counter

from warehouse.simulation.fate import ORDER_RATES, PICK_RATES, WEIGHED, Fate

ORDERS = [str(number) for number in range(1000, 3000)]


def test_the_same_seed_brings_the_same_fates() -> None:
    assert [Fate(1).of_order(it) for it in ORDERS] == [Fate(1).of_order(it) for it in ORDERS]
    assert [Fate(1).of_order(it) for it in ORDERS] != [Fate(2).of_order(it) for it in ORDERS]


def test_every_fate_comes_about_as_often_as_it_should() -> None:
    drawn = Counter(Fate(1, 5).of_order(it) for it in ORDERS)
    for name, rate in ORDER_RATES.items():
        if name != WEIGHED:
            assert 0.4 < drawn[name] / (rate * 5 * len(ORDERS)) < 2, name
    tasks = Counter(Fate(1, 5).of_task(it) for it in ORDERS)
    assert tasks.keys() - {None} == PICK_RATES.keys()


def test_nothing_ever_happens_where_nothing_shall() -> None:
    quiet = Fate(1, 0)
    assert {quiet.of_order(it) for it in ORDERS} == {None}
    assert not any(quiet.is_weighed(it) for it in ORDERS)
