"""The audit chain, what people wrote beside it, and the small tables of the house."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key


class AuditRow(Base):
    """One fact of the append-only journal, chained by hash; holds no personal data, only keys."""

    __tablename__ = "audit"

    seq: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class RemarkRow(Base):
    """What somebody wrote about a fact of the journal, erased in time; the chain keeps its number and salted hash."""

    __tablename__ = "remark"

    id: Mapped[Key]
    at: Mapped[datetime]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    text: Mapped[str | None] = mapped_column(String(400))
    digest: Mapped[str] = mapped_column(String(64))
    erase_after: Mapped[datetime | None] = mapped_column(index=True)


class SettingRow(Base):
    """One setting of the site, changed in the admin pages."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Json]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RequestKeyRow(Base):
    """The first answer to a creating request, given again when the same key and body come back."""

    __tablename__ = "request_key"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[Key]
    caller: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[Json]
    created_at: Mapped[datetime]
    erase_after: Mapped[datetime]


class WriterMarkRow(Base):
    """The last group each writer committed: tells a lost commit from one that never happened."""

    __tablename__ = "writer_mark"

    writer: Mapped[str] = mapped_column(String(40), primary_key=True)
    group_no: Mapped[int]
