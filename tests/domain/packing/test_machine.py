"""Hypothesis packs one order in every way it can think of; a small model knows where each unit must be."""

from dataclasses import replace
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from warehouse.domain.codes import BarcodeKind, CartonState, OrderState, Outcome, ScanKind, UnitLevel
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.apply import apply, apply_effects
from warehouse.domain.packing.judging import Decision, allow_split, judge_pack, judge_void
from warehouse.domain.packing.walk import begin
from warehouse.domain.packing.work import (
    OrderChange,
    PackLine,
    PackPolicy,
    PackPosition,
    PackStep,
    PackTote,
    PackVerdict,
    PackWork,
)
from warehouse.domain.picking.work import Lease, Meaning, Scan
from warehouse.domain.shipping.parcels import make_sscc

MANY = 4
TODAY = date(2026, 11, 21)
LEASE = Lease(epoch=4, person=8, name="Ben", device="d-1", since="09:14", expires_at="2026-11-21T10:00:00Z")
ITEMS = {
    "A1": Meaning(kind=BarcodeKind.ITEM, code="A", sku="A", name="Red mug"),
    "A2": Meaning(kind=BarcodeKind.ITEM, code="A", sku="A", name="Red mug", unit=UnitLevel.INNER, pack_quantity=2),
    "B1": Meaning(kind=BarcodeKind.ITEM, code="B", sku="B", name="Bowl"),
    "X1": Meaning(kind=BarcodeKind.ITEM, code="X", sku="X", name="Lamp"),
    "L:P1": Meaning(kind=BarcodeKind.BIN, code="P1"),
    "T:T1": Meaning(kind=BarcodeKind.TOTE, code="T1", order="1042"),
}
LEA = Decision(person=1, is_lead=True, reason="The customer asked.")


class Packing(RuleBasedStateMachine):
    """Units start picked in the tote; each must stay in exactly one of tote, carton, put-back and re-pick."""

    work: PackWork
    position: PackPosition

    @initialize(mugs=st.integers(1, 4), bowls=st.integers(1, 2), second=st.integers(0, 2), blind=st.booleans())
    def take_an_order(self, mugs: int, bowls: int, second: int, *, blind: bool) -> None:
        wanted = {1: ("A", mugs), 2: ("B", bowls), 3: ("A", second)}
        lines = {
            number: PackLine(
                order_line=number, sku=sku, name=sku, ordered=quantity, wanted=quantity, picked=quantity, weight_g=100
            )
            for number, (sku, quantity) in wanted.items()
            if quantity
        }
        self.work = PackWork(
            order="1042",
            state=OrderState.PICKED,
            lines=lines,
            totes={"T1": PackTote(code="T1")},
            policy=PackPolicy(blind=blind, weigh=False),
            lease=LEASE,
            shelves=frozenset({"P1"}),
        )
        self.position = begin(self.work)
        self.picked = {number: line.picked for number, line in lines.items()}
        self.repicked = dict.fromkeys(lines, 0)
        self.put_back = dict.fromkeys(lines, 0)
        self.number = 0

    def scan(self, kind: ScanKind, code: str | None = None, quantity: int | None = None) -> PackVerdict:
        self.number += 1
        pulled = Scan(
            id=f"s{self.number}",
            device="d-1",
            seq=self.number,
            person=8,
            epoch=4,
            at="2026-11-21T09:20:00Z",
            kind=kind,
            code=code,
            quantity=quantity,
        )
        verdict = judge_pack(self.work, self.position, pulled, self.resolve, TODAY)
        self.settle(verdict)
        return verdict

    def resolve(self, key: str) -> tuple[Meaning, ...]:
        return (ITEMS[key],) if key in ITEMS else ()

    def settle(self, verdict: PackVerdict) -> None:
        before = self.work
        self.work = apply(self.work, verdict)
        self.position = verdict.position
        for effect in verdict.effects:
            if isinstance(effect, fx.RepickUnits):
                self.repicked[effect.order_line] += effect.quantity
            if isinstance(effect, fx.ScanOut):
                self.put_back[effect.order_line] += effect.quantity
            if isinstance(effect, fx.SplitShipment):
                for order_line, quantity in effect.rest:
                    self.repicked[order_line] += quantity
        is_sealed = any(isinstance(effect, fx.CloseCarton) for effect in verdict.effects)
        is_split = any(isinstance(effect, fx.SplitShipment) for effect in verdict.effects)
        if is_sealed and not is_split:
            assert not any(line.left or line.unpicked or line.surplus for line in self.work.lines.values())
        if verdict.outcome is not Outcome.ACCEPTED:
            assert self.work == before
        if self.work.state is not before.state:
            require(Kind.ORDER, before.state, self.work.state)
        self.number_cartons()

    def number_cartons(self) -> None:
        """What the service does for `CloseCarton`: give each sealed carton its serial."""
        for number, carton in self.work.cartons.items():
            if carton.state is CartonState.CLOSED and carton.sscc is None:
                numbered = replace(carton, sscc=make_sscc("4012345", number))
                self.work = replace(self.work, cartons={**self.work.cartons, number: numbered})

    @rule(code=st.sampled_from(sorted(ITEMS)), quantity=st.none() | st.integers(1, 4))
    def scan_code(self, code: str, quantity: int | None) -> None:
        before = sum(line.packed for line in self.work.lines.values())
        verdict = self.scan(ScanKind.QUANTITY if quantity else ScanKind.SCAN, code, quantity)
        packed = sum(effect.quantity for effect in verdict.effects if isinstance(effect, fx.PackUnits))
        if packed:
            assert packed == ITEMS[code].pack_quantity * (quantity or 1)
        taken = sum(effect.quantity for effect in verdict.effects if isinstance(effect, fx.ScanOut) and effect.carton)
        assert sum(line.packed for line in self.work.lines.values()) == before + packed - taken

    @precondition(lambda self: any(line.left for line in self.work.lines.values()))
    @rule(number=st.integers(1, 9))
    def pack_what_is_left(self, number: int) -> None:
        if self.position.step is PackStep.TOTES:
            self.scan(ScanKind.SCAN, "T:T1")
        for line in [line for line in self.work.lines.values() if line.left][:number]:
            for _ in range(line.left):
                self.scan(ScanKind.SCAN, f"{line.sku}1")

    @precondition(lambda self: not any(line.left for line in self.work.lines.values()))
    @rule()
    def finish(self) -> None:
        before, step = self.work, self.position.step
        verdict = self.scan(ScanKind.CONFIRM)
        is_whole = not any(line.unpicked or line.surplus for line in before.lines.values())
        if step is PackStep.UNIT and is_whole and any(line.packed for line in before.lines.values()):
            assert isinstance(verdict.effects[-1], fx.PackingFinished) or verdict.text == "Nothing is packed."

    @rule(kind=st.sampled_from([ScanKind.CONFIRM, ScanKind.CLOSE_CARTON, ScanKind.SHORT]))
    def press(self, kind: ScanKind) -> None:
        self.scan(kind)

    @rule(code=st.sampled_from(["A1", "B1", "X1"]), kind=st.sampled_from([ScanKind.DAMAGED, ScanKind.WRONG_STOCK]))
    def report(self, code: str, kind: ScanKind) -> None:
        self.scan(kind, code, 1)

    @rule()
    def undo(self) -> None:
        before, last = self.work, self.position.last
        verdict = self.scan(ScanKind.UNDO)
        if verdict.accepted:
            assert last is not None
            assert self.work == apply_effects(before, last.undo)

    @precondition(lambda self: any(it.state is CartonState.CLOSED for it in self.work.cartons.values()))
    @rule(data=st.data())
    def stick_a_label(self, data: st.DataObject) -> None:
        own = [it.sscc for it in self.work.cartons.values() if it.sscc]
        sscc = data.draw(st.sampled_from([*own, make_sscc("4012345", 99)]))
        waiting = min(it.number for it in self.work.cartons.values() if it.state is CartonState.CLOSED)
        verdict = self.scan(ScanKind.SCAN_BACK, sscc)
        if verdict.accepted:
            assert sscc == make_sscc("4012345", waiting)

    @rule()
    def split(self) -> None:
        verdict = allow_split(self.work, self.position, LEA)
        self.settle(verdict)

    @precondition(lambda self: self.work.cartons)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.work.cartons)))
        self.settle(judge_void(self.work, self.position, number, LEA))

    @precondition(lambda self: self.work.lease is None)
    @rule()
    def bring_what_was_missing(self) -> None:
        lines = {
            number: replace(line, picked=line.picked + line.repicking, repicking=0)
            for number, line in self.work.lines.items()
        }
        for number, line in self.work.lines.items():
            self.picked[number] += line.repicking
        self.work = replace(self.work, lines=lines, lease=LEASE)
        self.position = begin(self.work)

    @precondition(lambda self: self.work.state in {OrderState.PICKED, OrderState.PACKING})
    @rule(shrink=st.booleans())
    def the_order_changes(self, *, shrink: bool) -> None:
        version = self.work.change.version + 1 if self.work.change else 1
        line = next(iter(self.work.lines.values()))
        is_small = sum(line.wanted for line in self.work.lines.values()) < MANY
        if shrink and line.wanted and not is_small and version == 1:
            change = OrderChange("edited", version)
            lines = {**self.work.lines, line.order_line: replace(line, wanted=line.wanted - 1)}
            self.work = replace(self.work, lines=lines, change=change)

    @invariant()
    def every_unit_is_in_one_place(self) -> None:
        for number, line in self.work.lines.items():
            assert line.picked == self.picked[number] - self.repicked[number] - self.put_back[number]
            in_cartons = sum(
                part.quantity
                for carton in self.work.cartons.values()
                for part in carton.content
                if part.order_line == number
            )
            assert 0 <= line.packed == in_cartons <= line.picked

    @invariant()
    def a_packed_order_has_all_its_units_in_labelled_cartons(self) -> None:
        if self.work.state is OrderState.PACKED:
            states = {it.state for it in self.work.cartons.values() if it.content}
            assert states == {CartonState.LABELLED}
            assert all(line.packed >= line.wanted for line in self.work.lines.values())


TestPacking = Packing.TestCase
TestPacking.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
