"""A second count of an order, judged scan by scan: blind, carton by carton, by somebody else."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from warehouse.domain.codes import BarcodeKind, CartonState, OrderState, Outcome, ScanKind, Tracking, UnitLevel
from warehouse.domain.packing import second_effects as fx
from warehouse.domain.packing.apply import apply, apply_effects
from warehouse.domain.packing.judging import judge_pack
from warehouse.domain.packing.snapshot import from_json, to_json
from warehouse.domain.packing.walk import begin, count_of, instruction, is_recounting, same_person, stand
from warehouse.domain.packing.work import (
    CartonContent,
    PackCarton,
    PackLine,
    PackLot,
    PackPolicy,
    PackPosition,
    PackStep,
    PackTote,
    PackVerdict,
    PackWork,
    SecondCount,
)
from warehouse.domain.picking.work import Lease, Meaning, Scan

BEN, CID, LEASE = 8, 9, Lease(epoch=4, person=9, name="Cid", device="d-1", since="09:14", expires_at="")
CODES = {
    "A1": Meaning(kind=BarcodeKind.ITEM, code="A", sku="A", name="Red mug"),
    "A2": Meaning(kind=BarcodeKind.ITEM, code="A", sku="A", name="Red mug", unit=UnitLevel.INNER, pack_quantity=2),
    "M1": Meaning(kind=BarcodeKind.ITEM, code="M", sku="M", name="Milk"),
    "LOT1": Meaning(kind=BarcodeKind.LOT, code="LOT1", sku="M"),
    "LOT2": Meaning(kind=BarcodeKind.LOT, code="LOT2", sku="M"),
    "P1": Meaning(kind=BarcodeKind.ITEM, code="P", sku="P", name="Phone"),
    "SN1": Meaning(kind=BarcodeKind.SERIAL, code="SN1", sku="P"),
    "SN2": Meaning(kind=BarcodeKind.SERIAL, code="SN2", sku="P"),
    "X1": Meaning(kind=BarcodeKind.ITEM, code="X", sku="X", name="Lamp"),
    "L:P1": Meaning(kind=BarcodeKind.BIN, code="P1"),
}
LINES = {
    1: PackLine(order_line=1, sku="A", name="Red mug", ordered=3, wanted=3, picked=3, packed=3),
    2: PackLine(
        order_line=2, sku="M", name="Milk", ordered=2, wanted=2, picked=2, packed=2, tracking=Tracking.LOT,
        lots=(PackLot(code="LOT1", picked=1, packed=1), PackLot(code="LOT2", picked=1, packed=1)),
    ),
    3: PackLine(
        order_line=3, sku="P", name="Phone", ordered=2, wanted=2, picked=2, packed=2, tracking=Tracking.SERIAL,
        serials=("SN1", "SN2"), packed_serials=("SN1", "SN2"),
    ),
}  # fmt: skip
CARTONS = {
    1: PackCarton(number=1, full=True, content=(CartonContent(order_line=1, sku="A", quantity=2),)),
    2: PackCarton(
        number=2,
        content=(
            CartonContent(order_line=1, sku="A", quantity=1),
            CartonContent(order_line=2, sku="M", quantity=1, lot="LOT1"),
            CartonContent(order_line=2, sku="M", quantity=1, lot="LOT2"),
            CartonContent(order_line=3, sku="P", quantity=2, serials=("SN1", "SN2")),
        ),
    ),
}
RIGHT = {1: ["A1", "A1"], 2: ["A1", "LOT1", "LOT2", "SN1", "SN2"]}


def an_order(*, asked: bool = True, **other: object) -> PackWork:
    work = PackWork(
        order="1042",
        state=OrderState.PACKING,
        lines=LINES,
        totes={"T1": PackTote(code="T1", scanned_in=True)},
        cartons=CARTONS,
        policy=PackPolicy(weigh=False),
        lease=LEASE,
        second=SecondCount(packers=frozenset({BEN}), asked=asked),
        shelves=frozenset({"P1"}),
    )
    return replace(work, **other)  # type: ignore[arg-type]


@dataclass
class Desk:
    """The order at the station, scan by scan."""

    work: PackWork = field(default_factory=an_order)
    person: int = CID
    number: int = 0
    position: PackPosition = field(init=False)

    def __post_init__(self) -> None:
        self.position = begin(self.work)

    def scan(self, code: str | None = None, kind: ScanKind = ScanKind.SCAN, **other: object) -> PackVerdict:
        self.number += 1
        pulled = Scan(
            id=f"s{self.number}", device="d-1", seq=self.number, person=self.person, epoch=4,
            at="2026-11-21T09:20:00Z", kind=kind, code=code, **other,  # type: ignore[arg-type]
        )  # fmt: skip
        verdict = judge_pack(self.work, self.position, pulled, _meant, date(2026, 11, 21))
        self.work, self.position = apply(self.work, verdict), verdict.position
        return verdict

    def says(self, *codes: str) -> list[Outcome]:
        return [self.scan(code).outcome for code in codes]


def _meant(key: str) -> tuple[Meaning, ...]:
    return (CODES[key],) if key in CODES else ()


OK, POLICY, OVER = Outcome.ACCEPTED, Outcome.POLICY, Outcome.OVER_QUANTITY


def test_the_first_count_ends_with_the_order_let_go_for_somebody_else() -> None:
    desk = Desk(an_order(asked=False), person=BEN)
    told = desk.scan(kind=ScanKind.CONFIRM)
    assert (told.outcome, told.effects) == (OK, (fx.AskSecondCount("1042", own=False),))
    assert (desk.work.lease, desk.position.step, is_recounting(desk.work)) == (None, PackStep.RECOUNT, True)
    assert instruction(desk.work, desk.position).startswith("Order 1042 waits for somebody else")


def test_who_packed_may_not_count_again_unless_the_site_lets_one_person_do_both() -> None:
    assert same_person(an_order(), BEN) == "packed_it"
    assert same_person(an_order(pickers=frozenset({CID})), CID) is None
    assert same_person(an_order(policy=PackPolicy(self_approval=True)), BEN) is None
    assert Desk(person=BEN).says("A1") == [POLICY]


def test_each_carton_is_counted_by_itself_and_then_all_is_sealed() -> None:
    desk = Desk()
    assert desk.says(*RIGHT[1]) == [OK, OK]
    assert desk.scan(kind=ScanKind.CONFIRM).text == (
        "Carton 1 is right. Carton 2: take everything out and scan each unit again, then confirm."
    )
    assert desk.says(*RIGHT[2]) == [OK] * 5
    assert desk.scan(kind=ScanKind.CLOSE_CARTON).outcome is OK
    assert {it.state for it in desk.work.cartons.values()} == {CartonState.CLOSED}
    assert instruction(desk.work, replace(desk.position, step=PackStep.RECOUNT)).startswith("Order 1042 waits")


def test_a_blind_count_shows_what_was_counted_and_nothing_that_is_expected() -> None:
    desk = Desk()
    desk.scan("A1")
    seen = count_of(desk.work, desk.position, LINES[1])
    assert (seen.ordered, seen.picked, seen.packed) == (None, None, 1)


@pytest.mark.parametrize(
    ("before", "code", "outcome", "text"),
    [
        ([], "X1", Outcome.NOT_ON_BATCH, "Lamp is not in order 1042. Take it out."),
        (["A1", "A1"], "A1", OVER, "By the first count carton 1 holds 2 of Red mug."),
        (["A1"], "A2", OVER, "By the first count carton 1 holds 2 of Red mug."),
        ([], "LOT1", OVER, "By the first count carton 1 holds 0 of Milk."),
        (["A1", "A1", "C:CONFIRM", "SN1"], "SN1", Outcome.ALREADY_DONE, "SN1 is counted already."),
        (["A1", "A1", "C:CONFIRM"], "SN9", Outcome.UNKNOWN_BARCODE, "Not in the system: SN9"),
    ],
)
def test_what_the_carton_does_not_hold_is_refused(before: list[str], code: str, outcome: Outcome, text: str) -> None:
    desk = Desk()
    desk.says(*before)
    told = desk.scan(code)
    assert (told.outcome, told.blocked, told.text.startswith(text)) == (outcome, True, True)


def test_an_entered_quantity_counts_and_a_part_of_a_pending_lot_is_asked_for() -> None:
    desk = Desk()
    assert desk.scan("A1", kind=ScanKind.QUANTITY, quantity=2).outcome is OK
    desk.scan(kind=ScanKind.CONFIRM)
    assert desk.scan("M1").outcome is Outcome.AMBIGUOUS
    assert desk.scan(kind=ScanKind.CONFIRM).outcome is POLICY
    assert desk.says("LOT1", "P1", "SN2") == [OK, OK, OK]


def test_what_is_not_found_is_named_then_reported_twice_and_comes_again() -> None:
    desk = Desk()
    desk.says("A1")
    assert desk.scan(kind=ScanKind.CONFIRM).text == ("Not found in carton 1: 1 of Red mug. Look again, or report them.")
    assert desk.scan("X1", kind=ScanKind.SHORT).text.startswith("Nothing is missing.")
    assert [desk.scan(kind=ScanKind.SHORT).outcome for _ in range(2)] == [POLICY, OK]
    assert (desk.position.step, desk.work.lines[1].packed, desk.work.lines[1].repicking) == (PackStep.SHELF, 2, 1)
    assert desk.work.second == SecondCount(packers=frozenset({BEN}))
    # Somebody may pick them before the totes stand on their shelf: that makes no order of it that is not picked yet.
    desk.work = replace(desk.work, state=OrderState.PICKING)
    assert desk.says("L:P1") == [OK]
    assert desk.position.step is PackStep.PARKED


def test_units_of_two_lines_of_one_item_are_counted_line_by_line() -> None:
    lines = {**LINES, 4: PackLine(order_line=4, sku="A", name="Red mug", ordered=1, wanted=1, picked=1, packed=1)}
    parts = (*CARTONS[1].content, CartonContent(order_line=4, sku="A", quantity=1))
    desk = Desk(an_order(lines=lines, cartons={1: replace(CARTONS[1], content=parts)}))
    assert [it.order_line for it in desk.scan("A1").effects if isinstance(it, fx.TallyUnits)] == [1]
    told = desk.scan("A2").effects
    assert [(it.order_line, it.quantity) for it in told if isinstance(it, fx.TallyUnits)] == [(1, 1), (4, 1)]


def test_an_undone_unit_is_not_counted() -> None:
    desk = Desk()
    desk.says("A1", "A1")
    assert desk.scan(kind=ScanKind.UNDO).text.startswith("Undone.")
    assert desk.scan(kind=ScanKind.CONFIRM).outcome is POLICY


def test_an_order_that_grew_meanwhile_is_counted_to_the_end_and_then_waits_for_the_rest() -> None:
    grown = {**LINES, 1: replace(LINES[1], ordered=4, wanted=4)}
    desk = Desk(an_order(lines=grown))
    desk.says(*RIGHT[1], "C:CONFIRM", *RIGHT[2])
    told = desk.scan(kind=ScanKind.CONFIRM)
    assert (told.outcome, told.text) == (OK, "Carton 2 is right. Still to be picked: 1 of Red mug.")
    assert desk.position.step is PackStep.UNIT


def test_a_count_that_was_lifted_leaves_the_packer_among_the_units() -> None:
    lifted = an_order(second=None)
    assert stand(lifted, PackPosition(step=PackStep.RECOUNT)).step is PackStep.UNIT
    for effect in (fx.AskSecondCount("1042", own=True), fx.AgreeCarton(1, own=False)):
        assert apply_effects(lifted, [effect]).second is None


def test_a_second_count_reads_as_it_was_written() -> None:
    desk = Desk()
    desk.says("A1", "A1", "C:CONFIRM", "SN1")
    assert from_json(SecondCount, to_json(desk.work.second)) == desk.work.second


class Counting(RuleBasedStateMachine):
    """Random scans of a second count: nothing moves, nothing is sealed before every unit was seen again, once."""

    desk: Desk

    @initialize()
    def take_it(self) -> None:
        self.desk = Desk()
        self.seen: dict[int, list[str]] = {1: [], 2: []}
        self.at = 1

    @precondition(lambda self: self.at in RIGHT and self.desk.position.step is PackStep.RECOUNT)
    @rule(data=st.data())
    def scan_a_unit(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from([*RIGHT[2], "X1"]))
        left = list(RIGHT[self.at])
        for it in self.seen[self.at]:
            left.remove(it)
        assert (self.desk.scan(code).outcome is OK) is (code in left)
        if code in left:
            self.seen[self.at].append(code)

    @precondition(lambda self: self.at in RIGHT and self.desk.position.step is PackStep.RECOUNT)
    @rule()
    def confirm(self) -> None:
        is_whole = sorted(self.seen[self.at]) == sorted(RIGHT[self.at])
        assert (self.desk.scan(kind=ScanKind.CONFIRM).outcome is OK) is is_whole
        self.at += is_whole

    @precondition(lambda self: self.at in RIGHT and self.seen[self.at])
    @rule()
    def undo(self) -> None:
        last = self.desk.position.last
        if self.desk.scan(kind=ScanKind.UNDO).outcome is OK:
            assert last is not None
            self.seen[self.at].pop()

    @precondition(lambda self: self.at not in RIGHT)
    @rule()
    def scan_a_unit_of_a_sealed_carton(self) -> None:
        assert self.desk.scan("A1").outcome is not OK

    @invariant()
    def nothing_moves_and_nothing_is_sealed_too_early(self) -> None:
        work = self.desk.work
        assert {key: line.packed for key, line in work.lines.items()} == {1: 3, 2: 2, 3: 2}
        is_sealed = any(it.state is CartonState.CLOSED for it in work.cartons.values())
        assert is_sealed is (self.at not in RIGHT)


TestCounting = Counting.TestCase
TestCounting.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
