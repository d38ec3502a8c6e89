"""Layouts of the command sheet and the gift note, two plain sheets of paper."""

from collections.abc import Iterator

from printers.barcodes import code_128
from printers.documents import Command, CommandSheet, GiftNote
from printers.layouts.common import banner
from printers.layouts.paper import MARGIN, SMALL, Section, Sheet, sheet_pages
from printers.layouts.prose import Prose, prose_height, write_prose
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.typeface import Style

_CELL = 42.0


def command_sheet_pages(document: CommandSheet, medium: Media, grid: Grid) -> Iterator[Page]:
    """Draw commands in two columns, far enough apart that a scanner reads only one."""
    head = Section(18, lambda drawing, box: _draw_head(drawing, box, document))
    rows = [_row(document, number) for number in range(0, len(document.commands), 2)]
    sheet = Sheet(head=head, next_head=head, rows=rows, foot=document.title, reprint=document.reprint)
    return sheet_pages(sheet, medium, grid)


def _draw_head(drawing: Drawing, box: Box, document: CommandSheet) -> None:
    drawing.write(Value("title", document.title), box.top_part(12), Style(size=22, floor=11, bold=True))
    drawing.rule(Box(box.x, box.y + 12, box.width, 1), 0.5)


def _row(document: CommandSheet, first: int) -> Section:
    return Section(_CELL, lambda drawing, box: _draw_row(drawing, box, document, first))


def _draw_row(drawing: Drawing, box: Box, document: CommandSheet, first: int) -> None:
    width = (box.width - 10) / 2
    for place, command in enumerate(document.commands[first : first + 2]):
        cell = Box(box.x + place * (width + 10), box.y, width, box.height - 5)
        _draw_command(drawing, cell, command, f"commands[{first + place}]")


def _draw_command(drawing: Drawing, box: Box, command: Command, field: str) -> None:
    drawing.frame(box, 0.25)
    inner = box.inset(2.5)
    title = Style(size=16, floor=9, bold=True, align="center")
    drawing.write(Value(f"{field}.title", command.title), inner.top_part(7), title)
    hint = Style(size=8.5, floor=6, align="center", clip=True)
    drawing.write(Value(f"{field}.hint", command.hint), inner.below(7).top_part(4), hint)
    symbol = code_128(command.barcode, f"{field}.barcode")
    drawing.symbol(f"{field}.barcode", symbol, inner.below(12), SymbolStyle(text_size=8, tallest=16))


def gift_note_pages(document: GiftNote, medium: Media, grid: Grid) -> Iterator[Page]:
    """Draw a giver's note alone on its page."""
    drawing = Drawing(medium.width_mm, medium.height_mm, grid)
    box = drawing.box.inset(MARGIN + 12)
    banner(drawing, Box(MARGIN, MARGIN, drawing.width - 2 * MARGIN, 5), document.reprint)
    name = Style(size=14, floor=8, bold=True, lines=2)
    down = 40.0
    if document.to:
        down += drawing.write(Value("to", document.to), box.below(down).top_part(14), name) + 6
    prose = Prose(field="text", style=Style(size=14, floor=8, lines=60), width=box.width)
    write_prose(drawing, document.text, box.below(down).top_part(box.height - down - 30), prose)
    down += min(prose_height(document.text, prose), box.height - down - 30) + 8
    if document.sender:
        drawing.write(Value("sender", document.sender), box.below(down).top_part(14), name)
    foot = Box(MARGIN, drawing.height - MARGIN - 4, drawing.width - 2 * MARGIN, 4)
    drawing.write(Value("order_number", f"Order {document.order_number}"), foot, SMALL)
    yield drawing.page()
