"""Opens a file as a table: code page, CSV or JSON, delimiter, header, and the columns bound to their targets."""

import csv
from dataclasses import dataclass

from warehouse.domain.words import sentence
from warehouse.exchange.columns import Binding, bind, required_targets
from warehouse.exchange.json_records import json_table, looks_like_json
from warehouse.exchange.limits import Limits, unreadable
from warehouse.exchange.profile import Profile, fold
from warehouse.exchange.records import CsvTable, Dialect, Table, guess_delimiter, header_candidates
from warehouse.exchange.rejected import FileForm
from warehouse.exchange.source import Origin, TextFile, open_text
from warehouse.exchange.xml_records import xml_table


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A table, where its targets stand, and how its refused rows are to be written."""

    table: Table
    binding: Binding
    form: FileForm


def open_table(origin: Origin, profile: Profile, limits: Limits) -> BoundTable:
    """Open a file under a profile; raises UnreadableFileError before any row is read."""
    text = open_text(origin, profile.format.legacy_encoding, limits)
    if profile.format.kind == "xml" or looks_like_json(text):
        table = xml_table(text, profile.format) if profile.format.kind == "xml" else json_table(text, profile.format)
        binding = bind(table.header, profile, limits) if table.header else Binding({}, (), ())
        return BoundTable(table, binding, FileForm(header=table.header))
    return _csv(text, profile)


def _csv(text: TextFile, profile: Profile) -> BoundTable:
    quoted = profile.format.quoting == "minimal"
    delimiter = profile.format.delimiter or guess_delimiter(text)
    dialect = Dialect(delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=True)
    line, header = _header(text, dialect, profile)
    binding = bind(header, profile, text.limits)
    form = FileForm(header=header, encoding=text.encoding, delimiter=delimiter, quoted=quoted)
    return BoundTable(CsvTable(text=text, dialect=dialect, header=header, header_line=line), binding, form)


def _header(text: TextFile, dialect: Dialect, profile: Profile) -> tuple[int, tuple[str, ...]]:
    """Take the first record that is not blank, or where the profile says so, the first that has what is required."""
    first: tuple[int, tuple[str, ...]] | None = None
    for candidate in header_candidates(text, dialect):
        first = first or candidate
        if profile.format.header == "first" or _has_required(candidate[1], profile):
            return candidate
    if first is None:
        raise unreadable(sentence("The file holds nothing but blank lines."))
    return first


def _has_required(header: tuple[str, ...], profile: Profile) -> bool:
    there = {fold(name) for name in header}
    return all(
        any(fold(name) in there for name in profile.columns[target].headers) for target in required_targets(profile)
    )
