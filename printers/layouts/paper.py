"""Sheets of paper: a head, rows that flow over pages, a tail, and "page n of m" at the foot."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from printers.layouts.common import banner
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, Value
from printers.turning import turned
from printers.typeface import Style
from printers.words import Words, when

MARGIN = 13.0
FOOT = 7.0
SMALL = Style(size=7.5, floor=6, clip=True)


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a sheet, full width: its height in mm and how it is drawn into its box."""

    height: float
    draw: Callable[[Drawing, Box], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What flows over pages: the head of the first page and of the others, rows, what stands after the last row."""

    head: Section
    next_head: Section
    rows: Sequence[Section]
    foot: str
    reprint: int = 0
    tail: Section | None = None


def sheet_pages(sheet: Sheet, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a sheet page by page, each only when it is asked for."""
    plan = _plan(sheet, medium.height_mm - 2 * MARGIN - FOOT)
    for number, rows in enumerate(plan, start=1):
        drawing = Drawing(medium.width_mm, medium.height_mm, grid, words)
        box = drawing.box.inset(MARGIN)
        _draw_foot(drawing, box, sheet, words.say("Page {number} of {total}", number=number, total=len(plan)))
        head = sheet.head if number == 1 else sheet.next_head
        for section in (head, *rows):
            section.draw(drawing, box.top_part(section.height))
            box = box.below(section.height)
        yield sheet_page(drawing)


def printed_foot(words: Words, title: str, printed_at: str) -> str:
    """Write what stands at the foot: what it is, and when it was printed."""
    if not printed_at:
        return title
    return words.say("{title} · printed {time}", title=title, time=when(words, printed_at))


def sheet_page(drawing: Drawing) -> Page:
    """Finish a sheet: its sides are exchanged where its readers begin at the right."""
    page = drawing.page()
    return turned(page, drawing.grid.dot_mm) if drawing.words.right_to_left else page


def _plan(sheet: Sheet, height: float) -> list[list[Section]]:
    """Divide rows and tail into pages."""
    pages: list[list[Section]] = [[]]
    room = height - sheet.head.height
    for section in [*sheet.rows, *([sheet.tail] if sheet.tail else [])]:
        if section.height > room and (pages[-1] or len(pages) == 1):
            pages.append([])
            room = height - sheet.next_head.height
        pages[-1].append(section)
        room -= section.height
    return pages


def _draw_foot(drawing: Drawing, box: Box, sheet: Sheet, page: str) -> None:
    foot = Box(box.x, box.bottom - 3.2, box.width, 4)
    drawing.rule(Box(foot.x, foot.y - 1.8, foot.width, 1), 0.2)
    drawing.write(Value("number", sheet.foot), foot.left_part(foot.width * 0.7), SMALL)
    drawing.write(Value("number", page), foot, Style(size=7.5, align="right"))
    if sheet.reprint:
        banner(drawing, Box(box.x, MARGIN - 6, box.width, 5), sheet.reprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its title, its share of the width, how its cells are set."""

    title: str
    share: float
    style: Style


GAP = 2.6
"""White between columns in mm."""


def draw_titles(drawing: Drawing, box: Box, columns: Sequence[Column]) -> None:
    """Write the columns' titles at the bottom of `box` over a rule."""
    for column, cell in zip(columns, cells(box, columns), strict=True):
        style = Style(size=7.5, floor=5, bold=True, align=column.style.align, clip=True)
        drawing.write(
            Value("title", drawing.words.say(column.title)), Box(cell.x, box.bottom - 4.4, cell.width, 4), style
        )
    drawing.rule(Box(box.x, box.bottom - 0.5, box.width, 1), 0.5)


def draw_cells(drawing: Drawing, box: Box, columns: Sequence[Column], values: Sequence[Value]) -> None:
    """Write one row; each cell stands in the middle of the row's height."""
    for column, cell, value in zip(columns, cells(box, columns), values, strict=True):
        if value.text:
            _draw_cell(drawing, cell, value, column.style)


def _draw_cell(drawing: Drawing, cell: Box, value: Value, style: Style) -> None:
    probe = drawing.probe()
    used = probe.write(value, cell, style)
    lines = len(probe.shapes)
    ink = used - (used / max(1, lines)) * 0.2
    move = (cell.height - ink) / 2
    drawing.write(value, Box(cell.x, cell.y + move, cell.width, cell.height), style)


def cells(box: Box, columns: Sequence[Column]) -> list[Box]:
    """Divide a row's box into its columns' cells."""
    total = sum(column.share for column in columns)
    boxes, left = [], box.x
    for column in columns:
        width = box.width * column.share / total
        gap = 0 if column is columns[-1] else GAP
        boxes.append(Box(left, box.y, width - gap, box.height))
        left += width
    return boxes
