"""Entries about missing units, settled by themselves once stock was found for them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow

_ABOUT = (ExceptionType.SHORT_STOCK, ExceptionType.BACKORDER)
_FOUND = sentence("Stock was found for it.")


@dataclass(slots=True)
class _Open:
    """Subjects that still miss units: lines and orders of any, and orders that wait for some from reserve."""

    missing: set[str]
    waiting: set[str]

    def still(self, entry: ExceptionRow) -> bool:
        """Say whether the cause of an entry stands."""
        if entry.type == ExceptionType.SHORT_STOCK and entry.subject.startswith("order:"):
            return entry.subject in self.waiting
        return entry.subject in self.missing


def settle_found(session: Session, request: Request, orders: Collection[int]) -> None:
    """Settle what is open about missing units of these orders where none is missing any more."""
    about = (ExceptionRow.order_id.in_(orders), ExceptionRow.type.in_(_ABOUT))
    query = select(ExceptionRow).where(*about, ExceptionRow.state != ExceptionState.RESOLVED)
    entries = session.scalars(query.order_by(ExceptionRow.id)).all()
    if not entries:
        return
    still = _missing(session, orders)
    for entry in entries:
        if not still.still(entry):
            asked = Resolve(actor=request.actor, at=request.at, exception=entry.id, resolution=_FOUND)
            resolve_exception(session, asked)


def _missing(session: Session, orders: Collection[int]) -> _Open:
    found = _Open(set(), set())
    lines = select(
        *(OrderLineRow.id, OrderLineRow.order_id, OrderLineRow.backordered),
        (OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.allocated).label("missing"),
    ).where(OrderLineRow.order_id.in_(orders), OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
    for line in session.execute(lines):
        if line.missing > 0:
            found.missing |= {f"line:{line.id}", f"order:{line.order_id}"}
        if line.missing > line.backordered:
            found.waiting.add(f"order:{line.order_id}")
    return found
