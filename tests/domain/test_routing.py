from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.layout import Bin, CrossAisle, Edge, Layout, layout_of
from warehouse.domain.routing import FloorPlan, Route, serpentine

# Two aisles of ten metres, three metres apart, the depot in front of the first.
FLOOR = FloorPlan(
    layout_of(
        [
            Bin(code="A1", x_mm=0, y_mm=1000, walk_sequence=1),
            Bin(code="A9", x_mm=0, y_mm=9000, walk_sequence=2),
            Bin(code="B9", x_mm=3000, y_mm=9000, walk_sequence=3),
            Bin(code="B1", x_mm=3000, y_mm=1000, walk_sequence=4),
            Bin(code="B10", x_mm=3000, y_mm=10_000, walk_sequence=5),
            Bin(code="LOST"),
        ]
    )
)


def test_a_trip_without_stops_has_no_way() -> None:
    assert FLOOR.walk([]) == Route((), 0)


def test_within_an_aisle_one_walks_straight() -> None:
    assert FLOOR.walk(["A9", "A1"]) == Route(("A1", "A9"), 18_000)


def test_between_aisles_one_leaves_by_the_nearer_end() -> None:
    # Out to A9 9 m, by the back 1 + 3 + 1 m to B9, and 9 m forward and 3 m across to the depot.
    assert FLOOR.walk(["B9", "A9"]) == Route(("A9", "B9"), 9000 + 5000 + 12_000)
    # By the front: 1 m out to A1, 1 + 3 + 1 m to B1, 1 + 3 m home.
    assert FLOOR.walk(["A1", "B1"]).distance_mm == 1000 + 5000 + 4000


def test_a_bin_named_twice_is_one_stop() -> None:
    assert FLOOR.walk(["A1", "A1"]) == Route(("A1",), 2000)


def test_a_bin_nobody_knows_the_place_of_goes_last_is_named_and_adds_no_way() -> None:
    assert FLOOR.walk(["NEW", "A1", "LOST"]) == Route(("A1", "LOST", "NEW"), 2000, ("LOST", "NEW"))


def test_a_list_sorted_by_name_is_walked_as_it_stands() -> None:
    assert FLOOR.by_name(["B9", "B10", "B1"]).stops == ("B1", "B10", "B9")
    assert FLOOR.by_name(["A1", "B1"]) == FLOOR.walk(["A1", "B1"])


def test_bins_without_coordinates_get_a_place_from_aisle_and_bay() -> None:
    floor = FloorPlan(
        layout_of(
            [
                Bin(code="1-1", aisle="1", bay="1", walk_sequence=1),
                Bin(code="10-2", aisle="10", bay="2", walk_sequence=3),
                Bin(code="2-2", aisle="2", bay="2", walk_sequence=2),
            ],
            depot_x_mm=3000,
        )
    )
    # Aisles 1, 2, 10 stand 3 m apart, bays 1 m: 1 m out, one metre to the back end and over, over again, home.
    assert floor.walk(["10-2", "2-2", "1-1"]) == Route(("1-1", "2-2", "10-2"), 1000 + 4000 + 3000 + 8000)


def test_a_serpentine_goes_up_one_aisle_and_down_the_next() -> None:
    bins = [Bin(code=f"{aisle}-{bay}", aisle=aisle, bay=bay) for aisle in ("2", "10", "1") for bay in ("9", "10", "1")]
    lost = Bin(code="X2")
    assert [bin_.code for bin_ in serpentine([lost, *bins])] == [
        *("1-1", "1-9", "1-10"),
        *("2-10", "2-9", "2-1"),
        *("10-1", "10-9", "10-10"),
        "X2",
    ]


def test_a_serpentine_goes_by_coordinates_where_there_are_any() -> None:
    bins = [Bin(code="A1", aisle="A", bay="1", y_mm=9000), Bin(code="A2", aisle="A", bay="2", y_mm=100)]
    assert [bin_.code for bin_ in serpentine(bins)] == ["A2", "A1"]


@given(st.lists(st.sampled_from(["A1", "A9", "B1", "B9", "B10", "LOST", "NEW"])))
def test_every_stop_is_walked_once_and_the_way_is_never_shorter_than_out_and_back(codes: list[str]) -> None:
    route = FLOOR.walk(codes)
    assert sorted(route.stops) == sorted(set(codes))
    assert route.distance_mm >= max([0, *(FLOOR.walk([code]).distance_mm for code in codes)])


def test_a_list_is_measured_as_it_stands_against_the_shortest_order() -> None:
    bins = {code: Bin(code=code, aisle="A", x_mm=0, y_mm=y) for code, y in (("A1", 1000), ("A2", 2000), ("A3", 3000))}
    floor = FloorPlan(Layout(bins=bins, cross_aisles=(CrossAisle(code="f", y_mm=0), CrossAisle(code="b", y_mm=9000))))
    best, worse = floor.as_listed(["A1", "A2", "A3"]), floor.as_listed(["A2", "A1", "A3", "Z9"])
    assert (best.distance_mm, best.may_be_off) == (6000, 0.0)
    assert (worse.stops, worse.unlocated) == (("A2", "A1", "A3", "Z9"), ("Z9",))
    assert (worse.distance_mm, round(worse.may_be_off, 3)) == (8000, 0.333)


def test_a_way_over_a_graph_may_begin_and_end_at_a_bin() -> None:
    line = [("depot", "A"), ("A", "B"), ("B", "C"), ("C", "D"), ("D", "depot")]
    edges = tuple(Edge(a=a, b=b, distance_mm=1000) for a, b in line)
    plan = FloorPlan(Layout(bins={code: Bin(code=code) for code in "ABCD"}, edges=edges))
    between = [plan.between(start, end) for start, end in (("C", None), ("A", "C"), ("NOWHERE", None))]
    walked = [one.walk(["B", "D"]) for one in between if one is not None]
    assert [(route.stops, route.distance_mm) for route in walked] == [
        (("B", "D"), 4000),
        (("B", "D"), 4000),
        (("B", "D"), 5000),
    ]


def test_trips_between_aisles_begin_and_end_at_cross_aisles() -> None:
    assert FLOOR.between("A1", None) is None
