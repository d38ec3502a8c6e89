"""The rung in use is named, with what to do about it and what that would save."""

import pytest

from warehouse.domain.layout import Aisle, Bin, CrossAisle, Edge, Layout, OneWay, layout_of
from warehouse.domain.planning.floors import Rung
from warehouse.services.layout.rung import standing_of

BINS = {code: Bin(code=code, aisle="A", y_mm=1000) for code in ("A1", "A2")}
DRAWN = Layout(
    bins=BINS,
    aisles=(Aisle(code="A", x_mm=0),),
    cross_aisles=(CrossAisle(code="f", y_mm=0), CrossAisle(code="b", y_mm=9000)),
)


@pytest.mark.parametrize(
    ("layout", "rung", "saves"),
    [
        (DRAWN, Rung.AISLES, 0),
        (layout_of([Bin(code="01-1"), Bin(code="01-2")]), Rung.VIRTUAL_AISLES, 14),
        (layout_of([Bin(code="left", walk_sequence=1), Bin(code="right", walk_sequence=2)]), Rung.WALK_SEQUENCE, 21),
        (layout_of([Bin(code="left"), Bin(code="right")]), Rung.NATURAL_ORDER, 27),
    ],
)
def test_a_lower_rung_says_what_better_data_would_save(layout: Layout, rung: Rung, saves: int) -> None:
    standing = standing_of(layout)
    assert (standing.rung, standing.saves, bool(standing.do)) == (rung, saves, saves > 0)


def test_trips_are_exact_only_where_nothing_forbids_it() -> None:
    one_way = Layout(bins=BINS, aisles=(Aisle(code="A", x_mm=0, one_way=OneWay.UP),))
    ways = Layout(bins=BINS, edges=(Edge(a="depot", b="A1", distance_mm=5), Edge(a="A1", b="A2", distance_mm=5)))
    assert [standing_of(layout).exact for layout in (DRAWN, one_way, ways)] == [True, False, False]


def test_bins_without_a_place_are_counted() -> None:
    lost = Layout(bins={**BINS, "Z": Bin(code="Z")}, aisles=DRAWN.aisles, cross_aisles=DRAWN.cross_aisles)
    assert standing_of(lost).lost == 1
