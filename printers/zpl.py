"""Pages to ZPL II: barcodes by the printer's own commands, text in its own font or, beyond Latin-1, as a picture.

Source: Zebra, ZPL II Programming Guide (^BC with its invocation characters, ^FH, ^GB, ^GF). Every label sets its own
width, length, home and count, and leaves no setting of the printer to chance.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from printers import code128, typeface
from printers.barcodes import Symbol
from printers.png import matrix_image, polygon_image, text_image
from printers.scene import Bars, Block, Cells, Page, Polygon, Shape, Text
from printers.sizes import Symbology

_INVOKED = {"^": "><", ">": ">0", "~": ">="}
"""Characters of subset B that ^BC takes only as an invocation."""
_HEX = {character: f"_{ord(character):02X}" for character in "^~_\\"}
_AS_HEX = str.maketrans(_HEX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What every label tells the printer: dot width in mm, darkness added to its own, `T`ear, `C`ut or `P`eel."""

    dot_mm: float
    darkness: int = 0
    finish: str = "T"


def write_label(page: Page, setup: Setup) -> str:
    """Write one format, ^XA to ^XZ: a label."""
    return frame(page.width, page.height, [field_of(shape, setup.dot_mm) for shape in page.shapes], setup)


def frame(width: float, height: float, fields: Iterable[str], setup: Setup) -> str:
    """Put fields into a format that says all that a label of this size (mm) needs."""
    dots = f"^PW{round(width / setup.dot_mm)}^LL{round(height / setup.dot_mm)}"
    paper = f"{dots}^LH0,0^LS0^LT0^MD{setup.darkness}^MM{setup.finish}"
    return "\n".join(["^XA^CI28^FWN^PON^LRN", paper, *fields, "^PQ1,0,1,N^XZ", ""])


def field_of(shape: Shape, dot_mm: float) -> str:
    """Write the field of one shape."""
    if isinstance(shape, Text):
        return _text(shape, dot_mm)
    if isinstance(shape, Bars):
        return _bars(shape, dot_mm)
    if isinstance(shape, Cells):
        return _graphic(matrix_image(shape.matrix, shape.dots), f"^FO{shape.left},{shape.top}")
    if isinstance(shape, Polygon):
        image, left, top = polygon_image(shape, dot_mm)
        return _graphic(image, f"^FO{left},{top}")
    return _block(shape, dot_mm)


def _text(text: Text, dot_mm: float) -> str:
    if in_printer_font(text.text):
        return _own_font(text, dot_mm)
    return _picture(text, dot_mm)


def in_printer_font(text: str) -> bool:
    """Say whether every printer has these characters; a backslash is left out, since ^FB reads it as a command."""
    return _LATIN.fullmatch(text) is not None


_LATIN = re.compile("[ -\\[\\]-~\xa1-\xff]*")


def _own_font(text: Text, dot_mm: float) -> str:
    """Set a line in scalable font 0, which is narrower than ours, so that what fits there fits here."""
    size = round(text.size * typeface.MM_PER_POINT / dot_mm)
    x, baseline = round(text.x / dot_mm), round(text.baseline / dot_mm)
    reverse = "^FR" if text.white else ""
    place = f"^FT{x},{baseline}{reverse}^A0N,{size},{size}"
    if text.align != "left":
        room = math.ceil(typeface.width_mm(text.text, text.size, bold=text.bold) / dot_mm) + 4
        left = x - (room // 2 if text.align == "center" else room)
        top = baseline - round(size * typeface.ASCENT)
        place = f"^FO{max(0, left)},{max(0, top)}{reverse}^A0N,{size},{size}^FB{room},1,0,{text.align[0].upper()},0"
    return f"{place}{DATA}{escaped(text.text)}{END}"


DATA, END = "^FH_^FD", "^FS"
"""What stands around the text or the number of a field."""


def escaped(text: str) -> str:
    """Write what ZPL would read as a command in hexadecimal, and drop control characters whatever came before."""
    shown = text if text.isprintable() else "".join(filter(str.isprintable, text))
    return shown.translate(_AS_HEX)


@lru_cache(maxsize=1024)
def _picture(text: Text, dot_mm: float) -> str:
    image, left, top = text_image(text, dot_mm)
    return _graphic(image, f"^FO{max(0, left)},{max(0, top)}{'^FR' if text.white else ''}")


def _graphic(image: Image.Image, place: str) -> str:
    row = (image.width + 7) // 8
    # In a 1-bit picture ink is 0, in ^GF it is 1; the padding of each row must stay white.
    data = bytearray(image.point(lambda dot: 0 if dot else 1, "1").tobytes())
    rows = [data[start : start + row].hex().upper() for start in range(0, len(data), row)]
    return f"{place}^GFA,{len(data)},{len(data)},{row},{''.join(_compressed(line) for line in rows)}^FS"


def _compressed(line: str) -> str:
    """Shorten a row of hexadecimal digits: `,` fills it up with 0, `!` with F, letters say how often a digit comes.

    Source: ZPL II Programming Guide, alternative data compression scheme for ~DG and ~DB.
    """
    for digit, mark in (("0", ","), ("F", "!")):
        kept = line.rstrip(digit)
        if len(kept) < len(line):
            return _REPEATED.sub(_counted, kept) + mark
    return _REPEATED.sub(_counted, line)


_REPEATED = re.compile(r"(.)\1{3,}")


def _counted(run: re.Match[str]) -> str:
    count, digit = len(run[0]), run[1]
    hundreds, count = divmod(count, 400)
    twenties, ones = divmod(count, 20)
    letters = "z" * hundreds + ("ghijklmnopqrstuvwxyz"[twenties - 1] if twenties else "")
    return letters + ("GHIJKLMNOPQRSTUVWXY"[ones - 1] if ones else "") + digit


def _block(block: Block, dot_mm: float) -> str:
    left, top = round(block.x / dot_mm), round(block.y / dot_mm)
    width = max(1, round((block.x + block.width) / dot_mm) - left)
    height = max(1, round((block.y + block.height) / dot_mm) - top)
    return f"^FO{left},{top}^GB{width},{height},{min(width, height)}^FS"


def _bars(bars: Bars, dot_mm: float) -> str:
    top, height = round(bars.y / dot_mm), round(bars.height / dot_mm)
    command, data = _barcode(bars.symbol, height)
    return f"^FO{bars.left},{top}^BY{bars.dots}{command}{DATA}{data}{END}"


def _barcode(symbol: Symbol, height: int) -> tuple[str, str]:
    if symbol.symbology in {Symbology.CODE128, Symbology.GS1_128}:
        return f"^BCN,{height},N,N,N,N", code128_field(symbol.words)
    if symbol.symbology is Symbology.ITF14:
        return f",3^B2N,{height},N,N,N", symbol.value  # the wide bars are three modules
    # The printer adds the check digit, which was verified when the symbol was made.
    command = {Symbology.EAN13: "^BEN,{},N,N", Symbology.EAN8: "^B8N,{},N,N", Symbology.UPCA: "^BUN,{},N,N,N"}
    return command[symbol.symbology].format(height), symbol.value[:-1]


@lru_cache(maxsize=4096)
def code128_field(words: tuple[int, ...]) -> str:
    """Write codewords as ^BC field data in mode N, start code and subset changes explicit."""
    in_b = words[0] == code128.START_B
    data = [">:" if in_b else ">;"]
    for word in words[1:-2]:
        data.append(_invocation(word, in_b=in_b))
        in_b = word == code128.CODE_B or (in_b and word != code128.CODE_C)
    return "".join(data)


def _invocation(word: int, *, in_b: bool) -> str:
    if word == code128.FNC1_WORD:
        return ">8"
    if in_b:
        character = chr(word + 32)
        return ">5" if word == code128.CODE_C else _INVOKED.get(character, _HEX.get(character, character))
    return ">6" if word == code128.CODE_B else f"{word:02d}"
