"""Documents that go with goods over a border: CN22, CN23, commercial invoice.

Sources: UPU Convention Manual, forms CN 22 and CN 23; Union Customs Code for EORI; Incoterms 2020. Sums are made from
the lines here, so that a form never contradicts itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from printers.documents.base import Document
from printers.errors import RefusedContentError

Category = Literal["gift", "documents", "sale_of_goods", "commercial_sample", "returned_goods", "other"]
Incoterm = Literal["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DPU", "DAP", "DDP"]

_FORMS = {
    "hs_code": r"[0-9]{6,12}",
    "origin": r"[A-Z]{2}",
    "currency": r"[A-Z]{3}",
    "eori": r"[A-Z]{2}[A-Z0-9]{1,15}",
    "ioss": r"IM[0-9]{10}",
    "vat_number": r"[A-Z0-9]{4,15}",
}
_EXPECTED = {
    "hs_code": "expected 6 to 12 digits, got {value}",
    "origin": "expected a country's two letters, got {value}",
    "currency": "expected a currency's three letters, got {value}",
    "eori": "expected two letters and up to 15 letters or digits, got {value}",
    "ioss": "expected IM and 10 digits, got {value}",
    "vat_number": "expected 4 to 15 letters or digits, got {value}",
}


def _check_form(kind: str, value: str, field: str, *, needed: bool = False) -> None:
    if (value or needed) and not re.fullmatch(_FORMS[kind], value, re.ASCII):
        raise RefusedContentError(field, _EXPECTED[kind], value=repr(value))


def _check_counts(values: dict[str, int], field: str) -> None:
    for name, value in values.items():
        if value < (1 if name == "quantity" else 0):
            raise RefusedContentError(f"{field}{name}", "cannot be {value}", value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody named on a customs paper: original address lines, contact, and the numbers authorities know them by."""

    lines: tuple[str, ...]
    phone: str = ""
    email: str = ""
    eori: str = ""
    vat_number: str = ""
    ioss: str = ""

    def check(self, field: str) -> None:
        """Refuse a party without an address or with a number of the wrong form."""
        if not any(line.strip() for line in self.lines):
            raise RefusedContentError(f"{field}.lines", "an address is needed")
        for kind in ("eori", "vat_number", "ioss"):
            _check_form(kind, getattr(self, kind), f"{field}.{kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """Goods of one kind: price of one in cents, net weight of one in grams; `origin` is ISO 3166's two letters."""

    description: str
    quantity: int
    unit_cents: int
    unit_weight_g: int
    hs_code: str
    origin: str
    sku: str = ""

    @property
    def cents(self) -> int:
        """Value of all in cents."""
        return self.quantity * self.unit_cents

    @property
    def weight_g(self) -> int:
        """Net weight of all in grams."""
        return self.quantity * self.unit_weight_g

    def check(self, field: str) -> None:
        """Refuse a line that customs would send back."""
        if not self.description.strip():
            raise RefusedContentError(f"{field}.description", "goods need a description")
        counts = {"quantity": self.quantity, "unit_cents": self.unit_cents, "unit_weight_g": self.unit_weight_g}
        _check_counts(counts, f"{field}.")
        _check_form("hs_code", self.hs_code, f"{field}.hs_code", needed=True)
        _check_form("origin", self.origin, f"{field}.origin", needed=True)


def _check_goods(lines: Sequence[GoodsLine], currency: str) -> None:
    if not lines:
        raise RefusedContentError("lines", "a customs paper needs at least one line")
    _check_form("currency", currency, "currency", needed=True)
    for number, line in enumerate(lines):
        line.check(f"lines[{number}]")


def _check_gross(gross_g: int, lines: Sequence[GoodsLine]) -> None:
    net = sum(line.weight_g for line in lines)
    if gross_g < net:
        raise RefusedContentError("gross_weight_g", "{gross} g is less than the goods' {net} g", gross=gross_g, net=net)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cn22(Document):
    """The small customs declaration, a label for goods up to 300 SDR."""

    kind: ClassVar[str] = "cn22"
    is_for_customs: ClassVar[bool] = True

    order_number: str
    category: Category
    lines: tuple[GoodsLine, ...]
    currency: str
    gross_weight_g: int
    signed_on: str
    signed_by: str

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        _check_goods(self.lines, self.currency)
        _check_gross(self.gross_weight_g, self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cn23(Document):
    """The full customs declaration, a sheet; `barcode` is the parcel's number, postage in cents of `currency`."""

    kind: ClassVar[str] = "cn23"
    is_for_customs: ClassVar[bool] = True
    is_paper: ClassVar[bool] = True

    order_number: str
    barcode: str
    sender: Party
    receiver: Party
    category: Category
    lines: tuple[GoodsLine, ...]
    currency: str
    gross_weight_g: int
    signed_on: str
    signed_by: str
    postage_cents: int = 0
    comments: str = ""
    licence: str = ""
    certificate: str = ""
    invoice: str = ""
    office_of_origin: str = ""

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        self.sender.check("sender")
        self.receiver.check("receiver")
        _check_goods(self.lines, self.currency)
        _check_gross(self.gross_weight_g, self.lines)
        _check_counts({"postage_cents": self.postage_cents}, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommercialInvoice(Document):
    """The invoice that customs reads, in so many signed copies; freight and insurance in cents of `currency`."""

    kind: ClassVar[str] = "commercial_invoice"
    is_for_customs: ClassVar[bool] = True
    is_paper: ClassVar[bool] = True

    number: str
    order_number: str
    date: str
    seller: Party
    buyer: Party
    lines: tuple[GoodsLine, ...]
    currency: str
    incoterm: Incoterm
    incoterm_place: str
    reason: str
    gross_weight_g: int
    parcels: int = 1
    freight_cents: int = 0
    insurance_cents: int = 0
    copies: int = 3
    carrier: str = ""
    tracking: str = ""
    signed_by: str = ""

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        self.seller.check("seller")
        self.buyer.check("buyer")
        _check_goods(self.lines, self.currency)
        _check_gross(self.gross_weight_g, self.lines)
        _check_counts({"freight_cents": self.freight_cents, "insurance_cents": self.insurance_cents}, "")
        if not 1 <= self.copies <= 9 or self.parcels < 1:  # noqa: PLR2004 - nobody asks for ten copies
            pattern = "{copies} copies for {parcels} parcels are not possible"
            raise RefusedContentError("copies", pattern, copies=self.copies, parcels=self.parcels)
        if not self.incoterm_place.strip():
            raise RefusedContentError("incoterm_place", "{incoterm} needs a place", incoterm=self.incoterm)
