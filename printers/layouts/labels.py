"""Layouts of the small labels: a big code to read from afar, a barcode to scan from near."""

from dataclasses import dataclass

from printers.barcodes import Symbol, SymbolUse, code_128, gs1_128, gtin
from printers.documents import Badge, BatchLabel, BinLabel, CartLabel, ItemLabel, StationLabel, ToteLabel
from printers.errors import RefusedContentError
from printers.gs1 import Element
from printers.layouts.common import banner, counted
from printers.scene import Box, Drawing, SymbolStyle, Value
from printers.typeface import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLabel:
    """What all code labels have: what it is, the code in large type, a remark, the barcode."""

    kicker: Value
    code: Value
    barcode: str
    reprint: int
    note: Value


def draw_bin(drawing: Drawing, label: BinLabel) -> None:
    """Draw a storage location's label."""
    kicker = Value("zone", f"Bin · zone {label.zone}" if label.zone else "Bin")
    _draw_code(drawing, _code_label(label, kicker, label.note))


def draw_tote(drawing: Drawing, label: ToteLabel) -> None:
    """Draw a tote's label."""
    _draw_code(drawing, _code_label(label, Value("kind", "Tote"), label.note))


def draw_cart(drawing: Drawing, label: CartLabel) -> None:
    """Draw a cart's label."""
    _draw_code(drawing, _code_label(label, Value("kind", "Cart"), counted(label.slots, "tote slot", "tote slots")))


def draw_batch(drawing: Drawing, label: BatchLabel) -> None:
    """Draw the label that goes with a batch."""
    parts = [
        counted(label.orders, "order", "orders") if label.orders else "",
        counted(label.lines, "line", "lines") if label.lines else "",
        f"cutoff {label.cutoff}" if label.cutoff else "",
    ]
    note = Value("cutoff", " · ".join(filter(None, parts)))
    code = Value("number", label.number)
    kicker = Value("kind", "Pick batch")
    _draw_code(drawing, CodeLabel(kicker=kicker, code=code, barcode=label.barcode, reprint=label.reprint, note=note))


def draw_station(drawing: Drawing, label: StationLabel) -> None:
    """Draw a work place's label."""
    note = Value("name", label.name if label.name != label.code else "")
    _draw_code(drawing, _code_label(label, Value("kind", "Station"), note.text))


def _code_label(label: BinLabel | ToteLabel | CartLabel | StationLabel, kicker: Value, note: str) -> CodeLabel:
    code = Value("code", label.code)
    return CodeLabel(kicker=kicker, code=code, barcode=label.barcode, reprint=label.reprint, note=Value("note", note))


def _draw_code(drawing: Drawing, label: CodeLabel) -> None:
    box = label_box(drawing)
    small = box.height < 40  # noqa: PLR2004 - shelf labels give all room to code and bars
    head = 3.2 if small else 5.0
    bars = max(14.2, 0.45 * box.height)
    taken = banner(drawing, box, label.reprint)
    top = box.top_part(head).left_part(box.width - taken)
    size = 7 if small else 11
    drawing.write(label.kicker, top.left_part(top.width * 0.5), Style(size=size, floor=5, bold=True, clip=True))
    drawing.write(label.note, top.right_of(top.width * 0.5), Style(size=size, floor=5, align="right", clip=True))
    middle = Box(box.x, box.y + head, box.width, box.height - head - bars)
    write_large(drawing, label.code, middle)
    under = Box(box.x, box.bottom - bars, box.width, bars)
    draw_code_bars(drawing, "barcode", code_128(label.barcode, "barcode"), under)


def label_box(drawing: Drawing) -> Box:
    """Give the part of a label to draw in; on a tall label the upper square."""
    margin = 1.5 if drawing.height < 40 else 3  # noqa: PLR2004 - small labels have no room to give away
    box = drawing.box.inset(margin)
    return box.top_part(min(box.height, box.width))


def write_large(drawing: Drawing, value: Value, box: Box) -> None:
    """Set a code as large as the box allows, in the middle of its height."""
    largest = min(110, box.height / 0.3528)
    probe = Drawing(drawing.width, drawing.height, drawing.grid)
    used = probe.write(value, box, Style(size=largest, floor=10, bold=True, align="center"))
    capital = used / 1.2 * 0.73
    down = Box(box.x, box.y + (box.height - capital) / 2 - used / 1.2 * 0.03, box.width, box.height)
    drawing.write(value, down, Style(size=used / 1.2 / 0.3528 * 0.999, bold=True, align="center"))


def draw_code_bars(drawing: Drawing, field: str, symbol: Symbol, box: Box) -> None:
    """Draw a symbol at the bottom of `box`, the text under it as large as the label allows."""
    size = 7 if box.height < 20 else 10  # noqa: PLR2004 - low bars matter more than text
    drawing.symbol(field, symbol, box, SymbolStyle(text_size=size))


def draw_item(drawing: Drawing, label: ItemLabel) -> None:
    """Draw an item's label: SKU, name, unit, lot and expiry in words, one barcode or two."""
    box = label_box(drawing)
    symbols = _item_symbols(drawing, label, box.width)
    small = box.height < 40 * len(symbols)
    taken = banner(drawing, box, label.reprint)
    head = Box(box.x, box.y, box.width - taken, 4.6 if small else 8)
    drawing.write(Value("sku", label.sku), head, Style(size=12 if small else 20, floor=7, bold=True))
    facts = " · ".join(filter(None, (_unit(label), _lot(label), _expiry(label))))
    text = box.below(head.height).top_part(3 if small else 10)
    drawing.write(Value("name", label.name), text, Style(size=7 if small else 11, floor=6, lines=2, clip=True))
    line = box.below(head.height + text.height).top_part(2.9 if small else 5)
    drawing.write(Value("lot", facts), line, Style(size=7 if small else 11, floor=5.5, bold=True, clip=True))
    room = box.below(head.height + text.height + line.height + 0.6)
    each = room.height / len(symbols)
    for number, symbol in enumerate(symbols):
        draw_code_bars(drawing, "barcode", symbol, room.below(number * each).top_part(each - 0.5))


def _item_symbols(drawing: Drawing, label: ItemLabel, width: float) -> list[Symbol]:
    if label.code_kind == "internal":
        return [code_128(label.barcode, "barcode")]
    plain = gtin(label.barcode, "barcode")
    if not (label.lot or label.expires_on):
        return [plain]
    return _tracked_symbols(drawing, label, width)


def _tracked_symbols(drawing: Drawing, label: ItemLabel, width: float) -> list[Symbol]:
    """Put GTIN, expiry and lot into one barcode, or the lot into a second one where one would be too wide."""
    fixed: list[Element] = [("01", label.barcode.zfill(14))]
    if label.expires_on:
        fixed.append(("17", label.expires_on.replace("-", "")[2:]))
    lot: list[Element] = [("10", label.lot)] if label.lot else []
    whole = gs1_128([*fixed, *lot], "lot" if lot else "expires_on", SymbolUse.INTERNAL)
    try:
        drawing.symbol_width(whole, width, "barcode")
    except RefusedContentError:
        if not lot:
            raise
        return [gs1_128(part, "lot", SymbolUse.INTERNAL) for part in (fixed, lot)]
    return [whole]


def _unit(label: ItemLabel) -> str:
    unit = {"each": "Piece"}.get(label.unit, label.unit.capitalize())
    return f"{unit} of {label.pack_quantity}" if label.pack_quantity != 1 else unit


def _lot(label: ItemLabel) -> str:
    return f"Lot {label.lot}" if label.lot else ""


def _expiry(label: ItemLabel) -> str:
    return f"Expires {label.expires_on}" if label.expires_on else ""


def draw_badge(drawing: Drawing, badge: Badge) -> None:
    """Draw a person's badge."""
    box = drawing.box.inset(4)
    box = box.top_part(min(box.height, box.width * 0.62))
    taken = banner(drawing, box, badge.reprint)
    head = box.top_part(4.5).left_part(box.width - taken)
    drawing.write(Value("site", badge.site or "Warehouse"), head, Style(size=9, floor=6, clip=True))
    drawing.rule(box.below(5), 0.5)
    name = Style(size=22, floor=9, bold=True, lines=2)
    used = drawing.write(Value("name", badge.name), box.below(8).top_part(12.5), name)
    drawing.write(Value("role", badge.role), box.below(8 + used).top_part(5.2), Style(size=12, floor=7, clip=True))
    symbol = code_128(badge.barcode, "barcode")
    drawing.symbol("barcode", symbol, box.below(28), SymbolStyle(text_size=8, align="left"))
