"""Real addresses of 251 countries: printed whole, or refused with the character that cannot be shown."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from printers import load_profile, render
from printers.documents import ShippingLabel
from printers.errors import RefusedContentError
from printers.gs1 import sscc
from tests.printers.reading import texts

FILE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "addresses_intl.csv"
PROFILE = load_profile("cups_zebra_203")


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


def test_each_address_prints_or_its_character_is_named() -> None:
    outcomes = Counter(_outcome(lines) for lines in addresses())
    assert outcomes == {
        "printed": 419,
        "is not in the typeface": 11,
        "is written from right to left, which is not supported": 32,
    }


def _outcome(lines: tuple[str, ...]) -> str:
    """Print and find every letter again, or find the refused character in the line that was named."""
    try:
        page = texts(render(label_to(lines), PROFILE).bytes)[0]
    except RefusedContentError as error:
        return _reason(error, lines)
    assert _words(" ".join(lines)) in _words(page)
    return "printed"


def _reason(refusal: RefusedContentError, lines: tuple[str, ...]) -> str:
    named = re.match(r"'(.)' \(U\+[0-9A-F]{4,6}, [^)]+\) (is .+)", refusal.message)
    assert named, refusal
    number = int(refusal.field.removeprefix("to_lines[").removesuffix("]"))
    assert named.group(1) in lines[number]
    return named.group(2)


def _words(text: str) -> str:
    """Give the letters only: where a line was wrapped must not matter."""
    return re.sub(r"[\s\ufffe-]+", "", text)
