"""SQLite only: what stands in the write-ahead log goes into the database file beside the writer, not in its turn.

Left to itself, SQLite does it at the end of the commit that fills the log's thousandth page: whoever scans just then
waits for thousands of pages and for two more syncs of the disk. A connection that only does this holds up nobody, for
a passive checkpoint takes no lock that the writer needs (sqlite.org/c3ref/wal_checkpoint_v2.html).
"""

import logging
import threading
from contextlib import closing
from typing import Any

from sqlalchemy import make_url

from warehouse.storage.engines import sqlite_module

log = logging.getLogger(__name__)

LOOK_EVERY = 0.2
ENOUGH = 1000
"""Pages in the log that are worth a checkpoint; as many as SQLite takes by itself."""
LONG = 6000
"""Pages after which the log is begun anew, for which writer and readers have to pause; where there is a gap between
two of them it begins anew by itself."""
PATIENCE_MS = 50
AFTER_FAILURE = 30.0


class Checkpoints:
    """Keeps the log of one database file short, in a thread of its own, until it is closed."""

    def __init__(self, url: str) -> None:
        self._path = make_url(url).database or ":memory:"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="checkpoints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; what is left in the log stays there until the next one, or the last connection's end."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        if self._over.wait(LOOK_EVERY):  # most commands are through before anything is worth it
            return
        with closing(_connected(self._path)) as connection:
            while not self._over.wait(LOOK_EVERY):
                try:
                    shorten(connection)
                except Exception:
                    log.exception("a checkpoint failed; the writer makes them itself once the log has grown")
                    self._over.wait(AFTER_FAILURE)


def shorten(connection: Any) -> None:
    """Make a checkpoint where one is worth it; a log that has grown long all the same is begun anew."""
    pages, moved = _pages(connection, "NOOP")
    if pages - moved < ENOUGH:
        return
    pages, moved = _pages(connection, "PASSIVE")
    if pages >= LONG and pages - moved < ENOUGH:  # where much could not be moved, somebody reads an old state for long
        _pages(connection, "RESTART")


def _pages(connection: Any, mode: str) -> tuple[int, int]:
    """Make a checkpoint, or with `NOOP` none; gives how many pages the log has, and how many of them are moved."""
    _, pages, moved = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return pages, moved


def _connected(path: str) -> Any:
    connection = sqlite_module().connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    return connection
