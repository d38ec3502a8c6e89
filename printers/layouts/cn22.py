"""Layout of the customs declaration CN 22, a label. Source: UPU Convention Manual, form CN 22."""

from printers.documents import Cn22
from printers.errors import RefusedContentError
from printers.layouts.common import KICKER, banner, refuse_small
from printers.layouts.customs import CERTIFIED, draw_categories, kilograms, money
from printers.layouts.paper import Column, draw_cells, draw_titles
from printers.scene import Box, Drawing, Value
from printers.typeface import Style
from printers.words import when

_ROW = 9.4
_TIMES = "\u00d7"
_HEAD, _CATEGORIES, _TITLES, _TOTAL, _FOOT = 13.0, 11.5, 6.5, 8.5, 26.0
_NUMBER = Style(size=8, floor=6, align="right")
_COLUMNS = (
    Column(title="Quantity and contents", share=44, style=Style(size=8, floor=6.5, lines=3)),
    Column(title="HS code", share=21, style=Style(size=8, floor=6)),
    Column(title="Origin", share=13, style=Style(size=8, floor=6)),
    Column(title="kg", share=12, style=_NUMBER),
    Column(title="Value", share=16, style=_NUMBER),
)


def draw_cn22(drawing: Drawing, label: Cn22) -> None:
    """Draw the declaration; refuse more lines than it has room for."""
    refuse_small(drawing)
    box = drawing.box.inset(3)
    _draw_head(drawing, box.top_part(_HEAD), label)
    draw_categories(drawing, box.below(_HEAD).top_part(_CATEGORIES), label.category)
    table = box.below(_HEAD + _CATEGORIES)
    draw_titles(drawing, table.top_part(_TITLES), _COLUMNS)
    rows = table.below(_TITLES).top_part(table.height - _TITLES - _TOTAL - _FOOT)
    if len(label.lines) * _ROW > rows.height:
        pattern = "{count} lines, a CN 22 of this size has room for {room}: use CN 23"
        raise RefusedContentError("lines", pattern, count=len(label.lines), room=int(rows.height / _ROW))
    for number in range(len(label.lines)):
        _draw_row(drawing, rows.below(number * _ROW).top_part(_ROW), label, number)
    _draw_total(drawing, Box(box.x, rows.bottom, box.width, _TOTAL), label)
    _draw_foot(drawing, Box(box.x, rows.bottom + _TOTAL, box.width, _FOOT), label)


def _draw_head(drawing: Drawing, box: Box, label: Cn22) -> None:
    taken = banner(drawing, box, label.reprint)
    title = box.left_part(box.width - max(taken, 18))
    drawing.write(Value("kind", "Customs declaration"), title.top_part(6.5), Style(size=14, floor=9, bold=True))
    drawing.write(Value("kind", "May be opened officially"), title.below(6).top_part(4), Style(size=8))
    if not taken:
        drawing.write(Value("kind", "CN 22"), box.top_part(6.5), Style(size=14, bold=True, align="right"))
    order = Style(size=8, floor=6, align="right", clip=True)
    drawing.write(Value("order_number", f"Order {label.order_number}"), box.below(6).right_of(box.width / 2), order)
    drawing.rule(box.below(11.3), 0.4)


def _draw_row(drawing: Drawing, box: Box, label: Cn22, number: int) -> None:
    line, field = label.lines[number], f"lines[{number}]"
    if number:
        drawing.rule(box, 0.1)
    values = (
        Value(f"{field}.description", f"{line.quantity} {_TIMES} {line.description}"),
        Value(f"{field}.hs_code", line.hs_code),
        Value(f"{field}.origin", line.origin),
        Value(f"{field}.unit_weight_g", kilograms(line.weight_g)),
        Value(f"{field}.unit_cents", money(line.cents)),
    )
    draw_cells(drawing, box, _COLUMNS, values)


def _draw_total(drawing: Drawing, box: Box, label: Cn22) -> None:
    drawing.rule(box, 0.4)
    bold = Style(size=10, floor=6.5, bold=True)
    weight = f"Total weight {kilograms(label.gross_weight_g)} kg"
    drawing.write(Value("gross_weight_g", weight), box.below(2).left_part(box.width * 0.5), bold)
    value = f"{label.currency} {money(sum(line.cents for line in label.lines))}"
    total = Style(size=10, floor=6.5, bold=True, align="right")
    drawing.write(Value("lines", f"Total {value}"), box.below(2).right_of(box.width * 0.5), total)


def _draw_foot(drawing: Drawing, box: Box, label: Cn22) -> None:
    drawing.rule(box, 0.4)
    drawing.write(Value("kind", CERTIFIED), box.below(1.5).top_part(9), Style(size=7.5, floor=6, lines=3))
    line = box.below(17)
    signed = f"{when(drawing.words, label.signed_on)}, {label.signed_by}"
    drawing.write(Value("signed_by", signed), line.below(-5).left_part(box.width), Style(size=9, floor=6, clip=True))
    drawing.rule(line, 0.25)
    drawing.write(Value("signed_by", "Date and sender's signature"), line.below(0.8).top_part(3), KICKER)
