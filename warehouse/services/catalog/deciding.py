"""Whose a code is that two items bear: one decision settles the entry and lets the code be scanned again."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import Answer, ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.catalog.claimed import SUBJECT, end_claim
from warehouse.services.exceptions.queue import Resolve, settle_exception, unresolved
from warehouse.storage.models.catalog import BarcodeRow, ItemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCode(Request):
    """The code that an entry is about belongs to this item."""

    exception: int
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """One of the items that bear the same code."""

    item: int
    sku: str
    name: str


def claimants(session: Session, subject: str) -> list[Claimant]:
    """Name the items between which an entry asks to decide: the one that had the code first; none where it does not."""
    kind, _, key = subject.partition(":")
    code = session.get(BarcodeRow, int(key)) if kind == SUBJECT and key.isdigit() else None
    if code is None or code.item_id is None or code.claimed_by_id is None:
        return []
    items = [session.get_one(ItemRow, item) for item in (code.item_id, code.claimed_by_id)]
    return [Claimant(item=item.id, sku=item.sku, name=item.name) for item in items]


def decide_code(session: Session, request: DecideCode) -> int:
    """Give a claimed code to one of its items and settle the entry; its key is given back."""
    row = unresolved(session, request.exception)
    chosen = [one for one in claimants(session, row.subject) if one.item == request.item]
    if row.type != ExceptionType.DUPLICATE_SKU or not chosen:
        raise ConflictError("There is no code to decide about here, or it is neither item's.")
    said = Resolve(
        actor=request.actor,
        at=request.at,
        exception=row.id,
        resolution=sentence("The code is of {sku}.", sku=chosen[0].sku),
        answer=Answer.PROCESS,
    )
    end_claim(session, request, row.subject, to=request.item)
    return settle_exception(session, said)
