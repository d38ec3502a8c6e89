from dataclasses import replace
from typing import Any

import pytest

from tests.domain.vectors import FIXTURES
from warehouse.domain.codes import BarcodeKind, DamageReason, Outcome, ShortReason, UnitLevel
from warehouse.domain.picking.snapshot import scan_from_json
from warehouse.domain.picking.work import Lease, Meaning
from warehouse.domain.side.putback import (
    LoseUnits,
    PutBackPosition,
    PutBackVerdict,
    PutBackWork,
    QuarantineUnits,
    ReturnUnits,
    judge_put_back,
    next_put_back,
)

LEASE = Lease(epoch=4, person=7, name="Ana", device="d1", since="10:42", expires_at="2026-11-21T10:00:00Z")
MUGS = PutBackWork(id=9, sku="MUG", name="Mug", quantity=3, tote="T1", bin="S1", lease=LEASE)
START = PutBackPosition()
CODES = {
    "MUG": [Meaning(kind=BarcodeKind.ITEM, code="MUG", sku="MUG")],
    "MUG6": [Meaning(kind=BarcodeKind.ITEM, code="MUG", sku="MUG", unit=UnitLevel.CASE, pack_quantity=6)],
    "OWL": [Meaning(kind=BarcodeKind.ITEM, code="OWL", sku="OWL")],
    "L1": [Meaning(kind=BarcodeKind.LOT, code="L1", sku="MUG")],
    "L2": [Meaning(kind=BarcodeKind.LOT, code="L2", sku="MUG")],
    "SN1": [Meaning(kind=BarcodeKind.SERIAL, code="SN1", sku="MUG")],
    "SN9": [Meaning(kind=BarcodeKind.SERIAL, code="SN9", sku="MUG")],
    "TWO": [Meaning(kind=BarcodeKind.ITEM, code="A", sku="A"), Meaning(kind=BarcodeKind.ITEM, code="B", sku="B")],
    "L:S1": [Meaning(kind=BarcodeKind.BIN, code="S1")],
    "L:S2": [Meaning(kind=BarcodeKind.BIN, code="S2")],
    "T:T1": [Meaning(kind=BarcodeKind.TOTE, code="T1")],
}


def scanned(work: PutBackWork, position: PutBackPosition, code: str | None = None, **values: Any) -> PutBackVerdict:
    scan = scan_from_json(FIXTURES["scan"] | {"code": code} | values)
    return judge_put_back(work, position, scan, lambda key: CODES.get(key, []))


def counted(number: int, **values: Any) -> PutBackPosition:
    return PutBackPosition(step="bin", counted=number, **values)


def test_a_unit_is_counted_towards_its_bin() -> None:
    verdict = scanned(MUGS, START, "MUG")
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.text == "1 of 3 → S1"
    assert verdict.position == counted(1, undo=(0, ()))
    assert not verdict.blocked


def test_where_no_bin_is_planned_the_person_names_one() -> None:
    work = replace(MUGS, bin=None)
    assert scanned(work, START, "MUG").text == "1 of 3. Scan the bin you put it in."
    assert scanned(work, counted(3), "L:S2").effects == (
        ReturnUnits(put_back=9, quantity=3, sku="MUG", tote="T1", bin="S2", lot=None, serials=(), closed=True),
    )


def test_an_entered_quantity_counts_n_times() -> None:
    assert scanned(MUGS, START, "MUG", kind="quantity", quantity=3).position.counted == 3


def test_the_bin_books_what_is_counted_and_the_rest_stays() -> None:
    verdict = scanned(MUGS, counted(2), "L:S1")
    assert verdict.text == "2 of Mug back in S1. Take 1 of Mug out of T1."
    assert verdict.position == START
    assert verdict.effects == (
        ReturnUnits(put_back=9, quantity=2, sku="MUG", tote="T1", bin="S1", lot=None, serials=(), closed=False),
    )


def test_the_last_unit_ends_the_task() -> None:
    verdict = scanned(replace(MUGS, done=1), counted(2), "L:S1")
    assert verdict.text == "2 of Mug back in S1. Put back."
    assert verdict.position == PutBackPosition(step="finished")


@pytest.mark.parametrize(
    ("work", "position", "scan", "outcome", "text"),
    [
        (MUGS, START, {"code": "OWL"}, Outcome.NOT_ON_BATCH, "That is not Mug. Take 3 of Mug out of T1."),
        (MUGS, START, {"code": "???"}, Outcome.UNKNOWN_BARCODE, "Not in the system: ???"),
        (
            MUGS,
            START,
            {"code": "TWO"},
            Outcome.AMBIGUOUS,
            "This code means more than one thing. Scan a more precise label.",
        ),
        (MUGS, START, {"code": "T:T1"}, Outcome.POLICY, "Wrong label (tote). Take 3 of Mug out of T1."),
        (MUGS, START, {"code": "L:S1"}, Outcome.POLICY, "Scan the item first. Take 3 of Mug out of T1."),
        (MUGS, counted(1), {"code": "L:S2"}, Outcome.WRONG_BIN, "You are at S2. Go to S1."),
        (MUGS, START, {"code": "MUG6"}, Outcome.WRONG_UNIT, "Only 3 more. Take 3 of Mug out of T1."),
        (MUGS, counted(3), {"code": "MUG"}, Outcome.OVER_QUANTITY, "Only 0 more. Go to S1."),
        (
            replace(MUGS, lot="L1"),
            START,
            {"code": "L2"},
            Outcome.WRONG_LOT,
            "Lot L2, need L1. Take 3 of Mug out of T1.",
        ),
        (MUGS, START, {"kind": "confirm"}, Outcome.POLICY, "Take 3 of Mug out of T1."),
        (MUGS, START, {"kind": "undo"}, Outcome.ALREADY_DONE, "Nothing to undo. Take 3 of Mug out of T1."),
        (replace(MUGS, done=3), START, {"code": "MUG"}, Outcome.ALREADY_DONE, "Put back."),
        (MUGS, PutBackPosition(step="finished"), {"code": "MUG"}, Outcome.ALREADY_DONE, "Put back."),
        (replace(MUGS, lease=None), START, {"code": "MUG"}, Outcome.NOT_OWNER, "You gave this batch back."),
        (MUGS, START, {"code": "MUG", "epoch": 3}, Outcome.NOT_OWNER, "Ana works on this since 10:42."),
    ],
)
def test_what_is_not_asked_for_is_refused_and_the_count_stays(
    work: PutBackWork, position: PutBackPosition, scan: dict[str, Any], outcome: Outcome, text: str
) -> None:
    verdict = scanned(work, position, **scan)
    assert (verdict.outcome, verdict.text) == (outcome, text)
    assert verdict.position == position
    assert verdict.effects == ()
    assert verdict.blocked


def test_the_right_lot_counts() -> None:
    assert scanned(replace(MUGS, lot="L1"), START, "L1").outcome is Outcome.ACCEPTED


def test_serials_go_back_one_by_one() -> None:
    work = replace(MUGS, quantity=2, serials=frozenset({"SN1", "SN2"}))
    first = scanned(work, START, "SN1")
    assert first.position == counted(1, serials=("SN1",), undo=(0, ()))
    assert scanned(work, first.position, "SN1").outcome is Outcome.ALREADY_DONE
    assert scanned(work, first.position, "SN9").outcome is Outcome.NOT_ON_BATCH
    assert scanned(work, first.position, "MUG").text == "Scan the serial number. Go to S1."
    assert scanned(work, first.position, "L:S1").effects == (
        ReturnUnits(put_back=9, quantity=1, sku="MUG", tote="T1", bin="S1", lot=None, serials=("SN1",), closed=False),
    )


def test_a_lost_unit_is_booked_as_lost() -> None:
    verdict = scanned(MUGS, counted(1), kind="short", quantity=2, reason="not_found")
    assert verdict.text == "2 of Mug not found. Go to S1."
    assert verdict.position == counted(1)
    assert verdict.effects == (LoseUnits(put_back=9, quantity=2, reason=ShortReason.NOT_FOUND, closed=False),)


def test_a_damaged_unit_goes_to_quarantine_and_may_end_the_task() -> None:
    verdict = scanned(MUGS, START, kind="damaged", quantity=3, reason="wet")
    assert verdict.text == "3 set aside as damaged. Put back."
    assert verdict.effects == (QuarantineUnits(put_back=9, quantity=3, reason=DamageReason.WET, closed=True),)


@pytest.mark.parametrize(
    ("scan", "outcome"),
    [
        ({"kind": "short", "reason": "not_found"}, Outcome.POLICY),
        ({"kind": "short", "quantity": 1, "reason": "wet"}, Outcome.POLICY),
        ({"code": "C:DAMAGED"}, Outcome.POLICY),
        ({"kind": "damaged", "quantity": 3, "reason": "wet"}, Outcome.OVER_QUANTITY),
    ],
)
def test_a_report_needs_its_number_and_its_reason(scan: dict[str, Any], outcome: Outcome) -> None:
    assert scanned(MUGS, counted(1), **scan).outcome is outcome


def test_the_last_scan_is_taken_back_once() -> None:
    second = scanned(MUGS, scanned(MUGS, START, "MUG").position, "MUG").position
    verdict = scanned(MUGS, second, "C:UNDO")
    assert (verdict.text, verdict.position) == ("Undone. Go to S1.", counted(1))
    assert scanned(MUGS, verdict.position, kind="undo").outcome is Outcome.ALREADY_DONE
    first = scanned(MUGS, START, "MUG").position
    assert scanned(MUGS, first, kind="undo").position == START


def test_units_in_the_hand_need_no_tote() -> None:
    assert next_put_back(replace(MUGS, tote=None), START) == "Scan 3 of Mug."
