"""One cache of compiled statements for every database of a kind that a test process opens.

SQLAlchemy keeps what it compiled by dialect object, and each engine has one of its own. Each test opens a database of
its own, so most statements would be compiled for one use: a third of the processor time of the tests with databases.
"""

from typing import Any

from sqlalchemy import Engine, util
from sqlalchemy.engine.default import DefaultDialect

CACHED: Any = util.LRUCache(4000)


def share_compiled() -> None:
    """Let dialects of one kind and server version be equal, and engines keep what they compile in one place."""
    make: Any = Engine.__init__

    def make_sharing(engine: Any, *args: object, **options: object) -> None:
        make(engine, *args, **options)
        engine._compiled_cache = CACHED

    for owner, name, method in (
        (Engine, "__init__", make_sharing),
        (DefaultDialect, "__hash__", lambda dialect: hash(_kind(dialect))),
        (DefaultDialect, "__eq__", lambda one, other: isinstance(other, DefaultDialect) and _kind(one) == _kind(other)),
    ):
        setattr(owner, name, method)


def _kind(dialect: Any) -> tuple[object, ...]:
    return type(dialect), dialect.paramstyle, getattr(dialect, "server_version_info", None)
