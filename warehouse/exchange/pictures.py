"""Pictures that people send, drawn anew: small ones for a handheld, nothing of what else stood in the file."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from struct import error as StructError  # noqa: N812 - the standard library's own name for it says nothing

from PIL import Image, ImageOps

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.words import sentence

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 8 << 20
MOST_PIXELS = 40_000_000
SMALL, SMALL_BYTES = 144, 8_000
LARGE, LARGE_BYTES = 640, 80_000
"""Pixels on the longer side, and bytes at most: twice what a handheld and an item's page show."""
QUALITIES = (80, 70, 55, 40, 25, 10)
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew in two sizes, as WebP."""

    small: bytes
    large: bytes


def draw_anew(content: bytes) -> Drawn:
    """Read a PNG, JPEG or WebP picture and draw it anew, upright, on white, its first frame; for a helper process.

    Place, camera and whatever else stood in the file stay behind. Raises InvalidInputError for what is none or too big.
    """
    if len(content) > MOST_BYTES:
        raise refused(sentence("is larger than {value} MB", value=MOST_BYTES >> 20))
    with _reading(), Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise refused(sentence("has more than {value} million pixels", value=MOST_PIXELS // 1000000))
        opened.draft("RGB", (LARGE, LARGE))  # a JPEG is then read no larger than needed
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
        plain = Image.new("RGB", upright.size, WHITE)
        plain.paste(upright, mask=upright)
        return Drawn(_fit(plain, SMALL, SMALL_BYTES), _fit(plain, LARGE, LARGE_BYTES))


def refused(why: str) -> InvalidInputError:
    """Say what is wrong with a picture."""
    return InvalidInputError(sentence("The picture {why}.", why=why), (FieldProblem("picture", why),))


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except (OSError, SyntaxError, ValueError, EOFError, StructError, Warning, Image.DecompressionBombError):
        raise refused("cannot be read. Send a PNG, JPEG or WebP file") from None


def _fit(picture: Image.Image, side: int, most: int) -> bytes:
    """Write it no larger than `side`, as well as fits into `most` bytes; the wildest ones smaller."""
    resized = picture.copy()
    resized.thumbnail((side, side), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        written = BytesIO()
        resized.save(written, "WEBP", quality=quality, method=4)
        if written.tell() <= most:
            return written.getvalue()
    return _fit(resized, side // 2, most)
