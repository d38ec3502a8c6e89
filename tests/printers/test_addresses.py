"""Real addresses of 251 countries: printed whole, or refused with the character that cannot be shown."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers import load_profile, render, typeface
from printers.documents import ShippingLabel
from printers.errors import RefusedContentError
from printers.gs1 import sscc
from tests.printers.reading import texts

FILE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "addresses_intl.csv"
PROFILE = load_profile("cups_zebra_203")
UNKNOWN = {"is not in the typeface": 1}
"""One address in Burmese, whose letters no font here can join."""


@pytest.fixture
def without_east_asian_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has no font but ours."""
    caches = (typeface.east_asian_file, typeface._face_of, typeface._reason_against)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(typeface, "EAST_ASIAN", ())
    yield
    for cache in caches:
        cache.cache_clear()


def addresses() -> list[tuple[str, ...]]:
    if not FILE.exists():
        pytest.skip("needs ../shared/data/addresses_intl.csv")
    with FILE.open(encoding="utf-8", newline="") as file:
        return [tuple(row["address_lines"].split("|")) for row in csv.DictReader(file)]


def label_to(lines: tuple[str, ...]) -> ShippingLabel:
    return ShippingLabel(
        from_lines=("Hearth & Home Gifts", "Leeds"),
        to_lines=lines,
        order_number="536365",
        sscc=sscc(3, "4012345", 18),
        carrier="DHL",
        postcode="12345",
    )


def test_each_address_of_the_world_prints_where_an_east_asian_font_is() -> None:
    if not typeface.east_asian_file():
        pytest.skip("needs a font for Chinese, Japanese and Korean, such as Debian's fonts-wqy-microhei")
    assert Counter(_outcome(lines) for lines in addresses()) == {"printed": 461, **UNKNOWN}


@pytest.mark.usefixtures("without_east_asian_font")
def test_without_that_font_chinese_japanese_and_korean_are_refused_by_name() -> None:
    assert Counter(_outcome(lines) for lines in addresses()) == {
        "printed": 451,
        "needs a font for Chinese, Japanese and Korean, none is installed": 10,
        **UNKNOWN,
    }


def _outcome(lines: tuple[str, ...]) -> str:
    """Print and find every letter again, or find the refused character in the line that was named."""
    try:
        page = texts(render(label_to(lines), PROFILE).bytes)[0]
    except RefusedContentError as error:
        return _reason(error, lines)
    for line in lines:
        assert _letters(line) <= _letters(page), line
    return "printed"


def _reason(refusal: RefusedContentError, lines: tuple[str, ...]) -> str:
    named = re.match(r"'(.)' \(U\+[0-9A-F]{4,6}, [^)]+\) (is .+|needs .+)", refusal.message)
    assert named, refusal
    number = int(refusal.field.removeprefix("to_lines[").removesuffix("]"))
    assert named.group(1) in lines[number]
    return named.group(2)


def _letters(text: str) -> Counter[str]:
    """Count the letters as they are seen: where a line was wrapped must not matter."""
    return Counter(re.sub(r"[\s\ufffe-]+", "", typeface.visual(typeface.printable(text, "line"))))
