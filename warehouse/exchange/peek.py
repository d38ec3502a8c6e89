"""A first look at a file nobody has a profile for: how it decodes, its columns, what stands in them."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from warehouse.domain.words import sentence
from warehouse.exchange.json_records import json_table, looks_like_json
from warehouse.exchange.limits import Limits, UnreadableFileError, unreadable
from warehouse.exchange.profile import Format
from warehouse.exchange.records import CsvTable, Dialect, Table, guess_delimiter, header_candidates
from warehouse.exchange.source import Origin, TextFile, open_text
from warehouse.exchange.xml_records import xml_table

ROWS_SHOWN = 15
_ROWS_LOOKED_AT = 2000
_VALUES_KEPT = 12
_USUAL = "cp1252"
_DATES = {
    "%d.%m.%Y": re.compile(r"[0-3]?\d\.[01]?\d\.(19|20)\d\d", re.ASCII),
    "%d/%m/%Y": re.compile(r"(1[3-9]|2\d|3[01])/[01]?\d/(19|20)\d\d", re.ASCII),
    "%m/%d/%Y": re.compile(r"[01]?\d/[0-3]?\d/(19|20)\d\d", re.ASCII),
    "iso": re.compile(r"(19|20)\d\d-[01]\d-[0-3]\d.*", re.ASCII),
}
_COMMA = re.compile(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen: code page, columns, first rows with their lines, and values of each column as they come.

    `assumed` says that the code page is one that was tried, and must be looked at.
    """

    form: Literal["text", "json", "xml"]
    encoding: str
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    values: tuple[tuple[str, ...], ...]
    assumed: bool = False

    @property
    def date_format(self) -> str:
        """Give the form in which most dates seem to be written."""
        seen = [cell for column in self.values for cell in column]
        counts = {form: sum(pattern.fullmatch(cell) is not None for cell in seen) for form, pattern in _DATES.items()}
        return max(counts, key=lambda form: counts[form]) if any(counts.values()) else "iso"

    @property
    def has_decimal_comma(self) -> bool:
        """Say whether numbers seem to be written with a comma."""
        return any(_COMMA.fullmatch(cell) for column in self.values for cell in column)


def look_at(origin: Origin, wanted: Format, limits: Limits | None = None) -> Look:
    """Look at a file; raises UnreadableFileError where it cannot be decoded or has no columns."""
    bounds = limits or Limits()
    text, assumed = _decoded(origin, wanted, bounds)
    table, line, delimiter = _table(text, wanted)
    if not table.header:
        raise unreadable(sentence("The file names no columns."))
    if len(table.header) > bounds.columns:
        raise unreadable(
            sentence(
                "The file has {number} columns; at most {most} are taken.",
                number=len(table.header),
                most=bounds.columns,
            )
        )
    rows = list(islice(table.rows(), _ROWS_LOOKED_AT))
    form: Literal["text", "json", "xml"] = "text" if delimiter else ("xml" if wanted.kind == "xml" else "json")
    return Look(
        form=form,
        encoding=text.encoding,
        delimiter=delimiter,
        header_line=line,
        header=table.header,
        rows=tuple((number, tuple(cells)) for number, cells in rows[:ROWS_SHOWN]),
        values=tuple(_values(rows, place) for place in range(len(table.header))),
        assumed=assumed,
    )


def _decoded(origin: Origin, wanted: Format, limits: Limits) -> tuple[TextFile, bool]:
    """Decode as the profile will; without a code page named, the usual old one is tried, and said so."""
    try:
        return open_text(origin, wanted.legacy_encoding, limits), False
    except UnreadableFileError:
        if wanted.legacy_encoding:
            raise
        return open_text(origin, _USUAL, limits), True


def _table(text: TextFile, wanted: Format) -> tuple[Table, int, str]:
    if wanted.kind == "xml":
        return xml_table(text, wanted), 1, ""
    if looks_like_json(text):
        return json_table(text, wanted), 1, ""
    delimiter = wanted.delimiter or guess_delimiter(text)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if wanted.quoting == "minimal" else csv.QUOTE_NONE
    dialect = Dialect(delimiter=delimiter, quoting=quoting, strict=True)
    candidates = list(header_candidates(text, dialect))
    if not candidates:
        raise unreadable(sentence("The file holds nothing but blank lines."))
    line, header = max(candidates, key=lambda it: _filled(it[1])) if wanted.header == "search" else candidates[0]
    return CsvTable(text=text, dialect=dialect, header=header, header_line=line), line, delimiter


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) and not cell.strip()[:1].isdigit() for cell in cells)


def _values(rows: Iterable[tuple[int, list[str]]], place: int) -> tuple[str, ...]:
    cells = (cells[place].strip() for _, cells in rows if place < len(cells))
    return tuple(islice(dict.fromkeys(cell for cell in cells if cell), _VALUES_KEPT))
