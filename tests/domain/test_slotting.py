"""Advice on places: goods fetched often from far change places with those that are not, measured on trips."""

from itertools import product

from warehouse.domain.layout import Aisle, Bin, CrossAisle, Layout, layout_of
from warehouse.domain.slotting import Advice, History, advise

AISLES, BAYS = range(1, 6), range(1, 9)
BINS = [
    Bin(code=f"{aisle}-{bay}", aisle=str(aisle), bay=str(bay), x_mm=aisle * 3000, y_mm=bay * 1000)
    for aisle, bay in product(AISLES, BAYS)
]
FLOOR = Layout(
    bins=layout_of(BINS).bins,
    depot_x_mm=3000,
    aisles=tuple(Aisle(code=str(aisle), x_mm=aisle * 3000) for aisle in AISLES),
    cross_aisles=(CrossAisle(code="F", y_mm=0), CrossAisle(code="B", y_mm=9000)),
)
CONTENTS = {bin_.code: f"SKU {bin_.code}" for bin_ in BINS}


def test_goods_fetched_often_from_far_are_to_lie_near() -> None:
    trips = (("5-8",),) * 30 + (("1-1",),)
    found = advise(FLOOR, History(trips=trips, contents=CONTENTS))
    far, near = 2 * (4 * 3000 + 8000), 2 * 1000
    assert found[0] == Advice(
        sku="SKU 5-8",
        source="5-8",
        target="1-1",
        instead="SKU 1-1",
        visits=30,
        trips=31,
        saves_mm=29 * (far - near),
        walked_mm=30 * far + near,
    )


def test_an_empty_bin_takes_goods_without_exchange() -> None:
    found = advise(FLOOR, History(trips=(("5-8",),) * 9, contents={"5-8": "FAR", "1-1": ""}))
    assert [(one.sku, one.target, one.instead) for one in found] == [("FAR", "1-1", "")]


def test_each_bin_is_named_once_and_no_more_than_asked() -> None:
    trips = tuple((f"5-{bay}", f"4-{bay}") for bay in BAYS) * 4
    history = History(trips=trips, contents=CONTENTS)
    bins = [code for one in advise(FLOOR, history) for code in (one.source, one.target)]
    assert len(bins) == len(set(bins))
    assert len(advise(FLOOR, history, 2)) == 2
    assert [one.saves_mm for one in advise(FLOOR, history)] == sorted(
        (one.saves_mm for one in advise(FLOOR, history)), reverse=True
    )


def test_where_nothing_would_be_saved_there_is_no_advice() -> None:
    assert advise(FLOOR, History(trips=(("1-1",),) * 20, contents=CONTENTS)) == ()
    assert advise(FLOOR, History(trips=(), contents=CONTENTS)) == ()


def test_nothing_is_to_lie_where_nobody_knows_the_way() -> None:
    layout = layout_of([*BINS, Bin(code="LOST")])
    floor = Layout(bins=layout.bins, depot_x_mm=3000, aisles=FLOOR.aisles, cross_aisles=FLOOR.cross_aisles)
    found = advise(floor, History(trips=(("5-8",),) * 9, contents={"5-8": "FAR", "LOST": "", "1-1": ""}))
    assert [(one.source, one.target) for one in found] == [("5-8", "1-1")]


def test_the_newest_trips_are_those_looked_at() -> None:
    found = advise(FLOOR, History(trips=(("5-8",),) * 200 + (("4-8",),) * 150, contents=CONTENTS))
    assert (found[0].sku, found[0].trips) == ("SKU 4-8", 150)
