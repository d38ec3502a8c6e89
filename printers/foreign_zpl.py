"""The gate for a carrier's ZPL: one label, only commands that draw, no setting that outlives it; its barcodes are read.

Source: Zebra, ZPL II Programming Guide. A command is `^` or `~`, two characters and what follows up to the next one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from printers.errors import RefusedContentError

_FIELD = "content"
_COMMAND = re.compile(r"([\^~])([A-Z0-9@]{2})([^\^~]*)", re.DOTALL)
_DRAWING = frozenset(
    {
        *("XA", "XZ", "FO", "FT", "FD", "FV", "FS", "FH", "FB", "FR", "FW", "FP", "CF", "CI", "BY", "XG"),
        *("GB", "GC", "GD", "GE", "GF", "GS", "PW", "LL", "LH", "LS", "LT", "LR", "PO", "PM", "TB"),
    }
)
_LEFT_OUT = frozenset({"PQ", "MN", "MT", "MF", "MC", "MM", "MD", "PR", "FX", "JZ"})
"""What sets the printer up or only comments: ours is set up as it is, and prints each label once."""
_UPLOADS = frozenset({"DG"})
_INVOCATIONS = re.compile(r">[0-9:;<=>?]")
_SPECIAL = {">0": ">", "><": "^", ">=": "~"}
_MOST_BYTES = 1 << 20
_MOST_SHOWN = 43
_NOT_NEEDED = "{command} is no command a label needs"


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its parameters as written."""

    sign: str
    name: str
    rest: str

    def __str__(self) -> str:
        return f"{self.sign}{self.name}{self.rest}"


def pass_zpl(text: str) -> str:
    """Give the label as it may be sent; raises RefusedContentError naming the command that no label needs."""
    commands = list(_commands(text))
    for command in commands:
        _check(command)
    labels = sum(command.name == "XA" for command in commands)
    if labels != 1 or [it.name for it in commands if it.name in {"XA", "XZ"}] != ["XA", "XZ"]:
        raise RefusedContentError(_FIELD, "expected one label from ^XA to ^XZ, found {labels}", labels=labels)
    kept = [command for command in commands if command.name not in _LEFT_OUT]
    end = next(place for place, command in enumerate(kept) if command.name == "XZ")
    if end != len(kept) - 1:
        behind = str(kept[end + 1])[:_MOST_SHOWN]
        raise RefusedContentError(_FIELD, "there is something behind the label: {command}", command=behind)
    return "".join(map(str, kept[:end])) + "^PQ1,0,1,N^XZ\n"


def barcodes_in(text: str) -> list[str]:
    """Give what each barcode of the label says, in order."""
    found: list[str] = []
    is_bars, hexed = False, ""
    for command in _commands(text):
        if command.name in {"FO", "FT"}:
            is_bars, hexed = False, ""
        elif command.name[0] == "B" and command.name != "BY":
            is_bars = True
        elif command.name == "FH":
            hexed = command.rest[:1] or "_"
        elif command.name in {"FD", "FV"} and is_bars:
            found.append(_spoken(command.rest, hexed))
    return found


def marked_zpl(text: str, mark: str) -> str:
    """Give the label with a line of text at its upper edge."""
    return text.replace("^PQ1,0,1,N^XZ", f"^FO20,4^A0N,26,26^FD{mark}^FS^PQ1,0,1,N^XZ")


def _commands(text: str) -> Iterator[Command]:
    if len(text) > _MOST_BYTES:
        raise RefusedContentError(_FIELD, "the label is larger than 1 MB")
    begin = min((place for place in (text.find("^"), text.find("~")) if place >= 0), default=-1)
    if begin < 0 or text[:begin].strip("\ufeff \t\r\n\x02\x03"):
        raise RefusedContentError(_FIELD, "this is no ZPL")
    place = begin
    while place < len(text):
        found = _COMMAND.match(text, place)
        if found is None:
            raise RefusedContentError(_FIELD, _NOT_NEEDED, command=repr(text[place : place + 12]))
        yield Command(*found.groups())
        place = found.end()


def _check(command: Command) -> None:
    is_font = command.name[0] == "A" and command.name != "A@"
    is_bars = command.name[0] == "B"
    drawing = command.sign == "^" and (is_font or is_bars or command.name in _DRAWING | _LEFT_OUT)
    upload = command.sign == "~" and command.name in _UPLOADS and command.rest.startswith("R:")
    if not (drawing or upload):
        raise RefusedContentError(_FIELD, _NOT_NEEDED, command=f"{command.sign}{command.name}")
    if command.name == "GF" and not command.rest.lstrip().startswith("A"):
        raise RefusedContentError(_FIELD, "a picture must be written in characters (^GFA)")


def _spoken(data: str, hexed: str) -> str:
    text = data.strip("\r\n")
    if hexed:
        text = re.sub(re.escape(hexed) + "([0-9A-Fa-f]{2})", lambda it: chr(int(it[1], 16)), text)
    return _INVOCATIONS.sub(lambda it: _SPECIAL.get(it[0], ""), text)
