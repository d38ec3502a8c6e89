"""A change that came after release, taken over: the order becomes what its shop wants now, and goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import Answer, ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import Resolve, resolve_exception, unresolved
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.storage.models.orders import OrderRow

REASON = "Taken over as the shop sent it."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Request):
    """Do what the entry about a changed order shows on its right side."""

    exception: int


def take_over(session: Session, request: TakeOver) -> int:
    """Change the lines that differ, lift the hold and settle the entry; its key is given back.

    Only lines are taken over: raises ConflictError where an address differs too, which a person has to look at.
    """
    row = unresolved(session, request.exception)
    sides: Mapping[str, Any] = (row.data or {}).get("sides") or {}
    if row.type != ExceptionType.CHANGED_AFTER_RELEASE or not sides or row.order_id is None:
        raise ConflictError("There is no change to take over here.")
    if sides.get("fields"):
        raise ConflictError(
            sentence("Not only lines differ, also {names}: change the order by hand.", names=", ".join(sides["fields"]))
        )
    order = session.get_one(OrderRow, row.order_id)
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


def _asked(lines: Sequence[Sequence[Any]]) -> tuple[dict[int, int], dict[str, int]]:
    """Give new quantities by line number, and new lines by SKU; `lines` are (number, SKU, here, there)."""
    quantities = {number: there for number, _, here, there in lines if here and here != there}
    added: dict[str, int] = {}
    for _, sku, here, there in lines:
        if not here and there:
            added[sku] = added.get(sku, 0) + there
    return quantities, added
