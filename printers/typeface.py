"""The typeface everything is set in: which characters it has, how wide text is, how it fits a box.

DejaVu Sans is in the box. Chinese, Japanese and Korean come from the first font of `EAST_ASIAN` that is installed;
without one they are refused by name. Text is kept as it is read, and `visual` turns each line into what is seen.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from reportlab.pdfbase.ttfonts import TTFont

from printers.errors import RefusedContentError, Word
from printers.reading_order import UNSEEN, WITHOUT_UNSEEN, visual

FONT_FOLDER = Path(__file__).parent / "fonts"
SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
EAST_ASIAN = ("wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "NanumGothic.ttf")
"""Files with East Asian letters that can be embedded (TrueType outlines; Noto CJK has others), best first."""
REGULAR, BOLD, EAST_ASIAN_FACE = "DejaVuSans", "DejaVuSans-Bold", "EastAsian"
LEADING = 1.2
"""Distance of baselines in font sizes."""
ASCENT = 0.76
"""Height of capitals and accents above the baseline in font sizes, as far as a line box needs it."""
MM_PER_POINT = 25.4 / 72
_VOWEL_SIGNS = re.compile("[\u05b0-\u05bc\u064b-\u0655]")
"""Hebrew and Arabic signs whose glyphs take no width and fall on the letter that is seen right of them."""


@lru_cache(maxsize=4)
def font(name: str) -> TTFont:
    """Load a face; parsing takes some 50 ms, so it stays loaded."""
    return TTFont(name, str(font_path(name)))


def font_path(name: str) -> Path:
    """Say where a face's file is."""
    return east_asian_file() or FONT_FOLDER if name == EAST_ASIAN_FACE else FONT_FOLDER / f"{name}.ttf"


@lru_cache(maxsize=1)
def east_asian_file() -> Path | None:
    """Find the font for Chinese, Japanese and Korean on this machine, or None."""
    folders = [FONT_FOLDER, *SYSTEM_FOLDERS, Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    found = {path.name: path for folder in reversed(folders) for path in folder.rglob("*.tt[fc]")}
    return next((found[name] for name in EAST_ASIAN if name in found), None)


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Measure `text` set at `size` points, in mm."""
    return _thousandths(text, BOLD if bold else REGULAR) * size * 0.001 * MM_PER_POINT


@lru_cache(maxsize=32768)
def _thousandths(text: str, face: str) -> float:
    """Measure a text in thousandths of its size."""
    if text.isascii():
        return sum(map(_ascii_widths(face).__getitem__, text.encode()))
    widths = _widths(face)
    return sum([widths.get(ord(character)) or _foreign_width(character) for character in visual(text)])


@lru_cache(maxsize=2)
def _ascii_widths(name: str) -> list[float]:
    widths = _widths(name)
    return [widths.get(code) or _foreign_width(chr(code)) for code in range(128)]


@lru_cache(maxsize=2)
def _widths(name: str) -> dict[int, float]:
    face = font(name).face
    return {code: face.charWidths.get(code, face.defaultWidth) for code in face.charToGlyph}


@lru_cache(maxsize=4096)
def _foreign_width(character: str) -> float:
    face = font(_face_of(character) or REGULAR).face
    width: float = face.charWidths.get(ord(character), face.defaultWidth)
    return width


@lru_cache(maxsize=8192)
def _face_of(character: str) -> str | None:
    """Choose the face that has a character; ours in both weights, else the East Asian one for its own letters."""
    if all(ord(character) in font(name).face.charToGlyph for name in (REGULAR, BOLD)):
        return REGULAR
    if unicodedata.east_asian_width(character) in {"W", "F", "H"} and east_asian_file():
        return EAST_ASIAN_FACE if ord(character) in font(EAST_ASIAN_FACE).face.charToGlyph else None
    return None


def runs(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """Divide a line as it is seen into pieces of one face: the face's name and the piece."""
    own = BOLD if bold else REGULAR
    if text.isascii():
        return [(own, text)]
    pieces = [(face, "".join(group)) for face, group in groupby(text, _face_of)]
    return [(EAST_ASIAN_FACE if face == EAST_ASIAN_FACE else own, piece) for face, piece in pieces]


def printable(text: str, field: str) -> str:
    """Give `text` as it is set: composed, on one line, control characters gone; refuse what the faces cannot show.

    Loose accents are refused as well: they would come out in the wrong place.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = [_visible(character) for character in unicodedata.normalize("NFC", text)]
    line = " ".join("".join(kept).split())
    for character in line.translate(WITHOUT_UNSEEN):
        _refuse_unprintable(character, field)
    for character in visual(line):
        _refuse_unprintable(character, field)
    return line


def _visible(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    return "" if unicodedata.category(character) == "Cf" and character not in UNSEEN else character


def _refuse_unprintable(character: str, field: str) -> None:
    reason = _reason_against(character)
    if reason:
        name, code = unicodedata.name(character, Word("no name")), f"{ord(character):04X}"
        raise RefusedContentError(field, _AGAINST[reason], character=repr(character), code=code, name=name)


_AGAINST = {
    "loose": "{character} (U+{code}, {name}) is a loose accent that cannot be placed",
    "east_asian": "{character} (U+{code}, {name}) needs a font for Chinese, Japanese and Korean, none is installed",
    "unknown": "{character} (U+{code}, {name}) is not in the typeface",
}


@lru_cache(maxsize=8192)
def _reason_against(character: str) -> str:
    if unicodedata.category(character).startswith("M") and not _VOWEL_SIGNS.match(character):
        return "loose"
    if _face_of(character):
        return ""
    if unicodedata.east_asian_width(character) in {"W", "F", "H"} and not east_asian_file():
        return "east_asian"
    return "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set: largest and smallest size in points, weight, alignment, lines allowed, what gives way.

    With `clip` a text too long even at the smallest size ends in an ellipsis; without, it is refused.
    """

    size: float
    floor: float = 0
    bold: bool = False
    align: str = "left"
    lines: int = 1
    clip: bool = False
    white: bool = False
    unbroken: float = 0
    """Down to this size the text shrinks rather than break its lines."""


class Setting(NamedTuple):
    """A text broken into lines that fit at `size` points."""

    lines: tuple[str, ...]
    size: float


class Room(NamedTuple):
    """The width and height in mm that a text may take."""

    width: float
    height: float


@lru_cache(maxsize=8192)
def fit(paragraphs: tuple[str, ...], room: Room, style: Style) -> Setting | None:
    """Set paragraphs as large as they fit, or None when they do not fit at the smallest size."""
    size = unbroken_size(paragraphs, room, style)
    if size:
        return Setting(paragraphs, size)
    for size in _sizes(style.size, style.floor or style.size):
        lines = _broken(paragraphs, room.width, size, style)
        if lines and len(lines) <= min(style.lines, lines_in(room.height, size)):
            return Setting(lines, size)
    return None


def unbroken_size(paragraphs: Sequence[str], room: Room, style: Style) -> float | None:
    """Give the largest size at which every paragraph is one line, where the style asks for that; None for none."""
    if not style.unbroken:
        return None
    face = BOLD if style.bold else REGULAR
    widest = max([_thousandths(text, face) for text in paragraphs])
    for size in _sizes(style.size, style.unbroken):
        if widest * size * 0.001 * MM_PER_POINT <= room.width and len(paragraphs) <= lines_in(room.height, size):
            return size
    return None


@lru_cache(maxsize=64)
def _sizes(largest: float, smallest: float) -> tuple[float, ...]:
    """List the sizes that are tried, in points, finer where it shows."""
    sizes, size = [], largest
    while size >= smallest - 1e-9:
        sizes.append(size)
        size -= 0.5 if size <= 24 else 1  # noqa: PLR2004 - where it shows
    return tuple(sizes)


def clipped(text: str, room: Room, style: Style) -> Setting:
    """Set `text` at the smallest size, ended by an ellipsis where the room ends."""
    size = style.floor or style.size
    most = max(1, min(style.lines, lines_in(room.height, size)))
    lines = list(_wrapped(text, room.width, size, bold=style.bold))
    if len(lines) <= most and all(width_mm(line, size, bold=style.bold) <= room.width for line in lines):
        return Setting(tuple(lines), size)
    last = _shortened(" ".join(lines[most - 1 :]), room.width, size, bold=style.bold)
    return Setting((*lines[: most - 1], last), size)


def lines_in(height: float, size: float) -> int:
    """Count the lines of `size` points that fit into `height` mm; the last needs no leading below it."""
    return math.floor((height / (size * MM_PER_POINT) - 1) / LEADING + 1 + 1e-6)


def _broken(paragraphs: tuple[str, ...], width: float, size: float, style: Style) -> tuple[str, ...] | None:
    """Wrap at spaces; None when a word is wider than the box, because a code cut in two cannot be read."""
    broken = [line for text in paragraphs for line in _wrapped(text, width, size, bold=style.bold)]
    if any(width_mm(line, size, bold=style.bold) > width for line in broken):
        return None
    return tuple(broken)


def _wrapped(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    if width_mm(text, size, bold=bold) <= width:
        return [text]
    lines: list[str] = []
    for glue, piece in _BREAKS.findall(text):
        if lines and width_mm(lines[-1] + glue + piece, size, bold=bold) <= width:
            lines[-1] += glue + piece
        else:
            lines.append(piece)
    return lines


_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BREAKS = re.compile(rf"( ?)([{_IDEOGRAPHS}]|[^ {_IDEOGRAPHS}]+)")
"""Lines may end at spaces and beside ideographs and kana; Korean has spaces."""


def _shortened(text: str, width: float, size: float, *, bold: bool) -> str:
    if width_mm(text, size, bold=bold) <= width:
        return text
    while text and width_mm(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"
