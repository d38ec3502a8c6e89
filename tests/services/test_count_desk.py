"""Counts through the writer: blind, repeated by somebody else, approved; what is stored and what the books then say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import stock_at
from tests.services.side_floor import (
    CASE,
    MUG,
    PEN,
    SideFloor,
    a_count,
    a_judge,
    a_put_back,
    a_side_floor,
    clean,
    rows,
)
from warehouse.domain.codes import Outcome, ScanKind, Tracking
from warehouse.domain.drafts import StockDraft
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import SYSTEM
from warehouse.services.intake.records import StoreRecords, store_records
from warehouse.services.side.counting import ApproveCount, approve_count
from warehouse.services.side.leases import (
    claim_count,
    hand_count_back,
    take_count_over,
)
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.stock.ledger import BlockStock, block_stock
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import CountTaskRow, LotRow, StockRow

OK = Outcome.ACCEPTED


@pytest.fixture
def floor(open_database: Callable[..., Database]) -> SideFloor:
    return a_side_floor(open_database(judge=a_judge()))


def test_a_blind_count_that_agrees_opens_the_stock_again(floor: SideFloor) -> None:
    block = BlockStock(actor=SYSTEM, at=make.NOON, item=floor.mug, bin=floor.s1, cause="short task 77")
    floor.database.run(block_stock, block)
    ana = floor.ana.take("count", a_count(floor))
    assert ana.says(MUG, "L:S2", PEN, "L:S1", "L:S1") == [
        Outcome.POLICY,
        Outcome.WRONG_BIN,
        Outcome.POLICY,
        OK,
        Outcome.ALREADY_DONE,
    ]
    assert ana.says(PEN, "T:T1", "0000") == [Outcome.NOT_ON_BATCH, Outcome.POLICY, Outcome.UNKNOWN_BARCODE]
    assert ana.scan(kind=ScanKind.CONFIRM).text == "Nothing counted. Is S1 empty? Confirm again."
    assert ana.scan(CASE).text == "6 of Item MUG."
    assert ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=5).text == "11 of Item MUG."
    assert ana.scan(kind=ScanKind.UNDO).outcome is OK
    assert ana.scan(kind=ScanKind.UNDO).outcome is Outcome.ALREADY_DONE
    assert ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=4).text == "10 of Item MUG."
    done = ana.scan(kind=ScanKind.CONFIRM)
    assert (done.text, done.position["step"]) == ("Counted.", "finished")
    assert ana.says(MUG) == [Outcome.ALREADY_DONE]
    (row,) = rows(floor.database, CountTaskRow)
    assert (row.state, row.counted) == ("done", [[floor.mug, floor.lot, 10, 10]])
    with floor.database.read() as session:
        assert session.scalars(select(ExceptionRow.type)).all() == [ExceptionType.UNKNOWN_BARCODE], "about 0000"
    assert stock_at(floor.database, floor.s1, floor.mug) == (10, 0)
    assert clean(floor) == []


def counted(worker: Any, key: int, units: int) -> str:
    """Count so many mugs in S1; what is said at the end."""
    worker.take("count", key)
    worker.scan("L:S1")
    worker.scan(MUG, kind=ScanKind.QUANTITY, quantity=units)
    text: str = worker.scan(kind=ScanKind.CONFIRM).text
    return text


def test_a_difference_is_counted_by_somebody_else_and_approved_by_a_third(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    assert counted(floor.ana, key, 7) == "Counted. Somebody else counts it again."
    (row,) = rows(database, CountTaskRow)
    assert (row.state, row.device, row.position) == ("open", None, None)
    for use_case in (claim_count, take_count_over):
        with pytest.raises(ForbiddenError, match="You counted this bin"):
            database.run(use_case, floor.ana.hold(key))
    assert floor.ana.says(MUG) == [Outcome.NOT_OWNER]
    assert counted(floor.ben, key, 7) == "Counted. It waits for an approval."
    with pytest.raises(ConflictError, match="waits for approval"):
        database.run(claim_count, floor.lea.hold(key))
    approval = ApproveCount(actor=floor.lea.actor, at=make.NOON, count=key)
    with pytest.raises(ForbiddenError):
        database.run(approve_count, replace(approval, actor=floor.ben.actor))
    assert database.run(approve_count, approval).state == "done"
    assert stock_at(database, floor.s1, floor.mug) == (7, 0)
    assert clean(floor) == []


def approve(floor: SideFloor, key: int, worker: Any, chosen: int | None = None) -> Any:
    asked = ApproveCount(actor=worker.actor, at=make.NOON, count=key, round=chosen)
    return floor.database.run(approve_count, asked)


def test_two_counts_that_differ_are_settled_by_a_third_person_who_agrees_with_one(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    counted(floor.ana, key, 7)
    assert counted(floor.ben, key, 8) == "Counted. The counts differ: somebody else counts it once more."
    for worker in (floor.ana, floor.ben):
        with pytest.raises(ForbiddenError, match="You counted this bin"):
            database.run(claim_count, worker.hold(key))
    with pytest.raises(ConflictError, match="still to be counted"):
        approve(floor, key, floor.lea)
    assert rows(database, ExceptionRow) == []
    assert counted(floor.lea, key, 7) == "Counted. It waits for an approval."
    with pytest.raises(ForbiddenError, match="did not count"):
        approve(floor, key, floor.lea)
    mia = replace(floor.lea.actor, person=build_person(floor, "Mia"), name="Mia")
    done = database.run(approve_count, ApproveCount(actor=mia, at=make.NOON, count=key))
    assert (done.state, done.self_approved) == ("done", False)
    assert stock_at(database, floor.s1, floor.mug) == (7, 0)
    assert clean(floor) == []


def test_three_counts_that_all_differ_wait_for_a_decision_which_of_them_holds(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    for worker, units in ((floor.ana, 7), (floor.ben, 8), (floor.lea, 6)):
        counted(worker, key, units)
    (entry,) = rows(database, ExceptionRow)
    assert entry.text == "Three counts of S1 found three things of MUG. Look there yourself, then say which holds."
    mia = replace(floor.lea, actor=replace(floor.lea.actor, person=build_person(floor, "Mia"), name="Mia"))
    with pytest.raises(InvalidInputError, match="counted 3 times"):
        approve(floor, key, mia, 4)
    assert approve(floor, key, mia, 2).state == "done"
    assert stock_at(database, floor.s1, floor.mug) == (8, 0)
    assert rows(database, ExceptionRow)[0].resolution == "booked"
    assert clean(floor) == []


def test_a_lead_who_counted_before_may_make_the_third_count_of_a_small_shift(floor: SideFloor) -> None:
    key = a_count(floor)
    counted(floor.lea, key, 7)
    counted(floor.ana, key, 8)
    assert counted(floor.lea, key, 8) == "Counted. It waits for an approval."


def test_one_person_alone_is_never_stuck_with_counts_that_differ(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=make.NOON, name="one_person", value=True))
    for units in (12, 13, 14):
        counted(floor.ana, key, units)
    done = approve(floor, key, floor.ana, 3)
    assert (done.state, done.self_approved, stock_at(database, floor.s1, floor.mug)) == ("done", True, (14, 0))
    assert clean(floor) == []


def build_person(floor: SideFloor, name: str) -> int:
    return make.build(floor.database, lambda session: make.a_person(session, name))


def test_what_is_picked_between_count_and_approval_is_not_counted_away(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    counted(floor.ana, key, 8)
    counted(floor.ben, key, 8)
    a_put_back(floor, 3)
    database.run(approve_count, ApproveCount(actor=floor.lea.actor, at=make.NOON, count=key))
    assert stock_at(database, floor.s1, floor.mug) == (5, 0)
    assert clean(floor) == []


def test_a_count_of_books_that_a_file_set_anew_is_never_booked_upon_them(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    counted(floor.ana, key, 7)
    counted(floor.ben, key, 7)
    draft = StockDraft(bin="S1", sku="MUG", lot="", expires_on=None, quantity=7, line=2)
    asked = StoreRecords(actor=floor.lea.actor, at=make.NOON, drafts=(draft,), hash_pin=str)
    assert database.run(store_records, asked).tally.counts["updated"] == 1
    with pytest.raises(ConflictError, match="still to be counted"):
        approve(floor, key, floor.lea)
    (entry,) = rows(database, ExceptionRow)
    assert entry.resolution == "What is recorded of this bin was set anew: it is counted once more."
    assert counted(floor.ana, key, 7) == "Counted."
    assert stock_at(database, floor.s1, floor.mug) == (7, 0)
    assert clean(floor) == []


def test_a_file_that_says_what_is_recorded_leaves_a_count_as_it_is(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    counted(floor.ana, key, 7)
    draft = StockDraft(bin="S1", sku="MUG", lot="", expires_on=None, quantity=10, line=2)
    database.run(store_records, StoreRecords(actor=SYSTEM, at=make.NOON, drafts=(draft,), hash_pin=str))
    counted(floor.ben, key, 7)
    assert approve(floor, key, floor.lea).state == "done"


def test_a_row_of_a_stock_file_that_is_refused_leaves_a_count_and_the_journal_as_they_were(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    counted(floor.ana, key, 7)
    make.build(database, lambda session: session.execute(update(StockRow).values(reserved=4)))
    draft = StockDraft(bin="S1", sku="MUG", lot="", expires_on=None, quantity=2, line=2)
    asked = StoreRecords(actor=SYSTEM, at=make.NOON, drafts=(draft,), hash_pin=str)
    assert database.run(store_records, asked).tally.counts["refused"] == 1
    assert rows(database, CountTaskRow)[0].counted == [[floor.mug, floor.lot, 7, 10]]
    with database.read() as session:
        assert "count_begun_anew" not in set(session.scalars(select(AuditRow.action)))


def test_one_person_alone_counts_twice_and_approves_and_it_is_marked(floor: SideFloor) -> None:
    key, database = a_count(floor), floor.database
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=make.NOON, name="one_person", value=True))
    counted(floor.ana, key, 12)
    counted(floor.ana, key, 12)
    assert database.run(approve_count, ApproveCount(actor=floor.ana.actor, at=make.NOON, count=key)).self_approved
    assert rows(database, CountTaskRow)[0].self_approved
    assert stock_at(database, floor.s1, floor.mug) == (12, 0)


def test_a_count_goes_on_after_a_restart_and_starts_anew_with_somebody_else(
    floor: SideFloor, open_database: Callable[..., Database]
) -> None:
    key = a_count(floor)
    floor.ana.take("count", key).says("L:S1", MUG, MUG)
    floor.database.close()
    floor.database = floor.ana.database = floor.lea.database = open_database(judge=a_judge())
    assert floor.ana.scan(MUG).text == "3 of Item MUG."
    floor.database.run(take_count_over, floor.lea.hold(key))
    assert rows(floor.database, CountTaskRow)[0].position is None
    assert floor.database.run(hand_count_back, floor.lea.hold(key)) == floor.ana.epoch + 2
    assert floor.ana.says(MUG) == [Outcome.NOT_OWNER]


def test_an_empty_bin_is_confirmed_twice_and_nothing_named_is_nothing_there(floor: SideFloor) -> None:
    key = a_count(floor, bin=floor.s2, item=None)
    for worker in (floor.ana, floor.ben):
        worker.take("count", key).says("L:S2")
        assert [worker.scan("C:CONFIRM").outcome for _ in range(2)] == [Outcome.POLICY, OK]
    floor.database.run(approve_count, ApproveCount(actor=floor.lea.actor, at=make.NOON, count=key))
    assert stock_at(floor.database, floor.s2, floor.pen) == (0, 0)


def test_a_whole_bin_is_counted_by_lot_and_what_nobody_knew_is_found(floor: SideFloor) -> None:
    def recipe(session: Session) -> int:
        milk = make.an_item(session, "MILK", "96385074", tracking=Tracking.LOT)
        make.some_stock(session, floor.s1, milk, 2, lot="LOT-A")
        make.some_stock(session, floor.s1, floor.mug, 2)
        return milk

    milk = make.build(floor.database, recipe)
    key = a_count(floor, item=None)
    for worker in (floor.ana, floor.ben):
        worker.take("count", key).says("L:S1")
        assert worker.scan("96385074").outcome is Outcome.AMBIGUOUS
        assert worker.says("LOT-A", "LOT-A", PEN) == [OK, OK, OK]
        assert worker.scan("]C1010000009638507410NEW").outcome is OK
        worker.scan(MUG, kind=ScanKind.QUANTITY, quantity=11)
        assert worker.scan(kind=ScanKind.CONFIRM).outcome is OK
    floor.database.run(approve_count, ApproveCount(actor=floor.lea.actor, at=make.NOON, count=key))
    assert stock_at(floor.database, floor.s1, milk) == (3, 0)
    assert stock_at(floor.database, floor.s1, floor.mug) == (11, 0)
    assert stock_at(floor.database, floor.s1, floor.pen) == (1, 0)
    assert [row.code for row in rows(floor.database, LotRow, LotRow.item_id == milk)] == ["LOT-A", "NEW"]
    assert clean(floor) == []


def test_a_count_that_has_begun_is_not_widened(floor: SideFloor) -> None:
    key = a_count(floor)
    floor.ana.take("count", key).says("L:S1")
    other = a_count(floor, item=floor.pen)
    assert (other != key, a_count(floor), a_count(floor, item=floor.pen)) == (True, key, other)
    assert a_count(floor, item=None) == other


def test_no_answer_of_a_count_names_what_the_books_expect(floor: SideFloor) -> None:
    def recipe(session: Session) -> None:
        make.some_stock(session, floor.s1, floor.mug, 4711 - 10)

    make.build(floor.database, recipe)
    ana = floor.ana.take("count", a_count(floor))
    ana.says("L:S1", MUG, PEN, "L:S2", "0000")
    ana.scan(kind=ScanKind.CONFIRM)
    # An answer's id is drawn by chance, and may hold any number.
    answers = [{**row.answer, "id": None} for row in rows(floor.database, ScanRow)]
    assert len(answers) == 6
    assert "4711" not in str(answers)
    assert "4710" not in str(answers)
