"""Devices that are gone: declared lost by a lead with a reason, silent with scans on them, or replaced by a new store.

What a lost device had in hand goes on elsewhere at once, and the orders it worked on are counted twice at pack. Scans
that turn up on it later are stored and answered like any that come too late.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, OrderState
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.batches.leases import Hold, close_batch, hand_back
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import bump_pack, tell_order
from warehouse.services.packing.claims import HoldPack, hand_back_pack
from warehouse.services.remarks import Words
from warehouse.services.scanning.unsent import orders_of, settle_leases
from warehouse.services.side.leases import let_go
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, LeaseRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import DeviceRow
from warehouse.storage.models.stock import CountTaskRow, PutBackRow

_MOST_REASON = 400
_AHEAD_OF_LABEL = {OrderState.BATCHED, OrderState.PICKING, OrderState.PICKED, OrderState.PACKING}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareLost(Request):
    """A device will not come back, as far as anybody knows."""

    device: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostDevice:
    """What became of the work of a lost device: batches free again, orders that are counted twice."""

    device: str
    batches: tuple[str, ...]
    recounted: tuple[str, ...]


def declare_lost(session: Session, request: DeclareLost) -> LostDevice:
    """Free what the device had in hand, have its orders counted twice at pack, and tell the lead.

    Raises NotFoundError for a device never seen, ConflictError when it is lost already, InvalidInputError without a
    reason.
    """
    reason = request.reason.strip()[:_MOST_REASON]
    if not reason:
        raise InvalidInputError("Say why the device counts as lost.")
    row = _device(session, request.device)
    doubtful = _doubtful(session, row.name)
    row.lost_at, row.token_hash, unsent = request.at, None, row.pending
    row.pending = 0
    settle_leases(session, row.name)
    freed = _free(session, request, row.name)
    counted = tuple(_count_twice(session, request, order) for order in sorted(doubtful))
    _tell(session, request, unsent)
    audit(session, request, "device_lost", f"device:{row.id}", reason=Words(reason), unsent=unsent)
    announce(session, BoardChanged(BoardKind.DEVICES))
    recounted = tuple(number for number in counted if number is not None)
    return LostDevice(device=row.name, batches=freed, recounted=recounted)


def _device(session: Session, name: str) -> DeviceRow:
    row = session.scalars(select(DeviceRow).where(DeviceRow.name == name)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no device {value}.", value=name[:64]))
    if row.lost_at is not None:
        raise ConflictError(sentence("Device {name} was declared lost already.", name=name))
    return row


def _doubtful(session: Session, device: str) -> set[int]:
    """Give the orders of batches that the device has in hand, or left while scans of them may have waited on it."""
    held = LeaseRow.ended_at.is_(None) | LeaseRow.unsent
    leases = session.scalars(select(LeaseRow).where(LeaseRow.device == device, LeaseRow.batch_id.is_not(None), held))
    return {order for lease in leases.all() for order in orders_of(session, lease)}


def _free(session: Session, request: DeclareLost, device: str) -> tuple[str, ...]:
    """Take everything out of the device's hands; a batch without an open task is ended."""
    batches = session.scalars(select(BatchRow).where(BatchRow.device == device).order_by(BatchRow.id)).all()
    for batch in batches:
        hold = Hold(actor=request.actor, at=request.at, device=device, batch=batch.id)
        if batch.state is BatchState.PICKED:
            close_batch(session, hold)
        else:
            hand_back(session, hold)
    packs = select(OrderRow.number).join(PackRow, PackRow.order_id == OrderRow.id).where(PackRow.device == device)
    for number in session.scalars(packs).all():
        hand_back_pack(session, HoldPack(actor=request.actor, at=request.at, device=device, order=number))
    put_backs = select(PutBackRow).where(PutBackRow.device == device, PutBackRow.closed_at.is_(None))
    counts = select(CountTaskRow).where(CountTaskRow.device == device, CountTaskRow.closed_at.is_(None))
    for task in (*session.scalars(put_backs), *session.scalars(counts)):
        let_go(task)
    return tuple(batch.number for batch in batches)


def _count_twice(session: Session, request: DeclareLost, key: int) -> str | None:
    """Ask for a second count of an order that has no label yet; its number is given back."""
    order = session.get_one(OrderRow, key)
    if order.state not in _AHEAD_OF_LABEL:
        return None
    told = sentence("Device {device} was lost with this order", device=request.device)
    text = sentence(
        "Device {device} was lost with this order: a second person scans all again at packing.", device=request.device
    )
    order.instructions = [*(order.instructions or []), {"kind": "double_check", "text": str(told)}]
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.DOUBLE_CHECK,
        subject=f"order:{order.id}",
        text=text,
        order=order.id,
        cutoff=order.cutoff_at,
    )
    open_exception(session, entry)
    bump_pack(session, order.id)
    tell_order(session, order)
    return order.number


def _tell(session: Session, request: DeclareLost, unsent: int) -> None:
    text = sentence(
        "Device {device} was declared lost. {number} scans on it have not arrived. Its orders are counted twice at"
        " pack."
        if unsent
        else "Device {device} was declared lost. Scans on it may not have arrived. Its orders are counted twice at"
        " pack.",
        device=request.device,
        number=unsent,
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.LOST_SCANS,
        subject=f"device:{request.device}",
        text=text,
        data={"unsent": unsent, "lost": True},
    )
    open_exception(session, entry)
