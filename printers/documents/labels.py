"""Documents that are labels: one small page with a barcode."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from printers.documents.base import Document, check_number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BinLabel(Document):
    """The label of a storage location; `barcode` is what is encoded, prefix included."""

    kind: ClassVar[str] = "bin"

    code: str
    barcode: str
    zone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteLabel(Document):
    """The label of a tote."""

    kind: ClassVar[str] = "tote"

    code: str
    barcode: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLabel(Document):
    """The label of a cart, with the number of tote slots it has."""

    kind: ClassVar[str] = "cart"

    code: str
    barcode: str
    slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLabel(Document):
    """The label that goes with a batch on its cart."""

    kind: ClassVar[str] = "batch"

    number: str
    barcode: str
    cutoff: str = ""
    orders: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabel(Document):
    """The label of an item: a GTIN in its retail barcode, or an internal code; lot and expiry in a GS1-128.

    `expires_on` is an ISO date or empty. `pack_quantity` pieces are in the unit the label stands for.
    """

    kind: ClassVar[str] = "item"

    sku: str
    name: str
    barcode: str
    code_kind: Literal["gtin", "internal"]
    unit: str = "each"
    pack_quantity: int = 1
    lot: str = ""
    expires_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge(Document):
    """A person's badge; the barcode signs in together with the PIN, which is never printed."""

    kind: ClassVar[str] = "badge"

    name: str
    role: str
    barcode: str
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationLabel(Document):
    """The label of a pack station or another work place."""

    kind: ClassVar[str] = "station"

    code: str
    name: str
    barcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingLabel(Document):
    """The neutral shipping label of one carton: SSCC in GS1-128 (00) lowest, (420) where a postcode is known.

    `to_lines` are the order's original address lines. `cartons` 0 means that the total is not known yet.
    """

    kind: ClassVar[str] = "shipping_label"

    from_lines: tuple[str, ...]
    to_lines: tuple[str, ...]
    order_number: str
    sscc: str
    carrier: str
    service: str = ""
    carton: int = 1
    cartons: int = 0
    weight_g: int | None = None
    postcode: str = ""
    ship_by: str = ""

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        check_number_of(self.carton, self.cartons, "carton")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLabel(Document):
    """What a customer sticks on a parcel that goes back; no carrier's label, its barcode is the return's number.

    `to_lines` are the house's address. `pieces` 0 means that it is not known how many come.
    """

    kind: ClassVar[str] = "return_label"

    from_lines: tuple[str, ...]
    to_lines: tuple[str, ...]
    number: str
    barcode: str
    order_number: str = ""
    reason: str = ""
    pieces: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterTestPage(Document):
    """Shows whether a printer prints straight, in scale, and which bar widths it prints well."""

    kind: ClassVar[str] = "test_page"

    printer: str
    profile: str
    printed_at: str
    barcode: str
