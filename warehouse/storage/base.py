"""The declarative base: how Python types become columns on SQLite and PostgreSQL."""

import enum
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Enum, Integer, MetaData, Row, String, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from warehouse.domain.words import KEPT, Text, kept, kept_texts

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused with a ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Give what does that for each value; SQLite's own way writes the same text in five steps."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


class Sentence(TypeDecorator[str]):
    """A sentence that may have parts, which it keeps where they fit; cut to its length where it does not."""

    impl = String
    cache_ok = True

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write it with its parts, or its English words."""
        if not value:
            return value
        looks_kept = value.startswith(KEPT)
        whole = kept(value) if isinstance(value, Text) or looks_kept else value
        if len(whole) <= self.most:
            return whole
        return (value.lstrip("[") if looks_kept else str(value))[: self.most]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give it back as it was."""
        said = kept_texts(value) if value else None
        return value if said is None else said[0]


AnyRow = Row[*tuple[Any, ...]]
"""A row of a query whose columns are read by name."""

Number = BigInteger().with_variant(Integer(), "sqlite")
Key = Annotated[int, mapped_column(Number, primary_key=True)]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]


class JsonText(str):
    """JSON that is written already: a column for JSON takes it as it is."""

    __slots__ = ()


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - the name and form that SQLAlchemy reads
        int: Number,
        str: String(400),
        datetime: UtcDateTime(),
        date: Date(),
        uuid.UUID: Uuid(),
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            create_constraint=True,
            length=24,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }
