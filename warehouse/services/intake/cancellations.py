"""Documents that take back wants: matched to the order they mean, applied once, or refused when none fits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, bindparam, case, select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, OrderState
from warehouse.domain.drafts import Finding
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.orders import Cancellation, CancellationDraft, CancellationMatch, EarlierOrder, match_cancellation
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.intake.asking import Difference, stop_released
from warehouse.services.intake.changes import untouched
from warehouse.services.intake.runs import Tally
from warehouse.services.orders.states import tell_order_by
from warehouse.storage.bulk import insert_rows
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

    @property
    def applies(self) -> bool:
        """Whether it takes something back from a stored order now."""
        return self.match is not None and not self.known and not self.unsaved


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
    stored = _Stored(session, [it.match for it in request.matched if it.match and it.applies])
    for matched in request.matched:
        if matched.known:
            tally.add("unchanged")
        elif matched.match is None:
            tally.add("refused", *matched.document.findings, unmatched_finding(matched.document))
        elif matched.unsaved:
            tally.add("skipped", *matched.document.findings, _said(matched.document.draft, matched.match, _DONE))
        else:
            finding = _apply(session, request, stored, _Taken(matched.document.draft, matched.match))
            tally.add("skipped", *matched.document.findings, finding)
    connection = session.connection()
    stored.write(connection, request.at)
    insert_rows(connection, CancellationRow, _COLUMNS, (_row(request, it) for it in request.matched if it.applies))
    return tally


_COLUMNS = ("source", "external_id", "order_id", "import_id", "units", "applied_at")


def _row(request: ApplyCancellations, matched: Matched) -> tuple[Any, ...]:
    draft, match = matched.document.draft, matched.match
    units = [list(unit) for unit in draft.units]
    return (draft.source, draft.external_id, match and match.order.order_id, request.run, units, request.at)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A document and the order it means."""

    draft: CancellationDraft
    match: CancellationMatch


class _Stored:
    """The orders of one step, read at once, and what is to be written of them, written at once: plain values."""

    def __init__(self, session: Session, matches: Sequence[CancellationMatch]) -> None:
        orders = {match.order.order_id for match in matches}
        self.free = untouched(session, orders)
        self.numbers = dict(session.execute(select(OrderRow.id, OrderRow.number).where(OrderRow.id.in_(orders))).all())
        self._lines: dict[int, list[_Line]] = {}
        partly = [match for match in matches if not match.whole]
        for order, key, line_no, sku, ordered in session.execute(_open_lines(partly)):
            self._lines.setdefault(order, []).append(_Line(key, line_no, sku, ordered))
        self.holds = session.scalars(
            select(HoldRow).where(HoldRow.order_id.in_(orders), HoldRow.lifted_at.is_(None))
        ).all()
        self.entries = session.execute(
            select(ExceptionRow.id, ExceptionRow.order_id).where(
                ExceptionRow.order_id.in_(orders), ExceptionRow.state != ExceptionState.RESOLVED
            )
        ).all()
        self.cancelled: set[int] = set()
        self.shrunk: Counter[int] = Counter()

    def lines_of(self, order: int) -> list["_Line"]:
        """Give the open lines of an order, the last first."""
        return [line for line in self._lines.get(order, []) if not line.ended]

    def write(self, connection: Connection, at: datetime) -> None:
        """Write the orders and lines that changed."""
        lines = [line for lines in self._lines.values() for line in lines]
        for statement, rows in (
            (_CANCEL, [{"of": order, "at": at} for order in self.cancelled]),
            (_SHRINK, [{"of": order, "at": at, "times": times} for order, times in self.shrunk.items()]),
            (_END_LINE, [{"of": line.key, "at": at} for line in lines if line.ended]),
            (_CUT_LINE, [{"of": line.key, "to": line.ordered} for line in lines if line.before > line.ordered]),
        ):
            if rows:
                connection.execute(statement, rows)


class _Line:
    """An order line with its folded SKU, the units it had and those it still has, or had when it ended."""

    __slots__ = ("before", "ended", "key", "line_no", "ordered", "sku")

    def __init__(self, key: int, line_no: int, sku: str, ordered: int) -> None:
        self.key, self.line_no, self.sku = key, line_no, sku
        self.before = self.ordered = ordered
        self.ended = False

    def take_back(self, units: int) -> None:
        """Let it be so many units less; the last ones end it."""
        if units == self.ordered:
            self.ended = True
        else:
            self.ordered -= units


_ORDERS, _LINES = cast(Table, OrderRow.__table__), cast(Table, OrderLineRow.__table__)
_CANCEL = (
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("of"))
    .values(state=OrderState.CANCELLED, changed_at=bindparam("at"))
)
_SHRINK = (
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("of"))
    .values(list_version=_ORDERS.c.list_version + bindparam("times"), changed_at=bindparam("at"))
)
_END_LINE = update(_LINES).where(_LINES.c.id == bindparam("of")).values(cancelled_at=bindparam("at"))
_MISSING = case((_LINES.c.backordered > bindparam("to"), bindparam("to")), else_=_LINES.c.backordered)
_CUT_LINE = update(_LINES).where(_LINES.c.id == bindparam("of")).values(ordered=bindparam("to"), backordered=_MISSING)


def _open_lines(partly: Sequence[CancellationMatch]) -> Select[int, int, int, str, int]:
    skus = {sku for match in partly for sku, _ in match.order.units}
    return (
        select(OrderLineRow.order_id, OrderLineRow.id, OrderLineRow.line_no, ItemRow.sku_folded, OrderLineRow.ordered)
        .join(ItemRow, ItemRow.id == OrderLineRow.item_id)
        .where(OrderLineRow.order_id.in_({match.order.order_id for match in partly}), ItemRow.sku_folded.in_(skus))
        .where(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
        .order_by(OrderLineRow.order_id, OrderLineRow.line_no.desc())
    )


def unmatched_finding(document: Cancellation) -> Finding:
    """Say why a cancellation is refused."""
    draft = document.draft
    message = sentence(
        "{document} takes back goods, but no earlier order of this customer holds them", document=draft.external_id
    )
    return Finding(draft.line, None, ExceptionType.INVALID_QUANTITY.value, message)


def _apply(session: Session, request: ApplyCancellations, stored: _Stored, taken: _Taken) -> Finding:
    draft, match = taken.draft, taken.match
    order = match.order.order_id
    finding = _said(draft, match, _DONE)
    if order not in stored.free:
        finding = _said(draft, match, _WOULD)
        stop_released(session, request, order, Difference(finding.message, f"{draft.source}/{draft.external_id}"))
    elif match.whole:
        _cancel(session, request, stored, taken)
    else:
        _take_back(session, request, stored, taken)
    audit(session, request, "cancellation", f"order:{order}", document=draft.external_id, whole=match.whole)
    return finding


_DONE = ("{document} takes back part of order {order}", "{document} cancels order {order}")
_WOULD = ("{document} would take back part of order {order}", "{document} would cancel order {order}")


def _said(draft: CancellationDraft, match: CancellationMatch, patterns: tuple[str, str]) -> Finding:
    message = sentence(patterns[match.whole], document=draft.external_id, order=match.order.external_id)
    return Finding(draft.line, None, "cancellation", message)


def _cancel(session: Session, request: Request, stored: _Stored, taken: _Taken) -> None:
    """End an order nobody works on: no tote, task or label can be concerned."""
    order = taken.match.order.order_id
    stored.cancelled.add(order)
    audit(session, request, "cancelled", f"order:{order}", document=taken.draft.external_id, put_backs=[])
    for hold in stored.holds:
        if hold.order_id == order:
            hold.lifted_at, hold.lifted_by_id, hold.lift_reason = request.at, request.actor.person, "order cancelled"
    for entry, about in stored.entries:
        if about == order:
            asked = Resolve(actor=request.actor, at=request.at, exception=entry, resolution=sentence("order cancelled"))
            resolve_exception(session, asked)
    tell_order_by(session, order, stored.numbers[order])


def _take_back(session: Session, request: Request, stored: _Stored, taken: _Taken) -> None:
    """Shrink the order's lines by what is taken back, the last lines first."""
    order = taken.match.order.order_id
    left = taken.draft.asked
    changed = {}
    for line in stored.lines_of(order):
        units = min(left[line.sku], line.ordered)
        if units:
            left[line.sku] -= units
            line.take_back(units)
            changed[line.line_no] = units
    stored.shrunk[order] += 1
    audit(session, request, "lines_changed", f"order:{order}", taken_back=changed)
    tell_order_by(session, order, stored.numbers[order])
