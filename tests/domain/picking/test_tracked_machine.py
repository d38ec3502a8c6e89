"""Random shifts over lots, swaps, serials, inner boxes and cases: what may be in the tote, and never twice."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain.vectors import FIXTURES, TODAY
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.applying import apply
from warehouse.domain.picking.judging import judge
from warehouse.domain.picking.snapshot import scan_from_json, work_from_json
from warehouse.domain.picking.walk import begin
from warehouse.domain.picking.work import BatchWork, Meaning, Step, Verdict

ITEMS = {"MILK-0001": "5412345678908", "CHEESE-0002": "5412345678915", "PHONE-0003": "4512345678906"}
ITEMS |= {"TEA-0004": "5412345678922"}
INNER_OF_MILK, CASE_OF_PHONES = "15412345678905", "14512345678903"
LOTS = {"MILK-0001": ["L1", "L2", "L0"], "CHEESE-0002": ["E1"], "PHONE-0003": ["SN1", "SN2", "SN8", "SN9"]}
LOTS |= {"TEA-0004": ["A1", "A2"]}
ALL = sorted([*ITEMS.values(), INNER_OF_MILK, CASE_OF_PHONES, *(lot for lots in LOTS.values() for lot in lots)])


def _nothing(_key: str) -> tuple[Meaning, ...]:
    return ()


class TrackedMachine(RuleBasedStateMachine):
    """The model is a list of what was committed; each rule of lots, serials and units is asked of that list."""

    def __init__(self) -> None:
        super().__init__()
        self.work = work_from_json(FIXTURES["works"]["tracked"])
        self.position = begin(self.work)
        self.begun = self.work
        self.committed: list[fx.CommitPick] = []
        self.damaged: Counter[str] = Counter()
        self.number = 0

    def scan(self, **values: Any) -> Verdict:
        self.number += 1
        before = self.position.counted
        scan = scan_from_json(FIXTURES["scan"] | {"id": f"s{self.number}"} | values)
        verdict = judge(self.work, self.position, scan, _nothing, TODAY)
        if not verdict.accepted:
            assert verdict.position.counted == before
        self.work, self.position = apply(self.work, verdict), verdict.position
        for effect in verdict.effects:
            self._note(effect)
        return verdict

    def _note(self, effect: object) -> None:
        if isinstance(effect, fx.CommitPick):
            self.committed.append(effect)
        if isinstance(effect, fx.UndoPick):
            undone = next(it for it in reversed(self.committed) if _same(it, effect))
            self.committed.remove(undone)
        if isinstance(effect, fx.DamagePick):
            self.damaged[self.work.tasks[effect.task].bin] += effect.quantity
        if isinstance(effect, fx.UndoDamage):
            self.damaged[self.work.tasks[effect.task].bin] -= effect.quantity

    @property
    def sku(self) -> str:
        return self.work.tasks[self.position.task or 0].sku

    @property
    def is_at_a_task(self) -> bool:
        return self.position.step in {Step.BIN, Step.ITEM, Step.LOT, Step.SERIAL, Step.TOTE}

    @precondition(lambda self: self.position.step is Step.BIN)
    @rule()
    def go_to_the_bin(self) -> None:
        assert self.scan(code=f"L:{self.work.tasks[self.position.task].bin}").accepted

    @precondition(lambda self: self.position.step in {Step.ITEM, Step.LOT, Step.SERIAL})
    @rule(data=st.data())
    def take_one_of_what_is_asked(self, data: st.DataObject) -> None:
        if self.position.step is Step.ITEM:
            self.scan(code=ITEMS[self.sku])
        if self.position.step in {Step.LOT, Step.SERIAL}:
            self.scan(code=data.draw(st.sampled_from(LOTS[self.sku])))

    @precondition(lambda self: self.is_at_a_task)
    @rule(code=st.sampled_from(ALL), quantity=st.none() | st.integers(1, 5))
    def scan_anything(self, code: str, quantity: int | None) -> None:
        before, step = self.position, self.position.step
        verdict = self.scan(code=code, **({"kind": "quantity", "quantity": quantity} if quantity else {}))
        gained = self.position.counted - before.counted
        if verdict.accepted and self.position.task == before.task and step is Step.ITEM and gained:
            assert gained == (2 if code == INNER_OF_MILK else 1) * (quantity or 1)
        if code == CASE_OF_PHONES:
            assert gained == 0

    @precondition(lambda self: self.position.step in {Step.ITEM, Step.TOTE})
    @rule()
    def put_into_the_tote(self) -> None:
        counted, was = self.position.counted, len(self.committed)
        self.scan(code=f"T:T{self.work.tasks[self.position.task].slot}")
        assert sum(it.quantity for it in self.committed[was:]) == (counted if len(self.committed) > was else 0)

    @precondition(lambda self: self.is_at_a_task)
    @rule(number=st.integers(1, 3))
    def report_damage(self, number: int) -> None:
        self.scan(kind="damaged", quantity=number, reason="broken")

    @precondition(lambda self: self.is_at_a_task)
    @rule(found=st.integers(0, 3))
    def declare_short(self, found: int) -> None:
        self.scan(kind="short", quantity=found, reason="not_found")

    @precondition(lambda self: self.is_at_a_task)
    @rule()
    def skip(self) -> None:
        self.scan(kind="skip")

    @rule()
    def undo(self) -> None:
        self.scan(kind="undo")

    @invariant()
    def counters_are_what_was_committed(self) -> None:
        picked: Counter[int] = Counter()
        for it in self.committed:
            picked[it.task] += it.quantity
        assert {key: task.picked for key, task in self.work.tasks.items() if task.picked} == +picked
        for task in self.work.tasks.values():
            in_hand = self.position.counted if task.id == self.position.task else 0
            assert 0 <= task.picked + task.short + in_hand <= task.wanted

    @invariant()
    def no_serial_is_taken_twice_and_each_piece_has_its_own(self) -> None:
        phones = [it for it in self.committed if it.sku == "PHONE-0003"]
        taken = [serial for it in phones for serial in it.serials] + list(self.position.serials)
        assert len(taken) == len(set(taken))
        assert all(len(it.serials) == it.quantity for it in phones)
        assert set(taken) <= {"SN1", "SN2"} | {"SN9"}

    @invariant()
    def no_lot_is_taken_that_is_past_its_date_or_promised_to_others(self) -> None:
        lots: Counter[str | None] = Counter()
        for it in self.committed:
            if it.sku == "MILK-0001":
                lots[it.lot] += it.quantity
        assert lots["L0"] == 0
        assert lots["L2"] <= 3
        assert lots["L1"] <= 4
        assert {it.lot for it in self.committed if it.sku == "CHEESE-0002"} <= {"E1"}

    @invariant()
    def promises_move_between_lots_and_are_never_made(self) -> None:
        for key, task in self.work.tasks.items():
            swapped = sum(lot.free for lot in task.lots) - sum(lot.free for lot in self.begun.tasks[key].lots)
            assert swapped == 0
            assert all(lot.free >= 0 for lot in task.lots)

    @invariant()
    def every_unit_is_somewhere(self) -> None:
        for code, there in _stock(self.begun).items():
            gone = sum(it.quantity for it in self.committed if it.bin == code)
            assert _stock(self.work)[code] + gone + self.damaged[code] == there


def _stock(work: BatchWork) -> dict[str, int]:
    return {code: sum(piles.values()) for code, piles in work.stock.items()}


def _same(made: fx.CommitPick, undone: fx.UndoPick) -> bool:
    names = ("task", "quantity", "sku", "lot", "serials")
    return all(getattr(made, name) == getattr(undone, name) for name in names)


TrackedMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestTracked = TrackedMachine.TestCase
