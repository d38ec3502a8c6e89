"""The GS1 logistic label and the limited-quantity mark: by the book, on every size they may have."""

from dataclasses import replace

import pytest
from PIL import Image

from printers import load_profile, media_named, render, render_many
from printers.documents import Document, LimitedQuantityMark
from printers.errors import RefusedContentError
from tests.printers.reading import raster, scan, texts
from tests.printers.samples import LOGISTIC, SSCC
from tests.printers.zpl_reader import read_zpl

CUPS, ZEBRA = load_profile("cups_zebra_203"), load_profile("zebra_203")


@pytest.mark.parametrize("medium", ["4x6in", "100x150"])
def test_bars_stand_under_the_words_and_the_sscc_lowest(medium: str) -> None:
    dots = raster(render(LOGISTIC, CUPS, media_named(medium)).bytes, 203)[0]
    reads = scan(dots)
    assert [(read.content, read.identifier) for read in reads] == [
        (b"02040063813339313748", "]C1"),
        (b"10L2607A", "]C1"),
        (b"00" + SSCC.encode(), "]C1"),
    ]


@pytest.mark.parametrize("medium", ["4x6in", "100x150", "A6"])
def test_more_than_two_lines_of_bars_become_one_datamatrix(medium: str) -> None:
    label = replace(LOGISTIC, expires_on="2027-02-28", net_weight_g=12500, postcode="SW1A 1AA")
    reads = scan(raster(render(label, CUPS, media_named(medium)).bytes, 203)[0])
    assert [(read.content, read.identifier) for read in reads] == [
        (b"02040063813339311727022831030125003748\x1d10L2607A\x1d420SW1A1AA", "]d2"),
        (b"00" + SSCC.encode(), "]C1"),
    ]


def test_long_addresses_take_the_room_of_the_bars_and_leave_cells() -> None:
    wrapped = ("Grand Duchy of Somewhere, Department of Long Names and Longer Streets",) * 3
    for label in (replace(LOGISTIC, to_lines=wrapped), replace(LOGISTIC, from_lines=("One line",) * 7)):
        reads = scan(raster(render(label, CUPS).bytes, 203)[0])
        assert [read.identifier for read in reads] == ["]d2", "]C1"]


def test_the_same_data_stand_in_words() -> None:
    label = replace(LOGISTIC, best_before="2027-02-28", net_weight_g=12500, purchase_order="PO-77")
    page = texts(render(label, CUPS).bytes)[0]
    for words in ("04006381333931", "48", "L2607A", "2027-02-28", "12.500 kg", "PO-77", "1 of 2", "(15) 270228", SSCC):
        assert words in page


def test_a_label_of_nothing_but_its_number_is_fine() -> None:
    bare = replace(LOGISTIC, content_gtin="", count=0, lot="", description="")
    assert [read.content for read in scan(read_zpl(render(bare, ZEBRA).bytes)[0].picture)] == [b"00" + SSCC.encode()]


@pytest.mark.parametrize(("grams", "data"), [(999_999, b"3103999999"), (1_000_000, b"3102100000"), (12, b"3103000012")])
def test_a_weight_keeps_every_gram(grams: int, data: bytes) -> None:
    label = replace(LOGISTIC, content_gtin="", count=0, lot="", net_weight_g=grams)
    assert scan(raster(render(label, CUPS).bytes, 203)[0])[0].content == data


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sscc": "340123450000000186"}, "sscc"),
        ({"content_gtin": "04006381333932"}, "content_gtin"),
        ({"content_gtin": "", "count": 0, "gtin": "123"}, "gtin"),
        ({"gtin": "04006381333931"}, "gtin"),
        ({"lot": "L 1"}, "lot"),
        ({"lot": "Ł1"}, "lot"),
        ({"best_before": "2027-13-01"}, "best_before"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"purchase_order": "x" * 31}, "purchase_order"),
        ({"postcode": "Łódź"}, "postcode"),
        ({"net_weight_g": 1_000_001}, "net_weight_g"),
        ({"to_lines": ()}, "to_lines"),
        ({"from_lines": ("",)}, "from_lines"),
        ({"to_lines": ("a very long street " * 90,)}, "to_lines"),
        ({"description": "ဆ"}, "description"),
    ],
)
def test_what_partners_could_not_read_is_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        render(replace(LOGISTIC, **change), CUPS)  # type: ignore[arg-type] - field values of several types
    assert refusal.value.field == field


@pytest.mark.parametrize("change", [{"count": 0}, {"content_gtin": ""}, {"count": -1}, {"net_weight_g": -1}])
def test_content_and_count_go_together(change: dict[str, object]) -> None:
    with pytest.raises(RefusedContentError):
        replace(LOGISTIC, **change)  # type: ignore[arg-type] - field values of several types


def _black(picture: Image.Image) -> float:
    histogram = picture.convert("L").histogram()
    return sum(histogram[:128]) / sum(histogram)


def _mark(document: Document, medium: str) -> list[Image.Image]:
    pdf = raster(render(document, CUPS, media_named(medium)).bytes, 203)[0]
    zpl = read_zpl(render(document, ZEBRA, media_named(medium)).bytes)[0].picture
    return [pdf, zpl.crop((0, 0, pdf.width, pdf.height))]


def test_the_limited_quantity_mark_is_black_above_and_below_and_white_between() -> None:
    for picture in _mark(LimitedQuantityMark(), "4x6in"):
        left, top, right, bottom = picture.convert("L").point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
        middle = (top + bottom) // 2
        assert (right - left) / 203 * 25.4 == pytest.approx(97.5, abs=1)
        assert (right - left) == pytest.approx(bottom - top, abs=3)
        assert _black(picture.crop((left + 40, middle - 20, right - 40, middle + 20))) == 0
        assert _black(picture.crop((picture.width // 2 - 20, top + 40, picture.width // 2 + 20, top + 200))) == 1
        stroke = picture.convert("L").crop((left, middle, left + 40, middle + 1))
        assert sum(dot == 0 for dot in stroke.tobytes()) / 203 * 25.4 >= 1.4


def test_the_mark_for_air_shows_its_letter() -> None:
    assert "Y" in texts(render(LimitedQuantityMark(air=True), CUPS).bytes)[0]


def test_the_mark_is_never_smaller_than_the_law_allows() -> None:
    with pytest.raises(RefusedContentError, match="sides of 32 mm, 50 mm are needed"):
        render(LimitedQuantityMark(), CUPS, media_named("100x50"))


def test_on_paper_the_mark_has_its_full_size() -> None:
    laser = load_profile("a4_laser_600")
    page = raster(render_many([LimitedQuantityMark()], laser).bytes, 203)[0].crop((300, 300, 1400, 2000))
    left, _, right, _ = page.convert("L").point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert (right - left) / 203 * 25.4 == pytest.approx(137, abs=1.5)
