"""Reads what a Zebra printer answers to ~HS.

Source: Zebra, ZPL II Programming Guide, ~HS: three strings, each between STX and ETX CR LF. A printer that is out of
media or ribbon or has its head open does not answer at all.
"""

import re

from printers.transports.base import PrinterState, PrinterStatus

ASK = b"~HS\r\n"
_STRING = re.compile(rb"\x02([^\x02\x03]*)\x03")
_STRINGS = 3
_MOST_BYTES = 4096
"""An answer has about 90 bytes; more than this is no answer."""


def parse_host_status(answer: bytes) -> PrinterStatus | None:
    """Read a whole answer, or give None while it is not whole; one that makes no sense asks for attention."""
    strings = _STRING.findall(answer)
    if len(strings) < _STRINGS:
        return _garbled() if len(answer) > _MOST_BYTES else None
    first, second = (string.decode("ascii", "replace").split(",") for string in strings[:2])
    try:
        return _status(first, second)
    except (IndexError, ValueError):
        return _garbled()


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
