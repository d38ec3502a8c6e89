"""Customs papers: sums that agree with their lines, numbers of the right form, every copy signed for."""

import re
from dataclasses import replace

import pytest

from printers import load_profile, media_named, render
from printers.documents import Cn22, Document, GoodsLine
from printers.errors import RefusedContentError
from tests.printers.reading import raster, scan, texts
from tests.printers.samples import BUYER, CN23, CONTENTS, GOODS, INVOICE, LABELS, SELLER, SSCC

LASER, CUPS = load_profile("a4_laser_600"), load_profile("cups_zebra_203")
CN22 = LABELS["cn22"]


def printed(document: Document) -> list[str]:
    return texts(render(document, LASER if document.is_paper else CUPS).bytes)


def test_an_invoice_adds_up() -> None:
    page = printed(INVOICE)[0]
    for words in ("15.30", "16.50", "14.95", "46.75", "12.50", "Total GBP", "59.25", "17 pieces in 2 parcels"):
        assert words in page
    assert "Net 3.240 kg, gross 3.420 kg" in page


def test_an_invoice_names_who_by_the_numbers_authorities_ask_for() -> None:
    page = printed(INVOICE)[0]
    for words in ("EORI GB123456789000", "VAT GB123456789", "IOSS IM2760000123", "DAP Poznań", "7013990000", "PT"):
        assert words in page


@pytest.mark.parametrize("copies", [1, 3, 5])
def test_each_copy_is_numbered_and_has_room_for_a_signature(copies: int) -> None:
    pages = printed(replace(INVOICE, copies=copies))
    assert [re.findall(r"Copy \d of \d", page)[0] for page in pages] == [
        f"Copy {number} of {copies}" for number in range(1, copies + 1)
    ]
    assert all("Date, name and signature" in page for page in pages)


def test_a_long_invoice_counts_the_pages_of_each_copy() -> None:
    lines = tuple(replace(GOODS[0], sku=f"SKU-{number:03d}") for number in range(60))
    pages = printed(replace(INVOICE, lines=lines, gross_weight_g=99_000, copies=2))
    assert [re.findall(r"Page \d of \d", page) for page in pages] == [
        [f"Page {number} of {len(pages) // 2}"] for _ in range(2) for number in range(1, len(pages) // 2 + 1)
    ]
    assert re.findall(r"SKU-\d{3}", "".join(pages[: len(pages) // 2])) == [line.sku for line in lines]


def test_a_cn23_says_what_from_whom_to_whom_and_can_be_scanned() -> None:
    page = printed(CN23)[0]
    for words in (
        "CN 23",
        "Zoë Łukasiewicz-Müller",
        "EORI GB123456789000",
        "7013990000",
        "GBP 46.75",
        "3.240",
        "GBP 12.50",
    ):
        assert words in page
    assert [read.content for read in scan(raster(render(CN23, LASER).bytes, 300)[0])] == [b"RR473124829PL"]


def test_a_cn22_crosses_one_category() -> None:
    page = printed(CN22)[0]
    assert re.findall(r"X (\w+)", page) == ["Sale"]
    for words in ("CN 22", "Total GBP 46.75", "Total weight 3.420 kg", "21 Nov 2026, Ben Okafor"):
        assert words in page


def test_a_cn22_with_too_many_lines_says_what_to_use() -> None:
    assert isinstance(CN22, Cn22)
    with pytest.raises(RefusedContentError, match=r"20 lines, a CN 22 of this size has room for \d+: use CN 23"):
        render(replace(CN22, lines=GOODS[:1] * 20, gross_weight_g=99_000), CUPS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hs_code": ""}, "lines[1].hs_code"),
        ({"hs_code": "7013.99"}, "lines[1].hs_code"),
        ({"origin": "China"}, "lines[1].origin"),
        ({"origin": ""}, "lines[1].origin"),
        ({"description": " "}, "lines[1].description"),
        ({"quantity": 0}, "lines[1].quantity"),
        ({"unit_cents": -1}, "lines[1].unit_cents"),
        ({"unit_weight_g": -1}, "lines[1].unit_weight_g"),
    ],
)
def test_a_line_customs_would_send_back_is_refused_by_field(change: dict[str, object], field: str) -> None:
    line: GoodsLine = replace(GOODS[1], **change)  # type: ignore[arg-type] - field values of several types
    for document in (CN22, CN23, INVOICE):
        with pytest.raises(RefusedContentError) as refusal:
            replace(document, lines=(GOODS[0], line))  # type: ignore[call-arg] - each has lines
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"currency": "€"}, "currency"),
        ({"gross_weight_g": 3239}, "gross_weight_g"),
        ({"copies": 0}, "copies"),
        ({"parcels": 0}, "copies"),
        ({"freight_cents": -1}, "freight_cents"),
        ({"incoterm_place": " "}, "incoterm_place"),
        ({"seller": replace(SELLER, eori="123")}, "seller.eori"),
        ({"seller": replace(SELLER, ioss="2760000123")}, "seller.ioss"),
        ({"buyer": replace(BUYER, vat_number="PL 123")}, "buyer.vat_number"),
        ({"buyer": replace(BUYER, lines=("",))}, "buyer.lines"),
    ],
)
def test_an_invoice_that_contradicts_itself_is_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        replace(INVOICE, **change)  # type: ignore[arg-type] - field values of several types
    assert refusal.value.field == field


def test_a_content_list_has_every_serial_and_the_cartons_number() -> None:
    page = printed(CONTENTS)[0]
    assert re.findall(r"SN\d{6}", page) == [f"SN{number:06d}" for number in range(7)]
    assert "3 lines, 25 pieces" in page
    reads = scan(raster(render(CONTENTS, LASER).bytes, 300)[0])
    assert [(read.content, read.identifier) for read in reads] == [(b"00" + SSCC.encode(), "]C1")]


def test_a_declaration_on_a_small_label_is_refused() -> None:
    with pytest.raises(RefusedContentError, match="too small, use 4x6in or A6"):
        render(CN22, CUPS, media_named("100x50"))
