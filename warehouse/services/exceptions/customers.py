"""What the shop may tell its customers: an event with a proposed message, once for each thing there is to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.exceptions.messages import Lacking, backorder_message, delay_message
from warehouse.domain.webhooks import EventType
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import get_entry
from warehouse.services.site import load_site
from warehouse.services.webhooks.outbox import Message, post
from warehouse.storage.models.orders import OrderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An order that is late for `cutoff`; the one it can still make, where its carrier has one."""

    order: int
    cutoff: datetime
    following: datetime | None


def tell_backordered(session: Session, request: Request, exception: int, missing: Mapping[str, int]) -> bool:
    """Tell the shop what its order lacks, by SKU; what it was told before in this matter is not said again."""
    row = get_entry(session, exception)
    if row.order_id is None:
        return False
    told = dict((row.data or {}).get("told", {}))
    fresh = {sku: quantity for sku, quantity in missing.items() if told.get(sku) != quantity}
    if not fresh:
        return False
    row.data = {**(row.data or {}), "told": {**told, **fresh}}
    order = session.get_one(OrderRow, row.order_id)
    policy = load_site(session).backorder_policy(order.customer)
    lacking = Lacking(order=_called(order), policy=policy, pieces=fresh)
    data = {
        "policy": policy.value,
        "lines": [{"sku": sku, "missing": quantity} for sku, quantity in fresh.items()],
        "proposed_message": backorder_message(lacking),
    }
    audit(session, request, "order_backordered", f"order:{order.id}", policy=policy.value, missing=fresh)
    post(session, _message(EventType.ORDER_BACKORDERED, request, order, data))
    return True


def tell_delayed(session: Session, request: Request, missed: Missed) -> None:
    """Tell the shop that an order did not make its pickup, and when the next one is."""
    order, site = session.get_one(OrderRow, missed.order), load_site(session)
    leaves = site.day_of(missed.following) if missed.following else None
    data = {
        "cutoff_at": missed.cutoff.isoformat(),
        "next_cutoff_at": missed.following.isoformat() if missed.following else None,
        "proposed_message": delay_message(_called(order), leaves),
    }
    audit(session, request, "order_delayed", f"order:{order.id}", cutoff=missed.cutoff, following=missed.following)
    post(session, _message(EventType.ORDER_DELAYED, request, order, data))


def _called(order: OrderRow) -> str:
    """What the customer knows the order as."""
    return order.shop_number or order.external_id


def _message(kind: EventType, request: Request, order: OrderRow, data: Mapping[str, object]) -> Message:
    named = {
        "number": order.number,
        "source": order.source,
        "order_no": order.external_id,
        "state": order.state.value,
    }
    return Message(type=kind, subject=f"order:{order.id}", at=request.at, data={**named, **data})
