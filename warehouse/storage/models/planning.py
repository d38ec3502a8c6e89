"""What planning keeps: named wave rules, orders offered to a batch on its way, and the pace people were measured at."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key


class WaveTemplateRow(Base):
    """Which orders make a wave, and when it is released; empty texts do not restrict, times are the site's clock.

    `release_at` releases it by itself on `weekdays` (0 is Monday); `rolling` keeps releasing what idle pickers can
    take. `changed_at` is when these times were last set: what was over by then is not made up for.
    """

    __tablename__ = "wave_template"
    __table_args__ = (CheckConstraint("max_orders >= 1", "max_orders_positive"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    carrier: Mapped[str] = mapped_column(String(80), default="")
    cutoff: Mapped[str] = mapped_column(String(5), default="")
    zone: Mapped[str] = mapped_column(String(20), default="")
    max_orders: Mapped[int] = mapped_column(default=200)
    cart: Mapped[str] = mapped_column(String(40), default="")
    single: Mapped[bool] = mapped_column(default=False)
    release_at: Mapped[str] = mapped_column(String(5), default="")
    weekdays: Mapped[Json]
    rolling: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    ran_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BatchOfferRow(Base):
    """An order offered to the picker of a batch on its way: `offered`, then `accepted`, `declined` or `gone`."""

    __tablename__ = "batch_offer"

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="offered")
    extra_mm: Mapped[int]
    extra_s: Mapped[int]
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PaceRow(Base):
    """Milliseconds a line took beyond walking, measured over the last weeks: of one person, or (None) of the house."""

    __tablename__ = "pace"

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    line_ms: Mapped[int]
    lines: Mapped[int]
    batches: Mapped[int]
    measured_at: Mapped[datetime]
