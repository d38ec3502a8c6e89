"""Reads what was printed: files to black and white dots, dots to barcodes and to the widths of bars."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image


@dataclass(frozen=True, slots=True)
class Read:
    """One barcode as a scanner delivers it: symbology, bytes, AIM identifier."""

    symbology: str
    content: bytes
    identifier: str


def raster(pdf: bytes, dpi: float) -> list[Image.Image]:
    """Make each page's dots as a printer of `dpi` does, black or white only."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [_dots(page.render(scale=dpi / 72, grayscale=True).to_pil()) for page in document]


def _dots(picture: Image.Image) -> Image.Image:
    return picture.convert("L").point(lambda grey: 255 if grey > 127 else 0, "1")


def texts(pdf: bytes) -> list[str]:
    """Give each page's text."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.get_textpage().get_text_range() for page in document]


_MATRIX = (zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.QRCode)


def scan(picture: Image.Image, *, spoiled: bool = False) -> list[Read]:
    """Read every barcode of a picture, from top to bottom.

    The reader looks at smaller copies of the picture as well. In one of a `spoiled` picture bars are less than two
    pixels wide and what is read there is guessed, so only cells, which correct errors, are read in it.
    """
    grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey, try_downscale=not spoiled)
    if spoiled and not any(result.format in _MATRIX for result in found):
        found += zxingcpp.read_barcodes(grey, formats=_MATRIX)
    found.sort(key=lambda result: (result.position.top_left.y, result.position.top_left.x))
    return [
        Read(str(result.format).removeprefix("BarcodeFormat."), bytes(result.bytes), result.symbology_identifier)
        for result in found
    ]


def rows_of(picture: Image.Image) -> Iterator[str]:
    """Give each row of dots as text, 1 for black."""
    grey = picture.convert("L")
    data = grey.tobytes()
    for start in range(0, len(data), grey.width):
        yield "".join("1" if dot < 128 else "0" for dot in data[start : start + grey.width])


def has_exact_bars(picture: Image.Image, modules: str, widest: int = 12) -> bool:
    """Say whether some row shows these modules, each the same whole number of dots wide."""
    rows = set(rows_of(picture))
    wanted = ["".join(module * dots for module in modules) for dots in range(2, widest + 1)]
    return any(bars in row for bars in wanted for row in rows)
