"""One row of a master-data file as values by target, with a finding for every cell that is wrong."""

from enum import StrEnum
from typing import Any, TypeVar

from warehouse.domain.drafts import Finding, Refused, SourceRow
from warehouse.domain.words import Text, sentence
from warehouse.exchange.columns import memos
from warehouse.exchange.grouping import wrong_width
from warehouse.exchange.profile import Profile
from warehouse.exchange.records import Row
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.targets import TARGETS
from warehouse.exchange.values import BadValueError, show

Word = TypeVar("Word", bound=StrEnum)


class ReadRow:
    """The values of a row; whoever finds one wanting adds to `findings`, what is only odd stands in `notes`."""

    def __init__(self, row: Row, columns: dict[str, str]) -> None:
        self.line, self.cells = row
        self.columns = columns
        self.values: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []

    def wrong(self, target: str, code: str, message: Text) -> None:
        """Book what is wrong with a cell."""
        self.findings.append(Finding(self.line, self.columns[target], code, message))

    def note(self, target: str, code: str, message: Text) -> None:
        """Book what is odd about a cell, but keeps nothing out."""
        self.notes.append(Finding(self.line, self.columns[target], code, message))

    def word(self, target: str, words: type[Word], default: Word) -> Word:
        """Give a cell that must be one of a closed list; blank is the default."""
        text = self.values.get(target) or default.value
        try:
            return words(text.casefold().replace(" ", "_"))
        except ValueError:
            self.wrong(
                target,
                "unknown_value",
                sentence("{value} is none of: {names}", value=show(text), names=", ".join(words)),
            )
            return default

    def count(self, target: str, least: int) -> int | None:
        """Give a number that must not be below `least`; None when blank."""
        number: int | None = self.values.get(target)
        if number is not None and number < least:
            self.wrong(target, "bad_number", sentence("{number} is below {least}", number=number, least=least))
        return number

    def refused(self, key: str = "") -> Refused:
        """Give the row as refused, whole."""
        row = SourceRow(self.line, tuple(self.cells))
        return Refused(key=key, line=self.line, findings=tuple(self.findings), rows=(row,))


class RowReader:
    """Reads rows of one file under one profile."""

    def __init__(self, bound: BoundTable, profile: Profile) -> None:
        self._targets = TARGETS[profile.kind]
        self._read = memos(profile)
        self._binding = bound.binding
        self._width = len(bound.table.header)
        self._columns = {name: bound.binding.column(name) for name in self._targets}

    def read(self, row: Row) -> ReadRow:
        """Read every cell of a row; a required one that is blank is a finding."""
        result = ReadRow(row, self._columns)
        if bad := wrong_width(row, self._width):
            result.findings.append(bad)
            return result
        padded = [*row[1], ""]
        for name, target in self._targets.items():
            try:
                result.values[name] = value = self._read[name][padded[self._binding.place(name)]]
            except BadValueError as problem:
                result.wrong(name, problem.code, problem.message)
                continue
            if target.required and (value is None or value == ""):
                result.wrong(name, "missing_value", sentence("The row has no {name}", name=name.replace("_", " ")))
        return result
