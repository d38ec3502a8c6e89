"""Orders that grow or shrink at pack: their state goes back with the work that is left, along legal paths."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.bench import BOWL, LATER, MUG, NOON, Bench, a_bench
from tests.services.floor import planned
from warehouse.domain.codes import CartonState, MoveReason, OrderState, Outcome, ScanKind
from warehouse.services.actor import Request
from warehouse.services.batches.leases import Hold, claim_batch
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.packing.case import Case, case_of
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.side.put_backs import ReturnUnits, WriteOff, return_units, write_off_units
from warehouse.services.stock.ledger import Move, Receive, move_stock, receive_stock
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, ToteRow
from warehouse.storage.models.stock import PutBackRow


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


def test_an_order_that_waits_for_a_plan_goes_onto_the_problem_shelf(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    change(bench, {1: 0})
    assert change(bench, {2: 0}, {"MUG": 1}) is OrderState.READY
    case_of_order(bench, lambda case: case.leave_bench())
    assert (bench.state(), bench.broken()) == (OrderState.READY, [])


def case_of_order(bench: Bench, act: Callable[[Case], None]) -> None:
    def run(session: Session, request: Request) -> None:
        act(case_of(session, request, "1042"))

    bench.database.run(run, Request(actor=bench.ben, at=LATER))


def test_an_order_at_pack_whose_lines_are_all_exchanged_waits_for_a_plan(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    assert change(bench, {1: 0}) is OrderState.PACKING
    assert change(bench, {2: 0}, {"MUG": 1}) is OrderState.READY
    planned(bench.database, bench.floor)
    assert (bench.state(), bench.broken()) == (OrderState.BATCHED, [])


def cancel(bench: Bench) -> None:
    asked = CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone")
    bench.database.run(cancel_order, asked)


def put_back_all(bench: Bench) -> None:
    """Let Ana lay everything that waits for it into bin S1, from where it lies."""
    for row in bench.rows(PutBackRow):
        if row.closed_at is None:
            back = {"put_back": row.id, "bin": bench.floor.s1, "quantity": row.quantity - row.returned}
            bench.database.run(return_units, ReturnUnits(actor=bench.ana, at=LATER, **back))


@pytest.mark.parametrize("lost", [False, True], ids=["put back", "lost"])
def test_what_was_taken_straight_out_of_an_open_carton_of_a_cancelled_order_is_asked_of_nobody(
    bench: Bench, *, lost: bool
) -> None:
    bench.claim()
    assert bench.says("T:T1", MUG) == [Outcome.ACCEPTED] * 2
    cancel(bench)
    carton = bench.cartons()[0].id
    if lost:
        row = next(it for it in bench.rows(PutBackRow) if it.place_id == carton)
        gone = WriteOff(actor=bench.ana, at=LATER, put_back=row.id, quantity=1, reason="not_found")
        bench.database.run(write_off_units, gone)
    put_back_all(bench)
    result = bench.scan(MUG)[0]
    assert (result.outcome, result.position["step"]) == (Outcome.ORDER_CHANGED, "finished")
    assert (bench.totes()["T1"], bench.broken()) == ("free", [])


def test_a_sealed_carton_of_a_cancelled_order_that_others_emptied_is_void(bench: Bench) -> None:
    bench.pack_all()
    cancel(bench)
    put_back_all(bench)
    assert [carton.state for carton in bench.cartons()] == [CartonState.VOID]
    assert bench.scan(MUG)[0].position["step"] == "finished"
    assert bench.broken() == []


def test_the_rest_of_a_sealed_carton_comes_out_when_it_is_voided(bench: Bench) -> None:
    bench.pack_all()
    cancel(bench)
    row = bench.rows(PutBackRow)[0]
    back = ReturnUnits(actor=bench.ana, at=LATER, put_back=row.id, bin=bench.floor.s1)
    bench.database.run(return_units, back)
    assert bench.broken() == []
    bench.void()
    assert bench.broken() == []
    put_back_all(bench)
    assert bench.says(MUG) == [Outcome.ORDER_CHANGED]
    assert bench.broken() == []


def in_two_totes(bench: Bench) -> None:
    """Let the bowl lie in a tote of its own."""

    def act(session: Session, _: object) -> None:
        one, two = (session.scalars(select(ToteRow).where(ToteRow.code == code)).one() for code in ("T1", "T2"))
        two.state, two.order_id = "bound", bench.order
        goods = {"item": bench.floor.b, "lot": bench.floor.lot_b, "quantity": 1}
        move = Move(actor=bench.ana, at=NOON, **goods, source=one.id, target=two.id, reason=MoveReason.RELOCATE)
        move_stock(session, move)

    bench.database.run(act, None)


def test_a_tote_that_others_emptied_is_not_taken_out_again(bench: Bench) -> None:
    in_two_totes(bench)
    change(bench, {2: 0})
    bench.claim()
    assert bench.says("T:T1", "T:T1", "T:T2") == [Outcome.ORDER_CHANGED, *[Outcome.ACCEPTED] * 2]
    put_back_all(bench)
    assert bench.totes()["T2"] == "free"
    assert bench.says("C:UNDO", MUG) == [Outcome.STALE, Outcome.ACCEPTED]
    assert bench.broken() == []


def test_an_order_that_lost_all_its_units_at_pack_waits_for_its_trip_when_it_grows(bench: Bench) -> None:
    more = {"item": bench.floor.b, "bin": bench.floor.s2, "quantity": 5}
    bench.database.run(receive_stock, Receive(actor=bench.lea, at=NOON, **more))
    change(bench, {1: 0})
    put_back_all(bench)
    bench.claim()
    assert bench.says("T:T1") == [Outcome.ACCEPTED]
    assert bench.says(BOWL, kind=ScanKind.DAMAGED, reason="broken") == [Outcome.ACCEPTED]
    batch = next(it.id for it in bench.rows(BatchRow) if it.kind == "repick")
    bench.database.run(claim_batch, Hold(actor=bench.ana, at=LATER, batch=batch, device="d-ana", proven="d-ana"))
    change(bench, {2: 3})
