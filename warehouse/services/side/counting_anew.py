"""Counts that begin anew because the books they were held against are others now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import resolve_about
from warehouse.services.side.leases import let_go
from warehouse.storage.group import announce
from warehouse.storage.models.stock import CountTaskRow

_SET_ANEW = sentence("What is recorded of this bin was set anew: it is counted once more.")


def count_anew(session: Session, request: Request, place: int, item: int) -> None:
    """Forget what was counted of an item in a bin: its stock was set anew, and a difference to before says nothing."""
    begun = select(CountTaskRow).where(
        CountTaskRow.bin_id == place,
        CountTaskRow.item_id.is_(None) | (CountTaskRow.item_id == item),
        CountTaskRow.counted.is_not(None),
        CountTaskRow.closed_at.is_(None),
    )
    for row in session.scalars(begun).all():
        if row.state == "counted":
            let_go(row)
        row.state = "open"
        row.counted = row.recounted = row.third_count = None
        row.first_person_id = row.second_person_id = None
        resolve_about(session, request, ExceptionType.COUNT_DIFFERENCE, f"count:{row.id}", _SET_ANEW)
        audit(session, request, "count_begun_anew", f"count:{row.id}", item=item)
        announce(session, BoardChanged(BoardKind.STOCK))
