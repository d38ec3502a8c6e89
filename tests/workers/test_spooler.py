"""Jobs to printers with every fault there is: each comes out once, or a person is asked."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from printers.transports import FolderTransport
from printers.transports.base import SendResult
from tests.builders import NOON, build
from tests.printers.fake_zebra import FakeZebra, Fault
from tests.serving import ROOT, eventually
from tests.workers.spooling import (
    a_printer,
    attention,
    become,
    job_row,
    printer_at,
    questions,
    queued,
    spooling,
    states,
)
from warehouse.children import Children
from warehouse.domain.codes import PrintJobState
from warehouse.domain.words import parts_of
from warehouse.printing import Device, Reach
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.answers import ConfirmJob, JobAsked, ReprintJob, confirm_job, reprint_job, retry_job
from warehouse.services.printing.jobs import NO_PRINTER, QueueJob, queue_job
from warehouse.services.printing.printers import ChangePrinter, change_printer
from warehouse.services.printing.spooling import (
    AtPrinter,
    Departing,
    Ended,
    Ending,
    OfJob,
    begin_sending,
    claim_job,
    end_sending,
    put_off_job,
    release_job,
)
from warehouse.storage.database import Database
from warehouse.storage.models.printing import PrinterRow, StationPrinterRow
from warehouse.workers import utc_now
from warehouse.workers.printer_thread import PrinterThread, Tools

WORDS = {Fault.PAPER_OUT: "check paper", Fault.HEAD_OPEN: "check paper", Fault.PAUSED: "paused"}
"""What the station shows for a fault."""


@pytest.fixture
def zebra() -> Iterator[FakeZebra]:
    with FakeZebra() as printer:
        yield printer


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Database]:
    """An SQLite database: what is tested here is the same on both kinds."""
    database = Database(sqlite_url)
    yield database
    database.close()


def test_jobs_come_out_in_the_order_they_were_asked_for(
    database: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(database, zebra.port)
    keys = queued(database, "S1", "S2")
    with spooling(database, children, tmp_path, zebra.port):
        assert become(database, keys, "sent", "sent")
        keys += queued(database, "S3")
        assert become(database, keys, "sent", "sent", "sent")
    assert [name in label for name, label in zip((b"S1", b"S2", b"S3"), zebra.printed, strict=True)] == [True] * 3
    assert (attention(database, printer), questions(database)) == (None, [])


def test_a_folder_gets_a_file_named_by_job_and_kind_and_vouches_for_it(
    database: Database, children: Children, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    build(database, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    with spooling(database, children, tmp_path):
        keys = queued(database, "S1")
        assert become(database, keys, "confirmed")
    assert [path.name for path in (tmp_path / "paper").iterdir()] == [f"{keys[0]}-bin.pdf"]
    assert job_row(database, keys[0]).how_confirmed == "device"


@pytest.mark.parametrize("fault", list(WORDS))
def test_a_printer_that_needs_a_person_gets_nothing_until_it_is_ready(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path, fault: Fault
) -> None:
    printer = printer_at(house, zebra.port)
    zebra.fault = fault
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "waiting_printer")
        assert eventually(lambda: WORDS[fault] in (attention(house, printer) or ""))
        assert (zebra.printed, zebra.held) == ([], [])
        zebra.repair()
        assert become(house, keys, "sent")
        assert len(zebra.wait_for(1)) == 1
        assert eventually(lambda: attention(house, printer) is None)


def test_a_printer_that_refuses_connections_gets_its_job_when_it_is_back(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer_at(house, zebra.port)
    zebra.refuse()
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "waiting_printer")
        zebra.accept_again()
        assert become(house, keys, "sent")
    assert len(zebra.printed) == 1


@pytest.mark.parametrize("after", [1, 60])
def test_a_job_cut_on_the_way_is_a_question_and_never_sent_again(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path, after: int
) -> None:
    printer_at(house, zebra.port)
    zebra.fault, zebra.reset_after = Fault.RESET, after
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "in_doubt")
        zebra.repair()
        assert "did it print?" in questions(house)[0]
        keys += queued(house, "S2")
        assert become(house, keys, "in_doubt", "sent")
    assert [b"S2" in label for label in zebra.printed] == [True]


def test_a_printer_that_falls_silent_after_a_job_leaves_a_question(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer_at(house, zebra.port)
    zebra.paper_left = 0
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "in_doubt", within=120)
        zebra.repair()
        asked = ConfirmJob(actor=SYSTEM, at=NOON, job=keys[0])
        house.run(confirm_job, asked)
    assert (len(zebra.printed), states(house, keys), questions(house)) == (1, ["confirmed"], [])


def test_what_did_not_come_out_is_printed_again_with_a_mark(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer_at(house, zebra.port)
    zebra.paper_left = 0
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "in_doubt", within=120)
        zebra.held.clear()
        zebra.repair()
        keys.append(house.run(reprint_job, ReprintJob(actor=SYSTEM, at=NOON, job=keys[0], reason="nothing came out")))
        assert become(house, keys, "failed", "sent")
    assert ([b"REPRINT 1" in label for label in zebra.printed], questions(house)) == ([True], [])


def test_killed_between_sending_and_marking_it_asks_instead_of_sending_again(
    sqlite_url: str, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    house = Database(sqlite_url)
    printer_at(house, zebra.port)
    keys = queued(house, "S1", "S2")
    house.close()
    zebra.delay = 3.0
    victim = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        [sys.executable, "-m", "tests.workers.spooling", sqlite_url, str(tmp_path), str(zebra.port)], cwd=ROOT
    )
    reader = Database(sqlite_url)
    try:
        assert become(reader, keys, "sending", "queued", within=120)
        assert eventually(lambda: zebra.begun == 1)  # the printer has it all by now
        victim.kill()
        victim.wait(10)
        zebra.delay = 0.0
        assert len(zebra.wait_for(1, patience=30.0)) == 1
        with spooling(reader, children, tmp_path, zebra.port):
            assert become(reader, keys, "in_doubt", "sent")
    finally:
        victim.kill()
        victim.wait(10)
        reader.close()
    assert [name in label for name, label in zip((b"S1", b"S2"), zebra.printed, strict=True)] == [True, True]


def test_a_file_that_lies_in_its_folder_after_a_crash_came_out(
    house: Database, children: Children, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    build(house, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    keys = queued(house, "S1", "S2", "S3")

    def interrupt(session: Session) -> None:
        for key, state in zip(keys, ("sending", "sending", "claimed"), strict=True):
            row = session.merge(job_row(house, key))
            row.state, row.extension = type(row.state)(state), "pdf"

    build(house, interrupt)
    (tmp_path / "paper" / f"{keys[0]}-bin.pdf").write_bytes(b"%PDF")
    with spooling(house, children, tmp_path):
        assert become(house, keys, "confirmed", "in_doubt", "confirmed")
    assert len(questions(house)) == 1


def test_content_that_cannot_be_printed_fails_by_name_and_holds_nobody_up(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer_at(house, zebra.port)
    bad = QueueJob(actor=SYSTEM, at=NOON, key="bad", document={"kind": "bin", "code": "S1", "barcode": "L:中"})
    keys = [house.run(queue_job, bad), *queued(house, "S2")]
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "failed", "sent")
    assert "barcode" in (job_row(house, keys[0]).error or "")
    assert ["barcode" in text for text in questions(house)] == [True]
    with pytest.raises(Exception, match="never left"):
        house.run(reprint_job, ReprintJob(actor=SYSTEM, at=NOON, job=keys[0], reason="again"))
    house.run(retry_job, JobAsked(actor=SYSTEM, at=NOON, job=keys[0]))
    assert (states(house, keys[:1]), questions(house)) == (["queued"], [])


def test_a_job_that_breaks_the_renderer_fails_in_words_of_the_catalogue_and_holds_nobody_up(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer_at(house, zebra.port)
    keys = queued(house, "S1", "S2")
    render = Children.run

    def broken(self: Children, work: Any, documents: list[dict[str, Any]], *others: Any) -> Any:
        if documents[0]["code"] == "S1":
            raise KeyError("lines")
        return render(self, work, documents, *others)

    monkeypatch.setattr(Children, "run", broken)
    with spooling(house, children, tmp_path, zebra.port):
        assert become(house, keys, "failed", "sent")
    assert parts_of(job_row(house, keys[0]).error or "") == [["the server's log says why", {}]]


def test_jobs_that_never_left_go_to_the_next_printer(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    first = printer_at(house, zebra.port)
    zebra.fault = Fault.PAPER_OUT
    with FakeZebra() as spare:
        second = printer_at(house, spare.port, "Spare", rank=2)
        keys = queued(house, "S1")
        with spooling(house, children, tmp_path, zebra.port, spare.port):
            assert become(house, keys, "sent")
            assert len(spare.wait_for(1)) == 1
    assert (job_row(house, keys[0]).printer_id, zebra.held) == (second, [])
    assert (attention(house, first) is not None, attention(house, second)) == (True, None)


def test_a_printer_set_up_later_takes_the_jobs_that_had_none(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    keys = queued(house, "S1")
    assert job_row(house, keys[0]).error == NO_PRINTER
    with spooling(house, children, tmp_path, zebra.port) as spooler:
        printer_at(house, zebra.port)
        queued(house, "S2")
        spooler._wake.set()
        assert become(house, keys, "sent")


def test_jobs_of_a_printer_that_is_switched_off_go_to_another_one(
    house: Database, children: Children, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    first = printer_at(house, 1)
    second = build(house, lambda session: a_printer(session, "Office", "paper", rank=2, profile="a4_laser_600"))
    slips = QueueJob(actor=SYSTEM, at=NOON, key="slip", document={"kind": "command_sheet"}, printer=first)
    build(house, lambda session: session.execute(delete(StationPrinterRow).where(StationPrinterRow.role == "document")))
    alone = house.run(queue_job, slips)
    keys = queued(house, "S1")
    house.run(change_printer, ChangePrinter(actor=SYSTEM, at=NOON, printer=first, active=False))
    with spooling(house, children, tmp_path):
        assert become(house, keys, "confirmed")
    assert job_row(house, keys[0]).printer_id == second
    assert (job_row(house, alone).printer_id, job_row(house, alone).state) == (first, "queued")


def test_a_printer_switched_off_and_on_again_while_it_sends_goes_on(
    house: Database, children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paper").mkdir()
    sending, goes_on, send = threading.Event(), threading.Event(), FolderTransport.send

    def send_slowly(way: FolderTransport, content: bytes, name: str) -> SendResult:
        sending.set()
        goes_on.wait(30)
        return send(way, content, name)

    monkeypatch.setattr(FolderTransport, "send", send_slowly)
    monkeypatch.setattr("warehouse.workers.spooler.STOP_WITHIN", 0.1)
    printer = build(house, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    keys = queued(house, "S1", "S2")
    with spooling(house, children, tmp_path) as spooler:
        assert sending.wait(30)
        for active in (False, True):
            house.run(change_printer, ChangePrinter(actor=SYSTEM, at=NOON, printer=printer, active=active))
            time.sleep(0.5)
        goes_on.set()
        assert become(house, keys[:1], "confirmed")
        spooler._wake.set()
        assert become(house, keys, "confirmed", "confirmed", within=10)


def test_a_printer_outside_of_what_is_allowed_is_never_spoken_to(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(house, zebra.port)
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port + 1):
        assert become(house, keys, "waiting_printer")
    assert "not on the list" in (attention(house, printer) or "")
    assert (zebra.asked, zebra.printed) == (0, [])


def test_a_printer_whose_address_changes_is_reached_at_the_new_one(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(house, zebra.port + 1)
    keys = queued(house, "S1")
    with spooling(house, children, tmp_path, zebra.port, zebra.port + 1) as spooler:
        assert become(house, keys, "waiting_printer")

        def move(session: Session) -> None:
            session.get_one(PrinterRow, printer).address = f"127.0.0.1:{zebra.port}"

        build(house, move)
        spooler._wake.set()
        assert become(house, keys, "sent")
    assert len(zebra.printed) == 1


def test_a_job_given_back_before_its_first_byte_is_queued_and_may_go_again(house: Database) -> None:
    printer = build(house, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    keys = queued(house, "S1")
    at = AtPrinter(actor=SYSTEM, at=NOON, printer=printer)
    house.run(claim_job, at)
    house.run(begin_sending, Departing(actor=SYSTEM, at=NOON, job=keys[0], extension="pdf"))
    house.run(release_job, OfJob(actor=SYSTEM, at=NOON, job=keys[0]))
    row = job_row(house, keys[0])
    assert (row.state.value, row.sent_at) == ("queued", None)


def test_a_job_that_loses_its_helper_three_times_fails_and_holds_nobody_up(house: Database) -> None:
    printer = build(house, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    keys = queued(house, "S1", "S2")
    for minute in range(3):
        at = NOON.replace(minute=minute)
        claimed = house.run(claim_job, AtPrinter(actor=SYSTEM, at=at, printer=printer))
        assert claimed is not None
        assert claimed.job == keys[0]
        house.run(put_off_job, OfJob(actor=SYSTEM, at=at, job=keys[0], reason="A helper process was lost."))
        behind = house.run(claim_job, AtPrinter(actor=SYSTEM, at=at, printer=printer))
        assert behind is not None
        assert behind.job == keys[1]
        house.run(release_job, OfJob(actor=SYSTEM, at=at, job=keys[1]))
    assert (states(house, keys), len(questions(house))) == (["failed", "queued"], 1)


def test_a_label_that_dies_on_its_way_stays_dead(house: Database) -> None:
    printer = build(house, lambda session: a_printer(session, "Office", "paper", profile="a4_laser_600"))
    keys = queued(house, "S1")
    house.run(claim_job, AtPrinter(actor=SYSTEM, at=NOON, printer=printer))

    def die(session: Session) -> None:
        row = session.merge(job_row(house, keys[0]))
        row.state = PrintJobState.VOIDED

    build(house, die)
    assert house.run(begin_sending, Departing(actor=SYSTEM, at=NOON, job=keys[0], extension="pdf")) is False
    house.run(end_sending, Ended(actor=SYSTEM, at=NOON, job=keys[0], ending=Ending.SENT))
    assert states(house, keys) == ["voided"]


def test_a_label_that_does_not_fit_what_is_loaded_is_refused_and_goes_on_with_the_right_roll(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(house, zebra.port)

    def load(media: str) -> None:
        build(house, lambda session: setattr(session.get_one(PrinterRow, printer), "media", media))

    load("2x1in")
    document = {
        "kind": "shipping_label",
        "from_lines": ["Shop"],
        "to_lines": ["Ana", "Street 1", "Kiel"],
        "order_number": "1042",
        "sscc": "340123450000000017",
        "carrier": "Post",
    }
    key = house.run(queue_job, QueueJob(actor=SYSTEM, at=NOON, key="wide", document=document, printer=printer))
    with spooling(house, children, tmp_path, zebra.port) as spooler:
        assert become(house, [key], "failed")
        assert (len(questions(house)), zebra.printed) == (1, [])
        load("4x6in")
        spooler._wake.set()
        house.run(retry_job, JobAsked(actor=SYSTEM, at=NOON, job=key))
        assert become(house, [key], "sent")
    assert len(zebra.wait_for(1)) == 1


def test_a_job_claimed_for_a_printer_as_it_was_goes_back_for_the_printer_as_it_is(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(house, zebra.port)
    key = queued(house, "S1")
    reach = Reach(folder=tmp_path, hosts=(f"127.0.0.1:{zebra.port}",))
    before = Device(transport="tcp9100", address=f"127.0.0.1:{zebra.port}", profile="zebra_203", media="2x1in")
    thread = PrinterThread(printer, before, Tools(database=house, children=children, reach=reach, clock=utc_now))
    thread.start()
    assert thread.join(30)
    assert (states(house, key), zebra.printed, questions(house)) == (["queued"], [], [])


def test_a_printers_trouble_is_named_while_its_job_waits_and_ends_with_it(
    house: Database, children: Children, zebra: FakeZebra, tmp_path: Path
) -> None:
    printer = printer_at(house, zebra.port)
    zebra.names_errors, zebra.fault = True, Fault.PAPER_OUT
    with spooling(house, children, tmp_path, zebra.port):
        keys = queued(house, "S1")
        assert become(house, keys, "waiting_printer")
        assert (attention(house, printer), job_row(house, keys[0]).error) == ("paper out", "paper out")
        zebra.repair()
        assert become(house, keys, "sent")
    assert (attention(house, printer), len(zebra.printed)) == (None, 1)
