"""Every label is printed, made into dots, and read back with a scanner's eye."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from printers import Profile, load_profile, media_named, render, render_many
from printers.barcodes import code_128, gtin
from printers.documents import BinLabel, Document, ItemLabel, ShippingLabel
from printers.errors import RefusedContentError
from printers.media import Media
from printers.profile import Language
from printers.sizes import Symbology, SymbolUse
from tests.printers.reading import has_exact_bars, raster, rows_of, scan, texts
from tests.printers.samples import LABELS, SSCC, TRACKED
from tests.printers.zpl_reader import read_zpl

SIZES = {"item_ean13": "57x32", "item_ean8": "57x32", "item_upca": "57x32", "item_internal": "57x32", "badge": "CR80"}
EXPECTED = {
    "bin": [b"L:A-03-12-2"],
    "tote": [b"T:T0417"],
    "cart": [b"K:CART-03"],
    "batch": [b"B:B-1042"],
    "item_ean13": [b"4006381333931"],
    "item_ean8": [b"96385074"],
    "item_upca": [b"036000291452"],
    "item_internal": [b"20725"],
    "badge": [b"U:7F3K9Q2M"],
    "station": [b"S:PACK-2"],
    "shipping": [b"42061-881", b"00" + SSCC.encode()],
    "logistic": [b"02040063813339313748", b"10L2607A", b"00" + SSCC.encode()],
    "logistic_2d": [b"0204006381333931152702283748\x1d10L2607A\x1d400PO-77\x1d42061-881", b"00" + SSCC.encode()],
}
ZEBRA_203, ZEBRA_300 = load_profile("zebra_203"), load_profile("zebra_300")
HEAD_203 = replace(load_profile("cups_zebra_203"), raster_dpi=203.2)
HEAD_300 = replace(ZEBRA_300, language=Language.PDF)
PROFILES = {"pdf_203": HEAD_203, "pdf_300": HEAD_300, "zpl_203": ZEBRA_203, "zpl_300": ZEBRA_300}
PROFILES["png_203"] = load_profile("png")
PROFILES["pdf_cups_203"] = load_profile("cups_zebra_203")


def printed(document: Document, profile: Profile, medium: Media) -> Image.Image:
    """Give the dots that come out of a printer of this profile."""
    rendered = render(document, profile, medium)
    assert rendered.pages == 1
    if profile.language is Language.PDF:
        return raster(rendered.bytes, profile.raster_dpi)[0]
    if profile.language is Language.ZPL:
        return read_zpl(rendered.bytes)[0].picture
    return _opened(rendered.bytes)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
@pytest.mark.parametrize("name", EXPECTED)
def test_a_labels_barcodes_read_back_exactly(name: str, profile: Profile) -> None:
    medium = media_named(SIZES.get(name, "4x6in"))
    dots = printed(LABELS[name], profile, medium)
    assert [read.content for read in scan(dots)] == _as_scanned(name)


def _as_scanned(name: str) -> list[bytes]:
    """Give what the reader says: it shows a UPC-A as the EAN-13 it is part of."""
    return [b"0036000291452"] if name == "item_upca" else EXPECTED[name]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_each_bar_is_a_whole_number_of_dots(profile: Profile) -> None:
    for document, symbol in (
        (LABELS["bin"], code_128("L:A-03-12-2", "barcode")),
        (LABELS["item_ean13"], gtin("4006381333931", "barcode")),
    ):
        dots = printed(document, profile, media_named("4x6in"))
        assert has_exact_bars(dots, symbol.modules)


def test_the_narrowest_bars_stay_exact_far_from_the_left_edge() -> None:
    label = BinLabel(code="X", barcode="L:ZONE-LONG-0001")
    modules = code_128(label.barcode, "barcode").modules
    for profile in (HEAD_203, HEAD_300, load_profile("cups_zebra_203")):
        assert has_exact_bars(printed(label, profile, media_named("4x6in")), modules)


@pytest.mark.parametrize("value", ["99", "9912345678", "L:99-99", "990", "T:990099"])
@pytest.mark.parametrize("profile", [HEAD_203, ZEBRA_203, PROFILES["png_203"]], ids=["pdf", "zpl", "png"])
def test_values_with_99_keep_it_on_paper(value: str, profile: Profile) -> None:
    dots = printed(BinLabel(code="A", barcode=value), profile, media_named("100x50"))
    assert [read.content for read in scan(dots)] == [value.encode()]


def test_a_tracked_item_carries_gtin_expiry_and_lot() -> None:
    dots = printed(TRACKED, HEAD_203, media_named("4x2in"))
    assert [(read.content, read.identifier) for read in scan(dots)] == [
        (b"010400638133393117270228", "]C1"),
        (b"10L2607A", "]C1"),
    ]


def test_a_short_lot_shares_one_barcode_with_the_gtin() -> None:
    dots = printed(replace(TRACKED, lot="7", expires_on=""), HEAD_203, media_named("4x2in"))
    assert [read.content for read in scan(dots)] == [b"0104006381333931107"]


def test_a_gtin_of_14_digits_is_printed_as_gs1_128() -> None:
    label = ItemLabel(
        sku="85123A", name="Case", barcode="14006381333938", code_kind="gtin", unit="case", pack_quantity=6
    )
    reads = scan(printed(label, HEAD_203, media_named("100x50")))
    assert [(read.content, read.identifier) for read in reads] == [(b"0114006381333938", "]C1")]


@pytest.mark.parametrize("profile", [ZEBRA_203, ZEBRA_300, HEAD_203, HEAD_300])
@pytest.mark.parametrize("medium", ["4x6in", "100x150", "A6"])
def test_the_sscc_stands_lowest_and_has_logistic_size(profile: Profile, medium: str) -> None:
    dots = printed(LABELS["shipping"], profile, media_named(medium))
    reads = scan(dots)
    assert [read.content for read in reads] == EXPECTED["shipping"]
    assert [read.identifier for read in reads] == ["]C1", "]C1"]
    assert profile.min_dots[SymbolUse.LOGISTIC] * profile.dot_mm >= 0.495


@pytest.mark.parametrize("extra", [{"postcode": ""}, {"postcode": "SW1A 1AA"}, {"reprint": 3}])
def test_a_shipping_label_prints_with_and_without_postcode_and_reprinted(extra: dict[str, object]) -> None:
    label = replace(LABELS["shipping"], **extra)  # type: ignore[arg-type] - field values of several types
    postcode = {"": [], "SW1A 1AA": [b"420SW1A1AA"]}.get(str(extra.get("postcode")), [b"42061-881"])
    reads = scan(printed(label, HEAD_203, media_named("4x6in")))
    assert [read.content for read in reads] == [*postcode, b"00" + SSCC.encode()]


@pytest.mark.parametrize("name", LABELS)
def test_a_reprint_is_marked_and_an_original_is_not(name: str) -> None:
    medium = media_named("4x6in")
    for count, words in ((0, []), (2, ["REPRINT 2"])):
        document = replace(LABELS[name], reprint=count)
        text = texts(render(document, HEAD_203, medium).bytes)[0]
        assert ["REPRINT 2"] * text.count("REPRINT 2") == words
        zpl = read_zpl(render(document, ZEBRA_203, medium).bytes)[0]
        assert [line for line in zpl.texts if "REPRINT" in line] == words


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (BinLabel(code="A", barcode="Łódź"), "barcode"),
        (BinLabel(code="A", barcode=""), "barcode"),
        (BinLabel(code="A", barcode="L:" + "X" * 300), "barcode"),
        (BinLabel(code="ဆ", barcode="L:A"), "code"),
        (BinLabel(code="A" * 90, barcode="L:A"), "code"),
        (ItemLabel(sku="1", name="x", barcode="4006381333932", code_kind="gtin"), "barcode"),
        (ItemLabel(sku="1", name="x", barcode="400638133393", code_kind="gtin"), "barcode"),
        (ItemLabel(sku="1", name="x", barcode="40063813339", code_kind="gtin"), "barcode"),
        (ItemLabel(sku="1", name="x", barcode="4006381333931 ", code_kind="gtin"), "barcode"),
        (ItemLabel(sku="1", name="ဆ", barcode="1", code_kind="internal"), "name"),
        (replace(TRACKED, lot="L 1"), "lot"),
        (replace(TRACKED, expires_on="soon", lot=""), "expires_on"),
        (replace(LABELS["shipping"], sscc="340123450000000186"), "sscc"),
        (replace(LABELS["shipping"], sscc="34012345000000018"), "sscc"),
        (replace(LABELS["shipping"], to_lines=()), "to_lines"),
        (replace(LABELS["shipping"], to_lines=("Zoë", "ဆိပ်")), "to_lines[1]"),
        (replace(LABELS["shipping"], to_lines=("street " * 400,)), "to_lines"),
        (replace(LABELS["shipping"], postcode="Łódź"), "postcode"),
    ],
)
@pytest.mark.parametrize("profile", [HEAD_203, ZEBRA_203], ids=["pdf", "zpl"])
def test_what_cannot_be_printed_is_refused_by_field(document: Document, field: str, profile: Profile) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        render(document, profile, media_named("4x6in"))
    assert refusal.value.field == field


def test_a_shipping_label_never_shrinks_onto_small_labels() -> None:
    with pytest.raises(RefusedContentError, match=r"100 x 50 mm is too small"):
        render(LABELS["shipping"], HEAD_203, media_named("100x50"))


def test_a_label_too_small_for_bars_carries_a_datamatrix() -> None:
    for profile in (HEAD_203, ZEBRA_203, PROFILES["png_203"], HEAD_300):
        reads = scan(printed(TRACKED, profile, media_named("57x32")))
        assert [(read.content, read.identifier) for read in reads] == [
            (b"01040063813339311727022810L2607A", "]d2"),
        ]


def test_a_code_too_long_for_bars_becomes_a_qr_code() -> None:
    label = BinLabel(code="A", barcode="L:" + "X" * 60)
    for profile in (HEAD_203, ZEBRA_203, PROFILES["png_203"], HEAD_300):
        reads = scan(printed(label, profile, media_named("100x50")))
        assert [(read.content, read.identifier) for read in reads] == [(label.barcode.encode(), "]Q1")]


def test_an_item_label_too_small_for_any_barcode_is_refused() -> None:
    with pytest.raises(RefusedContentError, match=r"fits into 94 x .* larger label"):
        render(BinLabel(code="A", barcode="L:" + "X" * 290), HEAD_203, media_named("100x50"))


def test_a_case_has_an_itf_14_where_the_label_has_room() -> None:
    case = ItemLabel(sku="85123A", name="Case", barcode="14006381333938", code_kind="gtin", unit="case")
    for profile in PROFILES.values():
        reads = scan(printed(case, profile, media_named("4x6in")))
        assert [(read.content, read.identifier) for read in reads] == [(b"14006381333938", "]I1")]


def test_the_widest_module_that_fits_is_chosen() -> None:
    wide = printed(BinLabel(code="A", barcode="L:A"), HEAD_203, media_named("4x6in"))
    narrow = printed(BinLabel(code="A", barcode="L:A"), HEAD_203, media_named("57x32"))
    modules = code_128("L:A", "barcode").modules
    assert _widths(wide, modules) == [6]
    assert _widths(narrow, modules) == [4]


def _widths(picture: Image.Image, modules: str) -> list[int]:
    rows = set(rows_of(picture))
    return [n for n in range(2, 12) if any("0" + "".join(m * n for m in modules) + "0" in row for row in rows)]


def test_600_labels_are_one_file() -> None:
    labels = [BinLabel(code=f"A-{number:03d}", barcode=f"L:A-{number:03d}") for number in range(600)]
    zpl = render_many(labels, ZEBRA_203)
    assert (zpl.pages, zpl.content_type, zpl.extension) == (600, "application/vnd.zebra-zpl", "zpl")
    assert [label.texts[-1] for label in read_zpl(zpl.bytes)] == [label.barcode for label in labels]
    pdf = render_many(labels, load_profile("a4_laser_600"))
    assert (pdf.pages, pdf.content_type, pdf.extension) == (60, "application/pdf", "pdf")


def test_a_sheet_of_labels_reads_at_every_place() -> None:
    labels = [BinLabel(code=f"A-{number:03d}", barcode=f"L:A-{number:03d}") for number in range(10)]
    page = raster(render_many(labels, load_profile("a4_laser_600")).bytes, 600)[0]
    found = sorted(read.content.decode() for read in scan(page))
    assert found == [label.barcode for label in labels]


def test_the_same_document_gives_the_same_bytes() -> None:
    for profile in PROFILES.values():
        assert render(LABELS["shipping"], profile) == render(LABELS["shipping"], profile)


def test_a_picture_holds_one_label_only() -> None:
    with pytest.raises(RefusedContentError, match="a picture holds one page"):
        render_many([LABELS["bin"]] * 2, PROFILES["png_203"])


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(RefusedContentError, match="nothing to print"):
        render_many([], ZEBRA_203)


def test_a_retail_symbol_needs_its_own_check_digit() -> None:
    assert gtin("96385074", "barcode").symbology is Symbology.EAN8
    with pytest.raises(RefusedContentError, match="check digit of 96385075 is 5, expected 4"):
        gtin("96385075", "barcode")


def test_long_order_numbers_still_fit_the_shipping_label() -> None:
    label = replace(LABELS["shipping"], order_number="W" * 20)
    assert isinstance(label, ShippingLabel)
    assert label.order_number in texts(render(label, HEAD_203).bytes)[0]
