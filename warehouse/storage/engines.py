"""How the database is opened: one writing engine, one reading engine, each with the settings its promise needs."""

import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from warehouse.storage.base import JsonText
from warehouse.storage.pipeline import wait_for_all
from warehouse.storage.prepared import run_plain

SQLITE_WITHOUT_WAL_RESET_BUG = (3, 51, 3)
"""sqlite.org/changes.html: a write at the wrong moment of a checkpoint could corrupt older ones."""

BUSY_TIMEOUT_MS = 4000
CHECKPOINT_PAGES = 10_000
"""Pages in the log at which the writer makes a checkpoint itself, should nobody else have: `storage.checkpoints`."""
PAGES_ALONE = 1000
"""The same where nobody else may, as SQLite has it."""


def sqlite_module() -> Any:
    """Choose the newest SQLite at hand: the `pysqlite3` wheel before an older system library."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415 - an optional wheel, Linux only
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def may_help_the_writer() -> bool:
    """Tell whether a second connection may make checkpoints: with an older SQLite they could meet its fault."""
    found: tuple[int, ...] = sqlite_module().sqlite_version_info
    return found >= SQLITE_WITHOUT_WAL_RESET_BUG


def writing_engine(url: str) -> Engine:
    """Open the engine of the one writer; once it has its turn, each statement sees all that others have committed."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target, begin="BEGIN IMMEDIATE", prepare=_prepare_writer, pool=StaticPool)
    engine = create_engine(
        _psycopg(target),
        pool_size=1,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c synchronous_commit=on"},
        json_serializer=_dump,
        json_deserializer=_load,
    )

    @event.listens_for(engine, "before_cursor_execute")
    def _about_to_execute(connection: Connection, *_: object) -> None:
        wait_for_all(connection)

    return engine


def reading_engine(url: str) -> Engine:
    """Open the engine for reads; it cannot write."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target, begin="BEGIN", prepare=_prepare_reader, pool=QueuePool)
    return create_engine(
        _psycopg(target),
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c default_transaction_read_only=on"},
        json_serializer=_dump,
        json_deserializer=_load,
    )


def plain_engine(url: str) -> Engine:
    """Open an engine without a pool, for migrations and one-off commands."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target, begin="BEGIN IMMEDIATE", prepare=_prepare_writer, pool=NullPool)
    return create_engine(_psycopg(target), poolclass=NullPool)


def _dump(value: Any) -> str:
    if isinstance(value, JsonText):
        return str(value)  # a driver takes longer over kinds of text
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _load(value: Any) -> Any:
    """Read a JSON value; SQLite gives one that is a bare number back as that number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


def _psycopg(target: URL) -> URL:
    return target.set(drivername="postgresql+psycopg")


def _sqlite(target: URL, *, begin: str, prepare: Callable[[Any], None], pool: Any) -> Engine:
    sizes: dict[str, int] = {"pool_size": 8, "max_overflow": 56} if pool is QueuePool else {}
    engine = create_engine(
        target,
        module=sqlite_module(),
        poolclass=pool,
        connect_args={"check_same_thread": False},
        json_serializer=_dump,
        json_deserializer=_load,
        **sizes,
    )

    @event.listens_for(engine, "connect")
    def _connected(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None
        prepare(dbapi_connection)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        run_plain(connection, begin)

    return engine


def _prepare_writer(connection: Any) -> None:
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32768",
        f"wal_autocheckpoint={CHECKPOINT_PAGES if may_help_the_writer() else PAGES_ALONE}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any) -> None:
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=ON", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
