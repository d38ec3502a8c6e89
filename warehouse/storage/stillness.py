"""Whether anybody else has written since this writer's last transaction: what it read until then still holds.

SQLite tells it for nothing: a connection counts the rows it has changed, and `data_version` moves with every commit of
another connection. Asked inside a write transaction the answer cannot change any more. PostgreSQL has no such number;
there what is remembered is looked up again each time.
"""

from typing import Any

from sqlalchemy import Connection


class Stillness:
    """One writer's memory of how it left the database."""

    def __init__(self) -> None:
        self._left: object = None

    def holds(self, connection: Connection) -> bool:
        """Tell, in a write transaction, whether the database is as `leave` saw it."""
        return self._left is not None and self._left == _marks(connection)

    def leave(self, connection: Connection) -> None:
        """Note how the database is at the end of a transaction."""
        self._left = _marks(connection)

    def forget(self) -> None:
        """Trust nothing: a transaction has failed."""
        self._left = None


def _marks(connection: Connection) -> object:
    if connection.dialect.name != "sqlite":
        return None
    driver: Any = connection.connection.driver_connection
    return driver.total_changes, driver.execute("PRAGMA data_version").fetchone()[0]
