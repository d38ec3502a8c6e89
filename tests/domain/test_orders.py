from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.domain.orders import (
    CancellationDraft,
    CancellationMatch,
    EarlierOrder,
    OrderDraft,
    OrderLineDraft,
    ShipTo,
    basket_hash,
    content_hash,
    match_cancellation,
    units_by_sku,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINE = OrderLineDraft(
    line_no=1,
    external_line="1",
    sku="S1",
    gtin="",
    description="Mug",
    quantity=2,
    unit_price_cents=250,
    pickable=True,
    source_line=2,
)
SECOND = LINE._replace(line_no=2, external_line="2", sku="S2", unit_price_cents=None, source_line=3)
ORDER = OrderDraft(
    source="web",
    external_id="1001",
    placed_at=MONDAY,
    ship_on=MONDAY.date(),
    service="STD",
    ship_to=ShipTo(name="Jane Doe", line1="1 Main St", city="Leeds", postcode="LS1 4AP", country="GB"),
    customer="17",
    currency="GBP",
    payment="paid",
    site="",
    note="",
    lines=(LINE, SECOND),
    line=2,
)
CANCELLATION = CancellationDraft(
    source="web", external_id="C1", placed_at=MONDAY, customer="17", units=(("s1", 1), ("S1", 1)), line=9
)
EARLIER = EarlierOrder(
    order_id=1, external_id="1001", placed_at=MONDAY - timedelta(hours=1), customer="17", units=(("s1", 2),), pieces=2
)


def test_the_hash_does_not_see_where_an_order_stood_in_its_file() -> None:
    moved = tuple(line._replace(line_no=3 - line.line_no, source_line=90 - line.source_line) for line in (SECOND, LINE))
    assert content_hash(replace(ORDER, lines=moved, line=80)) == content_hash(ORDER)


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, placed_at=None),
        replace(ORDER, ship_on=None),
        replace(ORDER, service="EXP"),
        replace(ORDER, customer="18"),
        replace(ORDER, currency="EUR"),
        replace(ORDER, payment="pending"),
        replace(ORDER, site="North"),
        replace(ORDER, note="ring twice"),
        replace(ORDER, ship_to=replace(ORDER.ship_to, line1="2 Main St")),
        replace(ORDER, ship_to=replace(ORDER.ship_to, original=("x",))),
        replace(ORDER, lines=(LINE,)),
        replace(ORDER, lines=(LINE, SECOND._replace(quantity=3))),
        replace(ORDER, lines=(LINE, SECOND._replace(unit_price_cents=0))),
        replace(ORDER, lines=(LINE, SECOND._replace(pickable=False))),
    ],
)
def test_the_hash_sees_every_other_change(other: OrderDraft) -> None:
    assert content_hash(other) != content_hash(ORDER)


def test_the_same_sku_twice_is_added_up_for_the_walk() -> None:
    lines = (LINE, LINE._replace(sku="s1 ", quantity=3), SECOND, SECOND._replace(sku="POST", pickable=False))
    assert units_by_sku(lines) == {"s1": 5, "s2": 2}
    assert replace(ORDER, lines=lines).pickable_lines == lines[:3]


def test_a_basket_is_the_same_however_its_lines_are_written() -> None:
    split = (LINE._replace(quantity=1), SECOND, LINE._replace(sku="s1", quantity=1))
    assert basket_hash(split) == basket_hash(ORDER.lines)
    assert basket_hash((LINE,)) != basket_hash(ORDER.lines)


def test_a_cancellation_finds_the_order_it_takes_back_whole() -> None:
    later = replace(EARLIER, order_id=2, placed_at=MONDAY, units=(("s1", 2), ("s2", 1)), pieces=3)
    assert match_cancellation(CANCELLATION, [later, EARLIER]) == CancellationMatch(EARLIER, whole=True)


def test_else_a_cancellation_finds_the_latest_order_that_holds_it() -> None:
    first = replace(EARLIER, units=(("s1", 9),), pieces=9)
    later = replace(first, order_id=2)
    assert match_cancellation(CANCELLATION, [later, first]) == CancellationMatch(later, whole=False)


def test_what_is_taken_back_of_an_order_is_gone() -> None:
    rich = replace(EARLIER, units=(("s1", 9), ("s2", 1)), pieces=12)
    assert rich.less(CANCELLATION.asked) == replace(EARLIER, units=(("s1", 7), ("s2", 1)), pieces=10)


def test_a_cancellation_without_a_date_may_mean_any_order() -> None:
    undated = replace(CANCELLATION, placed_at=None)
    assert match_cancellation(undated, [EARLIER]) == CancellationMatch(EARLIER, whole=True)


@pytest.mark.parametrize(
    ("cancellation", "earlier"),
    [
        (CANCELLATION, replace(EARLIER, customer="18")),
        (replace(CANCELLATION, customer=""), replace(EARLIER, customer="")),
        (CANCELLATION, replace(EARLIER, placed_at=MONDAY + timedelta(minutes=1))),
        (CANCELLATION, replace(EARLIER, units=(("s1", 1),))),
        (CANCELLATION, replace(EARLIER, units=(("s2", 2),))),
        (replace(CANCELLATION, units=()), EARLIER),
    ],
)
def test_a_cancellation_of_something_else_matches_nothing(
    cancellation: CancellationDraft, earlier: EarlierOrder
) -> None:
    assert match_cancellation(cancellation, [earlier]) is None
