"""Free text of several paragraphs, such as a giver's note."""

from dataclasses import dataclass

from printers import typeface
from printers.errors import RefusedContentError
from printers.layouts.common import text_height
from printers.scene import Box, Drawing, Value
from printers.typeface import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """How a text is set: the field it comes from, its style and the width of its lines in mm."""

    field: str
    style: Style
    width: float


def prose_height(text: str, prose: Prose) -> float:
    """Measure a text in mm; raises RefusedContentError when it has too many lines or a word wider than a line."""
    room = typeface.Room(prose.width, 10_000)
    paragraphs = tuple(typeface.printable(line, prose.field) for line in _paragraphs(text))
    setting = typeface.fit(paragraphs, room, prose.style)
    if setting is None:
        raise RefusedContentError(prose.field, "too long: at most {most} lines can be printed", most=prose.style.lines)
    return text_height(len(setting.lines), setting.size)


def write_prose(drawing: Drawing, text: str, box: Box, prose: Prose) -> None:
    """Set a text, its line breaks kept, at the top of `box`."""
    values = tuple(Value(prose.field, line or " ") for line in _paragraphs(text))
    drawing.write_lines(values, Box(box.x, box.y, prose.width, box.height + 1), prose.style)


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
