"""Orders become batches, batches work: planning, release, leases, shortages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import CUTOFF, NOON, a_bin, build, some_stock
from tests.services.floor import Floor, a_floor, broken, claimed, order, pick, planned, released, state, stock_at, tasks
from warehouse.domain.batching import Plan, plan
from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.domain.errors import ConflictError, ForbiddenError, NotFoundError, NotOwnerError
from warehouse.domain.news import TakenOver
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.leases import (
    Hold,
    Next,
    claim_batch,
    close_batch,
    hand_back,
    next_batch,
    take_over,
)
from warehouse.services.batches.releasing import (
    AssignBatch,
    CancelBatch,
    ReleaseBatches,
    TakeOut,
    assign_batch,
    cancel_batch,
    release_batches,
    take_order_out,
)
from warehouse.services.batches.rerouting import number_tasks
from warehouse.services.orders.decisions import CancelOrder, RushOrder, cancel_order, rush_order
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.services.orders.states import bump_batch
from warehouse.services.picking.shortages import Shortage, ShortOutcome, UndoShortage, reallocate_short, undo_short
from warehouse.services.planning import batching
from warehouse.services.planning.batching import PlanBatches, PlanOutcome, plan_batches
from warehouse.services.planning.storing import StoreBatch, StoredBatch, store_batch
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.stock.ledger import BlockStock, block_stock
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, LeaseRow
from warehouse.storage.models.exception_queue import ExceptionEventRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, StockRow
from warehouse.storage.queries.batching import list_batches
from warehouse.storage.queries.exception_queue import EntryFilter, list_entries
from warehouse.storage.queries.layout import load_layout


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def exceptions(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(entry.type, entry.subject) for entry in list_entries(session, EntryFilter())]


def batch_state(database: Database, key: int) -> BatchState:
    with database.read() as session:
        return session.get_one(BatchRow, key).state


def line(database: Database, order_id: int) -> tuple[int, int, int]:
    with database.read() as session:
        row = session.scalars(
            select(OrderLineRow).where(OrderLineRow.order_id == order_id).order_by(OrderLineRow.line_no)
        ).first()
        assert row is not None
        return row.allocated, row.picked, row.backordered


def test_a_proposal_changes_nothing(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 3})
    outcome = plan_batches(database, PlanBatches(actor=floor.lea, at=NOON))
    assert [batch.orders for batch in outcome.plan.batches] == [("1042",)]
    assert (state(database, key), stock_at(database, floor.s1, floor.a)) == (OrderState.READY, (10, 0))


def test_a_stored_plan_binds_stock_in_walk_order(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 2, floor.a: 3})
    outcome = planned(database, floor)
    made = [
        (task.sequence, task.stop_no, task.slot_no, task.bin_id, task.wanted)
        for task in tasks(database, outcome.batches[0])
    ]
    assert made == [(1, 1, 1, floor.s1, 3), (2, 2, 1, floor.s2, 2)]
    assert state(database, key) == OrderState.BATCHED
    assert stock_at(database, floor.s1, floor.a) == (10, 3)
    assert broken(database) == []
    with database.read() as session:
        (listed,) = list_batches(session)
    assert (listed.number, listed.state, listed.orders, listed.tasks, listed.units) == ("1", "planned", 1, 2, 5)


def test_the_rest_that_is_not_there_is_backordered(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 7})
    planned(database, floor)
    assert (line(database, key), state(database, key)) == ((5, 0, 2), OrderState.BATCHED)
    assert exceptions(database) == [("backorder", f"order:{key}")]
    assert broken(database) == []


def test_a_customer_who_takes_no_part_waits_for_all(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 7})
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="backorder", value="complete"))
    outcome = planned(database, floor)
    assert (outcome.batches, [left.order for left in outcome.left_out]) == ((), ["1042"])
    assert (line(database, key), state(database, key)) == ((0, 0, 0), OrderState.READY)
    assert exceptions(database) == [("backorder", f"order:{key}")]


def test_stock_in_reserve_is_asked_down_and_not_backordered(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 7})
    build(database, lambda session: some_stock(session, floor.r1, floor.b, 20))
    planned(database, floor)
    assert (line(database, key), exceptions(database)) == ((5, 0, 0), [("short_stock", f"order:{key}")])
    build(database, lambda session: some_stock(session, floor.s2, floor.b, 2))
    again = planned(database, floor)
    assert (len(again.batches), line(database, key)) == (1, (7, 0, 0))
    assert (exceptions(database), settled(database)) == ([], ["Stock was found for it."])


def settled(database: Database) -> list[str | None]:
    """How entries were settled, as their history tells it."""
    with database.read() as session:
        steps = select(ExceptionEventRow.text).where(ExceptionEventRow.kind == "resolved")
        return list(session.scalars(steps.order_by(ExceptionEventRow.id)))


def test_what_was_asked_down_for_one_line_is_settled_though_another_stays_backordered(
    database: Database, floor: Floor
) -> None:
    key = order(database, {floor.b: 7, floor.a: 12})
    build(database, lambda session: some_stock(session, floor.r1, floor.b, 20))
    planned(database, floor)
    assert exceptions(database) == [("short_stock", f"order:{key}"), ("backorder", f"order:{key}")]
    build(database, lambda session: some_stock(session, floor.s2, floor.b, 2))
    planned(database, floor)
    assert exceptions(database) == [("backorder", f"order:{key}")]


def test_of_two_orders_one_waits_for_the_same_pieces_in_reserve(database: Database, floor: Floor) -> None:
    first, second = order(database, {floor.b: 7}, number="1"), order(database, {floor.b: 2}, number="2")
    build(database, lambda session: some_stock(session, floor.r1, floor.b, 3))
    planned(database, floor)
    assert sorted(exceptions(database)) == [("backorder", f"order:{second}"), ("short_stock", f"order:{first}")]


def test_a_shortage_is_settled_once_its_units_were_brought_down_and_promised(database: Database, floor: Floor) -> None:
    order(database, {floor.b: 5})
    batch = claimed(database, floor)
    build(database, lambda session: some_stock(session, floor.r1, floor.b, 9))
    short = Shortage(actor=floor.ana, at=NOON, task=tasks(database, batch)[0].id, quantity=5, reason="bin_empty")
    database.run(reallocate_short, short)
    assert [kind for kind, _ in exceptions(database)] == ["short_stock"]
    build(database, lambda session: some_stock(session, floor.s1, floor.b, 5))
    planned(database, floor)
    assert (exceptions(database), settled(database)) == ([], ["Stock was found for it."])


def test_a_fully_backordered_order_is_ready_and_tried_again(database: Database, floor: Floor) -> None:
    build(database, lambda session: an_empty(session, floor))
    key = order(database, {floor.b: 2})
    planned(database, floor)
    assert (line(database, key), state(database, key)) == ((0, 0, 2), OrderState.READY)
    build(database, lambda session: some_stock(session, floor.s2, floor.b, 2))
    planned(database, floor)
    assert (line(database, key), state(database, key)) == ((2, 0, 0), OrderState.BATCHED)


def an_empty(session: object, floor: Floor) -> None:
    from warehouse.services.side.counting import Adjust, adjust_stock

    empty = Adjust(actor=floor.lea, at=NOON, bin=floor.s2, item=floor.b, lot=floor.lot_b, quantity=0, reason="gone")
    adjust_stock(session, empty)  # type: ignore[arg-type]


def test_held_orders_stay_out_and_are_named(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    database.run(hold_order, HoldOrder(actor=floor.lea, at=NOON, number="1042", reason="unpaid", text="Not paid"))
    outcome = planned(database, floor, orders=("1042",))
    assert (outcome.batches, outcome.left_out[0].order) == ((), "1042")


def test_what_changed_while_planning_is_dropped(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 8}, "1")
    order(database, {floor.a: 2}, "2")

    def slow_planner(*args: object) -> object:
        from warehouse.domain.batching import plan

        taken = some_reserved(database, floor)
        assert taken
        return plan(*args)  # type: ignore[arg-type]

    outcome = plan_batches(
        database,
        PlanBatches(actor=floor.lea, at=NOON, commit=True),
        planner=slow_planner,  # type: ignore[arg-type]
    )
    assert [left.order for left in outcome.left_out] == ["2"]
    assert stock_at(database, floor.s1, floor.a) == (9, 8)
    assert broken(database) == []


def some_reserved(database: Database, floor: Floor) -> int:
    from warehouse.services.side.counting import Adjust, adjust_stock

    lost = Adjust(actor=floor.lea, at=NOON, bin=floor.s1, item=floor.a, lot=floor.lot_a, quantity=9, reason="lost")
    return database.run(adjust_stock, lost)


def between_the_steps(monkeypatch: pytest.MonkeyPatch, act: Callable[[Session, int], object]) -> None:
    """Store one order a step, and have somebody else do something to the batch after the first."""
    left = [act]

    def store_and_act(session: Session, request: StoreBatch) -> StoredBatch:
        stored = store_batch(session, request)
        if left and stored.batch is not None:
            session.flush()
            left.pop()(session, stored.batch)
        return stored

    monkeypatch.setattr(batching, "_TASKS_A_STEP", 1)
    monkeypatch.setattr(batching, "store_batch", store_and_act)


def test_a_list_numbered_anew_while_the_rest_of_its_trip_is_stored_promises_each_unit_once(
    database: Database, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number_anew(session: Session, key: int) -> None:  # as a count does that finds too little
        bump_batch(session, session.get_one(BatchRow, key))
        number_tasks(session, key, load_layout(session))

    keys = [order(database, {floor.b: 1}, "1"), order(database, {floor.a: 1}, "2")]
    between_the_steps(monkeypatch, number_anew)
    (batch,) = planned(database, floor).batches
    assert [line(database, key) for key in keys] == [(1, 0, 0), (1, 0, 0)]
    assert (stock_at(database, floor.s1, floor.a), stock_at(database, floor.s2, floor.b)) == ((10, 1), (5, 1))
    made = [(task.sequence, task.stop_no, task.bin_id) for task in tasks(database, batch)]
    assert made == [(1, 1, floor.s1), (2, 2, floor.s2)]
    assert broken(database) == []


def test_the_rest_of_a_trip_goes_on_no_batch_that_was_dissolved_meanwhile(
    database: Database, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dissolve(session: Session, key: int) -> None:
        cancel_batch(session, CancelBatch(actor=floor.lea, at=NOON, batch=key, reason="Not now"))

    keys = [order(database, {floor.b: 1}, "1"), order(database, {floor.a: 1}, "2")]
    between_the_steps(monkeypatch, dissolve)
    (batch,) = planned(database, floor).batches
    assert batch_state(database, batch) is BatchState.PLANNED
    assert [(task.sequence, task.stop_no) for task in tasks(database, batch)] == [(1, 1)]
    assert sorted(state(database, key) for key in keys) == [OrderState.BATCHED, OrderState.READY]
    assert broken(database) == []


def test_the_named_cart_must_exist(database: Database, floor: Floor) -> None:
    with pytest.raises(NotFoundError):
        planned(database, floor, cart="K9")


def test_urgent_orders_come_first(database: Database, floor: Floor) -> None:
    for number in range(1, 7):
        order(database, {floor.a: 1}, str(number), priority=9 if number == 6 else 0)
    outcome = planned(database, floor)
    assert [batch.orders for batch in outcome.plan.batches] == [("6", "1", "2", "3"), ("4", "5")]


def test_a_batch_is_released_once(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = released(database, floor)
    assert batch_state(database, batch) is BatchState.RELEASED
    with pytest.raises(ConflictError):
        database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(batch,)))


def test_an_order_on_hold_stops_the_release(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = planned(database, floor).batches[0]
    database.run(hold_order, HoldOrder(actor=floor.lea, at=NOON, number="1042", reason="unpaid", text="Not paid"))
    with pytest.raises(ConflictError):
        database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(batch,)))


def test_a_cancelled_batch_gives_everything_back(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 3})
    batch = released(database, floor)
    freed = database.run(cancel_batch, CancelBatch(actor=floor.lea, at=NOON, batch=batch, reason="wrong wave"))
    assert (freed, state(database, key), stock_at(database, floor.s1, floor.a)) == (
        ("1042",),
        OrderState.READY,
        (10, 0),
    )
    assert (line(database, key), broken(database)) == ((0, 0, 0), [])


def test_a_begun_batch_is_not_cancelled(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 3})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 1)
    with pytest.raises(ConflictError):
        database.run(cancel_batch, CancelBatch(actor=floor.lea, at=NOON, batch=batch, reason="x"))


def test_one_order_is_taken_out(database: Database, floor: Floor) -> None:
    one, two = order(database, {floor.a: 3}, "1"), order(database, {floor.b: 1}, "2")
    batch = claimed(database, floor)
    database.run(take_order_out, TakeOut(actor=floor.lea, at=NOON, batch=batch, order="1", reason="later"))
    assert (state(database, one), state(database, two)) == (OrderState.READY, OrderState.PICKING)
    assert [(task.state, task.changed) for task in tasks(database, batch)] == [
        (TaskState.CANCELLED, "cancelled"),
        (TaskState.OPEN, None),
    ]
    assert broken(database) == []


def hold_of(floor: Floor, batch: int, **change: object) -> Hold:
    return replace(Hold(actor=floor.ana, at=NOON, batch=batch, device="d-1"), **change)  # type: ignore[arg-type]


def test_a_claim_starts_the_batch_and_gives_a_token_once(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 1})
    batch = released(database, floor)
    held = database.run(claim_batch, hold_of(floor, batch))
    assert (held.person, held.device, held.epoch, held.fresh) == (floor.ana.person, "d-1", 1, True)
    assert held.expires_at == NOON + timedelta(minutes=15)
    assert held.device_token
    assert (state(database, key), batch_state(database, batch)) == (OrderState.PICKING, BatchState.PICKING)
    again = database.run(claim_batch, hold_of(floor, batch, proven="d-1", at=CUTOFF))
    assert again == replace(held, expires_at=CUTOFF + timedelta(minutes=15), fresh=False, device_token=None)


def test_a_device_must_prove_itself_the_second_time(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = claimed(database, floor)
    with pytest.raises(ForbiddenError):
        database.run(claim_batch, hold_of(floor, batch, actor=floor.ben))


def test_an_expired_lease_still_counts_until_somebody_takes_over(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = claimed(database, floor)
    heard: list[object] = []
    database.subscribe(heard.extend)
    late = NOON + timedelta(hours=3)
    with pytest.raises(NotOwnerError, match="taken by Ana since 12:00"):
        database.run(claim_batch, hold_of(floor, batch, actor=floor.ben, device="d-2", at=late))
    held = database.run(take_over, hold_of(floor, batch, actor=floor.ben, device="d-2", at=late, proven="d-2"))
    assert (held.person, held.epoch, held.fresh) == (floor.ben.person, 2, True)
    assert TakenOver(batch=batch, epoch=2, device="d-1", name="Ben", at=late) in heard
    with database.read() as session:
        leases = [
            (row.epoch, row.device, row.ended_at) for row in session.scalars(select(LeaseRow).order_by(LeaseRow.id))
        ]
    assert leases == [(1, "d-1", late), (2, "d-2", None)]


def test_a_batch_handed_back_is_free_under_a_new_epoch(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = claimed(database, floor)
    with pytest.raises(NotOwnerError):
        database.run(hand_back, hold_of(floor, batch, actor=floor.ben, device="d-2"))
    assert database.run(hand_back, hold_of(floor, batch)) == 2
    held = database.run(claim_batch, hold_of(floor, batch, actor=floor.ben, device="d-2"))
    assert (held.epoch, held.person) == (2, floor.ben.person)


def test_one_person_has_one_batch(database: Database, floor: Floor) -> None:
    for number in range(1, 6):
        order(database, {floor.a: 1}, str(number))
    first, second = planned(database, floor).batches
    database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(first, second)))
    database.run(claim_batch, hold_of(floor, first))
    with pytest.raises(ConflictError):
        database.run(claim_batch, hold_of(floor, second, proven="d-1"))


def test_next_is_mine_then_assigned_then_the_most_urgent(database: Database, floor: Floor) -> None:
    for number in range(1, 6):
        order(database, {floor.a: 1}, str(number), priority=5 if number < 5 else 0)
    urgent, other = planned(database, floor).batches
    ask = Next(actor=floor.ana, at=NOON, device="d-1")
    assert database.run(next_batch, ask) is None
    database.run(release_batches, ReleaseBatches(actor=floor.lea, at=NOON, batches=(urgent, other)))
    database.run(assign_batch, AssignBatch(actor=floor.lea, at=NOON, batch=other, person=floor.ana.person))
    got = database.run(next_batch, Next(actor=floor.ben, at=NOON, device="d-2"))
    assert got is not None
    assert got.batch == urgent
    mine = database.run(next_batch, replace(ask, proven="d-1"))
    assert mine is not None
    assert mine.batch == other
    elsewhere = database.run(next_batch, replace(ask, device="d-3"))
    assert elsewhere is not None
    assert (elsewhere.batch, elsewhere.epoch, elsewhere.device) == (other, 2, "d-3")


def test_a_picked_batch_is_closed(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 2})
    batch = claimed(database, floor)
    with pytest.raises(ConflictError):
        database.run(close_batch, hold_of(floor, batch))
    pick(database, floor, tasks(database, batch)[0].id, 2)
    database.run(close_batch, hold_of(floor, batch))
    assert (batch_state(database, batch), state(database, key)) == (BatchState.CLOSED, OrderState.PICKED)
    assert broken(database) == []


def test_a_short_pick_goes_on_in_another_bin(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 4, floor.b: 1})
    batch = claimed(database, floor)
    build(database, lambda session: some_stock(session, a_bin(session, "S3", walk=3), floor.a, 3))
    task = tasks(database, batch)[0]
    short = Shortage(actor=floor.ana, at=NOON, task=task.id, quantity=3, reason="bin_empty")
    outcome = database.run(reallocate_short, short)
    after = tasks(database, batch)
    assert [(row.wanted, row.short, row.settled, row.state) for row in after] == [
        (4, 3, True, TaskState.OPEN),
        (1, 0, False, TaskState.OPEN),
        (3, 0, False, TaskState.OPEN),
    ]
    assert (outcome.added, outcome.backordered, after[2].sequence) == ((after[2].id,), 0, 3)
    assert (line(database, key), exceptions(database), broken(database)) == ((4, 0, 0), [], [])
    with pytest.raises(ConflictError):
        database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=task.id, quantity=3))


def test_a_short_pick_without_other_stock_is_backordered_and_counted_once(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 5})
    batch = claimed(database, floor)
    task = tasks(database, batch)[0].id
    short = Shortage(actor=floor.ana, at=NOON, task=task, quantity=2, reason="bin_empty")
    outcome = database.run(reallocate_short, short)
    assert replace(outcome, count=None, exception=None) == ShortOutcome(task=task, backordered=2)
    again = database.run(reallocate_short, replace(short, quantity=1))
    assert again.count == outcome.count
    assert (line(database, key), broken(database)) == ((2, 0, 3), [])
    assert [kind for kind, _ in exceptions(database)] == ["backorder", "short_stock"]
    with database.read() as session:
        assert len(session.scalars(select(CountTaskRow)).all()) == 1


def test_a_short_pick_that_reserve_covers_asks_for_replenishment(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 5})
    batch = claimed(database, floor)
    build(database, lambda session: some_stock(session, floor.r1, floor.b, 9))
    short = Shortage(actor=floor.ana, at=NOON, task=tasks(database, batch)[0].id, quantity=5, reason="bin_empty")
    outcome = database.run(reallocate_short, short)
    assert (outcome.replenish, outcome.backordered) == (5, 0)
    assert (line(database, key), state(database, key)) == ((0, 0, 0), OrderState.READY)


def test_a_shortage_can_be_taken_back(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 5})
    batch = claimed(database, floor)
    task = tasks(database, batch)[0].id
    database.run(reallocate_short, Shortage(actor=floor.ana, at=NOON, task=task, quantity=5, reason="not_found"))
    database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=task, quantity=5))
    assert (line(database, key), state(database, key)) == ((5, 0, 0), OrderState.PICKING)
    assert tasks(database, batch)[0].state is TaskState.OPEN
    assert broken(database) == []


def test_a_shortage_taken_back_leaves_no_hold_and_no_exception_behind(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 5})
    task = tasks(database, claimed(database, floor))[0].id
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="backorder", value="complete"))
    database.run(reallocate_short, Shortage(actor=floor.ana, at=NOON, task=task, quantity=5, reason="not_found"))
    database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=task, quantity=2))
    assert [kind for kind, _ in exceptions(database)] == ["backorder", "short_stock"]
    database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=task, quantity=3))
    assert exceptions(database) == []
    with database.read() as session:
        held = select(HoldRow.reason).where(HoldRow.order_id == key, HoldRow.lifted_at.is_(None))
        assert session.scalars(held).all() == []


def test_a_shortage_taken_back_lifts_its_own_block_and_no_other(database: Database, floor: Floor) -> None:
    order(database, {floor.b: 3})
    order(database, {floor.b: 2}, number="1043")
    first, second = (task.id for task in tasks(database, claimed(database, floor)))

    def short(task: int, quantity: int) -> str | None:
        asked = Shortage(actor=floor.ana, at=NOON, task=task, quantity=quantity, reason="not_found")
        database.run(reallocate_short, asked)
        return blocked(database, floor)

    def undo(task: int, quantity: int) -> str | None:
        database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=task, quantity=quantity))
        return blocked(database, floor)

    recall = BlockStock(actor=floor.lea, at=NOON, item=floor.b, bin=floor.s2, cause="recalled")
    database.run(block_stock, recall)
    assert short(first, 1) == f"recalled, short task {first}"
    assert short(second, 2) == f"recalled, short task {first}, short task {second}"
    assert undo(second, 1) == f"recalled, short task {first}, short task {second}"
    assert undo(second, 1) == f"recalled, short task {first}"
    assert undo(first, 1) == "recalled"
    assert broken(database) == []


def blocked(database: Database, floor: Floor) -> str | None:
    with database.read() as session:
        return session.scalars(select(StockRow.blocked_reason).where(StockRow.place_id == floor.s2)).one()


def test_an_order_held_because_of_a_shortage_stops_the_rest_of_its_work(database: Database, floor: Floor) -> None:
    order(database, {floor.b: 5, floor.a: 1})
    batch = claimed(database, floor)
    a_task, b_task = sorted(tasks(database, batch), key=lambda it: it.item_id)
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="backorder", value="complete"))
    before = listed(database, batch)
    asked = Shortage(actor=floor.ana, at=NOON, task=b_task.id, quantity=2, reason="not_found")
    database.run(reallocate_short, asked)
    marks = {task.id: task.changed for task in tasks(database, batch)}
    assert (marks, listed(database, batch) > before) == ({a_task.id: "held", b_task.id: "held"}, True)
    database.run(undo_short, UndoShortage(actor=floor.ana, at=NOON, task=b_task.id, quantity=2))
    assert {task.changed for task in tasks(database, batch)} == {None}


def listed(database: Database, batch: int) -> int:
    with database.read() as session:
        return session.get_one(BatchRow, batch).list_version


def test_more_than_is_left_cannot_be_short(database: Database, floor: Floor) -> None:
    order(database, {floor.b: 2})
    batch = claimed(database, floor)
    with pytest.raises(ConflictError):
        database.run(
            reallocate_short,
            Shortage(actor=floor.ana, at=NOON, task=tasks(database, batch)[0].id, quantity=3, reason="other"),
        )


def urgency(database: Database, batch: int) -> tuple[datetime | None, int]:
    with database.read() as session:
        row = session.get_one(BatchRow, batch)
        return row.cutoff_at, row.priority


def two_urgencies(database: Database, floor: Floor) -> int:
    """A batch of an urgent order that is due soon, and of one that is neither."""
    hurried = order(database, {floor.a: 1}, "1", priority=9)
    order(database, {floor.b: 1}, "2")
    (batch,) = planned(database, floor).batches

    def due_soon(session: Session) -> None:
        soon = NOON + timedelta(hours=1)
        session.get_one(OrderRow, hurried).cutoff_at = session.get_one(BatchRow, batch).cutoff_at = soon

    build(database, due_soon)
    assert urgency(database, batch) == (NOON + timedelta(hours=1), 9)
    return batch


def test_a_batch_is_as_urgent_as_the_orders_that_stay_on_it(database: Database, floor: Floor) -> None:
    batch = two_urgencies(database, floor)
    database.run(cancel_order, CancelOrder(actor=floor.lea, at=NOON, number="1", reason="changed their mind"))
    assert urgency(database, batch) == (CUTOFF, 0)


def test_an_order_that_was_taken_out_takes_its_urgency_with_it(database: Database, floor: Floor) -> None:
    batch = two_urgencies(database, floor)
    database.run(take_order_out, TakeOut(actor=floor.lea, at=NOON, batch=batch, order="1", reason="later"))
    assert urgency(database, batch) == (CUTOFF, 0)


def test_a_rush_that_is_taken_back_leaves_the_batch_as_urgent_as_it_was(database: Database, floor: Floor) -> None:
    batch = two_urgencies(database, floor)
    database.run(rush_order, RushOrder(actor=floor.lea, at=NOON, number="1", priority=0, reason="a mistake"))
    assert urgency(database, batch)[1] == 0


def test_a_trip_of_which_an_order_was_dropped_is_measured_and_urgent_without_it(
    database: Database, floor: Floor
) -> None:
    order(database, {floor.a: 10}, "1", priority=9)
    near = order(database, {floor.b: 1}, "2")

    def drawn(session: Session) -> None:
        for key, y_mm in ((floor.s1, 30_000), (floor.s2, 1000)):
            row = session.get_one(BinRow, key)
            row.x_mm, row.y_mm = 0, y_mm

    build(database, drawn)

    def slow_planner(*args: object) -> object:
        from warehouse.domain.batching import plan

        assert some_reserved(database, floor) is not None
        return plan(*args)  # type: ignore[arg-type]

    asked = PlanBatches(actor=floor.lea, at=NOON, commit=True)
    outcome = plan_batches(database, asked, planner=slow_planner)  # type: ignore[arg-type]
    assert [left.order for left in outcome.left_out] == ["1"]
    with database.read() as session:
        row = session.get_one(BatchRow, outcome.batches[0])
        assert (row.priority, row.distance_mm, row.name_order_distance_mm) == (0, 2000, 2000)
    assert state(database, near) == OrderState.BATCHED


def test_an_urgent_order_is_among_the_few_that_are_planned_though_it_is_due_last(
    database: Database, floor: Floor
) -> None:
    for number in ("1", "2", "3"):
        order(database, {floor.a: 1}, number)
    late = order(database, {floor.a: 1}, "RUSH", priority=9)
    build(database, lambda session: setattr(session.get_one(OrderRow, late), "cutoff_at", None))
    outcome = planned(database, floor, limit=2)
    assert sorted(number for batch in outcome.plan.batches for number in batch.orders) == ["1", "RUSH"]


def while_planning(database: Database, floor: Floor, act: Callable[[Session], None]) -> PlanOutcome:
    """Plan and store, and have somebody else do something in between."""

    def slow_planner(*args: Any) -> Plan:
        build(database, act)
        return plan(*args)

    return plan_batches(database, PlanBatches(actor=floor.lea, at=NOON, commit=True), planner=slow_planner)


def test_an_order_that_became_urgent_while_planning_makes_its_batch_urgent(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 1}, "1")
    sooner = NOON + timedelta(hours=1)

    def rush(session: Session) -> None:
        row = session.get_one(OrderRow, key)
        row.priority, row.cutoff_at = 9, sooner

    outcome = while_planning(database, floor, rush)
    with database.read() as session:
        row = session.get_one(BatchRow, outcome.batches[0])
        assert (row.priority, row.cutoff_at) == (9, sooner)


def test_nobody_is_sent_to_a_bin_that_was_blocked_while_planning(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1}, "1")

    def block(session: Session) -> None:
        row = session.get_one(BinRow, floor.s1)
        row.pickable, row.blocked_reason = False, "broken shelf"

    outcome = while_planning(database, floor, block)
    assert ([left.order for left in outcome.left_out], outcome.batches) == (["1"], ())
    assert broken(database) == []
