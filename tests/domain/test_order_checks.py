from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.test_orders import LINE, MONDAY, ORDER
from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.order_checks import (
    Concern,
    OrderContext,
    OrderLimits,
    RecentBasket,
    SkuFacts,
    judge_order,
    place_of,
)
from warehouse.domain.orders import OrderDraft, basket_hash, goods_of

KNOWN = SkuFacts(past_lines=30, p99_quantity=10, median_price_cents=250, customs_complete=True)
CONTEXT = OrderContext(known={"s1": KNOWN, "s2": KNOWN}, site="Main", home_country="GB")
AGAIN = RecentBasket(
    source="web", external_id="999", placed_at=MONDAY - timedelta(hours=24), basket=basket_hash(ORDER.lines)
)
HOLD, FLAG, BLOCK = Severity.HOLD, Severity.FLAG, Severity.BLOCK


def of(draft: OrderDraft = ORDER, context: OrderContext = CONTEXT) -> list[tuple[ExceptionType, Severity, int | None]]:
    return [(concern.type, concern.severity, concern.line_no) for concern in judge_order(draft, context)]


def lines(**changes: object) -> OrderDraft:
    return replace(ORDER, lines=(LINE._replace(**changes),))  # type: ignore[arg-type]


def to(**changes: str) -> OrderDraft:
    return replace(ORDER, ship_to=replace(ORDER.ship_to, **changes))  # type: ignore[arg-type]


def test_a_sound_order_raises_nothing() -> None:
    assert judge_order(ORDER, CONTEXT) == ()


def test_an_order_for_another_site_is_held() -> None:
    assert of(replace(ORDER, site="North")) == [(ExceptionType.WRONG_SITE, HOLD, None)]
    assert of(replace(ORDER, site="main")) == []
    assert of(replace(ORDER, site="North"), replace(CONTEXT, site="")) == []


@pytest.mark.parametrize(("payment", "held"), [("pending", True), ("paid", False), ("authorised", False), ("", False)])
def test_an_unpaid_order_is_held(payment: str, held: bool) -> None:  # noqa: FBT001 - a table of cases
    assert of(replace(ORDER, payment=payment)) == ([(ExceptionType.UNPAID, HOLD, None)] if held else [])


@pytest.mark.parametrize(("risk", "held"), [("high", True), ("HIGH", True), ("low", False), ("", False)])
def test_a_payment_the_shop_calls_risky_is_held(risk: str, held: bool) -> None:  # noqa: FBT001 - a table of cases
    assert of(replace(ORDER, risk=risk)) == ([(ExceptionType.UNPAID, HOLD, None)] if held else [])


def test_the_same_basket_within_a_day_is_held_once() -> None:
    assert judge_order(ORDER, replace(CONTEXT, recent=(AGAIN, AGAIN))) == (
        Concern(
            type=ExceptionType.DUPLICATE_ORDER,
            severity=HOLD,
            message="Same customer and same basket as order 999 within 24 h",
            other=("web", "999"),
        ),
    )


@pytest.mark.parametrize(
    ("draft", "other"),
    [
        (ORDER, replace(AGAIN, external_id="1001")),
        (ORDER, replace(AGAIN, basket="another")),
        (ORDER, replace(AGAIN, placed_at=MONDAY - timedelta(hours=24, seconds=1))),
        (replace(ORDER, placed_at=None), AGAIN),
    ],
)
def test_another_basket_time_or_the_order_itself_is_no_duplicate(draft: OrderDraft, other: RecentBasket) -> None:
    assert of(draft, replace(CONTEXT, recent=(other,))) == []


def test_the_same_number_of_another_source_is_another_order() -> None:
    other = replace(AGAIN, source="shop", external_id="1001")
    assert of(ORDER, replace(CONTEXT, recent=(other,))) == [(ExceptionType.DUPLICATE_ORDER, HOLD, None)]


@pytest.mark.parametrize(
    ("quantity", "past", "p99", "held"),
    [
        (10_001, 0, 0, True),
        (10_000, 0, 0, False),
        (101, 30, 10, True),
        (100, 30, 10, False),
        (101, 29, 10, False),
        (99, 30, 1, False),
    ],
)
def test_a_line_far_beyond_its_past_is_held(quantity: int, past: int, p99: int, held: bool) -> None:  # noqa: FBT001
    facts = replace(KNOWN, past_lines=past, p99_quantity=p99)
    limits = OrderLimits(big_value_cents=10**9, big_units=10**9)
    context = replace(CONTEXT, known={"s1": facts}, limits=limits)
    expected = [(ExceptionType.UNUSUAL_QUANTITY, HOLD, 1)] if held else []
    assert of(lines(quantity=quantity), context) == expected


def test_an_order_far_beyond_the_customers_largest_is_held() -> None:
    history = replace(CONTEXT, customer_orders=3, customer_max_units=4)
    assert of(lines(quantity=21), history) == [(ExceptionType.UNUSUAL_QUANTITY, HOLD, None)]
    assert of(lines(quantity=20), history) == []
    assert of(lines(quantity=21), replace(history, customer_orders=2)) == []


def test_an_unknown_sku_is_held_with_what_it_may_be() -> None:
    near = replace(CONTEXT, nearest={"s9": ("S1", "S2")})
    assert [concern.message for concern in judge_order(lines(sku="S9"), near)] == [
        "SKU S9 is not known; is it S1 / S2?"
    ]
    assert [concern.message for concern in judge_order(lines(sku="S9"), CONTEXT)] == ["SKU S9 is not known"]
    assert [concern.message for concern in judge_order(lines(sku=""), CONTEXT)] == ["The line names no SKU"]
    assert of(lines(sku="S9")) == [(ExceptionType.UNKNOWN_SKU, HOLD, 1)]
    assert of(lines(sku="S9", pickable=False)) == []


def test_an_unknown_sku_in_a_disastrous_quantity_is_held_for_both() -> None:
    limits = OrderLimits(big_value_cents=10**9, big_units=10**9)
    assert of(lines(sku="S9", quantity=74_215), replace(CONTEXT, limits=limits)) == [
        (ExceptionType.UNKNOWN_SKU, HOLD, 1),
        (ExceptionType.UNUSUAL_QUANTITY, HOLD, 1),
    ]


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_that_is_none_is_blocked(quantity: int) -> None:
    assert of(lines(quantity=quantity)) == [(ExceptionType.INVALID_QUANTITY, BLOCK, 1)]


@pytest.mark.parametrize(
    ("price", "median", "odd"),
    [(0, 250, True), (124, 250, True), (125, 250, False), (None, 250, False), (1, None, False)],
)
def test_an_odd_price_is_flagged(price: int | None, median: int | None, odd: bool) -> None:  # noqa: FBT001
    context = replace(CONTEXT, known={"s1": replace(KNOWN, median_price_cents=median)})
    expected = [(ExceptionType.PRICE_ANOMALY, FLAG, 1)] if odd else []
    assert of(lines(unit_price_cents=price), context) == expected


def test_a_big_or_important_order_is_counted_twice_at_packing() -> None:
    double = [(ExceptionType.DOUBLE_CHECK, FLAG, None)]
    assert of(lines(unit_price_cents=217_801)) == double
    assert of(lines(unit_price_cents=217_800)) == []
    assert of(lines(quantity=11), replace(CONTEXT, limits=OrderLimits(big_units=10))) == double
    assert of(ORDER, replace(CONTEXT, vip=True)) == double
    assert goods_of(ORDER.lines).value_cents == 500


def test_a_new_address_of_a_known_customer_is_flagged_and_held_when_the_order_is_big() -> None:
    here = place_of(ORDER.ship_to.postcode, ORDER.ship_to.country)
    assert here is not None
    known, other = replace(CONTEXT, places=frozenset({here})), replace(CONTEXT, places=frozenset({("9", "gb")}))
    assert of(ORDER, known) == []
    assert of(ORDER, replace(other, address=None)) == []
    assert of(ORDER, other) == [(ExceptionType.ADDRESS_CHANGED, FLAG, None)]
    assert (ExceptionType.ADDRESS_CHANGED, HOLD, None) in of(ORDER, replace(other, vip=True))
    assert place_of(" ls1 4ap", "GB") == place_of("LS14AP", "gb")
    assert place_of(" ", "GB") is None


def test_an_incomplete_address_does_what_the_source_says() -> None:
    bare = to(name="", line1="", city="", country="")
    (concern,) = judge_order(bare, CONTEXT)
    assert concern.message == "Missing in the address: name, street, city, country"
    assert of(bare) == [(ExceptionType.ADDRESS_CHECK, HOLD, None)]
    assert of(bare, replace(CONTEXT, address=FLAG)) == [(ExceptionType.ADDRESS_CHECK, FLAG, None)]
    assert of(bare, replace(CONTEXT, address=None)) == []
    assert of(to(name="", company="Doe Ltd")) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"postcode": "12345"}, "Postcode “12345” does not look like one of GB"),
        ({"line2": "P.O. Box 7"}, "A courier does not deliver to a PO box"),
        ({"line1": "x" * 61}, "An address line is longer than 60 characters and will not fit on the label"),
        ({"country": "England"}, "“England” is not a two-letter country code"),
    ],
)
def test_an_odd_address_is_only_flagged(fields: dict[str, str], message: str) -> None:
    concerns = judge_order(to(**fields), CONTEXT)
    assert concerns == (Concern(type=ExceptionType.ADDRESS_CHECK, severity=FLAG, message=message),)
    quiet = replace(CONTEXT, courier=False)
    assert bool(judge_order(to(**fields), quiet)) == ("line2" not in fields)


def test_a_country_without_a_known_postcode_form_passes() -> None:
    assert of(to(country="JP", postcode="anything")) == []


def test_customs_data_is_asked_for_abroad_only() -> None:
    bare = replace(CONTEXT, known={"s1": replace(KNOWN, customs_complete=False), "s2": KNOWN})
    abroad = to(country="US", postcode="02118")
    assert judge_order(abroad, bare) == (
        Concern(type=ExceptionType.CUSTOMS_DATA, severity=HOLD, message="Going to US: customs data missing for S1"),
    )
    assert of(abroad) == []
    assert of(ORDER, bare) == []
    assert of(abroad, replace(bare, home_country="")) == []
