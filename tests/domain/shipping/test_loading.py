from dataclasses import replace

import pytest

from warehouse.domain.codes import BarcodeKind, CartonState, Outcome, ScanKind
from warehouse.domain.packing.effects import CloseManifest, LoadCarton
from warehouse.domain.picking.work import Meaning, Scan
from warehouse.domain.shipping.loading import (
    LoadingWork,
    LoadVerdict,
    ManifestCarton,
    OrderTrouble,
    judge_loading,
    load,
)
from warehouse.domain.shipping.parcels import make_sscc

ONE, TWO, OTHER, DEAD, STRANGE = (make_sscc("4012345", serial) for serial in range(1, 6))


def a_carton(sscc: str, number: int = 1, **changes: object) -> ManifestCarton:
    return replace(ManifestCarton(sscc=sscc, order="1042", number=number, carrier="DHL"), **changes)


WORK = LoadingWork(
    id=3,
    number="M3",
    carrier="DHL",
    cartons={ONE: a_carton(ONE), TWO: a_carton(TWO, 2)},
    others={OTHER: a_carton(OTHER, carrier="GLS")},
    void_labels=frozenset({DEAD}),
)


def resolve(key: str) -> tuple[Meaning, ...]:
    known = {
        "1Z999": Meaning(kind=BarcodeKind.CARTON, code=ONE),
        "A1": Meaning(kind=BarcodeKind.ITEM, code="A", sku="A"),
    }
    return (known[key],) if key in known else ()


def scan(work: LoadingWork, code: str | None, kind: ScanKind = ScanKind.SCAN, asked: str | None = None) -> LoadVerdict:
    pulled = Scan(id="s1", device="d-1", seq=1, person=8, epoch=0, at="2026-11-21T15:20:00Z", kind=kind, code=code)
    return judge_loading(work, asked, pulled, resolve)


def with_first(**changes: object) -> LoadingWork:
    return replace(WORK, cartons={**WORK.cartons, ONE: a_carton(ONE, **changes)})


@pytest.mark.parametrize("code", [ONE, f"00{ONE}", f"]C100{ONE}", "1Z999"])
def test_a_carton_of_the_list_is_loaded(code: str) -> None:
    verdict = scan(WORK, code)
    assert verdict == LoadVerdict(outcome=Outcome.ACCEPTED, text="1 of 2 loaded.", effects=(LoadCarton(3, ONE),))
    assert not verdict.blocked
    assert load(WORK, verdict) == with_first(state=CartonState.LOADED)


def test_the_last_carton_says_that_all_are_loaded() -> None:
    assert scan(with_first(state=CartonState.LOADED), TWO).text == "All 2 loaded. Confirm."


@pytest.mark.parametrize(
    ("work", "code", "outcome", "text"),
    [
        (with_first(state=CartonState.LOADED), ONE, Outcome.ALREADY_DONE, "Is loaded already."),
        (with_first(state=CartonState.SHIPPED), ONE, Outcome.ALREADY_DONE, "Is loaded already."),
        (with_first(state=CartonState.VOID), ONE, Outcome.VOID_LABEL, "Label is void. Keep it off."),
        (WORK, DEAD, Outcome.VOID_LABEL, "Label is void. Keep it off."),
        (
            with_first(state=CartonState.CLOSED),
            ONE,
            Outcome.POLICY,
            "Its label was not scanned at the pack station. Keep it off.",
        ),
        (
            with_first(trouble=OrderTrouble.CANCELLED),
            ONE,
            Outcome.ORDER_CHANGED,
            "Order 1042 cancelled. Keep it off.",
        ),
        (with_first(trouble=OrderTrouble.HELD), ONE, Outcome.ORDER_CHANGED, "Order 1042 is on hold. Keep it off."),
        (
            with_first(state=CartonState.LOADED, trouble=OrderTrouble.HELD),
            ONE,
            Outcome.ORDER_CHANGED,
            "Order 1042 is on hold. Take carton 1 off again.",
        ),
        (WORK, OTHER, Outcome.NOT_ON_BATCH, "For GLS. Keep it off."),
        (
            replace(WORK, others={OTHER: a_carton(OTHER)}),
            OTHER,
            Outcome.NOT_ON_BATCH,
            "Not on this list. Keep it off.",
        ),
        (WORK, STRANGE, Outcome.NOT_ON_BATCH, "Not on this list. Keep it off."),
        (WORK, "nope", Outcome.UNKNOWN_BARCODE, "Not in the system: nope"),
        (WORK, "A1", Outcome.POLICY, "Scan a carton."),
        (WORK, "C:HELP", Outcome.POLICY, "Scan a carton."),
        (replace(WORK, closed=True), ONE, Outcome.ALREADY_DONE, "List M3 is closed."),
    ],
)
def test_what_may_not_be_loaded_is_kept_off(work: LoadingWork, code: str, outcome: Outcome, text: str) -> None:
    verdict = scan(work, code)
    assert verdict == LoadVerdict(outcome=outcome, text=text)
    assert verdict.blocked


def test_other_kinds_are_not_for_the_dock() -> None:
    assert scan(WORK, None, ScanKind.UNDO) == LoadVerdict(outcome=Outcome.POLICY, text="Scan a carton.")


def test_a_list_with_nothing_loaded_is_not_closed() -> None:
    assert scan(WORK, None, ScanKind.CONFIRM) == LoadVerdict(outcome=Outcome.POLICY, text="Scan a carton.")


def test_cartons_are_left_behind_only_when_confirmed_again() -> None:
    work = with_first(state=CartonState.LOADED)
    first = scan(work, "C:CONFIRM")
    assert first == LoadVerdict(
        outcome=Outcome.POLICY,
        text="Not loaded: 1042/2. Confirm again to leave them behind.",
        asked="1042/2",
    )
    again = scan(work, None, ScanKind.CONFIRM, asked=first.asked)
    assert again == LoadVerdict(
        outcome=Outcome.ACCEPTED, text="1 of 2 leave.", effects=(CloseManifest(3, (ONE,), (TWO,)),)
    )
    assert load(work, again) == replace(work, closed=True)


def test_another_set_of_cartons_left_behind_is_asked_anew() -> None:
    work = with_first(state=CartonState.LOADED)
    assert scan(work, None, ScanKind.CONFIRM, asked="1042/1").outcome is Outcome.POLICY


def test_no_list_leaves_with_a_carton_whose_order_changed_after_it_was_loaded() -> None:
    work = with_first(state=CartonState.LOADED, trouble=OrderTrouble.EDITED)
    text = "Order 1042 changed. Take carton 1 off again."
    assert scan(work, "C:CONFIRM") == LoadVerdict(outcome=Outcome.ORDER_CHANGED, text=text)


def test_a_full_list_closes_at_once() -> None:
    cartons = {sscc: a_carton(sscc, number, state=CartonState.LOADED) for number, sscc in ((1, ONE), (2, TWO))}
    verdict = scan(replace(WORK, cartons=cartons), None, ScanKind.CONFIRM)
    assert verdict.effects == (CloseManifest(3, (ONE, TWO), ()),)


def test_a_carton_that_no_carrier_takes_yet_is_not_on_the_list() -> None:
    verdict = scan(replace(WORK, others={OTHER: a_carton(OTHER, carrier="")}), OTHER)
    assert (verdict.outcome, verdict.text) == (Outcome.NOT_ON_BATCH, "Not on this list. Keep it off.")
