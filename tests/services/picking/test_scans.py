"""The scans of a batch through the writer: what is answered, what is stored, what the books then say."""

import hashlib
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from warehouse.domain.codes import BatchState, OrderState, Outcome, Role, ScanKind, ScanStatus, Via
from warehouse.domain.words import without_parts
from warehouse.services.actor import Actor
from warehouse.services.batches.leases import Hold
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import snapshot_of, start_batch, take_batch_over
from warehouse.services.scanning.groups import IncomingScan, ScanCounter, ScanResult
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow, ToteRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, MoveRow, PutBackRow, StockRow

MUG, PEN = "4006381333931", "5012345678900"


@dataclass
class Shift:
    """Ana with a handheld, working one batch of a small warehouse."""

    database: Database
    ana: int
    batch: int
    device: str = "d-ana"
    epoch: int = 0
    list_version: int = 0
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def actor(self, person: int | None = None) -> Actor:
        return Actor(person or self.ana, Role.PICKER, "Ana")

    def start(self) -> "Shift":
        held = self.database.run(start_batch, self.hold())
        self.epoch, self.list_version = held.epoch, held.list_version
        return self

    def hold(self, device: str | None = None, person: int | None = None) -> Hold:
        return Hold(actor=self.actor(person), at=make.NOON, batch=self.batch, device=device or self.device)

    def make(self, code: str | None, **other: object) -> IncomingScan:
        quantity = other.pop("quantity", None)
        scan = IncomingScan(
            id=uuid.uuid4(),
            device=self.device,
            seq=next(self.numbers),
            person=self.ana,
            sender=self.ana,
            proven=self.device,
            role=Role.PICKER,
            epoch=self.epoch,
            at=make.NOON,
            received_at=make.NOON,
            kind=ScanKind.SCAN,
            work=("batch", self.batch),
            code=code,
            quantity=quantity,  # type: ignore[arg-type]
            reason=None,
            list_version=self.list_version,
            local=None,
            via=Via.KEY,
            fingerprint=hashlib.sha256(repr((code, quantity, other)).encode()).hexdigest(),
        )
        return replace(scan, **other)  # type: ignore[arg-type]

    def scan(self, *codes: str, **other: object) -> list[ScanResult]:
        results: list[ScanResult] = self.database.scan([self.make(code, **other) for code in codes])
        return results

    def says(self, *codes: str, **other: object) -> list[Outcome | None]:
        return [result.outcome for result in self.scan(*codes, **other)]


@pytest.fixture
def shift(open_database: Callable[..., Database]) -> Shift:
    """Two orders: 3 mugs from S1 and 1 pen from S2 for the first, 2 mugs for the second."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana = make.a_person(session, "Ana")
        near, far = make.a_bin(session, "S1", walk=1), make.a_bin(session, "S2", walk=2)
        mug, pen = make.an_item(session, "MUG", MUG, "14006381333938*6"), make.an_item(session, "PEN", PEN)
        make.some_stock(session, near, mug, 20)
        make.some_stock(session, far, pen, 5)
        make.a_cart(session, "K1")
        for code in ("T1", "T2", "T3"):
            make.a_tote(session, code)
        orders = [
            make.an_order(session, {mug: 3, pen: 1}, number="1001"),
            make.an_order(session, {mug: 2}, number="1002"),
        ]
        return ana, make.a_batch(session, orders)

    ana, batch = make.build(database, recipe)
    return Shift(database, ana, batch)


START = ("K:K1", "T:T1", "T:T2")


def rows(shift: Shift, table: type, *criteria: object) -> list[object]:
    with shift.database.read() as session:
        return list(session.scalars(select(table).where(*criteria).order_by(*table.__table__.primary_key)).all())


def test_a_batch_is_picked_from_cart_to_last_tote(shift: Shift) -> None:
    shift.start()
    codes = [*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2", PEN, "T:T1"]
    assert shift.says(*codes) == [Outcome.ACCEPTED] * len(codes)
    with shift.database.read() as session:
        batch = session.get_one(BatchRow, shift.batch)
        assert batch.state is BatchState.PICKED
        assert session.scalars(select(OrderRow.state)).all() == [OrderState.PICKED, OrderState.PICKED]
        assert session.scalars(select(OrderLineRow.picked).order_by(OrderLineRow.id)).all() == [3, 1, 2]
        assert session.scalars(select(OrderLineRow.allocated)).all() == [0, 0, 0]
        stock = session.execute(
            select(ToteRow.code, StockRow.quantity).join(ToteRow, ToteRow.id == StockRow.place_id).order_by(StockRow.id)
        )
        assert sorted(map(tuple, stock)) == [("T1", 1), ("T1", 3), ("T2", 2)]
        assert session.scalars(select(StockRow.reserved).where(StockRow.reserved > 0)).all() == []
        assert len(session.scalars(select(ScanRow)).all()) == len(codes)
        assert batch.list_version == shift.list_version, "being done with a list is no change of it"


def test_one_scan_at_a_time_comes_to_the_same(shift: Shift) -> None:
    shift.start()
    for code in [*START, "L:S1", MUG, MUG, MUG, "T:T1"]:
        assert shift.says(code) == [Outcome.ACCEPTED]
    assert sorted(task.picked for task in rows(shift, PickTaskRow)) == [0, 0, 3]


def test_every_mismatch_is_stored_and_moves_nothing(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG)
    assert shift.says("L:S2", PEN, "0000000000000", "T:T3") == [
        Outcome.WRONG_BIN,
        Outcome.OTHER_TASK,
        Outcome.UNKNOWN_BARCODE,
        Outcome.WRONG_TOTE,
    ]
    assert len(rows(shift, ScanRow, ScanRow.status == ScanStatus.REJECTED)) == 4
    assert [task.picked for task in rows(shift, PickTaskRow)] == [0, 0, 0]
    assert shift.scan(MUG)[0].position["counted"] == 2
    assert [row.type for row in rows(shift, ExceptionRow)] == ["mismatch", "unknown_barcode"]


def test_a_case_that_is_too_many_is_refused_and_the_count_stays(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG)
    result = shift.scan("14006381333938")[0]
    assert (result.outcome, result.position["counted"]) == (Outcome.WRONG_UNIT, 1)


def test_the_same_id_again_is_the_stored_answer(shift: Shift) -> None:
    shift.start()
    scan = shift.make("K:K1")
    first = shift.database.scan([scan])[0]
    again = shift.database.scan([scan, scan])
    assert [result.status for result in again] == [ScanStatus.DUPLICATE] * 2
    assert replace(again[0], status=first.status, extra=None) == replace(first, extra=None)
    assert len(rows(shift, ScanRow)) == 1


def test_the_same_id_with_other_content_is_an_error_and_changes_nothing(shift: Shift) -> None:
    shift.start()
    scan = shift.make("K:K1")
    shift.database.scan([scan])
    result = shift.database.scan([replace(scan, code="T:T1", fingerprint="other")])[0]
    assert (result.status, result.code, result.outcome) == (ScanStatus.ERROR, "id_reused", None)
    assert len(rows(shift, ScanRow)) == 1


def test_a_number_used_twice_on_a_device_is_an_error(shift: Shift) -> None:
    shift.start()
    shift.scan("K:K1")
    result = shift.database.scan([shift.make("T:T1", seq=1)])[0]
    assert (result.status, result.code) == (ScanStatus.ERROR, "seq_reused")


def test_a_gap_in_the_numbers_becomes_an_exception(shift: Shift) -> None:
    shift.start()
    shift.scan("K:K1")
    shift.database.scan([shift.make("T:T1", seq=5)])
    found = rows(shift, ExceptionRow)
    assert [(row.type, row.subject, without_parts(row.data)) for row in found] == [
        ("lost_scans", "device:d-ana", {"first": 2, "last": 4})
    ]


def test_a_scan_for_no_batch_is_an_error_for_itself_alone(shift: Shift) -> None:
    shift.start()
    results = shift.database.scan([shift.make("K:K1", work=("batch", 99)), shift.make("K:K1")])
    assert [(result.status, result.code) for result in results] == [
        (ScanStatus.ERROR, "not_found"),
        (ScanStatus.APPLIED, None),
    ]


def test_work_goes_on_at_the_exact_step_after_a_restart(shift: Shift, open_database: Callable[..., Database]) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG)
    shift.database.close()
    shift.database = open_database(judge=ScanCounter({"batch": PickDesk()}))
    result = shift.scan(MUG)[0]
    assert (result.outcome, result.position["step"], result.position["counted"]) == (Outcome.ACCEPTED, "tote", 3)


def test_a_short_pick_splits_finds_no_more_and_counts_the_bin_once(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2")
    assert shift.says("", kind=ScanKind.SHORT, quantity=0, reason="bin_empty") == [Outcome.ACCEPTED]
    pen = rows(shift, OrderLineRow, OrderLineRow.sku == "PEN")[0]
    assert (pen.picked, pen.backordered, pen.allocated) == (0, 1, 0)
    assert [(row.reason, row.state) for row in rows(shift, CountTaskRow)] == [("bin_empty", "open")]
    assert rows(shift, BatchRow)[0].state is BatchState.PICKED
    assert "short_stock" in [row.type for row in rows(shift, ExceptionRow)]


def test_a_damaged_unit_goes_to_quarantine(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG)
    assert shift.says("", kind=ScanKind.DAMAGED, quantity=1, reason="broken") == [Outcome.ACCEPTED]
    quarantine = rows(shift, BinRow, BinRow.kind == "quarantine")[0]
    assert [row.quantity for row in rows(shift, StockRow, StockRow.place_id == quarantine.id)] == [1]
    assert [row.reason for row in rows(shift, MoveRow, MoveRow.reason == "damage")] == ["damage"]


def snapshot(shift: Shift) -> dict[str, Any]:
    """Fetch the list as the handheld does; the next scan knows its version."""
    with shift.database.read() as session:
        found = snapshot_of(session, shift.batch)
    assert found is not None
    shift.list_version = found["list_version"]
    return found


def damage_all_pens(shift: Shift) -> ScanResult:
    """Ana finds every pen of the bin broken: nothing of her task can be had."""
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2")
    return shift.scan("", kind=ScanKind.DAMAGED, quantity=5, reason="broken")[0]


def test_whose_own_report_ends_the_task_is_told_and_goes_on(shift: Shift) -> None:
    """The verdict cannot know what others were promised; the list that follows it says what is left."""
    result = damage_all_pens(shift)
    assert (result.outcome, result.list_version > shift.list_version) == (Outcome.ACCEPTED, True)
    found = snapshot(shift)
    assert found["position"]["step"] == "finished"
    assert [(task["state"], task.get("short", 0)) for task in found["tasks"]][-1] == ("short", 1)
    assert rows(shift, BatchRow)[0].state is BatchState.PICKED
    assert rows(shift, OrderLineRow)[1].backordered == 1


def test_damage_taken_back_asks_for_the_units_again(shift: Shift) -> None:
    damage_all_pens(shift)
    snapshot(shift)
    assert shift.says("", kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert snapshot(shift)["position"]["step"] == "item"
    assert rows(shift, OrderLineRow)[1].backordered == 0
    assert shift.says(PEN, "T:T1") == [Outcome.ACCEPTED] * 2
    assert rows(shift, BatchRow)[0].state is BatchState.PICKED


def test_units_in_the_hand_still_count_when_damage_left_less_of_their_task(shift: Shift) -> None:
    """Offline, three mugs in the hand: one is broken, nothing else is there, and two go into the tote."""
    shift.start()
    make.build(shift.database, _stock_of("MUG", 5))  # 3 for Ana's first order, 2 for her second
    shift.scan(*START, "L:S1", MUG, MUG, MUG)
    device = {"local": Outcome.ACCEPTED, "list_version": shift.list_version}
    assert shift.says("", kind=ScanKind.DAMAGED, quantity=1, reason="broken", **device) == [Outcome.ACCEPTED]
    assert rows(shift, PickTaskRow)[0].short == 1
    assert shift.says("T:T1", **device) == [Outcome.ACCEPTED]
    assert next(task.picked for task in rows(shift, PickTaskRow)) == 2
    assert rows(shift, PutBackRow) == []


def test_damage_and_its_undo_offline_lose_nothing(shift: Shift) -> None:
    shift.start()
    make.build(shift.database, _stock_of("MUG", 5))
    shift.scan(*START, "L:S1", MUG, MUG, MUG)
    device = {"local": Outcome.ACCEPTED, "list_version": shift.list_version}
    assert shift.says("", kind=ScanKind.DAMAGED, quantity=1, reason="broken", **device) == [Outcome.ACCEPTED]
    assert shift.says("", kind=ScanKind.UNDO, **device) == [Outcome.ACCEPTED]
    assert shift.says("T:T1", **device) == [Outcome.ACCEPTED]
    assert next(task.picked for task in rows(shift, PickTaskRow)) == 3


def test_undoing_damage_leaves_an_earlier_short_alone(shift: Shift) -> None:
    shift.start()
    make.build(shift.database, _stock_of("MUG", 5))
    shift.scan(*START, "L:S1", MUG)
    assert shift.says("", kind=ScanKind.SHORT, quantity=2, reason="bin_empty") == [Outcome.ACCEPTED]
    snapshot(shift)
    assert shift.says("", kind=ScanKind.DAMAGED, quantity=2, reason="broken") == [Outcome.ACCEPTED]
    assert rows(shift, PickTaskRow)[0].short == 2
    snapshot(shift)
    assert shift.says("", kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    task = rows(shift, PickTaskRow)[0]
    assert (task.short, task.short_reason) == (2, "bin_empty")


def _stock_of(sku: str, quantity: int) -> Callable[[Session], None]:
    """Let so many of an item lie in its bin."""

    def recipe(session: Session) -> None:
        item = session.scalars(select(make.ItemRow.id).where(make.ItemRow.sku == sku)).one()
        session.scalars(select(StockRow).where(StockRow.item_id == item)).one().quantity = quantity

    return recipe


def test_the_scan_behind_a_task_passed_by_is_told_of_the_next(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1")
    first, _, third = rows(shift, PickTaskRow)  # the second one is at the next bin

    def end(session: Session) -> None:
        task = session.get_one(PickTaskRow, first.id)
        task.short, task.state, task.version = task.wanted, "short", shift.list_version
        session.get_one(BatchRow, shift.batch).revision += 1

    make.build(shift.database, end)
    assert shift.says(MUG) == [Outcome.ACCEPTED]
    scan = rows(shift, ScanRow)[-1]
    assert (scan.task_id, scan.step) == (third.id, "item")


def test_a_task_ended_by_somebody_elses_report_is_told_once_and_passed_by(shift: Shift) -> None:
    """Cleo breaks all pens; Ana, on her way to hers, is told by her list, or by her next scan where that is older."""
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2")

    def recipe(session: Session) -> tuple[int, int]:
        pen = session.scalars(select(make.ItemRow.id).where(make.ItemRow.sku == "PEN")).one()
        make.a_cart(session, "K2")
        make.a_tote(session, "T9")
        order = make.an_order(session, {pen: 1}, number="1003")
        return make.a_person(session, "Cleo"), make.a_batch(session, [order], number="B-2")

    cleo, batch = make.build(shift.database, recipe)
    other = Shift(shift.database, cleo, batch, device="d-cleo").start()
    other.scan("K:K2", "T:T9", "L:S2")
    assert other.says("", kind=ScanKind.DAMAGED, quantity=5, reason="broken") == [Outcome.ACCEPTED]
    told = shift.scan("L:S2")[0]
    assert (told.outcome, told.position["step"]) == (Outcome.ALREADY_DONE, "finished")
    assert snapshot(shift)["position"]["step"] == snapshot(other)["position"]["step"] == "finished"
    assert {row.state for row in rows(shift, BatchRow)} == {BatchState.PICKED}


def test_undo_takes_back_the_last_own_pick(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1")
    assert shift.says("", kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert [task.picked for task in rows(shift, PickTaskRow)] == [0, 0, 0]
    assert [row.reason for row in rows(shift, MoveRow)][-2:] == ["pick", "unpick"]
    mug = rows(shift, StockRow, StockRow.reserved > 0)
    assert sorted((row.quantity, row.reserved) for row in mug) == [(5, 1), (20, 5)]


def test_after_a_take_over_the_old_device_is_not_the_owner_and_what_it_did_becomes_work(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1")
    old = shift.epoch
    cleo = make.build(shift.database, lambda session: make.a_person(session, "Cleo"))
    held = shift.database.run(take_batch_over, shift.hold("d-cleo", cleo))
    result = shift.scan(MUG, local=Outcome.ACCEPTED)[0]
    assert (held.epoch, result.outcome, result.status) == (old + 1, Outcome.NOT_OWNER, ScanStatus.REJECTED)
    follow_up = result.follow_up
    assert follow_up["kind"] == "put_back"
    assert [(row.id, row.quantity, row.booked) for row in rows(shift, PutBackRow)] == [(follow_up["id"], 1, False)]


def test_a_tote_that_is_full_is_followed_by_another_of_the_same_order(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG)
    assert shift.says("", kind=ScanKind.TOTE_FULL) == [Outcome.ACCEPTED]
    assert shift.says("T:T2", "T:T3", MUG, "T:T3") == [Outcome.WRONG_TOTE, *[Outcome.ACCEPTED] * 3]
    with shift.database.read() as session:
        snapshot = snapshot_of(session, shift.batch)
    assert snapshot is not None
    assert snapshot["slots"][0] == {"slot": 1, "order": "1001", "tote": "T3", "earlier": ["T1"], "locked": None}


def _another_batch(session: Session) -> tuple[int, int]:
    mug = session.query(make.ItemRow.id).filter_by(sku="MUG").scalar()
    make.a_cart(session, "K2")
    make.a_tote(session, "T9")
    order = make.an_order(session, {mug: 1}, number="1003")
    return make.a_person(session, "Cleo"), make.a_batch(session, [order], number="B-2")


def test_two_batches_in_one_group_do_not_disturb_each_other(shift: Shift) -> None:
    shift.start()

    cleo, batch = make.build(shift.database, _another_batch)
    other = Shift(shift.database, cleo, batch, device="d-cleo").start()
    scans = [shift.make("K:K1"), other.make("K:K2"), shift.make("T:T1"), other.make("T:T9"), other.make("L:S1")]
    assert [result.outcome for result in shift.database.scan(scans)] == [Outcome.ACCEPTED] * 5


def test_a_batch_taken_over_is_looked_up_again_although_others_scanned_meanwhile(shift: Shift) -> None:
    """What one batch's scans leave still says nothing of another that nobody has looked up since."""
    shift.start()
    assert shift.says("K:K1") == [Outcome.ACCEPTED]
    cleo, batch = make.build(shift.database, _another_batch)
    other = Shift(shift.database, cleo, batch, device="d-cleo").start()
    assert other.says("K:K2", "T:T9") == [Outcome.ACCEPTED] * 2
    held = shift.database.run(take_batch_over, shift.hold("d-ana-2"))
    shift.device, shift.epoch = "d-ana-2", held.epoch
    assert other.says("L:S1") == [Outcome.ACCEPTED]
    assert shift.says("T:T1", "T:T2", "L:S1") == [Outcome.ACCEPTED] * 3


def test_undoing_the_last_pick_takes_a_picked_batch_up_again(shift: Shift) -> None:
    shift.start()
    shift.scan(*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2", PEN, "T:T1")
    assert rows(shift, BatchRow)[0].state is BatchState.PICKED
    assert shift.says("", kind=ScanKind.UNDO) == [Outcome.ACCEPTED]
    assert (rows(shift, BatchRow)[0].state, rows(shift, BatchRow)[0].picked_at) == (BatchState.PICKING, None)
    assert shift.says("T:T1") == [Outcome.ACCEPTED]
    assert rows(shift, BatchRow)[0].state is BatchState.PICKED


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        ({}, Outcome.ACCEPTED),
        ({"expires_at": make.NOON + timedelta(hours=1)}, Outcome.ACCEPTED),
        ({"expires_at": make.NOON}, Outcome.POLICY),
        ({"active": False}, Outcome.POLICY),
    ],
    ids=["a lead", "before the last day is over", "after it", "disabled"],
)
def test_the_badge_of_a_lead_who_works_here_lifts_a_stop(
    shift: Shift, ended: dict[str, object], outcome: Outcome
) -> None:
    shift.start()
    shift.scan(*START, "L:S1")

    def stop(session: Session) -> None:
        lea = session.get_one(PersonRow, make.a_person(session, "Lea", Role.LEAD))
        for name, value in ended.items():
            setattr(lea, name, value)
        batch = session.get_one(BatchRow, shift.batch)
        batch.position, batch.revision = {**(batch.position or {}), "lead": True}, batch.revision + 1

    make.build(shift.database, stop)
    assert shift.says("U:LEA") == [outcome]
