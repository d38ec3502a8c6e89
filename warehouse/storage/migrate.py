"""Bring the tables to the form this program needs, and refuse to start on any other."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event

from warehouse.domain.errors import WarehouseError
from warehouse.storage.engines import plain_engine

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(WarehouseError):
    """The database's tables are not of the form this program needs."""

    code = "schema"


def upgrade(url: str, revision: str = "head") -> None:
    """Run every missing step up to `revision`, in one transaction."""
    with _engine(url).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Run the steps back down to `revision` (`base`: no tables)."""
    with _engine(url).begin() as connection:
        command.downgrade(_config(connection), revision)


def current(url: str) -> str | None:
    """Name the revision the database is at; None when it has no tables yet."""
    with _engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Name the revision this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_head(url: str) -> None:
    """Raise `SchemaError` unless the database is of the form this program needs."""
    found, needed = current(url), head()
    if found != needed:
        raise SchemaError(
            f"The database is at revision {found or 'none'}, this program needs {needed}. Run `warehouse migrate`."
        )


def _engine(url: str) -> Engine:
    """Foreign keys rest while tables are rebuilt; the tests compare the data before and after."""
    engine = plain_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    return engine


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
