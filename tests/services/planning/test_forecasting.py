"""The cutoff forecast: what is left of each batch at the learnt pace, who takes it when, and which orders are late."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import CUTOFF, NOON, a_batch, a_bin, a_person, an_item, an_order, build, some_stock
from warehouse.domain.codes import BatchState
from warehouse.services.actor import SYSTEM
from warehouse.services.board.reading import Foresight, Wanted, read_board, read_parts
from warehouse.services.planning.forecasting import OrderAtRisk, foresee_floor
from warehouse.services.planning.pace import KeepPace, Pace, keep_pace, read_travel
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.stock import BinRow


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
        OrderAtRisk(number=number, batch="B-1", person=None, cutoff_at=CUTOFF, finish=finish) for number in ("O1", "O2")
    )
    assert (forecast.at_risk, forecast.orders_at_risk) == (risks, 2)
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


def test_in_time_nothing_is_at_risk(database: Database, batch: int) -> None:
    with database.read() as session:
        forecast = foresee_floor(session, NOON)
    assert (forecast.orders_at_risk, list(forecast.batches)) == (0, [batch])
    assert forecast.batches[batch].slack == CUTOFF - (NOON + timedelta(seconds=60 + 90 + 24))


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
