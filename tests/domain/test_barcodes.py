import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.vectors import FOLDER
from warehouse.domain.barcodes import MAX_LENGTH, badge_key, key, read
from warehouse.domain.codes import Via
from warehouse.domain.gs1 import Elements, check_digit, expiry_date, has_valid_check_digit, parse_elements

CASES: list[dict[str, Any]] = json.loads((FOLDER / "barcodes.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_code_is_read_as_the_table_says(case: dict[str, Any]) -> None:
    reading = read(case["raw"], Via(case.get("via", "key")), case.get("stand_in", "{GS}"))
    assert list(reading.keys) == case["keys"]
    assert reading.symbology == case.get("symbology")
    assert reading.command == case.get("command")
    assert reading.armed == case.get("armed")
    assert reading.gs1 == Elements(**case.get("gs1", {}))
    assert reading.text == case.get("text", reading.text)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("400638133393", 1), ("03600029145", 2), ("9638507", 4), ("00614141123456789", 0), ("0", 0)],
)
def test_the_check_digit_of_a_number(digits: str, check: int) -> None:
    assert check_digit(digits) == check


@pytest.mark.parametrize("digits", ["4006381333932", "400638133393X", "", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_a_wrong_check_digit_is_found(digits: str) -> None:
    assert not has_valid_check_digit(digits)


def test_a_code_longer_than_the_limit_is_nothing() -> None:
    assert read("A" * MAX_LENGTH).keys == ("A" * MAX_LENGTH,)
    assert read("A" * (MAX_LENGTH + 1)).keys == ()


@pytest.mark.parametrize(
    ("yymmdd", "today", "expected"),
    [
        ("260131", date(2026, 11, 21), date(2026, 1, 31)),
        ("260200", date(2026, 11, 21), date(2026, 2, 28)),
        ("280200", date(2026, 11, 21), date(2028, 2, 29)),
        ("270231", date(2026, 11, 21), date(2027, 2, 28)),
        ("760101", date(2026, 11, 21), date(2076, 1, 1)),
        ("770101", date(2026, 11, 21), date(1977, 1, 1)),
        ("000101", date(2060, 1, 1), date(2100, 1, 1)),
    ],
)
def test_a_label_date_means_the_nearest_century(yymmdd: str, today: date, expected: date) -> None:
    assert expiry_date(yymmdd, today) == expected


@pytest.mark.parametrize("written", ["U:AB12", "AB12", "ab12", "u:ab12", " AB12\r", "]C0U:AB12"])
def test_a_badge_is_the_same_however_it_is_written(written: str) -> None:
    assert badge_key(written) == badge_key("U:AB12")
    assert badge_key(written) != badge_key("U:AB13")


def test_an_empty_message_says_nothing() -> None:
    assert parse_elements("") is None


@given(st.text(max_size=60))
def test_reading_never_fails_and_a_key_is_its_own_key(raw: str) -> None:
    for found in read(raw).keys:
        assert key(found) == found or found.startswith("00")


@given(st.integers(min_value=0, max_value=10**11 - 1))
def test_all_forms_of_one_article_number_have_one_key(number: int) -> None:
    upc = f"{number:011d}"
    upc += str(check_digit(upc))
    assert {key(upc), key("0" + upc), key("00" + upc)} == {"00" + upc}
