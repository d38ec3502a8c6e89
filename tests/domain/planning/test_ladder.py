from dataclasses import replace

import pytest

from warehouse.domain.layout import Aisle, Bin, CrossAisle, Edge, Layout, OneWay, Station, layout_of
from warehouse.domain.planning.floors import Floor, GridFloor, Rung
from warehouse.domain.planning.grid import Corner, Spot
from warehouse.domain.planning.ladder import floor_of
from warehouse.domain.routing import FloorPlan

BINS = [Bin(code=f"{aisle}{bay}", aisle=aisle, y_mm=1000 * bay) for aisle in "AB" for bay in (1, 2)]
AISLES = Layout(
    bins={bin_.code: bin_ for bin_ in BINS},
    aisles=(Aisle(code="A", x_mm=0), Aisle(code="B", x_mm=3000)),
    cross_aisles=(CrossAisle(code="front", y_mm=0), CrossAisle(code="back", y_mm=9000)),
)


def grid_of(layout: Layout) -> GridFloor:
    floor = floor_of(layout).floor
    assert isinstance(floor, GridFloor)
    return floor


def rung_of(*bins: Bin) -> Rung:
    return floor_of(layout_of(bins)).rung


def test_ways_of_a_graph_are_the_best_there_is() -> None:
    edges = (
        Edge(a="depot", b="A1", distance_mm=4000),
        Edge(a="A1", b="A2", distance_mm=1000, one_way=True),
        Edge(a="A2", b="depot", distance_mm=9000),
    )
    placed = floor_of(replace(AISLES, edges=edges, bins={"A1": BINS[0], "A2": BINS[1], "Z": Bin(code="Z")}))
    assert (placed.rung, placed.measured, placed.placed) == (Rung.GRAPH, True, 2)
    assert placed.floor.route(["A2", "A1"], []).length == 4000 + 1000 + 9000
    assert placed.floor.length(["A1"]) == 8000
    lengths, masks = placed.floor.measure(["A1", "A2"])
    assert lengths.cost(masks(["A2", "A1", "A1"])) == 14_000


def test_a_graph_may_start_and_end_at_stations_of_its_own() -> None:
    edges = (Edge(a="in", b="A1", distance_mm=1), Edge(a="A1", b="out", distance_mm=2))
    layout = Layout(bins={"A1": BINS[0]}, edges=edges, start="in", end="out")
    assert FloorPlan(layout).walk(["A1"]).distance_mm == 3


def test_bins_stand_in_the_aisles_they_name() -> None:
    floor = grid_of(AISLES)
    assert floor_of(AISLES).rung is Rung.AISLES
    assert floor.spots["B2"] == Spot(1, 2000)
    assert (floor.grid.xs, floor.grid.ys) == ((0, 3000), (0, 9000))


def test_bins_without_aisle_stand_in_the_nearest() -> None:
    layout = replace(AISLES, bins={"X": Bin(code="X", x_mm=2600, y_mm=99_000)})
    assert grid_of(layout).spots["X"] == Spot(1, 9000)


def test_a_blocked_aisle_is_not_walked_and_its_bins_go_last() -> None:
    blocked = replace(AISLES, aisles=(AISLES.aisles[0], replace(AISLES.aisles[1], blocked="a spill")))
    assert FloorPlan(blocked).walk(["B1", "A2"]).stops == ("A2", "B1")
    assert FloorPlan(blocked).walk(["B1", "A2"]).unlocated == ("B1",)
    assert FloorPlan(blocked).by_name(["A1", "A2"]).distance_mm == 4000


def test_a_one_way_aisle_is_walked_its_way() -> None:
    layout = replace(AISLES, aisles=(AISLES.aisles[0], replace(AISLES.aisles[1], one_way=OneWay.DOWN)))
    route = FloorPlan(layout).walk(["B1", "B2"])
    assert (route.stops, route.distance_mm, route.may_be_off) == (("B2", "B1"), 2 * 9000 + 2 * 3000, 0.0)
    assert FloorPlan(layout).by_name(["B1"]).distance_mm == route.distance_mm


def test_a_trip_may_start_at_one_station_and_end_at_another_off_the_cross_aisles() -> None:
    stations = (Station(code="in", x_mm=-1000, y_mm=500), Station(code="out", x_mm=3000, y_mm=9000))
    floor = grid_of(replace(AISLES, stations=stations, start="in", end="out"))
    assert (floor.grid.start, floor.grid.end, floor.access) == (Corner(0, 0), Corner(2, 1), 500)
    assert floor.grid.walkable == (False, True, True)
    assert floor.route(["A1"], []).length == 500 + 1000 + 9000 + 3000


def test_heavy_goods_come_first_and_fragile_last() -> None:
    floor = FloorPlan(AISLES)
    assert floor.walk(["A1", "A2", "B1"]).stops[0] == "A1"
    route = floor.walk(["A1", "A2", "B1"], {"A2": -1, "A1": 1})
    assert route.stops == ("A2", "B1", "A1")
    assert route.distance_mm == 2000 + (2000 + 3000 + 1000) + (1000 + 3000 + 1000) + 1000
    assert floor.walk(["A1", "A2"], {}).stops == ("A1", "A2")


def test_a_floor_with_many_cross_aisles_is_walked_over_its_network() -> None:
    cross = tuple(CrossAisle(code=str(y), y_mm=1500 * y) for y in range(7))
    floor = floor_of(replace(AISLES, cross_aisles=cross)).floor
    assert floor.route(["A1", "B1"], []).length == 3000 + 1500 + 3000 + 1500
    lengths, masks = floor.measure(["A1", "B1"])
    assert lengths.cost(masks(["A1"])) == 2000


@pytest.mark.parametrize(("roughly", "blocks"), [(False, 2), (True, 1)])
def test_large_pools_are_reckoned_without_inner_cross_aisles(roughly: bool, blocks: int) -> None:  # noqa: FBT001
    cross = (*AISLES.cross_aisles, CrossAisle(code="middle", y_mm=5000))
    lengths, _ = floor_of(replace(AISLES, cross_aisles=cross)).floor.measure(["A1"], roughly=roughly)
    assert getattr(lengths, "places").grid.blocks == blocks  # noqa: B009


def test_aisles_are_guessed_from_codes_where_bays_share_them() -> None:
    assert rung_of(*(Bin(code=code) for code in ("07-01-L", "07-02-L", "08-01-R"))) is Rung.VIRTUAL_AISLES
    assert rung_of(*(Bin(code=code) for code in ("Z-07-01-1", "Z-07-02-1"))) is Rung.VIRTUAL_AISLES
    assert rung_of(*(Bin(code=code) for code in ("A1", "A2"))) is Rung.VIRTUAL_AISLES
    assert rung_of(Bin(code="A1"), Bin(code="B1")) is Rung.NATURAL_ORDER
    assert rung_of(Bin(code="07-L"), Bin(code="07-R")) is Rung.NATURAL_ORDER


def test_the_way_through_guessed_aisles_is_measured() -> None:
    floor = FloorPlan(layout_of([Bin(code=f"0{aisle}-{bay}") for aisle in (1, 2) for bay in (1, 2)]))
    assert (floor.rung, floor.walk(["01-2", "02-1"]).distance_mm) == (Rung.VIRTUAL_AISLES, 2 * 6000 + 2 * 2000)


def test_a_walk_sequence_gives_an_order_but_no_metres() -> None:
    bins = [Bin(code="left", walk_sequence=9), Bin(code="right", walk_sequence=2), Bin(code="lost")]
    floor = FloorPlan(layout_of(bins))
    route = floor.walk(["left", "lost", "right"])
    assert (floor.rung, route.stops, route.distance_mm) == (Rung.WALK_SEQUENCE, ("right", "left", "lost"), 0)


def test_with_nothing_known_the_codes_are_walked_in_natural_order() -> None:
    floor = FloorPlan(layout_of([Bin(code="top"), Bin(code="10"), Bin(code="9")]))
    assert floor.rung is Rung.NATURAL_ORDER
    assert floor.walk(["top", "10", "9"]).stops == ("top", "9", "10")


def test_an_empty_building_has_a_floor() -> None:
    empty: Floor = floor_of(Layout()).floor
    assert "A1" not in empty
    assert FloorPlan(Layout()).walk(["A1"]).unlocated == ("A1",)


def test_a_rung_that_places_few_bins_is_left_for_the_next() -> None:
    edges = (Edge(a="depot", b="A1", distance_mm=4000),)
    assert floor_of(replace(AISLES, edges=edges)).rung is Rung.AISLES


def test_closing_the_aisle_of_most_bins_changes_nothing_of_what_is_known_of_the_building() -> None:
    more = {**AISLES.bins, "B3": Bin(code="B3", aisle="B", y_mm=3000)}
    layout = replace(AISLES, bins=more, aisles=(AISLES.aisles[0], replace(AISLES.aisles[1], blocked="a spill")))
    placed = floor_of(layout)
    assert (placed.rung, placed.placed) == (Rung.AISLES, 5)
    assert FloorPlan(layout).walk(["B1", "A2", "B3"]).stops == ("A2", "B1", "B3")


def test_nobody_is_sent_through_a_closed_aisle_of_a_graph() -> None:
    edges = (
        Edge(a="depot", b="A1", distance_mm=1000),
        Edge(a="A1", b="B1", distance_mm=1000),
        Edge(a="depot", b="A2", distance_mm=9000),
        Edge(a="A2", b="B1", distance_mm=9000),
    )
    layout = replace(AISLES, edges=edges, bins={code: AISLES.bins[code] for code in ("A1", "A2", "B1")})
    closed = replace(layout, aisles=(replace(AISLES.aisles[0], blocked="a spill"), AISLES.aisles[1]))
    assert FloorPlan(layout).walk(["B1"]).distance_mm == 4000
    way_round = replace(closed, edges=(*edges, Edge(a="depot", b="B1", distance_mm=7000)))
    assert FloorPlan(way_round).walk(["A1", "B1"]).stops == ("B1", "A1")
    assert FloorPlan(way_round).walk(["B1"]).distance_mm == 14_000
