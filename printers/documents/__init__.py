"""What can be printed, as plain frozen values that a print job stores."""

from printers.documents.base import Document
from printers.documents.codec import KINDS, document_from_json, document_to_json
from printers.documents.labels import (
    Badge,
    BatchLabel,
    BinLabel,
    CartLabel,
    ItemLabel,
    PrinterTestPage,
    ShippingLabel,
    StationLabel,
    ToteLabel,
)
from printers.documents.sheets import (
    Command,
    CommandSheet,
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
    "Command",
    "CommandSheet",
    "Document",
    "GiftNote",
    "ItemLabel",
    "Manifest",
    "ManifestCarton",
    "PackingSlip",
    "PickLine",
    "PickList",
    "PickStop",
    "PrinterTestPage",
    "ShippingLabel",
    "SlipLine",
    "StationLabel",
    "ToteLabel",
    "document_from_json",
    "document_to_json",
]
