"""Orders that grow or shrink at pack: their state goes back with the work that is left, along legal paths."""

from collections.abc import Callable

import pytest

from tests.services.bench import LATER, Bench, a_bench
from tests.services.floor import planned
from warehouse.domain.codes import OrderState
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.storage.database import Database


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    return a_bench(open_database(judge=ScanCounter({"order": PackDesk()})))


def change(bench: Bench, quantities: dict[int, int], added: dict[str, int] | None = None) -> OrderState:
    request = ChangeOrder(
        actor=bench.lea, at=LATER, number="1042", reason="Phone", quantities=quantities, added=added or {}
    )
    bench.database.run(change_order, request)
    assert bench.broken() == []
    return bench.state()


def test_units_added_to_a_sealed_order_are_picked_first(bench: Bench) -> None:
    bench.pack_all()
    assert change(bench, {2: 3}) is OrderState.PICKING


def test_units_added_to_a_labelled_order_are_picked_first(bench: Bench) -> None:
    bench.pack_all()
    bench.label()
    assert bench.state() is OrderState.PACKED
    assert change(bench, {2: 3}) is OrderState.PICKING


def test_an_order_at_pack_whose_lines_are_all_exchanged_waits_for_a_plan(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    assert change(bench, {1: 0}) is OrderState.PACKING
    assert change(bench, {2: 0}, {"MUG": 1}) is OrderState.READY
    planned(bench.database, bench.floor)
    assert (bench.state(), bench.broken()) == (OrderState.BATCHED, [])
