"""Labels of every kind from printers of every kind read back, clean and spoiled; bars are exact in every rasteriser."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from printers import Profile, load_profile, media_named, render
from printers.barcodes import code_128, gs1_128, gtin
from printers.documents import BinLabel, Document, ItemLabel
from printers.matrix import gs1_datamatrix
from printers.sizes import SymbolUse
from tests.printers.proof import KINDS, OUTPUTS, Tally, dots_of, judge
from tests.printers.reading import has_exact_bars, scan
from tests.printers.samples import LABELS, SSCC, TRACKED
from tests.tools.judges.rasters import by_ghostscript, by_pdfium, by_poppler, by_print_queue, by_zpl_renderer

CUPS = load_profile("cups_zebra_203")
HEAD = replace(CUPS, raster_dpi=203.2)
ZEBRA_300 = replace(CUPS, dpi=300, raster_dpi=300.0, max_width_dots=1280, min_dots=load_profile("zebra_300").min_dots)
LASER = load_profile("a4_laser_600")
LONG = BinLabel(code="X", barcode="L:ZONE-LONG-0001")
EAN = ItemLabel(sku="85123A", name="White hanging heart", barcode="4006381333931", code_kind="gtin")
SYMBOLS: tuple[tuple[Document, str, str], ...] = (
    (LONG, "100x50", code_128(LONG.barcode, "barcode").modules),
    (EAN, "57x32", gtin(EAN.barcode, "barcode").modules),
    (LABELS["shipping"], "4x6in", gs1_128([("00", SSCC)], "sscc").modules),
)
ITEM = gs1_datamatrix([("01", "04006381333931"), ("17", "270228"), ("10", "L2607A")], "lot", SymbolUse.INTERNAL)
LARGE = {"itf_14", "shipping", "logistic"}
"""Kinds whose pictures of 600 dpi take long; the long proof has them."""
Raster = Callable[[bytes, float], Image.Image]


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_kind_of_label_reads_back_clean_and_spoiled(output: str) -> None:
    dice, tally = random.Random(f"suite {output}"), Tally()  # noqa: S311 - labels to try, not secrets
    cases = [case for case in (make(dice) for make in KINDS) if "600" not in output or case.kind not in LARGE]
    for case in cases:
        judge(case, output, dice, tally, ways=1)
    assert (tally.clean_read, tally.spoiled_read, tally.wrong) == (len(cases), len(cases), []), tally.missed


@pytest.mark.parametrize("rasteriser", [by_pdfium, by_poppler, by_ghostscript])
@pytest.mark.parametrize("profile", [CUPS, HEAD, ZEBRA_300], ids=["203.0", "203.2", "300"])
def test_bars_are_exact_through_every_rasteriser(profile: Profile, rasteriser: Raster) -> None:
    for document, medium, modules in SYMBOLS:
        dots = rasteriser(render(document, profile, media_named(medium)).bytes, profile.raster_dpi)
        assert has_exact_bars(dots, modules), document.kind


@pytest.mark.parametrize("rasteriser", [by_pdfium, by_poppler, by_ghostscript])
@pytest.mark.parametrize("profile", [CUPS, HEAD, ZEBRA_300], ids=["203.0", "203.2", "300"])
def test_cells_are_exact_through_every_rasteriser(profile: Profile, rasteriser: Raster) -> None:
    dots = rasteriser(render(TRACKED, profile, media_named("57x32")).bytes, profile.raster_dpi)
    assert _has_exact_cells(dots, ITEM.rows)


@pytest.mark.parametrize("rasteriser", [by_pdfium, by_poppler, by_ghostscript])
def test_bars_on_office_paper_are_exact(rasteriser: Raster) -> None:
    dots = rasteriser(render(LONG, LASER).bytes, 600).crop((0, 0, 2600, 1500))
    assert has_exact_bars(dots, SYMBOLS[0][2], 24)


def test_a_print_queue_with_its_driver_makes_exact_bars() -> None:
    dots = by_print_queue(render(LABELS["shipping"], CUPS).bytes, "w288h432")
    assert has_exact_bars(dots, SYMBOLS[2][2])
    assert [read.content for read in scan(dots)] == [b"42061-881", b"00" + SSCC.encode()]


def test_bars_for_the_head_are_not_exact_in_a_queue() -> None:
    """What the two grids are for: at the wrong one some bar is a dot too wide."""
    dots = by_print_queue(render(LABELS["shipping"], HEAD).bytes, "w288h432")
    assert not has_exact_bars(dots, SYMBOLS[2][2])


def test_somebody_elses_renderer_reads_our_zpl_as_we_meant_it() -> None:
    """Left out is what zpl-renderer-js 3.4.0 draws wrongly or not at all: changes of subset inside ^BC, ^BU, ^B8."""
    dice = random.Random("zpl")  # noqa: S311 - labels to try, not secrets
    judged = []
    for case in (make(dice) for make in KINDS):
        medium = media_named(case.medium)
        zpl = render(case.document, OUTPUTS["zpl_203"], medium).bytes
        if not any(command in zpl for command in (b">5", b">6", b"^BU", b"^B8")):
            judged.append((case, (zpl, medium.width_mm, medium.height_mm)))
    assert len(judged) >= 8
    pictures = by_zpl_renderer([label for _, label in judged], 8)
    for (case, _), picture in zip(judged, pictures, strict=True):
        assert {(read.content, read.identifier) for read in scan(picture)} == set(case.said), case.kind


def test_pdf_png_and_zpl_show_the_same_bars_and_cells() -> None:
    dice = random.Random("same")  # noqa: S311 - labels to try, not secrets
    for make in KINDS:
        case = make(dice)
        dots = [dots_of(case, OUTPUTS[f"{language}_203"]).convert("L") for language in ("pdf", "png", "zpl")]
        low = [picture.crop((0, picture.height // 2, picture.width, picture.height)) for picture in dots]
        assert [scan(picture) for picture in low[1:]] == [scan(low[0])] * 2, case.kind
        assert low[1].size == low[0].size == low[2].size


def _has_exact_cells(picture: Image.Image, rows: tuple[str, ...]) -> bool:
    """Say whether the symbol stands somewhere with each cell the same whole number of dots wide and high."""
    grey = picture.convert("L")
    for dots in range(2, 16):
        lines = ["".join(cell * dots for cell in row) for row in rows for _ in range(dots)]
        if _stands_in(grey, lines):
            return True
    return False


def _stands_in(grey: Image.Image, lines: list[str]) -> bool:
    page = [
        "".join("1" if dot < 128 else "0" for dot in grey.crop((0, y, grey.width, y + 1)).tobytes())
        for y in range(grey.height)
    ]
    for top in range(grey.height - len(lines)):
        left = page[top].find(lines[0])
        while left >= 0:
            if all(page[top + y].startswith(line, left) for y, line in enumerate(lines)):
                return True
            left = page[top].find(lines[0], left + 1)
    return False
