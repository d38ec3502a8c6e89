"""Scan events: the immutable record of every trigger pull, accepted or not, with the answer given."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import Outcome, ScanKind, ScanStatus
from warehouse.storage.base import Base, Json, Key


class ScanRow(Base):
    """One trigger pull. `person_id` pulled it, `holder_id` held the work, `sender_id` sent it."""

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        UniqueConstraint("device", "seq"),
        Index("ix_scan_batch_id_received_at", "batch_id", "received_at"),
        Index("ix_scan_order_id_received_at", "order_id", "received_at"),
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
    count_id: Mapped[int | None] = mapped_column(ForeignKey("count_task.id"), index=True)
    put_back_id: Mapped[int | None] = mapped_column(ForeignKey("put_back.id"), index=True)
    manifest_id: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"), index=True)
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
