"""A strict reader of the ZPL this product writes: anything it does not know is an error, barcodes are drawn in dots.

It follows the ZPL II Programming Guide and not the writer: ^BC data are interpreted character by character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from barcode.ean import EAN8, EAN13
from barcode.itf import ITF
from barcode.upc import UPCA
from PIL import Image, ImageDraw

from printers.barcodes import runs_of
from printers.code128 import check_character, modules_of


class ZplError(Exception):
    """The bytes hold something no label of ours may hold."""


@dataclass
class ZplLabel:
    """One ^XA … ^XZ: its size in dots, texts in order, a picture with bars, blocks and graphics."""

    settings: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    picture: Image.Image = field(default_factory=lambda: Image.new("1", (1, 1), 1))


@dataclass
class _Field:
    at: tuple[int, int] = (0, 0)
    command: str = ""
    parameters: list[str] = field(default_factory=list)
    hexadecimal: bool = False
    data: str = ""


_COMMAND = re.compile(r"([\^~])(A0|[A-Z][A-Z0-9])([^\^~]*)")
_SETTINGS = {"CI", "FW", "PO", "LR", "PW", "LL", "LH", "LS", "LT", "MD", "MM", "PQ"}
_INVOKED = {"<": 62, "0": 30, "=": 94, "8": 102, "5": 99, "6": 100}


def read_zpl(content: bytes) -> list[ZplLabel]:
    """Read every label; raises ZplError for unknown or dangerous commands and for anything between labels."""
    text = content.decode("utf-8")
    labels, place = [], 0
    for match in re.finditer(r"\^XA(.*?)\^XZ\n", text, re.DOTALL):
        if match.start() != place:
            raise ZplError(f"outside of a label: {text[place : match.start()]!r}")
        place = match.end()
        labels.append(_label(match.group(1)))
    if place != len(text):
        raise ZplError(f"after the last label: {text[place:]!r}")
    return labels


def _label(body: str) -> ZplLabel:
    reader, place = _Reader(), 0
    for match in _COMMAND.finditer(body):
        if body[place : match.start()].strip("\n"):
            raise ZplError(f"no command: {body[place : match.start()]!r}")
        place = match.end()
        prefix, name, rest = match.groups()
        if prefix == "~":
            raise ZplError(f"a control command inside a label: ~{name}")
        reader.take(name, rest)
    if body[place:].strip("\n"):
        raise ZplError(f"no command: {body[place:]!r}")
    return reader.label


class _Reader:
    """Takes the commands of one label in turn."""

    def __init__(self) -> None:
        self.label = ZplLabel()
        self._field = _Field()
        self._bar_width = 2

    def take(self, name: str, rest: str) -> None:
        if name in _SETTINGS:
            self._set(name, rest.strip("\n"))
        elif name in {"B2", "BC", "BE", "B8", "BU", "GB", "GF", "A0"}:
            self._field.command, self._field.parameters = name, rest.split(",")
        else:
            self._in_field(name, rest)

    def _set(self, name: str, value: str) -> None:
        self.label.settings[name] = value
        if name == "LL":
            self.label.picture = Image.new("1", (int(self.label.settings["PW"]), int(value)), 1)

    def _in_field(self, name: str, rest: str) -> None:
        if name in {"FO", "FT"}:
            self._field.at = tuple(map(int, rest.split(",")))  # type: ignore[assignment] - two numbers or a later error
        elif name == "BY":
            self._bar_width = int(rest.partition(",")[0])
            if rest.partition(",")[2] not in {"", "3"}:
                raise ZplError(f"wide bars of {rest} modules")
        elif name == "FH":
            self._field.hexadecimal = rest == "_"
        elif name == "FD":
            self._field.data = _unescaped(rest) if self._field.hexadecimal else rest
        elif name == "FS":
            _finish(self.label, self._field, self._bar_width)
            self._field = _Field()
        elif name not in {"FB", "FR"}:
            raise ZplError(f"unknown command ^{name}")


def _unescaped(data: str) -> str:
    if any(not character.isprintable() for character in data):
        raise ZplError(f"control characters in {data!r}")
    return re.sub(r"_([0-9A-F]{2})", lambda match: chr(int(match.group(1), 16)), data)


def _finish(label: ZplLabel, done: _Field, bar_width: int) -> None:
    canvas = ImageDraw.Draw(label.picture)
    left, top = done.at
    if done.command == "A0":
        label.texts.append(done.data)
    elif done.command == "GB":
        width, height = int(done.parameters[0]), int(done.parameters[1])
        canvas.rectangle((left, top, left + width - 1, top + height - 1), fill=0)
    elif done.command == "GF":
        _paste(label, done)
    else:
        for place, width in runs_of(_modules(done)):
            first = left + place * bar_width
            bottom = top + int(done.parameters[1]) - 1
            canvas.rectangle((first, top, first + width * bar_width - 1, bottom), fill=0)


def _paste(label: ZplLabel, done: _Field) -> None:
    kind, total, stored, row, data = (*done.parameters[:4], ",".join(done.parameters[4:]))
    data = "".join(unpacked(data, 2 * int(row)))
    if kind != "A" or total != stored or len(data) != 2 * int(total):
        raise ZplError("a graphic whose length is wrong")
    size = (int(row) * 8, int(total) // int(row))
    ink = Image.frombytes("1", size, bytes.fromhex(data))
    label.picture.paste(0, done.at, ink)


def unpacked(data: str, digits: int) -> Iterator[str]:
    """Undo the guide's compression: letters count the digit that follows, `,` and `!` fill a row with 0 and F."""
    line, times = "", 0
    for character in data:
        if character in ",!":
            line = line.ljust(digits, "0F"[character == "!"])
        elif "G" <= character <= "Y" or "g" <= character <= "z":
            times += ord(character) - 70 if character < "a" else (ord(character) - 102) * 20
        else:
            line, times = line + character * max(1, times), 0
        if len(line) >= digits:
            yield line
            line = ""
    if line:
        raise ZplError("a graphic with half a row")


def _modules(done: _Field) -> str:
    if done.command == "BC":
        if done.parameters[5] != "N":
            raise ZplError("^BC in another mode than N")
        return modules_of(_codewords(done.data))
    if done.command == "B2":
        return str(ITF(done.data, narrow=1, wide=3).build()[0])
    drawing = {"BE": EAN13, "B8": EAN8, "BU": UPCA}[done.command]
    return str(drawing(done.data).build()[0])


def _codewords(data: str) -> tuple[int, ...]:
    """Interpret ^BC field data: `>` starts an invocation, subset C takes digits in pairs."""
    subset = {">:": "B", ">;": "C"}.get(data[:2])
    if subset is None:
        raise ZplError(f"no start code in {data!r}")
    words, place = [104 if subset == "B" else 105], 2
    while place < len(data):
        if data[place] == ">":
            word, place = _INVOKED[data[place + 1]], place + 2
            subset = {99: "C", 100: "B"}.get(word, subset)
        elif subset == "B":
            word, place = ord(data[place]) - 32, place + 1
        else:
            if not re.fullmatch(r"[0-9]{2}", data[place : place + 2]):
                raise ZplError(f"an odd digit in subset C of {data!r}")
            word, place = int(data[place : place + 2]), place + 2
        words.append(word)
    return (*words, check_character(words), 106)
