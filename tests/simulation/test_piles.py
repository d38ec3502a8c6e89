"""What really lies in the bins, and what right books say about it."""

from warehouse.simulation.piles import Piles

MUGS, TEA = ("S1", "MUG", ""), ("S1", "TEA", "L1")
ROWS = [
    {"kind": "bin", "place": "S1", "sku": "MUG", "lot_code": "R7", "quantity": 5},
    {"kind": "bin", "place": "S1", "sku": "TEA", "lot_code": "L1", "quantity": 3},
    {"kind": "tote", "place": "T1", "sku": "MUG", "lot_code": "", "quantity": 9},
]


def some_piles() -> Piles:
    return Piles.begin(ROWS, tracked=["TEA"])


def test_the_first_morning_tells_lots_apart_only_where_they_matter() -> None:
    assert some_piles().in_bin("S1") == {MUGS: 5, TEA: 3}


def test_pieces_are_taken_all_or_none() -> None:
    piles = some_piles()
    assert (piles.take(MUGS, 6), piles.take(MUGS, 5), piles.there(MUGS)) == (False, True, 0)


def test_what_vanishes_is_known_to_the_books_only_after_a_count() -> None:
    piles = some_piles()
    assert piles.vanish(MUGS) == 5
    assert (piles.booked(), piles.known(MUGS)) == ({MUGS: 5, TEA: 3}, False)
    piles.counted("S1", "TEA")
    assert piles.booked() == {MUGS: 5, TEA: 3}
    piles.counted("S1", None)
    assert (piles.booked(), piles.known(MUGS)) == ({TEA: 3}, True)


def test_a_stray_is_no_business_of_the_books() -> None:
    piles = some_piles()
    piles.lay_unseen(MUGS)
    assert (piles.there(MUGS), piles.booked()[MUGS]) == (6, 5)


def test_a_pile_is_found_by_item_and_size() -> None:
    piles = some_piles()
    assert (piles.find("TEA", 3, ["S1"]), piles.find("TEA", 4, ["S1"]), piles.find("TEA", 1, ["S2"])) == (
        TEA,
        None,
        None,
    )
    assert (piles.a_bin_of("TEA", ["S0", "S1"]), piles.a_bin_of("CUP", ["S0", "S1"])) == ("S1", "S0")
