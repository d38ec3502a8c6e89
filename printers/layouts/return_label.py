"""Layout of the label that a customer sticks on a parcel that goes back: to whom, from whom, under which number."""

from printers.documents import ReturnLabel
from printers.layouts.common import KICKER, Fact, address_values, banner, refuse_small, write_facts
from printers.placing import draw_code
from printers.scene import Box, Drawing, SymbolStyle, Value
from printers.typeface import Style

_HEAD, _FACTS, _BARS, _HINT = 26.0, 12.0, 38.0, 14.0
_FLOOR = 8.0


def draw_return(drawing: Drawing, label: ReturnLabel) -> None:
    """Draw the label: sender small, the house large, the return's barcode lowest."""
    refuse_small(drawing)
    box = drawing.box.inset(3)
    _draw_head(drawing, box.top_part(_HEAD), label)
    address = box.below(_HEAD).top_part(box.height - _HEAD - _FACTS - _HINT - _BARS)
    drawing.rule(address, 0.5)
    drawing.write(Value("to_lines", drawing.words.say("To||address")), address.below(1.5).top_part(3), KICKER)
    inner = address.below(4.8)
    place = Box(inner.x + 4, inner.y, inner.width - 4, inner.height - 1)
    drawing.write_lines(address_values("to_lines", label.to_lines), place, Style(size=20, floor=_FLOOR, lines=20))
    facts = Box(box.x, address.bottom, box.width, _FACTS)
    drawing.rule(facts, 0.5)
    told = (
        Fact("Return", Value("number", label.number), 0.3),
        Fact("Order", Value("order_number", label.order_number), 0.3),
        Fact("Pieces", Value("pieces", str(label.pieces) if label.pieces else ""), 0.15),
        Fact("Reason", Value("reason", label.reason), 0.25),
    )
    write_facts(drawing, facts.below(1.5), told, Style(size=12, floor=5, bold=True))
    hint = Box(box.x, facts.bottom, box.width, _HINT)
    drawing.rule(hint, 0.5)
    drawing.write(Value("hint", label.hint), hint.below(2).top_part(_HINT - 3), Style(size=9, floor=6, lines=3))
    bars = Box(box.x, hint.bottom, box.width, _BARS)
    drawing.rule(bars, 0.5)
    draw_code(drawing, Value("barcode", label.barcode), bars.below(2), SymbolStyle(text_size=12, tallest=32))


def _draw_head(drawing: Drawing, box: Box, label: ReturnLabel) -> None:
    sender, title = box.left_part(box.width * 0.55), box.right_of(box.width * 0.58)
    drawing.write(Value("from_lines", drawing.words.say("From||address")), sender.top_part(3), KICKER)
    lines = address_values("from_lines", label.from_lines)
    drawing.write_lines(lines, sender.below(3.2).top_part(box.height - 4), Style(size=_FLOOR, floor=5, lines=9))
    banner(drawing, title, label.reprint)
    kind = Value("kind", drawing.words.say("RETURN"))
    drawing.write(kind, title.below(5).top_part(9), Style(size=22, floor=10, bold=True, align="right"))
