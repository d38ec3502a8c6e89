"""Stored orders that come again with nothing to be picked, as with their postage only: a lead is asked about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.domain.drafts import Finding, Skipped
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.intake.asking import Difference, ask_once
from warehouse.services.intake.runs import Tally
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.queries.intake import stored_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptiedOrders(Request):
    """Orders of a file that ask for no work."""

    orders: tuple[Skipped, ...]


def emptied_of(session: Session, skipped: Sequence[Skipped]) -> list[Skipped]:
    """Of these records, give those of orders that stand here with other content that nobody was asked about yet."""
    named = {(it.source, it.key): it for it in skipped if it.source is not None}
    known = stored_orders(session, named.keys()) if named else {}
    asked = {key: it for key, it in known.items() if it.state is not OrderState.CANCELLED}
    return [named[key] for key, order in asked.items() if order.asked != named[key].digest]


def stop_emptied(session: Session, request: EmptiedOrders) -> Tally:
    """Stop these orders and ask a lead whether they are cancelled; gives what is said of them."""
    known = stored_orders(session, {(it.source, it.key) for it in request.orders if it.source is not None})
    tally = Tally()
    for skipped in request.orders:
        order = session.get_one(OrderRow, known[(skipped.source or "", skipped.key)].id)
        message = sentence(
            "Order {order} came with nothing to be picked any more: cancel it, or leave it as it is", order=skipped.key
        )
        ask_once(session, request, order, Difference(message, skipped.digest, _nothing_of(session, order)))
        tally.findings.append(Finding(skipped.line, None, ExceptionType.CHANGED_AFTER_RELEASE.value, message))
    return tally


def _nothing_of(session: Session, order: OrderRow) -> dict[str, Any]:
    lines = select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.cancelled_at.is_(None))
    rows = session.scalars(lines.order_by(OrderLineRow.line_no))
    return {"lines": [[it.line_no, it.sku, it.ordered, 0 if it.pickable else it.ordered] for it in rows], "fields": []}
