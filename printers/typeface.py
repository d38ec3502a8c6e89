"""The one typeface everything is set in: which characters it has, how wide text is, how it fits a box."""

import math
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFont

from printers.errors import RefusedContentError

FONT_FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
LEADING = 1.2
"""Distance of baselines in font sizes."""
ASCENT = 0.76
"""Height of capitals and accents above the baseline in font sizes, as far as a line box needs it."""
MM_PER_POINT = 25.4 / 72


@lru_cache(maxsize=2)
def font(name: str) -> TTFont:
    """Load a face; parsing takes some 50 ms, so it stays loaded."""
    return TTFont(name, str(font_path(name)))


def font_path(name: str) -> Path:
    """Say where a face's file is."""
    return FONT_FOLDER / f"{name}.ttf"


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Measure `text` set at `size` points, in mm."""
    widths, missing = _widths(BOLD if bold else REGULAR)
    return sum([widths.get(ord(character), missing) for character in text]) * size * 0.001 * MM_PER_POINT


@lru_cache(maxsize=2)
def _widths(name: str) -> tuple[dict[int, float], float]:
    face = font(name).face
    return face.charWidths, face.defaultWidth


def printable(text: str, field: str) -> str:
    """Give `text` as it is set: composed, on one line, control characters gone; refuse what the face cannot show.

    Right-to-left letters and loose accents are refused as well: they would come out in the wrong order or place.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = [_visible(character) for character in unicodedata.normalize("NFC", text)]
    line = " ".join("".join(kept).split())
    for character in line:
        _refuse_unprintable(character, field)
    return line


def _visible(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    return "" if unicodedata.category(character) == "Cf" else character


def _refuse_unprintable(character: str, field: str) -> None:
    reason = _reason_against(character)
    if reason:
        name = unicodedata.name(character, "no name")
        raise RefusedContentError(field, f"{character!r} (U+{ord(character):04X}, {name}) {reason}")


@lru_cache(maxsize=8192)
def _reason_against(character: str) -> str:
    if any(ord(character) not in font(name).face.charToGlyph for name in (REGULAR, BOLD)):
        return "is not in the typeface"
    if unicodedata.bidirectional(character) in {"R", "AL", "AN"}:
        return "is written from right to left, which is not supported"
    if unicodedata.category(character).startswith("M"):
        return "is a loose accent that cannot be placed"
    return ""


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


@dataclass(frozen=True, slots=True)
class Setting:
    """A text broken into lines that fit at `size` points."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Room:
    """The width and height in mm that a text may take."""

    width: float
    height: float


def fit(paragraphs: tuple[str, ...], room: Room, style: Style) -> Setting | None:
    """Set paragraphs as large as they fit, or None when they do not fit at the smallest size."""
    if style.unbroken:
        whole = replace(style, floor=style.unbroken, lines=len(paragraphs), unbroken=0)
        style = replace(style, unbroken=0)
        return fit(paragraphs, room, whole) or fit(paragraphs, room, style)
    size = style.size
    floor = style.floor or style.size
    while size >= floor - 1e-9:
        lines = _broken(paragraphs, room.width, size, style)
        if lines and len(lines) <= min(style.lines, lines_in(room.height, size)):
            return Setting(lines, size)
        size -= 0.5 if size <= 24 else 1  # noqa: PLR2004 - finer steps where they show
    return None


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
    for word in text.split(" "):
        if lines and width_mm(f"{lines[-1]} {word}", size, bold=bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _shortened(text: str, width: float, size: float, *, bold: bool) -> str:
    if width_mm(text, size, bold=bold) <= width:
        return text
    while text and width_mm(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"
