"""The numbered steps: models equal head, and data survive the way down and up again."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.orm import Session

import warehouse.storage.models  # noqa: F401
from tests import builders as make
from tests.builders import build
from warehouse.domain.errors import WarehouseError
from warehouse.storage import migrate
from warehouse.storage.base import Base
from warehouse.storage.database import Database
from warehouse.storage.engines import plain_engine


def test_the_models_are_what_the_migrations_build(url: str) -> None:
    with plain_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_that_is_not_at_head_is_refused(url: str) -> None:
    migrate.require_head(url)
    migrate.downgrade(url, "base")
    with pytest.raises(WarehouseError, match="Run `warehouse migrate`"):
        migrate.require_head(url)
    migrate.upgrade(url)
    migrate.require_head(url)


def test_data_survive_the_way_down_and_up_again(url: str, open_database: Callable[..., Database]) -> None:
    database = open_database()
    build(database, a_small_warehouse)
    database.close()
    before = content(url)
    assert sum(before.values(), ()) != ()
    for revision in reversed(numbered()[:-1]):
        migrate.downgrade(url, revision)
    assert migrate.current(url) == numbered()[0]
    migrate.upgrade(url)
    assert content(url) == before


def test_the_steps_are_numbered_without_a_gap() -> None:
    assert numbered() == [f"{number:04d}" for number in range(1, len(numbered()) + 1)]


def a_small_warehouse(session: Session) -> None:
    near, far = make.a_bin(session, "S1", walk=1), make.a_bin(session, "S2", walk=2)
    mug, pen = make.an_item(session, "MUG", "4006381333931"), make.an_item(session, "PEN", "5012345678900")
    make.some_stock(session, near, mug, 20)
    make.some_stock(session, far, pen, 5, lot="L1")
    make.a_person(session, "Ana")
    make.a_tote(session, "T1")
    make.a_cart(session, "K1")
    make.a_batch(session, [make.an_order(session, {mug: 3, pen: 1}, number="1001")])


def numbered() -> list[str]:
    return sorted(path.name[:4] for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))


def content(url: str) -> dict[str, tuple[tuple[object, ...], ...]]:
    """Every row of every table, in the order of its key."""
    with plain_engine(url).connect() as connection:
        return {
            name: tuple(tuple(map(str, row)) for row in connection.execute(select(table).order_by(*table.primary_key)))
            for name, table in Base.metadata.tables.items()
        }
