"""Scans laid aside are given to the lead and hold nothing up; a list in hand elsewhere is asked for first."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import builders as make
from tests.services.people.test_lost_devices import SOON, Hall, a_hall
from warehouse.domain.codes import Outcome, ScanStatus
from warehouse.domain.errors import ForbiddenError, NotOwnerError, UnsentScansError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.batches.leases import Hold, Next, close_batch, hand_back
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import start_next, take_batch_over
from warehouse.services.scanning.aside import AsideScan, GiveUp, give_up_scans
from warehouse.services.scanning.groups import ScanCounter
from warehouse.storage.database import Database

SAID = "via: expected one of: key"


@pytest.fixture
def hall(open_database: Callable[..., Database]) -> Hall:
    return a_hall(open_database(judge=ScanCounter({"batch": PickDesk()})))


def laid_aside(hall: Hall, seq: int) -> AsideScan:
    return AsideScan(
        id=uuid.UUID(int=seq),
        seq=seq,
        at=make.NOON,
        person=hall.ana,
        kind="scan",
        work=("batch", hall.batch),
        code="L:S\x1d9",
        quantity=1,
        said=SAID,
    )


def give_up(hall: Hall, *seqs: int, **who: Any) -> list[uuid.UUID]:
    scans = tuple(laid_aside(hall, seq) for seq in seqs)
    asked = {"actor": hall.actor(), "device": hall.device, "proven": hall.device} | who
    return hall.database.run(give_up_scans, GiveUp(at=SOON, scans=scans, **asked))


def test_a_scan_given_up_is_an_entry_with_what_it_held_however_often_it_is_sent(hall: Hall) -> None:
    assert give_up(hall, 3, 4) == give_up(hall, 3, 4) == [uuid.UUID(int=3), uuid.UUID(int=4)]
    first, second = hall.entries(ExceptionType.LATE_SCAN)
    assert (first.text, first.batch_id, second.subject) == (
        "Device d-ana gave up a scan of batch B-1 that was never judged: L:S 9 at 12:00. The server said: " + SAID,
        hall.batch,
        f"scan:{uuid.UUID(int=4)}",
    )
    assert first.data is not None
    assert (first.data["scan"]["code"], first.data["scan"]["seq"]) == ("L:S\x1d9", 3)


def test_what_was_given_up_is_no_gap_and_holds_nothing_up_any_more(hall: Hall) -> None:
    hall.beat(pending=1)
    hall.finish_as_lea()
    with pytest.raises(UnsentScansError):
        hall.database.run(close_batch, hall.hold_as_lea())
    give_up(hall, 3)
    hall.database.scan([hall.make("L:S1", seq=4)])
    hall.beat(pending=0, minutes=2)
    hall.database.run(close_batch, hall.hold_as_lea())
    assert hall.entries(ExceptionType.LOST_SCANS) == []


@pytest.mark.parametrize(
    "settle",
    [
        lambda hall: hall.database.scan([hall.make("L:S1", seq=3)]),
        lambda hall: give_up(hall, 3),
    ],
    ids=["sent", "given up"],
)
def test_scans_given_up_before_an_earlier_one_was_settled_hold_nothing_up(
    hall: Hall, settle: Callable[[Hall], object]
) -> None:
    hall.beat(pending=2)
    hall.finish_as_lea()
    give_up(hall, 4)
    hall.beat(pending=0, minutes=2, last=4)
    with pytest.raises(UnsentScansError):
        hall.database.run(close_batch, hall.hold_as_lea())
    settle(hall)
    hall.beat(pending=0, minutes=3, last=4)
    hall.database.run(close_batch, hall.hold_as_lea())


@pytest.mark.parametrize(
    ("given", "missing"),
    [((5,), "#3-4, #6"), ((3,), "#4-6"), ((4, 6), "#3, #5"), ((3, 4, 5, 6), None)],
)
def test_a_gap_names_no_number_that_a_lead_was_given(hall: Hall, given: tuple[int, ...], missing: str | None) -> None:
    hall.database.scan([hall.make("L:S1", seq=2)])
    give_up(hall, *given)
    hall.database.scan([hall.make("L:S1", seq=7)])
    said = [entry.text for entry in hall.entries(ExceptionType.LOST_SCANS)]
    assert said == ([f"Device d-ana lost scans {missing}. Count what it worked on again."] if missing else [])


def test_a_gap_in_very_many_parts_names_no_number_that_a_lead_was_given_either(hall: Hall) -> None:
    hall.database.scan([hall.make("L:S1", seq=2)])
    give_up(hall, *range(4, 24, 2))
    hall.database.scan([hall.make("L:S1", seq=25)])
    (entry,) = hall.entries(ExceptionType.LOST_SCANS)
    assert "lost scans #3, #5, #7, #9, #11, #13, #15, …, #23-24." in entry.text


def test_a_gap_of_very_many_numbers_is_one_stretch(hall: Hall) -> None:
    hall.database.scan([hall.make("L:S1", seq=2)])
    give_up(hall, 2**61)
    hall.database.scan([hall.make("L:S1", seq=2**62)])
    (entry,) = hall.entries(ExceptionType.LOST_SCANS)
    assert f"#3-{2**61 - 1}, #{2**61 + 1}-{2**62 - 1}." in entry.text


def test_only_who_has_the_device_gives_up_its_scans(hall: Hall) -> None:
    with pytest.raises(ForbiddenError):
        give_up(hall, 3, actor=hall.lead, proven=None)
    assert hall.entries(ExceptionType.LATE_SCAN) == []


def test_a_scan_of_which_only_the_answer_was_lost_is_no_matter_for_a_lead(hall: Hall) -> None:
    scan = hall.make("L:S1")
    hall.database.scan([scan])
    known = replace(laid_aside(hall, scan.seq), id=scan.id)
    request = GiveUp(actor=hall.actor(), at=SOON, device=hall.device, proven=hall.device, scans=(known,))
    assert hall.database.run(give_up_scans, request) == [scan.id]
    assert hall.entries(ExceptionType.LATE_SCAN) == []


def test_a_scan_that_a_lead_was_given_never_counts_though_its_device_has_not_heard_and_sends_it(hall: Hall) -> None:
    scan = hall.make("L:S1")
    (given,) = give_up(hall, scan.seq)
    (result,) = hall.database.scan([replace(scan, id=given)])
    assert (result.status, result.code) == (ScanStatus.ERROR, "id_reused")
    assert result.text == "The shift lead has this scan already. It counts for nothing."
    assert give_up(hall, scan.seq) == [given]
    assert len(hall.entries(ExceptionType.LATE_SCAN)) == 1
    assert hall.says("L:S1") == [Outcome.ACCEPTED]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["after the earlier one", "before the earlier one"])
def test_a_scan_given_up_while_an_earlier_one_is_still_unsent_never_counts(hall: Hall, order: tuple[int, int]) -> None:
    earlier, scan = hall.make("L:S1"), hall.make("L:S1")
    (given,) = give_up(hall, scan.seq)
    sent = earlier, replace(scan, id=given)
    results = hall.database.scan([sent[at] for at in order])
    statuses = {result.id: (result.status, result.code) for result in results}
    assert statuses == {
        earlier.id: (ScanStatus.APPLIED, None),
        given: (ScanStatus.ERROR, "id_reused"),
    }


def test_a_scan_given_up_by_a_device_never_heard_of_never_counts(hall: Hall) -> None:
    scan = replace(hall.make("L:S1"), device="d-new")
    (given,) = give_up(hall, scan.seq, device="d-new", proven=None)
    (result,) = hall.database.scan([replace(scan, id=given)])
    assert (result.status, result.code) == (ScanStatus.ERROR, "id_reused")


def ask_elsewhere(hall: Hall, *, minutes: int) -> NotOwnerError:
    at = make.NOON + timedelta(minutes=minutes)
    with pytest.raises(NotOwnerError) as refused:
        hall.database.run(start_next, Next(actor=hall.actor(), at=at, device="d-new", ask=True))
    return refused.value


def test_who_asks_first_hears_where_the_own_batch_is_in_hand_and_what_still_waits_there(hall: Hall) -> None:
    hall.beat(pending=2)
    refused = ask_elsewhere(hall, minutes=0)
    assert refused.about == {"batch": str(hall.batch), "holder": "d-ana"}
    assert refused.message == "List B-1 is in hand on another handheld, 2 scans not sent yet."
    hall.beat(pending=0)
    assert ask_elsewhere(hall, minutes=0).message.endswith("All its scans have arrived.")
    assert "which is silent" in ask_elsewhere(hall, minutes=9).message
    assert (hall.batch_row().device, hall.batch_row().epoch) == ("d-ana", 0)


def test_a_yes_takes_a_list_from_the_device_that_was_asked_about_and_no_other(hall: Hall) -> None:
    refused = ask_elsewhere(hall, minutes=0)
    hall.finish_as_lea()
    take = Hold(actor=hall.actor(), at=SOON, batch=hall.batch, device="d-new", holder=refused.about["holder"])
    with pytest.raises(NotOwnerError, match="taken by Lea") as again:
        hall.database.run(take_batch_over, take)
    assert again.value.about == {"batch": str(hall.batch), "holder": "d-lea"}
    taken = hall.database.run(take_batch_over, replace(take, holder="d-lea"))
    assert (taken.device, taken.person) == ("d-new", hall.ana)


def test_the_same_device_and_a_batch_handed_back_go_on_without_a_question(hall: Hall) -> None:
    ask = Next(actor=hall.actor(), at=SOON, device="d-ana", proven="d-ana", ask=True)
    held = hall.database.run(start_next, ask)
    assert held is not None
    assert (held.batch, held.epoch, held.fresh) == (hall.batch, 0, False)
    hall.database.run(hand_back, hall.hold())
    elsewhere = hall.database.run(start_next, replace(ask, device="d-new"))
    assert elsewhere is not None
    assert (elsewhere.batch, elsewhere.device) == (hall.batch, "d-new")
