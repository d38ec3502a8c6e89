"""The exception queue: every open entry has exactly one owner, a deadline and its history."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import ExceptionState, Role, Severity
from warehouse.storage.base import Base, Json, Key


class ExceptionRow(Base):
    """One thing that needs a person. `subject` names the row it is about, as `order:17`.

    `answer` is the last of the four answers that was given; a merged entry is settled and lives on in the other one.
    """

    __tablename__ = "exception"
    __table_args__ = (
        Index("ix_exception_state_due_at", "state", "due_at"),
        Index("ix_exception_type_subject", "type", "subject"),
    )

    id: Mapped[Key]
    type: Mapped[str] = mapped_column(String(40))
    severity: Mapped[Severity]
    state: Mapped[ExceptionState] = mapped_column(default=ExceptionState.OPEN)
    owner_role: Mapped[Role]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    text: Mapped[str] = mapped_column(String(400))
    data: Mapped[Json | None]
    level: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(400))
    answer: Mapped[str | None] = mapped_column(String(12))
    merged_into_id: Mapped[int | None]


class ExceptionEventRow(Base):
    """One step in the history of an exception; append-only."""

    __tablename__ = "exception_event"

    id: Mapped[Key]
    exception_id: Mapped[int] = mapped_column(ForeignKey("exception.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(String(1000), default="")
