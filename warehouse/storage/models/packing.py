"""Packing: who packs what, cartons and their content, labels, shipments, manifests."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import CartonState, LabelState
from warehouse.storage.base import Base, Json, Key, Sentence


class PackRow(Base):
    """An order at the pack station: its lease, its place in the work, how far a second count of it is."""

    __tablename__ = "pack"

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str | None] = mapped_column(String(64))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    epoch: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    list_version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    position: Mapped[Json | None]
    self_packed: Mapped[bool] = mapped_column(default=False)
    second_count: Mapped[Json | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PackagingRow(Base):
    """A carton or bag of the packaging catalogue: inner size in millimetres, tare in grams."""

    __tablename__ = "packaging"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    tare_g: Mapped[int]
    max_weight_g: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class ShipmentRow(Base):
    """What leaves together for one order; a second one exists only after a lead's split."""

    __tablename__ = "shipment"
    __table_args__ = (UniqueConstraint("order_id", "shipment_no"),)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    shipment_no: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="open")
    split_reason: Mapped[str | None] = mapped_column(String(400))
    split_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]


class CartonRow(Base):
    """One parcel. `full` takes no more units. Its SSCC is drawn when it closes, its label bound to `content_hash`.

    `recounted_by_id` found its content right in a second count, `recounted_self` having packed of it, too.
    """

    __tablename__ = "carton"
    __table_args__ = (UniqueConstraint("order_id", "carton_no"),)

    id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    carton_no: Mapped[int]
    sscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    state: Mapped[CartonState] = mapped_column(default=CartonState.OPEN)
    full: Mapped[bool] = mapped_column(default=False)
    packaging_id: Mapped[int | None] = mapped_column(ForeignKey("packaging.id"))
    weight_g: Mapped[int | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    packer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    recounted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recounted_self: Mapped[bool] = mapped_column(default=False)
    manifest_id: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    labelled_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(400))


class CartonLineRow(Base):
    """Units of one order line and lot in one carton."""

    __tablename__ = "carton_line"
    __table_args__ = (
        UniqueConstraint("carton_id", "order_line_id", "lot_id"),
        CheckConstraint("quantity >= 0", "quantity_not_negative"),
    )

    id: Mapped[Key]
    carton_id: Mapped[int] = mapped_column(ForeignKey("carton.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int]
    serials: Mapped[Json | None]


class LabelRow(Base):
    """A shipping label of a carton, bought once under `buy_key`; `void_reason` when it is dead.

    `rule` and `rules_version` say by which rule its carrier was chosen, `carrier_void` how far its void is.
    """

    __tablename__ = "label"
    __table_args__ = (Index("ix_label_state_not_before", "state", "not_before"),)

    id: Mapped[Key]
    carton_id: Mapped[int] = mapped_column(ForeignKey("carton.id"), index=True)
    state: Mapped[LabelState] = mapped_column(default=LabelState.WANTED)
    buy_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    via: Mapped[str] = mapped_column(String(16), default="neutral")
    rule: Mapped[str] = mapped_column(String(60), default="")
    rules_version: Mapped[int | None]
    cost_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    attempt: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Sentence(400))
    bought_at: Mapped[datetime | None]
    carrier_void: Mapped[str | None] = mapped_column(String(16))
    carrier: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str | None] = mapped_column(String(60), unique=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    print_job_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    scanned_back_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(400))
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ShippingRulesRow(Base):
    """One version of the rules that choose carrier and service; in force once a second person approved it."""

    __tablename__ = "shipping_rules"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    rules: Mapped[Json]
    note: Mapped[str] = mapped_column(String(400), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class ManifestRow(Base):
    """The hand-over list of one carrier for one cutoff; a late carton goes on a list that is the `supplement_of` it."""

    __tablename__ = "manifest"

    id: Mapped[Key]
    supplement_of_id: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"))
    missed_reason: Mapped[str | None] = mapped_column(String(400))
    reference: Mapped[str | None] = mapped_column(String(80))
    carrier: Mapped[str] = mapped_column(String(40))
    cutoff_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="open")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
