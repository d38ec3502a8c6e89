"""A shift of random scans against a model of a few lines: what is counted, what is committed, nothing else."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain.vectors import FIXTURES, TODAY
from warehouse.domain.codes import ScanKind, TaskState
from warehouse.domain.picking.applying import apply
from warehouse.domain.picking.judging import judge
from warehouse.domain.picking.snapshot import scan_from_json, work_from_json
from warehouse.domain.picking.walk import begin
from warehouse.domain.picking.work import BatchWork, Meaning, Position, Step, Verdict

EACH = {
    "MUG-0001": "4006381333931",
    "OWL-0002": "5012345678900",
    "LAMP-0003": "7612345678900",
    "PEN-0004": "3012345678902",
}
FOREIGN = ["8712345678906", "XYZ", "T:T7", "L:S9", ""]


def counters(work: BatchWork) -> dict[int, tuple[int, int]]:
    return {task.id: (task.picked, task.short) for task in work.tasks.values()}


def _nothing(_key: str) -> tuple[Meaning, ...]:
    return ()


class PickingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.work = work_from_json(FIXTURES["works"]["cluster"])
        self.position = begin(self.work)
        self.wanted = {task.id: task.wanted for task in self.work.tasks.values()}
        self.stock = {task.bin: sum(self.work.stock[task.bin].values()) for task in self.work.tasks.values()}
        self.picked = dict.fromkeys(self.wanted, 0)
        self.short = dict.fromkeys(self.wanted, 0)
        self.damaged = dict.fromkeys(self.stock, 0)
        self.counted = 0
        self.number = 0
        self.before: tuple[BatchWork, Position, tuple[Any, ...]] | None = None

    def scan(self, **values: Any) -> Verdict:
        """Judge a scan and go on; a refused one must leave every counter as it was."""
        self.number += 1
        scan = scan_from_json(FIXTURES["scan"] | {"id": f"s{self.number}"} | values)
        verdict = judge(self.work, self.position, scan, _nothing, TODAY)
        after = apply(self.work, verdict)
        if not verdict.accepted:
            assert counters(after) == counters(self.work)
            assert verdict.position.counted == self.position.counted
        elif scan.kind is not ScanKind.UNDO:
            self.before = (self.work, self.position, self._model())
        self.work, self.position = after, verdict.position
        return verdict

    def _model(self) -> tuple[Any, ...]:
        return dict(self.picked), dict(self.short), dict(self.damaged), self.counted

    @property
    def task(self) -> int:
        return self.position.task or 0

    def at(self, *steps: Step) -> bool:
        return self.position.step in steps

    @precondition(lambda self: self.at(Step.BIN))
    @rule()
    def scan_the_bin(self) -> None:
        assert self.scan(code=f"L:{self.work.tasks[self.task].bin}").accepted

    @precondition(lambda self: self.at(Step.ITEM))
    @rule(number=st.integers(min_value=1, max_value=15))
    def scan_the_item(self, number: int) -> None:
        task = self.task
        fits = self.counted + number <= self.wanted[task] - self.picked[task] - self.short[task]
        sku = self.work.tasks[task].sku
        assert self.scan(kind="quantity", code=EACH[sku], quantity=number).accepted is fits
        self.counted += number if fits else 0

    @precondition(lambda self: self.at(Step.ITEM, Step.TOTE))
    @rule()
    def scan_the_tote(self) -> None:
        task, counted = self.task, self.counted
        assert self.scan(code=f"T:T{self.work.tasks[task].slot}").accepted is (counted > 0)
        self.picked[task] += counted
        self.counted = 0

    @precondition(lambda self: self.at(Step.BIN, Step.ITEM, Step.TOTE))
    @rule(code=st.sampled_from(FOREIGN))
    def scan_something_foreign(self, code: str) -> None:
        assert not self.scan(code=code).accepted

    @precondition(lambda self: self.at(Step.BIN, Step.ITEM, Step.TOTE))
    @rule()
    def scan_the_other_tote(self) -> None:
        assert not self.scan(code=f"T:T{3 - (self.work.tasks[self.task].slot or 0)}").accepted

    @precondition(lambda self: self.at(Step.ITEM, Step.TOTE))
    @rule(epoch=st.sampled_from([3, 5]))
    def scan_under_a_lost_lease(self, epoch: int) -> None:
        assert not self.scan(code=EACH[self.work.tasks[self.task].sku], epoch=epoch).accepted

    @precondition(lambda self: self.at(Step.ITEM, Step.TOTE))
    @rule()
    def scan_what_the_device_judged_red(self) -> None:
        assert not self.scan(code=EACH[self.work.tasks[self.task].sku], local="unknown_barcode").accepted

    @precondition(lambda self: self.at(Step.ITEM))
    @rule(found=st.integers(min_value=0, max_value=12))
    def declare_short(self, found: int) -> None:
        task = self.task
        left = self.wanted[task] - self.picked[task] - self.short[task]
        is_legal = self.counted <= found < left
        assert self.scan(kind="short", quantity=found, reason="not_found").accepted is is_legal
        self.short[task] += left - found if is_legal else 0

    @precondition(lambda self: self.at(Step.ITEM, Step.TOTE))
    @rule(number=st.integers(min_value=1, max_value=12))
    def declare_damaged(self, number: int) -> None:
        work = self.work.tasks[self.task]
        is_there = number <= self.work.stock[work.bin][work.sku]
        assert self.scan(kind="damaged", quantity=number, reason="broken").accepted is is_there
        if is_there:
            self.damaged[work.bin] += number
            self.counted = max(self.counted - number, 0)

    @precondition(lambda self: self.at(Step.BIN, Step.ITEM))
    @rule()
    def skip(self) -> None:
        task, verdict = self.task, self.scan(kind="skip")
        assert not (verdict.accepted and self.counted)
        assert not verdict.accepted or verdict.position.task != task

    @precondition(lambda self: self.before is not None)
    @rule()
    def undo(self) -> None:
        assert self.before is not None
        work, position, model = self.before
        assert self.scan(kind="undo").accepted
        self.before = None
        self.picked, self.short, self.damaged, self.counted = model
        assert counters(self.work) == counters(work)
        assert self.work.stock == work.stock
        assert self.position == replace(position, last=None, misses=0, armed=None, asked=None)

    @precondition(lambda self: self.before is None)
    @rule()
    def undo_nothing(self) -> None:
        assert not self.scan(kind="undo").accepted

    @invariant()
    def counters_are_the_model(self) -> None:
        assert counters(self.work) == {task: (self.picked[task], self.short[task]) for task in self.wanted}
        assert self.position.counted == self.counted

    @invariant()
    def nothing_is_picked_twice_or_beyond(self) -> None:
        for task in self.work.tasks.values():
            in_hand = self.counted if task.id == self.position.task else 0
            assert 0 <= task.picked + task.short + in_hand <= task.wanted
            assert (task.state is TaskState.OPEN) == (task.left > 0)

    @invariant()
    def every_unit_is_somewhere(self) -> None:
        for code, stock in self.stock.items():
            taken = sum(task.picked for task in self.work.tasks.values() if task.bin == code)
            assert sum(self.work.stock[code].values()) + taken + self.damaged[code] == stock

    @invariant()
    def lines_are_the_sum_of_their_tasks(self) -> None:
        picked = {line: count.picked for line, count in self.work.lines.items()}
        assert picked == {task.order_line: task.picked for task in self.work.tasks.values()}


PickingMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
TestPicking = PickingMachine.TestCase
