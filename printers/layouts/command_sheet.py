"""Layouts of the command sheet and the gift note, two plain sheets of paper."""

import re
from collections.abc import Iterator

from printers.barcodes import Symbol, code_128, gs1_128
from printers.documents import Command, CommandSheet, GiftNote
from printers.layouts.common import banner
from printers.layouts.paper import MARGIN, SMALL, Section, Sheet, sheet_page, sheet_pages
from printers.layouts.prose import Prose, prose_height, write_prose
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.sizes import SymbolUse
from printers.typeface import Style
from printers.words import Words

_CELL = 42.0
_COLUMNS = 2
_LONGEST_OF_TWO = 16
_ELEMENT = re.compile(r"\((\d{2,4})\)([^()]+)")


def command_sheet_pages(document: CommandSheet, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw commands in two columns, far enough apart that a scanner reads only one; a long one has the whole width."""
    head = Section(18, lambda drawing, box: _draw_head(drawing, box, document))
    rows = [_row(document, numbers) for numbers in _paired(document)]
    sheet = Sheet(head=head, next_head=head, rows=rows, foot=document.title, reprint=document.reprint)
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: CommandSheet) -> None:
    drawing.write(Value("title", document.title), box.top_part(12), Style(size=22, floor=11, bold=True))
    drawing.rule(Box(box.x, box.y + 12, box.width, 1), 0.5)


def _paired(document: CommandSheet) -> Iterator[list[int]]:
    """Give the numbers of the commands of each row."""
    waiting: list[int] = []
    for number, command in enumerate(document.commands):
        if _is_wide(command) and waiting:
            yield waiting
            waiting = []
        waiting.append(number)
        if _is_wide(command) or len(waiting) == _COLUMNS:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _is_wide(command: Command) -> bool:
    return len(command.barcode) > _LONGEST_OF_TWO


def _row(document: CommandSheet, numbers: list[int]) -> Section:
    return Section(_CELL, lambda drawing, box: _draw_row(drawing, box, document, numbers))


def _draw_row(drawing: Drawing, box: Box, document: CommandSheet, numbers: list[int]) -> None:
    commands = [document.commands[number] for number in numbers]
    width = box.width if _is_wide(commands[0]) else (box.width - 10) / 2
    for place, (number, command) in enumerate(zip(numbers, commands, strict=True)):
        cell = Box(box.x + place * (width + 10), box.y, width, box.height - 5)
        _draw_command(drawing, cell, command, f"commands[{number}]")


def _draw_command(drawing: Drawing, box: Box, command: Command, field: str) -> None:
    drawing.frame(box, 0.25)
    inner = box.inset(2.5)
    title = Style(size=16, floor=9, bold=True, align="center")
    drawing.write(Value(f"{field}.title", command.title), inner.top_part(7), title)
    hint = Style(size=8.5, floor=6, align="center", clip=True)
    drawing.write(Value(f"{field}.hint", command.hint), inner.below(7).top_part(4), hint)
    symbol = _symbol(command, f"{field}.barcode")
    drawing.symbol(f"{field}.barcode", symbol, inner.below(12), SymbolStyle(text_size=8, tallest=16))


def _symbol(command: Command, field: str) -> Symbol:
    if not command.is_gs1:
        return code_128(command.barcode, field)
    return gs1_128(_ELEMENT.findall(command.barcode), field, SymbolUse.INTERNAL)


def gift_note_pages(document: GiftNote, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a giver's note alone on its page."""
    drawing = Drawing(medium.width_mm, medium.height_mm, grid, words)
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
    order = words.say("Order {number}", number=document.order_number)
    drawing.write(Value("order_number", order), foot, SMALL)
    yield sheet_page(drawing)
