"""Two-dimensional symbols, GS1 DataMatrix and QR, by the optional package zint-bindings.

Cells are drawn by us in whole dots, on ZPL printers too, so that every output shows the same symbol.
"""

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from printers import gs1
from printers.errors import RefusedContentError
from printers.sizes import MATRIX_X_LIMITS_MM, Fit, Symbology, SymbolUse, matrix_quiet_zone

MAX_DATA = 300
"""More characters than this make a symbol larger than a label, and are a mistake."""
_MEDIUM_QR = 2
"""Error correction level M, which restores 15 % of a symbol."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A two-dimensional symbol ready to draw: one text a row, 1 for a dark cell."""

    symbology: Symbology
    use: SymbolUse
    value: str
    human_readable: str
    rows: tuple[str, ...] = field(repr=False)

    @property
    def quiet(self) -> int:
        """Cells that must stay white all around."""
        return matrix_quiet_zone(self.symbology)

    @property
    def width(self) -> int:
        """Cells across with both quiet zones."""
        return len(self.rows[0]) + 2 * self.quiet

    @property
    def height(self) -> int:
        """Cells down with both quiet zones."""
        return len(self.rows) + 2 * self.quiet


def gs1_datamatrix(elements: Sequence[gs1.Element], field: str, use: SymbolUse = SymbolUse.LOGISTIC) -> Matrix:
    """Make a square GS1 DataMatrix (ECC 200) of application identifiers and values, every one verified."""
    text = gs1.element_string(elements, field, MAX_DATA)
    rows = _rows(Symbology.GS1_DATAMATRIX, "".join(f"[{ai}]{value}" for ai, value in elements), field)
    return Matrix(Symbology.GS1_DATAMATRIX, use, text, gs1.human_readable(elements), rows)


def qr(text: str, field: str) -> Matrix:
    """Make a QR code (level M) of one of our own codes (printable ASCII)."""
    if not text or len(text) > MAX_DATA or not (text.isascii() and text.isprintable()):
        pattern = "a QR code holds 1 to {most} printable ASCII characters, got {text}"
        raise RefusedContentError(field, pattern, most=MAX_DATA, text=ascii(text))
    return Matrix(Symbology.QR, SymbolUse.INTERNAL, text, text, _rows(Symbology.QR, text, field))


def _library(field: str) -> Any:
    try:
        return importlib.import_module("zint")
    except ImportError:
        pattern = "two-dimensional barcodes need the package zint-bindings, which is not installed"
        raise RefusedContentError(field, pattern) from None


@lru_cache(maxsize=512)
def _rows(symbology: Symbology, text: str, field: str) -> tuple[str, ...]:
    """Encode by the library; what it is given was verified before, with errors of our own."""
    zint = _library(field)
    symbol = zint.Symbol()
    if symbology is Symbology.GS1_DATAMATRIX:
        symbol.symbology, symbol.input_mode = zint.Symbology.DATAMATRIX, zint.InputMode.GS1
        symbol.option_3 = zint.DataMatrixOptions.SQUARE
    else:
        symbol.symbology, symbol.option_1 = zint.Symbology.QRCODE, _MEDIUM_QR
    symbol.encode(text)
    packed: list[list[int]] = symbol.encoded_data.tolist()[: symbol.rows]
    return tuple("".join("01"[row[x // 8] >> x % 8 & 1] for x in range(symbol.width)) for row in packed)


def dots_per_cell(matrix: Matrix, fit: Fit) -> int:
    """Give the largest whole number of dots a cell that fits both ways, or 0 when that is below the minimum."""
    least, most = MATRIX_X_LIMITS_MM[matrix.use]
    room = min(fit.width_mm / matrix.width, fit.height_mm / matrix.height)
    dots = int(min(room, most) / fit.dot_mm + 1e-6)
    return dots if dots >= max(fit.min_dots, math.ceil(least / fit.dot_mm - 1e-6)) else 0
