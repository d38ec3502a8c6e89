"""Pages to PDF: vector bars on the printer's dot grid, text in an embedded Unicode typeface."""

import io
from collections.abc import Iterable

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from printers import typeface
from printers.barcodes import runs_of
from printers.scene import Bars, Block, Cells, Page, Polygon, Shape, Text

INSET = 0.1
"""How much of a dot each bar is narrower on both sides, so that no rasteriser colours a neighbouring dot."""
_POINTS = 72 / 25.4
_HAIR = 0.003
"""So many points a page is smaller than its whole dots: a rasteriser that rounds up must not add one and stretch it."""


def write_pdf(pages: Iterable[Page], dot_mm: float, title: str) -> tuple[bytes, int]:
    """Draw the pages one after another; give the file and how many pages it has. Equal pages give equal bytes."""
    for name in typeface.faces():
        pdfmetrics.registerFont(typeface.font(name))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    count = 0
    for page in pages:
        _draw_page(canvas, page, dot_mm)
        count += 1
    canvas.save()
    return buffer.getvalue(), count


def _draw_page(canvas: Canvas, page: Page, dot_mm: float) -> None:
    canvas.setPageSize((page.width * _POINTS - _HAIR, page.height * _POINTS - _HAIR))
    for shape in page.shapes:
        _draw_shape(canvas, shape, page.height, dot_mm)
    canvas.showPage()


def _draw_shape(canvas: Canvas, shape: Shape, height: float, dot_mm: float) -> None:
    if isinstance(shape, Text):
        _draw_text(canvas, shape, height)
    elif isinstance(shape, Bars):
        _draw_bars(canvas, shape, height, dot_mm)
    elif isinstance(shape, Cells):
        _draw_cells(canvas, shape, height, dot_mm)
    elif isinstance(shape, Polygon):
        _draw_polygon(canvas, shape, height)
    else:
        _draw_block(canvas, shape, height)


def _draw_text(canvas: Canvas, text: Text, height: float) -> None:
    canvas.setFillGray(1 if text.white else 0)
    pieces = typeface.runs(text.text, bold=text.bold)
    width = sum(pdfmetrics.stringWidth(piece, face, text.size) for face, piece in pieces)
    x = text.x * _POINTS - width * {"left": 0, "center": 0.5, "right": 1}[text.align]
    for face, piece in pieces:
        canvas.setFont(face, text.size)
        canvas.drawString(x, (height - text.baseline) * _POINTS, piece)
        x += pdfmetrics.stringWidth(piece, face, text.size)


def _draw_bars(canvas: Canvas, bars: Bars, height: float, dot_mm: float) -> None:
    canvas.setFillGray(0)
    path = canvas.beginPath()
    dot = dot_mm * _POINTS
    bottom = (height - bars.y - bars.height) * _POINTS
    for place, width in runs_of(bars.symbol.modules):
        left = bars.left + place * bars.dots + INSET
        path.rect(left * dot, bottom, (width * bars.dots - 2 * INSET) * dot, bars.height * _POINTS)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_cells(canvas: Canvas, cells: Cells, height: float, dot_mm: float) -> None:
    """Draw runs of dark cells along rows and along columns, so that the insets leave no white lines inside."""
    canvas.setFillGray(0)
    path, dot = canvas.beginPath(), dot_mm * _POINTS
    rows = cells.matrix.rows
    across = [(x, y, width, 1) for y, row in enumerate(rows) for x, width in runs_of(row)]
    down = [(x, y, 1, length) for x, column in enumerate(zip(*rows, strict=True)) for y, length in runs_of(column)]
    for x, y, width, length in [*across, *down]:
        left = cells.left + x * cells.dots + INSET
        bottom = cells.top + (y + length) * cells.dots - INSET
        size = (width * cells.dots - 2 * INSET, length * cells.dots - 2 * INSET)
        path.rect(left * dot, height * _POINTS - bottom * dot, size[0] * dot, size[1] * dot)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)


def _draw_polygon(canvas: Canvas, polygon: Polygon, height: float) -> None:
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for number, (x, y) in enumerate(polygon.points):
        (path.lineTo if number else path.moveTo)(x * _POINTS, (height - y) * _POINTS)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_block(canvas: Canvas, block: Block, height: float) -> None:
    canvas.setFillGray(0)
    bottom = (height - block.y - block.height) * _POINTS
    canvas.rect(block.x * _POINTS, bottom, block.width * _POINTS, block.height * _POINTS, stroke=0, fill=1)
