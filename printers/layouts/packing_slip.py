"""Layout of the packing slip: the customer's list of what is in this carton and what is still to come."""

from collections.abc import Iterator, Sequence

from printers.barcodes import code_128
from printers.documents import PackingSlip, SlipLine
from printers.layouts.common import Fact, number_of, text_height, write_facts
from printers.layouts.paper import (
    SMALL,
    Column,
    Section,
    Sheet,
    draw_cells,
    draw_titles,
    sheet_pages,
)
from printers.layouts.prose import Prose, prose_height, write_prose
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.typeface import Style
from printers.words import Words, amount, when

_ROW = 9.0
_NOTE = Prose(field="gift_note", style=Style(size=11, lines=40), width=150)


def packing_slip_pages(document: PackingSlip, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a carton's slip over as many pages as its lines need."""
    sheet = Sheet(
        head=Section(89, lambda drawing, box: _draw_head(drawing, box, document)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=[_row(document, number) for number in range(len(document.lines))],
        foot=_foot(document, words),
        reprint=document.reprint,
        tail=Section(_tail_height(document), lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _foot(document: PackingSlip, words: Words) -> str:
    carton = number_of(words, document.carton, document.cartons)
    return words.say("Order {order} · carton {carton}", order=document.order_number, carton=carton)


def _columns(document: PackingSlip) -> Sequence[Column]:
    number = Style(size=11, floor=7, bold=True, align="right")
    money = Style(size=9, floor=6, align="right")
    columns = [
        Column(title="SKU", share=26, style=Style(size=9.5, floor=6)),
        Column(title="Item", share=84, style=Style(size=9.5, floor=7.5, lines=2, clip=True)),
        Column(title="In this carton", share=28, style=number),
    ]
    if any(line.to_come for line in document.lines):
        columns.append(Column(title="Still to come", share=26, style=Style(size=11, floor=7, align="right")))
    if document.show_prices:
        columns += [Column(title="Price", share=20, style=money), Column(title="Amount", share=22, style=money)]
    return columns


def _draw_head(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    left, right = box.left_part(box.width * 0.5), box.right_of(box.width * 0.52)
    _draw_shop(drawing, left.top_part(32), document)
    drawing.write(
        Value("order_number", drawing.words.say("Packing slip")),
        right.top_part(9),
        Style(size=20, bold=True, align="right", floor=12),
    )
    symbol = code_128(document.barcode, "barcode")
    style = SymbolStyle(align="right", text_size=9, tallest=13)
    drawing.symbol("barcode", symbol, right.below(10.5).top_part(18), style)
    _draw_address(drawing, box.below(35).top_part(31), document)
    _draw_facts(drawing, box.below(67).top_part(11), document)
    draw_titles(drawing, box.below(79).top_part(9.5), _columns(document))


def _draw_shop(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    if not document.shop_lines:
        return
    name = Value("shop_lines[0]", document.shop_lines[0])
    used = drawing.write(name, box.top_part(14), Style(size=15, floor=9, bold=True, lines=2))
    rest = tuple(Value(f"shop_lines[{n}]", line) for n, line in enumerate(document.shop_lines) if n)
    if rest:
        drawing.write_lines(rest, box.below(used + 1), Style(size=9, floor=8, lines=8))


def _draw_address(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    drawing.write(Value("to_lines", drawing.words.say("Ship to")), box.top_part(4), SMALL)
    lines = tuple(Value(f"to_lines[{n}]", line) for n, line in enumerate(document.to_lines))
    if lines:
        room = Box(box.x, box.y + 4, box.width * 0.6, box.height - 4)
        drawing.write_lines(lines, room, Style(size=12, floor=8, lines=20))


def _draw_facts(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    facts = (
        Fact("Order", Value("order_number", document.order_number), 1.4),
        Fact("Ordered", Value("ordered_on", when(drawing.words, document.ordered_on))),
        Fact("Packed", Value("packed_on", when(drawing.words, document.packed_on))),
        Fact("Carrier", Value("carrier", document.carrier)),
        Fact("Carton", Value("carton", number_of(drawing.words, document.carton, document.cartons)), 0.7),
    )
    write_facts(drawing, box, facts, Style(size=11, floor=6, bold=True))


def _draw_next_head(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    title = drawing.words.say("Packing slip, order {number}", number=document.order_number)
    drawing.write(Value("order_number", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _columns(document))


def _row(document: PackingSlip, number: int) -> Section:
    return Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, number))


def _draw_row(drawing: Drawing, box: Box, document: PackingSlip, number: int) -> None:
    if number:
        drawing.rule(box, 0.1)
    columns = _columns(document)
    by_title = _by_title(drawing.words, document.lines[number], f"lines[{number}]")
    draw_cells(drawing, box, columns, [by_title[column.title] for column in columns])


def _by_title(words: Words, line: SlipLine, field: str) -> dict[str, Value]:
    return {
        "SKU": Value(f"{field}.sku", line.sku),
        "Item": Value(f"{field}.name", line.name),
        "In this carton": Value(f"{field}.in_carton", str(line.in_carton)),
        "Still to come": Value(f"{field}.to_come", str(line.to_come) if line.to_come else ""),
        "Price": Value(f"{field}.price", amount(words, line.price)),
        "Amount": Value(f"{field}.amount", amount(words, line.amount)),
    }


def _tail_height(document: PackingSlip) -> float:
    note = prose_height(document.gift_note, _NOTE) + 12 if document.gift_note else 0
    return 12 + note + (text_height(3, 9) + 3 if document.footer else 0)


def _draw_tail(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    drawing.rule(box, 0.35)
    pieces = sum(line.in_carton for line in document.lines)
    to_come = sum(line.to_come for line in document.lines)
    words = drawing.words
    if to_come:
        text = words.say("{pieces} in this carton, {to_come} still to come", pieces=pieces, to_come=to_come)
    else:
        text = words.say("{pieces} in this carton", pieces=pieces)
    drawing.write(Value("lines", text), box.below(2), Style(size=10, floor=7, bold=True))
    if document.show_prices and document.total:
        total = Value("total", words.say("Total {amount}", amount=amount(words, document.total)))
        drawing.write(total, box.below(2).right_of(box.width * 0.5), Style(size=11, floor=7, bold=True, align="right"))
    if document.gift_note:
        _draw_gift_note(drawing, box.below(10), document)
    if document.footer:
        footer = Box(box.x, box.bottom - text_height(3, 9), box.width, text_height(3, 9))
        drawing.write(Value("footer", document.footer), footer, Style(size=9, floor=7, lines=3))


def _draw_gift_note(drawing: Drawing, box: Box, document: PackingSlip) -> None:
    height = prose_height(document.gift_note, _NOTE)
    frame = Box(box.x, box.y, _NOTE.width + 8, height + 7)
    drawing.frame(frame, 0.3)
    write_prose(drawing, document.gift_note, frame.inset(4), _NOTE)
