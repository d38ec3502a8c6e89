from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.batching import (
    LeftOut,
    Method,
    Plan,
    PlannedBatch,
    PlannedTask,
    PlannedTote,
    PlanOrder,
    PlanRules,
    Search,
    plan,
)
from warehouse.domain.batching_totes import Pick
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.layout import Bin, Layout, layout_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENING = NOON + timedelta(hours=5)
LAYOUT = layout_of(
    [
        Bin(code="A1", x_mm=0, y_mm=1000, walk_sequence=1),
        Bin(code="A10", x_mm=0, y_mm=10_000, walk_sequence=3),
        Bin(code="A2", x_mm=0, y_mm=2000, walk_sequence=2),
    ]
)


def a_pick(bin_: str = "A1", quantity: int = 1, *, sku: str = "A", line: int = 1, weight: int | None = 100) -> Pick:
    return Pick(line=line, sku=sku, bin=bin_, quantity=quantity, weight_g=weight)


def an_order(number: str, *picks: Pick, cutoff: datetime | None = NOON, priority: int = 0) -> PlanOrder:
    return PlanOrder(number=number, picks=picks or (a_pick(),), cutoff=cutoff, priority=priority)


def orders_of(proposal: Plan) -> list[tuple[str, ...]]:
    return [batch.orders for batch in proposal.batches]


def test_a_batch_has_one_order_in_each_tote_and_its_tasks_in_walk_order() -> None:
    proposal = plan(
        [an_order("1", a_pick("A10", 2), a_pick("A1", line=2)), an_order("2", a_pick("A2"))], LAYOUT, PlanRules()
    )
    assert proposal == Plan(
        batches=(
            PlannedBatch(
                totes=(PlannedTote(slot=1, order="1", part=1), PlannedTote(slot=2, order="2", part=1)),
                tasks=(
                    PlannedTask(stop=1, slot=1, order="1", line=2, bin="A1", sku="A", lot="", quantity=1),
                    PlannedTask(stop=2, slot=2, order="2", line=1, bin="A2", sku="A", lot="", quantity=1),
                    PlannedTask(stop=3, slot=1, order="1", line=1, bin="A10", sku="A", lot="", quantity=2),
                ),
                stops=3,
                distance_mm=20_000,
                by_name_mm=1000 + 9000 + 8000 + 2000,
                cutoff=NOON,
                priority=0,
            ),
        )
    )
    assert (proposal.distance_mm, proposal.by_name_mm) == (20_000, 20_000)


def test_a_bin_of_two_orders_is_one_stop() -> None:
    (batch,) = plan([an_order("1"), an_order("2")], LAYOUT, PlanRules()).batches
    assert (batch.stops, [(task.stop, task.slot) for task in batch.tasks]) == (1, [(1, 1), (1, 2)])


def test_the_earliest_cutoff_is_first_then_the_highest_priority_then_the_number() -> None:
    orders = [
        an_order("10"),
        an_order("9"),
        an_order("8", priority=9),
        an_order("7", cutoff=None),
        an_order("6", cutoff=NOON - timedelta(hours=1)),
    ]
    assert orders_of(plan(orders, LAYOUT, PlanRules(totes=1))) == [("6",), ("8",), ("9",), ("10",), ("7",)]


def test_cutoffs_are_not_mixed_unless_the_site_wants_it() -> None:
    orders = [an_order("1"), an_order("2", cutoff=EVENING, priority=5), an_order("3", cutoff=None)]
    assert orders_of(plan(orders, LAYOUT, PlanRules())) == [("1",), ("2",), ("3",)]
    (mixed,) = plan(orders, LAYOUT, PlanRules(mix_cutoffs=True)).batches
    assert (mixed.orders, mixed.cutoff, mixed.priority) == (("1", "2", "3"), NOON, 5)


def test_a_batch_without_any_cutoff_has_none() -> None:
    assert plan([an_order("1", cutoff=None)], LAYOUT, PlanRules()).batches[0].cutoff is None


def test_a_single_order_batch_has_one_order() -> None:
    assert orders_of(plan([an_order("1"), an_order("2")], LAYOUT, PlanRules(method=Method.SINGLE))) == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("rules", "batches"),
    [
        (PlanRules(totes=2), [("1", "2"), ("3",)]),
        (PlanRules(cart_weight_g=250), [("1", "2"), ("3",)]),
        (PlanRules(cart_lines=1), [("1",), ("2",), ("3",)]),
        (PlanRules(), [("1", "2", "3")]),
    ],
    ids=["totes", "weight", "lines", "no limit"],
)
def test_a_cart_takes_no_more_than_it_can(rules: PlanRules, batches: list[tuple[str, ...]]) -> None:
    assert orders_of(plan([an_order("1"), an_order("2"), an_order("3")], LAYOUT, rules)) == batches


def test_a_small_order_fills_the_gap_of_an_earlier_cart() -> None:
    orders = [an_order("1"), an_order("2", a_pick("A1", 3)), an_order("3")]
    rules = PlanRules(cart_weight_g=300)
    assert orders_of(plan(orders, LAYOUT, rules)) == [("1", "3"), ("2",)]


def test_an_order_larger_than_a_tote_takes_several_on_one_cart() -> None:
    (batch,) = plan([an_order("1", a_pick("A1", 5))], LAYOUT, PlanRules(tote_weight_g=200)).batches
    assert batch.totes == tuple(PlannedTote(slot=part, order="1", part=part) for part in (1, 2, 3))
    assert [task.quantity for task in batch.tasks] == [2, 2, 1]


def test_an_order_larger_than_a_cart_is_split_and_its_rest_shares_a_cart() -> None:
    proposal = plan([an_order("1", a_pick("A1", 5)), an_order("2")], LAYOUT, PlanRules(totes=2, tote_weight_g=200))
    assert orders_of(proposal) == [("1",), ("1", "2")]
    assert [[tote.part for tote in batch.totes] for batch in proposal.batches] == [[1, 2], [3, 1]]
    assert proposal.split == ("1",)


def test_an_order_larger_than_a_cart_is_named_where_splitting_is_not_allowed() -> None:
    rules = PlanRules(totes=2, tote_weight_g=200, split_over_carts=False)
    assert plan([an_order("1", a_pick("A1", 5))], LAYOUT, rules) == Plan(
        left_out=(LeftOut("1", "It fills 3 totes, more than one cart takes."),)
    )


def test_an_order_nothing_is_allocated_to_is_named() -> None:
    assert plan([PlanOrder(number="1", picks=())], LAYOUT, PlanRules()) == Plan(
        left_out=(LeftOut("1", "Nothing is allocated to it."),)
    )


def test_a_piece_heavier_than_the_cart_may_carry_is_planned_alone_and_named() -> None:
    orders = [an_order("1", a_pick(weight=9000)), an_order("2")]
    proposal = plan(orders, LAYOUT, PlanRules(cart_weight_g=1000))
    assert (orders_of(proposal), proposal.oversize) == ([("1",), ("2",)], ("A",))


def test_an_item_nobody_has_weighed_counts_as_assumed_and_is_named() -> None:
    rules = PlanRules(tote_weight_g=500, assumed_weight_g=300)
    proposal = plan([an_order("1", a_pick("A1", 2, weight=None))], LAYOUT, rules)
    assert ([len(batch.totes) for batch in proposal.batches], proposal.unmeasured) == ([2], ("A",))


def test_a_bin_the_layout_does_not_know_goes_last_and_is_named() -> None:
    (batch,) = plan([an_order("1", a_pick("Z9"), a_pick("A10", line=2))], LAYOUT, PlanRules()).batches
    assert ([task.bin for task in batch.tasks], batch.unlocated) == (["A10", "Z9"], ("Z9",))


def test_an_empty_pool_is_an_empty_plan() -> None:
    assert plan([], Layout(), PlanRules()) == Plan()


@pytest.mark.parametrize("rules", [{"totes": 0}, {"tote_weight_g": 0}, {"cart_lines": -1}])
def test_a_limit_of_nothing_is_refused(rules: dict[str, int]) -> None:
    with pytest.raises(InvalidInputError):
        PlanRules(**rules)


_ORDERS = st.lists(
    st.builds(
        PlanOrder,
        number=st.integers(1, 99).map(str),
        picks=st.lists(
            st.builds(
                Pick,
                line=st.integers(1, 4),
                sku=st.sampled_from("ABC"),
                bin=st.sampled_from(["A1", "A2", "A10", "Z9"]),
                quantity=st.integers(1, 9),
                weight_g=st.none() | st.integers(1, 300),
            ),
            max_size=4,
        ).map(tuple),
        cutoff=st.sampled_from([None, NOON, EVENING]),
        priority=st.sampled_from([0, 5]),
    ),
    max_size=8,
    unique_by=lambda order: order.number,
)
_RULES = st.builds(
    PlanRules,
    totes=st.integers(1, 4),
    tote_weight_g=st.none() | st.integers(1, 900),
    cart_weight_g=st.none() | st.integers(1, 2000),
    cart_lines=st.none() | st.integers(1, 5),
    method=st.sampled_from(Method),
    mix_cutoffs=st.booleans(),
    split_over_carts=st.booleans(),
)


def _units(orders: list[PlanOrder]) -> Counter[tuple[str, int, str, str]]:
    units: Counter[tuple[str, int, str, str]] = Counter()
    for order in orders:
        for pick in order.picks:
            units[order.number, pick.line, pick.bin, pick.sku] += pick.quantity
    return units


@given(_ORDERS, _RULES, st.sampled_from([Search(), Search(iterations=32)]), st.randoms())
def test_every_unit_is_planned_once_or_its_order_is_named(
    orders: list[PlanOrder], rules: PlanRules, search: Search, random: Random
) -> None:
    proposal = plan(orders, LAYOUT, rules, search)
    left_out = {gap.order for gap in proposal.left_out}
    planned: Counter[tuple[str, int, str, str]] = Counter()
    for batch in proposal.batches:
        order_in = {tote.slot: tote.order for tote in batch.totes}
        assert len(batch.totes) <= rules.totes
        for task in batch.tasks:
            assert order_in[task.slot] == task.order
            planned[task.order, task.line, task.bin, task.sku] += task.quantity
    assert planned == _units([order for order in orders if order.number not in left_out])
    assert plan(random.sample(orders, len(orders)), LAYOUT, rules, search) == proposal
