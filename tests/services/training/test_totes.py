"""Practice totes: picked by nobody, by the rules of the house, and described on paper piece by piece."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from tests.builders import NOON, a_tote, build
from tests.services.floor import Floor, a_floor, order
from warehouse.app import desks
from warehouse.domain.codes import BatchState, OrderState, Role, Tracking
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.packing.claims import ClaimPack, claim_pack
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.stock.freezing import BeginFreeze, begin_freeze
from warehouse.services.training.sheets import practice_sheets
from warehouse.services.training.totes import LEAST, NOBODY, KeepBatches, StuckError, _keep, _release, lay_out_totes
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PlanRunRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.stock import StockRow
from warehouse.storage.queries.training.practice import practised


@pytest.fixture
def judged(sqlite_url: str) -> Iterator[Database]:
    """A database with its judges: the practice floor always is a file."""
    database = Database(sqlite_url, judge=ScanCounter(desks()))
    yield database
    database.close()


@pytest.fixture
def floor(judged: Database) -> Floor:
    return build(judged, a_floor)


def lay_out(database: Database) -> int:
    return lay_out_totes(database, lambda: NOON)


def test_an_order_is_picked_and_waits_in_a_tote_for_any_packer(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 2}, number="P-1")
    assert lay_out(judged) == 1
    with judged.read() as session:
        assert session.scalars(select(OrderRow.state)).one() is OrderState.PICKED
        assert session.scalars(select(BatchRow.state)).one() is BatchState.CLOSED
        (sheet,) = practice_sheets(session)
    tote, *pieces = (command["barcode"] for command in sheet["commands"])
    ben = Actor(floor.ben.person, Role.PACKER, "Ben")
    claim = ClaimPack(actor=ben, at=NOON + timedelta(minutes=1), device="bench", code=tote)
    assert judged.run(claim_pack, claim).order == "P-1"
    assert pieces == ["4006381333931", "4006381333931"]


def test_nobody_gets_an_entry_for_it(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 1})
    lay_out(judged)
    with judged.read() as session:
        assert {entry.person for entry in practised(session)} == {NOBODY}


def test_what_was_begun_is_gone_on_with_and_enough_is_enough(judged: Database, floor: Floor) -> None:
    for number in range(LEAST + 1):
        order(judged, {floor.a: 1}, number=f"P-{number}")
    with pytest.raises(StuckError, match="there is no free tote"):
        lay_out(judged)
    build(judged, lambda session: [a_tote(session, f"T{number}") for number in range(6, 10)])
    picked = lay_out(judged)
    with judged.read() as session:
        states = session.execute(select(OrderRow.state, func.count()).group_by(OrderRow.state)).all()
    assert (picked > 0, dict(states)) == (True, {OrderState.PICKED: LEAST, OrderState.READY: 1})
    assert lay_out(judged) == 0


@pytest.mark.parametrize("what", ["serial numbers", "no barcode"])
def test_goods_that_a_sheet_cannot_stand_for_are_left_to_pickers(judged: Database, floor: Floor, what: str) -> None:
    item = floor.a if what == "serial numbers" else floor.b
    if what == "serial numbers":
        build(judged, lambda session: setattr(session.get_one(ItemRow, item), "tracking", Tracking.SERIAL))
    order(judged, {item: 1}, number="P-1")
    assert lay_out(judged) == 0


def test_while_stock_is_frozen_nothing_is_begun_and_afterwards_it_goes_on(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 1}, number="P-1")
    until = NOON + timedelta(hours=1)
    judged.run(begin_freeze, BeginFreeze(actor=floor.lea, at=NOON, reason="count", until=until))
    assert lay_out(judged) == 0
    with judged.read() as session:
        assert session.scalars(select(OrderRow.state)).one() is OrderState.READY
    assert lay_out_totes(judged, lambda: until) == 1


def test_a_batch_that_was_planned_and_not_released_is_gone_on_with(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 1}, number="P-1")
    planned = plan_batches(judged, PlanBatches(actor=SYSTEM, at=NOON, orders=("P-1",), commit=True, pickers=1))
    judged.run(_keep, KeepBatches(actor=SYSTEM, at=NOON, batches=planned.batches))
    assert lay_out(judged) == 1


def test_a_batch_in_a_leads_hands_keeps_no_other_back(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 1}, number="P-1")
    planned = plan_batches(judged, PlanBatches(actor=SYSTEM, at=NOON, orders=("P-1",), commit=True, pickers=1))
    kept = KeepBatches(actor=SYSTEM, at=NOON, batches=planned.batches)
    judged.run(_keep, kept)
    judged.run(_release, kept)
    build(judged, lambda session: setattr(session.get_one(BatchRow, planned.batches[0]), "person_id", floor.lea.person))
    order(judged, {floor.a: 1}, number="P-2")
    assert lay_out(judged) == 1
    with judged.read() as session:
        found = dict(session.execute(select(OrderRow.number, OrderRow.state)).all())
    assert found["P-2"] is OrderState.PICKED


def test_an_order_whose_goods_are_missing_is_not_tried_again_and_again(judged: Database, floor: Floor) -> None:
    order(judged, {floor.a: 1}, number="P-1")
    build(judged, lambda session: session.execute(delete(StockRow)))
    assert lay_out(judged) == 0
    with judged.read() as session:
        runs = session.scalar(select(func.count(PlanRunRow.id)))
    assert lay_out(judged) == 0
    with judged.read() as session:
        assert session.scalar(select(func.count(PlanRunRow.id))) == runs
