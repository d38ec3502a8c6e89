"""Orders that their own shop has cancelled: stopped wherever they are here, or not taken in at all."""

from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState
from warehouse.domain.drafts import Finding
from warehouse.domain.errors import ConflictError
from warehouse.domain.words import Text, sentence, word
from warehouse.services.actor import Request
from warehouse.services.intake.asking import Difference, stop_released
from warehouse.services.intake.knowledge import JudgedOrder
from warehouse.services.intake.runs import Tally
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.queries.intake import StoredOrder

_CODE = "cancelled_upstream"
_NOTHING = sentence("no line of this order is a stock item")


def withdraw(session: Session, request: Request, order: JudgedOrder, known: StoredOrder | None, tally: Tally) -> None:
    """Cancel the stored order at once, whoever works on it; one that never came in is refused, or no work at all.

    What has been handed to a carrier already cannot be taken back: that is put before a lead.
    """
    draft = order.draft
    if known is None and not draft.pickable_lines:
        message = sentence("{key}: {message}", key=draft.external_id, message=_NOTHING)
        tally.add("skipped", Finding(draft.line, None, "no_pickable_line", message))
    elif known is None:
        message = sentence("Order {order} was cancelled by its shop before it came in", order=draft.external_id)
        tally.add("refused", Finding(draft.line, None, _CODE, message))
    elif known.state is OrderState.CANCELLED:
        tally.add("unchanged")
    else:
        word, message = _stop(session, request, order, known)
        tally.add(word, Finding(draft.line, None, _CODE, message))


def _stop(session: Session, request: Request, order: JudgedOrder, known: StoredOrder) -> tuple[str, Text]:
    number = order.draft.external_id
    reason = "cancelled by its shop"
    try:
        cancel_order(session, CancelOrder(actor=request.actor, at=request.at, number=known.number, reason=reason))
    except ConflictError:
        message = sentence(
            "Order {order} was cancelled by its shop, but it is {state} here", order=number, state=word(known.state)
        )
        stop_released(session, request, known.id, Difference(message, order.digest))
        return "skipped", message
    row = session.get_one(OrderRow, known.id)
    row.content_hash, row.asked_hash = order.digest, None
    return "updated", sentence("Order {order} was cancelled by its shop", order=number)
