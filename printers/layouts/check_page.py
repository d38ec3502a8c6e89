"""Layout of the test page: is it in scale, is it straight, how narrow a bar does the printer print well."""

from printers.barcodes import code_128
from printers.documents import PrinterTestPage
from printers.layouts.common import banner
from printers.scene import Bars, Box, Drawing, Value
from printers.typeface import Style
from printers.words import when

_STEP = 20.0


def draw_test_page(drawing: Drawing, document: PrinterTestPage) -> None:
    """Draw a frame at the edge, a 50 mm rule, and the barcode with bars of 2 dots and more, as many as fit."""
    drawing.frame(drawing.box.inset(1), 0.25)
    box = drawing.box.inset(4)
    taken = banner(drawing, box, document.reprint)
    head = box.left_part(box.width - taken)
    drawing.write(Value("printer", document.printer), head.top_part(7), Style(size=14, floor=7, bold=True))
    about = f"{document.profile} · {when(drawing.words, document.printed_at)}"
    drawing.write(Value("profile", about), box.below(7.5).top_part(4), Style(size=8, floor=5.5, clip=True))
    room = box.below(13)
    if room.height > 8 and room.width > 50:  # noqa: PLR2004 - the rule's own size
        _draw_rule(drawing, room)
    _draw_bars(drawing, room.below(9), document)


def _draw_rule(drawing: Drawing, box: Box) -> None:
    drawing.rule(box.left_part(50), 0.25)
    for millimetres in range(0, 51, 5):
        length = 3 if millimetres % 10 == 0 else 1.6
        drawing.block(Box(box.x + millimetres - (0.25 if millimetres == 50 else 0), box.y, 0.25, length))  # noqa: PLR2004
    drawing.write(Value("printer", drawing.words.say("exactly 50 mm")), box.below(3.6).top_part(4), Style(size=7))


def _draw_bars(drawing: Drawing, box: Box, document: PrinterTestPage) -> None:
    dot = drawing.grid.dot_mm
    for dots in range(2, 40):
        # Each says its own width, so that a scan tells which of them was read.
        code = f"{document.barcode}-{dots}"
        symbol = code_128(code, "barcode")
        width = symbol.width * dots * dot
        if width > box.width or box.height < _STEP:
            return
        left = int(box.x / dot) + 1 + symbol.quiet * dots
        drawing.shapes.append(Bars(symbol, left, dots, box.y, 10))
        width_mm = drawing.words.number(dots * dot, 3)
        caption = drawing.words.say("{dots} dots · {width} mm · {code}", dots=dots, width=width_mm, code=code)
        drawing.write(Value("barcode", caption), box.below(11).top_part(4), Style(size=8, floor=5, clip=True))
        box = box.below(_STEP)
