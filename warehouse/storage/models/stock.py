"""Places, lots and the ledger of moves; stock is what the moves add up to."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import BinKind, MoveReason, PlaceKind
from warehouse.storage.base import Base, Json, Key


class PlaceRow(Base):
    """Anything a move can go from or to; bins, totes and cartons share its key."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[Key]
    kind: Mapped[PlaceKind]
    code: Mapped[str] = mapped_column(String(40))


class BinRow(Base):
    """A storage location. `x_mm`, `y_mm` on the floor plan; the lower `walk_sequence` comes first.

    It lies on `side` L or R of its aisle, where that is known.
    """

    __tablename__ = "bin"

    id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    zone: Mapped[str] = mapped_column(String(20), default="")
    aisle: Mapped[str] = mapped_column(String(20), default="")
    bay: Mapped[str] = mapped_column(String(20), default="")
    side: Mapped[str] = mapped_column(String(1), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[str] = mapped_column(String(20), default="")
    x_mm: Mapped[int | None]
    y_mm: Mapped[int | None]
    walk_sequence: Mapped[int | None]
    kind: Mapped[BinKind] = mapped_column(default=BinKind.PICK_FACE)
    pickable: Mapped[bool] = mapped_column(default=True)
    blocked_reason: Mapped[str | None] = mapped_column(String(200))


class LotRow(Base):
    """One receipt of an item; its code may be empty, FIFO and FEFO need its dates."""

    __tablename__ = "lot"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), default="")
    received_at: Mapped[datetime]
    expires_on: Mapped[date | None]


class StockRow(Base):
    """How many eaches of a lot lie at a place, and how many of them are promised."""

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("place_id", "item_id", "lot_id"),
        CheckConstraint("quantity >= 0", "quantity_not_negative"),
        CheckConstraint("reserved BETWEEN 0 AND quantity", "reserved_in_range"),
        Index("ix_stock_item_id_place_id", "item_id", "place_id"),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    blocked_reason: Mapped[str | None] = mapped_column(String(200))


class MoveRow(Base):
    """Units of a lot went from one place to another; append-only, a correction is a reverse move."""

    __tablename__ = "move"
    __table_args__ = (
        CheckConstraint("quantity > 0", "quantity_positive"),
        CheckConstraint("from_place_id <> to_place_id", "places_differ"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int]
    from_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    to_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    reason: Mapped[MoveReason]
    note: Mapped[str | None] = mapped_column(String(200))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scan_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    pick_task_id: Mapped[int | None] = mapped_column(ForeignKey("pick_task.id"), index=True)
    unverified: Mapped[bool] = mapped_column(default=False)


class SerialRow(Base):
    """One numbered unit and where it is now."""

    __tablename__ = "serial"
    __table_args__ = (UniqueConstraint("item_id", "code"),)

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    code: Mapped[str] = mapped_column(String(40))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))


class ReservationRow(Base):
    """Units in a bin promised to an order line; gone once picked, given up or re-allocated."""

    __tablename__ = "reservation"
    __table_args__ = (CheckConstraint("quantity > 0", "quantity_positive"),)

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    pick_task_id: Mapped[int | None] = mapped_column(ForeignKey("pick_task.id"), index=True)
    quantity: Mapped[int]


class PutBackRow(Base):
    """Units that lie in a tote or at a station and must return to a bin."""

    __tablename__ = "put_back"
    __table_args__ = (CheckConstraint("returned BETWEEN 0 AND quantity", "returned_in_range"),)

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    booked: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str | None] = mapped_column(String(64))
    epoch: Mapped[int] = mapped_column(default=1)
    taken_at: Mapped[datetime | None]
    position: Mapped[Json | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CountTaskRow(Base):
    """A blind count of one bin; above tolerance somebody else counts again, and a third where these two differ."""

    __tablename__ = "count_task"

    id: Mapped[Key]
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    reason: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str | None] = mapped_column(String(64))
    epoch: Mapped[int] = mapped_column(default=1)
    taken_at: Mapped[datetime | None]
    position: Mapped[Json | None]
    counted: Mapped[Json | None]
    recounted: Mapped[Json | None]
    third_count: Mapped[Json | None]
    second_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    self_approved: Mapped[bool] = mapped_column(default=False)
