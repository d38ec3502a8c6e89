from dataclasses import replace
from typing import Any

import pytest

from tests.domain.vectors import FIXTURES
from warehouse.domain.codes import BarcodeKind, Outcome, Tracking
from warehouse.domain.picking.snapshot import scan_from_json
from warehouse.domain.picking.work import Lease, Meaning
from warehouse.domain.side.counting import (
    CountDone,
    CountPosition,
    CountRound,
    CountStep,
    CountVerdict,
    CountWork,
    decide_count,
    judge_count,
    may_approve,
    may_count,
    next_count,
)

ANA, BEN, LEA = 7, 8, 9
LEASE = Lease(epoch=4, person=ANA, name="Ana", device="d1", since="10:42", expires_at="2026-11-21T10:00:00Z")
BIN = CountWork(id=5, bin="S1", tracking={"MILK": Tracking.LOT}, lease=LEASE)
AWAY, THERE = CountPosition(), CountPosition(at_bin=True)
MUGS = (("MUG", None), 4)
CODES = {
    "MUG": [Meaning(kind=BarcodeKind.ITEM, code="MUG", sku="MUG", name="Mug")],
    "MUG6": [Meaning(kind=BarcodeKind.ITEM, code="MUG", sku="MUG", name="Mug", pack_quantity=6)],
    "MILK": [Meaning(kind=BarcodeKind.ITEM, code="MILK", sku="MILK")],
    "L1": [Meaning(kind=BarcodeKind.LOT, code="L1", sku="MILK")],
    "TWO": [Meaning(kind=BarcodeKind.ITEM, code="A", sku="A"), Meaning(kind=BarcodeKind.ITEM, code="B", sku="B")],
    "L:S1": [Meaning(kind=BarcodeKind.BIN, code="S1")],
    "L:S2": [Meaning(kind=BarcodeKind.BIN, code="S2")],
    "T:T1": [Meaning(kind=BarcodeKind.TOTE, code="T1")],
}


def scanned(work: CountWork, position: CountPosition, code: str | None = None, **values: Any) -> CountVerdict:
    scan = scan_from_json(FIXTURES["scan"] | {"code": code} | values)
    return judge_count(work, position, scan, lambda key: CODES.get(key, []))


def test_the_bin_comes_first() -> None:
    verdict = scanned(BIN, AWAY, "L:S1")
    assert (verdict.outcome, verdict.position) == (Outcome.ACCEPTED, THERE)
    assert verdict.text == "S1. Scan what lies in S1, then confirm."


def test_pieces_and_cases_add_up() -> None:
    first = scanned(BIN, THERE, "MUG").position
    second = scanned(BIN, first, "MUG6")
    assert second.position == CountPosition(at_bin=True, piles=((("MUG", None), 7),), undo=((("MUG", None), 1),))
    assert second.text == "7 of Mug."


def test_an_entered_quantity_is_counted() -> None:
    assert scanned(BIN, THERE, "MUG", kind="quantity", quantity=40).position.piles == ((("MUG", None), 40),)


def test_tracked_items_are_counted_by_lot() -> None:
    assert scanned(BIN, THERE, "MILK").text == "Scan the lot. Scan what lies in S1, then confirm."
    assert scanned(BIN, THERE, "L1").position.piles == ((("MILK", "L1"), 1),)


def test_confirm_closes_the_count() -> None:
    verdict = scanned(BIN, replace(THERE, piles=(MUGS,)), "C:CONFIRM")
    assert verdict.effects == (CountDone(5, (MUGS,)),)
    assert verdict.position == CountPosition(at_bin=True, piles=(MUGS,), finished=True)
    assert next_count(BIN, verdict.position) == "Counted."


def test_an_empty_bin_is_confirmed_twice() -> None:
    first = scanned(BIN, THERE, kind="confirm")
    assert (first.outcome, first.text) == (Outcome.POLICY, "Nothing counted. Is S1 empty? Confirm again.")
    assert scanned(BIN, first.position, kind="confirm").effects == (CountDone(5, ()),)


def test_something_else_between_two_confirms_asks_anew() -> None:
    first = scanned(BIN, THERE, kind="confirm")
    other = scanned(BIN, first.position, "???")
    assert scanned(BIN, other.position, kind="confirm").outcome is Outcome.POLICY


def test_the_last_scan_is_taken_back() -> None:
    twice = scanned(BIN, scanned(BIN, THERE, "MUG").position, "MUG").position
    verdict = scanned(BIN, twice, "C:UNDO")
    assert verdict.position == CountPosition(at_bin=True, piles=((("MUG", None), 1),))
    assert scanned(BIN, verdict.position, kind="undo").outcome is Outcome.ALREADY_DONE


@pytest.mark.parametrize(
    ("work", "position", "scan", "outcome", "text"),
    [
        (BIN, AWAY, {"code": "L:S2"}, Outcome.WRONG_BIN, "You are at S2. Go to S1 and scan it."),
        (BIN, AWAY, {"code": "MUG"}, Outcome.POLICY, "Go to S1 and scan it."),
        (BIN, AWAY, {"kind": "confirm"}, Outcome.POLICY, "Go to S1 and scan it."),
        (BIN, THERE, {"code": "L:S1"}, Outcome.ALREADY_DONE, "Scan what lies in S1, then confirm."),
        (BIN, THERE, {"code": "???"}, Outcome.UNKNOWN_BARCODE, "Not in the system: ???"),
        (
            BIN,
            THERE,
            {"code": "TWO"},
            Outcome.AMBIGUOUS,
            "This code means more than one thing. Scan a more precise label.",
        ),
        (BIN, THERE, {"code": "T:T1"}, Outcome.POLICY, "Wrong label (tote). Scan what lies in S1, then confirm."),
        (
            replace(BIN, only="OWL"),
            THERE,
            {"code": "MUG"},
            Outcome.NOT_ON_BATCH,
            "Not on this list. Scan what lies in S1, then confirm.",
        ),
        (
            BIN,
            THERE,
            {"kind": "quantity", "code": "MUG", "quantity": 0},
            Outcome.POLICY,
            "Enter a number from 1. Scan what lies in S1, then confirm.",
        ),
        (BIN, THERE, {"kind": "skip"}, Outcome.POLICY, "Not now. Scan what lies in S1, then confirm."),
        (BIN, replace(THERE, finished=True), {"code": "MUG"}, Outcome.ALREADY_DONE, "Counted."),
        (BIN, THERE, {"code": "MUG", "device": "d2"}, Outcome.NOT_OWNER, "Ana works on this since 10:42."),
        (replace(BIN, lease=None), THERE, {"code": "MUG"}, Outcome.NOT_OWNER, "You gave this batch back."),
    ],
)
def test_what_is_not_asked_for_is_refused(
    work: CountWork, position: CountPosition, scan: dict[str, Any], outcome: Outcome, text: str
) -> None:
    verdict = scanned(work, position, **scan)
    assert (verdict.outcome, verdict.text, verdict.position) == (outcome, text, position)


FEWER, MORE = {(1, 1): -6}, {(1, 1): 5}


@pytest.mark.parametrize(
    ("rounds", "is_within", "step"),
    [
        ([{}], True, CountStep.BOOK),
        ([FEWER], True, CountStep.BOOK),
        ([FEWER], False, CountStep.RECOUNT),
        ([FEWER, {}], True, CountStep.BOOK),
        ([FEWER, FEWER], False, CountStep.APPROVE),
        ([FEWER, MORE], False, CountStep.THIRD),
        ([FEWER, MORE, FEWER], False, CountStep.APPROVE),
        ([FEWER, MORE, MORE], False, CountStep.APPROVE),
        ([FEWER, MORE, {(1, 1): -1}], False, CountStep.DECIDE),
        ([FEWER, MORE, {}], True, CountStep.BOOK),
    ],
)
def test_what_follows_from_the_rounds_so_far(
    rounds: list[dict[tuple[int, int], int]], *, is_within: bool, step: CountStep
) -> None:
    people = [ANA, BEN, LEA]
    told = [CountRound(person, found) for person, found in zip(people, rounds, strict=False)]
    assert decide_count(told, is_within=is_within) is step


def test_nobody_recounts_or_approves_his_own_count() -> None:
    rounds = [CountRound(ANA)]
    assert not may_count(ANA, rounds, leads=False, self_approval=False)
    assert not may_count(ANA, rounds, leads=True, self_approval=False)
    assert may_count(BEN, rounds, leads=False, self_approval=False)
    assert not may_approve(ANA, rounds, self_approval=False)
    assert may_approve(BEN, rounds, self_approval=False)


def test_the_third_round_is_for_somebody_else_or_for_a_lead() -> None:
    rounds = [CountRound(ANA), CountRound(LEA)]
    assert may_count(BEN, rounds, leads=False, self_approval=False)
    assert not may_count(ANA, rounds, leads=False, self_approval=False)
    assert may_count(LEA, rounds, leads=True, self_approval=False)


def test_a_site_of_one_person_may_recount_and_approve_alone() -> None:
    assert may_count(ANA, [CountRound(ANA)], leads=False, self_approval=True)
    assert may_approve(ANA, [CountRound(ANA)], self_approval=True)
