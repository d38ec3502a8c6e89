"""The ledger, promises, totes, counts and put-backs."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor, broken, claimed, order, pick, planned, stock_at, tasks
from warehouse.domain.codes import BinKind, MoveReason, PlaceKind, TaskState
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.services.actor import SYSTEM
from warehouse.services.picking.shortages import Shortage, reallocate_short
from warehouse.services.picking.totes import (
    BindTote,
    SlotOf,
    bind_tote,
    close_full_tote,
    lock_tote,
    reopen_full_tote,
    unbind_tote,
    unlock_tote,
)
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.services.side.counting import (
    Adjust,
    ApproveCount,
    CountOutcome,
    SubmitCount,
    adjust_stock,
    approve_count,
    submit_count,
)
from warehouse.services.side.put_backs import OpenPutBack, ReturnUnits, open_put_back, return_units
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.stock.ledger import (
    BlockStock,
    Damage,
    FreeStock,
    Move,
    Receive,
    block_stock,
    damage_stock,
    free_stock,
    move_stock,
    outside_place,
    receive_stock,
)
from warehouse.services.stock.reservations import Reserve, reserve
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchSlotRow, ToteRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import BinRow, CountTaskRow
from warehouse.storage.queries.exception_queue import EntryFilter, list_entries
from warehouse.storage.queries.stock import on_hand, open_counts, stock_lines


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def moving(floor: Floor, **change: Any) -> Move:
    move = Move(
        actor=floor.ana,
        at=NOON,
        item=floor.a,
        lot=floor.lot_a,
        quantity=4,
        source=floor.s1,
        target=floor.s2,
        reason=MoveReason.RELOCATE,
    )
    return replace(move, **change)


def test_a_move_takes_from_one_place_and_gives_to_the_other(database: Database, floor: Floor) -> None:
    database.run(move_stock, moving(floor))
    assert (stock_at(database, floor.s1, floor.a), stock_at(database, floor.s2, floor.a)) == ((6, 0), (4, 0))
    assert broken(database) == []


def test_more_than_is_there_cannot_go(database: Database, floor: Floor) -> None:
    with pytest.raises(ConflictError, match="S1 holds 10 of A: 11 cannot be taken"):
        database.run(move_stock, moving(floor, quantity=11))
    with pytest.raises(ConflictError, match="R1 holds 0 of A"):
        database.run(move_stock, moving(floor, source=floor.r1))


def test_what_is_promised_cannot_go_elsewhere(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 8})
    planned(database, floor)
    with pytest.raises(ConflictError, match="S1 holds 10 of A, 8 of them promised to orders: 3 cannot be taken"):
        database.run(move_stock, moving(floor, quantity=3))
    database.run(move_stock, moving(floor, quantity=2))
    assert stock_at(database, floor.s1, floor.a) == (8, 8)


@pytest.mark.parametrize("change", [{"quantity": 0}, {"quantity": -1}, {"target": None}])
def test_a_move_goes_somewhere(database: Database, floor: Floor, change: dict[str, Any]) -> None:
    wrong = moving(floor, **(change if "quantity" in change else {"target": floor.s1}))
    with pytest.raises(InvalidInputError):
        database.run(move_stock, wrong)


def test_outside_places_are_made_once_and_hold_no_stock(database: Database, floor: Floor) -> None:
    customer = build(database, lambda session: outside_place(session, PlaceKind.CUSTOMER))
    assert build(database, lambda session: outside_place(session, PlaceKind.CUSTOMER)) == customer
    database.run(move_stock, moving(floor, target=customer, reason=MoveReason.SHIP))
    assert stock_at(database, customer, floor.a) == (0, 0)
    with pytest.raises(InvalidInputError):
        build(database, lambda session: outside_place(session, PlaceKind.BIN))


def test_goods_come_in_as_lots(database: Database, floor: Floor) -> None:
    receipt = Receive(
        actor=floor.lea, at=NOON, item=floor.a, bin=floor.r1, quantity=6, lot_code="L1", expires_on=date(2027, 1, 1)
    )
    lot = database.run(receive_stock, receipt)
    assert database.run(receive_stock, receipt) == lot
    assert database.run(receive_stock, replace(receipt, lot_code="", expires_on=None)) != lot
    assert (stock_at(database, floor.r1, floor.a), broken(database)) == ((18, 0), [])
    with pytest.raises(ConflictError):
        database.run(receive_stock, replace(receipt, expires_on=None))
    with pytest.raises(NotFoundError):
        database.run(receive_stock, replace(receipt, bin=4711))
    with pytest.raises(InvalidInputError):
        database.run(receive_stock, replace(receipt, quantity=0))


def test_damaged_units_go_to_quarantine_and_into_the_queue(database: Database, floor: Floor) -> None:
    damage = Damage(
        actor=floor.ana, at=NOON, item=floor.a, lot=floor.lot_a, place=floor.s1, quantity=2, reason="broken"
    )
    database.run(damage_stock, damage)
    with database.read() as session:
        quarantine = session.scalars(select(BinRow).where(BinRow.kind == BinKind.QUARANTINE)).one()
        assert on_hand(session, quarantine.id, floor.a) == 2
        assert [entry.type for entry in list_entries(session, EntryFilter())] == ["damaged"]
    database.run(damage_stock, damage)
    assert (stock_at(database, quarantine.id, floor.a), broken(database)) == ((4, 0), [])


def test_blocked_stock_is_promised_to_nobody(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 1})
    block = BlockStock(actor=floor.lea, at=NOON, item=floor.a, bin=floor.s1, cause="wrong item")
    assert database.run(block_stock, block) == 1
    with database.read() as session:
        line = session.scalars(select(OrderLineRow.id).where(OrderLineRow.order_id == key)).one()
        assert [(it.free, it.blocked) for it in stock_lines(session, place=floor.s1)] == [(10, "wrong item")]
    wanted = Reserve(place=floor.s1, item=floor.a, lot=floor.lot_a, order_line=line, quantity=1)
    with pytest.raises(ConflictError):
        database.run(reserve, wanted)
    assert planned(database, floor).batches == ()
    free = FreeStock(actor=floor.lea, at=NOON, item=floor.a, bin=floor.s1, cause="wrong item")
    assert database.run(free_stock, replace(free, cause="short task 7")) == 1
    with pytest.raises(ConflictError):
        database.run(reserve, wanted)
    assert database.run(free_stock, free) == 1
    with pytest.raises(ConflictError, match="does not want 2 more"):
        database.run(reserve, replace(wanted, quantity=2))


def counting(floor: Floor, **change: Any) -> OpenCount:
    return replace(OpenCount(actor=floor.ana, at=NOON, bin=floor.s1, reason="bin_empty", item=floor.a), **change)


def found(floor: Floor, count: int, units: int, **change: Any) -> SubmitCount:
    given = SubmitCount(actor=floor.ana, at=NOON, count=count, found={(floor.a, floor.lot_a): units})
    return replace(given, **change)


def test_a_bin_is_counted_once_however_often_it_is_declared(database: Database, floor: Floor) -> None:
    key = database.run(open_count, counting(floor))
    assert database.run(open_count, counting(floor)) == key
    assert database.run(open_count, counting(floor, item=floor.b)) == key
    with database.read() as session:
        assert [(it.id, it.item) for it in open_counts(session)] == [(key, None)]
    with pytest.raises(NotFoundError):
        database.run(open_count, counting(floor, bin=4711))


def test_a_count_that_agrees_is_done(database: Database, floor: Floor) -> None:
    key = database.run(open_count, counting(floor))
    assert database.run(submit_count, found(floor, key, 10)) == CountOutcome(count=key, state="done", differences={})
    with pytest.raises(ConflictError):
        database.run(submit_count, found(floor, key, 10))
    with pytest.raises(NotFoundError):
        database.run(submit_count, found(floor, key + 1, 10))


def test_a_small_difference_within_tolerance_is_booked_at_once(database: Database, floor: Floor) -> None:
    setting = ChangeSetting(actor=SYSTEM, at=NOON, name="tolerances", value={"count_units": 2})
    database.run(change_setting, setting)
    key = database.run(open_count, counting(floor))
    assert database.run(submit_count, found(floor, key, 8)).state == "done"
    assert (stock_at(database, floor.s1, floor.a), broken(database)) == ((8, 0), [])


def test_a_big_difference_is_counted_by_somebody_else_and_approved_by_a_third(database: Database, floor: Floor) -> None:
    key = database.run(open_count, counting(floor))
    difference = {(floor.a, floor.lot_a): -3}
    first = database.run(submit_count, found(floor, key, 7))
    assert first == CountOutcome(count=key, state="open", differences=difference)
    with pytest.raises(ForbiddenError):
        database.run(submit_count, found(floor, key, 7))
    with pytest.raises(ConflictError):
        database.run(approve_count, ApproveCount(actor=floor.lea, at=NOON, count=key))
    assert database.run(submit_count, found(floor, key, 7, actor=floor.ben)).state == "counted"
    with pytest.raises(ConflictError):
        database.run(submit_count, found(floor, key, 7, actor=floor.lea))
    with pytest.raises(ForbiddenError):
        database.run(approve_count, ApproveCount(actor=floor.ben, at=NOON, count=key))
    done = database.run(approve_count, ApproveCount(actor=floor.lea, at=NOON, count=key))
    assert done == CountOutcome(count=key, state="done", differences=difference)
    with database.read() as session:
        assert list_entries(session, EntryFilter()) == []
    assert (stock_at(database, floor.s1, floor.a), broken(database)) == ((7, 0), [])


def test_one_person_alone_counts_twice_approves_and_it_is_marked(database: Database, floor: Floor) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="one_person", value=True))
    key = database.run(open_count, counting(floor))
    database.run(submit_count, found(floor, key, 12))
    assert database.run(submit_count, found(floor, key, 12)).state == "counted"
    assert database.run(approve_count, ApproveCount(actor=floor.ana, at=NOON, count=key)).self_approved
    with database.read() as session:
        assert session.get_one(CountTaskRow, key).self_approved
    assert stock_at(database, floor.s1, floor.a) == (12, 0)


def test_a_count_below_what_is_promised_sends_the_tasks_elsewhere(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 8})
    (batch,) = planned(database, floor).batches
    count = database.run(open_count, counting(floor))
    database.run(submit_count, found(floor, count, 5))
    database.run(submit_count, found(floor, count, 5, actor=floor.ben))
    database.run(approve_count, ApproveCount(actor=floor.lea, at=NOON, count=count))
    (task,) = tasks(database, batch)
    assert (task.wanted, task.short, task.settled) == (8, 3, True)
    assert (stock_at(database, floor.s1, floor.a), broken(database)) == ((5, 5), [])
    with database.read() as session:
        line = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == key)).one()
        assert (line.allocated, line.backordered) == (5, 3)


def test_a_count_opens_what_a_short_pick_had_closed(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 4})
    batch = claimed(database, floor)
    task = tasks(database, batch)[0]
    short = Shortage(actor=floor.ana, at=NOON, task=task.id, quantity=4, reason="not_found")
    outcome = database.run(reallocate_short, short)
    assert tasks(database, batch)[0].state is TaskState.SHORT
    database.run(submit_count, found(floor, outcome.count or 0, 10, actor=floor.ben))
    with database.read() as session:
        assert [(it.free, it.blocked) for it in stock_lines(session, place=floor.s1)] == [(10, None)]


@pytest.mark.parametrize("change", [{"quantity": -1}, {"reason": " "}])
def test_a_correction_needs_a_figure_and_a_reason(database: Database, floor: Floor, change: dict[str, Any]) -> None:
    adjust = Adjust(actor=floor.lea, at=NOON, bin=floor.s1, item=floor.a, lot=floor.lot_a, quantity=1, reason="found")
    with pytest.raises(InvalidInputError):
        database.run(adjust_stock, replace(adjust, **change))


def test_a_correction_is_a_move_with_lost_and_found(database: Database, floor: Floor) -> None:
    adjust = Adjust(actor=floor.lea, at=NOON, bin=floor.s1, item=floor.a, lot=floor.lot_a, quantity=12, reason="found")
    assert (database.run(adjust_stock, adjust), database.run(adjust_stock, adjust)) == (2, 0)
    assert (stock_at(database, floor.s1, floor.a), broken(database)) == ((12, 0), [])
    with pytest.raises(NotFoundError):
        database.run(adjust_stock, replace(adjust, lot=4711))


def test_units_that_never_left_the_books_return_without_a_move(database: Database, floor: Floor) -> None:
    wanted = OpenPutBack(
        actor=floor.ana, at=NOON, item=floor.a, lot=None, quantity=1, reason="late_scan", bin=floor.s1, booked=False
    )
    key = database.run(open_put_back, wanted)
    assert database.run(return_units, ReturnUnits(actor=floor.ana, at=NOON, put_back=key, bin=floor.s1)).left == 0
    assert stock_at(database, floor.s1, floor.a) == (10, 0)
    other = database.run(open_put_back, wanted)
    database.run(return_units, ReturnUnits(actor=floor.ana, at=NOON, put_back=other, bin=floor.s2))
    assert (stock_at(database, floor.s1, floor.a), stock_at(database, floor.s2, floor.a)) == ((9, 0), (1, 0))
    assert broken(database) == []


def test_a_booked_put_back_names_lot_and_place(database: Database, floor: Floor) -> None:
    with pytest.raises(InvalidInputError):
        database.run(
            open_put_back, OpenPutBack(actor=floor.ana, at=NOON, item=floor.a, lot=None, quantity=1, reason="x")
        )
    with pytest.raises(NotFoundError):
        database.run(return_units, ReturnUnits(actor=floor.ana, at=NOON, put_back=4711, bin=floor.s1))


def test_a_bound_or_filled_tote_is_refused(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1}, "1")
    order(database, {floor.b: 1}, "2")
    batch = claimed(database, floor)
    bind = BindTote(actor=floor.ana, at=NOON, batch=batch, slot=1, tote="T1")
    database.run(bind_tote, bind)
    with pytest.raises(ConflictError, match=r"Tote T1 is order 1\. Take an empty one"):
        database.run(bind_tote, replace(bind, slot=2))
    with pytest.raises(ConflictError, match="has a tote already"):
        database.run(bind_tote, replace(bind, tote="T2"))
    for wrong in (replace(bind, tote="T99"), replace(bind, slot=7)):
        with pytest.raises(NotFoundError):
            database.run(bind_tote, wrong)


def test_a_full_tote_stays_with_the_order_and_another_follows(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 4})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 2, "T1")
    slot = SlotOf(actor=floor.ana, at=NOON, batch=batch, slot=1)
    database.run(close_full_tote, slot)
    pick(database, floor, tasks(database, batch)[0].id, 1, "T2")
    database.run(close_full_tote, slot)
    with database.read() as session:
        rows = session.execute(
            select(BatchSlotRow.slot_no, ToteRow.code, BatchSlotRow.full, BatchSlotRow.overflow)
            .outerjoin(ToteRow, ToteRow.id == BatchSlotRow.tote_id)
            .order_by(BatchSlotRow.slot_no)
        ).all()
    assert [tuple(row) for row in rows] == [(1, None, False, True), (1001, "T1", True, False), (2001, "T2", True, True)]
    database.run(reopen_full_tote, slot)
    with pytest.raises(ConflictError):
        database.run(unbind_tote, slot)
    with database.read() as session:
        assert session.scalars(select(BatchSlotRow.slot_no).order_by(BatchSlotRow.slot_no)).all() == [1, 1001]


def test_an_empty_tote_comes_off_and_is_free(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 4})
    batch = claimed(database, floor)
    database.run(bind_tote, BindTote(actor=floor.ana, at=NOON, batch=batch, slot=1, tote="T1"))
    slot = SlotOf(actor=floor.ana, at=NOON, batch=batch, slot=1)
    database.run(unbind_tote, slot)
    with database.read() as session:
        assert session.scalars(select(ToteRow.state).where(ToteRow.code == "T1")).one() == "free"
    with pytest.raises(ConflictError):
        database.run(close_full_tote, slot)
    with pytest.raises(ConflictError):
        database.run(reopen_full_tote, slot)


def test_a_tote_is_locked_and_unlocked(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 4})
    batch = claimed(database, floor)
    slot = SlotOf(actor=floor.lea, at=NOON, batch=batch, slot=1, reason="edited")
    for use_case, expected in ((lock_tote, "edited"), (unlock_tote, None)):
        database.run(use_case, slot)
        with database.read() as session:
            assert session.scalars(select(BatchSlotRow.locked_reason)).one() == expected
