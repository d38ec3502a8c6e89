"""Pages to PDF: vector bars on the printer's dot grid, text in an embedded Unicode typeface."""

import io
from collections.abc import Iterable

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from printers import typeface
from printers.barcodes import runs_of
from printers.scene import Bars, Block, Cells, Page, Polygon, Shape, Text

INSET = 0.1
"""How much of a dot each bar is narrower on both sides, so that no rasteriser colours a neighbouring dot."""
_POINTS = 72 / 25.4
_LEFT_OF = {"left": 0, "center": 0.5, "right": 1}
_HAIR = 0.003
"""So many points a page is smaller than its whole dots: a rasteriser that rounds up must not add one and stretch it."""


rl_config.useA85 = 0  # streams of bytes, not of letters: a quarter smaller, and the letters cost a third of the time


def write_pdf(pages: Iterable[Page], dot_mm: float, title: str) -> tuple[bytes, int]:
    """Draw the pages one after another; give the file and how many pages it has. Equal pages give equal bytes."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    pen, count = _Pen(canvas, dot_mm), 0
    for page in pages:
        canvas.setPageSize((page.width * _POINTS - _HAIR, page.height * _POINTS - _HAIR))
        canvas.addLiteral("\n".join(["0 g", *(pen.draw(shape, page.height) for shape in page.shapes)]))
        canvas.showPage()
        count += 1
    canvas.save()
    return buffer.getvalue(), count


class _Pen:
    """Writes shapes as PDF operators; the canvas's own ways of drawing take most of the time of a page."""

    def __init__(self, canvas: Canvas, dot_mm: float) -> None:
        self._document = canvas._doc  # noqa: SLF001 - fonts count the letters used by document
        self._dot = dot_mm * _POINTS
        self._lettered: dict[tuple[str, str], tuple[list[tuple[str, str]], float]] = {}

    def draw(self, shape: Shape, height: float) -> str:
        """Give the operators of one shape on a page of `height` mm."""
        if isinstance(shape, Text):
            return self._text(shape, height)
        if isinstance(shape, Bars):
            return self._bars(shape, height)
        if isinstance(shape, Cells):
            return self._cells(shape, height)
        return _polygon(shape, height) if isinstance(shape, Polygon) else _block(shape, height)

    def _text(self, text: Text, height: float) -> str:
        pieces = [(self._letters(face, piece)) for face, piece in typeface.runs(text.text, bold=text.bold)]
        width = sum(width for _, width in pieces) * text.size
        x = text.x * _POINTS - width * _LEFT_OF[text.align]
        y, shown = (height - text.baseline) * _POINTS, []
        for letters, width in pieces:
            shown += [
                f"1 0 0 1 {x:.3f} {y:.3f} Tm",
                *(f"{font} {text.size:g} Tf <{codes}> Tj" for font, codes in letters),
            ]
            x += width * text.size
        line = f"BT {' '.join(shown)} ET"
        return f"1 g {line} 0 g" if text.white else line

    def _letters(self, face: str, piece: str) -> tuple[list[tuple[str, str]], float]:
        """Give a text as names of fonts with codes in hexadecimal, and its width at one point."""
        key = (face, piece)
        if key not in self._lettered:
            font = typeface.font(face)
            parts = font.splitString(piece, self._document)
            named = [(font.getSubsetInternalName(subset, self._document), codes.hex()) for subset, codes in parts]
            self._lettered[key] = (named, font.stringWidth(piece, 1))
        return self._lettered[key]

    def _bars(self, bars: Bars, height: float) -> str:
        """Draw bars with dots as the unit across."""
        bottom, tall = (height - bars.y - bars.height) * _POINTS, bars.height * _POINTS
        left, dots = bars.left + INSET, bars.dots
        boxes = [
            f"{left + place * dots:.1f} {bottom:.3f} {width * dots - 2 * INSET:.1f} {tall:.3f} re"
            for place, width in runs_of(bars.symbol.modules)
        ]
        return f"q {self._dot:.9f} 0 0 1 0 0 cm {' '.join(boxes)} f Q"

    def _cells(self, cells: Cells, height: float) -> str:
        """Draw runs of dark cells along rows and along columns, so that the insets leave no white lines inside."""
        rows = cells.matrix.rows
        across = [(x, y, width, 1) for y, row in enumerate(rows) for x, width in runs_of(row)]
        down = [(x, y, 1, length) for x, column in enumerate(zip(*rows, strict=True)) for y, length in runs_of(column)]
        boxes = []
        for x, y, width, length in [*across, *down]:
            left, low = cells.left + x * cells.dots + INSET, cells.top + (y + length) * cells.dots - INSET
            size = f"{width * cells.dots - 2 * INSET:.1f} {length * cells.dots - 2 * INSET:.1f}"
            boxes.append(f"{left:.1f} {-low:.1f} {size} re")
        return f"q {self._dot:.9f} 0 0 {self._dot:.9f} 0 {height * _POINTS:.6f} cm {' '.join(boxes)} f Q"


def _polygon(polygon: Polygon, height: float) -> str:
    points = [f"{x * _POINTS:.3f} {(height - y) * _POINTS:.3f}" for x, y in polygon.points]
    return f"{points[0]} m {' '.join(f'{point} l' for point in points[1:])} h f"


def _block(block: Block, height: float) -> str:
    bottom = (height - block.y - block.height) * _POINTS
    return f"{block.x * _POINTS:.3f} {bottom:.3f} {block.width * _POINTS:.3f} {block.height * _POINTS:.3f} re f"
