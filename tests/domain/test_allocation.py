from collections import Counter
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.allocation import Allocation, AllocationResult, Demand, Shortage, StockSlot, allocate
from warehouse.domain.codes import BinKind
from warehouse.domain.layout import Bin

TODAY = date(2026, 11, 21)
OLD, NEW = date(2026, 10, 1), date(2026, 11, 1)


def a_slot(bin_: str, available: int, *, on: date = OLD, lot: str = "", expires: date | None = None) -> StockSlot:
    number = int(bin_[1:])
    return StockSlot(
        bin=Bin(code=bin_, walk_sequence=number),
        sku="A",
        available=available,
        received_on=on,
        lot=lot,
        expires_on=expires,
    )


def a_demand(quantity: int, *, line: int = 1, lot: str | None = None, sku: str = "A") -> Demand:
    return Demand(order="1042", line=line, sku=sku, quantity=quantity, lot=lot)


def places(result: AllocationResult) -> list[tuple[str, str, int]]:
    return [(part.bin, part.lot, part.quantity) for part in result.allocations]


def test_what_is_there_is_bound_to_the_line() -> None:
    assert allocate([a_demand(2)], [a_slot("S1", 5, lot="L1")], TODAY) == AllocationResult(
        (Allocation(order="1042", line=1, sku="A", bin="S1", lot="L1", quantity=2),), ()
    )


def test_the_first_received_goes_first() -> None:
    stock = [a_slot("S1", 5, on=NEW), a_slot("S2", 1, on=OLD)]
    assert places(allocate([a_demand(2)], stock, TODAY)) == [("S2", "", 1), ("S1", "", 1)]


def test_the_first_to_expire_goes_first_whenever_it_came() -> None:
    stock = [
        a_slot("S1", 5, on=OLD, lot="L1", expires=date(2027, 5, 1)),
        a_slot("S2", 5, on=NEW, lot="L2", expires=date(2027, 1, 1)),
        a_slot("S3", 5, on=OLD, lot="L3"),
    ]
    assert places(allocate([a_demand(12)], stock, TODAY)) == [("S2", "L2", 5), ("S1", "L1", 5), ("S3", "L3", 2)]


def test_units_in_reserve_are_told_to_the_first_who_can_wait_for_them_and_to_nobody_else() -> None:
    reserve = StockSlot(bin=Bin(code="R1", kind=BinKind.RESERVE), sku="A", available=5, received_on=OLD)
    wanted = [a_demand(7), a_demand(4, line=2), a_demand(4, line=3), a_demand(1, line=4)]
    assert [it.unpickable for it in allocate(wanted, [reserve], TODAY).shortages] == [5, 4, 1, 1]


def test_an_expired_lot_is_never_taken_but_one_that_expires_today_is() -> None:
    stock = [a_slot("S1", 5, lot="L1", expires=date(2026, 11, 20)), a_slot("S2", 1, lot="L2", expires=TODAY)]
    assert allocate([a_demand(3)], stock, TODAY) == AllocationResult(
        (Allocation(order="1042", line=1, sku="A", bin="S2", lot="L2", quantity=1),),
        (Shortage(order="1042", line=1, sku="A", quantity=2, unpickable=0),),
    )


def test_blocked_and_reserve_bins_are_never_picked_from_but_named_for_replenishment() -> None:
    blocked = Bin(code="S1", blocked="Wrong stock in it")
    reserve = Bin(code="R1", kind=BinKind.RESERVE)
    stock = [StockSlot(bin=bin_, sku="A", available=2, received_on=OLD) for bin_ in (blocked, reserve)]
    assert allocate([a_demand(3)], stock, TODAY).shortages == (
        Shortage(order="1042", line=1, sku="A", quantity=3, unpickable=3),
    )


def test_an_unknown_sku_is_short() -> None:
    assert allocate([a_demand(3, sku="B")], [a_slot("S1", 5)], TODAY).shortages == (
        Shortage(order="1042", line=1, sku="B", quantity=3),
    )


def test_of_equally_old_stock_the_tightest_single_bin_serves() -> None:
    stock = [a_slot("S1", 9), a_slot("S2", 3), a_slot("S3", 2)]
    assert places(allocate([a_demand(3)], stock, TODAY)) == [("S2", "", 3)]


def test_of_equally_old_stock_the_fullest_bins_are_emptied_first() -> None:
    stock = [a_slot("S1", 1), a_slot("S2", 3), a_slot("S3", 4)]
    assert places(allocate([a_demand(5)], stock, TODAY)) == [("S3", "", 4), ("S1", "", 1)]


def test_of_equal_bins_the_first_on_the_walk_serves() -> None:
    assert places(allocate([a_demand(2)], [a_slot("S10", 2), a_slot("S9", 2)], TODAY)) == [("S9", "", 2)]


def test_a_lot_the_customer_asked_for_is_the_only_one_taken() -> None:
    stock = [a_slot("S1", 5, lot="L1"), a_slot("S2", 1, on=NEW, lot="L2")]
    result = allocate([a_demand(2, lot="L2")], stock, TODAY)
    assert places(result) == [("S2", "L2", 1)]
    assert result.shortages == (Shortage(order="1042", line=1, sku="A", quantity=1),)


def test_who_comes_first_is_served_first() -> None:
    result = allocate([a_demand(3, line=1), a_demand(3, line=2)], [a_slot("S1", 4)], TODAY)
    assert [(part.line, part.quantity) for part in result.allocations] == [(1, 3), (2, 1)]
    assert [(gap.line, gap.quantity) for gap in result.shortages] == [(2, 2)]


def test_a_line_that_wants_nothing_gets_nothing() -> None:
    assert allocate([a_demand(0)], [a_slot("S1", 4)], TODAY) == AllocationResult((), ())


_SLOTS = st.lists(
    st.builds(
        StockSlot,
        bin=st.builds(
            Bin, code=st.sampled_from(["S1", "S2", "S3"]), blocked=st.sampled_from([None, None, "Damaged shelf"])
        ),
        sku=st.sampled_from("AB"),
        available=st.integers(0, 6),
        received_on=st.sampled_from([OLD, NEW]),
        lot=st.sampled_from(["", "L1", "L2"]),
        expires_on=st.sampled_from([None, date(2026, 11, 20), date(2027, 1, 1)]),
    ),
    max_size=8,
)
_DEMANDS = st.lists(
    st.builds(
        Demand,
        order=st.just("1042"),
        line=st.integers(1, 3),
        sku=st.sampled_from("ABC"),
        quantity=st.integers(0, 9),
        lot=st.sampled_from([None, None, "L1"]),
    ),
    max_size=6,
)


@given(_DEMANDS, _SLOTS)
def test_allocation_never_exceeds_stock_and_loses_no_unit(demands: list[Demand], stock: list[StockSlot]) -> None:
    result = allocate(demands, stock, TODAY)
    there: Counter[tuple[str, str, str]] = Counter()
    for slot in stock:
        if slot.bin.pickable and slot.expires_on != date(2026, 11, 20):
            there[slot.sku, slot.bin.code, slot.lot] += slot.available
    taken: Counter[tuple[str, str, str]] = Counter()
    for part in result.allocations:
        assert part.quantity > 0
        taken[part.sku, part.bin, part.lot] += part.quantity
    assert all(taken[key] <= there[key] for key in taken)
    given_out = sum(part.quantity for part in (*result.allocations, *result.shortages))
    assert given_out == sum(demand.quantity for demand in demands)


@given(_DEMANDS, _SLOTS, st.randoms())
def test_the_answer_does_not_depend_on_the_order_of_the_stock(
    demands: list[Demand], stock: list[StockSlot], random: Random
) -> None:
    distinct = list({(slot.sku, slot.bin.code, slot.lot): slot for slot in stock}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert allocate(demands, distinct, TODAY) == allocate(demands, shuffled, TODAY)
