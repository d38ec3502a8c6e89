"""Import runs: begun once per source, carried on step by step, ended with a report and the rows that were refused."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.drafts import Finding
from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind, ImportWentOn
from warehouse.domain.words import listed, sentence, with_parts
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.storage.group import announce
from warehouse.storage.models.intake import ImportRunRow

KEEP_FILES = timedelta(days=30)
"""How long refused rows are kept: they hold personal data."""

KEEP_ADDRESSES = timedelta(days=90)
"""How long the address of an order is kept."""

SILENT = timedelta(minutes=2)
"""A run that has not got on for so long was cut off; its source is free again."""

COUNTED = ("created", "updated", "unchanged", "held", "refused", "skipped")
MOST_FINDINGS = 10_000


class ImportRunningError(ConflictError):
    """Another import of the same source is at work."""

    code = "import_running"


@dataclass(slots=True)
class Tally:
    """What became of records so far; held ones are counted among created or updated, too."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, word: str, *findings: Finding) -> None:
        """Count one record and keep what is to be said about it."""
        self.counts[word] += 1
        self.findings += findings

    def join(self, other: "Tally") -> None:
        """Take over what another step counted."""
        self.counts.update(other.counts)
        self.findings += other.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class StartImport(Request):
    """A file is to be read; `source` is whose it is, `sha256` the hash of its bytes."""

    kind: str
    profile: str
    source: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndImport(Request):
    """The file was read to its end, or `state` says what stopped it: failed, cut_off."""

    run: int
    report: dict[str, Any]
    rejected: bytes | None = None
    state: str = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Request):
    """So many rows of the file's `whole` are stored."""

    run: int
    rows: int
    whole: int


def start_import(session: Session, request: StartImport) -> int:
    """Begin a run and give its key; raises ImportRunningError while another of the same source gets on.

    A run that was cut off is marked as such: its orders are found again by their hash.
    """
    same = (ImportRunRow.state == "running", ImportRunRow.kind == request.kind, ImportRunRow.source == request.source)
    for run in session.scalars(select(ImportRunRow).where(*same)):
        if run.seen_at and run.seen_at > request.at - SILENT:
            raise ImportRunningError(
                sentence(
                    "“{file_name}” is being imported right now. Wait until it is through.", file_name=run.file_name
                )
            )
        run.state, run.ended_at = "cut_off", request.at
    row = ImportRunRow(
        kind=request.kind,
        profile=request.profile,
        source=request.source,
        file_name=request.file_name[-200:],
        sha256=request.sha256,
        person_id=request.actor.person,
        started_at=request.at,
        seen_at=request.at,
        erase_after=request.at + KEEP_FILES,
    )
    session.add(row)
    session.flush()
    audit(session, request, "import_started", f"import:{row.id}", kind=row.kind, profile=row.profile, sha256=row.sha256)
    return row.id


def note_progress(session: Session, request: Progress) -> None:
    """Write down how far a run has got."""
    moved = update(ImportRunRow).where(ImportRunRow.id == request.run).values(cursor=request.rows, seen_at=request.at)
    session.execute(moved)
    announce(session, ImportWentOn(run=request.run, state="running", rows=request.rows, whole=request.whole))


def end_import(session: Session, request: EndImport) -> None:
    """Close a run with its report."""
    run = session.get_one(ImportRunRow, request.run)
    run.state, run.ended_at, run.seen_at = request.state, request.at, request.at
    run.report = with_parts(request.report, *(finding["message"] for finding in request.report["findings"]))
    run.rejected = request.rejected
    if request.state == "done":
        run.cursor = request.report["rows"]
    counts = {key: value for key, value in request.report.items() if key != "findings"}
    audit(session, request, "import_ended", f"import:{run.id}", state=run.state, **counts)
    _ask_about_refused(session, request, run)
    announce(session, BoardChanged(BoardKind.ORDERS))
    announce(session, ImportWentOn(run=run.id, state=run.state, rows=run.cursor, whole=request.report["rows"]))


def _ask_about_refused(session: Session, request: EndImport, run: ImportRunRow) -> None:
    """Put what was refused for its quantities before the order desk: one entry a file, however often it comes."""
    kind = ExceptionType.INVALID_QUANTITY
    said = [finding["message"] for finding in request.report["findings"] if finding["code"] == kind]
    if request.state != "done" or run.kind != "orders" or not said:
        return
    about = listed([run.file_name[-80:], said[0]], ": ")
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=kind,
        subject=f"file:{run.sha256}",
        about=sentence("{first}, and {more} more", first=about, more=len(said) - 1) if len(said) > 1 else about,
        data={"import": run.id, "refused": len(said)},
    )
    open_exception(session, entry)


def report_of(kind: str, rows: int, tally: Tally) -> dict[str, Any]:
    """Write the report of an import: rows, what became of the records, and the findings with their lines."""
    shown = tally.findings[:MOST_FINDINGS]
    if rest := len(tally.findings) - len(shown):
        shown = [*shown, Finding(None, None, "more_findings", sentence("And {number} more like these.", number=rest))]
    return {
        "rows": rows,
        kind: {word: tally.counts[word] for word in COUNTED},
        "findings": [finding._asdict() for finding in shown],
    }
