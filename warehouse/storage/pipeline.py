"""PostgreSQL only: the statements of a group of scans travel together instead of waiting for one another's answers.

psycopg's pipeline sends what is asked for and goes on; whoever reads rows waits for them, and the commit waits for
everything, errors included. SQLAlchemy looks at the result of a statement at once and cannot work that way: its first
own statement ends the pipeline, and the rest of the group goes as usual.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from warehouse.storage.prepared import driver_errors

_SLOT = "pipeline"
_END = "the end of what was sent together"


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """Let the statements inside travel together, as far as they are prepared ones.

    Raises as SQLAlchemy does when the connection turns out to be lost at its end, which may be behind the commit.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver_errors(connection, _END), ExitStack() as pipeline:
        pipeline.enter_context(driver.pipeline())
        connection.info[_SLOT] = pipeline
        try:
            yield
        finally:
            if not connection.invalidated:
                connection.info.pop(_SLOT, None)


def wait_for_all(connection: Connection) -> None:
    """End the pipeline where there is one; raises, as SQLAlchemy does, the error of a statement that failed in it."""
    pipeline: ExitStack | None = connection.info.pop(_SLOT, None)
    if pipeline is not None:
        with driver_errors(connection, _END):
            pipeline.close()


@contextmanager
def ended_by_failure(connection: Connection) -> Iterator[None]:
    """End the pipeline where what is inside fails, before its transaction is rolled back.

    In an aborted pipeline the rollback would fail as well, and hide why: it would look like a lost connection.
    """
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            with suppress(DBAPIError):  # what else was in it failed because of this
                wait_for_all(connection)
        raise
