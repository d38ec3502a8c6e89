"""Import runs: what was read, what became of it, and the rows to mend and upload again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key


class ImportRunRow(Base):
    """One file that came in; `cursor` is how many rows a run had got through, `seen_at` when it last got on."""

    __tablename__ = "import_run"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40), default="", index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    dry_run: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="running")
    cursor: Mapped[int] = mapped_column(default=0)
    report: Mapped[Json | None]
    rejected: Mapped[bytes | None] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    erase_after: Mapped[datetime | None]


class CancellationRow(Base):
    """A document that took back units of an order; kept so that reading its file again takes them back only once."""

    __tablename__ = "cancellation"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[Key]
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(80))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    units: Mapped[Json]
    applied_at: Mapped[datetime]
