"""Holds, cancellation, rush, changed lines: what the floor hears, what becomes a put-back."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.builders import NOON, build, some_stock
from tests.services.floor import Floor, a_floor, broken, claimed, order, pick, planned, released, state, stock_at, tasks
from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.changes import Changed, ChangeOrder, change_order
from warehouse.services.orders.decisions import (
    CancelOrder,
    RetryBackorder,
    RushOrder,
    cancel_order,
    retry_backorder,
    rush_order,
)
from warehouse.services.orders.holds import HoldOrder, LiftHold, hold_order, lift_hold
from warehouse.services.picking.shortages import give_way
from warehouse.services.side.put_backs import ReturnUnits, return_units
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, ToteRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.stock import PutBackRow, StockRow
from warehouse.storage.queries.exception_queue import EntryFilter, list_entries
from warehouse.storage.queries.orders import gates_of, story_of
from warehouse.storage.queries.stock import open_put_backs


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def cancelling(floor: Floor, reason: str = "customer") -> CancelOrder:
    return CancelOrder(actor=floor.lea, at=NOON, number="1042", reason=reason)


def holding(floor: Floor, **change: Any) -> HoldOrder:
    given: dict[str, Any] = {"number": "1042", "reason": "unpaid", "text": "Not paid"}
    return HoldOrder(actor=floor.lea, at=NOON, **{**given, **change})


def lifting(floor: Floor, reason: str = "paid") -> LiftHold:
    return LiftHold(actor=floor.lea, at=NOON, number="1042", reason=reason)


def changing(floor: Floor, quantities: dict[int, int], added: dict[str, int] | None = None) -> ChangeOrder:
    return ChangeOrder(
        actor=floor.lea, at=NOON, number="1042", reason="customer", quantities=quantities, added=added or {}
    )


def the_batch(database: Database, key: int) -> tuple[BatchState, int]:
    with database.read() as session:
        row = session.get_one(BatchRow, key)
        return row.state, row.list_version


def locks(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(BatchSlotRow.locked_reason).order_by(BatchSlotRow.id)))


def lines(database: Database, key: int) -> list[tuple[int, int, int, int]]:
    with database.read() as session:
        rows = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == key).order_by(OrderLineRow.line_no))
        return [(row.ordered, row.allocated, row.picked, row.backordered) for row in rows]


def test_a_hold_stops_work_that_has_begun_and_lifting_frees_it(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 3})
    batch = claimed(database, floor)
    version = the_batch(database, batch)[1]
    database.run(hold_order, holding(floor))
    (task,) = tasks(database, batch)
    assert (task.changed, task.version, locks(database)) == ("held", version + 1, ["held"])
    assert database.run(lift_hold, lifting(floor)) == 1
    (task,) = tasks(database, batch)
    assert (task.changed, task.version, locks(database)) == (None, version + 2, [None])
    assert state(database, key) == OrderState.PICKING


def test_work_stays_stopped_until_the_last_hold_is_lifted(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 3})
    batch = claimed(database, floor)
    first = database.run(hold_order, holding(floor))
    database.run(hold_order, holding(floor, reason="address_check", text="No street"))
    one = LiftHold(actor=floor.lea, at=NOON, number="1042", reason="paid", hold=first)
    database.run(lift_hold, one)
    assert tasks(database, batch)[0].changed == "held"
    with pytest.raises(ConflictError):
        database.run(lift_hold, one)


def test_lifting_a_hold_settles_its_exception_and_makes_the_order_ready(database: Database, floor: Floor) -> None:
    def held(session: Session) -> int:
        entry = OpenEntry(actor=floor.lea, at=NOON, type=ExceptionType.UNPAID, subject="order:1042")
        return open_exception(session, entry)

    key = order(database, {floor.a: 1})
    build(database, lambda session: setattr(session.get_one(OrderRow, key), "state", OrderState.RECEIVED))
    database.run(hold_order, holding(floor, exception=build(database, held)))
    database.run(lift_hold, lifting(floor))
    with database.read() as session:
        assert (session.get_one(OrderRow, key).state, list_entries(session, EntryFilter())) == (OrderState.READY, [])


@pytest.mark.parametrize("change", [{"reason": " "}, {"text": ""}])
def test_a_hold_needs_its_reason(database: Database, floor: Floor, change: dict[str, str]) -> None:
    order(database, {floor.a: 1})
    with pytest.raises(InvalidInputError):
        database.run(hold_order, holding(floor, **change))


def test_a_ready_order_is_cancelled_once(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 1})
    with pytest.raises(InvalidInputError):
        database.run(cancel_order, cancelling(floor, " "))
    database.run(cancel_order, cancelling(floor))
    assert state(database, key) == OrderState.CANCELLED
    with pytest.raises(ConflictError):
        database.run(cancel_order, cancelling(floor))
    with pytest.raises(ConflictError):
        database.run(hold_order, holding(floor))


def test_cancelling_while_picking_locks_the_tote_and_makes_put_backs(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 3, floor.b: 1})
    order(database, {floor.b: 1}, "2000")
    batch = claimed(database, floor)
    version = the_batch(database, batch)[1]
    pick(database, floor, tasks(database, batch)[0].id, 2)
    outcome = database.run(cancel_order, cancelling(floor))
    assert [(task.state, task.changed) for task in tasks(database, batch)] == [
        (TaskState.CANCELLED, "cancelled"),
        (TaskState.CANCELLED, "cancelled"),
        (TaskState.OPEN, None),
    ]
    assert (the_batch(database, batch), locks(database)) == ((BatchState.PICKING, version + 1), ["cancelled", None])
    assert stock_at(database, floor.s1, floor.a) == (8, 0)
    with database.read() as session:
        (waiting,) = open_put_backs(session, key)
    assert (waiting.id, waiting.place_code, waiting.bin_code, waiting.left) == (outcome.put_backs[0], "T1", "S1", 2)
    assert broken(database) == []


def test_put_backs_return_the_units_and_free_the_tote(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 2})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 2)
    (key,) = database.run(cancel_order, cancelling(floor)).put_backs
    back = ReturnUnits(actor=floor.ana, at=NOON, put_back=key, bin=floor.s1, quantity=1)
    assert database.run(return_units, back).left == 1
    assert database.run(return_units, back).left == 0
    with pytest.raises(ConflictError):
        database.run(return_units, back)
    assert stock_at(database, floor.s1, floor.a) == (10, 0)
    assert (broken(database), the_batch(database, batch)[0]) == ([], BatchState.PICKED)


def test_a_batch_whose_only_order_is_cancelled_before_anyone_took_it_is_gone(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 2})
    batch = released(database, floor)
    database.run(cancel_order, cancelling(floor))
    assert (the_batch(database, batch)[0], stock_at(database, floor.s1, floor.a)) == (BatchState.CANCELLED, (10, 0))


def test_a_rush_raises_the_batch_too(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 2})
    (batch,) = planned(database, floor).batches
    rush = RushOrder(actor=floor.lea, at=NOON, number="1042", reason="promised by phone")
    assert database.run(rush_order, rush) == 9
    with database.read() as session:
        assert session.get_one(BatchRow, batch).priority == 9
    with pytest.raises(InvalidInputError):
        database.run(rush_order, RushOrder(actor=floor.lea, at=NOON, number="1042", reason="x", priority=10))


def test_lines_change_quietly_before_release(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 2, floor.b: 1})
    assert database.run(change_order, changing(floor, {1: 5, 2: 0}, {"B": 2})) == Changed(order=key)
    assert lines(database, key) == [(5, 0, 0, 0), (1, 0, 0, 0), (2, 0, 0, 0)]
    with database.read() as session:
        assert session.get_one(OrderRow, key).list_version == 2
    with pytest.raises(NotFoundError):
        database.run(change_order, changing(floor, {2: 1}))


def test_fewer_units_after_release_shrink_the_task_and_tell_a_lead(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 5})
    batch = claimed(database, floor)
    outcome = database.run(change_order, changing(floor, {1: 2}))
    (task,) = tasks(database, batch)
    assert (task.wanted, task.changed, task.state, task.version) == (
        2,
        "edited",
        TaskState.OPEN,
        the_batch(database, batch)[1],
    )
    assert (lines(database, key), stock_at(database, floor.s1, floor.a)) == ([(2, 2, 0, 0)], (10, 2))
    with database.read() as session:
        assert [(it.type, it.id) for it in list_entries(session, EntryFilter())] == [
            ("changed_after_release", outcome.exception)
        ]


def test_units_picked_too_many_become_put_backs(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 5})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 4)
    outcome = database.run(change_order, changing(floor, {1: 3}))
    assert (len(outcome.put_backs), lines(database, key)) == (1, [(3, 0, 3, 0)])
    assert (state(database, key), the_batch(database, batch)[0]) == (OrderState.PICKED, BatchState.PICKED)
    assert broken(database) == []


def test_more_units_after_release_come_with_the_next_plan(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 2})
    claimed(database, floor)
    database.run(change_order, changing(floor, {1: 6}))
    (more,) = planned(database, floor).batches
    assert ([task.wanted for task in tasks(database, more)], lines(database, key)) == ([4], [(6, 6, 0, 0)])


@pytest.mark.parametrize(("quantities", "added"), [({}, {}), ({1: -1}, {}), ({}, {"A": 0})])
def test_a_change_must_say_what(
    database: Database, floor: Floor, quantities: dict[int, int], added: dict[str, int]
) -> None:
    order(database, {floor.a: 2})
    with pytest.raises(InvalidInputError):
        database.run(change_order, changing(floor, quantities, added))


def test_backordered_units_are_planned_again_when_asked(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 7})
    claimed(database, floor)
    assert database.run(retry_backorder, RetryBackorder(actor=floor.lea, at=NOON, number="1042")) == 2
    assert lines(database, key) == [(7, 5, 0, 0)]


def test_both_gates_say_their_reasons(database: Database, floor: Floor) -> None:
    key = order(database, {floor.b: 7})
    build(database, lambda session: session.add(a_strange_line(key)))
    database.run(hold_order, holding(floor))
    with database.read() as session:
        gates = gates_of(session, key)
    assert gates.releasable == ("Not paid", "SKU X9 is not known.")
    assert gates.pickable == ("5 of 7 B lie in bins for picking.",)


def a_strange_line(order_id: int) -> OrderLineRow:
    return OrderLineRow(order_id=order_id, line_no=9, sku="X9", ordered=1)


def test_the_story_of_an_order_is_told_in_order(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 1})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 1)
    database.run(cancel_order, cancelling(floor))
    with database.read() as session:
        kinds = [(entry.kind, entry.person) for entry in story_of(session, key)]
    assert kinds == [("order_state", "Lea"), ("order_state", "Ana"), ("cancelled", "Lea"), ("move", "Ana")]


def test_the_tote_of_a_cancelled_order_stays_bound_while_units_are_in_it(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, 1)
    database.run(cancel_order, cancelling(floor))
    with database.read() as session:
        tote = session.scalars(select(ToteRow).where(ToteRow.code == "T1")).one()
        holds = session.scalars(select(HoldRow)).all()
    assert (tote.state, list(holds)) == ("bound", [])


def test_units_already_on_their_way_back_are_not_sent_back_twice(database: Database, floor: Floor) -> None:
    other = build(database, lambda session: some_stock(session, floor.s1, floor.a, 2, lot="L2"))
    assert other
    key = order(database, {floor.a: 12})
    batch = claimed(database, floor)
    for task in tasks(database, batch):
        pick(database, floor, task.id, task.wanted)
    first = database.run(change_order, changing(floor, {1: 10}))
    second = database.run(change_order, changing(floor, {1: 8}))
    for put_back in (*first.put_backs, *second.put_backs):
        with database.read() as session:
            left = session.get_one(PutBackRow, put_back).quantity
        database.run(
            return_units, ReturnUnits(actor=floor.ana, at=NOON, put_back=put_back, bin=floor.s1, quantity=left)
        )
    assert lines(database, key) == [(8, 0, 8, 0)]
    assert stock_at(database, floor.s1, floor.a) == (4, 0)


def test_the_last_line_of_an_order_is_not_taken_off_but_the_order_cancelled(database: Database, floor: Floor) -> None:
    key = order(database, {floor.a: 3})
    batch = claimed(database, floor)
    with pytest.raises(ConflictError, match="cancel it"):
        database.run(change_order, changing(floor, {1: 0}))
    assert (state(database, key), tasks(database, batch)[0].state) == (OrderState.PICKING, TaskState.OPEN)


def test_an_order_of_which_the_rest_is_taken_off_has_left_with_what_went_before(
    database: Database, floor: Floor
) -> None:
    key = order(database, {floor.a: 3})
    (task,) = tasks(database, claimed(database, floor))
    pick(database, floor, task.id, 3)
    gone = {"packed": 2, "shipped": 2}
    build(database, lambda session: session.execute(update(OrderLineRow).values(**gone)))
    database.run(change_order, changing(floor, {1: 2}))
    with database.read() as session:
        row = session.get_one(OrderRow, key)
        assert (row.state, row.shipped_at) == (OrderState.SHIPPED, NOON)


def test_a_held_task_stays_held_when_its_order_gets_fewer_units(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 3})
    batch = claimed(database, floor)
    database.run(hold_order, holding(floor))
    database.run(change_order, changing(floor, {1: 2}))
    (task,) = tasks(database, batch)
    assert (task.wanted, task.changed) == (2, "held")
    database.run(lift_hold, lifting(floor))
    assert [it.changed for it in tasks(database, batch)] == [None]


def test_what_is_found_elsewhere_for_a_held_order_is_held_too(database: Database, floor: Floor) -> None:
    def gone(session: Session) -> None:
        some_stock(session, floor.s2, floor.a, 5)
        stock = session.scalars(select(StockRow).where(StockRow.place_id == floor.s1, StockRow.reserved > 0)).one()
        give_way(session, Request(actor=floor.lea, at=NOON), stock, 0)

    order(database, {floor.a: 3})
    batch = claimed(database, floor)
    database.run(hold_order, holding(floor))
    build(database, gone)
    assert [it.changed for it in tasks(database, batch) if it.state is TaskState.OPEN] == ["held"]
    database.run(lift_hold, lifting(floor))
    assert [it.changed for it in tasks(database, batch) if it.state is TaskState.OPEN] == [None]
