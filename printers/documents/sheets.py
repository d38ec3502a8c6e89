"""Documents that are sheets of paper: lists and letters."""

from dataclasses import dataclass
from typing import ClassVar

from printers.documents.base import Document, check_number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command barcode and what it does; with `is_gs1` its elements are written as `(10)TEST(21)GS`."""

    barcode: str
    title: str
    hint: str = ""
    is_gs1: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSheet(Document):
    """A sheet of command barcodes to hang up at a station."""

    kind: ClassVar[str] = "command_sheet"
    is_paper: ClassVar[bool] = True

    title: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLine:
    """One SKU to take at a stop, and where it goes."""

    sku: str
    name: str
    quantity: int
    order: str
    lot: str = ""
    tote: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickStop:
    """Consecutive lines at one bin."""

    bin: str
    lines: tuple[PickLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickList(Document):
    """A batch on paper, in walk order."""

    kind: ClassVar[str] = "pick_list"
    is_paper: ClassVar[bool] = True

    number: str
    barcode: str
    stops: tuple[PickStop, ...]
    picker: str = ""
    cart: str = ""
    carrier: str = ""
    cutoff: str = ""
    printed_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """One order line on a packing slip; `price` and `amount` as "EUR 1234.50" are written as its language does."""

    sku: str
    name: str
    in_carton: int
    to_come: int = 0
    price: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingSlip(Document):
    """The customer's list of what is in this carton and what is still to come.

    Prices are drawn only with `show_prices`; a gift's slip has them off. `cartons` 0 means not known yet.
    """

    kind: ClassVar[str] = "packing_slip"
    is_paper: ClassVar[bool] = True

    order_number: str
    barcode: str
    shop_lines: tuple[str, ...]
    to_lines: tuple[str, ...]
    lines: tuple[SlipLine, ...]
    carton: int = 1
    cartons: int = 0
    ordered_on: str = ""
    packed_on: str = ""
    carrier: str = ""
    show_prices: bool = False
    total: str = ""
    gift_note: str = ""
    footer: str = ""

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        check_number_of(self.carton, self.cartons, "carton")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentLine:
    """Units of one SKU in a carton, of one lot; `serials` where each unit has its own number."""

    sku: str
    name: str
    quantity: int
    barcode: str = ""
    lot: str = ""
    expires_on: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonContents(Document):
    """What is in one carton, for whoever opens or checks it: no prices, no address."""

    kind: ClassVar[str] = "carton_contents"
    is_paper: ClassVar[bool] = True

    order_number: str
    sscc: str
    lines: tuple[ContentLine, ...]
    carton: int = 1
    cartons: int = 0
    packed_by: str = ""
    packed_on: str = ""
    packaging: str = ""
    weight_g: int | None = None

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        check_number_of(self.carton, self.cartons, "carton")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestCarton:
    """One carton handed over."""

    sscc: str
    order_number: str
    ship_to: str = ""
    service: str = ""
    weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Document):
    """The hand-over list of one carrier pickup, with room for both signatures."""

    kind: ClassVar[str] = "manifest"
    is_paper: ClassVar[bool] = True

    number: str
    barcode: str
    carrier: str
    cutoff: str
    from_lines: tuple[str, ...]
    cartons: tuple[ManifestCarton, ...]
    printed_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftNote(Document):
    """A note from the giver, alone on its page, without prices."""

    kind: ClassVar[str] = "gift_note"
    is_paper: ClassVar[bool] = True

    text: str
    order_number: str
    to: str = ""
    sender: str = ""
