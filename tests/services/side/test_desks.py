"""Put-backs and counts through the writer: every outcome of their judges, what is stored, what the books then say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import stock_at
from tests.services.picking.test_scans import Shift
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
    tote_of,
)
from warehouse.domain.codes import BinKind, Outcome, PlaceKind, ScanKind, ScanStatus, Tracking
from warehouse.domain.errors import ConflictError, NotFoundError, NotOwnerError
from warehouse.services.actor import SYSTEM
from warehouse.services.side.leases import (
    claim_count,
    claim_put_back,
    hand_put_back_back,
    take_put_back_over,
)
from warehouse.services.side.put_backs import OpenPutBack, open_put_back
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, MoveRow, PlaceRow, PutBackRow, SerialRow

OK = Outcome.ACCEPTED


@pytest.fixture
def floor(open_database: Callable[..., Database]) -> SideFloor:
    return a_side_floor(open_database(judge=a_judge()))


def in_hand(floor: SideFloor, **other: Any) -> int:
    """One mug is in the hand, the books have it in S1."""
    wanted = OpenPutBack(
        actor=SYSTEM, at=make.NOON, item=floor.mug, lot=None, quantity=1, reason="late_scan", bin=floor.s1, booked=False
    )
    return floor.database.run(open_put_back, replace(wanted, **other))


def lost_place(database: Database) -> int:
    return rows(database, PlaceRow, PlaceRow.kind == PlaceKind.LOST_AND_FOUND)[0].id


def test_units_go_back_one_by_one_and_the_empty_tote_is_free(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    first = ana.scan(MUG)
    assert (first.status, first.text, first.position["counted"]) == (ScanStatus.APPLIED, "1 of 3 → S1", 1)
    assert ana.scan("L:S1").text == "1 of Item MUG back in S1. Take 2 of Item MUG out of T1."
    assert ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=2).outcome is OK
    assert ana.scan("L:S1").text == "2 of Item MUG back in S1. Put back."
    assert ana.says(MUG) == [Outcome.ALREADY_DONE]
    (row,) = rows(floor.database, PutBackRow)
    assert (row.state, row.returned, row.person_id) == ("done", 3, ana.actor.person)
    assert stock_at(floor.database, floor.s1, floor.mug) == (10, 0)
    assert tote_of(floor.database).state == "free"
    assert [(move.reason, move.quantity) for move in rows(floor.database, MoveRow)][-2:] == [
        ("put_back", 1),
        ("put_back", 2),
    ]
    assert clean(floor) == []


def test_what_a_put_back_does_not_ask_for_is_stored_and_moves_nothing(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    assert ana.says(PEN, "0000", "L:S1", "T:T1", CASE) == [
        Outcome.NOT_ON_BATCH,
        Outcome.UNKNOWN_BARCODE,
        Outcome.POLICY,
        Outcome.POLICY,
        Outcome.WRONG_UNIT,
    ]
    assert ana.scan(kind=ScanKind.UNDO).outcome is Outcome.ALREADY_DONE
    assert ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=3).outcome is OK
    assert ana.says("L:S2", MUG) == [Outcome.WRONG_BIN, Outcome.OVER_QUANTITY]
    assert ana.scan(kind=ScanKind.UNDO).position["counted"] == 0
    assert len(rows(floor.database, ScanRow, ScanRow.status == ScanStatus.REJECTED)) == 8
    assert rows(floor.database, PutBackRow)[0].returned == 0
    assert {row.put_back_id for row in rows(floor.database, ScanRow)} == {ana.work[1]}
    assert clean(floor) == []


def test_a_put_back_goes_on_at_the_exact_step_after_a_restart(
    floor: SideFloor, open_database: Callable[..., Database]
) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    ana.says(MUG, MUG)
    floor.database.close()
    ana.database = floor.database = open_database(judge=a_judge())
    third = ana.scan(MUG)
    assert (third.position["step"], third.position["counted"]) == ("bin", 3)
    assert ana.scan("L:S1").text == "3 of Item MUG back in S1. Put back."


def test_units_that_are_not_there_go_to_lost_and_found_with_an_exception(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    lost = ana.scan(kind=ScanKind.SHORT, quantity=1, reason="not_found")
    assert (lost.outcome, lost.text) == (OK, "1 of Item MUG not found. Take 2 of Item MUG out of T1.")
    broken_one = ana.scan(kind=ScanKind.DAMAGED, quantity=2, reason="wet")
    assert (broken_one.outcome, broken_one.position["step"]) == (OK, "finished")
    moves = [(move.reason, move.quantity, move.to_place_id) for move in rows(floor.database, MoveRow)][-2:]
    quarantine = rows(floor.database, BinRow, BinRow.kind == BinKind.QUARANTINE)[0].id
    assert moves == [("adjustment", 1, lost_place(floor.database)), ("damage", 2, quarantine)]
    assert [row.type for row in rows(floor.database, ExceptionRow)] == ["count_difference", "damaged"]
    assert (rows(floor.database, PutBackRow)[0].state, tote_of(floor.database).state) == ("done", "free")
    assert clean(floor) == []


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"kind": ScanKind.SHORT, "quantity": 4, "reason": "not_found"}, Outcome.OVER_QUANTITY),
        ({"kind": ScanKind.SHORT, "quantity": 1, "reason": "wet"}, Outcome.POLICY),
        ({"kind": ScanKind.DAMAGED, "reason": "wet"}, Outcome.POLICY),
        ({"kind": ScanKind.SKIP}, Outcome.POLICY),
    ],
)
def test_a_loss_needs_a_number_and_a_reason(floor: SideFloor, said: dict[str, Any], outcome: Outcome) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    assert ana.scan(**said).outcome is outcome
    assert rows(floor.database, ExceptionRow) == []


def test_a_unit_in_the_hand_goes_back_without_a_move_or_is_booked_out_when_lost(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", in_hand(floor))
    assert ana.says(MUG, "L:S1") == [OK, OK]
    assert stock_at(floor.database, floor.s1, floor.mug) == (10, 0)
    ana.take("put_back", in_hand(floor))
    assert ana.scan(kind=ScanKind.SHORT, quantity=1, reason="other").outcome is OK
    assert stock_at(floor.database, floor.s1, floor.mug) == (9, 0)
    ana.take("put_back", in_hand(floor, bin=None))
    assert ana.scan(kind=ScanKind.DAMAGED, quantity=1, reason="broken").outcome is OK
    assert [row.type for row in rows(floor.database, ExceptionRow)] == ["count_difference", "damaged"]
    assert clean(floor) == []


def test_a_lost_unit_takes_its_promise_along(floor: SideFloor) -> None:
    def recipe(session: Session) -> int:
        return make.a_batch(session, [make.an_order(session, {floor.mug: 10})])

    make.build(floor.database, recipe)
    ana = floor.ana.take("put_back", in_hand(floor))
    assert ana.scan(kind=ScanKind.SHORT, quantity=1, reason="other").outcome is OK
    assert stock_at(floor.database, floor.s1, floor.mug) == (9, 9)
    assert clean(floor) == []


def test_what_the_books_do_not_allow_is_refused_with_its_reason(floor: SideFloor) -> None:
    make.build(floor.database, lambda session: make.a_bin(session, "P1", kind=BinKind.PACK))
    ana = floor.ana.take("put_back", a_put_back(floor, 1, bin=None))
    assert ana.says(MUG) == [OK]
    refused = ana.scan("L:P1")
    assert (refused.outcome, refused.text) == (Outcome.POLICY, "P1 is no place for goods. Take another bin.")
    assert refused.position["counted"] == 1
    assert ana.says("L:S2") == [OK]
    assert stock_at(floor.database, floor.s2, floor.mug) == (1, 0)
    assert clean(floor) == []


def test_a_wrong_lot_and_a_strange_serial_are_refused(floor: SideFloor) -> None:
    tote = tote_of(floor.database).id

    def recipe(session: Session) -> tuple[int, int]:
        milk = make.an_item(session, "MILK", "96385074", tracking=Tracking.LOT)
        lot = make.some_stock(session, tote, milk, 1, lot="LOT-A")
        make.some_stock(session, floor.s2, milk, 1, lot="LOT-B")
        phone = make.an_item(session, "PHONE", "73513537", tracking=Tracking.SERIAL)
        one = make.some_stock(session, tote, phone, 1)
        session.add_all(
            SerialRow(item_id=phone, code=code, lot_id=one, place_id=place)
            for code, place in (("SN1", tote), ("SN2", floor.s2))
        )
        wanted = OpenPutBack(
            actor=SYSTEM, at=make.NOON, item=milk, lot=lot, quantity=1, reason="x", place=tote, bin=floor.s1
        )
        return open_put_back(session, wanted), open_put_back(session, replace(wanted, item=phone, lot=one))

    milk, phone = make.build(floor.database, recipe)
    ana = floor.ana.take("put_back", milk)
    assert ana.says("LOT-B", "LOT-A", "L:S1") == [Outcome.WRONG_LOT, OK, OK]
    ana.take("put_back", phone)
    assert ana.says("73513537", "SN2", "SN1") == [Outcome.POLICY, Outcome.NOT_ON_BATCH, OK]
    assert ana.says("SN1", "L:S1") == [Outcome.OVER_QUANTITY, OK]
    assert {row.code: row.place_id for row in rows(floor.database, SerialRow)} == {"SN1": floor.s1, "SN2": floor.s2}
    assert clean(floor) == []


def test_a_lost_serial_goes_where_its_unit_went(floor: SideFloor) -> None:
    tote = tote_of(floor.database).id

    def recipe(session: Session) -> int:
        phone = make.an_item(session, "PHONE", "73513537", tracking=Tracking.SERIAL)
        lot = make.some_stock(session, tote, phone, 2)
        session.add_all(SerialRow(item_id=phone, code=code, lot_id=lot, place_id=tote) for code in ("SN1", "SN2"))
        wanted = OpenPutBack(
            actor=SYSTEM, at=make.NOON, item=phone, lot=lot, quantity=2, reason="x", place=tote, bin=floor.s1
        )
        return open_put_back(session, wanted)

    ana = floor.ana.take("put_back", make.build(floor.database, recipe))
    assert ana.scan(kind=ScanKind.SHORT, quantity=1, reason="not_found").outcome is OK
    assert {row.place_id for row in rows(floor.database, SerialRow)} == {tote}
    assert ana.scan(kind=ScanKind.SHORT, quantity=1, reason="not_found").outcome is OK
    assert {row.place_id for row in rows(floor.database, SerialRow)} == {lost_place(floor.database)}


def test_a_task_is_taken_once_taken_over_and_given_back(floor: SideFloor) -> None:
    key, database = a_put_back(floor), floor.database
    ana = floor.ana.take("put_back", key)
    again = database.run(claim_put_back, ana.hold(key))
    assert (again.epoch, again.person, again.device) == (ana.epoch, ana.actor.person, "d-ana")
    for use_case in (claim_put_back, take_put_back_over, hand_put_back_back):
        with pytest.raises(NotOwnerError, match="Ana works on this since 12:00"):
            database.run(use_case, floor.ben.hold(key))
    ana.says(MUG)
    second = replace(ana.hold(key), device="d-ana-2", proven=None)
    moved = database.run(take_put_back_over, second)
    assert (moved.epoch, rows(database, PutBackRow)[0].position["counted"]) == (ana.epoch + 1, 1)
    assert database.run(take_put_back_over, replace(second, proven="d-ana-2")).epoch == moved.epoch
    stale = ana.scan(MUG)
    assert (stale.outcome, stale.text) == (Outcome.NOT_OWNER, "Ana works on this since 12:00.")
    assert database.run(take_put_back_over, floor.lea.hold(key)).epoch == moved.epoch + 1
    assert rows(database, PutBackRow)[0].position is None
    assert database.run(hand_put_back_back, floor.lea.hold(key)) == moved.epoch + 2
    assert database.run(hand_put_back_back, floor.lea.hold(key)) == moved.epoch + 2
    assert ana.says(MUG) == [Outcome.NOT_OWNER]
    assert database.run(take_put_back_over, floor.ben.hold(key)).person == floor.ben.actor.person
    for strange in (claim_put_back, claim_count):
        with pytest.raises(NotFoundError):
            database.run(strange, ana.hold(4711))


def test_a_finished_task_is_taken_by_nobody(floor: SideFloor) -> None:
    key = a_put_back(floor, 1)
    floor.ana.take("put_back", key).says(MUG, "L:S1")
    with pytest.raises(ConflictError, match="finished"):
        floor.database.run(claim_put_back, floor.ben.hold(key))
    count = a_count(floor)
    ana = floor.ana.take("count", count)
    ana.says("L:S1", MUG)
    ana.scan(MUG, kind=ScanKind.QUANTITY, quantity=9)
    ana.scan(kind=ScanKind.CONFIRM)
    with pytest.raises(ConflictError, match="finished"):
        floor.database.run(claim_count, floor.ben.hold(count))


def test_work_that_is_not_there_is_an_error_and_a_red_scan_of_the_device_never_counts(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    assert ana.scan(MUG, work=("put_back", 4711)).code == ana.scan(MUG, work=("count", 4711)).code == "not_found"
    refused = ana.scan(MUG, local=Outcome.OVER_QUANTITY)
    assert (refused.outcome, refused.status, refused.position["counted"]) == (
        Outcome.OVER_QUANTITY,
        ScanStatus.REJECTED,
        0,
    )


def test_the_same_scan_twice_counts_once(floor: SideFloor) -> None:
    ana = floor.ana.take("put_back", a_put_back(floor))
    scan = ana.make(MUG)
    first, second = floor.database.scan([scan, scan])
    assert (first.status, second.status, second.outcome) == (ScanStatus.APPLIED, ScanStatus.DUPLICATE, OK)
    assert rows(floor.database, PutBackRow)[0].position["counted"] == 1


def test_a_count_knows_of_the_pick_before_it_in_the_same_group(floor: SideFloor) -> None:
    def recipe(session: Session) -> int:
        return make.a_batch(session, [make.an_order(session, {floor.mug: 3, floor.pen: 1}, number="1001")])

    picker = Shift(floor.database, floor.lea.actor.person or 0, make.build(floor.database, recipe), device="d-pick")
    picker.start().says("K:K1", "T:T1", "L:S1", MUG, MUG)
    ben = floor.ben.take("count", a_count(floor))
    ben.says("L:S1", MUG)
    ben.scan(MUG, kind=ScanKind.QUANTITY, quantity=6)
    third, counted = floor.database.scan([picker.make(MUG), ben.make(None, kind=ScanKind.CONFIRM)])
    assert (third.outcome, counted.outcome) == (OK, OK)
    assert stock_at(floor.database, floor.s1, floor.mug) == (7, 0)
    assert rows(floor.database, CountTaskRow)[0].counted == [[floor.mug, floor.lot, 7, 7]]
    assert clean(floor) == []
