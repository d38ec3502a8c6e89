"""Our symbols beside other people's encoders and decoders: zint, python-stdnum and zxing agree with them."""

import string

import pytest
import zint
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from stdnum import gs1_128 as stdnum_gs1
from stdnum.exceptions import ValidationError

from printers.barcodes import gs1_128, gtin, itf_14
from printers.code128 import FNC1, encode, modules_of
from printers.errors import RefusedContentError
from printers.gs1 import IDENTIFIERS, check_digit, element_string, has_known_length
from printers.matrix import gs1_datamatrix, qr
from tests.printers.reading import scan
from tests.printers.test_code128 import picture_of

ASCII = "".join(chr(code) for code in range(32, 127))
NASTY = st.one_of(
    st.text(ASCII, min_size=1, max_size=40),
    st.text(string.digits, min_size=1, max_size=31),
    st.builds("99{}".format, st.text(string.digits + "AZaz", max_size=20)),
    st.lists(st.sampled_from(["9", "99", "123", "0000", "A", "~", "^", ">5", " "]), min_size=1, max_size=12).map(
        "".join
    ),
)
GS1_TEXT = "".join(sorted(set(ASCII) - set(" #$@[\\]^`{|}~")))


def zint_modules(symbology: "zint.Symbology", text: str, mode: "zint.InputMode") -> int:
    symbol = zint.Symbol()
    symbol.symbology, symbol.input_mode = symbology, mode
    symbol.encode(text)
    return symbol.width


@settings(max_examples=400)
@given(NASTY)
@example("9912345678")
@example(ASCII[:48])
@example(ASCII[47:])
def test_our_code_128_reads_back_and_is_never_longer_than_zints(text: str) -> None:
    modules = modules_of(encode(text, "code"))
    assert [(read.content, read.identifier) for read in scan(picture_of(modules))] == [(text.encode(), "]C0")]
    assert len(modules) <= zint_modules(zint.Symbology.CODE128, text, zint.InputMode.UNICODE)


@pytest.mark.parametrize("character", ASCII)
def test_every_printable_character_reads_back_among_digits(character: str) -> None:
    for text in (character, f"1234{character}5678", f"99{character}"):
        assert [read.content for read in scan(picture_of(modules_of(encode(text, "code"))))] == [text.encode()]


def _value(ai: str, draw: st.DrawFn) -> str:
    identifier = IDENTIFIERS[ai]
    if identifier.date:
        return f"{draw(st.integers(0, 99)):02d}{draw(st.integers(1, 12)):02d}{draw(st.integers(1, 28)):02d}"
    if identifier.checked:
        body = draw(st.text(string.digits, min_size=identifier.checked - 1, max_size=identifier.checked - 1))
        return f"{body}{check_digit(body)}"
    return draw(st.from_regex(identifier.pattern, fullmatch=True).filter(lambda value: len(value) <= 20))


@st.composite
def elements(draw: st.DrawFn) -> list[tuple[str, str]]:
    known = sorted(set(IDENTIFIERS) - {"02", "37"})
    ais = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    return [(ai, _value(ai, draw)) for ai in ais]


@settings(max_examples=300)
@given(elements())
def test_our_gs1_128_says_what_stdnum_and_zint_say(parts: list[tuple[str, str]]) -> None:
    try:
        symbol = gs1_128(parts, "content")
    except RefusedContentError as refusal:
        assert "holds 48 at most" in refusal.message  # noqa: PT017 - both ends of the test are named
        return
    [read] = scan(picture_of(symbol.modules))
    assert (read.identifier, read.content.decode()) == ("]C1", symbol.value.removeprefix(FNC1))
    bracketed = "".join(f"[{ai}]{value}" for ai, value in parts)
    assert len(symbol.modules) <= zint_modules(zint.Symbology.GS1_128, bracketed, zint.InputMode.GS1)
    if all(ai in _KNOWN_TO_STDNUM for ai, _ in parts):
        assert stdnum_gs1.validate(read.content.decode(), separator=FNC1)


_KNOWN_TO_STDNUM = {"00", "01", "10", "21", "240", "241", "30", "400", "401", "402", "420"}


@pytest.mark.parametrize("ai", [ai for ai in IDENTIFIERS if not has_known_length(ai)])
def test_a_separator_ends_each_open_value_but_the_last(ai: str) -> None:
    value = {"421": "826SW1A", "30": "12", "37": "12", "402": "40123450000000016"}.get(ai, "A1")
    if ai.startswith("310"):
        value = "001250"
    content = [("02", "04006381333931")] if ai == "37" else []
    last = ("17", "271231")
    text = element_string([*content, (ai, value), last], "content")
    assert text.endswith(f"{ai}{value}{FNC1}17271231")
    [read] = scan(picture_of(gs1_128([*content, (ai, value), last], "content").modules))
    assert read.content.decode() == text.removeprefix(FNC1)
    assert not element_string([*content, last, (ai, value)], "content").endswith(FNC1)


@given(st.text(string.digits, min_size=13, max_size=13), st.integers(1, 9))
def test_a_wrong_check_digit_is_refused_as_stdnum_refuses_it(body: str, off: int) -> None:
    wrong = f"{body}{(check_digit(body) + off) % 10}"
    with pytest.raises(RefusedContentError, match="check digit"):
        gs1_128([("01", wrong)], "gtin")
    with pytest.raises(ValidationError):
        stdnum_gs1.validate(f"01{wrong}")


@pytest.mark.parametrize(
    ("length", "theirs"), [(8, "EANX"), (12, "UPCA"), (13, "EANX")], ids=["EAN-8", "UPC-A", "EAN-13"]
)
@settings(max_examples=60)
@given(data=st.data())
def test_retail_symbols_have_zints_bars(length: int, theirs: str, data: st.DataObject) -> None:
    body = data.draw(st.text(string.digits, min_size=length - 1, max_size=length - 1))
    symbol = gtin(f"{body}{check_digit(body)}", "barcode")
    assert symbol.modules == _zint_bars(getattr(zint.Symbology, theirs), body)


@settings(max_examples=60)
@given(st.text(string.digits, min_size=13, max_size=13))
def test_itf_14_reads_back(body: str) -> None:
    code = f"{body}{check_digit(body)}"
    [read] = scan(picture_of(itf_14(code, "barcode").modules))
    assert (read.symbology, read.content) == ("ITF", code.encode())


def _zint_bars(symbology: "zint.Symbology", text: str) -> str:
    symbol = zint.Symbol()
    symbol.symbology = symbology
    symbol.encode(text)
    row = max(symbol.encoded_data.tolist()[: symbol.rows], key=any)
    return "".join("01"[row[x // 8] >> x % 8 & 1] for x in range(symbol.width))


def _cells(rows: tuple[str, ...], quiet: int) -> Image.Image:
    size = len(rows[0]), len(rows)
    cells = Image.frombytes("L", size, bytes(0 if cell == "1" else 255 for row in rows for cell in row))
    page = Image.new("L", (size[0] + 2 * quiet, size[1] + 2 * quiet), 255)
    page.paste(cells, (quiet, quiet))
    return page.resize((page.width * 4, page.height * 4), Image.Resampling.NEAREST)


@settings(max_examples=120)
@given(elements())
def test_our_datamatrix_reads_back_with_its_separators(parts: list[tuple[str, str]]) -> None:
    matrix = gs1_datamatrix(parts, "content")
    [read] = scan(_cells(matrix.rows, 4))
    assert (read.identifier, read.content.decode()) == ("]d2", matrix.value.removeprefix(FNC1))


@settings(max_examples=120)
@given(st.text(ASCII, min_size=1, max_size=80))
def test_our_qr_code_reads_back(text: str) -> None:
    [read] = scan(_cells(qr(text, "content").rows, 4))
    assert (read.symbology, read.content) == ("QR Code", text.encode())


@pytest.mark.parametrize("text", ["", "Łódź", "a\tb", "x" * 301])
def test_a_qr_code_refuses_what_scanners_could_garble(text: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        qr(text, "bins[3].barcode")
    assert refusal.value.field == "bins[3].barcode"
