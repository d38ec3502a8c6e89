"""Layout of the mark for dangerous goods in limited quantities.

Source: ADR 3.4.7 and 3.4.8: a square standing on a corner, upper and lower part and the line black; sides of 100 mm,
or down to 50 mm on small packages, then with a line of 1 mm at least.
"""

import math

from printers.documents import LimitedQuantityMark
from printers.errors import RefusedContentError
from printers.layouts.common import banner
from printers.scene import Box, Drawing, Polygon, Value
from printers.typeface import Style

_LARGEST, _SMALLEST = 100.0, 50.0
_BLACK = 0.28
"""How much of the height is black above, and as much below."""


def draw_limited_quantity(drawing: Drawing, mark: LimitedQuantityMark) -> None:
    """Draw the mark as large as the label allows, 100 mm at most; refuse a label too small for it."""
    box = drawing.box.inset(2)
    side = min(_LARGEST, min(box.width, box.height) / math.sqrt(2))
    if side < _SMALLEST:
        pattern = "the mark would have sides of {side} mm, {needed} mm are needed"
        raise RefusedContentError("media", pattern, side=round(side), needed=round(_SMALLEST))
    half = side / math.sqrt(2)
    middle = (box.x + box.width / 2, box.y + max(half, (box.height - 5) / 2))
    for points in _black_parts(half, max(1.0, side / 50)):
        drawing.shapes.append(Polygon(tuple((middle[0] + x, middle[1] + y) for x, y in points)))
    if mark.air:
        height = half * 0.7
        letter = Style(size=height / 0.2586, bold=True, align="center")
        top = middle[1] - height / 2
        drawing.write(Value("air", "Y"), Box(middle[0] - half / 2, top, half, height * 2), letter)
    _draw_foot(drawing, box, mark)


def _black_parts(half: float, line: float) -> list[tuple[tuple[float, float], ...]]:
    """Give the black parts around the middle: two corners and four strokes `line` mm wide between them."""
    inner, cut = half - line * math.sqrt(2), half * (1 - 2 * _BLACK)
    upper = ((0.0, -half), (half - cut, -cut), (cut - half, -cut))
    stroke = ((half - cut, -cut), (half, 0.0), (inner, 0.0), (inner - cut, -cut))
    parts = [upper, stroke, tuple((-x, y) for x, y in stroke)]
    return [*parts, *(tuple((x, -y) for x, y in part) for part in parts)]


def _draw_foot(drawing: Drawing, box: Box, mark: LimitedQuantityMark) -> None:
    foot = Box(box.x, box.bottom - 5, box.width * 0.4, 5)
    banner(drawing, Box(box.x, box.bottom - 5, box.width, 5), mark.reprint)
    if mark.order_number:
        style = Style(size=8, floor=5, clip=True)
        drawing.write(Value("order_number", drawing.words.say("Order {number}", number=mark.order_number)), foot, style)
