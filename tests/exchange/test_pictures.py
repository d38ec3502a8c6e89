"""Pictures are drawn anew: small enough for a handheld, upright, and with nothing of what else stood in the file."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from warehouse.domain.errors import InvalidInputError
from warehouse.exchange.pictures import LARGE, LARGE_BYTES, MOST_BYTES, SMALL, SMALL_BYTES, draw_anew

RED, GREEN = (200, 30, 30), (30, 160, 60)
PLACE = "Secret Street 5"


def picture(form: str = "PNG", size: tuple[int, int] = (300, 200), **more: object) -> bytes:
    """A picture whose left half is red and whose right half is green."""
    image = Image.new("RGB", size, RED)
    image.paste(GREEN, (size[0] // 2, 0, *size))
    written = BytesIO()
    image.save(written, form, **more)
    return written.getvalue()


def read(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def is_near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 24 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_each_kind_becomes_two_sizes(form: str) -> None:
    drawn = draw_anew(picture(form, (1500, 1000)))
    sizes = [(it.format, it.size) for it in (read(drawn.small), read(drawn.large))]
    assert sizes == [("WEBP", (SMALL, 96)), ("WEBP", (LARGE, 427))]
    assert is_near(read(drawn.small).convert("RGB").getpixel((20, 40)), RED)
    assert is_near(read(drawn.small).convert("RGB").getpixel((120, 40)), GREEN)


def test_a_small_picture_is_not_blown_up() -> None:
    assert read(draw_anew(picture(size=(40, 30))).large).size == (40, 30)


def test_the_wildest_picture_fits() -> None:
    noise = Image.frombytes("RGB", (900, 900), random.Random(1).randbytes(900 * 900 * 3))  # noqa: S311 - a picture, no secret
    written = BytesIO()
    noise.save(written, "PNG")
    drawn = draw_anew(written.getvalue())
    assert (len(drawn.small) <= SMALL_BYTES, len(drawn.large) <= LARGE_BYTES) == (True, True)


def test_place_and_camera_stay_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, PLACE  # to be turned by a quarter
    sent = picture("JPEG", exif=exif.tobytes())
    assert PLACE.encode() in sent
    drawn = draw_anew(sent)
    assert (PLACE.encode() in drawn.small + drawn.large, read(drawn.large).size) == (False, (200, 300))
    assert len(read(drawn.large).getexif()) == 0


def test_what_is_clear_becomes_white() -> None:
    clear = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "PNG")
    assert is_near(read(draw_anew(clear.getvalue()).small).convert("RGB").getpixel((25, 25)), (255, 255, 255))


def bomb() -> bytes:
    """A PNG of a few bytes that says it has ten thousand million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))

    head = struct.pack("!IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "cannot be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "cannot be read"),
        (picture("GIF"), "cannot be read"),
        (picture("TIFF"), "cannot be read"),
        (picture("PNG")[:-40], "cannot be read"),
        (picture("JPEG", (2000, 2000))[:900], "cannot be read"),
        (bomb(), "cannot be read"),
        (picture(size=(8000, 5001)), "has more than 40 million pixels"),
        (b"\0" * (MOST_BYTES + 1), "is larger than 8 MB"),
    ],
    ids=["nothing", "svg", "gif", "tiff", "cut png", "cut jpeg", "bomb", "too many pixels", "too large"],
)
def test_what_is_no_picture_of_ours_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why) as refusal:
        draw_anew(sent)
    assert [problem.field for problem in refusal.value.problems] == ["picture"]
