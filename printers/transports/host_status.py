"""Reads what a Zebra printer answers to ~HS and ~HQES.

Source: Zebra, ZPL II Programming Guide. ~HS: three strings, each between STX and ETX CR LF; a printer that is out of
media or ribbon or has its head open does not answer it at all. ~HQES: one block between STX and ETX, in it after
`ERRORS:` a flag and two groups of eight hexadecimal digits, the second of which names what a person can mend.
"""

import re

from printers.transports.base import PrinterState, PrinterStatus

ASK = b"~HS\r\n"
ASK_ERRORS = b"~HQES\r\n"
_STRING = re.compile(rb"\x02([^\x02\x03]*)\x03")
_STRINGS = 3
_ERRORS = re.compile(rb"ERRORS:\s+([01])\s+[0-9A-Fa-f]{8}\s+([0-9A-Fa-f]{8})[^\x03]*\x03")
_MOST_BYTES = 4096
"""An answer has about 90 bytes; more than this is no answer."""
_ERROR_BITS = (
    (0x00001, "paper out"),
    (0x00002, "ribbon out"),
    (0x00004, "head open"),
    (0x00008, "cutter stuck"),
    (0x00010, "head too hot"),
    (0x00020, "motor too hot"),
    (0x00040, "head damaged"),
    (0x10000, "paused"),
)


def parse_host_status(answer: bytes) -> PrinterStatus | None:
    """Read a whole answer to ~HS, or give None while it is not whole; one that makes no sense asks for attention."""
    strings = _STRING.findall(answer)
    if len(strings) < _STRINGS:
        return _garbled() if len(answer) > _MOST_BYTES else None
    first, second = (string.decode("ascii", "replace").split(",") for string in strings[:2])
    try:
        return _status(first, second)
    except (IndexError, ValueError):
        return _garbled()


def parse_errors(answer: bytes) -> PrinterStatus | None:
    """Read a whole answer to ~HQES, or give None while it is not whole; without an error it says nothing of use."""
    found = _ERRORS.search(answer)
    if found is None:
        return _garbled() if len(answer) > _MOST_BYTES else None
    bits = int(found[2], 16) if found[1] == b"1" else 0
    reasons = tuple(reason for bit, reason in _ERROR_BITS if bits & bit)
    if not bits:
        return PrinterStatus(PrinterState.READY)
    return PrinterStatus(PrinterState.ATTENTION, reasons or (f"reports error {bits:X}",))


def _garbled() -> PrinterStatus:
    return PrinterStatus(PrinterState.ATTENTION, ("the printer's answer cannot be read",))


def _status(first: list[str], second: list[str]) -> PrinterStatus:
    flags = (
        (first[1], "paper out"),
        (first[2], "paused"),
        (first[5], "its memory is full"),
        (first[9], "its memory lost its settings"),
        (first[10], "too cold"),
        (first[11], "too hot"),
        (second[2], "head open"),
        (second[3], "ribbon out"),
    )
    reasons = tuple(reason for flag, reason in flags if int(flag))
    state = PrinterState.ATTENTION if reasons else PrinterState.READY
    return PrinterStatus(state, reasons, waiting=int(first[4]))
