"""Sending over real sockets and into real folders, with printers that fail in every way."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers.errors import TransportRefusedError
from printers.transports import (
    FolderTransport,
    PrinterState,
    PrinterStatus,
    SendOutcome,
    SendResult,
    Tcp9100Options,
    Tcp9100Transport,
)
from printers.transports.allowed import Address, allowed_address
from printers.transports.host_status import parse_errors, parse_host_status
from tests.printers.fake_zebra import FakeZebra, Fault

LABEL = b"^XA^FO10,10^GB5,5,5^FS^XZ"
READY = PrinterStatus(PrinterState.READY, waiting=0)
SILENT = PrinterStatus(PrinterState.ATTENTION, ("does not answer: check paper, ribbon and head",))


@pytest.fixture
def zebra() -> Iterator[FakeZebra]:
    with FakeZebra() as printer:
        yield printer


def transport_to(zebra: FakeZebra, *, answers: bool = True) -> Tcp9100Transport:
    return Tcp9100Transport(
        Tcp9100Options(
            host="127.0.0.1",
            port=zebra.port,
            allowed=(f"127.0.0.0/8:{zebra.port}",),
            connect_timeout=0.5,
            status_timeout=0.3,
            send_timeout=0.4,
            answers=answers,
        )
    )


def test_a_ready_printer_prints_the_label_once(zebra: FakeZebra) -> None:
    assert transport_to(zebra).send(LABEL, "17-shipping_label.zpl") == SendResult(SendOutcome.SENT, "", READY)
    assert zebra.wait_for(1) == [LABEL]


def test_a_ready_printer_says_so(zebra: FakeZebra) -> None:
    assert transport_to(zebra).status() == READY


def test_asking_and_printing_is_not_slowed_by_delayed_acknowledgements(zebra: FakeZebra) -> None:
    transport = transport_to(zebra)
    assert min(_seconds_to_send(transport) for _ in range(10)) < 0.03
    assert len(zebra.wait_for(10)) == 10


def _seconds_to_send(transport: Tcp9100Transport) -> float:
    started = time.perf_counter()
    transport.send(LABEL, "17")
    return time.perf_counter() - started


def test_a_refused_connection_has_sent_nothing(zebra: FakeZebra) -> None:
    zebra.refuse()
    result = transport_to(zebra).send(LABEL, "17")
    assert (result.outcome, result.status) == (SendOutcome.NOTHING_SENT, None)
    assert result.reason.startswith("the printer cannot be reached")
    assert transport_to(zebra).status().state is PrinterState.UNREACHABLE


@pytest.mark.parametrize("fault", [Fault.PAPER_OUT, Fault.HEAD_OPEN, Fault.STALL])
def test_a_silent_printer_needs_attention_and_gets_no_byte_of_the_job(zebra: FakeZebra, fault: Fault) -> None:
    zebra.fault = fault
    assert transport_to(zebra).status() == SILENT
    expected = SendResult(SendOutcome.NOTHING_SENT, "does not answer: check paper, ribbon and head", SILENT)
    assert transport_to(zebra).send(LABEL, "17") == expected
    zebra.repair()
    assert zebra.printed == []


@pytest.mark.parametrize(("fault", "reason"), [(Fault.PAPER_OUT, "paper out"), (Fault.HEAD_OPEN, "head open")])
def test_a_printer_silent_to_one_question_is_asked_another_that_names_the_trouble(
    zebra: FakeZebra, fault: Fault, reason: str
) -> None:
    zebra.fault, zebra.names_errors = fault, True
    assert transport_to(zebra).status() == PrinterStatus(PrinterState.ATTENTION, (reason,))


def test_paper_that_runs_out_with_this_job_is_named(zebra: FakeZebra) -> None:
    zebra.paper_left, zebra.names_errors = 0, True
    result = transport_to(zebra).send(LABEL, "17")
    assert (result.outcome, result.reason) == (SendOutcome.IN_DOUBT, "sent, then paper out")


def test_errors_are_named_bit_by_bit() -> None:
    said = b"\x02\r\n PRINTER STATUS\r\n ERRORS:  1 00000000 %b\r\n WARNINGS: 0 00000000 00000000\r\n\x03"
    both = PrinterStatus(PrinterState.ATTENTION, ("paper out", "head open"))
    assert parse_errors(said % b"00000005") == both
    assert parse_errors(said % b"00100000") == PrinterStatus(PrinterState.ATTENTION, ("reports error 100000",))
    assert parse_errors((said % b"00000005")[:-1]) is None


def test_asking_again_during_paper_out_prints_one_label_in_the_end(zebra: FakeZebra) -> None:
    zebra.fault = Fault.PAPER_OUT
    transport = transport_to(zebra)
    outcomes = [transport.send(LABEL, "17").outcome for _ in range(3)]
    zebra.repair()
    outcomes.append(transport.send(LABEL, "17").outcome)
    assert outcomes == [SendOutcome.NOTHING_SENT] * 3 + [SendOutcome.SENT]
    assert zebra.wait_for(1) == [LABEL]


def test_a_paused_printer_is_named_and_gets_no_byte_of_the_job(zebra: FakeZebra) -> None:
    zebra.fault = Fault.PAUSED
    paused = PrinterStatus(PrinterState.ATTENTION, ("paused",), waiting=0)
    assert transport_to(zebra).send(LABEL, "17") == SendResult(SendOutcome.NOTHING_SENT, "paused", paused)
    assert zebra.held == []


@pytest.mark.parametrize("byte", [1, 3, 10, len(LABEL) - 1])
def test_a_reset_inside_the_job_leaves_it_in_doubt(zebra: FakeZebra, byte: int) -> None:
    zebra.fault, zebra.reset_after = Fault.RESET, byte
    result = transport_to(zebra).send(LABEL, "17")
    assert result.outcome is SendOutcome.IN_DOUBT
    assert zebra.printed == []


def test_paper_that_runs_out_with_this_job_leaves_it_in_doubt(zebra: FakeZebra) -> None:
    zebra.paper_left = 1
    result = transport_to(zebra).send(LABEL * 3, "17")
    reason = "sent, but the printer does not answer: check paper, ribbon and head"
    assert result == SendResult(SendOutcome.IN_DOUBT, reason, SILENT)
    assert (zebra.printed, zebra.held) == ([LABEL], [LABEL, LABEL])


def test_a_slow_printer_that_answers_in_time_has_printed(zebra: FakeZebra) -> None:
    zebra.delay = 0.1
    assert transport_to(zebra).send(LABEL, "17").outcome is SendOutcome.SENT


def test_a_printer_too_slow_to_answer_leaves_the_job_in_doubt(zebra: FakeZebra) -> None:
    zebra.delay = 0.8
    assert transport_to(zebra).send(LABEL, "17").outcome is SendOutcome.IN_DOUBT


def test_a_printer_that_cannot_answer_is_sent_to_unasked(zebra: FakeZebra) -> None:
    result = transport_to(zebra, answers=False).send(LABEL, "17")
    assert result == SendResult(SendOutcome.SENT, "the printer took all bytes; it cannot say whether it printed")
    assert (zebra.wait_for(1), zebra.asked) == ([LABEL], 0)


def test_an_address_off_the_list_is_never_connected_to(zebra: FakeZebra) -> None:
    options = Tcp9100Options(host="127.0.0.1", port=zebra.port, allowed=("10.0.0.0/8", "127.0.0.1:9100"))
    transport = Tcp9100Transport(options)
    reason = f"printer address 127.0.0.1:{zebra.port} is not on the list of allowed printers"
    assert transport.send(LABEL, "17") == SendResult(SendOutcome.NOTHING_SENT, reason)
    assert transport.status() == PrinterStatus(PrinterState.UNREACHABLE, (reason,))
    assert (zebra.asked, zebra.printed) == (0, [])


def test_a_name_is_looked_up_once(zebra: FakeZebra, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []
    genuine = socket.getaddrinfo

    def counting(host: str, *rest: object, **named: object) -> object:
        looked_up.append(host)
        return genuine("127.0.0.1" if host == "zd-2.example" else host, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", counting)
    allowed = (f"zd-2.example:{zebra.port}",)
    transport = Tcp9100Transport(Tcp9100Options(host="zd-2.example", port=zebra.port, allowed=allowed))
    assert (transport.status(), transport.status()) == (READY, READY)
    assert looked_up.count("zd-2.example") == 1


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("10.1.2.3", 9100, ["10.1.2.3"]),
        ("10.1.2.3", 9100, ["10.0.0.0/8"]),
        ("10.1.2.3", 631, ["10.0.0.0/8"]),
        ("10.1.2.3", 6101, ["10.0.0.0/8:6101"]),
        ("::1", 9100, ["::1"]),
        ("::1", 6101, ["[::1]:6101"]),
    ],
)
def test_listed_addresses_are_allowed(host: str, port: int, allowed: list[str]) -> None:
    assert allowed_address(host, port, allowed) == Address(host, port)


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("10.1.2.3", 22, ["10.0.0.0/8"]),
        ("10.1.2.3", 9100, []),
        ("11.1.2.3", 9100, ["10.0.0.0/8"]),
        ("localhost", 9100, ["10.0.0.0/8"]),
        ("169.254.169.254", 80, ["10.0.0.0/8", "zd-2"]),
        ("127.0.0.1", 9100, ["127.0.0.1:99999"]),
        ("127.0.0.1", 9100, ["127.0.0.1/40"]),
    ],
)
def test_other_addresses_are_refused(host: str, port: int, allowed: list[str]) -> None:
    with pytest.raises(TransportRefusedError):
        allowed_address(host, port, allowed)


def test_each_trouble_in_a_host_status_is_named() -> None:
    first = "030,1,1,1245,007,1,0,0,000,1,1,1"
    answer = f"\x02{first}\x03\r\n\x02000,0,1,1,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n".encode()
    reasons = (
        "paper out",
        "paused",
        "its memory is full",
        "its memory lost its settings",
        "too cold",
        "too hot",
        "head open",
        "ribbon out",
    )
    assert parse_host_status(answer) == PrinterStatus(PrinterState.ATTENTION, reasons, waiting=7)


def test_half_an_answer_is_waited_for_and_nonsense_asks_for_attention() -> None:
    assert parse_host_status(b"\x02030,0\x03\r\n\x02000") is None
    garbled = PrinterStatus(PrinterState.ATTENTION, ("the printer's answer cannot be read",))
    assert parse_host_status(b"\x02a\x03\x02b\x03\x02c\x03") == garbled
    assert parse_host_status(b"x" * 5000) == garbled


def test_a_folder_gets_the_whole_file_under_the_jobs_name(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    assert transport.send(b"%PDF-1", "17-pick_list.pdf") == SendResult(SendOutcome.SENT)
    assert transport.send(b"%PDF-2", "17-pick_list.pdf") == SendResult(SendOutcome.SENT)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"17-pick_list.pdf": b"%PDF-2"}


def test_a_missing_folder_is_unreachable_and_nothing_is_sent(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "away")
    assert transport.status() == PrinterStatus(PrinterState.UNREACHABLE, ("there is no folder away",))
    expected = SendResult(SendOutcome.NOTHING_SENT, "cannot write the file: No such file or directory")
    assert transport.send(b"x", "17.pdf") == expected


def test_a_file_that_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "17.pdf").mkdir()
    result = FolderTransport(tmp_path).send(b"x", "17.pdf")
    assert result.outcome is SendOutcome.NOTHING_SENT
    assert os.listdir(tmp_path) == ["17.pdf"]  # noqa: PTH208 - hidden files must be seen too


@pytest.mark.parametrize("name", ["../17.pdf", "a/b.pdf", ".hidden", "", "17.pdf\n", "C:\\x", "x" * 200])
def test_a_job_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TransportRefusedError):
        FolderTransport(tmp_path).send(b"x", name)
    assert list(tmp_path.iterdir()) == []
