"""Stores judged orders in small steps: new ones with Core statements, changed ones by the rules of what is released."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import OrderState, Severity
from warehouse.domain.drafts import Finding
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.order_checks import Concern
from warehouse.domain.orders import OrderDraft, ShipTo
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.intake.changes import ChangedOrder, change_stored
from warehouse.services.intake.concerns import NewOrder, open_concerns
from warehouse.services.intake.items import make_items
from warehouse.services.intake.knowledge import JudgedOrder
from warehouse.services.intake.runs import KEEP_ADDRESSES, Tally
from warehouse.services.intake.withdrawn import withdraw
from warehouse.storage.bulk import insert_rows
from warehouse.storage.group import announce
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.queries.intake import KnownItem, keys_of, stored_orders

LineValues = tuple[int, int, str, int | None, str, str, int | None, bool, int]
LINE_COLUMNS = (
    *("order_id", "line_no", "external_line", "item_id", "sku", "description", "unit_price_cents", "pickable"),
    "ordered",
)
"""The columns of a new order line, in the order in which they are written."""

_NUMBER = re.compile(r"[A-Z0-9-]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOrders(Request):
    """One step of an import: so many judged orders and the `items` known by folded SKU.

    SKUs nobody knows are made to items with `create_missing`.
    """

    run: int | None
    site: Site
    orders: tuple[JudgedOrder, ...]
    items: Mapping[str, KnownItem]
    create_missing: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of them, and the items that were made on the way, by folded SKU."""

    tally: Tally = field(default_factory=Tally)
    items: dict[str, KnownItem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step works with: what is asked, what came of it, every item by folded SKU, and carriers by service."""

    request: StoreOrders
    stored: Stored
    items: Mapping[str, KnownItem]
    routes: dict[tuple[str, date | None], tuple[str, datetime | None]] = field(default_factory=dict)


def store_orders(session: Session, request: StoreOrders) -> Stored:
    """Store new orders, take changes over into stored ones; an order with a blocking concern is refused."""
    made = make_items(session, request, request.orders, request.items) if request.create_missing else {}
    stored = Stored(items=made)
    step = _Step(request, stored, {**made, **request.items} if made else request.items)
    known = stored_orders(session, {(it.draft.source, it.draft.external_id) for it in request.orders})
    fresh: dict[tuple[str, str], JudgedOrder] = {}
    for order in request.orders:
        here = (order.draft.source, order.draft.external_id)
        if order.draft.withdrawn:
            withdraw(session, request, order, known.get(here), stored.tally)
        elif blocking := [concern for concern in order.concerns if concern.severity is Severity.BLOCK]:
            stored.tally.add("refused", *_findings(order))
            _note_refusal(session, request, blocking)
        elif here in known and known[here].is_settled(order.digest):
            stored.tally.add("unchanged")
        elif here in known:
            _change(session, step, order, known[here].id)
        else:
            fresh[here] = order
    if fresh:
        _insert(session, step, list(fresh.values()))
    announce(session, BoardChanged(BoardKind.ORDERS))
    return stored


def _note_refusal(session: Session, request: StoreOrders, blocking: Sequence[Concern]) -> None:
    """Keep in the journal which checks refused an order: it stands nowhere else once its file is forgotten."""
    kinds = sorted({concern.type.value for concern in blocking})
    audit(session, request, "order_refused", f"import:{request.run or 0}", types=kinds)


def _change(session: Session, step: _Step, order: JudgedOrder, order_id: int) -> None:
    request, stored = step.request, step.stored
    change = ChangedOrder(
        actor=request.actor,
        at=request.at,
        order=order_id,
        judged=order,
        lines=tuple(dict(zip(LINE_COLUMNS, line, strict=True)) for line in _all_lines(step, [order_id], [order])),
        head=_head_values(step, order),
        address=_address(order_id, order.draft.ship_to, request.at),
    )
    word, *findings = change_stored(session, change)
    stored.tally.add(word, *findings)
    if word == "updated":
        _count_concerns(order, stored.tally)


def _insert(session: Session, step: _Step, orders: Sequence[JudgedOrder]) -> None:
    request, stored = step.request, step.stored
    numbers = _numbers(session, [order.draft for order in orders])
    heads = [_head(step, order, number) for order, number in zip(orders, numbers, strict=True)]
    connection = session.connection()
    insert_rows(connection, OrderRow, tuple(heads[0]), [tuple(head.values()) for head in heads])
    ids = keys_of(session, numbers)
    keys = [ids[number] for number in numbers]
    addresses = [_address(key, order.draft.ship_to, request.at) for key, order in zip(keys, orders, strict=True)]
    insert_rows(connection, OrderAddressRow, tuple(addresses[0]), [tuple(address.values()) for address in addresses])
    insert_rows(connection, OrderLineRow, LINE_COLUMNS, _all_lines(step, keys, orders))
    doubtful = []
    for order, head, key in zip(orders, heads, keys, strict=True):
        if order.concerns:
            doubtful.append((NewOrder(key, head["number"], head["cutoff_at"]), order.concerns))
        held = sorted({concern.type.value for concern in order.concerns if concern.severity is Severity.HOLD})
        audit(session, request, "order_received", f"order:{key}", source=order.draft.source, held=held)
        if order.allowed:
            kinds = sorted({concern.type.value for concern in order.allowed})
            audit(session, request, "checks_let_pass", f"order:{key}", types=kinds)
        stored.tally.add("created", *_findings(order))
        stored.tally.counts["held"] += bool(held)
    open_concerns(session, request, request.site, doubtful)


def _head(step: _Step, order: JudgedOrder, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "source": order.draft.source,
        "external_id": order.draft.external_id,
        "shop_number": order.draft.shop_number,
        "state": OrderState.RECEIVED if _is_held(order, step.items) else OrderState.READY,
        "import_id": step.request.run,
        "received_at": step.request.at,
        **_head_values(step, order),
    }


def _count_concerns(order: JudgedOrder, tally: Tally) -> None:
    tally.findings += _findings(order)
    tally.counts["held"] += any(concern.severity is Severity.HOLD for concern in order.concerns)


def _findings(order: JudgedOrder) -> list[Finding]:
    if not order.concerns:
        return []
    source_lines = {line.line_no: line.source_line for line in order.draft.lines}
    return [
        Finding(
            order.draft.line if concern.line_no is None else source_lines[concern.line_no],
            None,
            concern.type.value,
            sentence("Order {order}: {message}", order=order.draft.external_id, message=concern.message),
        )
        for concern in order.concerns
    ]


def _is_held(order: JudgedOrder, items: Mapping[str, KnownItem]) -> bool:
    if any(concern.severity is Severity.HOLD for concern in order.concerns):
        return True
    return not all(map(items.__contains__, order.goods.skus))


def _all_lines(step: _Step, keys: Sequence[int], orders: Sequence[JudgedOrder]) -> list[LineValues]:
    """Give the lines that are kept: a discount or refund line has no pieces and stands in no parcel."""
    item_of = step.items.get
    nothing = (None, None)
    return [
        (key, line_no, external, item[0], item[1] or sku, description, cents, pickable, quantity)
        for key, order in zip(keys, orders, strict=True)
        for line_no, external, sku, _, description, quantity, cents, pickable, _ in order.draft.lines
        if quantity > 0
        for item in [(pickable and item_of(sku_key(sku))) or nothing]
    ]


def _head_values(step: _Step, order: JudgedOrder) -> dict[str, Any]:
    draft, request = order.draft, step.request
    wish = (draft.service, draft.ship_on)
    route = step.routes.get(wish)
    if route is None:
        carrier = request.site.usual_carrier(draft.service)
        route = step.routes[wish] = (carrier, _cutoff(request.site, carrier, draft, request.at))
    return {
        "placed_at": draft.placed_at or request.at,
        "ship_on": draft.ship_on,
        "cutoff_at": route[1],
        "service": draft.service,
        "carrier": route[0],
        "customer": draft.customer,
        "country": draft.ship_to.country,
        "currency": draft.currency,
        "value_cents": order.goods.value_cents,
        "note": draft.note or None,
        "instructions": _instructions(order.concerns),
        "content_hash": order.digest,
        "basket_hash": order.goods.basket,
        "changed_at": request.at,
    }


def _instructions(concerns: Sequence[Concern]) -> list[dict[str, str]] | None:
    """What the packer is told: a big order is not held, it is counted twice."""
    asked = [concern for concern in concerns if concern.type is ExceptionType.DOUBLE_CHECK]
    return [{"kind": "double_check", "text": concern.message[:200]} for concern in asked] or None


def _cutoff(site: Site, carrier: str, draft: OrderDraft, at: datetime) -> datetime | None:
    """The carrier's next cutoff, not before the day the customer wants it to leave."""
    wanted = at
    if draft.ship_on is not None:
        wanted = max(at, datetime.combine(draft.ship_on, time.min, ZoneInfo(site.time_zone)).astimezone(UTC))
    return site.next_cutoff(carrier, wanted, draft.service)


def _address(order_id: int, to: ShipTo, at: datetime) -> dict[str, Any]:
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
    taken = set(keys_of(session, set(asked)))
    given: list[str] = []
    for draft, first in zip(drafts, asked, strict=True):
        number, attempt = first, 0
        while number in taken:
            attempt += 1
            number = _attempt(draft, attempt)
            taken |= keys_of(session, {number}).keys()
        taken.add(number)
        given.append(number)
    return given


def _attempt(draft: OrderDraft, attempt: int) -> str:
    known = draft.shop_number or draft.external_id
    if not attempt and _NUMBER.fullmatch(known):
        return known
    text = f"{draft.source}\n{draft.external_id}\n{attempt}"
    return f"W-{hashlib.sha256(text.encode()).hexdigest()[:10].upper()}"
