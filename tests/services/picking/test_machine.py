"""A random shift on a real database against a model of a few lines: where every unit lies, and nothing else.

The model moves units only by what was answered as accepted; the books must agree after every scan, and at the end of
a run, with every put-back worked, all promises of the doctor must hold.
"""

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.side_floor import MUG, PEN, SideFloor, Worker, a_judge, a_side_floor, clean, rows
from warehouse.domain.codes import Outcome, ScanKind, ScanStatus
from warehouse.domain.picking.work import Step
from warehouse.services.batches.leases import Hold
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.picking.start import snapshot_of, start_batch, take_batch_over
from warehouse.services.scanning.groups import IncomingScan, ScanResult
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, PlaceRow, PutBackRow, StockRow

CODES = {"MUG": MUG, "PEN": PEN}
CHANGED = {Outcome.ORDER_CHANGED, Outcome.STALE}
NUMBERS = ("1001", "1002", "1003")
FOREIGN = ("8712345678906", "XYZ", "T:T9", "L:S9", "")
Units = Counter[tuple[str, str]]


class PickMachine(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="warehouse-machine-"))
        shutil.copy(self.template, self.folder / "warehouse.db")
        self.database = Database(f"sqlite:///{self.folder / 'warehouse.db'}", judge=a_judge())
        self.floor: SideFloor = a_side_floor(self.database)
        self.batch = make.build(self.database, self._recipe)
        self.lies: Units = Counter({("S1", "MUG"): 10, ("S2", "PEN"): 5, ("S3", "MUG"): 3})
        self.hand = 0
        self.before: tuple[Units, int] | None = None
        self.sent: list[tuple[IncomingScan, ScanResult]] = []
        self.cancelled: set[str] = set()
        self.late: list[tuple[str, int]] = []

    def _recipe(self, session: Session) -> int:
        make.some_stock(session, make.a_bin(session, "S3", walk=3), self.floor.mug, 3)
        wanted = ({self.floor.mug: 3, self.floor.pen: 2}, {self.floor.mug: 2}, {self.floor.pen: 1, self.floor.mug: 4})
        orders = [make.an_order(session, it, number=number) for it, number in zip(wanted, NUMBERS, strict=True)]
        return make.a_batch(session, orders)

    @initialize()
    def start(self) -> None:
        self.worker = self.floor.ana
        held = self.database.run(start_batch, self._hold())
        self._begin(held.epoch)

    def _begin(self, epoch: int) -> None:
        self.worker.work, self.worker.epoch = ("batch", self.batch), epoch
        with self.database.read() as session:
            snapshot: Any = snapshot_of(session, self.batch)
        self.position, self.worker.list_version = snapshot["position"], snapshot["list_version"]

    def _hold(self) -> Hold:
        worker = self.worker
        return Hold(actor=worker.actor, at=make.NOON, batch=self.batch, device=worker.device, proven=worker.device)

    def books(self) -> Units:
        """What the database says of every unit in bins and totes of this floor."""
        query = (
            select(PlaceRow.code, ItemRow.sku, func.sum(StockRow.quantity))
            .join(PlaceRow, PlaceRow.id == StockRow.place_id)
            .join(ItemRow, ItemRow.id == StockRow.item_id)
            .where(StockRow.quantity > 0)
            .group_by(PlaceRow.code, ItemRow.sku)
        )
        with self.database.read() as session:
            return Counter({(code, sku): units for code, sku, units in session.execute(query)})

    def send(self, code: str | None, **other: Any) -> ScanResult:
        """Scan, and hold the answer and the books against the model."""
        counters = self._counters()
        scan = self.worker.make(code, **other)
        (result,) = self.database.scan([scan])
        assert result.status in {ScanStatus.APPLIED, ScanStatus.REJECTED}, result
        self.sent.append((scan, result))
        if result.status is ScanStatus.REJECTED:
            assert self._counters() == counters
        elif scan.kind is not ScanKind.UNDO:
            self.before = (self.lies.copy(), self.hand)
        if scan.epoch == self.worker.epoch and scan.device == self.worker.device:
            self.position, self.worker.list_version = result.position, result.list_version or 0
        if result.outcome in CHANGED:
            assert self.cancelled
            self.hand = self.position["counted"]
        return result

    def _counters(self) -> list[tuple[int, int, int]]:
        return [(task.id, task.picked, task.short) for task in rows(self.database, PickTaskRow)] + [
            (row.id, row.quantity, row.reserved) for row in rows(self.database, StockRow)
        ]

    def agrees(self) -> None:
        assert self.books() == +self.lies
        assert self.position["counted"] == self.hand

    @property
    def step(self) -> str:
        step: str = self.position["step"]
        return step

    @property
    def task(self) -> PickTaskRow:
        with self.database.read() as session:
            return session.get_one(PickTaskRow, self.position["task"])

    def names(self) -> tuple[str, str, str]:
        """Bin, SKU and tote of the task at hand."""
        task = self.task
        with self.database.read() as session:
            place, item = session.get_one(BinRow, task.bin_id), session.get_one(ItemRow, task.item_id)
            return place.code, item.sku, f"T{task.slot_no}"

    @precondition(lambda self: self.step in {Step.CART, Step.BIND})
    @rule()
    def prepare_the_cart(self) -> None:
        code = "K:K1" if self.step == Step.CART else f"T:T{self.position['slot']}"
        result = self.send(code)
        assert result.outcome in {Outcome.ACCEPTED, *CHANGED}, result
        self.agrees()

    @precondition(lambda self: self.step == Step.BIN)
    @rule()
    def scan_the_bin(self) -> None:
        result = self.send(f"L:{self.names()[0]}")
        assert result.outcome in {Outcome.ACCEPTED, *CHANGED}, result
        self.agrees()

    @precondition(lambda self: self.step in {Step.ITEM, Step.TOTE})
    @rule(number=st.integers(min_value=1, max_value=4))
    def scan_the_item(self, number: int) -> None:
        task, sku = self.task, self.names()[1]
        fits = self.hand + number <= task.wanted - task.picked - task.short
        result = self.send(CODES[sku], kind=ScanKind.QUANTITY, quantity=number)
        if result.outcome not in CHANGED:
            assert (result.outcome is Outcome.ACCEPTED) is fits, result
            self.hand += number if fits else 0
        self.agrees()

    @precondition(lambda self: self.step in {Step.ITEM, Step.TOTE})
    @rule()
    def scan_the_tote(self) -> None:
        place, sku, tote = self.names()
        hand = self.hand
        result = self.send(f"T:{tote}")
        if result.outcome not in CHANGED:
            assert (result.outcome is Outcome.ACCEPTED) is (hand > 0), result
            self.lies[place, sku] -= hand
            self.lies[tote, sku] += hand
            self.hand = 0
        self.agrees()

    @rule(steps=st.integers(min_value=2, max_value=12))
    def go_on(self, steps: int) -> None:
        """Do what is asked for a while, so that runs reach the end of a list."""
        for _ in range(steps):
            if self.step in {Step.CART, Step.BIND}:
                self.prepare_the_cart()
            elif self.step == Step.BIN:
                self.scan_the_bin()
            elif self.step == Step.ITEM:
                self.scan_the_item(1)
            elif self.step == Step.TOTE:
                self.scan_the_tote()

    @precondition(lambda self: self.step in {Step.BIN, Step.ITEM, Step.TOTE})
    @rule(code=st.sampled_from(FOREIGN))
    def scan_something_foreign(self, code: str) -> None:
        assert self.send(code).outcome is not Outcome.ACCEPTED
        self.agrees()

    @precondition(lambda self: self.step in {Step.ITEM, Step.TOTE})
    @rule()
    def scan_what_the_device_judged_red(self) -> None:
        assert self.send(CODES[self.names()[1]], local=Outcome.UNKNOWN_BARCODE).outcome is not Outcome.ACCEPTED
        self.agrees()

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(min_value=0, max_value=200))
    def send_an_old_scan_again(self, which: int) -> None:
        scan, first = self.sent[which % len(self.sent)]
        counters = self._counters()
        again, reused = self.database.scan([scan, replace(scan, fingerprint="other")])
        assert (again.status, again.outcome, again.text) == (ScanStatus.DUPLICATE, first.outcome, first.text)
        assert (reused.status, reused.code) == (ScanStatus.ERROR, "id_reused")
        assert self._counters() == counters

    @rule()
    def undo(self) -> None:
        result = self.send(None, kind=ScanKind.UNDO)
        if result.outcome is Outcome.ACCEPTED:
            assert self.before is not None
            self.lies, self.hand = self.before
            self.before = None
        self.agrees()

    @precondition(lambda self: self.step in {Step.BIN, Step.ITEM} and self.hand == 0)
    @rule()
    def declare_short(self) -> None:
        self.send(None, kind=ScanKind.SHORT, quantity=0, reason="not_found")
        self.agrees()

    @precondition(lambda self: self.step in {Step.ITEM, Step.TOTE})
    @rule()
    def set_a_broken_one_aside(self) -> None:
        place, sku, _ = self.names()
        if self.send(None, kind=ScanKind.DAMAGED, quantity=1, reason="broken").outcome is Outcome.ACCEPTED:
            self.lies[place, sku] -= 1
            self.lies["QUARANTINE", sku] += 1
            self.hand = max(self.hand - 1, 0)  # it comes out of the hand first
        self.agrees()

    @precondition(lambda self: self.step in {Step.BIN, Step.ITEM})
    @rule()
    def skip(self) -> None:
        self.send(None, kind=ScanKind.SKIP)
        self.agrees()

    @precondition(lambda self: self.step != Step.FINISHED)
    @rule()
    def take_over(self) -> None:
        old = self.worker
        self.late.append((old.device, old.epoch))
        self.worker = self.floor.lea if old is self.floor.ana else self.floor.ana
        self._begin(self.database.run(take_batch_over, self._hold()).epoch)
        self.hand, self.before = 0, None
        self.agrees()

    @precondition(lambda self: self.late)
    @rule(accepted=st.booleans())
    def scan_late_with_the_lost_lease(self, *, accepted: bool) -> None:
        device, epoch = self.late[-1]
        late: Worker = self.floor.ana if device == self.floor.ana.device else self.floor.lea
        before, self.worker = self.worker, late
        scan = late.make(MUG, epoch=epoch, work=("batch", self.batch), local=Outcome.ACCEPTED if accepted else None)
        self.worker = before
        counters = self._counters()
        (result,) = self.database.scan([scan])
        self.sent.append((scan, result))
        assert result.outcome is Outcome.NOT_OWNER
        assert (result.follow_up is not None) is accepted
        assert self._counters() == counters

    @precondition(lambda self: len(self.cancelled) < len(NUMBERS))
    @rule()
    def cancel_an_order(self) -> None:
        number = NUMBERS[len(self.cancelled)]
        self.cancelled.add(number)
        self.database.run(
            cancel_order, CancelOrder(actor=self.floor.lea.actor, at=make.NOON, number=number, reason="changed mind")
        )
        assert self.books() == +self.lies

    def teardown(self) -> None:
        try:
            self._ends_well()
        finally:
            self.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _ends_well(self) -> None:
        assert clean(self.floor) == []
        for row in rows(self.database, PutBackRow, PutBackRow.state == "open"):
            self._put_back(row)
        assert clean(self.floor) == []
        stored = {row.scan_id: row.outcome for row in rows(self.database, ScanRow, ScanRow.batch_id == self.batch)}
        assert stored == {scan.id: result.outcome for scan, result in self.sent}
        for tote in rows(self.database, ToteRow, ToteRow.state == "free"):
            assert not any(units for (place, _), units in self.books().items() if place == tote.code)

    def _put_back(self, row: PutBackRow) -> None:
        with self.database.read() as session:
            sku = session.get_one(ItemRow, row.item_id).sku
            goal = session.get_one(BinRow, row.bin_id).code if row.bin_id else "S3"
        ben = self.floor.ben.take("put_back", row.id)
        assert ben.scan(CODES[sku], kind=ScanKind.QUANTITY, quantity=row.quantity - row.returned).outcome is (
            Outcome.ACCEPTED
        )
        assert ben.scan(f"L:{goal}").outcome is Outcome.ACCEPTED


def test_a_random_shift_keeps_every_promise(sqlite_template: Path) -> None:
    PickMachine.template = sqlite_template
    bounded = settings(
        max_examples=16,
        stateful_step_count=30,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(PickMachine, settings=bounded)
