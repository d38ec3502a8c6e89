"""Layout of the customs declaration CN 23, a sheet. Source: UPU Convention Manual, form CN 23."""

from collections.abc import Iterator

from printers.barcodes import code_128
from printers.documents import Cn23
from printers.layouts.customs import CERTIFIED, draw_categories, draw_cell, draw_party, kilograms, money
from printers.layouts.paper import SMALL, Column, Section, Sheet, draw_cells, draw_titles, sheet_pages
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.typeface import Style
from printers.words import Words, when

_ROW = 9.0
_NUMBER = Style(size=9, floor=6.5, align="right")
_COLUMNS = (
    Column(title="Quantity", share=15, style=Style(size=10, floor=7, bold=True, align="right")),
    Column(title="Detailed description of contents", share=70, style=Style(size=9, floor=6.5, lines=3)),
    Column(title="Net weight, kg", share=24, style=_NUMBER),
    Column(title="Value", share=24, style=_NUMBER),
    Column(title="HS tariff code", share=28, style=Style(size=9, floor=6.5, align="right")),
    Column(title="Origin", share=14, style=Style(size=9, floor=6.5, bold=True, align="right")),
)


def cn23_pages(document: Cn23, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw the declaration over as many pages as its lines need."""
    sheet = Sheet(
        head=Section(100, lambda drawing, box: _draw_head(drawing, box, document)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=[_row(document, number) for number in range(len(document.lines))],
        foot=f"CN 23 · order {document.order_number}",
        reprint=document.reprint,
        tail=Section(94, lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: Cn23) -> None:
    left, right = box.left_part(box.width * 0.52), box.right_of(box.width * 0.54)
    drawing.write(Value("kind", "Customs declaration"), left.top_part(9), Style(size=19, floor=12, bold=True))
    drawing.write(Value("kind", "May be opened officially"), left.below(8.5).top_part(5), Style(size=9))
    drawing.write(Value("kind", "CN 23"), right.top_part(9), Style(size=19, bold=True, align="right"))
    draw_party(drawing, left.below(15).top_part(38), Value("sender", "From"), document.sender)
    draw_party(drawing, left.below(53).top_part(38), Value("receiver", "To"), document.receiver)
    style = SymbolStyle(align="right", text_size=9, tallest=17)
    drawing.symbol("barcode", code_128(document.barcode, "barcode"), right.below(13).top_part(22), style)
    cells = (
        ("Sender's reference", Value("order_number", document.order_number)),
        ("Invoice", Value("invoice", document.invoice)),
        ("Licence", Value("licence", document.licence)),
        ("Certificate", Value("certificate", document.certificate)),
    )
    for number, (title, value) in enumerate(cells):
        width = right.width / 2
        cell = Box(right.x + number % 2 * width, right.y + 38 + number // 2 * 13, width, 13)
        draw_cell(drawing, cell, title, value)
    office = Box(right.x, right.y + 64, right.width, 27)
    draw_cell(
        drawing, office, "Office of origin, date of posting", Value("office_of_origin", document.office_of_origin)
    )
    draw_titles(drawing, box.below(90.5).top_part(9.5), _COLUMNS)


def _draw_next_head(drawing: Drawing, box: Box, document: Cn23) -> None:
    title = f"Customs declaration CN 23, {document.barcode}"
    drawing.write(Value("barcode", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _COLUMNS)


def _row(document: Cn23, number: int) -> Section:
    return Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, number))


def _draw_row(drawing: Drawing, box: Box, document: Cn23, number: int) -> None:
    line, field = document.lines[number], f"lines[{number}]"
    if number:
        drawing.rule(box, 0.1)
    values = (
        Value(f"{field}.quantity", str(line.quantity)),
        Value(f"{field}.description", line.description),
        Value(f"{field}.unit_weight_g", kilograms(line.weight_g)),
        Value(f"{field}.unit_cents", money(line.cents)),
        Value(f"{field}.hs_code", line.hs_code),
        Value(f"{field}.origin", line.origin),
    )
    draw_cells(drawing, box, _COLUMNS, values)


def _draw_tail(drawing: Drawing, box: Box, document: Cn23) -> None:
    drawing.rule(box, 0.4)
    quarter = box.width / 4
    net, cents = sum(line.weight_g for line in document.lines), sum(line.cents for line in document.lines)
    sums = (
        ("Net weight, kg", Value("lines", kilograms(net))),
        ("Total gross weight, kg", Value("gross_weight_g", kilograms(document.gross_weight_g))),
        ("Total value", Value("lines", f"{document.currency} {money(cents)}")),
        ("Postal charges and fees", Value("postage_cents", _postage(document))),
    )
    for number, (title, value) in enumerate(sums):
        draw_cell(drawing, Box(box.x + number * quarter, box.y + 3, quarter, 12), title, value)
    category = box.below(19)
    drawing.write(Value("category", "Category of item"), category.top_part(4), SMALL)
    draw_categories(drawing, category.below(4.5).top_part(11), document.category)
    comments = Box(box.x, box.y + 37, box.width, 16)
    draw_cell(drawing, comments, "Comments", Value("comments", document.comments))
    signed = box.below(57)
    drawing.write(Value("kind", CERTIFIED), signed.top_part(9), Style(size=8.5, floor=7, lines=3))
    words = Value("signed_by", f"{when(drawing.words, document.signed_on)}, {document.signed_by}")
    drawing.write(words, signed.below(15).left_part(box.width * 0.6), Style(size=10, floor=7, clip=True))
    drawing.rule(signed.below(20).left_part(box.width * 0.6), 0.25)
    drawing.write(Value("signed_by", "Date and sender's signature"), signed.below(20.8), SMALL)


def _postage(document: Cn23) -> str:
    return f"{document.currency} {money(document.postage_cents)}" if document.postage_cents else ""
