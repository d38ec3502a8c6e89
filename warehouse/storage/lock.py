"""Only one process writes an SQLite file: it holds a lock beside it for as long as it lives."""

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from warehouse.domain.errors import ConflictError


class DatabaseInUseError(ConflictError):
    """Another process writes this database; the sentence names it."""

    code = "database_in_use"


class FileLock:
    """An exclusive lock on `path`, kept by the kernel: it ends with the last process that inherited it.

    A forked worker holds it too, so that a killed parent never frees a database that is still written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, purpose: str) -> Self:
        """Take the lock and write who holds it; raises `DatabaseInUseError` at once when it is held."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise DatabaseInUseError(f"{self._holder()} on this database ({self.path}).") from None
        self._descriptor = descriptor
        self._sign(purpose)
        return self

    def release(self) -> None:
        """Give the lock up in this process."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _sign(self, purpose: str) -> None:
        if self._descriptor is None:
            raise ValueError("the lock is not held")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"purpose": purpose, "pid": os.getpid(), "since": now})
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def _holder(self) -> str:
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
            return f"warehouse {held['purpose']} (process {held['pid']}, since {held['since']}) already works"
        except (OSError, ValueError, KeyError, TypeError):
            return "Another process already works"


def lock_beside(database: Path) -> FileLock:
    """Give the lock that guards one SQLite file; it is not yet taken."""
    return FileLock(database.with_suffix(".lock"))
