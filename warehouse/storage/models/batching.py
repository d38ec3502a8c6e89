"""Carts, totes, batches and their pick tasks: the work of one picker's trip."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import BatchState, TaskState
from warehouse.storage.base import Base, Json, Key

FULL_STEP = 1000
"""A full tote keeps a row of its own with the slot's number plus a multiple of this; the slot's row is bound anew."""


class CartRow(Base):
    """A cart with its tote slots and what it can carry."""

    __tablename__ = "cart"
    __table_args__ = (CheckConstraint("slots >= 1", "slots_positive"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    slots: Mapped[int]
    max_weight_g: Mapped[int | None]
    max_volume_cm3: Mapped[int | None]
    max_lines: Mapped[int | None]
    max_items: Mapped[int | None]
    max_orders: Mapped[int | None]


class ToteRow(Base):
    """A reusable container: `free`, `bound` to one order, or `out` of use; `at_place_id` is the shelf it waits on."""

    __tablename__ = "tote"

    id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="free")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    at_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    max_weight_g: Mapped[int | None]
    volume_cm3: Mapped[int | None]


class WaveRow(Base):
    """Orders released together for one carrier cutoff."""

    __tablename__ = "wave"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    cutoff_at: Mapped[datetime | None]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("wave_template.id"))
    created_at: Mapped[datetime]


class PlanRunRow(Base):
    """One run of the planner: what it was asked and what it proposed."""

    __tablename__ = "plan_run"

    id: Mapped[Key]
    state: Mapped[str] = mapped_column(String(16), default="running")
    request: Mapped[Json]
    result: Mapped[Json | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BatchRow(Base):
    """One trip. `revision` rises with every change at all, `list_version` only when the list itself changed.

    `parked_place` is where its cart stands until somebody goes on with it.
    """

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_state_cutoff_at", "state", "cutoff_at"),)

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[BatchState] = mapped_column(default=BatchState.PLANNED)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"))
    plan_run_id: Mapped[int | None] = mapped_column(ForeignKey("plan_run.id"))
    cutoff_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(16), default="pick")
    zone: Mapped[str] = mapped_column(String(20), default="")
    mode: Mapped[str] = mapped_column(String(16), default="enforce")
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("cart.id"))
    cart_taken_at: Mapped[datetime | None]
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str | None] = mapped_column(String(64))
    epoch: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    parked_place: Mapped[str | None] = mapped_column(String(40))
    list_version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    position: Mapped[Json | None]
    policy: Mapped[Json | None]
    distance_mm: Mapped[int | None]
    name_order_distance_mm: Mapped[int | None]
    expected_s: Mapped[int | None]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    picked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class LeaseRow(Base):
    """Who held a work under which epoch on which device; queued scans count for that person.

    `unsent`: the work went elsewhere while its device may have kept scans of it; it is not completed before they came.
    """

    __tablename__ = "lease"
    __table_args__ = (UniqueConstraint("batch_id", "order_id", "epoch"),)

    id: Mapped[Key]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    epoch: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    device: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(16), default="claim")
    unsent: Mapped[bool] = mapped_column(default=False)


class BatchSlotRow(Base):
    """A place on the cart for one tote of one order; overflow totes are further rows of the same order."""

    __tablename__ = "batch_slot"
    __table_args__ = (UniqueConstraint("batch_id", "slot_no"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    slot_no: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    tote_id: Mapped[int | None] = mapped_column(ForeignKey("tote.id"), index=True)
    overflow: Mapped[bool] = mapped_column(default=False)
    full: Mapped[bool] = mapped_column(default=False)
    locked_reason: Mapped[str | None] = mapped_column(String(40))
    bound_at: Mapped[datetime | None]


class PickTaskRow(Base):
    """One SKU, lot and bin to take for one order line."""

    __tablename__ = "pick_task"
    __table_args__ = (
        CheckConstraint("wanted >= 1", "wanted_positive"),
        CheckConstraint("picked >= 0 AND short >= 0 AND picked + short <= wanted", "picked_in_range"),
        Index("ix_pick_task_batch_id_sequence", "batch_id", "sequence"),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    sequence: Mapped[int]
    stop_no: Mapped[int]
    slot_no: Mapped[int | None]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"), index=True)
    wanted: Mapped[int]
    picked: Mapped[int] = mapped_column(default=0)
    short: Mapped[int] = mapped_column(default=0)
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    short_reason: Mapped[str | None] = mapped_column(String(24))
    settled: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[str | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    unverified: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    picked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
