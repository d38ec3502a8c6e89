from dataclasses import replace

import pytest

from tests.domain.test_batching_search import LAYOUT, an_order
from warehouse.domain.batching import PlanRules
from warehouse.domain.planning.joining import UnderWay, find_offers
from warehouse.domain.routing import FloorPlan

FLOOR = FloorPlan(LAYOUT)
TRIP = UnderWay(
    ahead=("A9", "B9"), totes=2, orders=2, lines=2, items=2, carriers=frozenset({"north"}), hazards=frozenset({""})
)
RULES = PlanRules(totes=3)


def offered(*orders: object, trip: UnderWay = TRIP, rules: PlanRules = RULES) -> list[tuple[str, int, int]]:
    found = find_offers(orders, trip, FLOOR, rules)  # type: ignore[arg-type]  # orders
    return [(it.order.number, it.stops, it.extra_mm) for it in found]


def test_what_lies_on_the_way_is_offered_the_least_extra_way_first() -> None:
    near, there, far = an_order(1, "B7", "B8"), an_order(2, "A9"), an_order(3, "D1")
    assert offered(near, there, far) == [("1", 2, 0), ("2", 0, 0)]


def test_an_urgent_order_is_offered_first_and_even_when_it_is_far() -> None:
    assert offered(an_order(2, "A9"), an_order(3, "D1", priority=1)) == [("3", 1, 14_000), ("2", 0, 0)]


@pytest.mark.parametrize(
    ("trip", "rules"),
    [
        (replace(TRIP, totes=3), RULES),
        (TRIP, PlanRules(totes=3, cart_orders=2)),
        (TRIP, PlanRules(totes=3, cart_lines=2)),
        (TRIP, PlanRules(totes=3, cart_items=2)),
        (replace(TRIP, weight_g=50), PlanRules(totes=3, cart_weight_g=149)),
        (replace(TRIP, volume_mm3=50), PlanRules(totes=3, cart_volume_mm3=50, assumed_volume_mm3=1)),
        (TRIP, PlanRules(totes=3, mix_carriers=False)),
        (replace(TRIP, hazards=frozenset({"acid"})), PlanRules(totes=3, mix_hazards=False)),
        (TRIP, PlanRules(totes=3, single_zone=True)),
    ],
)
def test_what_the_cart_cannot_take_or_must_not_mix_is_not_offered(trip: UnderWay, rules: PlanRules) -> None:
    assert offered(an_order(1, "A9", carrier="south", priority=1), trip=trip, rules=rules) == []


def test_what_may_share_the_trip_is_offered() -> None:
    apart = PlanRules(totes=3, mix_carriers=False, mix_hazards=False, single_zone=True)
    assert offered(an_order(1, "A9", carrier="north"), trip=replace(TRIP, ahead=("A9",)), rules=apart) == [("1", 0, 0)]


def test_an_order_of_several_totes_is_not_offered() -> None:
    assert (
        offered(an_order(1, "A9", "A8"), trip=replace(TRIP, totes=0), rules=PlanRules(totes=9, tote_weight_g=100)) == []
    )
