"""Reads an order or master-data file under a mapping profile; no database, so it may run in a child process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from warehouse.domain.drafts import AcceptedRecord, Finding, Refused, Skipped, SourceRow
from warehouse.domain.orders import AcceptedOrder, Cancellation, ParsedOrder
from warehouse.domain.words import sentence
from warehouse.exchange.crossing import make_light
from warehouse.exchange.grouping import Group, Survey, groups, survey
from warehouse.exchange.limits import Limits
from warehouse.exchange.master_data import read_records
from warehouse.exchange.orders import OrderReader
from warehouse.exchange.profile import Profile
from warehouse.exchange.rejected import FileForm
from warehouse.exchange.source import Origin
from warehouse.exchange.tables import BoundTable, open_table
from warehouse.exchange.targets import Kind

Parsed = AcceptedOrder | AcceptedRecord | Cancellation | Refused | Skipped
_PREVIEWED = 5

make_light()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A file, the profile to read it by, and how; everything in it can be sent to a child process.

    With `all_or_nothing` one refused record refuses them all; `found_wanting` says by line what
    was found when it was to be stored, for which all are refused. `chunk` is the most records handed over at once.
    """

    origin: Origin
    profile: Profile
    limits: Limits = field(default_factory=Limits)
    all_or_nothing: bool = False
    found_wanting: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)
    chunk: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """What is known of a file once it was read through: counts, first rows as decoded, and remarks on columns."""

    form: FileForm
    rows: int
    records: int
    preview: tuple[SourceRow, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some parsed records, and how many of the file's rows have been read."""

    records: tuple[Parsed, ...]
    rows_done: int
    rows: int


def read_file(request: Request) -> Iterator[FileHead | Chunk]:
    """Give the file's head, then its records in chunks, in order of first appearance.

    Raises UnreadableFileError, with all findings until there, before the first chunk when the file cannot be read
    to its end: what is missing could belong to any order.
    """
    bound = open_table(request.origin, request.profile, request.limits)
    found = survey(bound, request.profile, request.limits)
    yield _head(bound, found)
    if not found.rows:
        return
    records = _parsed(request, bound, found)
    first = min(request.found_wanting, default=None)
    if request.all_or_nothing and first is None:
        first = _first_refused(_parsed(request, bound, found))
    if first is not None:
        records = ((done, _refused_with(record, first, request.found_wanting)) for done, record in records)
    while batch := list(islice(records, request.chunk)):
        yield Chunk(records=tuple(record for _, record in batch), rows_done=batch[-1][0], rows=found.rows)


def _head(bound: BoundTable, found: Survey) -> FileHead:
    preview = tuple(SourceRow(line, tuple(cells)) for line, cells in islice(bound.table.rows(), _PREVIEWED))
    return FileHead(
        form=bound.form, rows=found.rows, records=found.records, preview=preview, findings=bound.binding.notes()
    )


def _parsed(request: Request, bound: BoundTable, found: Survey) -> Iterator[tuple[int, Parsed]]:
    if request.profile.kind is not Kind.ORDERS:
        yield from read_records(bound, request.profile, found)
        return
    reader = OrderReader(bound, request.profile)
    for done, part in groups(bound, request.profile, found):
        yield done, reader.order(part) if isinstance(part, Group) else reader.stray(part)


def _first_refused(records: Iterator[tuple[int, Parsed]]) -> int | None:
    refused = (record for _, record in records if isinstance(record, Refused))
    return next((record.findings[0].line or record.line for record in refused), None)


def _refused_with(record: Parsed, first: int, wanting: Mapping[int, tuple[Finding, ...]]) -> Parsed:
    if isinstance(record, Refused | Skipped):
        return record
    draft = record.draft
    message = sentence("Held back: all or nothing was asked, and line {first} is refused", first=first)
    finding = Finding(draft.line, None, "all_or_nothing", message)
    return Refused(key=record_key(record), line=draft.line, findings=wanting.get(draft.line, (finding,)))


def record_key(record: Parsed) -> str:
    """Give the order number, SKU, bin or badge a record is about; empty when the file did not name it."""
    if isinstance(record, Refused | Skipped):
        return record.key
    if isinstance(record, AcceptedOrder | Cancellation):
        return record.draft.external_id
    return record.draft.key


def read_orders(request: Request) -> Iterator[ParsedOrder]:
    """Give the orders of a file one by one, for callers that need no progress."""
    for part in read_file(request):
        if isinstance(part, Chunk):
            yield from (record for record in part.records if not isinstance(record, AcceptedRecord))
