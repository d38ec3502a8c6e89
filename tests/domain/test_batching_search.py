"""What a plan may put together, and what a search makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from warehouse.domain.batching import (
    LeftOut,
    Method,
    Plan,
    PlanOrder,
    PlanRules,
    Progress,
    Search,
    Shift,
    Travel,
    plan,
)
from warehouse.domain.batching_totes import Pick
from warehouse.domain.forecast import Trip, foresee
from warehouse.domain.layout import Aisle, Bin, CrossAisle, Edge, Layout, Station
from warehouse.domain.planning.handling import Handling
from warehouse.domain.routing import FloorPlan

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LAYOUT = Layout(
    bins={
        f"{aisle}{bay}": Bin(code=f"{aisle}{bay}", zone=aisle, aisle=aisle, y_mm=1000 * bay)
        for aisle in "ABCD"
        for bay in range(1, 10)
    },
    aisles=tuple(Aisle(code=code, x_mm=3000 * at) for at, code in enumerate("ABCD")),
    cross_aisles=(CrossAisle(code="front", y_mm=0), CrossAisle(code="back", y_mm=10_000)),
)


def an_order(number: int, *bins: str, **changes: object) -> PlanOrder:
    picks = tuple(Pick(line=line, sku="A", bin=bin_, quantity=1, weight_g=100) for line, bin_ in enumerate(bins, 1))
    return replace(PlanOrder(number=str(number), picks=picks, cutoff=NOON), **changes)  # type: ignore[arg-type]


def strewn(count: int) -> list[PlanOrder]:
    return [an_order(at, f"{'ABCD'[at * 7 % 4]}{at * 5 % 9 + 1}") for at in range(count)]


def trips(found: Plan) -> list[tuple[str, ...]]:
    return [batch.orders for batch in found.batches]


def test_a_search_shortens_the_walk_and_tells_each_better_plan() -> None:
    told: list[Progress] = []
    rules = PlanRules(totes=3)
    found = plan(strewn(24), LAYOUT, rules, Search(iterations=2000, every=0), told.append)
    assert told[0].plan == plan(strewn(24), LAYOUT, rules)
    assert found == told[-1].plan
    assert found.distance_mm < told[0].plan.distance_mm <= found.by_name_mm * 2
    assert sorted(number for trip in trips(found) for number in trip) == sorted(str(at) for at in range(24))
    assert found == plan(strewn(24), LAYOUT, rules, Search(iterations=2000))


def test_progress_is_told_now_and_then_by_the_clock() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.01
        return now[0]

    told: list[Progress] = []
    plan(strewn(24), LAYOUT, PlanRules(totes=3), Search(seconds=2, every=1, clock=clock), told.append)
    assert 1 <= len(told) <= 3
    assert [it.seconds for it in told] == sorted(it.seconds for it in told)


def test_zones_are_not_mixed_where_the_rules_say_so_and_an_order_of_two_is_split() -> None:
    orders = [an_order(1, "A1"), an_order(2, "B1"), an_order(3, "A2", "B2")]
    found = plan(orders, LAYOUT, PlanRules(single_zone=True))
    assert (trips(found), found.split) == ([("1", "3"), ("2", "3")], ("3",))
    assert [[tote.part for tote in batch.totes] for batch in found.batches] == [[1, 1], [1, 2]]


def test_an_order_that_must_stay_whole_is_named_when_it_cannot() -> None:
    zones = plan([an_order(3, "A2", "B2", whole=True)], LAYOUT, PlanRules(single_zone=True))
    assert zones.left_out == (LeftOut("3", "It lies in several zones, and must not be split."),)
    totes = plan([an_order(1, "A1", "A2", "A3", whole=True)], LAYOUT, PlanRules(totes=2, tote_weight_g=100))
    assert totes.left_out == (LeftOut("1", "It fills 3 totes, more than one cart takes."),)
    assert totes.left_out[0].to_json() == {
        "order": "1",
        "reason": "It fills 3 totes, more than one cart takes.",
        "said": [["It fills {totes} totes, more than one cart takes.", {"totes": 3}]],
    }


def test_carriers_and_hazards_are_not_mixed_where_the_rules_say_so() -> None:
    orders = [
        an_order(1, "A1", carrier="north"),
        an_order(2, "A1", carrier="south"),
        an_order(3, "A1", carrier="north", hazard="acid"),
    ]
    rules = PlanRules(mix_carriers=False, mix_hazards=False)
    assert trips(plan(orders, LAYOUT, PlanRules())) == [("1", "2", "3")]
    assert trips(plan(orders, LAYOUT, rules, Search(iterations=100))) == [("1",), ("2",), ("3",)]


def test_single_orders_stay_single_while_searching() -> None:
    orders = [an_order(1, "A1"), an_order(2, "A1")]
    found = plan(orders, LAYOUT, PlanRules(method=Method.SINGLE), Search(iterations=100))
    assert trips(found) == [("1",), ("2",)]


def test_a_cart_is_limited_in_each_dimension() -> None:
    orders = [an_order(1, "A1", "A2"), an_order(2, "A1"), an_order(3, "A3")]
    assert trips(plan(orders, LAYOUT, PlanRules(cart_orders=2))) == [("1", "2"), ("3",)]
    assert trips(plan(orders, LAYOUT, PlanRules(cart_items=2))) == [("1",), ("2", "3")]
    bulky = [replace(it, picks=tuple(replace(pick, volume_mm3=10) for pick in it.picks)) for it in orders]
    assert trips(plan(bulky, LAYOUT, PlanRules(cart_volume_mm3=30))) == [("1", "2"), ("3",)]


def test_cutoffs_mix_as_long_as_no_truck_is_missed() -> None:
    orders = [an_order(1, "A9"), an_order(2, "A9", cutoff=NOON + timedelta(hours=1)), an_order(3, "D9", priority=1)]
    early = Shift(begins=NOON - timedelta(hours=1), pickers=0)
    rules = PlanRules(mix_cutoffs=True, shift=early)
    assert trips(plan(orders, LAYOUT, rules, Search(iterations=200))) == [("3", "1", "2")]
    tight = Shift(begins=NOON - timedelta(seconds=80), travel=Travel(s_per_batch=20, s_per_line=10))
    found = plan(orders, LAYOUT, replace(rules, shift=tight), Search(iterations=200))
    assert trips(found) == [("3", "1"), ("2",)]
    assert plan(orders, LAYOUT, replace(rules, mix_cutoffs=False, shift=tight)).batches[0].orders == ("3", "1")


def test_a_plan_reckons_with_urgent_trips_being_handed_out_first() -> None:
    hour = NOON + timedelta(hours=1)
    orders = [an_order(1, "A9"), an_order(2, "D9", cutoff=hour, priority=9), an_order(3, "D9", cutoff=hour)]
    shift = Shift(begins=NOON - timedelta(seconds=100), travel=Travel(mm_per_s=1000, s_per_batch=20, s_per_line=10))
    rules = PlanRules(totes=2, mix_cutoffs=True, shift=shift)
    found = plan(orders, LAYOUT, rules, Search(iterations=200))
    assert (trips(found), late(found, orders, shift)) == ([("1", "2"), ("3",)], [])
    calm = [replace(it, priority=0) for it in orders]
    assert trips(plan(calm, LAYOUT, rules, Search(iterations=200))) == [("1",), ("2", "3")]


def late(found: Plan, orders: list[PlanOrder], shift: Shift) -> list[str]:
    """Name the orders that are late as batches are handed out."""
    cutoffs = {order.number: order.cutoff for order in orders}
    ahead = [
        Trip(
            key=key,
            distance_mm=batch.distance_mm,
            lines=len(batch.tasks),
            orders=tuple((number, cutoffs[number]) for number in batch.orders),
            priority=batch.priority,
        )
        for key, batch in enumerate(found.batches)
    ]
    return [number for one in foresee(ahead, shift).values() for number in one.late]


def test_heavy_goods_are_picked_first_and_fragile_ones_last_where_the_rules_say_so() -> None:
    picks = (
        Pick(line=1, sku="GLASS", bin="A1", quantity=1, weight_g=100, fragile=True),
        Pick(line=2, sku="SOAP", bin="A5", quantity=1, weight_g=100),
        Pick(line=3, sku="ANVIL", bin="D9", quantity=1, weight_g=9000),
    )
    order = PlanOrder(number="1", picks=picks)

    def walked(rules: PlanRules) -> list[str]:
        return [task.bin for task in plan([order], LAYOUT, rules).batches[0].tasks]

    assert walked(PlanRules()) in (["A1", "A5", "D9"], ["D9", "A5", "A1"])
    assert walked(PlanRules(handling=Handling(heavy_g=9000, fragile_last=True))) == ["D9", "A5", "A1"]
    assert walked(PlanRules(handling=Handling(fragile_last=True)))[-1] == "A1"


def test_levels_up_take_their_time_and_make_a_truck_missed() -> None:
    high = replace(LAYOUT, bins={**LAYOUT.bins, "A9": replace(LAYOUT.bins["A9"], level="4")})
    shift = Shift(begins=NOON - timedelta(seconds=60), travel=Travel(s_per_batch=0, s_per_line=10, s_per_level=15))
    rules = PlanRules(mix_cutoffs=True, shift=shift)
    orders = [an_order(1, "A9"), an_order(2, "A9", cutoff=NOON + timedelta(hours=1))]
    assert trips(plan(orders, LAYOUT, rules, Search(iterations=100))) == [("1", "2")]
    found = plan(
        orders, high, replace(rules, shift=replace(shift, begins=NOON - timedelta(seconds=80))), Search(iterations=100)
    )
    assert (trips(found), found.batches[0].levels) == ([("1",), ("2",)], 3)


def test_one_order_is_one_trip_whatever_is_searched() -> None:
    found = plan([an_order(1, "A1", "D9")], LAYOUT, PlanRules(), Search(iterations=100))
    assert (trips(found), found.distance_mm) == ([("1",)], 2 * 9000 + 2 * 10_000)


def test_picks_in_one_aisle_only_are_walked_up_and_back() -> None:
    found = plan([an_order(at, f"B{at}") for at in range(1, 9)], LAYOUT, PlanRules(totes=4), Search(iterations=500))
    assert sorted(batch.distance_mm for batch in found.batches) == [2 * 3000 + 2 * 4000, 2 * 3000 + 2 * 8000]


def test_batches_of_one_stop_each_go_there_and_back() -> None:
    found = plan(strewn(8), LAYOUT, PlanRules(totes=1), Search(iterations=200))
    floor = FloorPlan(LAYOUT)
    assert [batch.stops for batch in found.batches] == [1] * 8
    assert all(batch.distance_mm == floor.walk([batch.tasks[0].bin]).distance_mm for batch in found.batches)


def test_trips_begin_and_end_where_the_stations_are() -> None:
    stations = (Station(code="in", x_mm=0, y_mm=10_000), Station(code="out", x_mm=9000, y_mm=0))
    layout = replace(LAYOUT, stations=stations, start="in", end="out")
    found = plan([an_order(1, "A9"), an_order(2, "D1")], layout, PlanRules(), Search(iterations=100))
    assert ([task.bin for task in found.batches[0].tasks], found.distance_mm) == (
        ["A9", "D1"],
        2 * 1000 + 9000 + 10_000,
    )


def test_a_bin_without_a_place_is_searched_with_and_goes_last() -> None:
    orders = [an_order(1, "Z9", "A9"), an_order(2, "D1"), an_order(3, "A8"), an_order(4, "Z9")]
    found = plan(orders, LAYOUT, PlanRules(totes=2), Search(iterations=200))
    assert sorted(number for trip in trips(found) for number in trip) == ["1", "2", "3", "4"]
    assert [batch.tasks[-1].bin for batch in found.batches if batch.unlocated] == ["Z9"] * 2


def test_a_search_goes_on_where_aisles_are_closed() -> None:
    one, *others = LAYOUT.aisles
    orders = [an_order(1, "A9"), an_order(2, "B9"), an_order(3, "C9")]
    for aisles in ((replace(one, blocked="a spill"), *others), [replace(it, blocked="a fire") for it in LAYOUT.aisles]):
        found = plan(orders, replace(LAYOUT, aisles=tuple(aisles)), PlanRules(), Search(iterations=64))
        assert (trips(found), "A9" in found.batches[0].unlocated) == ([("1", "2", "3")], True)


def test_a_search_on_a_graph_does_not_reckon_with_what_cannot_be_reached() -> None:
    ways = [("depot", "A1", 10_000), ("A1", "A2", 1000), ("depot", "D1", 10_000), ("D1", "D2", 1000)]
    layout = replace(LAYOUT, bins={code: LAYOUT.bins[code] for code in ("A1", "A2", "D1", "D2", "B1")})
    layout = replace(layout, edges=tuple(Edge(a=a, b=b, distance_mm=mm) for a, b, mm in ways))
    orders = [an_order(1, "A1", "B1"), an_order(2, "D1", "B1"), an_order(3, "A2"), an_order(4, "D2")]
    found = plan(orders, layout, PlanRules(totes=2), Search(iterations=300))
    assert (sorted(trips(found)), found.distance_mm) == ([("1", "3"), ("2", "4")], 44_000)
