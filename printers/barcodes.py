"""Text to symbols of bars: which modules a barcode has, how wide one may be, what people read below it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from barcode.ean import EAN8, EAN13
from barcode.upc import UPCA

from printers import code128, gs1
from printers.errors import RefusedContentError
from printers.sizes import X_LIMITS_MM, Fit, Symbology, SymbolUse, quiet_zones

_ITF_WIDE = 3
"""A wide bar of ITF-14 in modules; the standard allows 2.25 to 3, and whole dots need a whole number."""
_ITF_DIGITS = ("00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010")
_GTIN_14 = 14


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
        """Modules that must stay white on the left."""
        return quiet_zones(self.symbology)[0]

    @property
    def width(self) -> int:
        """Modules of the symbol with both quiet zones."""
        return len(self.modules) + sum(quiet_zones(self.symbology))


def code_128(text: str, field: str) -> Symbol:
    """Make a Code 128 symbol of one of our own codes (printable ASCII)."""
    if code128.FNC1 in text:
        raise RefusedContentError(field, code128.NOT_ASCII, character=ascii(code128.FNC1))
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
    if not (code.isascii() and code.isdigit()) or len(code) not in (8, 12, 13, _GTIN_14):
        raise RefusedContentError(field, "a GTIN has 8, 12, 13 or 14 digits, got {code}", code=repr(code))
    gs1.verify_check_digit(code, field)
    if len(code) == _GTIN_14:
        return gs1_128([("01", code)], field, SymbolUse.INTERNAL)
    symbology, draw = {8: (Symbology.EAN8, EAN8), 12: (Symbology.UPCA, UPCA), 13: (Symbology.EAN13, EAN13)}[len(code)]
    return Symbol(symbology, SymbolUse.RETAIL, code, code, draw(code).build()[0])


def itf_14(code: str, field: str) -> Symbol:
    """Make the ITF-14 symbol of a case's GTIN-14, its check digit verified. Source: ISO/IEC 16390."""
    if not (code.isascii() and code.isdigit()) or len(code) != _GTIN_14:
        raise RefusedContentError(field, "ITF-14 holds 14 digits, got {code}", code=repr(code))
    gs1.verify_check_digit(code, field)
    pairs = [_ITF_DIGITS[int(bars)] + _ITF_DIGITS[int(spaces)] for bars, spaces in zip(*[iter(code)] * 2, strict=True)]
    woven = "".join(_woven(pair) for pair in pairs)
    return Symbol(Symbology.ITF14, SymbolUse.LOGISTIC, code, code, f"1010{woven}{'1' * _ITF_WIDE}01")


def _woven(pair: str) -> str:
    """Interleave two digits: the first is five bars, the second the spaces between them; 1 in a pattern is wide."""
    widths = [pair[place] for turn in range(5) for place in (turn, turn + 5)]
    return "".join("10"[turn % 2] * (_ITF_WIDE if wide == "1" else 1) for turn, wide in enumerate(widths))


def runs_of(modules: Iterable[str]) -> list[tuple[int, int]]:
    """Give each bar as (first module, number of modules)."""
    return [(bar.start(), bar.end() - bar.start()) for bar in _BAR.finditer("".join(modules))]


_BAR = re.compile("1+")


def dots_that_fit(symbol: Symbol, fit: Fit) -> int:
    """Give the largest whole number of dots a module that fits with quiet zones, or 0 below the printer's minimum."""
    largest = int(X_LIMITS_MM[symbol.use][1] / fit.dot_mm + 1e-6)
    dots = min(largest, int(fit.width_mm / (symbol.width * fit.dot_mm) + 1e-6))
    return dots if dots >= fit.min_dots else 0


def dots_per_module(symbol: Symbol, fit: Fit, field: str) -> int:
    """Choose the largest whole number of dots a module that fits with quiet zones; refuse below the minimum."""
    dots = dots_that_fit(symbol, fit)
    if not dots:
        needed = symbol.width * fit.min_dots * fit.dot_mm
        pattern = "barcode {text} needs {needed} mm at the smallest readable bar width, there are {room} mm"
        raise RefusedContentError(
            field, pattern, text=symbol.human_readable, needed=round(needed), room=round(fit.width_mm)
        )
    return dots
