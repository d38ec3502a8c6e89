"""Text from outside can never become a printer's command."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers import load_profile, media_named, render
from printers.documents import BinLabel, ItemLabel, ShippingLabel
from printers.errors import RefusedContentError
from printers.gs1 import sscc
from printers.profile import Capability
from tests.printers.reading import scan
from tests.printers.zpl_reader import ZplError, read_zpl

ZEBRA = load_profile("zebra_203")
HOSTILE = (
    "^XZ~JR",
    "^XZ^XA^FO0,0^FDx^FS^XZ",
    "~JA",
    "~DGR:X.GRF,1,1,FF",
    "^FS^IDR:*.*^FS",
    "_5EXZ_7EJR",
    "a\x00b\x02c\x1b",
    "line\r\n^XZ",
    "\u2028~JR\u202e",
    "\\&\\(*) ^FB",
    "Zoë ^XZ~JR Łuk",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leaves_one_label_and_the_right_barcode(text: str) -> None:
    label = ShippingLabel(
        from_lines=(text, "Leeds"),
        to_lines=(text, text),
        order_number="536365",
        sscc=sscc(3, "4012345", 18),
        carrier=text[:20],
        service=text,
        ship_by=text[:10],
    )
    rendered = render(label, ZEBRA)
    [read] = read_zpl(rendered.bytes)
    assert [found.content for found in scan(read.picture)] == [b"00340123450000000185"]
    assert rendered.bytes.count(b"~") == 0
    assert rendered.bytes.count(b"^XA") == rendered.bytes.count(b"^XZ") == 1
    assert not any(byte < 32 and byte != 10 for byte in rendered.bytes)


@settings(max_examples=60)
@given(
    st.text(min_size=1, max_size=30),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12),
)
def test_no_text_and_no_barcode_escapes_its_label(name: str, barcode: str) -> None:
    label = ItemLabel(sku="85123A", name=name, barcode=barcode, code_kind="internal")
    try:
        rendered = render(label, ZEBRA, media_named("4x6in"))
    except RefusedContentError as refusal:
        assert refusal.field in {"name", "barcode"}  # noqa: PT017 - both ends of the test are named
        return
    [read] = read_zpl(rendered.bytes)
    assert [found.content for found in scan(read.picture)] == [barcode.encode()]


def test_special_characters_in_a_barcode_come_back() -> None:
    for barcode in ("A^B~C", "_5E", ">>:>;", "^XZ~JR", "\\&", "99^12"):
        [read] = read_zpl(render(BinLabel(code="A", barcode=barcode), ZEBRA).bytes)
        assert [found.content for found in scan(read.picture)] == [barcode.encode()]


def test_western_text_is_the_printers_own_and_other_text_a_picture() -> None:
    [read] = read_zpl(render(BinLabel(code="Zoë", barcode="L:A", note="Łódź"), ZEBRA).bytes)
    assert "Zoë" in read.texts
    assert "Łódź" not in read.texts


def test_every_label_sets_its_own_size_place_and_count() -> None:
    [read] = read_zpl(render(BinLabel(code="A", barcode="L:A"), ZEBRA, media_named("100x50")).bytes)
    assert read.settings == {
        "CI": "28",
        "FW": "N",
        "PO": "N",
        "LR": "N",
        "PW": "800",
        "LL": "400",
        "LH": "0,0",
        "LS": "0",
        "LT": "0",
        "MD": "0",
        "MM": "T",
        "PQ": "1,0,1,N",
    }


def test_a_cutter_cuts_and_a_darker_print_is_darker() -> None:
    cutting = replace(ZEBRA, capabilities=frozenset({Capability.CUTTER}), darkness=-4)
    [read] = read_zpl(render(BinLabel(code="A", barcode="L:A"), cutting).bytes)
    assert (read.settings["MM"], read.settings["MD"]) == ("C", "-4")


@pytest.mark.parametrize(
    "content", [b"^XA^PW9^LL9~JR^XZ\n", b"^XA^PW9^LL9^JUS^XZ\n", b"~JA\n", b"^XA^PW9^LL9^FO1,1^FDx\x1b^FS^XZ\n"]
)
def test_the_reader_of_these_tests_notices_an_escape(content: bytes) -> None:
    with pytest.raises(ZplError):
        read_zpl(content.replace(b"^FO1,1^FD", b"^FO1,1^FH_^FD"))
