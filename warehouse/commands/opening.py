"""How commands reach the database: to look, to write when nobody else does, or through the server that does."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warehouse.domain.errors import NotFoundError
from warehouse.services.audits import Seal
from warehouse.services.webhooks.outbox import post_facts
from warehouse.settings import Settings
from warehouse.storage.chain import read_anchor
from warehouse.storage.database import Database
from warehouse.storage.engines import reading_engine
from warehouse.storage.lock import lock_beside
from warehouse.storage.migrate import require_head
from warehouse.storage.opening import anchor_key, anchor_path, open_anchor, require_database, sqlite_file


def now() -> datetime:
    """Read the clock; use cases are told the time, they never look."""
    return datetime.now(UTC)


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """Open one consistent state to look at, beside a running server; makes no file."""
    require_database(url)
    engine = reading_engine(url)
    try:
        with Session(engine, autoflush=False) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def writing(settings: Settings, purpose: str) -> Iterator[Database]:
    """Open the database to write, alone; raises `DatabaseInUseError` while a server or command holds it."""
    require_database(settings.database_url)
    with ExitStack() as stack:
        stack.enter_context(alone(settings.database_url, purpose))
        require_head(settings.database_url)
        # Commands never judge scans: without the desks they need half the memory.
        anchor = open_anchor(settings.data_dir, settings.secret_key)
        database = Database(settings.database_url, anchor=anchor, outbox=post_facts)
        stack.callback(database.close)
        with database.read() as session:
            anchor.keep_where_cut(session)
        yield database


@contextmanager
def alone(url: str, purpose: str) -> Iterator[None]:
    """Hold the lock of an SQLite file; PostgreSQL orders its writers itself."""
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with lock_beside(file).acquire(purpose=purpose):
        yield


def seal_of(settings: Settings) -> Seal:
    """Read the anchor of the house; do it before the database is looked at."""
    return Seal(anchor=read_anchor(anchor_path(settings.data_dir)), key=anchor_key(settings.secret_key))


def seal_of_copy(settings: Settings, file: Path) -> Seal:
    """Read the anchor that a backup left beside its copy."""
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.")
    return Seal(anchor=read_anchor(file.with_name(f"{file.name}.anchor")), key=anchor_key(settings.secret_key))
