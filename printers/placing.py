"""Barcodes into a box: bars as wide as fit, several symbols where one is too wide, then cells, then a refusal.

Nothing is ever squeezed below the printer's smallest readable module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from printers import gs1
from printers.barcodes import Symbol, code_128, dots_that_fit, gs1_128
from printers.errors import RefusedContentError
from printers.matrix import Matrix, dots_per_cell, gs1_datamatrix, qr
from printers.scene import HRI_GAP, Box, Cells, Drawing, SymbolStyle, Value
from printers.sizes import MIN_HEIGHT_MM, SymbolUse
from printers.typeface import Style


class Part(NamedTuple):
    """An application identifier, its value, and the document's field that the value comes from."""

    ai: str
    value: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How symbols shall stand in a box: what for, and how they look there."""

    use: SymbolUse
    style: SymbolStyle
    gap: float = 1.5
    """White between symbols one above the other, in mm."""


def draw_code(drawing: Drawing, value: Value, box: Box, style: SymbolStyle) -> None:
    """Draw one of our own codes in Code 128, or as QR code where bars would be too narrow or too low.

    Raises RefusedContentError naming the field when neither fits.
    """
    symbol = code_128(value.text, value.field)
    if is_readable(drawing, symbol, box, style):
        drawing.symbol(value.field, symbol, box, style)
        return
    _draw_matrix(drawing, qr(value.text, value.field), box, value.field)


def draw_gs1(drawing: Drawing, parts: Sequence[Part], box: Box, wanted: Wanted) -> None:
    """Draw application identifiers in GS1-128, on several lines where one is too wide, else in one DataMatrix.

    Raises RefusedContentError naming the field of a wrong value, or of the first one when nothing fits.
    """
    for part in parts:
        gs1.verify_element(part.ai, part.value, part.field)
    groups = _lines(drawing, parts, box, wanted)
    each = (box.height - wanted.gap * (len(groups) - 1)) / len(groups) if groups else 0
    if each < MIN_HEIGHT_MM[wanted.use] + wanted.style.text_height:
        field = parts[0].field
        _draw_matrix(drawing, gs1_datamatrix(_elements(parts), field, wanted.use), box, field)
        return
    for number, group in enumerate(groups):
        line = box.below(number * (each + wanted.gap)).top_part(each)
        drawing.symbol(group[0].field, _symbol(group, wanted), line, wanted.style)


def lines_needed(drawing: Drawing, parts: Sequence[Part], box: Box, wanted: Wanted) -> int:
    """Say in how many GS1-128 symbols, one above the other, the identifiers fit into the width of a box; 0: in none.

    Raises RefusedContentError naming the field of a wrong value.
    """
    for part in parts:
        gs1.verify_element(part.ai, part.value, part.field)
    return len(_lines(drawing, parts, box, wanted))


def _lines(drawing: Drawing, parts: Sequence[Part], box: Box, wanted: Wanted) -> list[list[Part]]:
    """Divide identifiers into as few symbols as are wide enough; nothing when one alone is too wide."""
    groups: list[list[Part]] = []
    for atom in _atoms(parts):
        whole = [*groups[-1], *atom] if groups else atom
        if groups and _is_wide_enough(drawing, whole, box, wanted):
            groups[-1] = whole
        elif _is_wide_enough(drawing, atom, box, wanted):
            groups.append(atom)
        else:
            return []
    return groups


def _atoms(parts: Sequence[Part]) -> list[list[Part]]:
    """Keep (02) and (37) together and first, since they fill a line; then what has a known length."""
    content = [part for part in parts if part.ai in {"02", "37"}]
    others = [[part] for part in parts if part.ai not in {"02", "37"}]
    known = [atom for atom in others if gs1.has_known_length(atom[0].ai)]
    return [*([content] if content else []), *known, *(atom for atom in others if atom not in known)]


def _elements(parts: Sequence[Part]) -> list[gs1.Element]:
    ordered = sorted(parts, key=lambda part: not gs1.has_known_length(part.ai))
    return [(part.ai, part.value) for part in ordered]


def _symbol(parts: Sequence[Part], wanted: Wanted) -> Symbol:
    return gs1_128(_elements(parts), parts[0].field, wanted.use)


def _is_wide_enough(drawing: Drawing, parts: Sequence[Part], box: Box, wanted: Wanted) -> bool:
    length = sum(len(part.ai) + len(part.value) + (not gs1.has_known_length(part.ai)) for part in parts)
    return length <= gs1.MAX_DATA and is_readable(drawing, _symbol(parts, wanted), box, wanted.style)


def is_readable(drawing: Drawing, symbol: Symbol, box: Box, style: SymbolStyle) -> bool:
    """Say whether bars of the smallest readable width and height fit into a box, with their text."""
    high = box.height - style.text_height >= MIN_HEIGHT_MM[symbol.use] - 1e-6
    return high and dots_that_fit(symbol, drawing.fit(symbol.use, box)) > 0


def _draw_matrix(drawing: Drawing, matrix: Matrix, box: Box, field: str) -> None:
    """Draw cells at the left of the box and the text beside them."""
    room = Box(box.x, box.y, min(box.width, max(box.height, box.width * 0.5)), box.height)
    dots = dots_per_cell(matrix, drawing.fit(matrix.use, room))
    if not dots:
        size = f"{box.width:.0f} x {box.height:.0f} mm"
        pattern = "no readable barcode of {text} fits into {size}: larger label"
        raise RefusedContentError(field, pattern, text=matrix.human_readable, size=size)
    dot = drawing.grid.dot_mm
    high = matrix.height * dots * dot
    left, top = int(box.x / dot + 0.999), int((box.y + (box.height - high) / 2) / dot + 0.999)
    drawing.shapes.append(Cells(matrix, left + matrix.quiet * dots, top + matrix.quiet * dots, dots))
    beside = box.right_of(matrix.width * dots * dot + HRI_GAP)
    style = Style(size=9, floor=5, lines=12, clip=True)
    lines = matrix.human_readable.replace(" (", "\n(").split("\n")
    beside = beside.below(max(0, (box.height - len(lines) * _LINE) / 2))
    for number, line in enumerate(lines):
        drawing.write(Value(field, line), beside.below(number * _LINE), style)


_LINE = 4.2
