"""A consistent copy of a live SQLite database in one step, with an anchor for its own journal beside it."""

import json
import os
import shlex
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from warehouse.domain import journal
from warehouse.domain.errors import ConflictError
from warehouse.domain.journal import Anchor, AuditFact
from warehouse.domain.words import sentence
from warehouse.storage.engines import BUSY_TIMEOUT_MS, sqlite_module
from warehouse.storage.opening import require_database, sqlite_file

RECORD = "backup.json"
"""What is noted of the newest backup, in the data folder."""
_NO_FACT = AuditFact(at=datetime(1970, 1, 1, tzinfo=UTC), actor=None, role="", action="", subject="")
"""An anchor is made from an entry's number and digest alone."""


def back_up(url: str, target: Path) -> None:
    """Copy the database to `target`, which must not exist; writers are not stopped (VACUUM INTO reads one state).

    Raises ConflictError on PostgreSQL, naming the command that does it, and when `target` is there already.
    """
    source = sqlite_file(url)
    if source is None:
        raise ConflictError(
            sentence(
                "This warehouse runs on PostgreSQL; back it up with: {dump_command}",
                dump_command=dump_command(url, target),
            )
        )
    require_database(url)
    if target.exists():
        raise ConflictError(sentence("{target} is there already: a backup never overwrites.", target=target))
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        _copy(source, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    _sync(target.parent)


def dump_command(url: str, target: Path) -> str:
    """Give the exact command for PostgreSQL; the password stays out of it (pg_dump asks, or reads PGPASSWORD)."""
    given = make_url(url).difference_update_query(["password", "sslpassword"])
    address = URL.create(
        "postgresql", given.username, None, given.host, given.port, given.database, given.query
    ).render_as_string(hide_password=False)
    return f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(address)}"


def anchor_copy(copy: Path, live: Anchor | None, key: bytes) -> Path | None:
    """Write the anchor of a copy's own journal beside it; None when the journal is empty.

    `live` is the anchor read before copying. Raises ConflictError when the copy does not hold the entry it pins, or
    another key signed it: a damaged journal must not get a fresh seal.
    """
    with closing(_open_to_read(copy)) as connection:
        last = connection.execute("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        pinned = connection.execute("SELECT digest FROM audit WHERE seq = ?", (live.seq if live else 0,)).fetchone()
    is_held = live is None or (journal.anchor_is_genuine(key, live) and pinned is not None and pinned[0] == live.digest)
    if live is not None and not is_held:
        raise ConflictError(
            sentence(
                "The copy does not hold journal entry {seq} as anchored: run `warehouse audit verify`.", seq=live.seq
            )
        )
    if last is None:
        return None
    path = copy.with_name(f"{copy.name}.anchor")
    entry = journal.AuditEntry(last[0], _NO_FACT, last[1])
    path.touch(mode=0o600)
    path.write_text(journal.anchor_line(journal.make_anchor(key, entry)) + "\n", encoding="ascii")
    return path


def write_record(data_dir: Path, at: datetime, *, checked: bool) -> None:
    """Note beside the database when it was last backed up and whether the copy was looked through and held."""
    record = {"at": at.isoformat(timespec="seconds"), "checked": checked}
    (data_dir / RECORD).write_text(json.dumps(record) + "\n", encoding="ascii")


def read_record(data_dir: Path) -> dict[str, Any] | None:
    """Read that note; None when there is none, or none that can be read."""
    try:
        found = json.loads((data_dir / RECORD).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _copy(source: Path, target: Path) -> None:
    with closing(_open_to_read(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _open_to_read(file: Path) -> Any:
    connection = sqlite_module().connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
