"""What printers say is known by its words, so that it can be told in another language."""

import pytest

from printers.transports import host_status, ipp, tcp9100
from tests.wording import ROOT
from warehouse.domain.printer_trouble import REASONS, trouble
from warehouse.domain.words import parts_of
from warehouse.words import Words

STATES = "aaa,{0},{1},1234,000,{2},0,0,000,{3},{4},{5}", "000,0,{6},{7},0,2,6,0,00000000,1,000"


def test_every_error_a_printer_may_report_is_known() -> None:
    told = (host_status.parse_errors(f"ERRORS: 1 00000000 {1 << bit:08X}\x03".encode()) for bit in range(32))
    said = {reason for status in told if status for reason in status.reasons}
    assert {it for it in said if not it.startswith("reports error ")} <= REASONS
    assert len(said & REASONS) == 8


def test_every_state_of_a_label_printer_is_known() -> None:
    answer = b"".join(b"\x02" + part.format(*"11111111").encode() + b"\x03" for part in (*STATES, "1234,0"))
    status = host_status.parse_host_status(answer)
    assert status is not None
    assert len(status.reasons) == 8
    assert set(status.reasons) <= REASONS


def test_every_state_of_an_ipp_printer_is_known() -> None:
    assert set(ipp._PLAIN.values()) <= REASONS


def test_silence_is_known() -> None:
    assert {tcp9100.NO_ANSWER, f"the printer {tcp9100.NO_ANSWER}"} <= REASONS


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("paper out", "kein Papier"),
        ("head open, ribbon out", "Druckkopf offen, Farbband leer"),
        (
            "did it print? sent, then head open, paper out",
            "wurde gedruckt? gesendet, dann Druckkopf offen, kein Papier",
        ),
        ("reports error 800000", "meldet Fehler 800000"),
        ("paper out, spark in the box", "kein Papier, spark in the box"),
        (
            "the printer cannot be reached: No route to host",
            "der Drucker ist nicht zu erreichen: No route to host",
        ),
        ("Nobody set this up.", "Nobody set this up."),
    ],
)
def test_trouble_is_told_in_the_readers_language_and_stays_english_as_it_was(text: str, german: str) -> None:
    said = trouble(text)
    assert said == text
    assert Words(ROOT / "static" / "words").speaker("de").put(said) == german


def test_no_trouble_says_nothing() -> None:
    assert trouble(None) is None


def test_what_is_not_known_has_no_parts() -> None:
    assert parts_of(trouble("something, else") or "") is None
