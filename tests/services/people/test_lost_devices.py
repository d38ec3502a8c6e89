"""A device is gone with scans on it: nothing of its work is completed, a lead frees it, late scans stay late."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.picking.test_scans import MUG, START, Shift
from warehouse.domain.codes import BatchState, Outcome, Role
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError, UnsentScansError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Actor
from warehouse.services.batches.leases import Hold, close_batch
from warehouse.services.people.lost_devices import DeclareLost, LostDevice, declare_lost
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import start_batch, take_batch_over
from warehouse.services.scanning.groups import ScanCounter, ScanResult
from warehouse.services.scanning.pulses import Pulse, note_pulse
from warehouse.services.scanning.silence import NoteSilence, note_silent_devices
from warehouse.services.site import load_site
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, LeaseRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import DeviceRow
from warehouse.storage.queries.packing.work import load_pack

SOON = make.NOON + timedelta(minutes=1)


@dataclass
class Hall(Shift):
    """Ana's batch of one order, and Lea, who leads."""

    lea: int = 0

    @property
    def lead(self) -> Actor:
        return Actor(self.lea, Role.LEAD, "Lea")

    def beat(self, pending: int, *, minutes: int = 0, last: int | None = None) -> None:
        at = make.NOON + timedelta(minutes=minutes)
        beat = Pulse(
            actor=self.actor(),
            at=at,
            device=self.device,
            proven=self.device,
            last_seq=(0 if pending == 0 else 10**6) if last is None else last,
            pending=pending,
            persisted=True,
        )
        self.database.run(note_pulse, beat)

    def lose(self, reason: str = "fell into the baler") -> LostDevice:
        return self.database.run(declare_lost, DeclareLost(actor=self.lead, at=SOON, device=self.device, reason=reason))

    def hold_as_lea(self) -> Hold:
        return Hold(actor=self.lead, at=SOON, batch=self.batch, device="d-lea")

    def finish_as_lea(self) -> None:
        """Lea takes the batch over and picks what is left."""
        held = self.database.run(take_batch_over, self.hold_as_lea())
        other = Hall(
            self.database, self.lea, self.batch, device="d-lea", epoch=held.epoch, list_version=held.list_version
        )
        assert other.says("L:S1", MUG, MUG, MUG) == [Outcome.ACCEPTED] * 4

    def batch_row(self) -> BatchRow:
        with self.database.read() as session:
            return session.get_one(BatchRow, self.batch)

    def unsent(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(LeaseRow.device).where(LeaseRow.unsent)))

    def entries(self, kind: ExceptionType) -> list[ExceptionRow]:
        with self.database.read() as session:
            return list(
                session.scalars(select(ExceptionRow).where(ExceptionRow.type == kind).order_by(ExceptionRow.id))
            )


@pytest.fixture
def hall(open_database: Callable[..., Database]) -> Hall:
    return a_hall(open_database(judge=ScanCounter({"batch": PickDesk()})))


def a_hall(database: Database) -> Hall:
    """One order of three mugs from S1; Ana has it in hand and has bound its tote."""

    def recipe(session: Session) -> tuple[int, int, int]:
        ana, lea = make.a_person(session, "Ana"), make.a_person(session, "Lea", Role.LEAD)
        near, mug = make.a_bin(session, "S1", walk=1), make.an_item(session, "MUG", MUG)
        make.some_stock(session, near, mug, 20)
        make.a_cart(session, "K1")
        make.a_tote(session, "T1")
        return ana, lea, make.a_batch(session, [make.an_order(session, {mug: 3}, number="1001")])

    ana, lea, batch = make.build(database, recipe)
    hall = Hall(database, ana, batch, lea=lea)
    hall.start()
    hall.scan(*START[:2])
    return hall


def test_a_batch_is_not_ended_while_the_device_it_was_taken_from_keeps_scans(hall: Hall) -> None:
    hall.beat(pending=2)
    hall.finish_as_lea()
    with pytest.raises(UnsentScansError, match=r"Device d-ana \(Ana\) may still keep scans of this batch"):
        hall.database.run(close_batch, hall.hold_as_lea())
    assert hall.unsent() == ["d-ana"]


def test_once_the_device_says_that_all_is_sent_the_batch_can_end(hall: Hall) -> None:
    hall.beat(pending=2)
    hall.finish_as_lea()
    hall.beat(pending=0, minutes=2)
    hall.database.run(close_batch, hall.hold_as_lea())
    assert (hall.unsent(), hall.batch_row().state) == ([], BatchState.CLOSED)


def test_a_device_that_was_silent_when_its_work_went_elsewhere_counts_as_one_that_keeps_scans(hall: Hall) -> None:
    hall.finish_as_lea()
    assert hall.unsent() == ["d-ana"]


def test_a_device_that_was_heard_of_a_moment_ago_with_nothing_to_send_holds_nothing_up(hall: Hall) -> None:
    hall.beat(pending=0, minutes=1)
    hall.finish_as_lea()
    hall.database.run(close_batch, hall.hold_as_lea())
    assert hall.batch_row().state is BatchState.CLOSED


def test_a_lead_cannot_end_a_batch_from_the_desk_over_the_head_of_a_device_with_scans(hall: Hall) -> None:
    assert hall.says("L:S1", MUG, MUG, MUG) == [Outcome.ACCEPTED] * 4
    hall.beat(pending=1)
    with pytest.raises(UnsentScansError):
        hall.database.run(close_batch, hall.hold_as_lea())
    hall.database.run(close_batch, hall.hold())
    assert hall.batch_row().state is BatchState.CLOSED


def test_a_lost_devices_open_batch_is_free_at_once_and_its_orders_are_counted_twice(hall: Hall) -> None:
    hall.beat(pending=2)
    assert hall.lose() == LostDevice(device="d-ana", batches=("B-1",), recounted=("1001",))
    row = hall.batch_row()
    assert (row.state, row.person_id, row.device) == (BatchState.RELEASED, None, None)
    with hall.database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        work = load_pack(session.connection(), "1001", load_site(session))
        assert order.instructions == [{"kind": "double_check", "text": "Device d-ana was lost with this order"}]
        assert work is not None
        assert work.work.second is not None
        lost = session.scalars(select(AuditRow).where(AuditRow.action == "device_lost")).one()
        assert "baler" not in lost.details
    assert [it.text for it in hall.entries(ExceptionType.LOST_SCANS)] == [
        "Device d-ana was declared lost. 2 scans on it have not arrived. Its orders are counted twice at pack."
    ]
    hall.finish_as_lea()
    hall.database.run(close_batch, hall.hold_as_lea())
    assert hall.batch_row().state is BatchState.CLOSED


def test_a_picked_batch_of_a_lost_device_is_ended_and_goes_to_pack(hall: Hall) -> None:
    assert hall.says("L:S1", MUG, MUG, MUG) == [Outcome.ACCEPTED] * 4
    assert hall.lose().recounted == ("1001",)
    assert hall.batch_row().state is BatchState.CLOSED


def test_scans_that_turn_up_on_a_lost_device_are_kept_refused_and_become_work(hall: Hall) -> None:
    late = [hall.make("L:S1", local=Outcome.ACCEPTED), hall.make(MUG, local=Outcome.ACCEPTED)]
    hall.lose()
    answers: list[ScanResult] = hall.database.scan([replace(scan, proven=None) for scan in late])
    assert [it.outcome for it in answers] == [Outcome.NOT_OWNER] * 2
    assert any(it.follow_up for it in answers)


def test_a_lost_device_that_is_found_works_again(hall: Hall) -> None:
    hall.lose()
    held = hall.database.run(start_batch, Hold(actor=hall.actor(), at=SOON, batch=hall.batch, device="d-ana"))
    with hall.database.read() as session:
        device = session.scalars(select(DeviceRow).where(DeviceRow.name == "d-ana")).one()
        assert (device.lost_at, held.device_token is not None) == (None, True)
        assert session.scalars(select(AuditRow.action).where(AuditRow.action == "device_found")).all() == [
            "device_found"
        ]


def test_a_device_is_lost_with_a_reason_once_and_only_if_it_was_ever_here(hall: Hall) -> None:
    with pytest.raises(InvalidInputError, match="Say why"):
        hall.lose("  ")
    hall.lose()
    with pytest.raises(ConflictError, match="lost already"):
        hall.lose()
    with pytest.raises(NotFoundError, match="There is no device d-none"):
        hall.database.run(declare_lost, DeclareLost(actor=hall.lead, at=SOON, device="d-none", reason="gone"))


def test_a_new_name_in_the_hands_of_who_has_work_on_another_device_is_told_as_a_loss(hall: Hall) -> None:
    hall.beat(pending=3)
    hall.database.run(take_batch_over, hall.hold(device="d-new"))
    (entry,) = hall.entries(ExceptionType.LOST_SCANS)
    assert entry.subject == "device:d-ana"
    assert entry.text.startswith("d-new took the place of device d-ana, on which 3 scans had not arrived.")


def test_silent_devices_that_are_known_keep_no_other_one_from_being_told(hall: Hall) -> None:
    def recipe(session: Session) -> None:
        for number in range(45):
            long_ago = make.NOON - timedelta(hours=1)
            session.add(DeviceRow(name=f"d-{number}", first_seen_at=long_ago, seen_at=long_ago, pending=1))

    make.build(hall.database, recipe)
    look = NoteSilence(actor=hall.lead, at=make.NOON)
    assert [hall.database.run(note_silent_devices, look) for _ in range(4)] == [20, 20, 5, 0]


def test_a_device_silent_with_scans_on_it_is_told_once(hall: Hall) -> None:
    hall.beat(pending=4)
    at = make.NOON + timedelta(minutes=11)
    look = NoteSilence(actor=hall.lead, at=at)
    assert [hall.database.run(note_silent_devices, look) for _ in range(2)] == [1, 0]
    assert [it.text for it in hall.entries(ExceptionType.LOST_SCANS)] == [
        "Device d-ana is silent. 4 scans on it have not arrived. Find it, or declare it lost."
    ]


def open_entries(hall: Hall) -> list[tuple[str, str | None]]:
    return [(it.state, it.resolution) for it in hall.entries(ExceptionType.LOST_SCANS)]


def silent(hall: Hall) -> int:
    at = make.NOON + timedelta(minutes=11)
    return hall.database.run(note_silent_devices, NoteSilence(actor=hall.lead, at=at))


ARRIVED = ("resolved", "All its scans have arrived.")


def test_a_device_that_was_silent_and_has_sent_all_since_needs_no_lead(hall: Hall) -> None:
    hall.beat(pending=4)
    silent(hall)
    hall.beat(pending=1, minutes=12)
    assert open_entries(hall) == [("open", None)]
    hall.beat(pending=0, minutes=13)
    assert open_entries(hall) == [ARRIVED]
    hall.beat(pending=2, minutes=14)
    at = make.NOON + timedelta(minutes=30)
    assert hall.database.run(note_silent_devices, NoteSilence(actor=hall.lead, at=at)) == 1


def test_a_gap_is_closed_by_the_scans_that_were_missing_and_by_no_pulse_before(hall: Hall) -> None:
    missing, ahead = hall.make("L:S1"), hall.make(MUG)
    hall.database.scan([ahead])
    hall.beat(pending=0, minutes=1, last=ahead.seq)
    assert open_entries(hall) == [("open", None)]
    hall.database.scan([missing])
    hall.beat(pending=0, minutes=2, last=ahead.seq)
    assert open_entries(hall) == [ARRIVED]


def test_what_was_told_of_a_lost_device_stays_with_the_lead_when_it_is_found(hall: Hall) -> None:
    hall.lose()
    hall.database.run(start_batch, Hold(actor=hall.actor(), at=SOON, batch=hall.batch, device="d-ana"))
    hall.beat(pending=0, minutes=2, last=0)
    assert open_entries(hall) == [("open", None)]


def test_an_entry_that_tells_of_two_losses_is_not_settled_by_the_end_of_one(hall: Hall) -> None:
    hall.beat(pending=4)
    silent(hall)
    hall.make("L:S1")
    ahead = hall.make(MUG)
    hall.database.scan([ahead])
    hall.beat(pending=0, minutes=12, last=ahead.seq)
    assert open_entries(hall) == [("open", None)]
