"""Our own Code 128: right, shortest, and nothing but printable ASCII."""

from functools import cache
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from printers.code128 import FNC1, encode, modules_of
from printers.errors import RefusedContentError
from tests.printers.reading import Read, scan

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
MIXED = st.lists(st.one_of(st.sampled_from(["99", "00", "A", FNC1, "1", "z"]), st.text("0123456789", max_size=6)))


def picture_of(modules: str) -> Image.Image:
    row = "0" * 12 + modules + "0" * 12
    image = Image.frombytes("L", (len(row), 1), bytes(0 if module == "1" else 255 for module in row))
    return image.resize((len(row) * 2, 30))


def test_values_that_start_with_99_keep_it() -> None:
    for value in ("99", "9912345678", "99A", "999", "9999", "99999", "990000000000000001"):
        assert scan(picture_of(modules_of(encode(value, "code")))) == [Read("Code 128", value.encode(), "]C0")]


@given(PRINTABLE)
def test_any_printable_text_comes_back(text: str) -> None:
    assert scan(picture_of(modules_of(encode(text, "code")))) == [Read("Code 128", text.encode(), "]C0")]


@given(MIXED.map("".join).filter(bool))
def test_no_list_of_codewords_is_shorter(text: str) -> None:
    assert len(encode(text, "code")) == fewest_codewords(text)


def fewest_codewords(text: str) -> int:
    """Count by plain recursion, sharing nothing with the encoder."""

    @cache
    def rest(place: int, subset: str) -> int:
        if place == len(text):
            return 0
        ways = [1 + stay(place, subset)] if stay(place, subset) is not None else []  # type: ignore[operator]
        other = "B" if subset == "C" else "C"
        if stay(place, other) is not None:
            ways.append(2 + stay(place, other))  # type: ignore[operator]
        return min(ways)

    def stay(place: int, subset: str) -> int | None:
        if subset == "B" or text[place] == FNC1:
            return rest(place + 1, subset)
        pair = text[place : place + 2]
        return rest(place + 2, subset) if len(pair) == 2 and pair.isdigit() else None

    return 3 + min(rest(0, "B"), rest(0, "C"))


def test_the_table_has_107_different_patterns_of_whole_modules() -> None:
    patterns = [modules_of((word,)) for word in range(107)]
    assert len(set(patterns)) == 107
    assert [len(pattern) for pattern in patterns] == [11] * 106 + [13]
    assert all(len(list(groupby(pattern))) == 6 for pattern in patterns[:106])


@pytest.mark.parametrize("text", ["", "Zoë", "a\tb", "a\x00", "a\x7f", "日本", "a\n"])
def test_what_code_128_cannot_hold_is_refused_by_field(text: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        encode(text, "stops[3].barcode")
    assert refusal.value.field == "stops[3].barcode"
