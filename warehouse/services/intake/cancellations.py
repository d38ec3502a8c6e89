"""Documents that take back wants: matched to the order they mean, applied once, or refused when none fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, OrderState
from warehouse.domain.drafts import Finding
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.orders import Cancellation, CancellationDraft, CancellationMatch, EarlierOrder, match_cancellation
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.intake.changes import Difference, stop_released, untouched
from warehouse.services.intake.runs import Tally
from warehouse.services.orders.states import tell_order
from warehouse.services.remarks import Words
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.intake import CancellationRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.queries.intake_cancellations import applied_cancellations, earlier_orders, orders_holding


@dataclass(frozen=True, slots=True)
class Matched:
    """A document and the order it means; `known` when it was applied before, no match when it means none.

    `unsaved` is an order of the same file in a dry run, which is stored nowhere.
    """

    document: Cancellation
    match: CancellationMatch | None
    known: bool = False
    unsaved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCancellations(Request):
    """Some matched documents of one file, in its order."""

    run: int | None
    matched: tuple[Matched, ...]


def match_cancellations(
    session: Session, documents: Sequence[Cancellation], unsaved: Sequence[EarlierOrder] = ()
) -> list[Matched]:
    """Find the order each document means; what one takes back is gone for the next. `unsaved` are looked at, too."""
    drafts = [document.draft for document in documents]
    done = applied_cancellations(session, {(draft.source, draft.external_id) for draft in drafts})
    earlier = _candidates(session, [draft for draft in drafts if (draft.source, draft.external_id) not in done])
    new = {order.order_id for order in unsaved}
    for order in unsaved:
        earlier.setdefault(order.customer, {})[order.order_id] = order
    matched = []
    for document in documents:
        draft = document.draft
        known = (draft.source, draft.external_id) in done
        orders = earlier.get(draft.customer, {})
        match = None if known else match_cancellation(draft, list(orders.values()))
        if match is not None:
            orders[match.order.order_id] = match.order.less(draft.asked)
        unsaved_match = match is not None and match.order.order_id in new
        matched.append(Matched(document, match, known, unsaved_match))
    return matched


def _candidates(session: Session, drafts: Sequence[CancellationDraft]) -> dict[str, dict[int, EarlierOrder]]:
    """Orders of the same customers that hold everything one document takes back."""
    wanted = [(draft.customer, draft.asked) for draft in drafts if draft.customer]
    customers = {customer for customer, _ in wanted}
    holding = orders_holding(session, customers, {sku for _, asked in wanted for sku in asked}) if wanted else {}
    possible = {
        order: units
        for customer, asked in wanted
        for order, units in holding.get(customer, {}).items()
        if all(units.get(sku, 0) >= count for sku, count in asked.items())
    }
    found: dict[str, dict[int, EarlierOrder]] = {}
    for order in earlier_orders(session, possible).values():
        found.setdefault(order.customer, {})[order.order_id] = order
    return found


def apply_cancellations(session: Session, request: ApplyCancellations) -> Tally:
    """Take back what each document names from the order it means; one that was applied before changes nothing."""
    tally = Tally()
    stored = _Stored(session, [it.match for it in request.matched if it.match and not it.unsaved])
    for matched in request.matched:
        if matched.known:
            tally.add("unchanged")
        elif matched.match is None:
            tally.add("refused", *matched.document.findings, unmatched_finding(matched.document))
        elif matched.unsaved:
            tally.add("skipped", *matched.document.findings, _said(matched.document.draft, matched.match))
        else:
            finding = _apply(session, request, stored, _Taken(matched.document.draft, matched.match))
            tally.add("skipped", *matched.document.findings, finding)
    return tally


@dataclass(frozen=True, slots=True)
class _Taken:
    """A document and the order it means."""

    draft: CancellationDraft
    match: CancellationMatch


class _Stored:
    """The orders of one step, read at once: what can be changed, their lines, and what is open about them."""

    def __init__(self, session: Session, matches: Sequence[CancellationMatch]) -> None:
        orders = {match.order.order_id for match in matches}
        self.free = untouched(session, orders)
        self.orders = {row.id: row for row in session.scalars(select(OrderRow).where(OrderRow.id.in_(orders)))}
        self._lines: dict[int, list[tuple[OrderLineRow, str]]] = {}
        partly = [match for match in matches if not match.whole]
        for line, sku in session.execute(_open_lines(partly)):
            self._lines.setdefault(line.order_id, []).append((line, sku))
        self.holds = session.scalars(
            select(HoldRow).where(HoldRow.order_id.in_(orders), HoldRow.lifted_at.is_(None))
        ).all()
        self.entries = session.execute(
            select(ExceptionRow.id, ExceptionRow.order_id).where(
                ExceptionRow.order_id.in_(orders), ExceptionRow.state != ExceptionState.RESOLVED
            )
        ).all()

    def lines_of(self, order: int) -> list[tuple[OrderLineRow, str]]:
        """Give the open lines of an order with their folded SKUs, the last first."""
        return [(line, sku) for line, sku in self._lines.get(order, []) if line.cancelled_at is None]


def _open_lines(partly: Sequence[CancellationMatch]) -> Select[OrderLineRow, str]:
    skus = {sku for match in partly for sku, _ in match.order.units}
    return (
        select(OrderLineRow, ItemRow.sku_folded)
        .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
        .where(OrderLineRow.order_id.in_({match.order.order_id for match in partly}), ItemRow.sku_folded.in_(skus))
        .where(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
        .order_by(OrderLineRow.order_id, OrderLineRow.line_no.desc())
    )


def unmatched_finding(document: Cancellation) -> Finding:
    """Say why a cancellation is refused."""
    draft = document.draft
    message = f"{draft.external_id} takes back goods, but no earlier order of this customer holds them"
    return Finding(draft.line, None, ExceptionType.INVALID_QUANTITY.value, message)


def _apply(session: Session, request: ApplyCancellations, stored: _Stored, taken: _Taken) -> Finding:
    draft, match = taken.draft, taken.match
    order = stored.orders[match.order.order_id]
    finding = _said(draft, match)
    if order.id not in stored.free:
        finding = _said(draft, match, "would ")
        difference = Difference(finding.message, f"{draft.source}/{draft.external_id}")
        stop_released(session, request, order.id, difference)
    elif match.whole:
        _cancel(session, request, stored, taken)
    else:
        _take_back(session, request, stored, taken)
    session.add(
        CancellationRow(
            source=draft.source,
            external_id=draft.external_id,
            order_id=order.id,
            import_id=request.run,
            units=[list(unit) for unit in draft.units],
            applied_at=request.at,
        )
    )
    audit(session, request, "cancellation", f"order:{order.id}", document=draft.external_id, whole=match.whole)
    return finding


def _said(draft: CancellationDraft, match: CancellationMatch, would: str = "") -> Finding:
    words = ("cancel", "take back part of") if would else ("cancels", "takes back part of")
    said = words[0] if match.whole else words[1]
    return Finding(
        draft.line, None, "cancellation", f"{draft.external_id} {would}{said} order {match.order.external_id}"
    )


def _cancel(session: Session, request: Request, stored: _Stored, taken: _Taken) -> None:
    """End an order nobody works on: no tote, task or label can be concerned."""
    order = stored.orders[taken.match.order.order_id]
    order.state, order.changed_at = OrderState.CANCELLED, request.at
    reason = f"cancelled by {taken.draft.external_id}"
    audit(session, request, "cancelled", f"order:{order.id}", reason=Words(reason), put_backs=[])
    for hold in stored.holds:
        if hold.order_id == order.id:
            hold.lifted_at, hold.lifted_by_id, hold.lift_reason = request.at, request.actor.person, "order cancelled"
    for entry, about in stored.entries:
        if about == order.id:
            asked = Resolve(actor=request.actor, at=request.at, exception=entry, resolution="order cancelled")
            resolve_exception(session, asked)
    tell_order(session, order)


def _take_back(session: Session, request: Request, stored: _Stored, taken: _Taken) -> None:
    """Shrink the order's lines by what is taken back, the last lines first."""
    order = stored.orders[taken.match.order.order_id]
    left = taken.draft.asked
    changed = {}
    for line, sku in stored.lines_of(order.id):
        units = min(left[sku], line.ordered)
        left[sku] -= units
        if units:
            changed[line.line_no] = units
            if units == line.ordered:
                line.cancelled_at = request.at
            else:
                line.ordered -= units
    order.list_version += 1
    order.changed_at = request.at
    audit(session, request, "lines_changed", f"order:{order.id}", taken_back=changed)
    tell_order(session, order)
