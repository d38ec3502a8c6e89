"""Goods that come back: what was announced, what arrived, and where each piece of it went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.returns.states import ReturnKind, ReturnState, ReturnStep
from warehouse.storage.base import Base, Key


class ReturnRow(Base):
    """One parcel, or several of one order, on the way back; `number` is what its label says.

    Without an order it is an unknown return: its `tracking` or its goods are all that is known.
    """

    __tablename__ = "goods_return"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[ReturnKind]
    state: Mapped[ReturnState] = mapped_column(default=ReturnState.ANNOUNCED, index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    tracking: Mapped[str | None] = mapped_column(String(60), index=True)
    reason: Mapped[str] = mapped_column(String(24))
    opened_at: Mapped[datetime] = mapped_column(index=True)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    close_reason: Mapped[str | None] = mapped_column(String(400))


class ReturnLineRow(Base):
    """Pieces of one item of a return: `announced` by the customer, `received` here, and what was decided on them."""

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("announced >= 0 AND received >= 0", "counts_not_negative"),
        CheckConstraint("restocked >= 0 AND quarantined >= 0 AND scrapped >= 0", "decided_not_negative"),
        CheckConstraint("restocked + quarantined + scrapped <= received", "decided_in_range"),
    )

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    announced: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    restocked: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    scrapped: Mapped[int] = mapped_column(default=0)


class ReturnStepRow(Base):
    """One step with returned pieces and the move that it is; append-only."""

    __tablename__ = "return_step"

    id: Mapped[Key]
    return_line_id: Mapped[int] = mapped_column(ForeignKey("return_line.id"), index=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("move.id"), unique=True)
    step: Mapped[ReturnStep]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
