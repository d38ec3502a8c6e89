"""Paper in its language: every word said, sheets in Arabic from right to left, bars and labels where they were."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from printers import load_profile, media_named, render
from printers.documents import Document, ShippingLabel, document_to_json
from printers.layouts import label_of, sheet_of, words_of
from printers.reading_order import visual
from printers.scene import Bars, Grid, Page, Text
from tests.printers.reading import raster, scan, texts
from tests.printers.samples import LABELS, SHEETS, a_packing_slip
from warehouse.printing import speech

A4, LABEL = media_named("A4"), media_named("4x6in")
GRID = Grid(25.4 / 600, load_profile("a4_laser_600").min_dots)
CUSTOMS = {"cn22", "cn23", "commercial_invoice"}
EVERYTHING = {name: it for name, it in {**LABELS, **SHEETS}.items() if it.kind not in CUSTOMS}
CODES = {"SKU", "SSCC", "GTIN", "CONTENT", "COUNT", "BATCH/LOT", "USE BY", "BEST BEFORE", "ORDER", "POSTCODE"}
"""Names of codes, and the titles that the GS1 standard gives to data."""
ALIKE = {"de": {*CODES, "Service", "Name", "Barcode", "Picker"}, "ar": CODES}
"""What is the same in English."""


def page(document: Document, language: str, reprint: int = 0) -> Page:
    """Draw the first page of a document in a language."""
    document = replace(document, language=language, reprint=reprint)
    words = words_of(document, speech.words_of)
    if document.is_paper:
        return next(iter(sheet_of(document, A4, GRID, words)))
    return label_of(document, LABEL, GRID, words)


def written(found: Page) -> list[str]:
    return [shape.text for shape in found.shapes if isinstance(shape, Text)]


def given(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_no_word_of_ours_stays_english(name: str, language: str) -> None:
    document = EVERYTHING[name]
    own = given(document_to_json(document))
    left = set(written(page(document, language, 2))) & set(written(page(document, "en", 2))) - ALIKE[language]
    words = [text for text in left if re.search("[A-Za-z]{3}", text)]
    assert [text for text in words if not all(part.strip("…·") in own for part in text.split())] == []


@pytest.mark.parametrize("language", ["es", "pl"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_paper_finds_room_in_every_language(name: str, language: str) -> None:
    assert written(page(EVERYTHING[name], language, 2)) != written(page(EVERYTHING[name], "en", 2))


@pytest.mark.parametrize(
    ("name", "german", "arabic"),
    [
        ("pick_list", ["Pickliste", "Platz", "Nehmen", "Annahmeschluss", "Seite 1 von 3"], "قائمة الالتقاط"),
        ("packing_slip", ["Lieferschein", "Lieferanschrift", "Kommt noch", "1 von 2"], "في هذه الكرتونة"),
        ("manifest", ["Ladeliste", "Kartons", "0,80 kg", "Seite 1 von 2"], "بيان الشحن"),
        ("contents", ["Kartoninhalt", "Haltbar bis", "28.02.2027", "3 Zeilen, 25 Stück"], "محتوى الكرتونة"),
        ("gift_note", ["Auftrag 536365"], "الطلب \u2068536365\u2069"),
        ("shipping", ["An", "Gewicht", "4,23 kg"], "الشحن قبل"),
        ("return", ["RETOURE", "Grund"], "إرجاع"),
        ("cart", ["Wagen", "12 Behälterfächer"], "عربة"),
        ("test_page", ["genau 50 mm"], "50 mm بالضبط"),
    ],
)
def test_a_paper_is_in_german_and_in_arabic(name: str, german: list[str], arabic: str) -> None:
    document = EVERYTHING[name]
    assert [words for words in german if words not in written(page(document, "de"))] == []
    assert visual(arabic) in written(page(document, "ar"))


def test_dates_are_written_as_readers_do() -> None:
    slip = replace(SHEETS["packing_slip"], ordered_on="2026-11-19")
    shown = {language: written(page(slip, language)) for language in ("en", "de", "ar")}
    days = {"en": "19 Nov 2026", "de": "19.11.2026", "ar": "19/11/2026"}
    assert [language for language, day in days.items() if day not in shown[language]] == []
    label = replace(EVERYTHING["shipping"], ship_by="2026-11-21T16:00")
    assert "21 Nov 2026 16:00" in written(page(label, "en"))
    assert "21. Nov. 2026 16:00" in written(page(label, "de"))


def test_a_sheet_in_arabic_changes_sides_and_its_bars_are_read_as_before() -> None:
    sheet = SHEETS["pick_list"]
    ours, theirs = page(sheet, "en"), page(sheet, "ar")
    bins = [
        [(round(it.x, 3), it.align) for it in found.shapes if isinstance(it, Text) and it.text.startswith("A-01-")]
        for found in (ours, theirs)
    ]
    assert [(round(A4.width_mm - x, 3), "right") for x, _ in bins[0]] == bins[1]
    bars = [next(it for it in found.shapes if isinstance(it, Bars)) for found in (ours, theirs)]
    assert bars[0].symbol == bars[1].symbol
    assert bars[1].left + len(bars[1].symbol.modules) * bars[1].dots < round(A4.width_mm / GRID.dot_mm / 2)
    printed = render(replace(sheet, language="ar"), load_profile("a4_laser_600"), None, speech.words_of)
    assert [read.content for read in scan(raster(printed.bytes, 300)[0])] == [b"B:B-1042"]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_label_keeps_its_bars_and_its_places(language: str) -> None:
    label = EVERYTHING["shipping"]
    ours, theirs = page(label, "en"), page(label, language)
    assert [it for it in theirs.shapes if isinstance(it, Bars)] == [it for it in ours.shapes if isinstance(it, Bars)]
    address = [
        [it for it in found.shapes if isinstance(it, Text) and it.field == "to_lines"] for found in (ours, theirs)
    ]
    assert address[1][1:] == address[0][1:]


def test_a_label_filled_into_a_form_is_the_same_as_one_laid_out_in_its_language() -> None:
    label = LABELS["shipping"]
    assert isinstance(label, ShippingLabel)
    zebra = load_profile("zebra_203")
    german = [replace(label, language="de", weight_g=grams) for grams in (1230, 4560, 7890)]
    printed = [render(it, zebra, LABEL, speech.words_of).bytes.decode() for it in german]
    assert [f"{weight} kg" in zpl for weight, zpl in zip(("1,23", "4,56", "7,89"), printed, strict=True)] == [True] * 3
    assert render(label, zebra, LABEL, speech.words_of) == render(label, zebra, LABEL)


@pytest.mark.parametrize("name", [name for name, it in SHEETS.items() if it.kind in CUSTOMS])
def test_customs_papers_stay_english(name: str) -> None:
    laser = load_profile("a4_laser_600")
    abroad = render(replace(SHEETS[name], language="ar"), laser, None, speech.words_of)
    assert texts(abroad.bytes) == texts(render(SHEETS[name], laser).bytes)


@pytest.mark.parametrize(
    ("language", "price", "total"),
    [
        ("en", "EUR 1,234.50", "Total EUR 2,469.00"),
        ("de", "EUR 1.234,50", "Summe EUR 2.469,00"),
        ("pl", "EUR 1 234,50", "Razem EUR 2 469,00"),
    ],
)
def test_amounts_are_written_as_the_readers_of_the_slip_do(language: str, price: str, total: str) -> None:
    slip = a_packing_slip(1, show_prices=True, total="EUR 2469.00")
    line = replace(slip.lines[0], price="EUR 1234.50", amount="£2,469")
    found = [text.replace("\xa0", " ") for text in written(page(replace(slip, lines=(line,)), language))]
    assert price in found
    assert total in found
    assert "£2,469" in found
