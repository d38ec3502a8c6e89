"""What a failing database statement means for the unit of work it stood in."""

import enum
import random
import time

from sqlalchemy.exc import DBAPIError, OperationalError

from warehouse.domain.errors import RetryLaterError, WarehouseError

_RETRY_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialisation failure, deadlock, lock not available."""

_AWAY_STATES = {"57P01", "57P02", "57P03"}
"""PostgreSQL: shut down by an administrator, crashed, not yet able to take connections."""

_SQLITE_BUSY = ("database is locked", "database table is locked")
_SQLITE_FULL = ("database or disk is full", "disk I/O error", "readonly database", "unable to open database file")


class UnknownOutcomeError(WarehouseError):
    """The connection was lost at the commit and nobody can tell yet whether it happened."""

    code = "unknown_outcome"
    status = 503


class Fault(enum.Enum):
    """Whose fault an error is, and whether running the whole unit again can help."""

    OURS = "ours"
    AGAIN = "again"
    LOST = "lost"
    BUSY = "busy"
    FULL = "full"

    def pause(self, attempt: int) -> None:
        """Wait a moment, longer each time and never in step with others."""
        time.sleep(min(2.0, 0.01 * 2**attempt) * (0.5 + random.random()))  # noqa: S311 - jitter, not a secret

    def as_error(self, error: BaseException) -> BaseException:
        """Turn the last error into what the callers are told."""
        sentence = _SENTENCES.get(self)
        if sentence is None:
            return error
        return RetryLaterError(sentence)


_SENTENCES = {
    Fault.AGAIN: "The database was too contended. Nothing was changed; send it again.",
    Fault.LOST: "The database went away. Nothing was changed; send it again.",
    Fault.BUSY: "Another program holds the database. Nothing was changed; send it again.",
    Fault.FULL: "The disk is full or cannot be written. Nothing was changed; free some space.",
}


def fault_of(error: BaseException) -> Fault:
    """Tell what kind of fault `error` is."""
    if not isinstance(error, DBAPIError):
        return Fault.OURS
    if error.connection_invalidated or _is_away(error):
        return Fault.LOST
    if getattr(error.orig, "sqlstate", None) in _RETRY_STATES:
        return Fault.AGAIN
    text = str(error.orig)
    if any(sign in text for sign in _SQLITE_BUSY):
        return Fault.BUSY
    return Fault.FULL if any(sign in text for sign in _SQLITE_FULL) else Fault.OURS


def _is_away(error: DBAPIError) -> bool:
    """Whether PostgreSQL could not be reached at all; who was never connected has no state to tell."""
    if not isinstance(error, OperationalError) or not type(error.orig).__module__.startswith("psycopg"):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith("08") or state in _AWAY_STATES
