"""Layout of the manifest: what the carrier takes over, with room for both signatures."""

from collections.abc import Iterator

from printers.barcodes import code_128
from printers.documents import Manifest
from printers.layouts.common import Fact, text_height, weight, write_facts
from printers.layouts.paper import SMALL, Column, Section, Sheet, draw_cells, draw_titles, printed_foot, sheet_pages
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.typeface import Style
from printers.words import Words, when

_ROW, _FLOOR = 7.4, 8.0
_PLAIN = Style(size=9, floor=6, clip=True)
_COLUMNS = (
    Column(title="", share=6, style=Style(size=8)),
    Column(title="No.", share=10, style=Style(size=9, floor=6, align="right")),
    Column(title="SSCC", share=49, style=Style(size=10, floor=7)),
    Column(title="Order", share=30, style=Style(size=10, floor=6, bold=True)),
    Column(title="Ship to", share=46, style=_PLAIN),
    Column(title="Service", share=26, style=_PLAIN),
    Column(title="Weight", share=19, style=Style(size=9, floor=6, align="right")),
)


def manifest_pages(document: Manifest, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a pickup's cartons over as many pages as they need."""
    sheet = Sheet(
        head=Section(58 + _more_lines(document), lambda drawing, box: _draw_head(drawing, box, document)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=[_row(document, number) for number in range(len(document.cartons))],
        foot=printed_foot(words, words.say("Manifest {number}", number=document.number), document.printed_at),
        reprint=document.reprint,
        tail=Section(56, lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: Manifest) -> None:
    left, right = box.left_part(box.width * 0.5), box.right_of(box.width * 0.52)
    drawing.write(Value("number", drawing.words.say("Carrier manifest")), left.top_part(6), Style(size=11))
    drawing.write(Value("carrier", document.carrier), left.below(5.5).top_part(11), Style(size=24, floor=10, bold=True))
    lines = tuple(Value(f"from_lines[{n}]", line) for n, line in enumerate(document.from_lines))
    if lines:
        room = left.below(18).top_part(15 + _more_lines(document))
        drawing.write_lines(lines, room, Style(size=9, floor=_FLOOR, lines=20))
    style = SymbolStyle(align="right", text_size=9, tallest=14)
    drawing.symbol("barcode", code_128(document.barcode, "barcode"), right.top_part(19), style)
    facts = (
        Fact("Manifest", Value("number", document.number)),
        Fact("Cutoff", Value("cutoff", when(drawing.words, document.cutoff))),
        Fact("Cartons", Value("cartons", str(len(document.cartons)))),
    )
    under = box.below(_more_lines(document))
    write_facts(drawing, under.below(36).top_part(11), facts, Style(size=12, floor=7, bold=True))
    draw_titles(drawing, under.below(48).top_part(9.5), _COLUMNS)


def _more_lines(document: Manifest) -> float:
    """Give the height in mm that a sender of more lines than four needs."""
    return text_height(max(0, len(document.from_lines) - 4), _FLOOR)


def _draw_next_head(drawing: Drawing, box: Box, document: Manifest) -> None:
    title = drawing.words.say("Manifest {number}, {carrier}", number=document.number, carrier=document.carrier)
    drawing.write(Value("number", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _COLUMNS)


def _row(document: Manifest, number: int) -> Section:
    return Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, number))


def _draw_row(drawing: Drawing, box: Box, document: Manifest, number: int) -> None:
    carton, field = document.cartons[number], f"cartons[{number}]"
    if number:
        drawing.rule(box, 0.1)
    drawing.frame(Box(box.x + 0.6, box.y + 1.9, 3.6, 3.6), 0.25)
    values = (
        Value("", ""),
        Value(field, str(number + 1)),
        Value(f"{field}.sscc", carton.sscc),
        Value(f"{field}.order_number", carton.order_number),
        Value(f"{field}.ship_to", carton.ship_to),
        Value(f"{field}.service", carton.service),
        Value(f"{field}.weight_g", weight(drawing.words, carton.weight_g)),
    )
    draw_cells(drawing, box, _COLUMNS, values)


def _draw_tail(drawing: Drawing, box: Box, document: Manifest) -> None:
    drawing.rule(box, 0.35)
    known = [carton.weight_g for carton in document.cartons if carton.weight_g is not None]
    words = drawing.words
    told = {"cartons": words.count(len(document.cartons), "{number} carton", "{number} cartons")}
    told["weight"] = weight(words, sum(known))
    if len(known) == len(document.cartons):
        text = words.say("{cartons}, {weight}", **told)
    else:
        text = words.say("{cartons}, {weight} (not all weighed)", **told)
    drawing.write(Value("cartons", text), box.below(2), Style(size=11, floor=7, bold=True))
    for place, title in enumerate((words.say("Handed over by"), words.say("Taken over by the driver"))):
        half = Box(box.x + place * box.width / 2, box.y + 14, box.width / 2 - 6, 40)
        _draw_signature(drawing, half, title)


def _draw_signature(drawing: Drawing, box: Box, title: str) -> None:
    drawing.write(Value("cartons", title), box, Style(size=10, bold=True))
    say = drawing.words.say
    for place, line in enumerate((say("Name"), say("Cartons counted, date and time"), say("Signature"))):
        y = box.y + 13 + place * 11.5
        drawing.rule(Box(box.x, y, box.width, 1), 0.2)
        drawing.write(Value("cartons", line), Box(box.x, y + 0.8, box.width, 4), SMALL)
