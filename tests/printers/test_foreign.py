"""Carriers' labels: only what a label may do, at scale 1, carrying their number, printed on every printer we have."""

import base64
import io
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from printers import RefusedContentError, load_profile, media_named, render
from printers.documents import ShippingLabel
from printers.foreign import ForeignLabel, check_foreign, foreign_from_json, print_foreign
from printers.foreign_zpl import barcodes_in, pass_zpl

FOUR_BY_SIX = media_named("4x6in")
NUMBER = "00340123450000000017"
ZPL = "^XA^PW812^LL1218^MNY^MD10^FO50,50^BY3^BCN,120,N,N,N,N^FD>;{}^FS^FX note^FO50,200^A0N,30,30^FDTo: Ana^FS^PQ3^XZ"


def a_label(**other: Any) -> ForeignLabel:
    values = {"format": "zpl", "content": encoded(ZPL.format(NUMBER)), "tracking": NUMBER, "order_number": "1042"}
    return foreign_from_json({"kind": "carrier_label", **values, **other})


def encoded(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def a_pdf() -> bytes:
    """Our own label stands in for a carrier's: its serial is its number."""
    label = ShippingLabel(
        from_lines=("Shop",),
        to_lines=("Ana", "Street 1", "Kiel"),
        order_number="1042",
        sscc=NUMBER[2:],
        carrier="Post",
    )
    return render(label, load_profile("cups_zebra_203"), FOUR_BY_SIX).bytes


def read(image: Image.Image) -> list[str]:
    return [found.text.replace("(", "").replace(")", "") for found in zxingcpp.read_barcodes(image)]


def drawn(pdf: bytes) -> Image.Image:
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=203.2 / 72).to_pil()
    return image


def test_a_zpl_label_passes_without_what_would_outlive_it_and_prints_once() -> None:
    passed = pass_zpl(ZPL.format(NUMBER))
    assert [name for name in ("^MN", "^MD", "^FX", "^PQ3") if name in passed] == []
    assert passed.endswith("^PQ1,0,1,N^XZ\n")
    assert barcodes_in(passed) == [NUMBER]


@pytest.mark.parametrize(
    "evil",
    [
        *(
            "~JR",
            "^JUS",
            "^DFR:X.ZPL",
            "^IDR:*.*",
            "^XFR:X",
            "~DYR:A,B,B,1,1,",
            "^CC!",
            "^SX",
            "^KN",
            "^WI",
            "~WC",
            "^GFB,1",
        ),
        *("^XA^XZ", "^XZ^XA", "~DGE:X,1,1,00"),
    ],
)
def test_a_command_no_label_needs_is_refused(evil: str) -> None:
    with pytest.raises(RefusedContentError):
        pass_zpl(ZPL.format(NUMBER).replace("^PQ3", evil))


@pytest.mark.parametrize("text", ["", "hello", "%PDF-1.4", "^XA", "x^XA^XZ", "^XA^FO1,1^XZ rest^FO1,1", "^XA^"])
def test_what_is_no_whole_label_is_refused(text: str) -> None:
    with pytest.raises(RefusedContentError):
        pass_zpl(text)


def test_a_hexadecimal_field_is_read_as_it_prints() -> None:
    assert barcodes_in("^XA^FO1,1^BCN^FH^FD_54RK_31^FS^FO1,9^FDText^FS^FO1,9^BQN^FDQA,TRK2^FS^XZ") == [
        "TRK1",
        "QA,TRK2",
    ]


def test_a_label_with_another_number_is_refused_and_says_which_it_read() -> None:
    check_foreign(a_label(), FOUR_BY_SIX)
    with pytest.raises(RefusedContentError, match=NUMBER):
        check_foreign(a_label(tracking="OTHER12345"), FOUR_BY_SIX)


def test_zpl_goes_to_a_printer_of_its_dots_only_and_never_becomes_another_language() -> None:
    assert print_foreign(a_label(), load_profile("zebra_203"), FOUR_BY_SIX).startswith(b"^XA^PW812")
    marked = print_foreign(a_label(reprint=2), load_profile("zebra_203"), FOUR_BY_SIX)
    assert b"REPRINT 2" in marked
    for profile in ("zebra_300", "a4_laser_600"):
        with pytest.raises(RefusedContentError):
            print_foreign(a_label(), load_profile(profile), FOUR_BY_SIX)


def test_a_pdf_label_is_read_back_and_printed_at_scale_1_on_every_kind_of_printer() -> None:
    label = a_label(format="pdf", content=encoded(a_pdf()))
    check_foreign(label, FOUR_BY_SIX)
    page = drawn(print_foreign(label, load_profile("cups_zebra_203"), FOUR_BY_SIX))
    assert any(NUMBER in text for text in read(page))
    assert [round(side / 203.2 * 25.4) for side in page.size] == [102, 152]
    picture = Image.open(io.BytesIO(print_foreign(label, load_profile("png"), FOUR_BY_SIX)))
    assert any(NUMBER in text for text in read(picture.convert("L")))
    zpl = print_foreign(label, load_profile("zebra_203"), FOUR_BY_SIX)
    assert any(NUMBER in text for text in read(graphic_of(zpl)))


def graphic_of(zpl: bytes) -> Image.Image:
    """Draw the one picture of a label in ZPL."""
    head, data = zpl.split(b"^GFA,")[1].split(b"^FS")[0].rsplit(b",", 1)
    row = int(head.split(b",")[2])
    raw = bytes.fromhex(data.decode())
    return Image.frombytes("1", (row * 8, len(raw) // row), raw).point(lambda dot: 0 if dot else 255, "L")


def test_a_label_on_a_sheet_is_cut_out_at_scale_1() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(210 * mm, 297 * mm))
    canvas.drawImage(ImageReader(drawn(a_pdf())), 10 * mm, 130 * mm, 100 * mm, 150 * mm)
    canvas.save()
    check_foreign(a_label(format="pdf", content=encoded(buffer.getvalue())), FOUR_BY_SIX)


def test_a_label_turned_on_its_side_is_turned_back() -> None:
    turned = io.BytesIO()
    drawn(a_pdf()).rotate(90, expand=True).save(turned, "PNG")
    check_foreign(a_label(format="png", content=encoded(turned.getvalue())), FOUR_BY_SIX)


def test_what_is_too_large_or_cannot_be_read_is_refused() -> None:
    big = Image.new("L", (1700, 2200), 255)
    ImageDraw.Draw(big).rectangle((20, 20, 1600, 2100), fill=0)
    written = io.BytesIO()
    big.save(written, "PNG")
    for form, content in (("png", written.getvalue()), ("png", b"no picture"), ("pdf", b"%PDF-no"), ("pdf", b"")):
        with pytest.raises(RefusedContentError):
            check_foreign(a_label(format=form, content=encoded(content)), FOUR_BY_SIX)
    with pytest.raises(RefusedContentError):
        check_foreign(a_label(content="not base64!"), FOUR_BY_SIX)
    with pytest.raises(RefusedContentError):
        foreign_from_json({"kind": "carrier_label", "format": "exe", "content": "", "tracking": ""})
