"""What a data audit found: figures of a file, and findings by kind, each with the lines it is about."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from warehouse.domain.words import sentence

MOST_LINES = 20
"""So many lines are named for one finding; how many there are is said beside."""


class Remark(NamedTuple):
    """One thing to mend: what it is about, a sentence, its first lines, and how many lines there are."""

    about: str
    message: str
    lines: tuple[int, ...]
    how_many: int


TITLES = {
    "case_variants": sentence("SKUs in more than one spelling"),
    "look_alikes": sentence("SKUs that differ only in blanks or punctuation"),
    "same_name": sentence("Different SKUs with the same name"),
    "descriptions": sentence("SKUs with more than one description"),
    "never_described": sentence("SKUs without a description"),
    "bad_barcode": sentence("Barcodes no scanner will send, or that are not worldwide"),
    "shared_barcode": sentence("One barcode on more than one item"),
    "missing_weight": sentence("Items without a weight"),
    "missing_customs": sentence("Items without tariff number or origin"),
    "not_stock": sentence("Codes that are no stock items"),
    "duplicate_customer": sentence("Customers that may be one"),
    "duplicate_row": sentence("Rows that stand there more than once"),
    "refused": sentence("Orders and rows that would be refused"),
    "held": sentence("Orders that would be held, and flags"),
}
"""Every kind of finding, in the order of the report."""


@dataclass(slots=True)
class Audit:
    """The audit of one file, or of several taken together."""

    name: str = ""
    profile: str = ""
    figures: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[Remark]] = field(default_factory=dict)

    def add(self, kind: str, about: str, message: str, lines: "Lines | None" = None) -> None:
        """Note one finding."""
        where = lines or Lines()
        self.findings.setdefault(kind, []).append(Remark(about, message, tuple(where.first), where.count))

    def counts(self) -> dict[str, int]:
        """Give how many findings of each kind there are, in the order of the report."""
        found = Counter({kind: len(them) for kind, them in self.findings.items()})
        return {kind: found[kind] for kind in TITLES if found[kind]}


@dataclass(slots=True)
class Lines:
    """The first lines of something, and how many there are."""

    first: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, line: int) -> None:
        """Note one line."""
        self.count += 1
        if len(self.first) < MOST_LINES:
            self.first.append(line)
