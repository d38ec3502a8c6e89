"""A change that came after release, taken over: the order becomes what its shop wants now, and goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import Answer, ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import Resolve, resolve_exception, unresolved
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.storage.models.orders import OrderLineRow, OrderRow

REASON = "Taken over as the shop sent it."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Request):
    """Do what the entry about a changed order shows on its right side."""

    exception: int


def take_over(session: Session, request: TakeOver) -> int:
    """Change the lines that differ, lift the hold and settle the entry; its key is given back.

    Only lines are taken over: raises ConflictError where an address differs or something is taken back too, which a
    person has to look at, and where somebody has changed the order here since.
    """
    row = unresolved(session, request.exception)
    data: Mapping[str, Any] = row.data or {}
    sides: Mapping[str, Any] = data.get("sides") or {}
    if row.type != ExceptionType.CHANGED_AFTER_RELEASE or not sides or row.order_id is None:
        raise ConflictError("There is no change to take over here.")
    if sides.get("fields"):
        raise ConflictError(
            sentence("Not only lines differ, also {names}: change the order by hand.", names=", ".join(sides["fields"]))
        )
    order = session.get_one(OrderRow, row.order_id)
    if data.get("documents"):
        raise ConflictError(
            sentence("Something of order {number} is taken back, too: change it by hand.", number=order.number)
        )
    if _here(session, order) != {(number, sku): here for number, sku, here, _ in sides["lines"] if here}:
        raise ConflictError(
            sentence("Order {number} was changed here meanwhile: change it by hand.", number=order.number)
        )
    quantities, added = _asked(sides["lines"])
    if quantities or added:
        change = ChangeOrder(
            actor=request.actor,
            at=request.at,
            number=order.number,
            reason=REASON,
            quantities=quantities,
            added=added,
        )
        change_order(session, change)
    order.content_hash, order.asked_hash, order.lines_changed_at = data["digest"], None, None
    order.basket_hash = data.get("basket") or order.basket_hash
    resolve_exception(
        session,
        Resolve(
            actor=request.actor,
            at=request.at,
            exception=row.id,
            resolution=REASON,
            lift_hold=True,
            answer=Answer.PROCESS,
        ),
    )
    return row.id


def _here(session: Session, order: OrderRow) -> dict[tuple[int, str], int]:
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.cancelled_at.is_(None))
    return {(line.line_no, line.sku): line.ordered for line in session.scalars(query)}


def _asked(lines: Sequence[Sequence[Any]]) -> tuple[dict[int, int], dict[str, int]]:
    """Give new quantities by line number, and new lines by SKU; `lines` are (number, SKU, here, there)."""
    quantities = {number: there for number, _, here, there in lines if here and here != there}
    added: dict[str, int] = {}
    for _, sku, here, there in lines:
        if not here and there:
            added[sku] = added.get(sku, 0) + there
    return quantities, added
