"""Split and void: what a lead decides beside the scans."""

from dataclasses import replace
from datetime import date

import pytest

from warehouse.domain.codes import BarcodeKind, CartonState, OrderState, Outcome, ScanKind, Tracking
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.apply import apply
from warehouse.domain.packing.judging import Decision, allow_split, judge_pack, judge_void
from warehouse.domain.packing.walk import begin, next_step
from warehouse.domain.packing.work import (
    CartonContent,
    LabelWait,
    OrderChange,
    PackCarton,
    PackCount,
    PackLast,
    PackLine,
    PackLot,
    PackPolicy,
    PackPosition,
    PackStep,
    PackTote,
    PackVerdict,
    PackWork,
    Split,
)
from warehouse.domain.picking.work import Lease, Meaning, Scan

LEASE = Lease(epoch=4, person=8, name="Ben", device="d-1", since="09:14", expires_at="2026-11-21T10:00:00Z")
LEA = Decision(person=1, is_lead=True, reason=" The customer asked. ")
BEN = Decision(person=8, is_lead=False, reason="The customer asked.")
MUG = PackLine(order_line=1, sku="A", name="Red mug", ordered=3, wanted=3, picked=3, packed=2)
CARTON = PackCarton(number=1, content=(CartonContent(order_line=1, sku="A", quantity=2),), sscc="040123450000000016")
WORK = PackWork(
    order="1042",
    state=OrderState.PACKING,
    lines={1: MUG},
    totes={"T1": PackTote(code="T1", scanned_in=True)},
    cartons={1: CARTON},
    lease=LEASE,
    policy=PackPolicy(weigh=False),
)
POSITION = PackPosition(step=PackStep.UNIT)


def scan(work: PackWork, position: PackPosition, kind: ScanKind, code: str | None = None) -> PackVerdict:
    pulled = Scan(id="s1", device="d-1", seq=1, person=8, epoch=4, at="2026-11-21T09:20:00Z", kind=kind, code=code)
    return judge_pack(work, position, pulled, lambda _: (), date(2026, 11, 21))


def sealed(state: CartonState = CartonState.CLOSED) -> PackWork:
    carton = replace(CARTON, state=state, full=True)
    return replace(WORK, lines={1: replace(MUG, wanted=2, picked=2)}, cartons={1: carton})


def test_a_lead_lets_an_order_leave_without_what_is_missing() -> None:
    assert allow_split(WORK, POSITION, LEA) == PackVerdict(
        outcome=Outcome.ACCEPTED,
        blocked=False,
        text="Order 1042 may leave without: 1 of Red mug. Scan each unit, confirm when the totes are empty.",
        position=replace(POSITION, split=Split(1, "The customer asked."), revealed=(1,)),
        effects=(fx.AllowSplit(1, "The customer asked.", own=False),),
    )


def test_a_split_order_is_sealed_with_its_rest_named() -> None:
    allowed = allow_split(WORK, POSITION, LEA)
    verdict = scan(WORK, allowed.position, ScanKind.CONFIRM)
    assert [type(effect) for effect in verdict.effects] == [fx.SplitShipment, fx.CloseCarton, fx.PackingFinished]
    assert verdict.effects[0] == fx.SplitShipment("1042", ((1, 1),), 1, "The customer asked.")
    assert verdict.effects[-1] == fx.PackingFinished("1042", complete=False)
    after = apply(WORK, verdict)
    assert after.lines[1] == replace(MUG, picked=2, repicking=1)
    assert next_step(after) is PackStep.LABEL
    labelled = scan(after, verdict.position, ScanKind.SCAN_BACK, "040123450000000016")
    assert labelled.effects[-1] == fx.ShipmentLabelled("1042", complete=False)
    assert labelled.text == "Carton 1 labelled. Sealed. The rest of order 1042 is still to come."
    assert apply(after, labelled).state is OrderState.PACKING


def test_the_rest_of_a_split_is_told_apart_by_lot_and_serial() -> None:
    milk = PackLine(
        order_line=1,
        sku="M",
        name="Milk",
        ordered=2,
        wanted=2,
        picked=2,
        packed=1,
        tracking=Tracking.LOT,
        lots=(PackLot(code="L1", picked=2, packed=1),),
    )
    phone = PackLine(
        order_line=2,
        sku="P",
        name="Phone",
        ordered=2,
        wanted=2,
        picked=2,
        packed=1,
        tracking=Tracking.SERIAL,
        serials=("S1", "S2"),
        packed_serials=("S1",),
    )
    content = (
        CartonContent(order_line=1, sku="M", quantity=1, lot="L1"),
        CartonContent(order_line=2, sku="P", quantity=1, serials=("S1",)),
    )
    work = replace(WORK, lines={1: milk, 2: phone}, cartons={1: replace(CARTON, content=content)})
    after = apply(work, scan(work, allow_split(work, POSITION, LEA).position, ScanKind.CONFIRM))
    assert after.lines == {
        1: replace(milk, picked=1, repicking=1, lots=(PackLot(code="L1", picked=1, packed=1),)),
        2: replace(phone, picked=1, repicking=1, serials=("S1",)),
    }


def test_units_still_to_be_picked_may_be_left_behind_as_well() -> None:
    work = replace(WORK, lines={1: replace(MUG, picked=2, repicking=1)})
    verdict = scan(work, allow_split(work, POSITION, LEA).position, ScanKind.CONFIRM)
    assert verdict.effects[0] == fx.SplitShipment("1042", (), 1, "The customer asked.")
    assert verdict.effects[-1] == fx.PackingFinished("1042", complete=False)


@pytest.mark.parametrize(
    ("work", "decision", "text"),
    [
        (WORK, replace(LEA, reason="  "), "Say why."),
        (WORK, BEN, "Lead needed."),
        (replace(WORK, lines={1: replace(MUG, picked=2, wanted=2)}), LEA, "Nothing is missing."),
        (replace(WORK, cartons={}), LEA, "Nothing is packed."),
    ],
    ids=["no reason", "no lead", "nothing missing", "nothing packed"],
)
def test_a_split_is_refused(work: PackWork, decision: Decision, text: str) -> None:
    assert allow_split(work, POSITION, decision) == PackVerdict(
        outcome=Outcome.POLICY, blocked=True, text=text, position=POSITION
    )


def test_an_order_with_units_to_take_out_is_not_split() -> None:
    work = replace(WORK, lines={1: replace(MUG, wanted=1)}, change=OrderChange("edited", 2))
    verdict = allow_split(work, POSITION, LEA)
    assert (verdict.outcome, verdict.text) == (Outcome.ORDER_CHANGED, "Take out and scan: 2 of Red mug.")


def test_one_person_alone_splits_where_the_site_allows_it_and_it_is_marked() -> None:
    work = replace(WORK, policy=PackPolicy(self_approval=True))
    assert allow_split(work, POSITION, BEN).effects == (fx.AllowSplit(8, "The customer asked.", own=True),)


@pytest.mark.parametrize("state", [CartonState.OPEN, CartonState.CLOSED, CartonState.LABELLED])
def test_a_void_carton_gives_its_units_back_to_be_packed(state: CartonState) -> None:
    work = sealed(state)
    verdict = judge_void(work, PackPosition(step=PackStep.LABEL, seen_change=3), 1, BEN)
    after = apply(work, verdict)
    assert verdict == PackVerdict(
        outcome=Outcome.ACCEPTED,
        blocked=False,
        text="Carton 1 is void. Pack its units again. Scan each unit, confirm when the totes are empty.",
        position=PackPosition(step=PackStep.UNIT, seen_change=3),
        effects=(fx.VoidCarton(1, 8, "The customer asked."),),
    )
    assert after.lines[1] == replace(MUG, wanted=2, picked=2, packed=0)
    assert after.cartons[1] == replace(work.cartons[1], state=CartonState.VOID, content=())
    assert (after.void_labels, after.state) == ({"040123450000000016"}, OrderState.PICKED)


def test_a_carton_without_a_serial_leaves_no_dead_label() -> None:
    work = replace(WORK, cartons={1: replace(CARTON, sscc=None)})
    assert apply(work, judge_void(work, POSITION, 1, LEA)).void_labels == frozenset()


def test_a_void_carton_of_a_packed_order_opens_it_again() -> None:
    work = replace(sealed(CartonState.LABELLED), state=OrderState.PACKED)
    assert begin(work).step is PackStep.FINISHED
    verdict = judge_void(work, begin(work), 1, LEA)
    after = apply(work, verdict)
    assert (after.state, verdict.position.step) == (OrderState.PICKED, PackStep.UNIT)
    packed = scan(replace(after, policy=PackPolicy(mode=after.policy.mode)), verdict.position, ScanKind.CONFIRM)
    assert packed.outcome is Outcome.POLICY


@pytest.mark.parametrize(
    ("state", "number", "reason", "outcome", "text"),
    [
        (CartonState.CLOSED, 9, "Wet.", Outcome.POLICY, "There is no carton 9."),
        (CartonState.VOID, 1, "Wet.", Outcome.ALREADY_DONE, "That label is void. Take it off."),
        (CartonState.LOADED, 1, "Wet.", Outcome.POLICY, "Carton 1 has left."),
        (CartonState.SHIPPED, 1, "Wet.", Outcome.POLICY, "Carton 1 has left."),
        (CartonState.CLOSED, 1, "", Outcome.POLICY, "Say why."),
    ],
)
def test_a_void_is_refused(state: CartonState, number: int, reason: str, outcome: Outcome, text: str) -> None:
    position = PackPosition(step=PackStep.LABEL)
    verdict = judge_void(sealed(state), position, number, replace(BEN, reason=reason))
    assert verdict == PackVerdict(outcome=outcome, blocked=True, text=text, position=position)


def test_a_carton_that_was_discarded_meanwhile_cannot_be_unpacked() -> None:
    unpack = fx.UnpackUnits(order_line=1, sku="A", quantity=1, carton=1)
    position = replace(POSITION, last=PackLast("s0", 8, (unpack,), POSITION))
    for work in (replace(WORK, cartons={}), sealed(), replace(WORK, cartons={1: replace(CARTON, content=())})):
        assert scan(work, position, ScanKind.UNDO).outcome is Outcome.STALE


def test_undo_of_the_first_unit_discards_its_carton() -> None:
    empty = replace(WORK, lines={1: replace(MUG, packed=0)}, cartons={})
    unpack = fx.UnpackUnits(order_line=1, sku="A", quantity=1, carton=1)
    last = PackLast("s0", 8, (unpack, fx.DiscardCarton(1)), POSITION)
    work = replace(
        empty,
        lines={1: replace(MUG, packed=1)},
        cartons={1: replace(CARTON, content=(CartonContent(order_line=1, sku="A", quantity=1),))},
    )
    verdict = scan(work, replace(POSITION, last=last), ScanKind.UNDO)
    assert verdict.line == PackCount(None, None, 0)
    assert apply(work, verdict) == empty


def test_an_open_carton_left_empty_is_discarded_at_the_finish() -> None:
    work = replace(
        WORK,
        lines={1: replace(MUG, wanted=2, picked=2)},
        cartons={1: replace(CARTON, full=True), 2: PackCarton(number=2)},
    )
    verdict = scan(work, POSITION, ScanKind.CONFIRM)
    assert verdict.effects[0] == fx.DiscardCarton(2)
    assert list(apply(work, verdict).cartons) == [1]


def test_a_cancelled_order_that_is_emptied_asks_for_nothing_more() -> None:
    work = replace(WORK, state=OrderState.CANCELLED, lines={1: replace(MUG, wanted=0, picked=0, packed=0)}, cartons={})
    assert begin(work).step is PackStep.FINISHED


def test_an_order_back_from_the_problem_shelf_scans_its_totes_in_again() -> None:
    parked = apply(
        WORK,
        PackVerdict(
            outcome=Outcome.ACCEPTED,
            blocked=False,
            text="",
            position=POSITION,
            effects=(fx.ParkTotes("P1", ("T1",)),),
        ),
    )
    assert (parked.lease, parked.state) == (None, OrderState.PICKED)
    assert parked.totes == {"T1": PackTote(code="T1", place="P1")}
    assert begin(parked).step is PackStep.TOTES


def test_a_scan_while_the_totes_wait_says_so() -> None:
    verdict = scan(WORK, PackPosition(step=PackStep.PARKED), ScanKind.CONFIRM)
    assert (verdict.outcome, verdict.text) == (
        Outcome.ALREADY_DONE,
        "Order 1042 waits on the problem shelf. Go on with the next order.",
    )


def test_the_scale_without_a_carton_to_weigh_is_a_broken_promise() -> None:
    position = PackPosition(step=PackStep.WEIGHT)
    weighed = Scan(
        id="s1",
        device="d-1",
        seq=1,
        person=8,
        epoch=4,
        at="2026-11-21T09:20:00Z",
        kind=ScanKind.WEIGHT,
        quantity=5,
    )
    with pytest.raises(ValueError, match="1042"):
        judge_pack(WORK, position, weighed, lambda _: (), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("waits", "text"),
    [
        (LabelWait.CARRIER, "The label of carton 1 is on its way from the carrier."),
        (LabelWait.HELP, "The carrier gave no label for carton 1. Set it aside and call a lead."),
    ],
)
def test_a_label_that_is_not_there_yet_cannot_be_scanned_back(waits: LabelWait, text: str) -> None:
    work = sealed()
    work = replace(work, cartons={1: replace(work.cartons[1], label=waits)})
    verdict = scan(work, PackPosition(step=PackStep.LABEL), ScanKind.SCAN, CARTON.sscc)
    assert (verdict.outcome, verdict.text) == (Outcome.POLICY, text)


def test_the_number_of_the_carriers_own_label_is_taken_as_scanned_or_typed() -> None:
    work = sealed()
    work = replace(work, cartons={1: replace(work.cartons[1], label=LabelWait.NUMBER)})
    at_label = PackPosition(step=PackStep.LABEL)
    refused = scan(work, at_label, ScanKind.SCAN, "12-34")
    assert (refused.outcome, refused.text) == (
        Outcome.POLICY,
        "Stick the carrier's label on carton 1 and scan its number.",
    )
    taken = scan(work, at_label, ScanKind.SCAN, "rr 123 456 785 gb")
    assert taken.effects[0] == fx.LabelCarton(1, CARTON.sscc or "", "RR123456785GB")


def test_a_tracking_number_stands_for_its_carton() -> None:
    number = Meaning(kind=BarcodeKind.CARTON, code=CARTON.sscc or "", order="1042")
    work = replace(sealed(), directory={"1Z999AA10123456784": (number,)})
    verdict = scan(work, PackPosition(step=PackStep.LABEL), ScanKind.SCAN, "1Z999AA10123456784")
    assert verdict.effects[0] == fx.LabelCarton(1, CARTON.sscc or "", "")


@pytest.mark.parametrize(
    ("work", "step", "kind", "code"),
    [
        (WORK, PackStep.UNIT, ScanKind.CONFIRM, None),
        (sealed(), PackStep.LABEL, ScanKind.SCAN, CARTON.sscc),
    ],
)
def test_nothing_is_completed_while_a_device_still_has_scans_of_the_order(
    work: PackWork, step: PackStep, kind: ScanKind, code: str | None
) -> None:
    verdict = scan(replace(work, unsent=("d-9",)), PackPosition(step=step), kind, code)
    assert (verdict.outcome, verdict.blocked, verdict.effects) == (Outcome.POLICY, True, ())
    assert verdict.text == "Device d-9 still has scans of this order to send. Wait for them, or call a lead."
