"""What the customs papers share: parties, money, weights, the kinds of sending with a cross at one of them."""

from printers.documents.customs import Party
from printers.layouts.common import KICKER, address_values, text_height
from printers.scene import Box, Drawing, Value
from printers.typeface import Style

CATEGORIES = {
    "gift": "Gift",
    "documents": "Documents",
    "sale_of_goods": "Sale of goods",
    "commercial_sample": "Commercial sample",
    "returned_goods": "Returned goods",
    "other": "Other",
}
CERTIFIED = (
    "I certify that what is stated here is correct and that this item holds nothing dangerous or forbidden by law or "
    "by postal or customs rules."
)
_NUMBERS = (("eori", "EORI"), ("vat_number", "VAT"), ("ioss", "IOSS"), ("phone", "Phone"), ("email", "E-mail"))


def money(cents: int) -> str:
    """Write cents with two decimals and groups of three digits."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def kilograms(grams: int) -> str:
    """Write grams as kilograms, to the gram."""
    return f"{grams / 1000:.3f}"


def draw_party(drawing: Drawing, box: Box, title: Value, party: Party) -> None:
    """Write who somebody is in a frame: the address, and under it the numbers authorities ask for."""
    drawing.frame(box, 0.25)
    inner, field = box.inset(1.6), title.field
    drawing.write(title, inner.top_part(3), KICKER)
    numbers = [(name, f"{word} {getattr(party, name)}") for name, word in _NUMBERS if getattr(party, name)]
    low = text_height(len(numbers), 8)
    room = inner.below(3.4).top_part(inner.height - 3.8 - low)
    drawing.write_lines(address_values(f"{field}.lines", party.lines), room, Style(size=10, floor=8, lines=12))
    for number, (name, text) in enumerate(numbers):
        line = inner.below(inner.height - low + text_height(number, 8)).top_part(text_height(1, 8))
        drawing.write(Value(f"{field}.{name}", text), line, Style(size=8, floor=6, bold=name == "eori"))


def draw_categories(drawing: Drawing, box: Box, category: str, columns: int = 3) -> None:
    """Draw a small box for each kind of sending and cross the one that holds."""
    rows = -(-len(CATEGORIES) // columns)
    width, height = box.width / columns, box.height / rows
    for number, (name, words) in enumerate(CATEGORIES.items()):
        x, y = box.x + number % columns * width, box.y + number // columns * height
        drawing.frame(Box(x, y, 3.4, 3.4), 0.3)
        if name == category:
            mark = Style(size=8.5, bold=True, align="center")
            drawing.write(Value("category", "X"), Box(x, y + 0.45, 3.4, 4), mark)
        text = Style(size=8, floor=6, bold=name == category)
        drawing.write(Value("category", words), Box(x + 4.8, y + 0.3, width - 7, 4), text)


def draw_cell(drawing: Drawing, box: Box, title: str, value: Value) -> None:
    """Draw a framed cell: a small title, the value under it on one or two lines."""
    drawing.frame(box, 0.25)
    inner = box.inset(1.4)
    drawing.write(Value(value.field, title), inner.top_part(3), KICKER)
    if value.text:
        drawing.write(value, inner.below(3.3), Style(size=9.5, floor=6, lines=3))
