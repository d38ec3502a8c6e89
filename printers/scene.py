"""Pages as plain shapes: what layouts make and what the PDF, ZPL and PNG writers draw.

Lengths are mm from the top left corner. Bars are placed in whole dots across, cells in whole dots both ways: every one
is exact.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from printers import typeface
from printers.barcodes import Symbol, dots_per_module
from printers.errors import RefusedContentError
from printers.matrix import Matrix
from printers.reading_order import visual
from printers.sizes import MIN_HEIGHT_MM, Fit, Symbology, SymbolUse
from printers.typeface import ASCENT, LEADING, MM_PER_POINT, Style
from printers.words import ENGLISH, Words


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text as it is seen from left to right, standing on `baseline`.

    `x` is its left end, middle or right end by `align`; `field` is the document's field that it shows.
    """

    text: str
    x: float
    baseline: float
    size: float
    bold: bool = False
    align: str = "left"
    white: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A filled rectangle; rules are thin ones."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    """A barcode's bars; `left` is the first bar's left edge in dots, each module is `dots` wide.

    `field` is the document's field that it holds.
    """

    symbol: Symbol
    left: int
    dots: int
    y: float
    height: float
    field: str = ""


@dataclass(frozen=True, slots=True)
class Cells:
    """A two-dimensional symbol; `left` and `top` are its first cell's corner in dots, a cell has `dots` each way."""

    matrix: Matrix
    left: int
    top: int
    dots: int


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon without holes, its corners in mm."""

    points: tuple[tuple[float, float], ...]


Shape = Text | Block | Bars | Cells | Polygon


@dataclass(frozen=True, slots=True)
class Page:
    """One page or label of `width` by `height` mm."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The dots a page will be printed in and the narrowest bar, in dots, for each use."""

    dot_mm: float
    min_dots: dict[SymbolUse, int]


class Box(NamedTuple):
    """A part of a page in mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def inset(self, margin: float) -> "Box":
        """Give the box without a margin all around."""
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)

    def top_part(self, height: float) -> "Box":
        """Give the upper `height` mm."""
        return Box(self.x, self.y, self.width, height)

    def below(self, height: float) -> "Box":
        """Give what is left under the upper `height` mm."""
        return Box(self.x, self.y + height, self.width, self.height - height)

    def left_part(self, width: float) -> "Box":
        """Give the left `width` mm."""
        return Box(self.x, self.y, width, self.height)

    def right_of(self, width: float) -> "Box":
        """Give what is left beside the left `width` mm."""
        return Box(self.x + width, self.y, self.width - width, self.height)


class Value(NamedTuple):
    """What to print and the document's field it comes from, named when it is refused."""

    field: str
    text: str


HRI_GAP = 1.0
"""White between bars and the text under them, in mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolStyle:
    """How a symbol stands in its box: alignment, text below it in points (0: none), tallest bars in mm."""

    align: str = "center"
    text_size: float = 10
    tallest: float = 40

    @property
    def text_height(self) -> float:
        """Height in mm that the text below takes, its gap included."""
        return HRI_GAP + self.text_size * MM_PER_POINT if self.text_size else 0


class Paragraph(NamedTuple):
    """The room and the style of a field of several lines, and which shape is its first line."""

    room: typeface.Room
    style: Style
    first: int


@dataclass(slots=True)
class Drawing:
    """Collects the shapes of one page; text is checked, broken and fitted here.

    `words` are those of its language. `paragraphs` keeps how each field of several lines was set.
    """

    width: float
    height: float
    grid: Grid
    words: Words = ENGLISH
    shapes: list[Shape] = field(default_factory=list)
    paragraphs: dict[str, Paragraph] = field(default_factory=dict)

    @property
    def box(self) -> Box:
        """The whole page."""
        return Box(0, 0, self.width, self.height)

    def page(self) -> Page:
        """Finish the page."""
        return Page(self.width, self.height, tuple(self.shapes))

    def probe(self) -> "Drawing":
        """Give an empty one of the same kind, to try how something fits."""
        return Drawing(self.width, self.height, self.grid, self.words)

    def block(self, box: Box) -> None:
        """Fill a rectangle."""
        self.shapes.append(Block(box.x, box.y, box.width, box.height))

    def rule(self, box: Box, thickness: float = 0.3) -> None:
        """Draw a line along the top edge of `box`."""
        self.block(Box(box.x, box.y, box.width, thickness))

    def frame(self, box: Box, thickness: float = 0.3) -> None:
        """Draw the outline of `box`."""
        self.rule(box, thickness)
        self.rule(Box(box.x, box.bottom - thickness, box.width, thickness), thickness)
        self.block(Box(box.x, box.y, thickness, box.height))
        self.block(Box(box.right - thickness, box.y, thickness, box.height))

    def write(self, value: Value, box: Box, style: Style) -> float:
        """Set one paragraph into `box`; give the height used. Refuses what does not fit, naming the field."""
        text = typeface.printable(value.text, value.field)
        room = typeface.Room(box.width, box.height)
        setting = typeface.fit((text,), room, style) if text else typeface.Setting((), style.size)
        if setting is None and style.clip:
            setting = typeface.clipped(text, room, style)
        return self._place(setting, value.field, box, style)

    def write_lines(self, values: tuple[Value, ...], box: Box, style: Style) -> float:
        """Set several lines into `box`, all in one size, each kept or wrapped but never joined."""
        texts = tuple(typeface.printable(value.text, value.field) for value in values)
        field, room = values[0].field.partition("[")[0], typeface.Room(box.width, box.height)
        self.paragraphs[field] = Paragraph(room, style, len(self.shapes))
        return (
            self._place(typeface.fit(tuple(filter(None, texts)), room, style), field, box, style) if any(texts) else 0
        )

    def _place(self, setting: typeface.Setting | None, field: str, box: Box, style: Style) -> float:
        if setting is None:
            points = f"{style.floor or style.size:g}"
            size = f"{box.width:.0f} x {box.height:.0f} mm"
            raise RefusedContentError(
                field, "too long: does not fit into {size} at {points} pt", size=size, points=points
            )
        step = setting.size * LEADING * MM_PER_POINT
        x = box.x + box.width * {"left": 0, "center": 0.5, "right": 1}[style.align]
        baseline = box.y + setting.size * ASCENT * MM_PER_POINT
        for number, line in enumerate(setting.lines):
            shown, y = visual(line), baseline + number * step
            self.shapes.append(Text(shown, x, y, setting.size, style.bold, style.align, style.white, field))
        return len(setting.lines) * step

    def fit(self, use: SymbolUse, box: Box) -> Fit:
        """Say how much room a symbol has in `box` on this printer."""
        return Fit(width_mm=box.width, height_mm=box.height, dot_mm=self.grid.dot_mm, min_dots=self.grid.min_dots[use])

    def symbol(self, field: str, symbol: Symbol, box: Box, style: SymbolStyle) -> float:
        """Draw a symbol at the widest module that fits, quiet zones inside the box; give the height used."""
        bars = min(style.tallest, box.height - style.text_height)
        needed = MIN_HEIGHT_MM[symbol.use]
        if bars < needed - 1e-6:
            pattern = "bars would be {bars} mm high, {needed} mm are needed: larger label"
            raise RefusedContentError(field, pattern, bars=round(float(bars), 1), needed=needed)
        dots = dots_per_module(symbol, self.fit(symbol.use, box), field)
        width = symbol.width * dots * self.grid.dot_mm
        start = box.x + (box.width - width) * {"left": 0, "center": 0.5, "right": 1}[style.align]
        left = int(start / self.grid.dot_mm + 0.999) + symbol.quiet * dots
        drawn = Bars(symbol, left, dots, box.y, bars, field)
        self.shapes.append(drawn)
        if symbol.symbology is Symbology.ITF14:
            self._bearers(drawn)
        if style.text_size:
            under = Box(start, box.y + bars + HRI_GAP, width, style.text_size * MM_PER_POINT * LEADING)
            text = Style(size=style.text_size, floor=6, align="center")
            self.write(Value(field, symbol.human_readable), under, text)
        return bars + style.text_height

    def _bearers(self, bars: Bars) -> None:
        """Close the bars of ITF-14 above and below, two modules high: a slanted scan must not read a shorter number."""
        dot = self.grid.dot_mm
        width, thick = len(bars.symbol.modules) * bars.dots * dot, 2 * bars.dots * dot
        for y in (bars.y, bars.y + bars.height - thick):
            self.block(Box(bars.left * dot, y, width, thick))


def moved(shape: Shape, right: int, down: float, dot_mm: float) -> Shape:
    """Give a shape moved by whole dots to the right and mm down."""
    if isinstance(shape, Bars):
        return replace(shape, left=shape.left + right, y=shape.y + down)
    if isinstance(shape, Cells):
        return replace(shape, left=shape.left + right, top=shape.top + round(down / dot_mm))
    if isinstance(shape, Polygon):
        return Polygon(tuple((x + right * dot_mm, y + down) for x, y in shape.points))
    if isinstance(shape, Text):
        return replace(shape, x=shape.x + right * dot_mm, baseline=shape.baseline + down)
    return replace(shape, x=shape.x + right * dot_mm, y=shape.y + down)
