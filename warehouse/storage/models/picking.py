"""Scan events: the immutable record of every trigger pull, accepted or not, with the answer given."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import Outcome, ScanKind, ScanStatus
from warehouse.storage.base import Base, Json, Key


def _of_work(*columns: str) -> Index:
    """Index the scans of one kind of work; each scan is for one work only, and costs the others nothing."""
    named = text(f"{columns[0]} IS NOT NULL")
    return Index(f"ix_scan_{'_'.join(columns)}", *columns, sqlite_where=named, postgresql_where=named)


class ScanRow(Base):
    """One trigger pull. `person_id` pulled it, `holder_id` held the work, `sender_id` sent it."""

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        UniqueConstraint("device", "seq"),
        *(_of_work(column, "received_at") for column in ("batch_id", "order_id")),
        *(_of_work(column) for column in ("count_id", "put_back_id", "manifest_id")),
        Index("ix_scan_received_at", "received_at"),
        Index("ix_scan_status_received_at", "status", "received_at"),
    )

    id: Mapped[Key]
    scan_id: Mapped[uuid.UUID]
    device: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    person_id: Mapped[int | None]
    holder_id: Mapped[int | None]
    sender_id: Mapped[int | None]
    epoch: Mapped[int]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    kind: Mapped[ScanKind]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    count_id: Mapped[int | None] = mapped_column(ForeignKey("count_task.id"))
    put_back_id: Mapped[int | None] = mapped_column(ForeignKey("put_back.id"))
    manifest_id: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"))
    code: Mapped[str | None] = mapped_column(String(512))
    symbology: Mapped[str | None] = mapped_column(String(8))
    quantity: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(24))
    list_version: Mapped[int | None]
    local: Mapped[str | None] = mapped_column(String(24))
    via: Mapped[str] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(16))
    step: Mapped[str | None] = mapped_column(String(24))
    task_id: Mapped[int | None]
    order_line_id: Mapped[int | None]
    status: Mapped[ScanStatus]
    outcome: Mapped[Outcome | None]
    counted: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Json]
