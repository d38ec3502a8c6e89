"""The cutoff forecast: what is left of each batch at the learnt pace, who takes it when, and which orders are late."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import CUTOFF, NOON, a_batch, a_bin, a_person, an_item, an_order, build, some_stock
from warehouse.domain.codes import BatchState, OrderState, Role, TaskState
from warehouse.domain.forecast import Bench
from warehouse.services.actor import SYSTEM
from warehouse.services.board.reading import Foresight, Wanted, read_board, read_parts
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.planning.forecasting import OrderAtRisk, foresee_floor
from warehouse.services.planning.pace import (
    KeepPace,
    Pace,
    count_packers_here,
    keep_pace,
    pickers_here,
    read_bench,
    read_travel,
)
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import DeviceRow, SignInRow
from warehouse.storage.models.shift import PauseRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.board.floor import TICKETS, Ticket


@pytest.fixture
def batch(database: Database) -> int:
    def recipe(session: Session) -> int:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        key = a_batch(session, [an_order(session, {item: 1}, number="O1"), an_order(session, {item: 2}, number="O2")])
        session.get_one(BatchRow, key).distance_mm = 60_000
        return key

    return build(database, recipe)


def at_pace(database: Database, *paces: tuple[int | None, int]) -> None:
    kept = tuple(Pace(person=person, line_ms=ms, lines=99, batches=9) for person, ms in paces)
    database.run(keep_pace, KeepPace(actor=SYSTEM, at=NOON, paces=kept))


@pytest.mark.usefixtures("batch")
def test_the_learnt_pace_decides_and_the_late_orders_are_named(database: Database) -> None:
    at_pace(database, (None, 8_000_000))
    finish = NOON + timedelta(seconds=60 + 90 + 2 * 8000)
    with database.read() as session:
        forecast = foresee_floor(session, NOON)
        board = read_board(session, NOON)
    risks = tuple(
        OrderAtRisk(number=number, step="pick", batch="B-1", person=None, cutoff_at=CUTOFF, finish=finish + packing)
        for number, packing in (("O2", timedelta(seconds=180)), ("O1", timedelta(seconds=90)))
    )
    assert forecast.at_risk == risks
    assert (board.at_risk, board.orders_at_risk) == (risks, 2)
    ticket = next(ticket for lane in board.lanes or () for ticket in lane.tickets)
    assert (ticket.finish, ticket.minutes) == (finish, 269)


def test_one_forecast_serves_the_looks_of_a_second_until_it_is_forgotten(database: Database, batch: int) -> None:
    foresight = Foresight()
    with database.read() as session:
        first = foresight(session, NOON)
        soon = foresight(session, NOON + timedelta(milliseconds=999))
        late = foresight(session, NOON + timedelta(seconds=1))
        earlier = foresight(session, NOON)
        foresight.forget()
        anew = foresight(session, NOON)
        lanes = read_parts(session, Wanted(NOON, ("lanes",), foresight)).lanes or ()
    assert (soon is first, late is first, earlier is late, anew is earlier) == (True, False, False, False)
    assert [ticket.finish for lane in lanes for ticket in lane.tickets] == [anew.batches[batch].finish]


def lane_tickets(database: Database, now: datetime = NOON) -> list[Ticket]:
    with database.read() as session:
        return [ticket for lane in read_board(session, now).lanes or () for ticket in lane.tickets]


def test_a_cancelled_order_makes_no_batch_late(database: Database, batch: int) -> None:
    def urgent(session: Session) -> None:
        order = session.scalars(select(OrderRow).where(OrderRow.number == "O1")).one()
        order.cutoff_at = session.get_one(BatchRow, batch).cutoff_at = NOON + timedelta(minutes=1)

    build(database, urgent)
    with database.read() as session:
        assert [risk.number for risk in foresee_floor(session, NOON).at_risk] == ["O1"]
    database.run(cancel_order, CancelOrder(actor=SYSTEM, at=NOON, number="O1", reason="changed their mind"))
    with database.read() as session:
        assert foresee_floor(session, NOON).at_risk == ()
    assert [ticket.cutoff_at for ticket in lane_tickets(database)] == [CUTOFF]


def test_the_board_says_the_same_finish_in_lanes_and_of_orders_at_risk(database: Database, batch: int) -> None:
    """One of two picks was quick, long ago, before the cart was parked for the night: nobody works at that pace."""

    def begun(session: Session) -> None:
        row, first = session.get_one(BatchRow, batch), session.scalars(select(PickTaskRow)).first()
        row.started_at = NOON - timedelta(hours=16)
        assert first is not None
        first.state, first.short = TaskState.SHORT, first.wanted

    build(database, begun)
    at_pace(database, (None, 8_000_000))
    with database.read() as session:
        foreseen = foresee_floor(session, NOON).batches[batch]
    (ticket,) = lane_tickets(database)
    assert (ticket.finish, ticket.minutes) == (foreseen.finish, round(foreseen.seconds / 60))


def at_risk(database: Database, now: datetime) -> list[tuple[str, str, timedelta]]:
    with database.read() as session:
        return [(it.number, it.step, it.finish - now) for it in foresee_floor(session, now).at_risk]


def test_an_order_is_done_when_it_is_packed(database: Database, batch: int) -> None:
    """One packer, one and a half minutes an order: of two orders picked together the second is the late one."""
    picked = timedelta(seconds=60 + 90 + 24)
    start = CUTOFF - picked - timedelta(seconds=100)
    assert at_risk(database, start) == [("O2", "pick", picked + timedelta(seconds=180))]
    with database.read() as session:
        assert foresee_floor(session, start).batches[batch].finish == start + picked


def test_what_waits_to_be_packed_is_at_risk_until_its_cutoff_has_passed(database: Database) -> None:
    def waiting(session: Session) -> None:
        item = an_item(session, "A")
        for number in ("O1", "O2", "O3"):
            order = an_order(session, {item: 1}, number=number)
            session.get_one(OrderRow, order).state = OrderState.PACKING if number == "O3" else OrderState.PICKED
            if number == "O3":
                session.add(PackRow(order_id=order, lease_until=CUTOFF))

    build(database, waiting)
    assert at_risk(database, CUTOFF - timedelta(seconds=200)) == [("O2", "pack", timedelta(seconds=270))]
    assert at_risk(database, CUTOFF) == []


def test_ready_orders_on_no_batch_come_in_trips_like_the_last(database: Database, batch: int) -> None:
    """Two orders and 30 m a line, as B-1 had: O3 and O4 are picked by the same one person after it."""

    def more(session: Session) -> None:
        item = session.scalars(select(ItemRow)).one().id
        for number in ("O3", "O4"):
            an_order(session, {item: 1}, number=number)
        held = an_order(session, {item: 1}, number="O5")
        session.add(HoldRow(order_id=held, reason="address", text="", opened_at=NOON))
        gone = an_order(session, {item: 1}, number="O6")
        session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == gone)).one().backordered = 1

    build(database, more)
    one_trip = timedelta(seconds=60 + 90 + 24)
    start = CUTOFF - 2 * one_trip - timedelta(seconds=100)
    assert at_risk(database, start) == [("O4", "plan", one_trip + timedelta(seconds=4 * 90))]
    with database.read() as session:
        assert list(foresee_floor(session, start).batches) == [batch]


def test_packing_takes_as_long_as_it_took_lately_and_is_shared_by_who_packs(database: Database) -> None:
    def packed(session: Session) -> None:
        item = an_item(session, "A")
        for number in range(21):
            order = an_order(session, {item: 1}, number=f"P{number}")
            took = timedelta(seconds=40 if number else 4000)
            session.add(PackRow(order_id=order, started_at=NOON - took, finished_at=NOON))
        for name in ("Ben", "Bea", "Bo"):
            person = a_person(session, name, role=Role.PACKER)
            session.add(DeviceRow(name=name, person_id=person, first_seen_at=NOON, seen_at=NOON))
        session.flush()
        session.add(PauseRow(person_id=person, started_at=NOON))

    with database.read() as session:
        assert read_bench(session, NOON, count_packers_here(session, NOON)) == Bench(
            begins=NOON, packers=1, s_per_order=90
        )
    build(database, packed)
    with database.read() as session:
        assert read_bench(session, NOON, count_packers_here(session, NOON)) == Bench(
            begins=NOON, packers=2, s_per_order=40
        )


@pytest.mark.usefixtures("batch")
def test_those_that_can_still_be_saved_come_first(database: Database) -> None:
    def passed(session: Session) -> None:
        session.scalars(select(OrderRow).where(OrderRow.number == "O1")).one().cutoff_at = NOON - timedelta(hours=9)

    build(database, passed)
    assert [number for number, _, _ in at_risk(database, CUTOFF - timedelta(seconds=30))] == ["O2", "O1"]


def test_in_time_nothing_is_at_risk(database: Database, batch: int) -> None:
    with database.read() as session:
        forecast = foresee_floor(session, NOON)
    assert (forecast.at_risk, list(forecast.batches)) == ((), [batch])
    assert forecast.batches[batch].slack == CUTOFF - (NOON + timedelta(seconds=60 + 90 + 24))


def test_who_has_a_break_with_nothing_in_hand_or_lost_the_device_takes_no_batch(database: Database) -> None:
    def here(session: Session) -> list[int]:
        people = [a_person(session, name) for name in ("Ana", "Ben", "Cleo", "Dan")]
        for person in people:
            session.add(DeviceRow(name=f"d-{person}", person_id=person, first_seen_at=NOON, seen_at=NOON))
        session.flush()
        session.scalars(select(DeviceRow).where(DeviceRow.person_id == people[3])).one().lost_at = NOON
        for person in people[:2]:
            session.add(PauseRow(person_id=person, started_at=NOON - timedelta(minutes=5)))
        held = BatchRow(number="B-9", state=BatchState.PICKING, person_id=people[0], created_at=NOON)
        session.add(held)
        session.flush()
        return [people[0], held.id, people[2]]

    ana, batch, cleo = build(database, here)
    with database.read() as session:
        assert pickers_here(session, NOON) == {ana: batch, cleo: None}


def test_a_batch_of_somebody_who_signed_out_waits_like_a_free_one(database: Database, batch: int) -> None:
    """Ana went home with B-1 in her name; an urgent batch goes before it."""

    def gone_home(session: Session) -> tuple[int, int]:
        ana, row = a_person(session), session.get_one(BatchRow, batch)
        row.state, row.person_id = BatchState.PICKING, ana
        signed_in = SignInRow(
            token_hash="t", csrf_token="", person_id=ana, created_at=NOON, seen_at=NOON,
            expires_at=NOON + timedelta(hours=12), ended_at=None,
        )  # fmt: skip
        session.add(signed_in)
        session.flush()
        item = an_item(session, "B")
        some_stock(session, a_bin(session, "S2"), item, 50)
        urgent = a_batch(session, [an_order(session, {item: 1})], number="B-2")
        session.get_one(BatchRow, urgent).priority = 9
        return signed_in.id, urgent

    def first() -> int:
        with database.read() as session:
            found = foresee_floor(session, NOON + timedelta(minutes=1)).batches
        return min(found, key=lambda key: found[key].finish)

    session_key, urgent = build(database, gone_home)
    assert first() == batch
    build(database, lambda session: setattr(session.get_one(SignInRow, session_key), "ended_at", NOON))
    assert first() == urgent


def test_levels_up_take_their_time_where_the_site_says_so(database: Database, batch: int) -> None:
    def high(session: Session) -> None:
        session.scalars(select(BinRow).where(BinRow.code == "S1")).one().level = "3"
        travel = {"speed_mm_s": 1000, "line_s": 12, "batch_s": 90, "level_s": 5}
        change_setting(session, ChangeSetting(actor=SYSTEM, at=NOON, name="travel", value=travel))

    build(database, high)
    with database.read() as session:
        assert foresee_floor(session, NOON).batches[batch].seconds == 60 + 90 + 24 + 2 * 2 * 5


def test_late_batches_come_first_on_the_board(database: Database, batch: int) -> None:
    def later(session: Session) -> None:
        session.get_one(BatchRow, batch).priority = 5
        item = an_item(session, "B")
        some_stock(session, a_bin(session, "S2"), item, 50)
        a_batch(session, [an_order(session, {item: 1})], number="B-2")

    build(database, later)
    after = CUTOFF - timedelta(seconds=200)
    with database.read() as session:
        lanes = read_board(session, after).lanes or ()
    released = next(lane for lane in lanes if lane.state == BatchState.RELEASED)
    assert [ticket.number for ticket in released.tickets] == ["B-2", "B-1"]


def test_a_person_has_a_pace_of_their_own_once_it_is_known(database: Database) -> None:
    ana = build(database, a_person)
    at_pace(database, (None, 10_000), (ana, 7_500))
    with database.read() as session:
        assert (read_travel(session).s_per_line, read_travel(session, ana).s_per_line) == (10.0, 7.5)
        assert read_travel(session, 999).s_per_line == 10.0


def test_late_batches_are_counted_also_where_there_are_more_than_are_shown(database: Database) -> None:
    def many(session: Session) -> None:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        for number in range(TICKETS + 2):
            a_batch(session, [an_order(session, {item: 1})], number=f"B-{number}")

    build(database, many)
    with database.read() as session:
        lanes = read_board(session, CUTOFF).lanes or ()
    assert {lane.state: (lane.batches, lane.late) for lane in lanes if lane.batches} == {"released": (TICKETS + 2,) * 2}


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("state", [OrderState.PACKING, OrderState.PACKED, OrderState.SHIPPED])
def test_an_order_that_is_at_the_bench_or_gone_waits_for_no_batch(database: Database, state: OrderState) -> None:
    """O1 was picked first and its tote given to the bench, while B-1 goes on for O2 far beyond the cutoff of O1."""

    def ahead(session: Session) -> None:
        order = session.scalars(select(OrderRow).where(OrderRow.number == "O1")).one()
        task = session.scalars(select(PickTaskRow).where(PickTaskRow.order_id == order.id)).one()
        task.state, task.picked = TaskState.PICKED, task.wanted
        order.state, order.cutoff_at = state, NOON + timedelta(minutes=2)

    build(database, ahead)
    at_pace(database, (None, 600_000))
    assert at_risk(database, NOON) == []
    assert [ticket.cutoff_at for ticket in lane_tickets(database)] == [CUTOFF]


def test_whoever_has_work_in_hand_is_among_those_it_is_foreseen_for(database: Database, batch: int) -> None:
    """Lea leads, and picks and packs where hands are missing; Ana picks, too, and has nothing in hand."""

    def lends_a_hand(session: Session) -> None:
        lea, row = a_person(session, "Lea", Role.LEAD), session.get_one(BatchRow, batch)
        row.state, row.person_id = BatchState.PICKING, lea
        waiting = an_order(session, {an_item(session, "B"): 1}, number="O3")
        session.get_one(OrderRow, waiting).state = OrderState.PACKING
        session.add(PackRow(order_id=waiting, person_id=lea, lease_until=CUTOFF))

    def comes(session: Session) -> None:
        session.add(DeviceRow(name="d-1", person_id=a_person(session), first_seen_at=NOON, seen_at=NOON))

    def hands() -> tuple[int, int]:
        with database.read() as session:
            found = foresee_floor(session, NOON)
        return found.picking, found.packing

    build(database, lends_a_hand)
    assert hands() == (1, 1)
    build(database, comes)
    assert hands() == (2, 1)
