"""Writes the few IPP requests a print queue needs, and reads the answers.

Source: RFC 8010, section 3: version, operation or status, request id, then groups of attributes, each a tag, a name
and a value with their lengths; collections as in section 3.1.6.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

_OPERATION_GROUP, _JOB_GROUP, _END = 0x01, 0x02, 0x03
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_COLLECTION, _COLLECTION_END, _MEMBER = 0x34, 0x37, 0x4A
_FIRST_VALUE_TAG = 0x10
_HEADER = 8


class IppError(Exception):
    """An answer that is no IPP message, or none that was asked for."""


class Operation(IntEnum):
    """What is asked of a printer."""

    PRINT_JOB = 0x0002
    GET_JOB = 0x0009
    GET_PRINTER = 0x000B


_WANTED = {
    Operation.GET_JOB: ("job-id", "job-state", "job-state-reasons"),
    Operation.GET_PRINTER: (
        *("printer-state", "printer-state-reasons", "printer-is-accepting-jobs"),
        "queued-job-count",
    ),
}
_STATUS_WORDS = {
    0x0400: "bad request",
    0x0401: "forbidden",
    0x0403: "not authorised",
    0x0404: "not possible",
    0x0406: "no such printer or job",
    0x0408: "too large",
    0x040A: "cannot read this kind of file",
    0x040B: "a value is not supported",
    0x0503: "not available",
    0x0506: "takes no jobs",
    0x0507: "busy",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One request; `media_mm` is width and height of what the printer is loaded with."""

    operation: Operation
    uri: str
    job: int | None = None
    job_name: str = ""
    document_format: str = ""
    media_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Attributes:
    """An answer: its status, and the values of each attribute by name."""

    status: int
    values: dict[str, list[int | bool | str]] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Say what the status means, with the printer's own words where it gave some."""
        said = self.values.get("status-message", [""])[0]
        return str(said) or _STATUS_WORDS.get(self.status, f"status {self.status:04X}")

    def number(self, name: str) -> int:
        """Give a whole number, 0 where there is none."""
        return int(self.values.get(name, [0])[0])

    def flag(self, name: str) -> bool:
        """Give a truth value, true where there is none."""
        return bool(self.values.get(name, [True])[0])

    def all(self, name: str) -> list[str]:
        """Give every value as text."""
        return [str(value) for value in self.values.get(name, [])]

    def words(self, name: str) -> str:
        """Give every value in one line of plain text."""
        return ", ".join(self.all(name)).replace("-", " ")


def write_request(wish: Wish) -> bytes:
    """Write one request; a document's bytes follow it."""
    parts = [struct.pack(">BBHI", 2, 0, wish.operation, 1), bytes([_OPERATION_GROUP])]
    parts.append(_attribute(_CHARSET, "attributes-charset", "utf-8"))
    parts.append(_attribute(_LANGUAGE, "attributes-natural-language", "en"))
    parts.append(_attribute(_URI, "printer-uri", wish.uri))
    if wish.job is not None:
        parts.append(_attribute(_INTEGER, "job-id", struct.pack(">i", wish.job)))
    parts.append(_attribute(_NAME, "requesting-user-name", "warehouse"))
    if wish.operation is Operation.PRINT_JOB:
        parts += _job(wish)
    for place, name in enumerate(_WANTED.get(wish.operation, ())):
        parts.append(_attribute(_KEYWORD, "" if place else "requested-attributes", name))
    return b"".join(parts) + bytes([_END])


def read_answer(message: bytes) -> Attributes:
    """Read an answer; raises IppError for anything else."""
    if len(message) < _HEADER:
        raise IppError("the printer's answer is no IPP message")
    (status,) = struct.unpack_from(">H", message, 2)
    answer = Attributes(status)
    try:
        _read_values(message, answer.values)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise IppError("the printer's answer is no whole IPP message") from None
    return answer


def _job(wish: Wish) -> list[bytes]:
    parts = [
        _attribute(_NAME, "job-name", wish.job_name),
        _attribute(_MIME, "document-format", wish.document_format),
        bytes([_JOB_GROUP]),
        _attribute(_INTEGER, "copies", struct.pack(">i", 1)),
    ]
    if wish.media_mm:
        parts.append(_attribute(_KEYWORD, "print-scaling", "none"))
        parts.append(_media(*wish.media_mm))
    return parts


def _media(width: float, height: float) -> bytes:
    """Name the size in hundredths of a millimetre; a queue left to itself prints on its own default size."""
    members = b"".join(
        _attribute(_MEMBER, "", name) + _attribute(_INTEGER, "", struct.pack(">i", round(length * 100)))
        for name, length in (("x-dimension", width), ("y-dimension", height))
    )
    end = _attribute(_COLLECTION_END, "", "")
    size = _attribute(_MEMBER, "", "media-size") + _attribute(_COLLECTION, "", "") + members + end
    return _attribute(_COLLECTION, "media-col", "") + size + end


def _attribute(tag: int, name: str, value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    spoken = name.encode()
    return struct.pack(">BH", tag, len(spoken)) + spoken + struct.pack(">H", len(raw)) + raw


def _read_values(message: bytes, values: dict[str, list[int | bool | str]]) -> None:
    at, name = _HEADER, ""
    while message[at] != _END:
        tag = message[at]
        at += 1
        if tag < _FIRST_VALUE_TAG:
            continue
        spoken, at = _piece(message, at)
        raw, at = _piece(message, at)
        name = spoken.decode() or name
        values.setdefault(name, []).append(_value(tag, raw))


def _piece(message: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", message, at)
    if at + 2 + length > len(message):
        raise IndexError(at)
    return message[at + 2 : at + 2 + length], at + 2 + length


def _value(tag: int, raw: bytes) -> int | bool | str:
    if tag in {_INTEGER, _ENUM} and len(raw) == 4:  # noqa: PLR2004 - a 32-bit number
        return int.from_bytes(raw, "big", signed=True)
    if tag == _BOOLEAN:
        return raw != b"\x00"
    return raw.decode("utf-8", "replace")
