"""What other programs are told: endpoints, messages written with their cause, and a delivery for each endpoint."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key, Sentence


class WebhookEndpointRow(Base):
    """Where messages of some types go. While a secret rotates, both it and the previous one sign.

    `state` is active, paused or disabled: the receiver said that it is gone.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(400))
    types: Mapped[Json]
    secret: Mapped[str] = mapped_column(String(120))
    previous_secret: Mapped[str | None] = mapped_column(String(120))
    previous_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="active")
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    delivered_at: Mapped[datetime | None]


class WebhookMessageRow(Base):
    """One event as it is sent, byte for byte; written in the transaction of its cause."""

    __tablename__ = "webhook_message"

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(String(40), unique=True)
    type: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    erase_after: Mapped[datetime | None] = mapped_column(index=True)


class WebhookDeliveryRow(Base):
    """A message on its way to one endpoint: waiting, delivered, or dead until somebody sends it again."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "endpoint_id"),
        Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("webhook_message.id"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(Sentence(200), default="")
