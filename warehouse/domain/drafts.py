"""What a file said, as values: findings, refused and skipped records, and master data not yet stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from warehouse.domain.codes import BinKind, Role, Tracking, UnitLevel
from warehouse.domain.words import Text


class Finding(NamedTuple):
    """One remark about a file: physical line (from 1), the column as the file names it, a code, a sentence."""

    line: int | None
    column: str | None
    code: str
    message: Text


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
    """A record that asks for no work; `source` and `digest` are those of an order, such as one of postage only."""

    key: str
    line: int
    findings: tuple[Finding, ...]
    source: str | None = None
    digest: str = ""


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
    side: str = ""
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
    """A person to be; the PIN is never in a file. Without a language it is the site's, or stays."""

    name: str
    role: Role
    badge: str
    language: str | None
    line: int

    @property
    def key(self) -> str:
        """What names this record to a person."""
        return self.badge


class LayoutKind(StrEnum):
    """A part of the floor plan."""

    ZONE = "zone"
    AISLE = "aisle"
    CROSS_AISLE = "cross_aisle"
    DEPOT = "depot"
    START = "start"
    END = "end"
    STATION = "station"
    WAY = "way"
    CART = "cart"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutDraft:
    """One part of the floor plan: zone, aisle, cross aisle, start, end or station, a way between two places, a cart.

    Which fields count depends on `kind`; millimetres. The figures of `limits` are those of a cart.
    """

    kind: LayoutKind
    code: str
    zone: str = ""
    name: str = ""
    x_mm: int | None = None
    y_mm: int | None = None
    one_way: str = ""
    blocked: str = ""
    to: str = ""
    distance_mm: int | None = None
    limits: Mapping[str, int | None] = field(default_factory=dict)
    line: int = 1

    @property
    def key(self) -> str:
        """What names this record to a person."""
        words = (self.kind.value.replace("_", " "), self.code, f"to {self.to}" if self.to else "")
        return " ".join(word for word in words if word)


NEEDED: Mapping[LayoutKind, tuple[str, ...]] = {
    LayoutKind.ZONE: (),
    LayoutKind.AISLE: ("x_mm",),
    LayoutKind.CROSS_AISLE: ("y_mm",),
    **dict.fromkeys((LayoutKind.DEPOT, LayoutKind.START, LayoutKind.END, LayoutKind.STATION), ("x_mm", "y_mm")),
    LayoutKind.WAY: ("to", "distance_mm"),
    LayoutKind.CART: ("totes",),
}
"""What a part of the floor plan must say."""

ONE_WAYS = (("", "up", "down"), ("", "no", "yes"))
"""What an aisle, and what a way, may say about its direction; the first is silence."""

CART_LIMITS = ("totes", "orders", "items", "lines", "volume_cm3", "weight_g")
"""What a cart takes; all but the totes may be without limit."""

MasterDraft = ItemDraft | BinDraft | StockDraft | UserDraft | LayoutDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRecord:
    """A master-data record that may go in, and what is odd about it all the same."""

    draft: MasterDraft
    findings: tuple[Finding, ...] = ()
