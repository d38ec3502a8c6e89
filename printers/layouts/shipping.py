"""Layout of the shipping label, on 4 x 6 inch, 100 x 150 mm or A6.

Source: GS1 General Specifications 6.6 (logistic label): the SSCC stands lowest, all bars upright, text under each.
"""

from printers.barcodes import gs1_128
from printers.documents import ShippingLabel
from printers.layouts.common import (
    KICKER,
    Fact,
    address_values,
    banner,
    number_of,
    refuse_small,
    text_height,
    weight,
    write_facts,
)
from printers.scene import Box, Drawing, SymbolStyle, Value
from printers.typeface import Style
from printers.words import when

_HEAD, _FACTS, _SYMBOL = 19.0, 12.0, 38.4
_FLOOR, _FEW = 8.0, 4
"""Addresses are never set smaller than this, in points; the head grows for a sender of more lines than few."""


def draw_shipping(drawing: Drawing, label: ShippingLabel) -> None:
    """Draw the label: who, to whom, how, and the carton's barcodes."""
    refuse_small(drawing)
    box = drawing.box.inset(3)
    symbols = _SYMBOL * (2 if label.postcode else 1)
    head = _HEAD + max(0, len(label.from_lines) - _FEW) * text_height(1, _FLOOR)
    _draw_head(drawing, box.top_part(head), label)
    address = box.below(head).top_part(box.height - head - _FACTS - symbols)
    _draw_address(drawing, address, label)
    facts = Box(box.x, address.bottom, box.width, _FACTS)
    _draw_facts(drawing, facts, label)
    _draw_symbols(drawing, Box(box.x, facts.bottom, box.width, symbols), label)


def _draw_head(drawing: Drawing, box: Box, label: ShippingLabel) -> None:
    sender, service = box.left_part(box.width * 0.52), box.right_of(box.width * 0.55)
    drawing.write(Value("from_lines", drawing.words.say("From||address")), sender.top_part(3), KICKER)
    lines = address_values("from_lines", label.from_lines)
    drawing.write_lines(lines, sender.below(3.2).top_part(box.height - 4), Style(size=_FLOOR, lines=9))
    banner(drawing, service, label.reprint)
    down = service.below(5 if label.reprint else 0)
    used = drawing.write(
        Value("carrier", label.carrier), down.top_part(8), Style(size=18, floor=6, bold=True, align="right")
    )
    style = Style(size=10, floor=7, align="right", lines=2)
    drawing.write(Value("service", label.service), down.below(used + 0.4).top_part(8), style)


def _draw_address(drawing: Drawing, box: Box, label: ShippingLabel) -> None:
    drawing.rule(box, 0.5)
    drawing.write(Value("to_lines", drawing.words.say("To||address")), box.below(1.5).top_part(3), KICKER)
    inner = box.below(4.8)
    lines = address_values("to_lines", label.to_lines)
    style = Style(size=20, floor=_FLOOR, lines=20, unbroken=11)
    drawing.write_lines(lines, Box(inner.x + 4, inner.y, inner.width - 4, inner.height - 1), style)


def _draw_facts(drawing: Drawing, box: Box, label: ShippingLabel) -> None:
    drawing.rule(box, 0.5)
    facts = (
        Fact("Order", Value("order_number", label.order_number), 0.38),
        Fact("Carton", Value("carton", number_of(drawing.words, label.carton, label.cartons)), 0.17),
        Fact("Weight", Value("weight_g", weight(drawing.words, label.weight_g)), 0.19),
        Fact("Ship by", Value("ship_by", when(drawing.words, label.ship_by)), 0.26),
    )
    write_facts(drawing, box.below(1.5), facts, Style(size=13, floor=4, bold=True))


def _draw_symbols(drawing: Drawing, box: Box, label: ShippingLabel) -> None:
    drawing.rule(box, 0.5)
    style = SymbolStyle(text_size=12, tallest=36)
    if label.postcode:
        # A blank is not in the character set of (420); the standard wants the postcode without it.
        symbol = gs1_128([("420", label.postcode.replace(" ", ""))], "postcode")
        drawing.symbol("postcode", symbol, box.below(1.4).top_part(_SYMBOL - 1.4), style)
    lowest = box.below(box.height - _SYMBOL)
    drawing.symbol("sscc", gs1_128([("00", label.sscc)], "sscc"), lowest.below(1.4), style)
