"""Pieces that several layouts share."""

from printers.scene import Box, Drawing, Value
from printers.typeface import Style, width_mm

KICKER = Style(size=7, floor=5, clip=True)


def banner(drawing: Drawing, box: Box, reprint: int) -> float:
    """Print "REPRINT n" white on black in the upper right corner of `box`; give the width it took, if any."""
    if not reprint:
        return 0
    style = Style(size=9, bold=True, align="center", white=True)
    text = f"REPRINT {reprint}"
    width = width_mm(text, style.size, bold=True) + 3
    corner = Box(box.right - width, box.y, width, 4.4)
    drawing.block(corner)
    drawing.write(Value("reprint", text), Box(corner.x, corner.y + 0.7, width, 4), style)
    return width + 1.5


def fact(drawing: Drawing, box: Box, title: str, value: Value, style: Style) -> None:
    """Write a small title and under it a value."""
    drawing.write(Value(value.field, title), box.top_part(3), KICKER)
    drawing.write(value, box.below(3.2), style)


def weight(grams: int | None) -> str:
    """Write grams as kilograms, or nothing when unknown."""
    return "" if grams is None else f"{grams / 1000:.2f} kg"


def number_of(number: int, total: int) -> str:
    """Write "1 of 3", or "1" while the total is not known."""
    return f"{number} of {total}" if total else str(number)


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{count} {one if count == 1 else many}"
