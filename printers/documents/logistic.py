"""Labels of logistic units: the GS1 logistic label and the mark for dangerous goods in limited quantities."""

from dataclasses import dataclass
from typing import ClassVar

from printers.documents.base import Document, check_number_of
from printers.errors import RefusedContentError


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticLabel(Document):
    """The label of a carton or pallet that trading partners read: SSCC, what is inside, where it goes.

    `content_gtin` with `count` are (02) and (37); `gtin` (01) stands for a unit that is sold as it is. Dates are ISO
    dates. Everything given is printed as text and in GS1-128, or in a DataMatrix where bars would not fit.
    Source: GS1 General Specifications 6.6.
    """

    kind: ClassVar[str] = "logistic_label"

    sscc: str
    from_lines: tuple[str, ...]
    to_lines: tuple[str, ...]
    description: str = ""
    gtin: str = ""
    content_gtin: str = ""
    count: int = 0
    lot: str = ""
    best_before: str = ""
    expires_on: str = ""
    net_weight_g: int = 0
    purchase_order: str = ""
    postcode: str = ""
    carton: int = 1
    cartons: int = 0

    def __post_init__(self) -> None:
        Document.__post_init__(self)
        check_number_of(self.carton, self.cartons, "carton")
        if bool(self.content_gtin) != bool(self.count):
            raise RefusedContentError("count", "a GTIN of the content and its count stand together or not at all")
        if self.gtin and self.content_gtin:
            raise RefusedContentError("gtin", "a unit is sold as it is, or has a content: not both")
        if self.net_weight_g < 0 or self.count < 0:
            raise RefusedContentError("net_weight_g" if self.count >= 0 else "count", "cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedQuantityMark(Document):
    """The mark of ADR 3.4.7 for dangerous goods packed in limited quantities; `air` adds the Y of 3.4.8."""

    kind: ClassVar[str] = "limited_quantity"

    air: bool = False
    order_number: str = ""
