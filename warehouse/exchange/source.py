"""From bytes to text: byte-order mark, then strict UTF-8, then the profile's legacy code page; gzip is opened."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from warehouse.domain.words import sentence
from warehouse.exchange.limits import Limits, unreadable

Origin = Path | bytes

_GZIP = b"\x1f\x8b"
_BUFFER = 256 * 1024
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FOREIGN = {
    b"PK\x03\x04": sentence("This is a spreadsheet or zip file. Save it as CSV and send that."),
    b"\xd0\xcf\x11\xe0": sentence("This is an old spreadsheet file. Save it as CSV and send that."),
    b"%PDF": sentence("This is a PDF file. Send the order file as CSV or JSON."),
}


class _Bounded(io.RawIOBase):
    """Counts what flows by, and stops a file that expands too far or has no line ends."""

    def __init__(self, below: IO[bytes], limits: Limits) -> None:
        self._below = below
        self._limits = limits
        self._total = 0
        self._line = 0

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from below."""
        data = self._below.read(len(buffer))
        self._count(data)
        buffer[: len(data)] = data
        return len(data)

    def _count(self, data: bytes) -> None:
        self._total += len(data)
        if self._total > self._limits.expanded_bytes:
            raise unreadable(
                sentence("The file holds more than {most} bytes when opened.", most=self._limits.expanded_bytes)
            )
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._line = len(data) - end - 1 if end >= 0 else self._line + len(data)
        if self._line > self._limits.line_bytes:
            raise unreadable(sentence("A line of the file is longer than {most} bytes.", most=self._limits.line_bytes))

    def close(self) -> None:
        """Close what is below, too."""
        if not self.closed:
            self._below.close()
        super().close()


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file whose code page is known; every `lines()` reads it anew from the start."""

    origin: Origin
    encoding: str
    limits: Limits

    @contextmanager
    def lines(self) -> Iterator[io.TextIOWrapper]:
        """Open the text with its line ends as they are."""
        with _reading(self.origin, self.limits) as stream:
            yield io.TextIOWrapper(stream, encoding=self.encoding, errors="strict", newline="")


def open_text(origin: Origin, legacy: str | None, limits: Limits) -> TextFile:
    """Find the code page of a file by reading it once; raises UnreadableFileError when none fits."""
    head = _head(origin, limits)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked == "utf-32":
        raise unreadable(sentence("The file is in UTF-32. Save it as UTF-8."))
    candidates = [marked] if marked else ["utf-8", *([legacy] if legacy else [])]
    for encoding in candidates:
        text = TextFile(origin, encoding, limits)
        if _decodes(text):
            return text
    line = _first_undecodable(origin, candidates[0], limits)
    where = sentence("Line {line}", line=line) if line else sentence("The file")
    raise unreadable(
        sentence(
            "{where} is not readable as {encodings}. Save the file as UTF-8.",
            where=where,
            encodings=" / ".join(candidates),
        ),
        line,
    )


def _head(origin: Origin, limits: Limits) -> bytes:
    size = len(origin) if isinstance(origin, bytes) else origin.stat().st_size
    if size > limits.file_bytes:
        raise unreadable(
            sentence("The file has {size} bytes; at most {most} are taken.", size=size, most=limits.file_bytes)
        )
    with _reading(origin, limits) as stream:
        head = stream.read(8)
    if not head:
        raise unreadable(sentence("The file is empty."))
    for mark, message in _FOREIGN.items():
        if head.startswith(mark):
            raise unreadable(message)
    return head


def _decodes(text: TextFile) -> bool:
    try:
        with text.lines() as lines:
            while lines.read(_BUFFER):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _first_undecodable(origin: Origin, encoding: str, limits: Limits) -> int | None:
    """Count lines until one does not decode; None where a line's bytes cannot be told apart, as in UTF-16."""
    with _reading(origin, limits) as stream:
        for number, raw in enumerate(stream, start=1):
            try:
                raw.decode(encoding)
            except UnicodeDecodeError:
                return None if encoding == "utf-16" else number
    return None


@contextmanager
def _reading(origin: Origin, limits: Limits) -> Iterator[io.BufferedReader]:
    stream: IO[bytes] = io.BytesIO(origin) if isinstance(origin, bytes) else origin.open("rb")
    try:
        packed = stream.read(len(_GZIP)) == _GZIP
        stream.seek(0)
        opened: IO[bytes] = gzip.GzipFile(fileobj=stream) if packed else stream  # type: ignore[assignment]
        yield io.BufferedReader(_Bounded(opened, limits), _BUFFER)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise unreadable(sentence("The compressed file is damaged or cut off.")) from error
    finally:
        stream.close()
