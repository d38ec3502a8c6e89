"""Stores judged orders in small steps: new ones with Core statements, changed ones by the rules of what is released."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import OrderState, Severity
from warehouse.domain.drafts import Finding
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.order_checks import Concern, order_value_cents
from warehouse.domain.orders import OrderDraft, ShipTo
from warehouse.domain.site import Carrier, Site
from warehouse.services.actor import Request, audit
from warehouse.services.intake import KEEP_ADDRESSES, Tally
from warehouse.services.intake_changes import ChangedOrder, change_stored
from warehouse.services.intake_concerns import NewOrder, open_concerns
from warehouse.services.intake_items import make_items
from warehouse.services.intake_knowledge import JudgedOrder
from warehouse.services.intake_lines import LineValues, insert_lines
from warehouse.storage.group import announce
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.queries.intake import KnownItem, stored_orders, taken_numbers

_NUMBER = re.compile(r"[A-Z0-9-]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOrders(Request):
    """One step of an import: so many judged orders; SKUs nobody knows are made to items with `create_missing`."""

    run: int | None
    site: Site
    orders: tuple[JudgedOrder, ...]
    create_missing: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of them, and the items that were made on the way, by folded SKU."""

    tally: Tally = field(default_factory=Tally)
    items: dict[str, KnownItem] = field(default_factory=dict)


def store_orders(session: Session, request: StoreOrders) -> Stored:
    """Store new orders, take changes over into stored ones; an order with a blocking concern is refused."""
    stored = Stored(items=make_items(session, request, request.orders) if request.create_missing else {})
    known = stored_orders(session, {(it.draft.source, it.draft.external_id) for it in request.orders})
    fresh: dict[tuple[str, str], JudgedOrder] = {}
    for order in request.orders:
        here = (order.draft.source, order.draft.external_id)
        if any(concern.severity is Severity.BLOCK for concern in order.concerns):
            stored.tally.add("refused", *_findings(order))
        elif here in known and known[here].digest == order.digest:
            stored.tally.add("unchanged")
        elif here in known:
            _change(session, request, order, stored, known[here].id)
        else:
            fresh[here] = order
    _insert(session, request, list(fresh.values()), stored)
    announce(session, BoardChanged(BoardKind.ORDERS))
    return stored


def _change(session: Session, request: StoreOrders, order: JudgedOrder, stored: Stored, order_id: int) -> None:
    change = ChangedOrder(
        actor=request.actor,
        at=request.at,
        order=order_id,
        judged=order,
        lines=tuple(line._asdict() for line in _lines(order_id, order, stored.items)),
        head=_head_values(request, order),
        address=_address_values(order_id, order.draft.ship_to, request.at),
    )
    word, *findings = change_stored(session, change)
    stored.tally.add(word, *findings)
    if word == "updated":
        _count_concerns(order, stored.tally)


def _insert(session: Session, request: StoreOrders, orders: Sequence[JudgedOrder], stored: Stored) -> None:
    if not orders:
        return
    numbers = _numbers(session, [order.draft for order in orders])
    rows = [
        {
            "number": number,
            "source": order.draft.source,
            "external_id": order.draft.external_id,
            "state": OrderState.RECEIVED if _is_held(order, stored.items) else OrderState.READY,
            "import_id": request.run,
            "received_at": request.at,
            **_head_values(request, order),
        }
        for order, number in zip(orders, numbers, strict=True)
    ]
    connection = session.connection()
    made = connection.execute(insert(OrderRow.__table__).returning(OrderRow.id, OrderRow.number), rows)  # type: ignore[arg-type]  # a mapped class's table
    ids = {number: id_ for id_, number in made}
    lines: list[LineValues] = []
    for order, number in zip(orders, numbers, strict=True):
        lines += _lines(ids[number], order, stored.items)
    addresses = [
        _address_values(ids[number], order.draft.ship_to, request.at)
        for order, number in zip(orders, numbers, strict=True)
    ]
    connection.execute(insert(OrderAddressRow.__table__), addresses)  # type: ignore[arg-type]  # as above
    insert_lines(connection, lines)
    for order, number, row in zip(orders, numbers, rows, strict=True):
        new = NewOrder(ids[number], number, row["cutoff_at"])
        open_concerns(session, request, request.site, new, order.concerns)
        held = sorted({concern.type.value for concern in order.concerns if concern.severity is Severity.HOLD})
        audit(session, request, "order_received", f"order:{new.id}", source=order.draft.source, held=held)
        stored.tally.add("created", *_findings(order))
        stored.tally.counts["held"] += bool(held)


def _count_concerns(order: JudgedOrder, tally: Tally) -> None:
    tally.findings += _findings(order)
    tally.counts["held"] += any(concern.severity is Severity.HOLD for concern in order.concerns)


def _findings(order: JudgedOrder) -> list[Finding]:
    source_lines = {line.line_no: line.source_line for line in order.draft.lines}
    return [
        Finding(
            order.draft.line if concern.line_no is None else source_lines[concern.line_no],
            None,
            concern.type.value,
            f"Order {order.draft.external_id}: {concern.message}",
        )
        for concern in order.concerns
    ]


def _is_held(order: JudgedOrder, made: dict[str, KnownItem]) -> bool:
    if any(concern.severity is Severity.HOLD for concern in order.concerns):
        return True
    wanted = {sku_key(line.sku) for line in order.draft.lines if line.pickable}
    return not wanted <= order.items.keys() | made.keys()


def _lines(order_id: int, order: JudgedOrder, made: dict[str, KnownItem]) -> list[LineValues]:
    """Lines that are kept: a discount or refund line has no pieces and stands in no parcel."""
    kept = []
    known = made | order.items
    for line in order.draft.lines:
        if line.quantity > 0:
            item = known.get(sku_key(line.sku)) if line.pickable else None
            kept.append(
                LineValues(
                    order_id,
                    line.line_no,
                    line.external_line,
                    item.id if item else None,
                    item.sku if item else line.sku,
                    line.description,
                    line.unit_price_cents,
                    line.pickable,
                    line.quantity,
                )
            )
    return kept


def _head_values(request: StoreOrders, order: JudgedOrder) -> dict[str, Any]:
    draft, site = order.draft, request.site
    carrier = _carrier(site, draft.service)
    return {
        "placed_at": draft.placed_at or request.at,
        "ship_on": draft.ship_on,
        "cutoff_at": _cutoff(site, carrier, draft, request.at),
        "service": draft.service,
        "carrier": carrier,
        "customer": draft.customer,
        "country": draft.ship_to.country,
        "currency": draft.currency,
        "value_cents": order_value_cents(draft),
        "note": draft.note or None,
        "instructions": _instructions(order.concerns),
        "content_hash": order.digest,
        "basket_hash": order.basket,
        "changed_at": request.at,
    }


def _instructions(concerns: Sequence[Concern]) -> list[dict[str, str]] | None:
    """What the packer is told: a big order is not held, it is counted twice."""
    asked = [concern for concern in concerns if concern.type is ExceptionType.DOUBLE_CHECK]
    return [{"kind": "double_check", "text": concern.message[:200]} for concern in asked] or None


def _carrier(site: Site, service: str) -> str:
    """The carrier whose name the service is or begins with; else the first of the site."""
    asked = service.casefold()
    for carrier in site.carriers:
        name = carrier.name.casefold()
        if asked == name or asked.startswith(f"{name} "):
            return carrier.name
    first: Carrier | None = next(iter(site.carriers), None)
    return first.name if first else ""


def _cutoff(site: Site, carrier: str, draft: OrderDraft, at: datetime) -> datetime | None:
    """The carrier's next cutoff, not before the day the customer wants it to leave."""
    wanted = at
    if draft.ship_on is not None:
        wanted = max(at, datetime.combine(draft.ship_on, time.min, ZoneInfo(site.time_zone)).astimezone(UTC))
    return site.next_cutoff(carrier, wanted)


def _address_values(order_id: int, to: ShipTo, at: datetime) -> dict[str, Any]:
    fields = ("name", "company", "city", "region", "postcode", "country", "phone", "email")
    return {
        "order_id": order_id,
        "lines": list(to.original),
        "erase_after": at + KEEP_ADDRESSES,
        **{name: getattr(to, name) for name in fields},
    }


def _numbers(session: Session, drafts: Sequence[OrderDraft]) -> list[str]:
    """Give each order a number of ours: the shop's own where it fits and is free, else one made from it."""
    asked = [_attempt(draft, 0) for draft in drafts]
    taken = taken_numbers(session, set(asked))
    given: list[str] = []
    for draft, first in zip(drafts, asked, strict=True):
        number, attempt = first, 0
        while number in taken:
            attempt += 1
            number = _attempt(draft, attempt)
            taken |= taken_numbers(session, {number})
        taken.add(number)
        given.append(number)
    return given


def _attempt(draft: OrderDraft, attempt: int) -> str:
    if not attempt and _NUMBER.fullmatch(draft.external_id):
        return draft.external_id
    text = f"{draft.source}\n{draft.external_id}\n{attempt}"
    return f"W-{hashlib.sha256(text.encode()).hexdigest()[:10].upper()}"
