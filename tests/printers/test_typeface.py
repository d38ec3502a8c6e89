"""Text of many scripts: in the right direction, joined, broken where its readers would, never a box."""

import pytest
from PIL import Image

from printers import load_profile, media_named, render, typeface
from printers.documents import BinLabel, ItemLabel
from printers.errors import RefusedContentError
from printers.typeface import Room, Style, fit, printable, visual, width_mm
from tests.printers.reading import raster

ARABIC, HEBREW, PERSIAN = "شارع الملك فهد 12", "רחוב הרצל 12", "خیابان ولیعصر"


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("Leeds LS11 5PS", "Leeds LS11 5PS"),
        ("Łódź", "Łódź"),
        ("שלום", "םולש"),
        ("רחוב הרצל 12", "12 לצרה בוחר"),
        ("(א)", "(א)"),
        ("א (ab), (ב)", "(ב) ,(ab) א"),
        ("a (א) b", "a (א) b"),
        ("\u0633\u0644\u0627\u0645", "\ufee1\ufefc\ufeb3"),
        ("\u0628\u0628\u0628", "\ufe90\ufe92\ufe91"),
        ("Str. \u0628 5 (ab)", "Str. 5 \ufe8f (ab)"),
        ("\u0647\u064e\u0628", "\ufe90\u064e\ufeeb"),
        ("\u0645\u06cc\u200c\u062e", "\ufea5\ufbfd\ufee3"),
    ],
)
def test_a_line_is_seen_as_its_readers_write_it(line: str, seen: str) -> None:
    """Forms by the Unicode charts FB50 and FE70: isolated, final, medial and initial letters, lam with alef."""
    assert visual(line) == seen


def test_hidden_direction_marks_cannot_turn_a_line_round() -> None:
    assert printable("\u202eAB\u2066C\u202c", "name") == "ABC"


@pytest.mark.parametrize("text", [ARABIC, HEBREW, PERSIAN])
def test_a_line_takes_the_room_of_what_is_seen(text: str) -> None:
    separate = sum(width_mm(visual(letter), 10) for letter in text)
    assert 0 < width_mm(text, 10) <= separate


@pytest.mark.parametrize("text", [ARABIC, HEBREW, PERSIAN, "Ελληνικά", "Кириллица"])
def test_every_output_shows_the_same_letters_at_the_same_place(text: str) -> None:
    label = BinLabel(code="A", barcode="L:A", note=text)
    pdf = raster(render(label, load_profile("cups_zebra_203"), media_named("100x50")).bytes, 203)[0]
    png = render(label, load_profile("png"), media_named("100x50"))
    other = raster_of(png.bytes)
    assert _ink(pdf.crop((400, 0, 799, 60))) == pytest.approx(_ink(other.crop((400, 0, 799, 60))), abs=4)


def raster_of(png: bytes) -> Image.Image:
    import io

    return Image.open(io.BytesIO(png))


def _ink(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert box
    return box


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ဆိပ်", "U\\+1006"),
        ("मुंबई", "U\\+092E"),
        ("x\u0301\u0323", "loose accent"),
        ("\u0628\u06d6", "ARABIC SMALL HIGH.*loose accent"),
        ("\U0001f9f8", "TEDDY BEAR"),
        ("\ue000", "no name"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(RefusedContentError, match=reason) as refusal:
        printable(text, "to_lines[2]")
    assert refusal.value.field == "to_lines[2]"


def test_chinese_and_japanese_lines_break_between_letters() -> None:
    if not typeface.east_asian_file():
        pytest.skip("needs a font for Chinese, Japanese and Korean, such as Debian's fonts-wqy-microhei")
    style = Style(size=10, lines=9)
    setting = fit(("新北市板橋區 新北板橋土城 12345",), Room(width_mm("新北市板橋區", 10) + 0.1, 60), style)
    assert setting
    assert setting.lines == ("新北市板橋區", "新北板橋土城", "12345")


def test_east_asian_text_comes_out_in_every_output() -> None:
    if not typeface.east_asian_file():
        pytest.skip("needs a font for Chinese, Japanese and Korean, such as Debian's fonts-wqy-microhei")
    label = ItemLabel(sku="1", name="動植物 Tee 서울 99号", barcode="1", code_kind="internal")
    for profile in ("cups_zebra_203", "png", "zebra_203"):
        assert render(label, load_profile(profile), media_named("100x50")).pages == 1
