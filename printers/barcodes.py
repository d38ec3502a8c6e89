"""Text to symbols: which modules a barcode has, how wide one module may be, what people read below it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from barcode.ean import EAN8, EAN13
from barcode.upc import UPCA

from printers import code128, gs1
from printers.errors import RefusedContentError


class Symbology(StrEnum):
    """The kinds of barcode this library draws."""

    CODE128 = "code128"
    GS1_128 = "gs1_128"
    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"


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
"""Smallest and largest module in mm. Retail and logistic are GS1's; internal is what handhelds read at arm's length."""

MIN_HEIGHT_MM = {SymbolUse.INTERNAL: 10.0, SymbolUse.LOGISTIC: 31.75, SymbolUse.RETAIL: 10.0}
"""Lowest bars in mm. Retail items are relabelled for our own scanners, so the checkout's 18.28 mm do not bind."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode ready to draw: `modules` has one character a module, `words` only for Code 128."""

    symbology: Symbology
    use: SymbolUse
    value: str
    human_readable: str
    modules: str = field(repr=False)
    words: tuple[int, ...] = field(default=(), repr=False)

    @property
    def quiet(self) -> int:
        """Modules that must stay white on each side."""
        return 11 if self.symbology in {Symbology.EAN13, Symbology.EAN8} else 10

    @property
    def width(self) -> int:
        """Modules of the symbol with both quiet zones."""
        return len(self.modules) + 2 * self.quiet


def code_128(text: str, field: str) -> Symbol:
    """Make a Code 128 symbol of one of our own codes (printable ASCII)."""
    if code128.FNC1 in text:
        raise RefusedContentError(field, "a barcode cannot hold '\\x1d'; it takes printable ASCII only")
    words = code128.encode(text, field)
    return Symbol(Symbology.CODE128, SymbolUse.INTERNAL, text, text, code128.modules_of(words), words)


def gs1_128(elements: Sequence[gs1.Element], field: str, use: SymbolUse = SymbolUse.LOGISTIC) -> Symbol:
    """Make a GS1-128 symbol of application identifiers and values, every one verified."""
    text = gs1.element_string(elements, field)
    words = code128.encode(text, field)
    return Symbol(Symbology.GS1_128, use, text, gs1.human_readable(elements), code128.modules_of(words), words)


def gtin(code: str, field: str) -> Symbol:
    """Make the symbol a GTIN is sold under: EAN-8, UPC-A, EAN-13, or GS1-128 (01) for 14 digits.

    The check digit is verified first, because the drawing library would replace a wrong one without a word.
    """
    if not (code.isascii() and code.isdigit()) or len(code) not in (8, 12, 13, 14):
        raise RefusedContentError(field, f"a GTIN has 8, 12, 13 or 14 digits, got {code!r}")
    gs1.verify_check_digit(code, field)
    if len(code) == 14:  # noqa: PLR2004 - GTIN-14 has no retail symbol
        return gs1_128([("01", code)], field, SymbolUse.INTERNAL)
    symbology, draw = {8: (Symbology.EAN8, EAN8), 12: (Symbology.UPCA, UPCA), 13: (Symbology.EAN13, EAN13)}[len(code)]
    return Symbol(symbology, SymbolUse.RETAIL, code, code, draw(code).build()[0])


def runs_of(modules: str) -> list[tuple[int, int]]:
    """Give each bar as (first module, number of modules)."""
    bars, place = [], 0
    for module, group in groupby(modules):
        width = len(list(group))
        if module == "1":
            bars.append((place, width))
        place += width
    return bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How much room a symbol has and how the printer's dots limit it."""

    width_mm: float
    dot_mm: float
    min_dots: int


def dots_per_module(symbol: Symbol, fit: Fit, field: str) -> int:
    """Choose the largest whole number of dots a module that fits with quiet zones; refuse below the minimum."""
    largest = round(X_LIMITS_MM[symbol.use][1] / fit.dot_mm - 0.499)
    dots = min(largest, int(fit.width_mm / (symbol.width * fit.dot_mm) + 1e-6))
    if dots < fit.min_dots:
        needed = symbol.width * fit.min_dots * fit.dot_mm
        raise RefusedContentError(
            field,
            f"barcode {symbol.human_readable} needs {needed:.0f} mm at the smallest readable bar width, "
            f"there are {fit.width_mm:.0f} mm",
        )
    return dots
