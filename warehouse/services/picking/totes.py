"""Totes: bound to one order, locked when it changed, filled up and followed by another, free again when empty."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import bump_batch
from warehouse.storage.group import announce
from warehouse.storage.models.batching import FULL_STEP, BatchRow, BatchSlotRow, ToteRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.stock import StockRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BindTote(Request):
    """Put an empty tote on a slot of a batch, by the tote's code."""

    batch: int
    slot: int
    tote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOf(Request):
    """Name a slot of a batch; `reason` says why it is locked or its tote takes no more."""

    batch: int
    slot: int
    reason: str = ""


def bind_tote(session: Session, request: BindTote) -> int:
    """Bind an empty, unbound tote to the slot's order; the tote's key is given back.

    Raises ConflictError when the slot has a tote, or the tote is not free.
    """
    slot = get_slot(session, request.batch, request.slot)
    tote = session.scalars(select(ToteRow).where(ToteRow.code == request.tote)).one_or_none()
    if tote is None:
        raise NotFoundError(sentence("There is no tote {tote}.", tote=request.tote))
    if slot.tote_id is not None:
        raise ConflictError(sentence("Slot {slot} has a tote already.", slot=request.slot))
    if tote.state != "free" or units_in(session, tote.id):
        raise ConflictError(
            sentence(
                "Tote {code} is {why_not_free}. Take an empty one.",
                code=tote.code,
                why_not_free=_why_not_free(session, tote),
            )
        )
    slot.tote_id, slot.bound_at = tote.id, request.at
    tote.state, tote.order_id, tote.at_place_id = "bound", slot.order_id, None
    session.flush()
    audit(session, request, "tote_bound", f"tote:{tote.id}", batch=request.batch, slot=request.slot)
    return tote.id


def unbind_tote(session: Session, request: SlotOf) -> None:
    """Take an empty tote off its slot; it is free again. ConflictError when there is something in it."""
    slot = get_slot(session, request.batch, request.slot)
    if slot.tote_id is None:
        return
    if units_in(session, slot.tote_id):
        raise ConflictError("There are units in the tote.")
    tote, slot.tote_id, slot.bound_at = session.get_one(ToteRow, slot.tote_id), None, None
    _set_free(session, request, tote)


def close_full_tote(session: Session, request: SlotOf) -> int:
    """Keep the full tote with the order and leave its slot open for an overflow tote; gives the full tote's key."""
    slot = get_slot(session, request.batch, request.slot)
    if slot.tote_id is None:
        raise ConflictError(sentence("Slot {slot} has no tote.", slot=request.slot))
    full = BatchSlotRow(
        batch_id=slot.batch_id,
        slot_no=_next_full(session, slot),
        order_id=slot.order_id,
        tote_id=slot.tote_id,
        overflow=slot.overflow,
        full=True,
        bound_at=slot.bound_at,
    )
    tote, slot.tote_id, slot.bound_at, slot.overflow = slot.tote_id, None, None, True
    session.add(full)
    session.flush()
    audit(session, request, "tote_full", f"tote:{tote}", batch=request.batch, slot=request.slot)
    return tote


def reopen_full_tote(session: Session, request: SlotOf) -> None:
    """Undo `close_full_tote`: the last full tote of the slot takes units again; an overflow tote must be empty."""
    slot = get_slot(session, request.batch, request.slot)
    rows = _full_rows(session, slot)
    if not rows:
        raise ConflictError(sentence("No tote of slot {slot} was full.", slot=request.slot))
    unbind_tote(session, request)
    last = rows[-1]
    slot.tote_id, slot.bound_at, slot.overflow = last.tote_id, last.bound_at, len(rows) > 1
    session.delete(last)
    session.flush()


def lock_tote(session: Session, request: SlotOf) -> None:
    """Lock a slot's tote: nothing goes in or is packed from it until `unlock_tote`."""
    _set_lock(session, request, request.reason or "locked")


def unlock_tote(session: Session, request: SlotOf) -> None:
    """Take the lock off a slot's tote."""
    _set_lock(session, request, None)


def free_tote_if_empty(session: Session, request: Request, place: int) -> bool:
    """Free a tote that holds nothing and stands on no cart any more; says whether it did."""
    tote = session.get(ToteRow, place)
    if tote is None or tote.state != "bound" or units_in(session, place) or _on_cart(session, place):
        return False
    _set_free(session, request, tote)
    return True


def units_in(session: Session, place: int) -> int:
    """Add up all units at a place."""
    return session.scalar(select(func.sum(StockRow.quantity)).where(StockRow.place_id == place)) or 0


def get_slot(session: Session, batch: int, slot: int) -> BatchSlotRow:
    """Give the current row of a slot; NotFoundError when the batch has no such slot."""
    query = select(BatchSlotRow).where(BatchSlotRow.batch_id == batch, BatchSlotRow.slot_no == slot)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no slot {slot} on this cart.", slot=slot))
    return row


def _set_lock(session: Session, request: SlotOf, reason: str | None) -> None:
    slot = get_slot(session, request.batch, request.slot)
    if slot.locked_reason != reason:
        slot.locked_reason = reason
        bump_batch(session, session.get_one(BatchRow, request.batch))
        audit(
            session, request, "tote_locked" if reason else "tote_unlocked", f"batch:{request.batch}", slot=request.slot
        )


def _set_free(session: Session, request: Request, tote: ToteRow) -> None:
    tote.state, tote.order_id, tote.at_place_id = "free", None, None
    session.flush()
    audit(session, request, "tote_free", f"tote:{tote.id}")
    announce(session, BoardChanged(BoardKind.ORDERS))


def _on_cart(session: Session, tote: int) -> bool:
    from_open = select(BatchRow.id).where(BatchRow.closed_at.is_(None), BatchRow.state != "cancelled")
    query = select(BatchSlotRow.id).where(BatchSlotRow.tote_id == tote, BatchSlotRow.batch_id.in_(from_open))
    return session.scalars(query).first() is not None


def _why_not_free(session: Session, tote: ToteRow) -> str:
    if tote.order_id is not None:
        return sentence("order {number}", number=session.get_one(OrderRow, tote.order_id).number)
    return sentence("out of use" if tote.state == "out" else "not empty")


def _next_full(session: Session, slot: BatchSlotRow) -> int:
    return slot.slot_no + FULL_STEP * (len(_full_rows(session, slot)) + 1)


def _full_rows(session: Session, slot: BatchSlotRow) -> list[BatchSlotRow]:
    rows = session.scalars(
        select(BatchSlotRow)
        .where(BatchSlotRow.batch_id == slot.batch_id, BatchSlotRow.full)
        .order_by(BatchSlotRow.slot_no)
    )
    return [row for row in rows if row.slot_no % FULL_STEP == slot.slot_no]
