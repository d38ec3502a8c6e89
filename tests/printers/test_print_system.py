"""IPP printers and queues of the operating system: real ones on loopback get documents and say how they are."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers.transports import IppOptions, IppTransport, LpOptions, LpTransport, PrinterState, SendOutcome
from printers.transports.ipp_message import IppError, Operation, Wish, read_answer, write_request
from tests.printers.fake_zebra import FakeZebra
from tests.printers.print_system import IppPrinter, PrintSystem, print_system

A4, FOUR_BY_SIX = (210.0, 297.0), (101.6, 152.4)
PDF = b"%PDF-1.4 one page"
LABEL = b"^XA^FO10,10^GB5,5,5^FS^XZ"


@pytest.fixture(scope="module")
def system() -> Iterator[PrintSystem]:
    """A print system in a folder of its own: its queues run as another user, who may not look into pytest's."""
    with tempfile.TemporaryDirectory(prefix="print-system-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with print_system(folder) as found:
            yield found


@pytest.fixture(scope="module")
def office(system: PrintSystem) -> IppPrinter:
    return system.ipp_printer("Office")


@pytest.fixture(scope="module")
def cups(system: PrintSystem) -> int:
    return system.cups()


def way(url: str, port: int, media: tuple[float, float] | None = A4) -> IppTransport:
    return IppTransport(IppOptions(url=url, allowed=(f"127.0.0.0/8:{port}",), media_mm=media, patience=3.0))


def test_an_ipp_printer_says_that_it_is_ready_and_gets_the_whole_document(office: IppPrinter) -> None:
    transport = way(office.url, office.port)
    before = len(office.papers)
    assert transport.status().state is PrinterState.READY
    assert transport.send(PDF, "17-packing_slip.pdf").outcome is SendOutcome.SENT
    assert office.wait_for(before + 1)[-1] == PDF


def test_an_ipp_printer_loaded_with_another_size_refuses_and_gets_nothing(office: IppPrinter) -> None:
    before = len(office.papers)
    result = way(office.url, office.port, FOUR_BY_SIX).send(PDF, "18-shipping_label.pdf")
    assert (result.outcome, "media-col" in result.reason) == (SendOutcome.NOTHING_SENT, True)
    assert len(office.papers) == before


def test_an_ipp_printer_out_of_paper_is_named_and_gets_no_further_job(system: PrintSystem) -> None:
    printer = system.ipp_printer("Empty")
    transport = way(printer.url, printer.port)
    printer.fault.write_text("STATE: +media-empty-error\n")
    first = transport.send(PDF, "19-packing_slip.pdf")
    assert (first.outcome, "waits at the printer" in first.reason) == (SendOutcome.SENT, True)
    second = transport.send(PDF, "20-packing_slip.pdf")
    assert (second.outcome, second.reason) == (SendOutcome.NOTHING_SENT, "paper out")


def test_an_ipp_printer_that_is_away_is_unreachable() -> None:
    status = way("ipp://127.0.0.1:1/ipp/print", 1).status()
    assert (status.state, status.reasons[0].startswith("the printer cannot be reached")) == (
        PrinterState.UNREACHABLE,
        True,
    )


def test_an_ipp_address_off_the_list_is_never_connected_to(office: IppPrinter) -> None:
    before = len(office.papers)
    result = IppTransport(IppOptions(url=office.url, allowed=("10.0.0.0/8",))).send(PDF, "21.pdf")
    assert (result.outcome, "not on the list" in result.reason) == (SendOutcome.NOTHING_SENT, True)
    assert len(office.papers) == before


def test_a_cups_queue_passes_zpl_on_byte_by_byte(system: PrintSystem, cups: int) -> None:
    with FakeZebra() as zebra:
        system.queue(cups, "zebra", "-v", f"socket://127.0.0.1:{zebra.port}", "-m", "raw")
        transport = way(f"ipp://127.0.0.1:{cups}/printers/zebra", cups, FOUR_BY_SIX)
        assert transport.send(LABEL, "22-shipping_label.zpl").outcome is SendOutcome.SENT
        assert zebra.wait_for(1, patience=30.0) == [LABEL]


def test_lp_hands_the_file_to_a_queue_and_a_stopped_queue_gets_none(
    system: PrintSystem, cups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{cups}")
    with FakeZebra() as zebra:
        system.queue(cups, "bench", "-v", f"socket://127.0.0.1:{zebra.port}", "-m", "raw")
        transport = LpTransport(LpOptions(queue="bench"))
        assert transport.send(LABEL, "23-shipping_label.zpl").outcome is SendOutcome.SENT
        assert zebra.wait_for(1, patience=30.0) == [LABEL]
        system.stop_queue(cups, "bench")
        stopped = transport.send(LABEL, "24-shipping_label.zpl")
        assert (stopped.outcome, stopped.reason) == (SendOutcome.NOTHING_SENT, "the queue is stopped")
        assert zebra.printed == [LABEL]


def test_a_queue_that_is_not_there_is_named(cups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{cups}")
    assert LpTransport(LpOptions(queue="nobody")).status().state is PrinterState.UNREACHABLE


@pytest.mark.parametrize("queue", ["-h evil", "a b", "", "a;b", "../a", "-d"])
def test_a_queue_name_can_never_become_an_option(queue: str) -> None:
    status = LpTransport(LpOptions(queue=queue)).status()
    assert (status.state, "expected letters" in status.reasons[0]) == (PrinterState.UNREACHABLE, True)


@pytest.mark.parametrize(
    "answer", [b"", b"\x02\x00", b"<html>not found</html>", b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x41\xff"]
)
def test_what_is_no_ipp_message_is_refused(answer: bytes) -> None:
    with pytest.raises(IppError):
        read_answer(answer)


def test_an_answer_is_read_with_every_value_of_an_attribute() -> None:
    written = write_request(Wish(Operation.GET_PRINTER, "ipp://a/b"))
    found = read_answer(written)
    assert found.all("requested-attributes")[:2] == ["printer-state", "printer-state-reasons"]
    assert (found.number("nothing"), found.flag("nothing"), found.words("printer-uri")) == (0, True, "ipp://a/b")
