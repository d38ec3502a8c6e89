"""Alembic's entry: runs on the connection that `warehouse.storage.migrate` hands in."""

from typing import Literal

from alembic import context

import warehouse.storage.models  # noqa: F401 - registers every table
from warehouse.storage.base import Base, Number, UtcDateTime

connection = context.config.attributes["connection"]


def render(kind: str, value: object, _context: object) -> str | Literal[False]:
    """Write our own types by their names, so that a step reads well."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "UtcDateTime()"
    return "Number" if kind == "type" and value is Number else False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
