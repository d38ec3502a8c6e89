"""Pieces that several layouts share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from printers.errors import RefusedContentError
from printers.scene import Box, Drawing, Value
from printers.typeface import LEADING, MM_PER_POINT, Style, width_mm
from printers.words import Words

KICKER = Style(size=7, floor=5, clip=True)


def banner(drawing: Drawing, box: Box, reprint: int) -> float:
    """Print "REPRINT n" white on black in the upper right corner of `box`; give the width it took, if any."""
    if not reprint:
        return 0
    style = Style(size=9, bold=True, align="center", white=True)
    text = drawing.words.say("REPRINT {number}", number=reprint)
    width = width_mm(text, style.size, bold=True) + 3
    corner = Box(box.right - width, box.y, width, 4.4)
    drawing.block(corner)
    drawing.write(Value("reprint", text), Box(corner.x, corner.y + 0.7, width, 4), style)
    return width + 1.5


@dataclass(frozen=True, slots=True)
class Fact:
    """A small title over a value, and its share of the row."""

    title: str
    value: Value
    share: float = 1.0


def write_facts(drawing: Drawing, box: Box, facts: Sequence[Fact], style: Style) -> None:
    """Write facts side by side, all values in one size; those without a value keep their place free."""
    size = min(_size_of(drawing, cell, fact, style) for fact, cell in _cells(box, facts))
    for fact, cell in _cells(box, facts):
        if fact.value.text:
            drawing.write(Value(fact.value.field, drawing.words.say(fact.title)), cell.top_part(3), KICKER)
            drawing.write(fact.value, cell.below(3.2), replace(style, size=size))


def _cells(box: Box, facts: Sequence[Fact]) -> list[tuple[Fact, Box]]:
    total = sum(fact.share for fact in facts)
    cells, left = [], box.x
    for fact in facts:
        width = box.width * fact.share / total
        cells.append((fact, Box(left, box.y, width - 2, box.height)))
        left += width
    return cells


def _size_of(drawing: Drawing, cell: Box, fact: Fact, style: Style) -> float:
    used = drawing.probe().write(fact.value, cell.below(3.2), style)
    return used / LEADING / MM_PER_POINT if used else style.size


def weight(words: Words, grams: int | None) -> str:
    """Write grams as kilograms, or nothing when unknown."""
    return "" if grams is None else words.say("{weight} kg", weight=words.number(grams / 1000, 2))


def number_of(words: Words, number: int, total: int) -> str:
    """Write "1 of 3", or "1" while the total is not known."""
    return words.say("{place} of {places}", place=number, places=total) if total else str(number)


def counted_lines(words: Words, count: int) -> str:
    """Write "3 lines"."""
    return words.count(count, "{number} line", "{number} lines")


def counted_orders(words: Words, count: int) -> str:
    """Write "3 orders"."""
    return words.count(count, "{number} order", "{number} orders")


def capitalised(text: str) -> str:
    """Begin with a capital; words that have capitals further on keep them."""
    return text[:1].upper() + text[1:]


def text_height(lines: int, size: float) -> float:
    """Give the height in mm of some lines of `size` points."""
    return lines * size * LEADING * MM_PER_POINT


def address_values(field: str, lines: Sequence[str]) -> tuple[Value, ...]:
    """Give an address line by line, each named; refuse one without a line."""
    if not any(line.strip() for line in lines):
        raise RefusedContentError(field, "an address is needed")
    return tuple(Value(f"{field}[{number}]", line) for number, line in enumerate(lines))


def refuse_small(drawing: Drawing) -> None:
    """Refuse a label smaller than A6, on which logistic bars and an address do not fit."""
    if drawing.width < _SMALLEST[0] or drawing.height < _SMALLEST[1]:
        size = f"{drawing.width:.0f} x {drawing.height:.0f} mm"
        raise RefusedContentError("media", "{size} is too small, use 4x6in or A6", size=size)


_SMALLEST = (95, 145)
