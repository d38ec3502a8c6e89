"""From text to records: CSV read strictly, JSON arrays as the same kind of rows, each with its physical line."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol, TypedDict

from warehouse.domain.words import sentence
from warehouse.exchange.limits import unreadable
from warehouse.exchange.source import TextFile

Row = tuple[int, list[str]]
DELIMITERS = (",", ";", "\t", "|")
_HEADER_SEARCHED = 20
_RECORD_SEARCHED = 4 * csv.field_size_limit()
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_LINE_END = re.compile(r"\r\n|\r|\n")


class Table(Protocol):
    """Rows under a header, to be read as often as needed."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    def rows(self) -> Iterator[Row]:
        """Give each record with the physical line it begins on; blank records are left out."""
        ...


class Dialect(TypedDict):
    """What `csv.reader` is told."""

    delimiter: str
    quoting: Literal[0, 3]
    strict: bool


class _Watched:
    """Passes lines on and notices one that no sound file has: with a NUL, or long enough for an oversized field."""

    def __init__(self, lines: Iterable[str], longest: int) -> None:
        self._lines = lines
        self._longest = longest
        self.suspect = False

    def __iter__(self) -> Iterator[str]:
        longest = self._longest
        for line in self._lines:
            if "\0" in line or len(line) > longest:
                self.suspect = True
            yield line


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A delimited text; the header begins on physical line `header_line`."""

    text: TextFile
    dialect: Dialect
    header: tuple[str, ...]
    header_line: int

    def rows(self) -> Iterator[Row]:
        """Give each record behind the header; raises UnreadableFileError where the quoting breaks."""
        return csv_records(self.text, self.dialect, self.header, self.header_line)


def csv_records(text: TextFile, dialect: Dialect, header: tuple[str, ...] = (), after: int = 0) -> Iterator[Row]:
    """Give the first physical line and the cells of each record behind line `after` that is not blank."""
    end = 0
    with text.lines() as lines:
        watched = _Watched(lines, text.limits.field_characters)
        reader = csv.reader(watched, **dialect)
        try:
            for cells in reader:
                start, end = end + 1, reader.line_num
                if watched.suspect:
                    _check(cells, start, header, text.limits.field_characters)
                    watched.suspect = False
                if start > after and any(cells):
                    yield start, cells
        except csv.Error as error:
            raise _broken(text, dialect, end + 1, str(error)) from error


def _check(cells: list[str], line: int, header: tuple[str, ...], longest: int) -> None:
    for place, cell in enumerate(cells):
        column = header[place] if place < len(header) else f"column {place + 1}"
        if "\0" in cell:
            raise unreadable(
                sentence(
                    "Line {line}, {column}: a NUL byte stands in the text. Export the file again.",
                    line=line,
                    column=column,
                ),
                line,
                column,
            )
        if len(cell) > longest:
            raise unreadable(
                sentence("Line {line}, {name}: longer than {most} characters.", line=line, name=column, most=longest),
                line,
                column,
            )


def _broken(text: TextFile, dialect: Dialect, start: int, reason: str) -> Exception:
    opened = _open_quote(text, dialect["delimiter"], start)
    if opened is None:
        return unreadable(sentence("Line {start} cannot be read: {reason}.", start=start, reason=reason), start)
    message = sentence(
        "The quote opened on line {opened} is not closed where its field ends, so the rest cannot be read.",
        opened=opened,
    )
    return unreadable(message, opened)


def _open_quote(text: TextFile, delimiter: str, start: int) -> int | None:
    """Find the line of the quote that the record beginning on line `start` stumbles over."""
    with text.lines() as lines:
        for _ in islice(lines, start - 1):
            pass
        rest = lines.read(_RECORD_SEARCHED)
    place = 0
    while place < len(rest):
        if rest[place] == '"':
            field = _QUOTED.match(rest, place)
            if field is None or rest[field.end() : field.end() + 1] not in {delimiter, "\r", "\n", ""}:
                return start + len(_LINE_END.findall(rest, 0, place))
            place = field.end()
        ends = (rest.find(delimiter, place), *(end.start() for end in [_LINE_END.search(rest, place)] if end))
        place = min((end for end in ends if end >= 0), default=len(rest)) + 1
    return None


def guess_delimiter(text: TextFile) -> str:
    """Take the most frequent of comma, semicolon, TAB and bar in the first line that has any."""
    with text.lines() as lines:
        for line in islice(lines, _HEADER_SEARCHED):
            best = max(DELIMITERS, key=line.count)
            if line.count(best):
                return best
    return DELIMITERS[0]


def header_candidates(text: TextFile, dialect: Dialect) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the first records with their physical lines, to find the header among them."""
    for line, cells in islice(csv_records(text, dialect), _HEADER_SEARCHED):
        yield line, tuple(cells)
