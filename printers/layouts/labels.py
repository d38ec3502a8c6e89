"""Layouts of the small labels: a big code to read from afar, a barcode to scan from near."""

from dataclasses import dataclass, replace

from printers.barcodes import Symbol, code_128, gtin, itf_14
from printers.documents import Badge, BatchLabel, BinLabel, CartLabel, ItemLabel, StationLabel, ToteLabel
from printers.layouts.common import banner, capitalised, counted_lines, counted_orders
from printers.placing import Part, Wanted, draw_code, draw_gs1, is_readable
from printers.scene import Box, Drawing, SymbolStyle, Value
from printers.sizes import SymbolUse
from printers.typeface import Style
from printers.words import Words, when


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
    say = drawing.words.say
    kicker = say("Bin · zone {zone}", zone=label.zone) if label.zone else say("Bin")
    _draw_code(drawing, _code_label(label, Value("zone", kicker), label.note))


def draw_tote(drawing: Drawing, label: ToteLabel) -> None:
    """Draw a tote's label."""
    _draw_code(drawing, _code_label(label, Value("kind", drawing.words.say("Tote")), label.note))


def draw_cart(drawing: Drawing, label: CartLabel) -> None:
    """Draw a cart's label."""
    slots = drawing.words.count(label.slots, "{number} tote slot", "{number} tote slots")
    _draw_code(drawing, _code_label(label, Value("kind", drawing.words.say("Cart")), slots))


def draw_batch(drawing: Drawing, label: BatchLabel) -> None:
    """Draw the label that goes with a batch."""
    words = drawing.words
    parts = [
        counted_orders(words, label.orders) if label.orders else "",
        counted_lines(words, label.lines) if label.lines else "",
        words.say("cutoff {time}||label", time=label.cutoff) if label.cutoff else "",
    ]
    note = Value("cutoff", " · ".join(filter(None, parts)))
    code = Value("number", label.number)
    kicker = Value("kind", words.say("Pick batch"))
    _draw_code(drawing, CodeLabel(kicker=kicker, code=code, barcode=label.barcode, reprint=label.reprint, note=note))


def draw_station(drawing: Drawing, label: StationLabel) -> None:
    """Draw a work place's label."""
    note = Value("name", label.name if label.name != label.code else "")
    _draw_code(drawing, _code_label(label, Value("kind", drawing.words.say("Station")), note.text))


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
    draw_code(drawing, Value("barcode", label.barcode), under, bars_style(under))


def label_box(drawing: Drawing) -> Box:
    """Give the part of a label to draw in; on a tall label the upper square."""
    margin = 1.5 if drawing.height < 40 else 3  # noqa: PLR2004 - small labels have no room to give away
    box = drawing.box.inset(margin)
    return box.top_part(min(box.height, box.width))


def write_large(drawing: Drawing, value: Value, box: Box) -> None:
    """Set a code as large as the box allows, in the middle of its height."""
    largest = min(110, box.height / 0.3528)
    used = drawing.probe().write(value, box, Style(size=largest, floor=10, bold=True, align="center"))
    capital = used / 1.2 * 0.73
    down = Box(box.x, box.y + (box.height - capital) / 2 - used / 1.2 * 0.03, box.width, box.height)
    drawing.write(value, down, Style(size=used / 1.2 / 0.3528 * 0.999, bold=True, align="center"))


def bars_style(box: Box) -> SymbolStyle:
    """Give the text under a symbol the size that its box allows: low bars matter more than text."""
    return SymbolStyle(text_size=7 if box.height < 20 else 10)  # noqa: PLR2004 - mm of a shelf label


def draw_item(drawing: Drawing, label: ItemLabel) -> None:
    """Draw an item's label: SKU, name, unit, lot and expiry in words, above the barcode."""
    box = label_box(drawing)
    taken = banner(drawing, box, label.reprint)
    texts = _item_texts(box, label)
    head = Box(box.x, box.y, box.width - taken, texts[0])
    facts = " · ".join(filter(None, _facts(drawing.words, label)))
    small = texts[1] < 5  # noqa: PLR2004 - one line of small type
    if small and not _is_tracked(label):
        _write_beside(drawing, head, Value("sku", label.sku), Value("pack_quantity", facts))
        texts = (*texts[:2], 0)
    else:
        drawing.write(Value("sku", label.sku), head, Style(size=12 if small else 20, floor=7, bold=True))
    name = Style(size=7 if small else 11, floor=6, lines=2, clip=True)
    drawing.write(Value("name", label.name), box.below(texts[0]).top_part(texts[1]), name)
    if texts[2]:
        line = box.below(texts[0] + texts[1]).top_part(texts[2])
        style = Style(size=7 if small else 11, floor=5.5, bold=True, clip=True)
        drawing.write(Value("lot", facts), line, style)
    _draw_item_symbols(drawing, label, box.below(sum(texts) + 0.3))


def _item_texts(box: Box, label: ItemLabel) -> tuple[float, float, float]:
    """Divide the upper part of an item label: heights of SKU, name and facts in mm."""
    roomy = 80 if _is_tracked(label) else 40  # mm; lot and expiry may need a second barcode
    return (8, 10, 5) if box.height >= roomy else (4.2, 2.8, 2.9)


def _write_beside(drawing: Drawing, box: Box, left: Value, right: Value) -> None:
    drawing.write(left, box.left_part(box.width * 0.62), Style(size=12, floor=6, bold=True))
    drawing.write(right, box.right_of(box.width * 0.64).below(1), Style(size=7, floor=5, align="right", clip=True))


def _is_tracked(label: ItemLabel) -> bool:
    return bool(label.lot or label.expires_on)


def _draw_item_symbols(drawing: Drawing, label: ItemLabel, box: Box) -> None:
    style = bars_style(box)
    if label.code_kind == "internal":
        draw_code(drawing, Value("barcode", label.barcode), box, style)
    elif _is_tracked(label):
        gtin(label.barcode, "barcode")
        wanted = Wanted(use=SymbolUse.INTERNAL, style=replace(style, text_size=min(style.text_size, 8)))
        draw_gs1(drawing, _item_parts(label), box, wanted)
    else:
        drawing.symbol("barcode", _gtin_symbol(drawing, label.barcode, box, style), box, style)


def _gtin_symbol(drawing: Drawing, code: str, box: Box, style: SymbolStyle) -> Symbol:
    """Choose ITF-14 for a case where its label has the room that a warehouse's scanners expect."""
    symbol = gtin(code, "barcode")
    if symbol.use is SymbolUse.RETAIL:
        return symbol
    case = itf_14(code, "barcode")
    return case if is_readable(drawing, case, box, style) else symbol


def _item_parts(label: ItemLabel) -> list[Part]:
    parts = [Part("01", label.barcode.zfill(14), "barcode")]
    if label.expires_on:
        parts.append(Part("17", label.expires_on.replace("-", "")[2:], "expires_on"))
    if label.lot:
        parts.append(Part("10", label.lot, "lot"))
    return parts


def _facts(words: Words, label: ItemLabel) -> tuple[str, str, str]:
    unit = words.say("Piece") if label.unit == "each" else capitalised(words.say(label.unit))
    if label.pack_quantity != 1:
        unit = words.say("{unit} of {pieces}", unit=unit, pieces=label.pack_quantity)
    lot = words.say("Lot {lot}", lot=label.lot) if label.lot else ""
    return unit, lot, words.say("Expires {date}", date=when(words, label.expires_on)) if label.expires_on else ""


def draw_badge(drawing: Drawing, badge: Badge) -> None:
    """Draw a person's badge."""
    box = drawing.box.inset(4)
    box = box.top_part(min(box.height, box.width * 0.62))
    taken = banner(drawing, box, badge.reprint)
    head = box.top_part(4.5).left_part(box.width - taken)
    drawing.write(Value("site", badge.site or drawing.words.say("Warehouse")), head, Style(size=9, floor=6, clip=True))
    drawing.rule(box.below(5), 0.5)
    name = Style(size=22, floor=9, bold=True, lines=2)
    used = drawing.write(Value("name", badge.name), box.below(8).top_part(12.5), name)
    role = Value("role", capitalised(badge.role))
    drawing.write(role, box.below(8 + used).top_part(5.2), Style(size=12, floor=7, clip=True))
    symbol = code_128(badge.barcode, "barcode")
    drawing.symbol("barcode", symbol, box.below(28), SymbolStyle(text_size=8, align="left"))
