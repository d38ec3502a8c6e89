"""Pages to pictures of black and white dots, one picture a page."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from printers import typeface
from printers.barcodes import runs_of
from printers.matrix import Matrix
from printers.scene import Bars, Block, Cells, Page, Text

WHITE, BLACK = 1, 0


def write_png(page: Page, dot_mm: float) -> bytes:
    """Draw one page as a 1-bit PNG of the printer's own dots."""
    buffer = io.BytesIO()
    dpi = 25.4 / dot_mm
    draw_page(page, dot_mm).save(buffer, "PNG", optimize=True, dpi=(dpi, dpi))
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
        else:
            _draw_block(canvas, shape, dot_mm)
    return image


def matrix_image(matrix: Matrix, dots: int) -> Image.Image:
    """Draw a two-dimensional symbol without its quiet zone, each cell `dots` wide and high."""
    size = len(matrix.rows[0]), len(matrix.rows)
    cells = Image.frombytes("L", size, bytes(0 if cell == "1" else 255 for row in matrix.rows for cell in row))
    return cells.resize((size[0] * dots, size[1] * dots), Image.Resampling.NEAREST).convert("1")


def text_image(text: Text, dot_mm: float) -> tuple[Image.Image, int, int]:
    """Draw one line of text black on white, cut to its ink; give it with its top left corner on the page in dots."""
    face = _face(text, dot_mm)
    at = (round(text.x / dot_mm), round(text.baseline / dot_mm))
    left, top, right, bottom = (round(edge) for edge in face.getbbox(text.text, mode="1", anchor=_anchor(text)))
    image = Image.new("1", (max(1, right - left), max(1, bottom - top)), WHITE)
    ImageDraw.Draw(image).text((-left, -top), text.text, font=face, fill=BLACK, anchor=_anchor(text))
    return image, at[0] + left, at[1] + top


def _draw_text(canvas: ImageDraw.ImageDraw, text: Text, dot_mm: float) -> None:
    at = (round(text.x / dot_mm), round(text.baseline / dot_mm))
    ink = WHITE if text.white else BLACK
    canvas.text(at, text.text, font=_face(text, dot_mm), fill=ink, anchor=_anchor(text))


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


def _anchor(text: Text) -> str:
    return {"left": "ls", "center": "ms", "right": "rs"}[text.align]


def _face(text: Text, dot_mm: float) -> ImageFont.FreeTypeFont:
    name = typeface.BOLD if text.bold else typeface.REGULAR
    return _loaded_face(name, text.size * typeface.MM_PER_POINT / dot_mm)


@lru_cache(maxsize=64)
def _loaded_face(name: str, pixels: float) -> ImageFont.FreeTypeFont:
    path = str(typeface.font_path(name))
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
