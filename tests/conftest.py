"""Fixtures for every test: a real database of either kind, migrated to head."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.compiled import share_compiled
from tests.postgres import Databases, databases
from warehouse.children import Children
from warehouse.storage import migrate
from warehouse.storage.database import Database

BETWEEN_JOURNEYS = 7
"""Files of other tests from the start of one journey to that of the next."""
SHARED = Path(__file__).resolve().parents[2] / "shared"

# A busy machine is no reason to fail: how fast something is stands in the benchmark.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")
share_compiled()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the journeys over the run: side by side their browsers starve each other, at its end they run alone."""
    files = list(dict.fromkeys(item.path for item in items))
    journeys = [path for path in files if "journeys" in path.parts]
    others = [path for path in files if "journeys" not in path.parts]
    place = {path: number for number, path in enumerate(others)}
    place |= {path: number * BETWEEN_JOURNEYS for number, path in enumerate(journeys)}
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(autouse=True)
def open_hand() -> Iterator[None]:
    """Every test gets the process as it began: a command run in it makes all later files private."""
    os.umask(0o022)
    yield
    os.umask(0o022)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real data sets are not beside this checkout")
    return SHARED


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    """One helper process, ended with the file that asked for it."""
    pool = Children(1)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "warehouse.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """Databases on a PostgreSQL of our own."""
    with databases() as found:
        yield found


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "warehouse.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    with postgres_databases.lent() as address:
        yield address


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
