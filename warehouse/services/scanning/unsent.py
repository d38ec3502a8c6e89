"""Work that has left a device which may still keep scans of it: nothing of it is completed until they arrived.

A device says with each pulse how many scans wait on it, laid aside or still to be sent. When its work goes to somebody
else while some wait, or while it is silent, the lease it had is marked. The mark goes with the device's next pulse that
has nothing left to send, or when a lead declares the device lost.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import UnsentScansError
from warehouse.domain.words import Text, sentence
from warehouse.services.orders.states import bump_pack
from warehouse.storage.models.batching import BatchSlotRow, LeaseRow, PickTaskRow
from warehouse.storage.models.people import DeviceRow, PersonRow

SILENT_AFTER = timedelta(seconds=15)
"""A device with a connection beats every five seconds."""


def may_have_unsent(session: Session, device: str, at: datetime) -> bool:
    """Say whether a device may keep scans that have not arrived: it said so, or has not been heard of."""
    row = session.scalars(select(DeviceRow).where(DeviceRow.name == device)).one_or_none()
    return row is not None and row.lost_at is None and (row.pending > 0 or row.seen_at < at - SILENT_AFTER)


def where_in_hand(session: Session, number: str, device: str | None, at: datetime) -> Text:
    """Say that one's own batch is in hand at another device, and what may still wait there."""
    waiting = session.scalars(select(DeviceRow.pending).where(DeviceRow.name == device)).one_or_none() or 0
    if waiting:
        return sentence(
            "List {number} is in hand on another handheld, {waiting} scans not sent yet.",
            number=number,
            waiting=waiting,
        )
    if device is not None and may_have_unsent(session, device, at):
        return sentence(
            "List {number} is in hand on another handheld, which is silent: scans may still wait on it.", number=number
        )
    return sentence("List {number} is in hand on another handheld. All its scans have arrived.", number=number)


def leave_behind(session: Session, lease: LeaseRow, at: datetime) -> None:
    """Mark a lease that ends without its own device's doing, when scans of it may still wait there."""
    lease.unsent = may_have_unsent(session, lease.device, at)


def settle_leases(session: Session, device: str) -> None:
    """Take the marks off: the device has nothing left to send, or is lost."""
    for lease in session.scalars(select(LeaseRow).where(LeaseRow.device == device, LeaseRow.unsent)).all():
        lease.unsent = False
        session.flush()
        for order in orders_of(session, lease):
            bump_pack(session, order)


def orders_of(session: Session, lease: LeaseRow) -> Sequence[int]:
    """Give the orders of a lease's work: the one at pack, or all of a batch."""
    if lease.order_id is not None:
        return [lease.order_id]
    slots = select(BatchSlotRow.order_id).where(BatchSlotRow.batch_id == lease.batch_id)
    tasks = select(PickTaskRow.order_id).where(PickTaskRow.batch_id == lease.batch_id)
    return session.scalars(slots.union(tasks)).all()


def check_all_sent(session: Session, batch: int, *, beside: Collection[str] = ()) -> None:
    """Refuse to end a batch while a device may keep scans of it; raises UnsentScansError with the device's name.

    `beside` names devices that may keep some although their lease is not marked.
    """
    marked = select(LeaseRow.device).where(LeaseRow.batch_id == batch, LeaseRow.unsent)
    for device in sorted({*session.scalars(marked), *beside}):
        person = session.scalars(
            select(PersonRow.name).join(DeviceRow, DeviceRow.person_id == PersonRow.id).where(DeviceRow.name == device)
        ).first()
        named = sentence("{device} ({person})", device=device, person=person) if person else device
        raise UnsentScansError(
            sentence(
                "Device {named} may still keep scans of this batch. Let it send them, or declare it lost.", named=named
            )
        )
