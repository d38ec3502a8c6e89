"""How large a barcode must be: modules, heights, quiet zones, each by what it is scanned for.

Source: GS1 General Specifications 5.12.3 (symbol specification tables) for retail and logistic; internal codes follow
what handhelds read at arm's length.
"""

from dataclasses import dataclass
from enum import StrEnum


class Symbology(StrEnum):
    """The kinds of barcode this library draws."""

    CODE128 = "code128"
    GS1_128 = "gs1_128"
    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"
    ITF14 = "itf14"
    GS1_DATAMATRIX = "gs1_datamatrix"
    QR = "qr"


class SymbolUse(StrEnum):
    """What a symbol is scanned for; it decides the smallest and largest module and the height."""

    INTERNAL = "internal"
    LOGISTIC = "logistic"
    RETAIL = "retail"


X_LIMITS_MM = {
    SymbolUse.INTERNAL: (0.33, 0.80),
    SymbolUse.LOGISTIC: (0.495, 1.016),
    SymbolUse.RETAIL: (0.264, 0.660),
}
"""Smallest and largest module of bars in mm."""

MATRIX_X_LIMITS_MM = {
    SymbolUse.INTERNAL: (0.33, 1.0),
    SymbolUse.LOGISTIC: (0.743, 1.50),
    SymbolUse.RETAIL: (0.396, 0.990),
}
"""Smallest and largest cell of a two-dimensional symbol in mm; 1.5 times the bars' module on logistic labels."""

MIN_HEIGHT_MM = {SymbolUse.INTERNAL: 10.0, SymbolUse.LOGISTIC: 31.75, SymbolUse.RETAIL: 10.0}
"""Lowest bars in mm. Bars of retail items may be cut to this only where a label has no room for `FULL_RETAIL_MM`."""

FULL_RETAIL_MM = {Symbology.EAN13: 18.28, Symbology.UPCA: 18.28, Symbology.EAN8: 14.58}
"""Height in mm that a checkout expects at the smallest module."""

_QUIET = {Symbology.EAN13: (11, 7), Symbology.EAN8: (7, 7), Symbology.UPCA: (9, 9)}
_MATRIX_QUIET = {Symbology.GS1_DATAMATRIX: 1, Symbology.QR: 4}


def quiet_zones(symbology: Symbology) -> tuple[int, int]:
    """Give the modules that must stay white on the left and on the right."""
    return _QUIET.get(symbology, (10, 10))


def matrix_quiet_zone(symbology: Symbology) -> int:
    """Give the cells that must stay white on each side of a two-dimensional symbol."""
    return _MATRIX_QUIET[symbology]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How much room a symbol has, in mm, and how the printer's dots limit it; `height_mm` counts for cells only."""

    width_mm: float
    dot_mm: float
    min_dots: int
    height_mm: float = 0
