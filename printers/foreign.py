"""Labels made by carriers: passed through a gate, read back, and printed at scale 1 on our printers.

PDF and picture labels need pypdfium2 and zxing-cpp (`pip install warehouse-pick-pack[carriers]`).
"""

import base64
import io
import json
import math
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageOps
from pydantic import ConfigDict, TypeAdapter, ValidationError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from printers.errors import PrintersError, RefusedContentError, Word
from printers.foreign_zpl import barcodes_in, marked_zpl, pass_zpl
from printers.media import Media
from printers.profile import Language, Profile

KIND = "carrier_label"
READ_DPI = 203.2
_MM = 25.4
_SLACK_MM = 1.5
_MOST_BYTES = 4 << 20
_MOST_MM = 450
_WHITE, _INK = 255, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignLabel:
    """A carrier's label: its bytes in base64, and the number that one of its barcodes must carry."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    format: Literal["zpl", "pdf", "png"]
    content: str
    tracking: str
    order_number: str = ""
    carrier: str = ""
    dpi: float = READ_DPI
    reprint: int = 0


_ADAPTER = TypeAdapter(ForeignLabel)


def foreign_from_json(values: dict[str, Any]) -> ForeignLabel:
    """Make the label again from stored values; raises RefusedContentError naming the field that is wrong."""
    try:
        return _ADAPTER.validate_json(json.dumps({name: value for name, value in values.items() if name != "kind"}))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RefusedContentError(".".join(map(str, first["loc"])), first["msg"]) from error


def check_foreign(label: ForeignLabel, medium: Media) -> None:
    """Refuse a label that does more than draw, does not fit the medium at scale 1, or carries another number."""
    is_zpl = label.format == "zpl"
    said = barcodes_in(pass_zpl(_text(label))) if is_zpl else _read(_picture(label, READ_DPI, medium))
    wanted = _plain(label.tracking)
    if not wanted or not any(wanted in _plain(text) for text in said):
        pattern, found = "no barcode carries {tracking}; those read: {found}", ", ".join(said)[:100] or Word("none")
        raise RefusedContentError("tracking", pattern, tracking=repr(label.tracking), found=found)


def print_foreign(label: ForeignLabel, profile: Profile, medium: Media) -> bytes:
    """Give the bytes for one printer; a label in ZPL goes to a printer that takes ZPL at its dots per inch only."""
    if label.format == "zpl":
        return _as_zpl(label, profile)
    image = _picture(label, profile.raster_dpi, medium)
    if label.reprint:
        ImageDraw.Draw(image).text((20, 2), f"REPRINT {label.reprint}", fill=0, font_size=max(18, image.width // 36))
    ink = image.convert("1", dither=Image.Dither.NONE)
    if profile.language is Language.ZPL:
        return _graphic(ink)
    if profile.language is Language.PDF:
        return _page(ink, profile.dot_mm)
    buffer = io.BytesIO()
    ink.save(buffer, "PNG", dpi=(profile.raster_dpi, profile.raster_dpi))
    return buffer.getvalue()


def _as_zpl(label: ForeignLabel, profile: Profile) -> bytes:
    if profile.language is not Language.ZPL:
        pattern, title = "this label is ZPL, {profile} takes {language}", Word(profile.title)
        raise RefusedContentError("format", pattern, profile=title, language=profile.language.value)
    if round(label.dpi / 100) != round(profile.raster_dpi / 100):
        pattern, own = "this label is made for {dpi} dots per inch, {profile} has {own}", round(profile.raster_dpi)
        raise RefusedContentError("dpi", pattern, dpi=round(label.dpi), profile=Word(profile.title), own=own)
    text = pass_zpl(_text(label))
    return (marked_zpl(text, f"REPRINT {label.reprint}") if label.reprint else text).encode()


def _text(label: ForeignLabel) -> str:
    try:
        return _bytes(label).decode("utf-8")
    except UnicodeDecodeError:
        return _bytes(label).decode("cp850")


def _bytes(label: ForeignLabel) -> bytes:
    try:
        raw = base64.b64decode(label.content, validate=True)
    except ValueError:
        raise RefusedContentError("content", "this is no base64") from None
    if not raw or len(raw) > _MOST_BYTES:
        pattern = "expected 1 to {most} MB, got {size} bytes"
        raise RefusedContentError("content", pattern, most=_MOST_BYTES >> 20, size=len(raw))
    return raw


def _picture(label: ForeignLabel, dpi: float, medium: Media) -> Image.Image:
    """Draw the label at scale 1 in dots of `dpi`, upright, no larger than the medium."""
    image = _pdf_page(_bytes(label), dpi) if label.format == "pdf" else _scaled(_bytes(label), label.dpi, dpi)
    room = tuple(math.floor((side + _SLACK_MM) / _MM * dpi) for side in (medium.width_mm, medium.height_mm))
    if image.width > image.height and room[0] <= room[1]:
        image = image.rotate(90, expand=True, fillcolor=_WHITE)
    if image.width > room[0] or image.height > room[1]:
        image = _cut(image)
    if image.width > room[0] or image.height > room[1]:
        size = f"{image.width / dpi * _MM:.0f} x {image.height / dpi * _MM:.0f} mm"
        pattern = "the label is {size} at scale 1, the printer holds {medium}"
        raise RefusedContentError("media", pattern, size=size, medium=medium.name)
    return image.crop((0, 0, min(image.width, room[0]), min(image.height, room[1])))


def _cut(image: Image.Image) -> Image.Image:
    """Cut the white around what is drawn, as of a label in the corner of a sheet."""
    box = ImageOps.invert(image).point(lambda dot: _WHITE if dot > _WHITE - _INK else 0).getbbox()
    return image.crop(box) if box else image


def _pdf_page(raw: bytes, dpi: float) -> Image.Image:
    pdfium = _library("pypdfium2")
    try:
        document = pdfium.PdfDocument(raw)
        if len(document) != 1:
            raise RefusedContentError("content", "expected a PDF of one page, got {pages}", pages=len(document))
        page = document[0]
        if max(page.get_size()) > _MOST_MM / _MM * 72:
            raise RefusedContentError("content", "the page is larger than any label")
        found: Image.Image = page.render(scale=dpi / 72).to_pil().convert("L")
    except pdfium.PdfiumError:
        raise RefusedContentError("content", "this PDF cannot be read") from None
    return found


def _scaled(raw: bytes, own_dpi: float, dpi: float) -> Image.Image:
    try:
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as opened:
            if max(opened.size) > _MOST_MM / _MM * 600:
                raise RefusedContentError("content", "the picture is larger than any label")
            image = opened.convert("L")
    except (OSError, SyntaxError, ValueError):
        raise RefusedContentError("content", "this PNG cannot be read") from None
    if abs(own_dpi - dpi) < 1:
        return image
    # Nearest keeps edges hard; bars of a picture made for another grid are never as exact as our own.
    size = (round(image.width * dpi / own_dpi), round(image.height * dpi / own_dpi))
    return image.resize(size, Image.Resampling.NEAREST)


def _read(image: Image.Image) -> list[str]:
    reader = _library("zxingcpp")
    # Quiet zones may reach the paper's edge, which a reader wants to see white.
    framed = ImageOps.expand(image, border=40, fill=_WHITE)
    return [str(found.text) for found in reader.read_barcodes(framed)]


def _library(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        pattern = "{name} is not installed: pip install 'warehouse-pick-pack[carriers]'"
        raise PrintersError(pattern, name=name) from None


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _graphic(ink: Image.Image) -> bytes:
    row = (ink.width + 7) // 8
    data = ink.point(lambda dot: 0 if dot else 1, "1").tobytes()
    field = f"^FO0,0^GFA,{len(data)},{len(data)},{row},{data.hex().upper()}^FS"
    return f"^XA^PW{ink.width}^LL{ink.height}^LH0,0^LS0^LT0\n{field}\n^PQ1,0,1,N^XZ\n".encode()


def _page(ink: Image.Image, dot_mm: float) -> bytes:
    buffer = io.BytesIO()
    width, height = (side * dot_mm / _MM * 72 for side in ink.size)
    canvas = Canvas(buffer, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setTitle("Carrier label")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.drawImage(ImageReader(ink), 0, 0, width, height)
    canvas.save()
    return buffer.getvalue()
