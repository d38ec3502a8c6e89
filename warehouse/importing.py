"""One import from file to report: parsed in a helper process, stored in small steps, rehearsed or for good."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from warehouse.children import Children
from warehouse.domain.codes import Severity
from warehouse.domain.drafts import AcceptedRecord, Refused, Skipped
from warehouse.domain.orders import AcceptedOrder, Cancellation
from warehouse.exchange.limits import UnreadableFileError
from warehouse.exchange.mapping import Chunk, FileHead, Parsed, Request, read_file
from warehouse.exchange.profile import built_in_profile
from warehouse.exchange.rejected import rejected_file
from warehouse.exchange.rows_at import rows_at
from warehouse.exchange.source import Origin
from warehouse.exchange.targets import Kind
from warehouse.services.actor import Actor
from warehouse.services.intake import EndImport, Progress, StartImport, Tally, end_import, note_progress, report_of
from warehouse.services.intake import start_import as begin
from warehouse.services.intake_cancellations import (
    ApplyCancellations,
    Matched,
    apply_cancellations,
    match_cancellations,
    unmatched_finding,
)
from warehouse.services.intake_knowledge import IntakeRules, JudgedOrder, Knowledge
from warehouse.services.intake_orders import StoreOrders, store_orders
from warehouse.services.intake_records import NewPin, StoreRecords, store_records
from warehouse.services.site import load_site
from warehouse.storage.database import Database
from warehouse.storage.queries.intake import pieces

Asked = TypeVar("Asked")
Given = TypeVar("Given")

ORDERS_AT_ONCE = 100
LINES_AT_ONCE = 2000
CANCELLATIONS_AT_ONCE = 30
RECORDS_AT_ONCE = {Kind.ITEMS: 80, Kind.BINS: 80, Kind.STOCK: 10, Kind.USERS: 10}
"""So much is stored in one step, so that no step holds the writer for more than 50 ms."""

NOTED_EVERY = timedelta(seconds=1)
MATCHED_AT_ONCE = 300
_ADDRESS = {"off": None, "flag": Severity.FLAG, "hold": Severity.HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be imported: its bytes or its path, what it brings, how it is read; a dry run stores nothing."""

    kind: Kind
    origin: Origin
    file_name: str
    actor: Actor
    profile: str = "canonical"
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import came to; `run` is its key, None for a dry run; `people` are those made, with their PINs."""

    report: dict[str, Any]
    run: int | None
    preview: tuple[tuple[str, ...], ...] = ()
    rejected: bytes | None = None
    people: tuple[NewPin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an import works with. `pause` is how many times as long as a step took is waited after it."""

    database: Database
    children: Children
    now: Callable[[], datetime]
    hash_pin: Callable[[str], str]
    pause: float = 0.0


class _Rehearsed(Exception):  # noqa: N818 - no error: the way to undo a step whose answer is wanted
    """Carries the answer of a step out of a transaction that is undone."""

    def __init__(self, answer: Any) -> None:
        super().__init__("rehearsed")
        self.answer = answer


def _silent(_done: int, _whole: int) -> None:
    """Report no progress."""


@dataclass(slots=True)
class _Work:
    """One import while it runs."""

    job: Job
    around: Surroundings
    request: Request
    rules: IntakeRules
    knowledge: Knowledge
    noted: datetime
    run: int | None = None
    head: FileHead | None = None
    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    documents: list[Cancellation] = field(default_factory=list)
    people: list[NewPin] = field(default_factory=list)


def import_file(around: Surroundings, job: Job, on_progress: Callable[[int, int], None] = _silent) -> Outcome:
    """Import one file; `on_progress(rows done, rows)` is called as it gets on.

    Raises InvalidInputError when the file or profile cannot be read, ImportRunningError while the same source is being
    imported. A run that is cut off goes on when the file is sent again: what is stored is known by its hash.
    """
    work = _open(around, job)
    parts = around.children.stream(read_file, work.request)
    try:
        for part in parts:
            if isinstance(part, FileHead):
                work.head = part
                work.tally.findings += part.findings
                _begin(work)
            else:
                _store(work, part.records)
                _progress(work, part)
                on_progress(part.rows_done, part.rows)
        _cancel(work)
        return _end(work, "done")
    except UnreadableFileError as error:
        work.tally.findings += error.findings
        _end(work, "failed")
        raise
    except BaseException:
        _end(work, "cut_off")
        raise
    finally:
        parts.close()


def _open(around: Surroundings, job: Job) -> _Work:
    profile = built_in_profile(job.kind, job.profile)
    request = Request(origin=job.origin, profile=profile, chunk=100)
    with around.database.read() as session:
        site = load_site(session)
    rules = IntakeRules(
        site=site, address=_ADDRESS[profile.checks.address], create_missing=profile.on_missing_sku == "create"
    )
    return _Work(job=job, around=around, request=request, rules=rules, knowledge=Knowledge(rules), noted=around.now())


def _begin(work: _Work) -> None:
    job = work.job
    if job.dry_run:
        return
    identity = work.request.profile.identity
    start = StartImport(
        actor=job.actor,
        at=work.around.now(),
        kind=job.kind,
        profile=job.profile,
        source=identity.source if identity else job.kind,
        file_name=job.file_name,
        sha256=_digest(job.origin),
    )
    work.run = work.around.database.run(begin, start)


def _digest(origin: Origin) -> str:
    if isinstance(origin, bytes):
        return hashlib.sha256(origin).hexdigest()
    with Path(origin).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(work: _Work, use_case: Callable[[Session, Asked], Given], asked: Asked) -> Given:
    """Run one step: for good, or, in a dry run, undone once its answer is known."""
    began = time.monotonic()
    database = work.around.database
    if not work.job.dry_run:
        answer = database.run(use_case, asked)
        time.sleep((time.monotonic() - began) * work.around.pause)
        return answer
    try:
        database.run(_rehearse, (use_case, asked))
    except _Rehearsed as rehearsed:
        given: Given = rehearsed.answer
        return given
    raise AssertionError("a rehearsal always ends in being undone")


def _rehearse(session: Session, step: tuple[Callable[[Session, Any], Any], Any]) -> None:
    use_case, asked = step
    raise _Rehearsed(use_case(session, asked))


def _progress(work: _Work, part: Chunk) -> None:
    now = work.around.now()
    if work.run is not None and now - work.noted >= NOTED_EVERY:
        step = Progress(actor=work.job.actor, at=now, run=work.run, rows=part.rows_done)
        work.around.database.run(note_progress, step)
        work.noted = now


def _store(work: _Work, records: Sequence[Parsed]) -> None:
    orders = [record for record in records if isinstance(record, AcceptedOrder)]
    accepted = [record for record in records if isinstance(record, AcceptedRecord)]
    work.documents += [record for record in records if isinstance(record, Cancellation)]
    for record in records:
        if isinstance(record, Refused):
            work.refused.append(record)
            work.tally.add("refused", *record.findings)
        elif isinstance(record, Skipped):
            work.tally.add("skipped", *record.findings)
        elif not isinstance(record, Cancellation):
            work.tally.findings += record.findings
    if orders:
        _store_orders(work, orders)
    for some in pieces(accepted, RECORDS_AT_ONCE.get(work.job.kind, 1)):
        _store_records(work, some)


def _store_orders(work: _Work, orders: Sequence[AcceptedOrder]) -> None:
    now = work.around.now()
    with work.around.database.read() as session:
        judged, unchanged = work.knowledge.judge(session, orders, now)
    work.tally.counts["unchanged"] += unchanged
    for step in _steps(judged):
        asked = StoreOrders(
            actor=work.job.actor,
            at=now,
            run=work.run,
            site=work.rules.site,
            orders=tuple(step),
            create_missing=work.rules.create_missing,
        )
        stored = _write(work, store_orders, asked)
        work.tally.join(stored.tally)
        if not work.job.dry_run:
            work.knowledge.remember_items(stored.items)


def _steps(orders: Iterable[JudgedOrder]) -> Iterator[list[JudgedOrder]]:
    step: list[JudgedOrder] = []
    lines = 0
    for order in orders:
        if step and (len(step) >= ORDERS_AT_ONCE or lines + len(order.draft.lines) > LINES_AT_ONCE):
            yield step
            step, lines = [], 0
        step.append(order)
        lines += len(order.draft.lines)
    if step:
        yield step


def _cancel(work: _Work) -> None:
    """Apply what takes back wants, once every order of the file is in."""
    for documents in pieces(work.documents, MATCHED_AT_ONCE):
        with work.around.database.read() as session:
            matched = match_cancellations(session, documents)
        work.refused += [_unmatched(it.document) for it in matched if not (it.known or it.match)]
        for some in pieces(matched, CANCELLATIONS_AT_ONCE):
            _apply(work, some)


def _apply(work: _Work, matched: Sequence[Matched]) -> None:
    asked = ApplyCancellations(actor=work.job.actor, at=work.around.now(), run=work.run, matched=tuple(matched))
    work.tally.join(_write(work, apply_cancellations, asked))


def _unmatched(document: Cancellation) -> Refused:
    draft = document.draft
    findings = (*document.findings, unmatched_finding(document))
    return Refused(key=draft.external_id, line=draft.line, findings=findings, rows=document.rows)


def _store_records(work: _Work, records: Sequence[AcceptedRecord]) -> None:
    asked = StoreRecords(
        actor=work.job.actor,
        at=work.around.now(),
        drafts=tuple(record.draft for record in records),
        findings={record.draft.line: record.findings for record in records if record.findings},
        hash_pin=work.around.hash_pin,
    )
    stored = _write(work, store_records, asked.prepared(work.around.database))
    work.tally.join(stored.tally)
    work.refused += stored.refused
    work.people += stored.people


def _end(work: _Work, state: str) -> Outcome:
    rows = work.head.rows if work.head else 0
    report = report_of(work.job.kind, rows, work.tally)
    rejected = _rejected(work) if work.refused and work.head and state == "done" else None
    if work.run is not None:
        end = EndImport(
            actor=work.job.actor, at=work.around.now(), run=work.run, report=report, rejected=rejected, state=state
        )
        work.around.database.run(end_import, end)
    preview = tuple(row.cells for row in work.head.preview) if work.head else ()
    if work.head:
        preview = (work.head.form.header, *preview)
    people = () if work.job.dry_run else tuple(work.people)
    return Outcome(report=report, run=work.run, preview=preview, rejected=rejected, people=people)


def _rejected(work: _Work) -> bytes | None:
    """Write the refused rows as a file; rows refused only when they were stored are read once more."""
    bare = {record.line for record in work.refused if not record.rows}
    rows = work.around.children.run(rows_at, work.request, frozenset(bare)) if bare else {}
    whole = [
        record if record.rows else Refused(key=record.key, line=record.line, findings=record.findings, rows=found)
        for record in work.refused
        for found in [tuple(row for line, row in rows.items() if line == record.line)]
    ]
    return rejected_file(work.head.form, whole) if work.head else None
