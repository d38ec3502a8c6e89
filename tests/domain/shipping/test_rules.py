"""Who takes a parcel: the first rule that holds, its cheapest service; and what other rules would have done."""

from dataclasses import replace
from datetime import time

import pytest

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.shipping.carriers import Carrier, Rate
from warehouse.domain.shipping.rules import (
    Choice,
    Difference,
    DryRun,
    ParcelFacts,
    PastParcel,
    Service,
    ShippingRule,
    check_rules,
    choose,
    rehearse,
)

POST = Carrier(name="Post", cutoff=time(16), pickup=time(17), rates=(Rate(cents=450, up_to_g=2000), Rate(cents=690)))
SWIFT = Carrier(name="Swift", cutoff=time(16), pickup=time(17), rates=(Rate(cents=520),))
CARRIERS = (POST, SWIFT)
BOTH = (Service(carrier="Post", service="Parcel"), Service(carrier="Swift"))
RULES = (
    ShippingRule(name="Hazard", hazard=True, use=(Service(carrier="Swift", service="ADR"),)),
    ShippingRule(name="Express", methods=("Express", "Next day"), use=(Service(carrier="Swift", service="Night"),)),
    ShippingRule(name="Germany", countries=("DE",), value_to_cents=50000, use=BOTH),
)
SMALL = ParcelFacts(method="Standard", country="DE", weight_g=900, value_cents=2000)


@pytest.mark.parametrize(
    ("facts", "choice"),
    [
        (SMALL, Choice(carrier="Post", service="Parcel", rule="Germany", cost_cents=450)),
        (replace(SMALL, weight_g=5000), Choice(carrier="Swift", service="", rule="Germany", cost_cents=520)),
        (replace(SMALL, method=" next DAY "), Choice(carrier="Swift", service="Night", rule="Express", cost_cents=520)),
        (replace(SMALL, hazard=True), Choice(carrier="Swift", service="ADR", rule="Hazard", cost_cents=520)),
        (replace(SMALL, value_cents=50001), None),
        (replace(SMALL, country="AT"), None),
    ],
    ids=["cheapest", "cheapest by weight", "method", "hazard first", "value", "country"],
)
def test_the_first_rule_that_holds_decides(facts: ParcelFacts, choice: Choice | None) -> None:
    assert choose(RULES, CARRIERS, facts) == choice


def test_an_unknown_weight_is_in_no_range_and_without_a_listed_cost_the_first_service_goes() -> None:
    heavy = ShippingRule(name="Heavy", weight_from_g=0, use=BOTH)
    unknown = replace(SMALL, weight_g=None)
    assert choose((heavy,), CARRIERS, unknown) is None
    bare = tuple(replace(carrier, rates=()) for carrier in CARRIERS)
    found = choose((replace(heavy, weight_from_g=None),), bare, unknown)
    assert found == Choice(carrier="Post", service="Parcel", rule="Heavy", cost_cents=None)


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ((RULES[0], RULES[0]), "used twice"),
        ((replace(RULES[0], use=()),), "rules.0"),
        ((replace(RULES[0], name=""),), "rules.0"),
        ((replace(RULES[0], use=(Service(carrier="Dove"),)),), "Dove"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_name(rules: tuple[ShippingRule, ...], named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        check_rules(rules, CARRIERS)
    check_rules(RULES, CARRIERS)


def test_a_rehearsal_says_what_would_have_gone_another_way_and_what_it_would_have_cost() -> None:
    past = [
        PastParcel(name="1/1", facts=SMALL, carrier="Post", service="Parcel", cost_cents=450),
        PastParcel(name="2/1", facts=replace(SMALL, weight_g=5000), carrier="Post", service="Parcel", cost_cents=690),
        PastParcel(name="3/1", facts=replace(SMALL, country="AT"), carrier="Post", service="", cost_cents=None),
    ]
    different = Difference(
        name="2/1",
        was=Service(carrier="Post", service="Parcel"),
        would=Service(carrier="Swift"),
        rule="Germany",
        cents_was=690,
        cents_would=520,
    )
    assert rehearse(RULES, CARRIERS, past) == DryRun(
        parcels=3,
        unmatched=1,
        held=(("Hazard", 0), ("Express", 0), ("Germany", 2)),
        differences=(different,),
        cents_was=1140,
        cents_would=970,
    )
