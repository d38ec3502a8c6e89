"""Codes that two items bear: each means neither until somebody says whose it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import renew_lists
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow

SUBJECT = "barcode"


def subject_of(code: BarcodeRow) -> str:
    """Give what an entry about a claimed code is about."""
    return f"{SUBJECT}:{code.id}"


def was_decided(session: Session, code: BarcodeRow, item: ItemRow) -> bool:
    """Say whether somebody has settled before that a code is not this item's: its file may say so each day."""
    settled = select(ExceptionRow.data).where(
        ExceptionRow.type == ExceptionType.DUPLICATE_SKU,
        ExceptionRow.subject == subject_of(code),
        ExceptionRow.state == ExceptionState.RESOLVED,
    )
    return any(item.id in {data.get("item"), data.get("other")} for data in session.scalars(settled) if data)


def claim_code(session: Session, request: Request, code: BarcodeRow, item: ItemRow) -> None:
    """Let a code mean neither of two items: its own, and one that bears it too."""
    if code.claimed_by_id == item.id:
        return
    code.claimed_by_id = item.id
    _tell(session, request, code, {code.item_id, item.id})


def end_claim(session: Session, request: Request, subject: str, *, to: int | None = None) -> None:
    """Let the code that an entry is about mean one item again: `to`, or the one that had it first."""
    kind, _, key = subject.partition(":")
    code = session.get(BarcodeRow, int(key)) if kind == SUBJECT and key.isdigit() else None
    if code is None or code.claimed_by_id is None:
        return
    both = {code.item_id, code.claimed_by_id}
    code.item_id, code.claimed_by_id = to or code.item_id, None
    _tell(session, request, code, both)


def _tell(session: Session, request: Request, code: BarcodeRow, items: set[int | None]) -> None:
    session.flush()
    renew_lists(session, {item for item in items if item is not None})
    audit(
        session,
        request,
        "barcode_claimed" if code.claimed_by_id else "barcode_decided",
        f"barcode:{code.id}",
        item=code.item_id,
        claimed_by=code.claimed_by_id,
    )
