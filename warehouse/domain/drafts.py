"""What a file said, as values: findings, refused and skipped records, and master data not yet stored."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from warehouse.domain.codes import BinKind, Role, Tracking, UnitLevel


class Finding(NamedTuple):
    """One remark about a file: physical line (from 1), the column as the file names it, a code, a sentence."""

    line: int | None
    column: str | None
    code: str
    message: str


class SourceRow(NamedTuple):
    """One record as it stood in the file, and the physical line it began on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that does not go in, whole, with its rows; `key` is empty when the file did not name it."""

    key: str
    line: int
    findings: tuple[Finding, ...]
    rows: tuple[SourceRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record that asks for no work, such as an order of postage only."""

    key: str
    line: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarcodeDraft:
    """A code of an item as the file has it; scanning it counts `pack_quantity` eaches."""

    code: str
    unit: UnitLevel
    pack_quantity: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item with all its barcodes; grams and millimetres, None where the file is silent."""

    sku: str
    name: str
    barcodes: tuple[BarcodeDraft, ...]
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    tracking: Tracking
    flags: frozenset[str]
    hs_code: str = ""
    origin: str = ""
    line: int

    @property
    def key(self) -> str:
        """What names this record to a person."""
        return self.sku


@dataclass(frozen=True, slots=True, kw_only=True)
class BinDraft:
    """A bin as the file has it; millimetres."""

    code: str
    zone: str
    aisle: str
    bay: str
    level: str
    position: str
    x_mm: int | None
    y_mm: int | None
    walk_sequence: int | None
    kind: BinKind
    barcode: str
    line: int

    @property
    def key(self) -> str:
        """What names this record to a person."""
        return self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDraft:
    """How many eaches of a SKU lie in a bin, by lot."""

    bin: str
    sku: str
    lot: str
    expires_on: date | None
    quantity: int
    line: int

    @property
    def key(self) -> str:
        """What names this record to a person."""
        return f"{self.bin} {self.sku} {self.lot}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDraft:
    """A person to be; the PIN is never in a file."""

    name: str
    role: Role
    badge: str
    language: str
    line: int

    @property
    def key(self) -> str:
        """What names this record to a person."""
        return self.badge


MasterDraft = ItemDraft | BinDraft | StockDraft | UserDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRecord:
    """A master-data record that may go in, and what is odd about it all the same."""

    draft: MasterDraft
    findings: tuple[Finding, ...] = ()
