"""Going live: figures from before, statements of people, the parallel run, the freeze, what the shop was told."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Key


class BaselineRow(Base):
    """A figure from before going live, kept with its date: `numerator` of `denominator` cases between two days."""

    __tablename__ = "baseline"
    __table_args__ = (Index("ix_baseline_kpi_recorded_at", "kpi", "recorded_at"),)

    id: Mapped[Key]
    kpi: Mapped[str] = mapped_column(String(40))
    numerator: Mapped[int]
    denominator: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StatementRow(Base):
    """Something only a person can say of the way to going live, as `trained` of `person:7`; the newest counts."""

    __tablename__ = "statement"
    __table_args__ = (Index("ix_statement_step_subject", "step", "subject"),)

    id: Mapped[Key]
    step: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(80), default="")
    holds: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(400), default="")


class ParallelRunRow(Base):
    """Both systems' results of the same days, compared: `open` until a lead signs the differences."""

    __tablename__ = "parallel_run"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16), default="open")
    rows: Mapped[int]
    same: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ParallelDifferenceRow(Base):
    """One order, line or stock figure that differs; None where a system does not know it. `answer` says why."""

    __tablename__ = "parallel_difference"
    __table_args__ = (UniqueConstraint("run_id", "level", "order_ref", "sku"),)

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("parallel_run.id"), index=True)
    level: Mapped[str] = mapped_column(String(8))
    order_ref: Mapped[str] = mapped_column(String(80), default="")
    sku: Mapped[str] = mapped_column(String(40), default="")
    old: Mapped[int | None]
    new: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(String(400))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StockFreezeRow(Base):
    """A window in which nothing moves but released work, until it is `ended_at` or `until` has come."""

    __tablename__ = "stock_freeze"

    id: Mapped[Key]
    started_at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_reason: Mapped[str | None] = mapped_column(String(400))


class AvailableToldRow(Base):
    """What the shop was last told can be sold of an item."""

    __tablename__ = "available_told"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    available: Mapped[int]
    told_at: Mapped[datetime]
