"""From groups of rows to order drafts: order-atomic, so one bad line refuses its whole order and no other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from warehouse.domain.drafts import Finding, Refused, Skipped, SourceRow
from warehouse.domain.orders import (
    AcceptedOrder,
    Cancellation,
    CancellationDraft,
    OrderDraft,
    OrderLineDraft,
    ParsedOrder,
    ShipTo,
    content_hash,
    goods_of,
)
from warehouse.domain.words import Text, sentence
from warehouse.exchange.columns import memos
from warehouse.exchange.grouping import Group, selects, wrong_width
from warehouse.exchange.order_lines import LineReader
from warehouse.exchange.profile import Action, Profile
from warehouse.exchange.records import Row
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.targets import ADDRESS, TARGETS, Kind
from warehouse.exchange.values import BadValueError, tidy


@dataclass(frozen=True, slots=True)
class _Document:
    """The rows of one order with their parsed lines, on the way to a draft."""

    group: Group
    head: dict[str, Any]
    lines: tuple[OrderLineDraft, ...]
    notes: tuple[Finding, ...]


class OrderReader:
    """Reads groups of one file under one profile."""

    def __init__(self, bound: BoundTable, profile: Profile) -> None:
        self._binding = bound.binding
        self._width = len(bound.table.header)
        self._profile = profile
        self._read = memos(profile)
        targets = TARGETS[Kind.ORDERS]
        heads = [name for name, target in targets.items() if target.per_group and name in self._binding.places]
        self._head_places = [self._binding.places[name] for name in heads]
        self._head_of = itemgetter(*self._head_places)
        self._tolerated = {self._binding.places[name] for name in heads if name in profile.group_by.may_differ}
        self._lines = LineReader(bound.binding, profile)

    def stray(self, row: Row) -> Refused:
        """Refuse a row that names no order."""
        line, cells = row
        column = self._binding.column("order_no")
        bad = wrong_width(row, self._width)
        finding = bad or Finding(
            line, column, "missing_value", sentence("The row names no order, or not in readable characters")
        )
        return Refused(key="", line=line, findings=(finding,), rows=(SourceRow(line, tuple(cells)),))

    def order(self, group: Group) -> ParsedOrder:
        """Read one order, cancellation or document to be skipped."""
        problems = [bad for row in group.rows if (bad := wrong_width(row, self._width))]
        if problems:
            return self._refused(group, problems)
        group, repeated, clashes = self._once(group)
        first = group.rows[0]
        notes, conflicts = self._compare_heads(group)
        head, bad_head = self._head(first)
        lines = self._lines.read(group.rows)
        problems = [*bad_head, *conflicts, *clashes, *lines.problems]
        notes = [*self._interrupted(group), *repeated, *notes, *lines.notes]
        document = _Document(group, head, tuple(lines.drafts), tuple(notes))
        # What a filter takes out of the ordinary is told apart before its lines are found wanting.
        if self._meant(group, Action.SKIP_ORDER):
            return self._skipped(document, "not_an_order", sentence("This document asks for no goods"))
        taking_back = self._meant(group, Action.CANCELLATION)
        if problems:
            return self._refused(group, [*problems, *([] if taking_back else self._not_above_zero(document.lines))])
        if taking_back:
            return self._cancellation(document)
        return self._draft(document)

    def _once(self, group: Group) -> tuple[Group, list[Finding], list[Finding]]:
        """Take an order whose record stands in the file twice once; with other content the second time it clashes."""
        begins = self._profile.group_by.begins
        place = self._binding.places.get(begins or "")
        if place is None:
            return group, [], []
        records: list[list[Row]] = []
        for row in group.rows:
            if not records or row[1][place].strip():
                records.append([])
            records[-1].append(row)
        first, *others = records
        told, clashes = [], []
        for again in others:
            line, column = again[0][0], self._binding.column("order_no")
            if [cells for _, cells in again] == [cells for _, cells in first]:
                told.append(
                    Finding(
                        line,
                        column,
                        "duplicate_record",
                        sentence("Order {key} stands here again; taken once", key=group.key[1]),
                    )
                )
            else:
                message = sentence("Order {key} stands here again with other content", key=group.key[1])
                clashes.append(Finding(line, column, "order_conflict", message))
        if clashes or not told:
            return group, told, clashes
        return Group(group.key, first), told, clashes

    def _refused(self, group: Group, findings: list[Finding]) -> Refused:
        rows = tuple(SourceRow(line, tuple(cells)) for line, cells in group.rows)
        return Refused(key=group.key[1], line=group.rows[0][0], findings=tuple(findings), rows=rows)

    def _skipped(self, document: _Document, code: str, message: Text) -> Skipped:
        line = document.group.rows[0][0]
        return Skipped(
            key=document.group.key[1],
            line=line,
            findings=(
                *document.notes,
                Finding(line, None, code, sentence("{key}: {message}", key=document.group.key[1], message=message)),
            ),
        )

    def _meant(self, group: Group, action: Action) -> bool:
        cells = [*group.rows[0][1], ""]
        return any(
            test.action is action and selects(test, tidy(cells[self._binding.place(test.column)], self._profile.parse))
            for test in self._profile.filters
        )

    def _interrupted(self, group: Group) -> list[Finding]:
        if group.resumed is None:
            return []
        message = sentence("Order {key} is interrupted and goes on here; its lines were put together", key=group.key[1])
        return [Finding(group.resumed, self._binding.column("order_no"), "order_interrupted", message)]

    def _compare_heads(self, group: Group) -> tuple[list[Finding], list[Finding]]:
        """Hold the order's columns of every row against the first row's; blank ones agree."""
        base = self._head_of(group.rows[0][1])
        notes: list[Finding] = []
        conflicts: list[Finding] = []
        for line, cells in group.rows:
            if self._head_of(cells) != base:
                for place in self._differing(group.rows[0][1], cells):
                    tolerated = place in self._tolerated
                    (notes if tolerated else conflicts).append(self._difference(line, place, tolerated=tolerated))
        return notes[:1], conflicts

    def _differing(self, first: list[str], cells: list[str]) -> Iterator[int]:
        number = self._binding.places["order_no"]
        for place in self._head_places:
            here = cells[place].strip()
            if here and here != first[place].strip() and place != number:
                yield place

    def _difference(self, line: int, place: int, *, tolerated: bool) -> Finding:
        column = self._binding.header[place]
        if tolerated:
            return Finding(
                line,
                column,
                "rows_differ",
                sentence("{column} differs from the order's first row; the first counts", column=column),
            )
        return Finding(
            line,
            column,
            "order_conflict",
            sentence("{column} differs from the first row of the same order", column=column),
        )

    def _head(self, first: Row) -> tuple[dict[str, Any], list[Finding]]:
        line, cells = first
        padded = [*cells, ""]
        values: dict[str, Any] = {}
        problems = []
        for name, target in TARGETS[Kind.ORDERS].items():
            if target.per_group:
                try:
                    values[name] = self._read[name][self._binding.cell(name, padded)]
                except BadValueError as bad:
                    problems.append(Finding(line, self._binding.column(name), bad.code, bad.message))
        return values, problems

    def _cancellation(self, document: _Document) -> ParsedOrder:
        units = [(line.sku, -line.quantity) for line in document.lines if line.pickable]
        if not units:
            return self._skipped(document, "no_pickable_line", sentence("a cancellation of nothing that is picked"))
        wrong = [self._quantity(line, _NOT_BELOW) for line in document.lines if line.pickable and line.quantity >= 0]
        if wrong:
            return self._refused(document.group, wrong)
        draft = CancellationDraft(
            source=document.group.key[0],
            external_id=document.group.key[1],
            placed_at=document.head["placed_at"],
            customer=document.head["customer"],
            units=tuple(units),
            line=document.group.rows[0][0],
        )
        rows = tuple(SourceRow(line, tuple(cells)) for line, cells in document.group.rows)
        return Cancellation(draft=draft, findings=document.notes, rows=rows)

    def _not_above_zero(self, lines: Iterable[OrderLineDraft]) -> list[Finding]:
        return [self._quantity(line, _NOT_ABOVE) for line in lines if line.pickable and line.quantity <= 0]

    def _quantity(self, line: OrderLineDraft, pattern: str) -> Finding:
        message = sentence(pattern, quantity=line.quantity, sku=line.sku)
        return Finding(line.source_line, self._binding.column("quantity"), "invalid_quantity", message)

    def _draft(self, document: _Document) -> ParsedOrder:
        lines, is_withdrawn = document.lines, self._meant(document.group, Action.WITHDRAWN)
        if not is_withdrawn and not any(line.pickable for line in lines):
            skipped = self._skipped(document, "no_pickable_line", sentence("no line of this order is a stock item"))
            digest = content_hash(_order(document, self._ship_to(document)))
            return replace(skipped, source=document.group.key[0], digest=digest)
        if wrong := self._not_above_zero(lines):
            return self._refused(document.group, wrong)
        draft = replace(_order(document, self._ship_to(document)), withdrawn=is_withdrawn)
        return AcceptedOrder(
            draft=draft, digest=content_hash(draft), goods=goods_of(draft.lines), findings=document.notes
        )

    def _ship_to(self, document: _Document) -> ShipTo:
        cells = [*document.group.rows[0][1], ""]
        stated = (self._binding.cell(f"ship_{name}", cells).strip() for name in ADDRESS)
        fields = {name: document.head[f"ship_{name}"] for name in ADDRESS}
        return ShipTo(**fields, original=tuple(cell for cell in stated if cell))


def _order(document: _Document, ship_to: ShipTo) -> OrderDraft:
    head = document.head
    placed_at: datetime | None = head["placed_at"]
    ship_on: date | None = head["requested_ship_date"]
    return OrderDraft(
        source=document.group.key[0],
        external_id=document.group.key[1],
        placed_at=placed_at,
        ship_on=ship_on,
        ship_to=ship_to,
        lines=document.lines,
        line=document.group.rows[0][0],
        **{name: head[name] for name in _SAID},
    )


_NOT_ABOVE = "Quantity {quantity} of {sku} is not above zero"
_NOT_BELOW = "Quantity {quantity} of {sku} is not below zero"
_SAID = ("service", "customer", "currency", "payment", "risk", "site", "note", "shop_number")
