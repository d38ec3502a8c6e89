"""What can be printed, as plain frozen values that a print job stores."""

from printers.documents.base import Document
from printers.documents.codec import KINDS, document_from_json, document_to_json
from printers.documents.customs import Cn22, Cn23, CommercialInvoice, GoodsLine, Party
from printers.documents.labels import (
    Badge,
    BatchLabel,
    BinLabel,
    CartLabel,
    ItemLabel,
    PrinterTestPage,
    ReturnLabel,
    ShippingLabel,
    StationLabel,
    ToteLabel,
)
from printers.documents.logistic import LimitedQuantityMark, LogisticLabel
from printers.documents.sheets import (
    CartonContents,
    Command,
    CommandSheet,
    ContentLine,
    GiftNote,
    Manifest,
    ManifestCarton,
    PackingSlip,
    PickLine,
    PickList,
    PickStop,
    SlipLine,
)

__all__ = [
    "KINDS",
    "Badge",
    "BatchLabel",
    "BinLabel",
    "CartLabel",
    "CartonContents",
    "Cn22",
    "Cn23",
    "Command",
    "CommandSheet",
    "CommercialInvoice",
    "ContentLine",
    "Document",
    "GiftNote",
    "GoodsLine",
    "ItemLabel",
    "LimitedQuantityMark",
    "LogisticLabel",
    "Manifest",
    "ManifestCarton",
    "PackingSlip",
    "Party",
    "PickLine",
    "PickList",
    "PickStop",
    "PrinterTestPage",
    "ReturnLabel",
    "ShippingLabel",
    "SlipLine",
    "StationLabel",
    "ToteLabel",
    "document_from_json",
    "document_to_json",
]
