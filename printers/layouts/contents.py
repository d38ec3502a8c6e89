"""Layout of the carton content list: every unit in a carton, for whoever opens or checks it."""

from collections.abc import Iterator

from printers.barcodes import gs1_128
from printers.documents import CartonContents
from printers.layouts.common import Fact, counted_lines, number_of, weight, write_facts
from printers.layouts.paper import SMALL, Column, Section, Sheet, draw_cells, draw_titles, sheet_pages
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.sizes import SymbolUse
from printers.typeface import Style
from printers.words import Words, when

_ROW, _SERIALS, _PER_ROW = 9.0, 5.0, 5
_COLUMNS = (
    Column(title="", share=6, style=Style(size=8)),
    Column(title="SKU", share=30, style=Style(size=10, floor=6, bold=True)),
    Column(title="Item", share=68, style=Style(size=9, floor=7.5, lines=2, clip=True)),
    Column(title="Barcode", share=30, style=Style(size=9, floor=6)),
    Column(title="Lot", share=22, style=Style(size=9, floor=5.5)),
    Column(title="Expires", share=22, style=Style(size=9, floor=6)),
    Column(title="Pieces", share=16, style=Style(size=12, floor=8, bold=True, align="right")),
)


def contents_pages(document: CartonContents, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a carton's content over as many pages as its lines need."""
    sheet = Sheet(
        head=Section(57, lambda drawing, box: _draw_head(drawing, box, document)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=[row for number in range(len(document.lines)) for row in _rows(document, number)],
        foot=words.say("Content of carton {sscc} · order {order}", sscc=document.sscc, order=document.order_number),
        reprint=document.reprint,
        tail=Section(12, lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: CartonContents) -> None:
    left, right = box.left_part(box.width * 0.42), box.right_of(box.width * 0.44)
    drawing.write(Value("order_number", drawing.words.say("Carton content")), left.top_part(7), Style(size=12))
    words = drawing.words
    number = words.say("Carton {number}", number=number_of(words, document.carton, document.cartons))
    drawing.write(Value("carton", number), left.below(6).top_part(12), Style(size=24, floor=10, bold=True))
    symbol = gs1_128([("00", document.sscc)], "sscc", SymbolUse.INTERNAL)
    style = SymbolStyle(align="right", text_size=9, tallest=16)
    drawing.symbol("sscc", symbol, right.top_part(21), style)
    facts = (
        Fact("Order", Value("order_number", document.order_number), 1.3),
        Fact("Packed", Value("packed_on", when(words, document.packed_on)), 1.3),
        Fact("Packed by", Value("packed_by", document.packed_by), 1.3),
        Fact("Packaging", Value("packaging", document.packaging)),
        Fact("Weight", Value("weight_g", weight(words, document.weight_g)), 0.8),
    )
    write_facts(drawing, box.below(31).top_part(11), facts, Style(size=12, floor=6, bold=True))
    draw_titles(drawing, box.below(46).top_part(9.5), _COLUMNS)


def _draw_next_head(drawing: Drawing, box: Box, document: CartonContents) -> None:
    title = drawing.words.say("Content of carton {sscc}", sscc=document.sscc)
    drawing.write(Value("sscc", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _COLUMNS)


def _rows(document: CartonContents, number: int) -> list[Section]:
    serials = range(0, len(document.lines[number].serials), _PER_ROW)
    line = Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, number))
    return [line, *(_serials(document, number, first) for first in serials)]


def _serials(document: CartonContents, number: int, first: int) -> Section:
    field = f"lines[{number}].serials[{first}]"
    text = ", ".join(document.lines[number].serials[first : first + _PER_ROW])
    return Section(_SERIALS, lambda drawing, box: _indented(drawing, box, Value(field, text)))


def _indented(drawing: Drawing, box: Box, serials: Value) -> None:
    text = drawing.words.say("Serials {numbers}", numbers=serials.text)
    drawing.write(Value(serials.field, text), box.right_of(box.width * 0.03), Style(size=8.5, floor=5))


def _draw_row(drawing: Drawing, box: Box, document: CartonContents, number: int) -> None:
    line, field = document.lines[number], f"lines[{number}]"
    if number:
        drawing.rule(box, 0.1)
    drawing.frame(Box(box.x + 0.6, box.y + 2.6, 3.8, 3.8), 0.25)
    values = (
        Value("", ""),
        Value(f"{field}.sku", line.sku),
        Value(f"{field}.name", line.name),
        Value(f"{field}.barcode", line.barcode),
        Value(f"{field}.lot", line.lot),
        Value(f"{field}.expires_on", when(drawing.words, line.expires_on)),
        Value(f"{field}.quantity", str(line.quantity)),
    )
    draw_cells(drawing, box, _COLUMNS, values)


def _draw_tail(drawing: Drawing, box: Box, document: CartonContents) -> None:
    drawing.rule(box, 0.35)
    words = drawing.words
    pieces = words.count(sum(line.quantity for line in document.lines), "{number} piece", "{number} pieces")
    text = words.say("{lines}, {pieces}", lines=counted_lines(words, len(document.lines)), pieces=pieces)
    drawing.write(Value("lines", text), box.below(2).top_part(6), Style(size=11, floor=7, bold=True))
    drawing.write(Value("lines", words.say("Checked by")), box.below(2).right_of(box.width * 0.6), SMALL)
    drawing.rule(box.below(8).right_of(box.width * 0.7), 0.2)
