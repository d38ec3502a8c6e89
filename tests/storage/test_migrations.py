"""The numbered steps: models equal head, and data survive the way down and up again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import warehouse.storage.models  # noqa: F401
from warehouse.domain.errors import WarehouseError
from warehouse.storage import migrate
from warehouse.storage.base import Base
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
