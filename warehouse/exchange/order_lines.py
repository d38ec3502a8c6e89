"""The lines of an order: each row's cells to one line draft, all its bad cells named, repeated lines taken once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from warehouse.domain.drafts import Finding
from warehouse.domain.orders import OrderLineDraft
from warehouse.domain.words import Text, sentence
from warehouse.exchange.columns import Binding, memos
from warehouse.exchange.grouping import selects
from warehouse.exchange.profile import Action, Filter, Profile
from warehouse.exchange.records import Row
from warehouse.exchange.values import BadValueError, Memo, show, tidy

_PIECES = {"", "each", "piece", "pieces", "pcs", "ea"}
_FIELDS = ("line_no", "sku", "gtin", "description", "quantity", "unit_price")


@dataclass(slots=True)
class Lines:
    """The lines of one order, what refuses it, and what is only to be noted."""

    drafts: list[OrderLineDraft] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


class LineReader:
    """Reads the lines of one file under one profile."""

    def __init__(self, binding: Binding, profile: Profile) -> None:
        self._binding = binding
        read: dict[str, Memo[Any]] = memos(profile)
        wanted = {name: read[name] for name in _FIELDS}
        wanted["quantity"] = Memo(_never_blank(read["quantity"], sentence("The line has no quantity")))
        if profile.on_missing_sku == "refuse":
            wanted["sku"] = Memo(_never_blank(read["sku"], sentence("The line names no SKU")))
        self._reads = [(wanted[name], binding.place(name)) for name in _FIELDS]
        self._checked = (
            [("unit", Memo(_piece(read["unit"])), binding.place("unit"))] if "unit" in binding.places else []
        )
        self._named = [*((name, wanted[name], binding.place(name)) for name in _FIELDS), *self._checked]
        self._tests = [
            (Memo(_passes(test, profile)), binding.place(test.column))
            for test in profile.filters
            if test.action is Action.NOT_PICKABLE
        ]

    def read(self, rows: list[Row]) -> Lines:
        """Read the rows of one order."""
        result = Lines()
        drafts = result.drafts
        for line, cells in rows:
            padded = [*cells, ""]
            try:
                for _, check, place in self._checked:
                    check[padded[place]]
                values = [read[padded[place]] for read, place in self._reads]
            except BadValueError:
                result.problems.extend(self._bad_cells(line, padded))
                continue
            pickable = True
            for test, place in self._tests:
                pickable = pickable and test[padded[place]]
            drafts.append(OrderLineDraft._make((len(drafts) + 1, *values, pickable, line)))
        if "line_no" in self._binding.places:
            self._take_once(result)
        return result

    def _bad_cells(self, line: int, padded: list[str]) -> Iterator[Finding]:
        """Name every bad cell of a line, not only the first."""
        for name, read, place in self._named:
            try:
                read[padded[place]]
            except BadValueError as bad:
                yield Finding(line, self._binding.column(name), bad.code, bad.message)

    def _take_once(self, lines: Lines) -> None:
        """Take a repeated line once; the same line number with other content is a clash."""
        seen: dict[str, OrderLineDraft] = {}
        kept: list[OrderLineDraft] = []
        column = self._binding.column("line_no")
        for draft in lines.drafts:
            other = seen.setdefault(draft.external_line, draft) if draft.external_line else draft
            if other is draft:
                kept.append(draft._replace(line_no=len(kept) + 1))
            elif other[1:-1] == draft[1:-1]:
                message = sentence("The same line stands on line {line} already; taken once", line=other.source_line)
                lines.notes.append(Finding(draft.source_line, column, "duplicate_record", message))
            else:
                message = sentence(
                    "Line {name} stands on line {line} with other content",
                    name=show(draft.external_line),
                    line=other.source_line,
                )
                lines.problems.append(Finding(draft.source_line, column, "line_conflict", message))
        lines.drafts = kept


def _never_blank(read: Memo[Any], message: Text) -> Callable[[str], Any]:
    def strict(cell: str) -> Any:
        value = read[cell]
        if value is None or value == "":
            raise BadValueError("missing_value", message)
        return value

    return strict


def _piece(read: Memo[Any]) -> Callable[[str], str]:
    def strict(cell: str) -> str:
        unit = str(read[cell])
        if unit.casefold() not in _PIECES:
            raise BadValueError(
                "unknown_unit", sentence("{unit} is no unit that counts single pieces", unit=show(unit))
            )
        return unit

    return strict


def _passes(test: Filter, profile: Profile) -> Callable[[str], bool]:
    return lambda cell: not selects(test, tidy(cell, profile.parse))
