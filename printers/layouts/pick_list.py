"""Layout of the pick list: a batch on paper, readable while walking."""

from collections.abc import Iterator, Sequence

from printers.barcodes import code_128
from printers.documents import PickLine, PickList
from printers.layouts.common import Fact, counted_lines, counted_orders, write_facts
from printers.layouts.paper import (
    SMALL,
    Column,
    Section,
    Sheet,
    draw_cells,
    draw_titles,
    printed_foot,
    sheet_pages,
)
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, SymbolStyle, Value
from printers.typeface import Style
from printers.words import Words, when

_ROW = 9.4
_COLUMNS = (
    Column(title="", share=8, style=Style(size=8)),
    Column(title="Bin", share=27, style=Style(size=13, floor=7, bold=True)),
    Column(title="Take", share=13, style=Style(size=15, floor=8, bold=True, align="right")),
    Column(title="SKU", share=27, style=Style(size=10, floor=6, bold=True)),
    Column(title="Item", share=54, style=Style(size=8, floor=7.5, lines=2, clip=True)),
    Column(title="Lot", share=18, style=Style(size=8, floor=5, clip=True)),
    Column(title="Into", share=23, style=Style(size=10, floor=6, bold=True)),
    Column(title="Order", share=19, style=Style(size=8.5, floor=4.5)),
)


def pick_list_pages(document: PickList, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a batch's stops in walk order over as many pages as they need."""
    sheet = Sheet(
        head=Section(46, lambda drawing, box: _draw_head(drawing, box, document)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=_rows(document),
        foot=printed_foot(words, words.say("Pick list {number}", number=document.number), document.printed_at),
        reprint=document.reprint,
        tail=Section(16, lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: PickList) -> None:
    left, right = box.left_part(box.width * 0.48), box.right_of(box.width * 0.5)
    drawing.write(Value("number", drawing.words.say("Pick list")), left.top_part(6), Style(size=11))
    drawing.write(Value("number", document.number), left.below(5).top_part(13), Style(size=30, floor=12, bold=True))
    style = SymbolStyle(align="right", text_size=9, tallest=14)
    drawing.symbol("barcode", code_128(document.barcode, "barcode"), right.top_part(19), style)
    _draw_facts(drawing, box.below(23).top_part(12), document)
    draw_titles(drawing, box.below(36).top_part(9.5), _COLUMNS)


def _draw_facts(drawing: Drawing, box: Box, document: PickList) -> None:
    lines = [line for stop in document.stops for line in stop.lines]
    facts = (
        Fact("Picker", Value("picker", document.picker), 1.6),
        Fact("Cart", Value("cart", document.cart)),
        Fact("Carrier", Value("carrier", document.carrier)),
        Fact("Cutoff", Value("cutoff", when(drawing.words, document.cutoff))),
        Fact("Stops / lines", Value("stops", f"{len(document.stops)} / {len(lines)}")),
        Fact("Pieces", Value("stops", str(sum(line.quantity for line in lines))), 0.7),
    )
    write_facts(drawing, box, facts, Style(size=12, floor=6, bold=True))


def _draw_next_head(drawing: Drawing, box: Box, document: PickList) -> None:
    title = drawing.words.say("Pick list {number}", number=document.number)
    drawing.write(Value("number", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _COLUMNS)


def _rows(document: PickList) -> list[Section]:
    return [
        _row(document, stop, line)
        for stop in range(len(document.stops))
        for line in range(len(document.stops[stop].lines))
    ]


def _row(document: PickList, stop: int, line: int) -> Section:
    return Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, (stop, line)))


def _draw_row(drawing: Drawing, box: Box, document: PickList, place: tuple[int, int]) -> None:
    stop, line = place
    first = line == 0
    drawing.rule(box if first else box.right_of(box.width * 0.18), 0.35 if first else 0.1)
    drawing.frame(Box(box.x + 0.6, box.y + 2.6, 4.2, 4.2), 0.25)
    values = _values(document.stops[stop].lines[line], f"stops[{stop}].lines[{line}]")
    # The bin stands on every row: a row at the top of a page must not need the page before it.
    bin_value = Value(f"stops[{stop}].bin", document.stops[stop].bin)
    draw_cells(drawing, box, _COLUMNS, [Value("", ""), bin_value, *values])


def _values(line: PickLine, field: str) -> Sequence[Value]:
    into = " · ".join(filter(None, (line.slot, line.tote)))
    return (
        Value(f"{field}.quantity", str(line.quantity)),
        Value(f"{field}.sku", line.sku),
        Value(f"{field}.name", line.name),
        Value(f"{field}.lot", line.lot),
        Value(f"{field}.tote", into),
        Value(f"{field}.order", line.order),
    )


def _draw_tail(drawing: Drawing, box: Box, document: PickList) -> None:
    drawing.rule(box, 0.35)
    lines = [line for stop in document.stops for line in stop.lines]
    orders = len({line.order for line in lines})
    words = drawing.words
    told = {"lines": counted_lines(words, len(lines)), "orders": counted_orders(words, orders)}
    text = words.say("End of list: {lines}, {orders}.", **told)
    drawing.write(Value("stops", text), box.below(2).top_part(4), SMALL)
    for title, share in ((words.say("Picked by"), 0.55), (words.say("Started"), 0.75), (words.say("Finished"), 0.95)):
        drawing.write(Value("picker", title), Box(box.x + box.width * (share - 0.2), box.y + 12, 30, 4), SMALL)
        drawing.rule(Box(box.x + box.width * (share - 0.2), box.y + 11, box.width * 0.18, 1), 0.2)
