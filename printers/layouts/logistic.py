"""Layout of the GS1 logistic label on 4 x 6 inch, 100 x 150 mm or A6.

Source: GS1 General Specifications 6.6.4: free text on top, then data in words, then bars, the SSCC lowest.
"""

from printers.barcodes import gs1_128, gtin
from printers.code128 import FNC1
from printers.documents import LogisticLabel
from printers.errors import RefusedContentError
from printers.layouts.common import (
    KICKER,
    Fact,
    address_values,
    banner,
    number_of,
    refuse_small,
    text_height,
    write_facts,
)
from printers.placing import Part, Wanted, draw_gs1, lines_needed
from printers.scene import Box, Drawing, SymbolStyle, Value
from printers.sizes import SymbolUse
from printers.typeface import MM_PER_POINT, Room, Style, fit

_SYMBOL, _MATRIX = 37.9, 31.0
"""Heights in mm: one line of bars with its text, a DataMatrix."""
_NAME, _FACTS, _BANNER, _FLOOR = 4.4, 6.2, 1.4, 8.0
"""Heights in mm of description, a row of data, what "REPRINT" adds; the smallest size of an address in points."""
_FROM, _TO = 0.44, 0.53
"""Shares of the width for the two addresses."""
_STYLE = SymbolStyle(text_size=10, tallest=34)
_WANTED = Wanted(use=SymbolUse.LOGISTIC, style=_STYLE, gap=1.4)
_HEAVIEST = 10**6


def draw_logistic(drawing: Drawing, label: LogisticLabel) -> None:
    """Draw the label: who and to whom, the data in words, the data in bars."""
    refuse_small(drawing)
    box, parts, rows = drawing.box.inset(3), _parts(label), _rows(_facts(label))
    words = _NAME + _FACTS * len(rows)
    lines = max(_lines(label.from_lines, box.width * _FROM), _lines(label.to_lines, box.width * _TO))
    least = words + 4.2 + _BANNER * bool(label.reprint) + text_height(lines, _FLOOR)
    more = _height_of_more(drawing, parts, box, least)
    texts = box.top_part(box.height - _SYMBOL - more)
    head = texts.height - words - max(0, texts.height - least) * 0.4
    _draw_head(drawing, texts.top_part(head), label)
    _draw_data(drawing, texts.below(head), label, rows)
    under = Box(box.x, texts.bottom, box.width, more)
    if parts:
        drawing.rule(under, 0.5)
        draw_gs1(drawing, parts, under.below(1.4), _WANTED)
    lowest = Box(box.x, texts.bottom + more, box.width, _SYMBOL)
    drawing.rule(lowest, 0.5)
    drawing.symbol("sscc", gs1_128([("00", label.sscc)], "sscc"), lowest.below(1.4), _STYLE)


def _lines(address: tuple[str, ...], width: float) -> int:
    """Count the lines that an address takes in its smallest size, those that are wrapped included."""
    style = Style(size=_FLOOR, lines=99)
    settings = [fit((line,), Room(width, 1000), style) for line in address if line.strip()]
    return sum(len(setting.lines) if setting else 1 for setting in settings)


def _height_of_more(drawing: Drawing, parts: list[Part], box: Box, least: float) -> float:
    """Give the height for what stands above the SSCC: lines of bars, or cells where those leave too little for text."""
    if not parts:
        return 0
    lines = lines_needed(drawing, parts, box, _WANTED)
    fits = lines and box.height - (lines + 1) * _SYMBOL >= least
    return lines * _SYMBOL if fits else _MATRIX


def _parts(label: LogisticLabel) -> list[Part]:
    given = (
        _gtin("01", label.gtin, "gtin") if label.gtin else None,
        _gtin("02", label.content_gtin, "content_gtin") if label.content_gtin else None,
        Part("15", _date(label.best_before), "best_before") if label.best_before else None,
        Part("17", _date(label.expires_on), "expires_on") if label.expires_on else None,
        _net_weight(label.net_weight_g) if label.net_weight_g else None,
        Part("37", str(label.count), "count") if label.count else None,
        Part("10", label.lot, "lot") if label.lot else None,
        Part("400", label.purchase_order, "purchase_order") if label.purchase_order else None,
        # A blank is not in the character set of (420); the standard wants the postcode without it.
        Part("420", label.postcode.replace(" ", ""), "postcode") if label.postcode else None,
    )
    return [part for part in given if part]


def _gtin(ai: str, code: str, field: str) -> Part:
    """Give a GTIN of any length its 14 digits, once it is known to be one."""
    return Part(ai, gtin(code, field).value.removeprefix(f"{FNC1}01").zfill(14), field)


def _date(iso: str) -> str:
    return iso.replace("-", "")[2:]


def _net_weight(grams: int) -> Part:
    """Write (310n): as many decimals of a kilogram as its six digits hold without losing a gram."""
    decimals = 3
    while grams >= _HEAVIEST and grams % 10 == 0:
        grams, decimals = grams // 10, decimals - 1
    if grams >= _HEAVIEST or decimals < 0:
        raise RefusedContentError("net_weight_g", "a weight above 999.999 kg must be in whole tens of grams or more")
    return Part(f"310{decimals}", f"{grams:06d}", "net_weight_g")


def _draw_head(drawing: Drawing, box: Box, label: LogisticLabel) -> None:
    taken = banner(drawing, box, label.reprint)
    sides = (
        (drawing.words.say("From||address"), "from_lines", label.from_lines, box.left_part(box.width * _FROM)),
        (drawing.words.say("To||address"), "to_lines", label.to_lines, box.right_of(box.width * (1 - _TO))),
    )
    for title, field, lines, side in sides:
        down = _BANNER if taken and field == "to_lines" else 0.0
        drawing.write(Value(field, title), side.below(down).top_part(3), KICKER)
        room = side.below(down + 3.2).top_part(side.height - down - 3.7)
        drawing.write_lines(address_values(field, lines), room, Style(size=11, floor=_FLOOR, lines=20, unbroken=_FLOOR))
    drawing.rule(box.below(box.height), 0.3)


def _draw_data(drawing: Drawing, box: Box, label: LogisticLabel, rows: list[list[Fact]]) -> None:
    """Write the data in words, as many to a row as find room, the description above them."""
    place = number_of(drawing.words, label.carton, label.cartons)
    number = drawing.words.say("Carton {number}", number=place) if label.cartons else ""
    line, bold = box.below(0.8).top_part(_NAME), Style(size=10, floor=6, bold=True, clip=True)
    drawing.write(Value("description", label.description), line.left_part(line.width * 0.7), bold)
    drawing.write(Value("carton", number), line, Style(size=10, bold=True, align="right"))
    each = (box.height - _NAME - 0.4) / max(1, len(rows))
    for at, row in enumerate(rows):
        cell = box.below(_NAME + 0.4 + at * each).top_part(each)
        spare = Fact("", Value("sscc", ""), max(0.1, _ROW - sum(fact.share for fact in row)))
        size = min(11, (each - 3.4) / MM_PER_POINT)
        write_facts(drawing, cell, [*row, spare], Style(size=size, floor=5, bold=True))


_ROW = 34.0
"""Characters in one row of data."""


def _rows(facts: list[Fact]) -> list[list[Fact]]:
    rows: list[list[Fact]] = []
    for fact in facts:
        if not rows or sum(other.share for other in rows[-1]) + fact.share > _ROW:
            rows.append([])
        rows[-1].append(fact)
    return rows


def _facts(label: LogisticLabel) -> list[Fact]:
    weight = f"{label.net_weight_g / 1000:.3f} kg" if label.net_weight_g else ""
    found = (
        ("GTIN", "gtin", label.gtin),
        ("CONTENT", "content_gtin", label.content_gtin),
        ("COUNT", "count", str(label.count or "")),
        ("BATCH/LOT", "lot", label.lot),
        ("BEST BEFORE", "best_before", label.best_before),
        ("USE BY", "expires_on", label.expires_on),
        ("NET WEIGHT", "net_weight_g", weight),
        ("ORDER", "purchase_order", label.purchase_order),
        ("POSTCODE", "postcode", label.postcode),
    )
    return [Fact(title, Value(field, text), max(len(text) + 1, 7)) for title, field, text in found if text]
