"""What becomes of a stored order that comes again with other content: before release it is updated, after it never."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState, Severity
from warehouse.domain.drafts import Finding
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import Text, listed, sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.intake.asking import Difference, ask_once, settle_asked, shows_difference
from warehouse.services.intake.differences import address_differs, lines_differ, sides_between
from warehouse.services.intake.knowledge import JudgedOrder
from warehouse.services.orders.destinations import is_sent_otherwise, is_still_shops_word
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.services.orders.states import end_hold, refresh_order, tell_order
from warehouse.storage.models.intake import CancellationRow
from warehouse.storage.models.orders import HoldRow, OrderAddressRow, OrderLineRow, OrderRow

UNRELEASED = frozenset({OrderState.RECEIVED, OrderState.READY})
_JUDGED = frozenset(
    {
        *(ExceptionType.DUPLICATE_ORDER, ExceptionType.UNUSUAL_QUANTITY, ExceptionType.UNKNOWN_SKU),
        *(
            ExceptionType.ADDRESS_CHECK,
            ExceptionType.ADDRESS_CHANGED,
            ExceptionType.UNPAID,
            ExceptionType.CUSTOMS_DATA,
            ExceptionType.WRONG_SITE,
        ),
    }
)
"""Holds that intake puts on an order, and takes off when the order came again without their cause."""

_OF_LINES = frozenset({ExceptionType.UNUSUAL_QUANTITY, ExceptionType.UNKNOWN_SKU})
"""Of these, what is asked of the shop's lines and not of those that somebody wrote here in their place."""

_OF_ADDRESS = frozenset({ExceptionType.ADDRESS_CHECK, ExceptionType.ADDRESS_CHANGED})
"""Of these, what is asked of the shop's address and not of the one that somebody wrote here in its place."""

_WHERE = frozenset({"address", "service", "country"})
_GONE = sentence("The order came again without it.")
_BACK = sentence("The order came again as it is here.")
_NOTHING = sentence("nothing that matters here")
_WORDS = ("external_line", "description", "unit_price_cents")
_QUIET = frozenset({"changed_at", "cutoff_at", "content_hash", "basket_hash", "placed_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedOrder(Request):
    """An order as it came again; `head`, `lines` and `address` are the columns it would have."""

    order: int
    judged: JudgedOrder
    head: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    address: dict[str, Any]


def change_stored(session: Session, request: ChangedOrder) -> tuple[str, *tuple[Finding, ...]]:
    """Take the change over, or stop the order and ask a lead; gives the word it counts under and what is to be said.

    Of an order that a document took units from nobody but a person can say whether its new content has them back, nor
    what becomes of lines or an address that somebody changed here and its shop changed, too.
    """
    order = session.get_one(OrderRow, request.order)
    taken_back = select(CancellationRow.id).where(CancellationRow.order_id == order.id).limit(1)
    sides = _sides(session, request, order)
    is_free = untouched(session, [order.id]) and session.scalars(taken_back).first() is None
    if is_free and not _is_contested(session, request, order, sides):
        return "updated", _update(session, request, order)
    return _ask(session, request, order, sides)


def _sides(session: Session, request: ChangedOrder, order: OrderRow) -> dict[str, Any]:
    """Give what differs; where a person has the order sent differs only once its shop says something new of that."""
    sides = sides_between(session, order, request.head, request.lines)
    if _is_sent_as_told(session, request, order):
        sides["fields"] = [name for name in sides["fields"] if name not in _WHERE]
    elif address_differs(session, order, request.address):
        sides["fields"].append("address")
    return sides


def _is_contested(session: Session, request: ChangedOrder, order: OrderRow, sides: Mapping[str, Any]) -> bool:
    """Say whether a person and the shop have changed the same, and not to the same."""
    if order.lines_changed_at is not None and _new_lines(request, order) and lines_differ(sides):
        return True
    return is_sent_otherwise(session, order) and not _WHERE.isdisjoint(sides["fields"])


def _is_sent_as_told(session: Session, request: ChangedOrder, order: OrderRow) -> bool:
    return is_still_shops_word(session, order, request.head["service"], request.address)


def untouched(session: Session, orders: Collection[int]) -> set[int]:
    """Of these orders, give those nobody works on yet and to which nothing is promised."""
    touched = select(OrderLineRow.order_id).where(
        OrderLineRow.order_id.in_(orders), (OrderLineRow.picked > 0) | (OrderLineRow.allocated > 0)
    )
    query = select(OrderRow.id).where(
        OrderRow.id.in_(orders), OrderRow.state.in_(UNRELEASED), OrderRow.id.not_in(touched)
    )
    return set(session.scalars(query))


def _update(session: Session, request: ChangedOrder, order: OrderRow) -> Finding:
    is_ours = order.lines_changed_at is not None and not _new_lines(request, order)
    is_sent_as_told = _is_sent_as_told(session, request, order)
    is_same_wish = not _new_lines(request, order) and not address_differs(session, order, request.address)
    kept = _with_service(order, request) if is_sent_as_told else frozenset()
    changed = _set(order, {name: it for name, it in request.head.items() if name not in kept}, but=_QUIET)
    if is_ours:
        changed += _update_words(session, request, order)
    else:
        changed += _update_lines(session, request, order)
        order.lines_changed_at = None
    if not is_sent_as_told:
        changed += _update_address(session, request, order)
    order.list_version += 1
    session.flush()
    unjudged = (_OF_LINES if is_ours else frozenset()) | (_OF_ADDRESS if is_sent_as_told else frozenset())
    passed = _let_pass(session, order) if is_same_wish else set()
    _judge_again(session, request, order, _Again(_JUDGED - unjudged, passed))
    settle_asked(session, request, order, _GONE)
    audit(session, request, "order_updated", f"order:{order.id}", changed=changed)
    refresh_order(session, request, order.id)
    tell_order(session, order)
    draft = request.judged.draft
    said = listed(it if isinstance(it, Text) else word(it) for it in changed) or _NOTHING
    message = sentence("Order {order} changed before release: {changes}", order=draft.external_id, changes=said)
    return Finding(draft.line, None, "order_changed", message)


def _with_service(order: OrderRow, request: ChangedOrder) -> frozenset[str]:
    """Name what stays of an order that a person has sent elsewhere, or by another service."""
    is_other = order.service != request.head["service"]
    return frozenset({"country", "service", "carrier", "cutoff_at"} if is_other else {"country"})


def _update_address(session: Session, request: ChangedOrder, order: OrderRow) -> list[str]:
    address = session.get(OrderAddressRow, order.id)
    if address is None:
        session.add(OrderAddressRow(**request.address))
        return ["address"]
    address.shop_hash = None
    return ["address"] if _set(address, request.address, but=frozenset({"order_id", "erase_after"})) else []


def _new_lines(request: ChangedOrder, order: OrderRow) -> bool:
    """Say whether the shop wants other goods than when its order was last taken over."""
    return order.basket_hash != request.judged.goods.basket


def _set(row: object, values: dict[str, Any], *, but: frozenset[str]) -> list[str]:
    """Write values into a row; give the names of those that differed and are worth telling."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return [name for name in changed if name not in but]


def _update_lines(session: Session, request: ChangedOrder, order: OrderRow) -> list[str]:
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id)
    stored = {line.line_no: line for line in session.scalars(query)}
    changed: list[str] = []
    for values in request.lines:
        line = stored.pop(values["line_no"], None)
        if line is None:
            session.add(OrderLineRow(**values))
            changed.append(sentence("line {number} added", number=values["line_no"]))
        elif _set(line, values, but=frozenset()) or line.cancelled_at is not None:
            line.cancelled_at, line.backordered = None, 0
            changed.append(sentence("line {number}", number=line.line_no))
    for line in stored.values():
        if line.cancelled_at is None:
            line.cancelled_at = request.at
            changed.append(sentence("line {number} taken off", number=line.line_no))
    return changed


def _update_words(session: Session, request: ChangedOrder, order: OrderRow) -> list[str]:
    """Of lines that are a person's here, take over what the shop says besides goods and pieces."""
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.cancelled_at.is_(None))
    pairs = _pairs(list(session.scalars(query.order_by(OrderLineRow.line_no))), request.lines)
    return [
        sentence("line {number}", number=line.line_no)
        for line, values in pairs
        if _set(line, {name: values[name] for name in _WORDS}, but=frozenset())
    ]


def _pairs(stored: list[OrderLineRow], coming: Collection[dict[str, Any]]) -> list[tuple[OrderLineRow, dict[str, Any]]]:
    """Find the line here for each that comes, in whatever order its shop lists them now; one SKU is never another.

    Of several with one SKU the one with the shop's own name for it counts first, then the one with the same number.
    """
    left, found = list(coming), []
    for same in (("external_line",), ("line_no",), ()):
        for line in list(stored):
            names = ("sku", *same)
            is_named = same != ("external_line",) or bool(line.external_line)
            values = next((it for it in left if all(it[name] == getattr(line, name) for name in names)), None)
            if is_named and values is not None:
                stored.remove(line)
                left.remove(values)
                found.append((line, values))
    return found


def _let_pass(session: Session, order: OrderRow) -> set[tuple[str, str]]:
    """Give the causes, by kind and words, of an order's last holds of which a person said that they may pass."""
    holds = select(HoldRow).where(HoldRow.order_id == order.id, HoldRow.exception_id.is_not(None))
    last = {hold.reason: hold for hold in session.scalars(holds.order_by(HoldRow.id))}
    return {(it.reason, it.text) for it in last.values() if it.lifted_at is not None and it.lift_reason != _GONE}


@dataclass(frozen=True, slots=True)
class _Again:
    """Which kinds of holds are judged anew, and which causes, by kind and words, a person has let pass."""

    kinds: Collection[ExceptionType]
    passed: Collection[tuple[str, str]]


def _judge_again(session: Session, request: ChangedOrder, order: OrderRow, again: _Again) -> None:
    """Lift the holds whose cause is gone, and put on those that are new."""
    judged = again.kinds
    held = {c.type: c.message for c in request.judged.concerns if c.severity is Severity.HOLD and c.type in judged}
    # A hold without an entry is one that a person put on.
    query = select(HoldRow).where(HoldRow.order_id == order.id, HoldRow.exception_id.is_not(None))
    query = query.where(HoldRow.lifted_at.is_(None))
    standing = {hold.reason for hold in session.scalars(query)}
    for kind in judged:
        if kind not in held and kind.value in standing:
            resolve_about(session, request, kind, f"order:{order.id}", _GONE)
    for hold in session.scalars(query).all():
        if hold.reason in judged and hold.reason not in held:
            end_hold(session, request, hold, _GONE)
    if not any(c.type is ExceptionType.DOUBLE_CHECK for c in request.judged.concerns):
        resolve_about(session, request, ExceptionType.DOUBLE_CHECK, f"order:{order.id}", _GONE)
    for kind, message in held.items():
        if kind.value not in standing and (kind.value, message.strip()[:400]) not in again.passed:
            _hold(session, request, order, kind, message)


def _hold(session: Session, request: Request, order: OrderRow, kind: ExceptionType, message: Text) -> int:
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=kind,
        subject=f"order:{order.id}",
        about=listed([sentence("order {order}", order=order.number), message], ": "),
        order=order.id,
        cutoff=order.cutoff_at,
    )
    key = open_exception(session, entry)
    asked = HoldOrder(
        actor=request.actor, at=request.at, number=order.number, reason=kind.value, text=message, exception=key
    )
    hold_order(session, asked)
    return key


def _ask(
    session: Session, request: ChangedOrder, order: OrderRow, sides: dict[str, Any]
) -> tuple[str, *tuple[Finding, ...]]:
    draft, digest = request.judged.draft, request.judged.digest
    message = sentence(
        "Order {order} is {state} here and came with other content: it was left as it is",
        order=draft.external_id,
        state=word(order.state),
    )
    if order.asked_hash is not None and _is_as_here(session, request, order, sides):
        settle_asked(session, request, order, _BACK)
        # What shop and desk both want now is what the next change is held against.
        order.content_hash, order.basket_hash, order.lines_changed_at = digest, request.judged.goods.basket, None
        return ("unchanged",)
    ask_once(session, request, order, Difference(message, digest, sides, request.judged.goods.basket))
    return "skipped", Finding(draft.line, None, ExceptionType.CHANGED_AFTER_RELEASE.value, message)


def _is_as_here(session: Session, request: ChangedOrder, order: OrderRow, sides: Mapping[str, Any]) -> bool:
    """Say whether nothing is left of what a lead was asked.

    A payment or a price stands on no side: that it differed is over when a person says so, or the shop takes it back.
    """
    if sides["fields"] or lines_differ(sides):
        return False
    if request.judged.digest == order.content_hash:
        return True
    is_unpaid = any(it.type is ExceptionType.UNPAID for it in request.judged.concerns)
    return not is_unpaid and shows_difference(session, order)
