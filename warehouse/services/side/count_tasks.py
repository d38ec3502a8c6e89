"""Tasks to count a bin: one a bin, however often it is declared."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.actor import Request, audit
from warehouse.storage.group import announce
from warehouse.storage.models.stock import BinRow, CountTaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount(Request):
    """A bin is to be counted, for one item or whole."""

    bin: int
    reason: str
    item: int | None = None


def open_count(session: Session, request: OpenCount) -> int:
    """Open a count of a bin, or give the one that waits: one a bin, however often declared.

    A count that has begun is not widened: what else is in doubt gets a count of its own.
    """
    if session.get(BinRow, request.bin) is None:
        raise NotFoundError("There is no such bin.")
    waiting = select(CountTaskRow).where(CountTaskRow.bin_id == request.bin, CountTaskRow.closed_at.is_(None))
    for row in session.scalars(waiting.order_by(CountTaskRow.id)).all():
        if row.item_id is None or row.item_id == request.item:
            return row.id
        if row.counted is None and row.position is None:
            row.item_id = None  # two items in doubt: the whole bin is counted
            session.flush()
            return row.id
    return _new_count(session, request)


def _new_count(session: Session, request: OpenCount) -> int:
    row = CountTaskRow(bin_id=request.bin, item_id=request.item, reason=request.reason, opened_at=request.at)
    session.add(row)
    session.flush()
    audit(session, request, "count_opened", f"count:{row.id}", bin=request.bin, item=request.item)
    announce(session, BoardChanged(BoardKind.STOCK))
    return row.id
