"""The floor plan: zones, aisles, cross aisles, where trips start and end, and ways that no aisle describes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Key


class ZoneRow(Base):
    """A part of the floor with a name; bins and aisles belong to it by its code."""

    __tablename__ = "zone"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")


class AisleRow(Base):
    """A straight way along y at `x_mm`, which bins name by its code; `one_way` is empty, `up` (y grows) or `down`.

    A blocked aisle is closed for now, with the reason a person gave.
    """

    __tablename__ = "aisle"
    __table_args__ = (CheckConstraint("one_way IN ('', 'up', 'down')", "one_way_is_a_direction"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    zone: Mapped[str] = mapped_column(String(20), default="")
    x_mm: Mapped[int]
    one_way: Mapped[str] = mapped_column(String(8), default="")
    blocked_reason: Mapped[str | None] = mapped_column(String(200))
    blocked_at: Mapped[datetime | None]


class CrossAisleRow(Base):
    """A straight way across all aisles at `y_mm`."""

    __tablename__ = "cross_aisle"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    y_mm: Mapped[int]


class DepotRow(Base):
    """A place beside the racks: `depot` begins and ends trips, `start` and `end` do one of it, `station` is passed."""

    __tablename__ = "depot"
    __table_args__ = (CheckConstraint("kind IN ('depot', 'start', 'end', 'station')", "kind_is_known"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="depot")
    x_mm: Mapped[int]
    y_mm: Mapped[int]


class LayoutEdgeRow(Base):
    """A way between two nodes, each a bin, a depot or a name of its own, for what is not rectangular."""

    __tablename__ = "layout_edge"
    __table_args__ = (
        UniqueConstraint("from_node", "to_node"),
        CheckConstraint("distance_mm >= 0", "distance_not_negative"),
    )

    id: Mapped[Key]
    from_node: Mapped[str] = mapped_column(String(40))
    to_node: Mapped[str] = mapped_column(String(40))
    distance_mm: Mapped[int]
    one_way: Mapped[bool] = mapped_column(default=False)
