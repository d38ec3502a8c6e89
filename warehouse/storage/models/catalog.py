"""Items and the one table of codes: a value never means two things, because it is the key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import BarcodeKind, Tracking, UnitLevel
from warehouse.storage.base import Base, Key


class ItemRow(Base):
    """A product. Weights in grams, lengths in millimetres, money in cents."""

    __tablename__ = "item"
    __table_args__ = (CheckConstraint("weight_g IS NULL OR weight_g >= 0", "weight_not_negative"),)

    id: Mapped[Key]
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    sku_folded: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(200))
    weight_g: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    tracking: Mapped[Tracking] = mapped_column(default=Tracking.NONE)
    high_value: Mapped[bool] = mapped_column(default=False)
    fragile: Mapped[bool] = mapped_column(default=False)
    limited_quantity: Mapped[bool] = mapped_column(default=False)
    hs_code: Mapped[str | None] = mapped_column(String(12))
    origin: Mapped[str | None] = mapped_column(String(2))
    stocked: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    safety_buffer: Mapped[int | None]
    """So many pieces are never offered for sale; None is the site's own figure."""
    updated_at: Mapped[datetime]


class PictureRow(Base):
    """How an item looks: WebP as we drew it anew; the hash of the small one is its address, kept for good."""

    __tablename__ = "picture"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(32), index=True)
    small: Mapped[bytes] = mapped_column(LargeBinary)
    large: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class BarcodeRow(Base):
    """What one scanned value means, after normalisation; `code` is unique over all kinds.

    `claimed_by_id` is another item that bears the same code, until somebody decides whose it is: it means neither.
    """

    __tablename__ = "barcode"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("pack_quantity >= 1", "pack_quantity_positive"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(120))
    kind: Mapped[BarcodeKind]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("cart.id"), index=True)
    unit: Mapped[UnitLevel] = mapped_column(default=UnitLevel.EACH)
    pack_quantity: Mapped[int] = mapped_column(default=1)
