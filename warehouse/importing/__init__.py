"""One import from file to report: parsed in a helper process, stored in small steps, rehearsed or for good."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from warehouse.domain.codes import Severity
from warehouse.domain.drafts import AcceptedRecord, Finding, Refused, Skipped
from warehouse.domain.orders import AcceptedOrder, Cancellation
from warehouse.exchange.choosing import profile_for
from warehouse.exchange.limits import UnreadableFileError
from warehouse.exchange.mapping import Chunk, FileHead, Parsed, Request, read_file
from warehouse.exchange.rejected import rejected_file
from warehouse.exchange.rows_at import rows_at
from warehouse.exchange.source import Origin
from warehouse.importing.orders import ask_about_emptied, store_parsed, take_back
from warehouse.importing.work import Job, Outcome, Paces, Surroundings, Work, write_step
from warehouse.services.intake.knowledge import IntakeRules, Knowledge
from warehouse.services.intake.records import StoreRecords, store_records
from warehouse.services.intake.runs import EndImport, Progress, StartImport, end_import, note_progress, report_of
from warehouse.services.intake.runs import start_import as begin
from warehouse.services.site import load_site

__all__ = ["Job", "Outcome", "Surroundings", "import_file"]

NOTED_EVERY = timedelta(seconds=1)
_ADDRESS = {"off": None, "flag": Severity.FLAG, "hold": Severity.HOLD}


def _silent(*_: int) -> None:
    """Report nothing."""


def import_file(
    around: Surroundings,
    job: Job,
    on_progress: Callable[[int, int], None] = _silent,
    on_begun: Callable[[int], None] = _silent,
) -> Outcome:
    """Import one file; `on_progress(rows done, rows)` is called as it gets on, `on_begun(run)` once it is on record.

    Raises InvalidInputError when the file or profile cannot be read, ImportRunningError while the same source is being
    imported. A run that is cut off goes on when the file is sent again: what is stored is known by its hash.
    """
    wanting = _found_wanting(around, job) if job.all_or_nothing and not job.dry_run else {}
    return _import(_open(around, job, wanting), on_progress, on_begun)


def _found_wanting(around: Surroundings, job: Job) -> dict[int, tuple[Finding, ...]]:
    """Rehearse the whole import; give by line what would be refused, and why."""
    work = _open(around, replace(job, dry_run=True))
    _import(work, _silent, _silent)
    return {record.line: record.findings for record in work.refused}


def _import(work: Work, on_progress: Callable[[int, int], None], on_begun: Callable[[int], None]) -> Outcome:
    parts = work.around.children.stream(read_file, work.request)
    try:
        for part in parts:
            if isinstance(part, FileHead):
                work.head = part
                work.tally.findings += part.findings
                if not work.job.dry_run:
                    work.run = _begin(work)
                    on_begun(work.run)
            else:
                _store(work, part.records)
                _progress(work, part)
                on_progress(part.rows_done, part.rows)
        take_back(work)
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


def _open(around: Surroundings, job: Job, wanting: Mapping[int, tuple[Finding, ...]] | None = None) -> Work:
    with around.database.read() as session:
        site = load_site(session)
        profile = job.draft or profile_for(session, job.kind, job.profile, job.source)
    request = Request(
        origin=job.origin,
        profile=profile,
        chunk=around.at_once,
        all_or_nothing=job.all_or_nothing and job.dry_run,
        found_wanting=wanting or {},
    )
    rules = IntakeRules(
        site=site, address=_ADDRESS[profile.checks.address], create_missing=profile.on_missing_sku == "create"
    )
    return Work(
        job=job,
        around=around,
        request=request,
        rules=rules,
        knowledge=Knowledge(rules),
        noted=around.now() - NOTED_EVERY,
        pace=Paces(around.step_seconds),
    )


def _begin(work: Work) -> int:
    job = work.job
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
    return work.around.database.run(begin, start)


def _digest(origin: Origin) -> str:
    if isinstance(origin, bytes):
        return hashlib.sha256(origin).hexdigest()
    with Path(origin).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _progress(work: Work, part: Chunk) -> None:
    now = work.around.now()
    if work.run is not None and now - work.noted >= NOTED_EVERY:
        step = Progress(actor=work.job.actor, at=now, run=work.run, rows=part.rows_done, whole=part.rows)
        work.around.database.run(note_progress, step)
        work.noted = now


def _store(work: Work, records: Sequence[Parsed]) -> None:
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
        store_parsed(work, orders)
    ask_about_emptied(work, [record for record in records if isinstance(record, Skipped)])
    for some in work.pace.records.steps(accepted):
        _store_records(work, some)


def _store_records(work: Work, records: Sequence[AcceptedRecord]) -> None:
    asked = StoreRecords(
        actor=work.job.actor,
        at=work.around.now(),
        drafts=tuple(record.draft for record in records),
        findings={record.draft.line: record.findings for record in records if record.findings},
        hash_pin=work.around.hash_pin,
    )
    asked = asked.prepared(work.around.database)
    stored = write_step(work, store_records, asked, partial(work.pace.records.learn, records))
    work.tally.join(stored.tally)
    work.refused += stored.refused
    work.people += stored.people


def _end(work: Work, state: str) -> Outcome:
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


def _rejected(work: Work) -> bytes | None:
    """Write the refused rows as a file; rows refused only when they were stored are read once more."""
    bare = {record.line for record in work.refused if not record.rows}
    rows = work.around.children.run(rows_at, work.request, frozenset(bare)) if bare else {}
    whole = [
        record if record.rows else Refused(key=record.key, line=record.line, findings=record.findings, rows=found)
        for record in work.refused
        for found in [tuple(row for line, row in rows.items() if line == record.line)]
    ]
    return rejected_file(work.head.form, whole) if work.head else None
