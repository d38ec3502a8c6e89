"""The audit chain on disk: facts of a group are sealed in its transaction, the anchor is written after its commit."""

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, literal_column, select
from sqlalchemy.orm import Session

from warehouse.domain import journal
from warehouse.domain.journal import AuditEntry, AuditFact
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.prepared import Prepared

log = logging.getLogger(__name__)

_ANCHOR_SIZE = 160
_NO_FACT = AuditFact(at=datetime(1970, 1, 1, tzinfo=UTC), actor=None, role="", action="", subject="")


def seal(connection: Connection, facts: Sequence[AuditFact], last: AuditEntry | None = None) -> AuditEntry:
    """Append `facts` (at least one) to the chain and answer its new last entry; `last` is the old one, where known."""
    last = last or _last(connection)
    rows = []
    for fact in facts:
        last = journal.append(last, fact)
        rows.append(_row(last))
    _INSERT.run(connection, rows)
    assert last is not None  # noqa: S101 - `facts` is never empty here
    return last


def _last(connection: Connection) -> AuditEntry | None:
    row = _LAST.first(connection, {})
    return AuditEntry(row.seq, _NO_FACT, row.digest) if row else None


_LAST = Prepared(select(AuditRow.seq, AuditRow.digest).order_by(AuditRow.seq.desc()).limit(literal_column("1")))
_INSERT = Prepared(insert(AuditRow), [column.key for column in AuditRow.__table__.columns])


def _row(entry: AuditEntry) -> dict[str, object]:
    fact = entry.fact
    return {
        "seq": entry.seq,
        "at": fact.at,
        "actor_id": fact.actor,
        "role": fact.role,
        "action": fact.action,
        "subject": fact.subject,
        "details": fact.details,
        "digest": entry.digest,
    }


def entries(session: Session, after: int = 0) -> Iterator[AuditEntry]:
    """Stream the chain in its stored order, from the entry behind `after` on."""
    columns = AuditRow.__table__.columns
    query = select(*columns).where(columns.seq > after).order_by(columns.seq)
    with session.execute(query.execution_options(yield_per=2000)) as rows:  # closed even when nobody reads to the end
        for row in rows:
            fact = AuditFact(
                at=row.at,
                actor=row.actor_id,
                role=row.role,
                action=row.action,
                subject=row.subject,
                details=row.details,
            )
            yield AuditEntry(row.seq, fact, row.digest)


class Anchor:
    """The signed end of the chain in its own file; written after each commit, so it is never ahead of the truth."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._is_kept = False
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def keep_where_cut(self, session: Session) -> None:
        """Look, before anything is written, whether the chain holds what is pinned; if not, that stays pinned for good.

        A newer end would hide that entries were taken away, or an end put in their place that this key did not sign,
        while nobody served: so `audit verify` goes on to find it.
        """
        self._is_kept = not _holds(session, self.path, self._key)
        if self._is_kept:
            log.error(
                "The journal does not hold what %s pins, or another key signed it: run `warehouse audit verify`. "
                "The file is kept as it is; once you know what happened, move it away and start again.",
                self.path,
            )

    def __call__(self, last: AuditEntry) -> None:
        """Note `last` as the end of the chain."""
        if self._is_kept:
            return
        line = journal.anchor_line(journal.make_anchor(self._key, last))
        os.pwrite(self._file, line.ljust(_ANCHOR_SIZE).encode() + b"\n", 0)

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)


def _holds(session: Session, path: Path, key: bytes) -> bool:
    try:
        pinned = read_anchor(path)
    except ValueError:
        return False
    if pinned is None:
        return True
    if not journal.anchor_is_genuine(key, pinned):
        return False
    return session.scalar(select(AuditRow.digest).where(AuditRow.seq == pinned.seq)) == pinned.digest


def read_anchor(path: Path) -> journal.Anchor | None:
    """Read the anchor file; None when nothing was anchored yet."""
    line = path.read_text().strip("\0 \n") if path.exists() else ""
    return journal.parse_anchor(line) if line else None
