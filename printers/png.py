"""Pages to pictures of black and white dots, one picture a page."""

import io
import math
from functools import lru_cache
from itertools import accumulate

from PIL import Image, ImageDraw, ImageFont

from printers import typeface
from printers.barcodes import runs_of
from printers.matrix import Matrix
from printers.scene import Bars, Block, Cells, Page, Polygon, Text

WHITE, BLACK = 1, 0


def write_png(page: Page, dot_mm: float) -> bytes:
    """Draw one page as a 1-bit PNG of the printer's own dots."""
    buffer = io.BytesIO()
    dpi = 25.4 / dot_mm
    draw_page(page, dot_mm).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def draw_page(page: Page, dot_mm: float) -> Image.Image:
    """Draw one page in dots."""
    image = Image.new("1", (round(page.width / dot_mm), round(page.height / dot_mm)), WHITE)
    canvas = ImageDraw.Draw(image)
    for shape in page.shapes:
        if isinstance(shape, Text):
            _draw_text(canvas, shape, dot_mm)
        elif isinstance(shape, Bars):
            _draw_bars(canvas, shape, dot_mm)
        elif isinstance(shape, Cells):
            image.paste(matrix_image(shape.matrix, shape.dots), (shape.left, shape.top))
        elif isinstance(shape, Polygon):
            canvas.polygon([(x / dot_mm, y / dot_mm) for x, y in shape.points], fill=BLACK)
        else:
            _draw_block(canvas, shape, dot_mm)
    return image


def matrix_image(matrix: Matrix, dots: int) -> Image.Image:
    """Draw a two-dimensional symbol without its quiet zone, each cell `dots` wide and high."""
    size = len(matrix.rows[0]), len(matrix.rows)
    cells = Image.frombytes("L", size, bytes(0 if cell == "1" else 255 for row in matrix.rows for cell in row))
    return cells.resize((size[0] * dots, size[1] * dots), Image.Resampling.NEAREST).convert("1")


def polygon_image(polygon: Polygon, dot_mm: float) -> tuple[Image.Image, int, int]:
    """Draw a polygon in its own rectangle; give it with its top left corner on the page in dots."""
    points = [(x / dot_mm, y / dot_mm) for x, y in polygon.points]
    left, top = (math.floor(min(axis)) for axis in zip(*points, strict=True))
    right, bottom = (math.ceil(max(axis)) + 1 for axis in zip(*points, strict=True))
    image = Image.new("1", (right - left, bottom - top), WHITE)
    ImageDraw.Draw(image).polygon([(x - left, y - top) for x, y in points], fill=BLACK)
    return image, left, top


def text_image(text: Text, dot_mm: float) -> tuple[Image.Image, int, int]:
    """Draw one line of text black on white, cut to its ink; give it with its top left corner on the page in dots."""
    pieces = _pieces(text, dot_mm)
    boxes = [face.getbbox(piece, mode="1", anchor="ls") for _, face, piece in pieces]
    left = round(pieces[0][0] + boxes[0][0])
    right = round(pieces[-1][0] + boxes[-1][2])
    top, bottom = round(min(box[1] for box in boxes)), round(max(box[3] for box in boxes))
    image = Image.new("1", (max(1, right - left), max(1, bottom - top)), WHITE)
    canvas = ImageDraw.Draw(image)
    for x, face, piece in pieces:
        canvas.text((round(x) - left, -top), piece, font=face, fill=BLACK, anchor="ls")
    return image, left, round(text.baseline / dot_mm) + top


def _draw_text(canvas: ImageDraw.ImageDraw, text: Text, dot_mm: float) -> None:
    ink, baseline = WHITE if text.white else BLACK, round(text.baseline / dot_mm)
    for x, face, piece in _pieces(text, dot_mm):
        canvas.text((round(x), baseline), piece, font=face, fill=ink, anchor="ls")


def _pieces(text: Text, dot_mm: float) -> list[tuple[float, ImageFont.FreeTypeFont, str]]:
    """Place the pieces of a line one behind the other: left end in dots, face, letters."""
    pixels = text.size * typeface.MM_PER_POINT / dot_mm
    faces = [(_loaded_face(name, pixels), piece) for name, piece in typeface.runs(text.text, bold=text.bold)]
    widths = [face.getlength(piece, mode="1") for face, piece in faces]
    x = text.x / dot_mm - sum(widths) * {"left": 0, "center": 0.5, "right": 1}[text.align]
    starts = accumulate(widths, initial=x)
    return [(start, face, piece) for start, (face, piece) in zip(starts, faces, strict=False)]


def _draw_bars(canvas: ImageDraw.ImageDraw, bars: Bars, dot_mm: float) -> None:
    top, bottom = round(bars.y / dot_mm), round((bars.y + bars.height) / dot_mm) - 1
    for place, width in runs_of(bars.symbol.modules):
        left = bars.left + place * bars.dots
        canvas.rectangle((left, top, left + width * bars.dots - 1, bottom), fill=BLACK)


def _draw_block(canvas: ImageDraw.ImageDraw, block: Block, dot_mm: float) -> None:
    left, top = round(block.x / dot_mm), round(block.y / dot_mm)
    right = max(left, round((block.x + block.width) / dot_mm) - 1)
    bottom = max(top, round((block.y + block.height) / dot_mm) - 1)
    canvas.rectangle((left, top, right, bottom), fill=BLACK)


@lru_cache(maxsize=64)
def _loaded_face(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    path = str(typeface.font_path(name))
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
