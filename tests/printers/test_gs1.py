"""GS1 element strings: separators, check digits, and refusals that name the field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers.barcodes import gs1_128
from printers.code128 import FNC1
from printers.errors import RefusedContentError
from printers.gs1 import IDENTIFIERS, Element, check_digit, element_string, human_readable, sscc
from tests.printers.reading import Read, scan
from tests.printers.test_code128 import picture_of

GTIN = "04006381333931"


@pytest.mark.parametrize(
    ("digits", "check"), [("400638133393", 1), ("9638507", 4), ("03600029145", 2), ("34012345000000018", 5)]
)
def test_check_digits_are_gs1s(digits: str, check: int) -> None:
    assert check_digit(digits) == check


def test_an_sscc_has_18_digits_and_its_check_digit() -> None:
    assert sscc(3, "4012345", 18) == "340123450000000185"
    assert sscc(0, "4012345678", 999999) == "040123456789999992"


@pytest.mark.parametrize(
    ("extension", "prefix", "serial", "field"),
    [
        (10, "4012345", 1, "extension"),
        (3, "401234", 1, "company_prefix"),
        (3, "40123456789", 1, "company_prefix"),
        (3, "401234x", 1, "company_prefix"),
        (3, "4012345", 10**9, "serial"),
        (3, "4012345", -1, "serial"),
    ],
)
def test_parts_of_an_sscc_that_do_not_fit_are_refused(extension: int, prefix: str, serial: int, field: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        sscc(extension, prefix, serial)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("elements", "data"),
    [
        ([("00", "340123450000000185")], "00340123450000000185"),
        ([("01", GTIN), ("17", "261231"), ("10", "L1")], f"01{GTIN}1726123110L1"),
        ([("10", "L1"), ("01", GTIN)], f"10L1{FNC1}01{GTIN}"),
        ([("02", GTIN), ("37", "12")], f"02{GTIN}3712"),
        ([("37", "12"), ("02", GTIN)], f"3712{FNC1}02{GTIN}"),
        ([("400", "PO-77"), ("420", "61-881")], f"400PO-77{FNC1}42061-881"),
        ([("410", "4006381333931"), ("21", "S1")], "410400638133393121S1"),
        ([("402", "40123450000000011"), ("00", "340123450000000185")], None),
    ],
)
def test_separators_follow_open_ended_elements_only(elements: list[Element], data: str | None) -> None:
    if data is None:
        with pytest.raises(RefusedContentError, match="check digit of 40123450000000011"):
            element_string(elements, "content")
        return
    assert element_string(elements, "content") == FNC1 + data
    read = Read("Code 128", data.encode(), "]C1")
    assert [(found.content, found.identifier) for found in scan(picture_of(gs1_128(elements, "content").modules))] == [
        (read.content, read.identifier)
    ]


@given(st.text("0123456789ABCxyz/-.", min_size=1, max_size=20), st.integers(0, 10**13 - 1), st.booleans())
def test_any_gtin_and_lot_come_back(lot: str, number: int, first: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    gtin = f"{number:013d}{check_digit(f'{number:013d}')}"
    elements = [("10", lot), ("01", gtin)] if first else [("01", gtin), ("10", lot)]
    expected = f"10{lot}\x1d01{gtin}" if first else f"01{gtin}10{lot}"
    assert [read.content for read in scan(picture_of(gs1_128(elements, "lot").modules))] == [expected.encode()]


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ([], "at least one"),
        ([("00", "340123450000000186")], "check digit of 340123450000000186 is 6, expected 5"),
        ([("01", "4006381333931")], r"\(01\) GTIN cannot be"),
        ([("05", "1")], r"\(05\) is not known"),
        ([("10", "")], r"\(10\) lot cannot be"),
        ([("10", "x" * 21)], r"\(10\) lot cannot be"),
        ([("10", "L 1")], r"\(10\) lot cannot be"),
        ([("10", "L1\n")], r"\(10\) lot cannot be"),
        ([("10", "Ł1")], r"\(10\) lot cannot be"),
        ([("37", "\uff11\uff12"), ("02", GTIN)], r"\(37\) pieces inside cannot be"),
        ([("17", "261301")], "is no date"),
        ([("17", "260230")], "is no date"),
        ([("17", "26-1-1")], r"\(17\) expiry cannot be"),
        ([("02", GTIN)], r"\(02\) and \(37\) stand together"),
        ([("37", "5")], r"\(02\) and \(37\) stand together"),
        ([("01", GTIN), ("02", GTIN), ("37", "5")], r"\(01\) and \(02\)"),
        ([("10", "L1"), ("10", "L2")], "stands twice"),
        ([("01", GTIN), ("10", "x" * 20), ("21", "y" * 20)], "holds 48 at most"),
        ([("420", "61 881")], r"\(420\) ship-to postcode cannot be"),
    ],
)
def test_what_gs1_does_not_allow_is_refused_by_field(elements: list[Element], message: str) -> None:
    with pytest.raises(RefusedContentError, match=message) as refusal:
        element_string(elements, "sscc")
    assert refusal.value.field == "sscc"


def test_day_00_means_the_end_of_the_month() -> None:
    assert element_string([("17", "260200")], "expires_on") == FNC1 + "17260200"


def test_brackets_are_for_people_only() -> None:
    assert human_readable([("01", GTIN), ("10", "L1")]) == f"(01) {GTIN} (10) L1"


def test_the_identifiers_a_warehouse_needs_are_there() -> None:
    assert {"00", "01", "02", "10", "17", "21", "37", "400", "420"} <= IDENTIFIERS.keys()
