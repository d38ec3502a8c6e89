"""Orders, their lines, their holds, and the address that is erased when its time has come."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import OrderState
from warehouse.storage.base import Base, Json, Key


class OrderRow(Base):
    """What a customer wants. `number` is ours, (source, external_id) the shop's.

    `shop_number` is what people at the shop call it, where that is not the key its programs go by.
    `content_hash` is the shop's wish that stands here, `asked_hash` another one that a lead was asked about;
    `lines_changed_at` says since when its lines are a person's here and not the shop's.
    """

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_order_state_cutoff_at", "state", "cutoff_at"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(80))
    shop_number: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[OrderState] = mapped_column(default=OrderState.RECEIVED)
    placed_at: Mapped[datetime]
    ship_on: Mapped[date | None]
    cutoff_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=0)
    service: Mapped[str] = mapped_column(String(40), default="")
    carrier: Mapped[str] = mapped_column(String(40), default="")
    customer: Mapped[str] = mapped_column(String(80), default="", index=True)
    country: Mapped[str] = mapped_column(String(60), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    value_cents: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(String(1000))
    gift_note: Mapped[str | None] = mapped_column(String(1000))
    instructions: Mapped[Json | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    asked_hash: Mapped[str | None] = mapped_column(String(64))
    basket_hash: Mapped[str] = mapped_column(String(64), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)
    list_version: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    lines_changed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]


class OrderAddressRow(Base):
    """Where an order goes, as its original lines; personal data, erased after `erase_after`.

    `shop_hash` is how and where its shop wants it, while a person here has it sent otherwise.
    """

    __tablename__ = "order_address"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    company: Mapped[str] = mapped_column(String(200), default="")
    lines: Mapped[Json]
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="", index=True)
    country: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    email: Mapped[str] = mapped_column(String(200), default="", index=True)
    shop_hash: Mapped[str | None] = mapped_column(String(64))
    erase_after: Mapped[datetime | None]


class OrderLineRow(Base):
    """One line of an order; always shipped ≤ packed ≤ picked ≤ ordered."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_no"),
        CheckConstraint("ordered > 0", "ordered_positive"),
        CheckConstraint("shipped >= 0 AND shipped <= packed", "shipped_in_range"),
        CheckConstraint("packed <= picked", "packed_in_range"),
        CheckConstraint("picked <= ordered", "picked_in_range"),
        CheckConstraint("allocated >= 0 AND picked + allocated + backordered <= ordered", "allocated_in_range"),
        CheckConstraint("backordered >= 0", "backordered_in_range"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    line_no: Mapped[int]
    external_line: Mapped[str] = mapped_column(String(80), default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    sku: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(String(200), default="")
    unit_price_cents: Mapped[int | None]
    pickable: Mapped[bool] = mapped_column(default=True)
    ordered: Mapped[int]
    allocated: Mapped[int] = mapped_column(default=0)
    picked: Mapped[int] = mapped_column(default=0)
    packed: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    backordered: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]


class HoldRow(Base):
    """A reason why an order may not be released, until somebody lifts it."""

    __tablename__ = "hold"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(400))
    exception_id: Mapped[int | None] = mapped_column(ForeignKey("exception.id"))
    opened_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lift_reason: Mapped[str | None] = mapped_column(String(400))
