"""Layout of the commercial invoice, one run of pages for each copy to sign."""

from collections.abc import Iterator, Sequence

from printers.documents import CommercialInvoice
from printers.layouts.common import Fact, write_facts
from printers.layouts.customs import draw_party, kilograms, money
from printers.layouts.paper import SMALL, Column, Section, Sheet, draw_cells, draw_titles, sheet_pages
from printers.media import Media
from printers.scene import Box, Drawing, Grid, Page, Value
from printers.typeface import Style
from printers.words import Words, when

_ROW = 9.0
_NUMBER = Style(size=9, floor=6.5, align="right")
_COLUMNS = (
    Column(title="SKU", share=24, style=Style(size=9, floor=6)),
    Column(title="Goods", share=58, style=Style(size=9, floor=6.5, lines=3)),
    Column(title="HS code", share=24, style=Style(size=9, floor=6.5)),
    Column(title="Origin", share=13, style=Style(size=9, floor=6.5)),
    Column(title="Quantity", share=16, style=Style(size=9.5, floor=6.5, bold=True, align="right")),
    Column(title="Net kg", share=17, style=_NUMBER),
    Column(title="Price", share=19, style=_NUMBER),
    Column(title="Amount", share=23, style=_NUMBER),
)


def invoice_pages(document: CommercialInvoice, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw every copy, each with its number and its own count of pages."""
    for copy in range(1, document.copies + 1):
        yield from _copy_pages(document, f"Copy {copy} of {document.copies}", medium, grid, words)


def _copy_pages(document: CommercialInvoice, copy: str, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    sheet = Sheet(
        head=Section(98, lambda drawing, box: _draw_head(drawing, box, document, copy)),
        next_head=Section(17, lambda drawing, box: _draw_next_head(drawing, box, document)),
        rows=[_row(document, number) for number in range(len(document.lines))],
        foot=f"Commercial invoice {document.number} · order {document.order_number} · {copy}",
        reprint=document.reprint,
        tail=Section(72, lambda drawing, box: _draw_tail(drawing, box, document)),
    )
    return sheet_pages(sheet, medium, grid, words)


def _draw_head(drawing: Drawing, box: Box, document: CommercialInvoice, copy: str) -> None:
    drawing.write(Value("kind", "Commercial invoice"), box.top_part(10), Style(size=22, bold=True))
    drawing.write(Value("copies", copy), box.below(2).top_part(6), Style(size=11, align="right"))
    half = box.width / 2
    draw_party(drawing, Box(box.x, box.y + 14, half - 2, 44), Value("seller", "Seller and exporter"), document.seller)
    buyer = Box(box.x + half + 2, box.y + 14, half - 2, 44)
    draw_party(drawing, buyer, Value("buyer", "Buyer and consignee"), document.buyer)
    rows: Sequence[Sequence[Fact]] = (
        (
            Fact("Invoice", Value("number", document.number), 1.2),
            Fact("Date", Value("date", when(drawing.words, document.date))),
            Fact("Order", Value("order_number", document.order_number)),
            Fact("Terms (Incoterms 2020)", _terms(document), 1.6),
        ),
        (
            Fact("Carrier", Value("carrier", document.carrier), 1.2),
            Fact("Reason for export", Value("reason", document.reason)),
            Fact("Parcels", Value("parcels", str(document.parcels))),
            Fact("Parcel number", Value("tracking", document.tracking), 1.6),
        ),
    )
    for number, facts in enumerate(rows):
        place = box.below(62 + 12.5 * number).top_part(11)
        write_facts(drawing, place, facts, Style(size=10.5, floor=6, bold=True))
    draw_titles(drawing, box.below(87).top_part(9.5), _COLUMNS)


def _terms(document: CommercialInvoice) -> Value:
    return Value("incoterm_place", f"{document.incoterm} {document.incoterm_place}")


def _draw_next_head(drawing: Drawing, box: Box, document: CommercialInvoice) -> None:
    title = f"Commercial invoice {document.number}"
    drawing.write(Value("number", title), box.top_part(6), Style(size=11, floor=7, bold=True))
    draw_titles(drawing, box.below(7).top_part(9.5), _COLUMNS)


def _row(document: CommercialInvoice, number: int) -> Section:
    return Section(_ROW, lambda drawing, box: _draw_row(drawing, box, document, number))


def _draw_row(drawing: Drawing, box: Box, document: CommercialInvoice, number: int) -> None:
    line, field = document.lines[number], f"lines[{number}]"
    if number:
        drawing.rule(box, 0.1)
    values = (
        Value(f"{field}.sku", line.sku),
        Value(f"{field}.description", line.description),
        Value(f"{field}.hs_code", line.hs_code),
        Value(f"{field}.origin", line.origin),
        Value(f"{field}.quantity", str(line.quantity)),
        Value(f"{field}.unit_weight_g", kilograms(line.weight_g)),
        Value(f"{field}.unit_cents", money(line.unit_cents)),
        Value(f"{field}.unit_cents", money(line.cents)),
    )
    draw_cells(drawing, box, _COLUMNS, values)


def _draw_tail(drawing: Drawing, box: Box, document: CommercialInvoice) -> None:
    drawing.rule(box, 0.4)
    net, goods = sum(line.weight_g for line in document.lines), sum(line.cents for line in document.lines)
    weights = f"Net {kilograms(net)} kg, gross {kilograms(document.gross_weight_g)} kg"
    pieces = counted(sum(line.quantity for line in document.lines), "piece", "pieces")
    left = box.left_part(box.width * 0.5)
    drawing.write(
        Value("lines", f"{pieces} in {counted(document.parcels, 'parcel', 'parcels')}"), left.below(2.5), SUMS
    )
    drawing.write(Value("gross_weight_g", weights), left.below(8), SUMS)
    sums = [("Goods", goods), ("Freight", document.freight_cents), ("Insurance", document.insurance_cents)]
    total = sum(cents for _, cents in sums)
    shown = [sums[0], *((title, cents) for title, cents in sums[1:] if cents)]
    for number, (title, cents) in enumerate([*shown, (f"Total {document.currency}", total)]):
        _draw_sum(drawing, box.below(2.5 + 6 * number).right_of(box.width * 0.55), (title, cents), len(shown) == number)
    _draw_signature(drawing, box.below(34), document)


SUMS = Style(size=10, floor=7)


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{count} {one if count == 1 else many}"


def _draw_sum(drawing: Drawing, box: Box, row: tuple[str, int], is_total: bool) -> None:  # noqa: FBT001 - one of the rows
    size = 13 if is_total else 10
    if is_total:
        drawing.rule(box, 0.35)
        box = box.below(1.6)
    drawing.write(Value("lines", row[0]), box.top_part(6), Style(size=size, bold=is_total))
    drawing.write(Value("lines", money(row[1])), box.top_part(6), Style(size=size, bold=is_total, align="right"))


def _draw_signature(drawing: Drawing, box: Box, document: CommercialInvoice) -> None:
    words = "I declare that the goods, their origin and their values are stated here truly and in full."
    drawing.write(Value("signed_by", words), box.top_part(5), Style(size=9, floor=7))
    line = box.below(20).left_part(box.width * 0.55)
    date = when(drawing.words, document.date)
    name = f"{date}, {document.signed_by}" if document.signed_by else date
    drawing.write(Value("signed_by", name), line.below(-5), Style(size=10, floor=7, clip=True))
    drawing.rule(line, 0.25)
    drawing.write(Value("signed_by", "Date, name and signature"), line.below(0.8), SMALL)
