"""Sheets of paper: nothing missing, nothing unasked for, pages counted."""

import re
import time
import tracemalloc
from dataclasses import replace

import pytest

from printers import load_profile, media_named, render
from printers.documents import Document, PackingSlip
from printers.errors import RefusedContentError
from tests.printers.reading import raster, scan, texts
from tests.printers.samples import (
    COMMANDS,
    GIFT_NOTE,
    SHEETS,
    a_manifest,
    a_packing_slip,
    a_pick_list,
)

LASER = load_profile("a4_laser_600")


def printed(document: Document) -> list[str]:
    return texts(render(document, LASER).bytes)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("pick_list", [b"B:B-1042"]),
        ("packing_slip", [b"O:536365"]),
        ("manifest", [b"M-0217"]),
        ("commands", sorted(command.barcode.encode() for command in COMMANDS.commands)),
    ],
)
@pytest.mark.parametrize("dpi", [203.2, 300, 600])
def test_a_sheets_barcodes_read_back(name: str, codes: list[bytes], dpi: float) -> None:
    page = raster(render(SHEETS[name], LASER).bytes, dpi)[0]
    assert sorted(read.content for read in scan(page)) == codes


def test_a_list_of_1112_lines_is_spread_over_numbered_pages_with_every_line_once() -> None:
    document = a_pick_list(stops=556, lines_per_stop=2)
    pages = printed(document)
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )
    assert len(pages) > 30
    printed_skus = re.findall(r"\b(2\d{4}A?)\b", "\n".join(pages))
    assert [sku for sku in printed_skus if sku] == [line.sku for stop in document.stops for line in stop.lines]


def test_a_list_of_1112_lines_is_made_page_by_page() -> None:
    document = a_pick_list(stops=556, lines_per_stop=2)
    started = time.process_time()
    render(document, LASER)
    assert time.process_time() - started < 5
    tracemalloc.start()
    try:
        render(document, LASER)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000


def test_a_pick_list_says_how_much_from_where_into_what() -> None:
    page = printed(a_pick_list(stops=1, lines_per_stop=1))[0]
    for words in ("B-1042", "A-01-01-1", "20000", "L2600A", "1 · T0400", "536365", "Ana Kowalczyk", "16:30"):
        assert words in page


def test_a_slip_lists_what_is_here_and_what_is_still_to_come() -> None:
    page = printed(a_packing_slip(2))[0]
    assert "3 in this carton, 3 still to come" in page
    assert "Still to come" in page
    complete = replace(a_packing_slip(1), cartons=1)
    assert "Still to come" not in printed(complete)[0]


def test_prices_stand_on_a_slip_only_when_asked_for() -> None:
    assert "£" not in "".join(printed(a_packing_slip(60, total="£123.45")))
    priced = "".join(printed(a_packing_slip(60, total="£123.45", show_prices=True)))
    assert "Total £123.45" in priced
    assert "£2.55" in priced


def test_a_gift_note_stands_on_the_slip_line_by_line() -> None:
    page = printed(a_packing_slip(1, gift_note="Happy birthday!\nFrom Ben"))[0]
    assert re.search(r"Happy birthday!\s+From Ben", page)


def test_the_original_address_lines_are_kept_in_order() -> None:
    page = printed(a_packing_slip(1))[0]
    assert re.search(r"Zoë Łukasiewicz-Müller\s+Kwiatowa 12/4\s+61-881 Poznań\s+Poland", page)


def test_a_manifest_lists_every_carton_and_leaves_room_to_sign() -> None:
    document = a_manifest(90)
    pages = printed(document)
    assert re.findall(r"\b3401234\d{11}\b", "".join(pages)) == [carton.sscc for carton in document.cartons]
    assert "90 cartons" in pages[-1]
    assert pages[-1].count("Signature") == 2


@pytest.mark.parametrize("lines", [0, 4, 9])
def test_a_manifest_has_room_for_a_sender_of_many_lines(lines: int) -> None:
    document = replace(a_manifest(30), from_lines=tuple(f"Sender line {number}" for number in range(lines)))
    pages = printed(document)
    assert re.findall(r"Sender line \d", pages[0]) == list(document.from_lines)
    assert re.findall(r"\b3401234\d{11}\b", "".join(pages)) == [carton.sscc for carton in document.cartons]


def test_weights_not_known_are_not_added_up_silently() -> None:
    document = a_manifest(2)
    unweighed = replace(document, cartons=(document.cartons[0], replace(document.cartons[1], weight_g=None)))
    assert "2 cartons, 0.80 kg (not all weighed)" in printed(unweighed)[0]


def test_a_gift_note_has_its_page_alone() -> None:
    assert len(printed(GIFT_NOTE)) == 1
    assert re.search(r"Dear Zoë\s+Happy birthday, dear Zoë!\s+May the year", printed(GIFT_NOTE)[0])


@pytest.mark.parametrize("name", SHEETS)
def test_a_reprinted_sheet_is_marked_on_every_page(name: str) -> None:
    assert all("REPRINT 4" in page for page in printed(replace(SHEETS[name], reprint=4)))
    assert all("REPRINT" not in page.replace("C:REPRINT", "") for page in printed(SHEETS[name]))


@pytest.mark.parametrize("name", SHEETS)
def test_paper_is_refused_by_a_label_printer(name: str) -> None:
    with pytest.raises(RefusedContentError, match="prints labels only") as refusal:
        render(SHEETS[name], load_profile("zebra_203"))
    assert refusal.value.field == "kind"
    with pytest.raises(RefusedContentError, match="needs paper such as A4, not 4x6in") as refusal:
        render(SHEETS[name], load_profile("cups_zebra_203"))
    assert refusal.value.field == "media"


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_fit_american_paper_too(name: str) -> None:
    assert render(SHEETS[name], replace(LASER, media="Letter")).pages >= 1


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (replace(GIFT_NOTE, text="ဆ"), "text"),
        (replace(GIFT_NOTE, text="x " * 20000), "text"),
        (a_packing_slip(1, gift_note="line\n" * 50), "gift_note"),
        (a_packing_slip(1, to_lines=("x",) * 40), "to_lines"),
        (replace(COMMANDS, commands=(replace(COMMANDS.commands[0], barcode="C:" + "X" * 60),)), "commands[0].barcode"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(document: Document, field: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        render(document, LASER)
    assert refusal.value.field == field


def test_a_line_deep_in_a_list_is_named_when_refused() -> None:
    document = a_pick_list(3, 2)
    line = replace(document.stops[2].lines[1], name="ဆ")
    stop = replace(document.stops[2], lines=(document.stops[2].lines[0], line))
    with pytest.raises(RefusedContentError, match=r"U\+1006.*is not in the typeface") as refusal:
        render(replace(document, stops=(*document.stops[:2], stop)), LASER)
    assert refusal.value.field == "stops[2].lines[1].name"


def test_a_slip_without_lines_or_shop_still_prints() -> None:
    slip = a_packing_slip(0, shop_lines=(), footer="")
    assert isinstance(slip, PackingSlip)
    assert len(printed(slip)) == 1


def test_a_sheet_on_a_named_medium_has_its_size() -> None:
    assert render(COMMANDS, LASER, media_named("Letter")).pages == 1
