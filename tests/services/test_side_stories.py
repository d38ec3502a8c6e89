"""What picking leaves behind, worked to its end by scans: a count after a short pick, a cancelled order's tote."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import stock_at
from tests.services.side_floor import MUG, SideFloor, a_judge, a_side_floor, clean, rows, tote_of
from warehouse.domain.codes import Outcome, ScanKind
from warehouse.services.batches.leases import Hold, close_batch
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.picking.start import start_batch
from warehouse.services.side.counting import ApproveCount, approve_count
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.stock import CountTaskRow, PutBackRow, StockRow

OK = Outcome.ACCEPTED


@pytest.fixture
def floor(open_database: Callable[..., Database]) -> SideFloor:
    """Ana stands at S1 with a batch of one order for four mugs, which go into tote T1."""
    floor = a_side_floor(open_database(judge=a_judge()))

    def recipe(session: Session) -> int:
        orders = [
            make.an_order(session, {floor.mug: 4}, number="1001"),
            make.an_order(session, {floor.pen: 1}, number="1002"),
        ]
        return make.a_batch(session, orders)

    floor.ana.work = ("batch", make.build(floor.database, recipe))
    held = floor.database.run(start_batch, hold(floor))
    floor.ana.epoch, floor.ana.list_version = held.epoch, held.list_version
    assert floor.ana.says("K:K1", "T:T1", "T:T2", "L:S1") == [OK] * 4
    return floor


def hold(floor: SideFloor) -> Hold:
    ana = floor.ana
    return Hold(actor=ana.actor, at=make.NOON, batch=ana.work[1], device=ana.device, proven=ana.device)


def blocked(floor: SideFloor) -> list[str | None]:
    with floor.database.read() as session:
        return list(session.scalars(select(StockRow.blocked_reason).where(StockRow.place_id == floor.s1)))


def own_task(floor: SideFloor) -> int:
    """The task for mugs in S1."""
    key: int = rows(floor.database, PickTaskRow, PickTaskRow.bin_id == floor.s1)[0].id
    return key


def short_pick(floor: SideFloor) -> int:
    """One mug was there, says Ana; the count this opens is given back."""
    assert floor.ana.says(MUG) == [OK]
    assert floor.ana.scan(kind=ScanKind.SHORT, quantity=1, reason="not_found").outcome is OK
    assert floor.ana.says("T:T1") == [OK]
    (task,) = rows(floor.database, CountTaskRow)
    assert (task.bin_id, task.item_id, blocked(floor)) == (floor.s1, floor.mug, [f"short task {own_task(floor)}"])
    key: int = task.id
    return key


def count(floor: SideFloor, worker: str, key: int, units: int) -> str:
    person = getattr(floor, worker)
    person.take("count", key).says("L:S1")
    person.scan(MUG, kind=ScanKind.QUANTITY, quantity=units)
    text: str = person.scan("C:CONFIRM").text
    return text


def test_a_short_pick_is_counted_and_what_is_there_may_be_promised_again(floor: SideFloor) -> None:
    assert count(floor, "ben", short_pick(floor), 9) == "Counted."
    assert (blocked(floor), stock_at(floor.database, floor.s1, floor.mug)) == ([None], (9, 0))
    assert clean(floor) == []


def test_a_short_pick_that_was_right_is_counted_twice_and_corrected(floor: SideFloor) -> None:
    key = short_pick(floor)
    assert count(floor, "ben", key, 6) == "Counted. Somebody else counts it again."
    assert blocked(floor) == [f"short task {own_task(floor)}"]
    assert count(floor, "lea", key, 6) == "Counted. It waits for an approval."
    approval = ApproveCount(actor=replace(floor.lea.actor, person=floor.ana.actor.person), at=make.NOON, count=key)
    floor.database.run(approve_count, approval)
    assert (blocked(floor), stock_at(floor.database, floor.s1, floor.mug)) == ([None], (6, 0))
    assert clean(floor) == []


def test_the_tote_of_a_cancelled_order_is_emptied_and_free(floor: SideFloor) -> None:
    floor.ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=4)
    assert floor.ana.says("T:T1", "L:S2", "5012345678900", "T:T2") == [OK] * 4
    floor.database.run(close_batch, hold(floor))
    cancel = CancelOrder(actor=floor.lea.actor, at=make.NOON, number="1001", reason="changed mind")
    (key,) = floor.database.run(cancel_order, cancel).put_backs
    ben = floor.ben.take("put_back", key)
    assert ben.scan(MUG, kind=ScanKind.QUANTITY, quantity=3).text == "3 of 4 → S1"
    assert ben.says("L:S1", MUG) == [OK, OK]
    assert tote_of(floor.database).state == "bound"
    assert ben.scan("L:S1").text == "1 of Item MUG back in S1. Put back."
    assert (tote_of(floor.database).state, rows(floor.database, PutBackRow)[0].state) == ("free", "done")
    assert stock_at(floor.database, floor.s1, floor.mug) == (10, 0)
    assert clean(floor) == []
