"""What a data audit found: figures of a file, and findings by kind, each with the lines it is about."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from warehouse.domain.words import Text, kept, kept_texts, phrase, sentence, word

SHOWN = 40
"""So many findings of a kind stand on a page and on paper; all of them are in the CSV."""

MOST_LINES = 20
"""So many lines are named for one finding; how many there are is said beside."""


class Remark(NamedTuple):
    """One thing to mend: what it is about, a sentence, its first lines, and how many lines there are."""

    about: str
    message: Text
    lines: tuple[int, ...]
    how_many: int

    def where(self) -> Text | None:
        """Say on which lines of the file it is."""
        if not self.how_many:
            return None
        where = "line {number}" if self.how_many == 1 else "{count} lines from {number}"
        return sentence(where, number=self.lines[0], count=self.how_many)


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


HELD_FOR = "held_for_"
"""What the figure of a kind of hold begins with."""


@dataclass(slots=True)
class Audit:
    """The audit of one file, or of several taken together."""

    name: str = ""
    profile: str = ""
    figures: dict[str, int] = field(default_factory=dict)
    findings: dict[str, list[Remark]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, about: str, message: Text, lines: "Lines | None" = None) -> None:
        """Note one finding."""
        where = lines or Lines()
        self.findings.setdefault(kind, []).append(Remark(about, message, tuple(where.first), where.count))

    def counts(self) -> dict[str, int]:
        """Give how many findings of each kind there are, in the order of the report."""
        found = Counter({kind: len(them) for kind, them in self.findings.items()}) + Counter(self.left_out)
        return {kind: found[kind] for kind in TITLES if found[kind]}

    def to_json(self) -> dict[str, Any]:
        """Give what pages and paper show of it, with the parts of its sentences."""
        return {
            "name": self.name,
            "profile": self.profile,
            "figures": self.figures,
            "findings": {kind: [_written(it) for it in them[:SHOWN]] for kind, them in self.findings.items()},
            "left_out": {kind: len(them) - SHOWN for kind, them in self.findings.items() if len(them) > SHOWN},
        }


def read_audit(data: dict[str, Any]) -> Audit:
    """Read an audit that was written as JSON: the findings that are shown, and how many more there are."""
    findings = {kind: [_read(*it) for it in them] for kind, them in data["findings"].items()}
    return Audit(**{**data, "findings": findings})


def named_figure(name: str) -> Text:
    """Say what a figure counts."""
    kind = name.removeprefix(HELD_FOR)
    return word(name) if kind == name else sentence("held for: {kind}", kind=word(kind))


def _written(remark: Remark) -> list[Any]:
    return [kept(remark.about, remark.message), list(remark.lines), remark.how_many]


def _read(said: str, lines: list[int], how_many: int) -> Remark:
    about, message = kept_texts(said) or (phrase(""), phrase(""))
    return Remark(about, message, tuple(lines), how_many)


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
