"""Whether the warehouse keeps its promises: every invariant on a live database, and the audit chain to its end."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, inspect, select, text
from sqlalchemy.orm import Session

from warehouse.domain import journal
from warehouse.domain.codes import OrderState
from warehouse.domain.journal import Verification
from warehouse.domain.lifecycle import Kind, allows
from warehouse.storage import migrate
from warehouse.storage.chain import entries
from warehouse.storage.engines import SQLITE_WITHOUT_WAL_RESET_BUG, sqlite_module
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.queries.invariants.all import Result, result_of, run
from warehouse.storage.queries.invariants.lists import LISTS
from warehouse.storage.queries.invariants.packing import PACKING, STATES
from warehouse.storage.queries.invariants.returns import RETURNS
from warehouse.storage.queries.invariants.scans import LINES, SCANS
from warehouse.storage.queries.invariants.stock import STOCK
from warehouse.storage.queries.remarks import changed_remarks

CHECKS = (*SCANS, *LINES, *STOCK, *PACKING, *LISTS, *STATES, *RETURNS)
_ONWARD = tuple(state.value for state in OrderState if state is not OrderState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the chain is held against: the anchor kept outside the database, None when there is none, and its key.

    Read the anchor before the database: the chain only grows, so it is never behind an anchor read earlier.
    """

    anchor: journal.Anchor | None
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of every check, and what else is worth knowing; `ok` when nothing is broken."""

    results: tuple[Result, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every promise holds."""
        return all(result.ok for result in self.results)


def examine(session: Session, seal: Seal) -> Report:
    """Run every check on the one state this session sees; only reads.

    A database of another form than this program needs is not looked into further.
    """
    schema = _schema(session)
    if not schema.ok:
        return Report(results=(schema,), notes=_notes(session, seal))
    results = [schema, *_file(session), *(run(session, one) for one in CHECKS)]
    results += [state_paths(session), _chain(session, seal), _remarks(session)]
    return Report(results=tuple(results), notes=_notes(session, seal))


def verify_chain(session: Session, seal: Seal) -> Verification:
    """Walk the whole audit chain and name the first entry that does not hold, its tail included."""
    anchors = () if seal.anchor is None else (seal.anchor,)
    return journal.verify(entries(session), anchors, seal.key)


def _schema(session: Session) -> Result:
    needed, found = migrate.head(), None
    if inspect(session.connection()).has_table("alembic_version"):
        found = session.scalar(text("SELECT version_num FROM alembic_version"))
    wrong = [] if found == needed else [f"the database is at revision {found or 'none'}, this program needs {needed}"]
    return result_of("schema", "The tables have the form this program needs.", wrong)


def _file(session: Session) -> Iterator[Result]:
    """SQLite's own checks; PostgreSQL checks its keys at every write and its pages with tools of its own."""
    if session.connection().dialect.name != "sqlite":
        return
    found = session.scalars(text("PRAGMA integrity_check"))
    yield result_of("integrity", "The database file is sound.", (row for row in found if row != "ok"))
    broken = session.execute(text("PRAGMA foreign_key_check"))
    rows = (f"{row[0]} row {row[1]} names a {row[2]} that is not there" for row in broken)
    yield result_of("foreign_keys", "Every row that is named exists.", rows)


def _chain(session: Session, seal: Seal) -> Result:
    found = verify_chain(session, seal)
    wrong = [] if found.ok else [str(found)]
    return result_of("audit_chain", "The journal is as it was written, its end included.", wrong)


def _remarks(session: Session) -> Result:
    return result_of("remarks", "What was written about a fact is as written, or erased.", changed_remarks(session))


def state_paths(session: Session) -> Result:
    """Check every change of state that the journal tells of against the legal paths."""
    promise = "Every change of state in the journal follows a legal path."
    return result_of("state_path", promise, _illegal_steps(session))


def _illegal_steps(session: Session) -> Iterator[str]:
    """Follow each thing through the journal: entries whose details carry `was` and `now` are its steps."""
    kinds = {kind.value for kind in Kind}
    for row in session.execute(_steps().execution_options(yield_per=2000)):
        kind = row.subject.partition(":")[0]
        step = json.loads(row.details)
        if kind not in kinds or not isinstance(step, dict) or not {"was", "now"} <= step.keys():
            continue
        if not _is_legal(Kind(kind), str(step["was"]), str(step["now"])):
            yield f"audit entry {row.seq}: {row.subject} went from {step['was']} to {step['now']}"


def _is_legal(kind: Kind, was: str, now: str) -> bool:
    """Say whether one entry may stand for this change: one legal step, or several steps onward at once for an order."""
    if was == now or allows(kind, was, now):
        return True
    onward = _ONWARD if kind is Kind.ORDER else ()
    return was in onward and now in onward and onward.index(was) < onward.index(now)


def _steps() -> Select[int, str, str]:
    told = AuditRow.details.contains('"was"')
    return select(AuditRow.seq, AuditRow.subject, AuditRow.details).where(told).order_by(AuditRow.seq)


def _notes(session: Session, seal: Seal) -> tuple[str, ...]:
    notes = [_version(session)]
    if seal.anchor is None:
        notes.append("There is no anchor beside the database: a journal whose end was cut off would not be noticed.")
    return tuple(notes)


def _version(session: Session) -> str:
    if session.connection().dialect.name != "sqlite":
        return f"PostgreSQL {session.scalar(text('SHOW server_version'))}."
    return sqlite_note(sqlite_module().sqlite_version_info)


def sqlite_note(version: tuple[int, ...]) -> str:
    """Name the version of SQLite, and warn of one that can damage a file."""
    name = "SQLite " + ".".join(map(str, version))
    if version >= SQLITE_WITHOUT_WAL_RESET_BUG:
        return f"{name}."
    safe = ".".join(map(str, SQLITE_WITHOUT_WAL_RESET_BUG))
    return f"{name} can damage a database in rare cases (the WAL-reset bug); use {safe} or newer: install pysqlite3."
