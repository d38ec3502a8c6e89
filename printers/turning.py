"""Sheets for readers from right to left: everything changes sides, and nothing is turned round itself."""

from dataclasses import replace

from printers.scene import Bars, Cells, Page, Polygon, Shape, Text

_OTHER = {"left": "right", "center": "center", "right": "left"}


def turned(page: Page, dot_mm: float) -> Page:
    """Give a page whose left and right sides are exchanged; bars and letters stay as they are, bars on whole dots."""
    across = round(page.width / dot_mm)
    return replace(page, shapes=tuple(_turned(shape, page.width, across) for shape in page.shapes))


def _turned(shape: Shape, width: float, across: int) -> Shape:
    if isinstance(shape, Text):
        return replace(shape, x=width - shape.x, align=_OTHER[shape.align])
    if isinstance(shape, Bars):
        return replace(shape, left=across - shape.left - len(shape.symbol.modules) * shape.dots)
    if isinstance(shape, Cells):
        return replace(shape, left=across - shape.left - len(shape.matrix.rows[0]) * shape.dots)
    if isinstance(shape, Polygon):
        return Polygon(tuple((width - x, y) for x, y in shape.points))
    return replace(shape, x=width - shape.x - shape.width)
