"""Labels laid out once, as forms whose blanks are filled in: ten times as many a second.

All figures of the typeface are equally wide, and Code 128 takes as many codewords for one figure as for another. So a
text that differs from another in its figures alone takes the same place, and so do lines set from the left at the
same size. A label that differs in anything else is laid out anew, and so is one that is going to be refused. What
comes out of a form is byte for byte what its layout makes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from printers import gs1, typeface, zpl
from printers.documents import BatchLabel, BinLabel, Document, ShippingLabel, ToteLabel
from printers.documents.codec import KINDS
from printers.errors import RefusedContentError
from printers.layouts import drawn_label, words_of
from printers.layouts.common import weight
from printers.media import Media
from printers.scene import Bars, Cells, Drawing, Grid, Paragraph, Shape, Text
from printers.sizes import Symbology
from printers.words import Languages, Words, only_english

_ALIKE = str.maketrans("123456789", "000000000")
_FIGURE = re.compile("[0-9]")
_IDENTIFIED = re.compile(r"(\(([0-9]{2,4})\) )([^ ()]+)")
_AS_IT_IS = re.compile(r"[!-Z\[\]`-}][ -Z\[\]`-}]*").fullmatch
"""A line that every printer shows and no printer takes for a command."""
_MOST = 256
"""How many shapes of one kind are remembered; the labels of one shop have a handful."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """What differs from label to label: how each field of figures is written, and the field that is an address."""

    figures: Mapping[str, Callable[[Any, Words], str]]
    lines: str = ""


def _as_given(name: str) -> Callable[[Any, Words], str]:
    given: Callable[[Any], str] = attrgetter(name)
    return lambda document, _words: given(document)


_CODE = {"code": _as_given("code"), "barcode": _as_given("barcode")}
BLANKS: dict[str, Blanks] = {
    ShippingLabel.kind: Blanks(
        {
            "order_number": _as_given("order_number"),
            "weight_g": lambda label, words: weight(words, label.weight_g),
            "postcode": lambda label, _words: label.postcode.replace(" ", ""),
            "sscc": _as_given("sscc"),
        },
        "to_lines",
    ),
    BinLabel.kind: Blanks(_CODE),
    ToteLabel.kind: Blanks(_CODE),
    BatchLabel.kind: Blanks({"number": _as_given("number"), "barcode": _as_given("barcode")}),
}
"""The kinds of which many are printed at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What labels are printed on: size, the printer's dots and narrowest bars, what each label tells it; and words."""

    medium: Media
    grid: Grid
    setup: zpl.Setup
    languages: Languages = only_english


def write_labels(documents: Sequence[Document], target: Target) -> tuple[bytes, int]:
    """Write labels one after another; give the bytes and how many there are.

    Raises RefusedContentError naming the field that cannot be printed.
    """
    kinds = {document.kind for document in documents} & BLANKS.keys()
    least = tuple(sorted(target.grid.min_dots.items()))
    known = {kind: _forms_of(kind, target.medium, target.setup, least) for kind in kinds}
    labels = [_written(document, target, known.get(document.kind)) for document in documents]
    return "".join(labels).encode(), len(labels)


@lru_cache(maxsize=64)
def _forms_of(kind: str, *_target: object) -> "_Forms":
    """Give the one set of forms of a kind for the same labels, bars and printer."""
    return _Forms(KINDS[kind], BLANKS[kind])


def _written(document: Document, target: Target, forms: "_Forms | None") -> str:
    words = words_of(document, target.languages)
    filled = _filled(document, forms, words) if forms else None
    if filled is not None:
        return filled
    drawing = drawn_label(document, target.medium, target.grid, words)
    if forms:
        forms.learn(document, drawing, target.setup)
    return zpl.write_label(drawing.page(), target.setup)


def _filled(document: Document, forms: "_Forms", words: Words) -> str | None:
    try:
        return forms.fill(document, words)
    except RefusedContentError:
        return None  # the layout will say why, by the name of the field


class _Content(NamedTuple):
    """What fills the blanks of one label: its figures, its lines as they are seen and as the printer takes them."""

    figures: list[str]
    lines: Sequence[str]
    taken: Sequence[str]


class _Form(NamedTuple):
    """A label with blanks, what fills them in their order, and which figures stand for which GS1 identifier."""

    label: str
    pick: Callable[[Sequence[str]], Any]
    identified: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Labels that differ in figures and lines alone: how the lines are set, and a form for each size of theirs."""

    paragraph: Paragraph | None
    forms: dict[float | None, _Form | None] = field(default_factory=dict)

    def size_of(self, lines: Sequence[str]) -> float | None:
        """Give the size of the lines where none is broken."""
        return typeface.unbroken_size(lines, self.paragraph.room, self.paragraph.style) if self.paragraph else None


class _Forms:
    """The forms of one kind of label on one medium of one printer."""

    def __init__(self, kind: type[Document], blanks: Blanks) -> None:
        varying = {*blanks.figures, blanks.lines}
        self._names, self._writers = list(blanks.figures), tuple(blanks.figures.values())
        self._address = attrgetter(blanks.lines) if blanks.lines else None
        self._lines = blanks.lines
        self._fixed = attrgetter(*[value.name for value in fields(kind) if value.name not in varying])
        self._shapes: dict[object, _Shape] = {}

    def fill(self, document: Document, words: Words) -> str | None:
        """Write a label that is like one that was learned; None for one that is not, or that must be refused."""
        content = self._content(document, words)
        if content is None:
            return None
        shape = self._shapes.get(self._key(document, words, content))
        form = shape.forms.get(shape.size_of(content.lines)) if shape else None
        if form is None:
            return None
        for ai, place in form.identified:
            gs1.verify_element(ai, content.figures[place], ai)
        filled: str = form.label % form.pick([*content.figures, *content.taken])
        return filled

    def learn(self, document: Document, drawing: Drawing, setup: zpl.Setup) -> None:
        """Keep the form of a label that was laid out, where it has one."""
        content = self._content(document, drawing.words)
        if content is None or not all(text.isascii() and text.isprintable() for text in content.figures):
            return
        if len(self._shapes) >= _MOST:
            self._shapes.clear()
        shape = self._shapes.setdefault(
            self._key(document, drawing.words, content), _Shape(drawing.paragraphs.get(self._lines))
        )
        size = shape.size_of(content.lines)
        if size or not content.lines:
            first = shape.paragraph.first if shape.paragraph else 0
            shape.forms[size] = _Maker(self._names, content, first).form(drawing, setup)

    def _content(self, document: Document, words: Words) -> _Content | None:
        """Give what fills the blanks; None when a line is not in the printer's own letters."""
        figures = [write(document, words) for write in self._writers]
        if self._address is None:
            return _Content(figures, [], [])
        given = self._address(document)
        if all(map(_AS_IT_IS, given)):
            return _Content(figures, given, given)
        lines = [line for line in (typeface.printable(line, self._lines) for line in given) if line]
        if not all(map(zpl.in_printer_font, lines)) or not any(map(str.strip, lines)):
            return None
        return _Content(figures, lines, list(map(zpl.escaped, lines)))

    def _key(self, document: Document, words: Words, content: _Content) -> object:
        alike = [text.translate(_ALIKE) for text in content.figures]
        return words.language, self._fixed(document), len(content.lines), *alike


class _Maker:
    """Makes a form of the shapes of a label that was laid out."""

    def __init__(self, names: Sequence[str], content: _Content, first: int) -> None:
        self._figures = dict(zip(names, content.figures, strict=True))
        self._places = {name: place for place, name in enumerate(names)}
        self._lines = range(first, first + len(content.lines))
        self._filled: list[int] = []
        self._identified: list[tuple[str, int]] = []

    def form(self, drawing: Drawing, setup: zpl.Setup) -> _Form | None:
        """Give the form; None where figures stand in a way that may change the layout."""
        written = [self._field(number, shape, setup.dot_mm) for number, shape in enumerate(drawing.shapes)]
        known = [text for text in written if text is not None]
        if len(known) < len(written) or not self._filled:
            return None
        label = zpl.frame(drawing.width, drawing.height, known, setup)
        return _Form(label, itemgetter(*self._filled), tuple(self._identified))

    def _field(self, number: int, shape: Shape, dot_mm: float) -> str | None:
        """Write a shape's field, with a blank for what varies; None when that cannot be told apart."""
        if isinstance(shape, Cells):
            return None
        head, mark, data = zpl.field_of(shape, dot_mm).replace("%", "%%").partition(zpl.DATA)
        if number in self._lines:
            self._filled.append(len(self._places) + number - self._lines.start)
            return f"{head}{mark}%s{zpl.END}"
        value = self._figures.get(shape.field) if isinstance(shape, Text | Bars) else None
        if not isinstance(shape, Text | Bars) or not value or _is_title(shape):
            return f"{head}{mark}{data}"
        if not data.endswith(f"{value}{zpl.END}") or not self._is_told_apart(shape, value):
            return None
        self._filled.append(self._places[shape.field])
        return f"{head}{mark}{data.removesuffix(f'{value}{zpl.END}')}%s{zpl.END}"

    def _is_told_apart(self, shape: Text | Bars, value: str) -> bool:
        """Say whether the value is all that stands there, but for an identifier that it will be held to."""
        if isinstance(shape, Text):
            return value in {shape.text, _after_identifier(shape.text)[1]}
        ai, identified = _after_identifier(shape.symbol.human_readable)
        if ai and identified == value:
            self._identified.append((ai, self._places[shape.field]))
            return True
        return shape.symbol.symbology is Symbology.CODE128 and shape.symbol.value == value


def _is_title(shape: Text | Bars) -> bool:
    """Say whether a text has no figures, and so says what stands beside it."""
    return isinstance(shape, Text) and not _FIGURE.search(shape.text)


def _after_identifier(shown: str) -> tuple[str, str]:
    """Divide "(00) 123" into the identifier and its value; both are empty for any other text."""
    found = _IDENTIFIED.fullmatch(shown)
    return (found[2], found[3]) if found else ("", "")
