from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.exchange.profile import Parse
from warehouse.exchange.rejected import plain, safe
from warehouse.exchange.targets import Form, Target
from warehouse.exchange.values import (
    BadValueError,
    Memo,
    read_cents,
    read_code,
    read_date,
    read_decimal,
    read_moment,
    read_quantity,
    read_text,
    reader_of,
    show,
)

PLAIN = Parse()
GERMAN = Parse(decimal_mark=",", thousands_mark=".", whole_decimals=True, dates=("%d.%m.%Y",), zone="Europe/Berlin")
TEXT = Target(longest=5)


@pytest.mark.parametrize(
    "cell",
    [
        "\uff11\uff12",
        "1_000",
        "+7",
        "1e3",
        "2.5",
        "1,000",
        "",
        "--1",
        "0x1",
        " 1",
        "1234567890",
        "²",
        "\u0661",
        "Infinity",
    ],
)
def test_a_quantity_is_ascii_digits_only(cell: str) -> None:
    with pytest.raises(BadValueError, match="is not a whole number; digits 0 to 9 only"):
        read_quantity(cell, PLAIN)


@given(st.integers(-999_999_999, 999_999_999))
def test_every_whole_number_reads_as_itself(number: int) -> None:
    assert read_quantity(str(number), PLAIN) == number


@given(st.text(max_size=12))
def test_whatever_reads_as_a_quantity_is_made_of_ascii_digits(cell: str) -> None:
    try:
        number = read_quantity(cell, PLAIN)
    except BadValueError:
        return
    assert set(cell) <= set("-0123456789")
    assert int(cell) == number


@given(st.decimals(-99_999_999, 99_999_999, places=2))
def test_every_amount_survives_german_and_plain_writing(amount: Decimal) -> None:
    written = f"{amount:,.2f}"
    german = written.translate(str.maketrans(",.", ".,"))
    assert read_decimal(f"{amount:.2f}", PLAIN) == read_decimal(german, GERMAN) == amount
    assert read_cents(f"{amount:.2f}", PLAIN) == int(amount * 100)


@pytest.mark.parametrize(("cell", "pieces"), [("1.000,000", 1000), ("12", 12), ("12,0", 12), ("-3", -3)])
def test_whole_pieces_may_be_written_as_decimals_where_the_profile_says_so(cell: str, pieces: int) -> None:
    assert read_quantity(cell, GERMAN) == pieces


@pytest.mark.parametrize("cell", ["2,500", "0,5"])
def test_parts_of_a_piece_are_refused(cell: str) -> None:
    with pytest.raises(BadValueError, match="is not a whole number of pieces"):
        read_quantity(cell, GERMAN)


@pytest.mark.parametrize("cell", ["1.00", "1.0000", "1,", ",5", "1,2,3", "1..000", "1,\uff12", ""])
def test_numbers_grouped_or_marked_wrongly_are_refused(cell: str) -> None:
    with pytest.raises(BadValueError, match=r"is not a number written like 1\.234,50"):
        read_decimal(cell, GERMAN)


def test_parts_of_a_cent_are_rounded() -> None:
    assert [read_cents(cell, PLAIN) for cell in ("0.001", "2.955", "2.965", "-1.5")] == [0, 296, 296, -150]


def test_times_without_a_zone_are_local_and_the_first_of_two() -> None:
    london = Parse(zone="Europe/London")
    assert read_moment("2011-07-01 12:30", london) == datetime(2011, 7, 1, 11, 30, tzinfo=UTC)
    assert read_moment("2011-07-01T12:30:00+02:00", london) == datetime(2011, 7, 1, 10, 30, tzinfo=UTC)
    assert read_moment("2011-10-30 01:30", london) == datetime(2011, 10, 30, 0, 30, tzinfo=UTC)


def test_dates_may_have_a_form_of_their_own() -> None:
    assert read_date("05.03.2026", GERMAN) == date(2026, 3, 5)
    american = Parse(moments=("%m/%d/%Y %H:%M", "iso"))
    assert read_moment("03/02/2026 09:00", american) == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["31.02.2026", "2026-03-05", "\uff105.03.2026", "05.03.0026", "5 März"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(BadValueError, match=r"is not a date written like 31\.03\.2026"):
        read_date(cell, GERMAN)


@pytest.mark.parametrize("cell", ["2026-02-30", "2026-W10-1", "20260305", "1026-03-05"])
def test_what_is_no_iso_day_is_refused(cell: str) -> None:
    with pytest.raises(BadValueError, match="is not a date written like 2026-03-31"):
        read_date(cell, PLAIN)


@pytest.mark.parametrize("cell", ["2026-02-30T10:00", "2026-03-05", "2026-03-05T25:00", "tomorrow"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(BadValueError, match="is not a date and time written like 2026-03-31"):
        read_moment(cell, PLAIN)


def test_texts_lose_line_breaks_and_codes_may_not_have_any() -> None:
    assert read_text("a\r\nb\tc", TEXT) == "a b c"
    with pytest.raises(BadValueError, match="a control character"):
        read_text("a\x07b", TEXT)
    with pytest.raises(BadValueError, match="a control character"):
        read_text("a\ud800", TEXT)
    with pytest.raises(BadValueError, match="cannot be seen"):
        read_code("a\u200bb", TEXT)
    with pytest.raises(BadValueError, match="longer than 5"):
        read_text("abcdef", TEXT)
    assert read_text("שלום", TEXT) == "שלום"


def test_words_are_mapped_without_case_and_blanks_take_the_default() -> None:
    read = reader_of(Target(), PLAIN, {"Standard": "STD"}, "EXP")
    assert [read(cell) for cell in (" standard ", "", "Rush")] == ["STD", "EXP", "Rush"]
    assert reader_of(Target(Form.QUANTITY), PLAIN, {}, "")(" ") is None
    assert reader_of(Target(Form.CODE), Parse(strip_leading_apostrophe=True), {}, "")("'02118") == "02118"


def test_a_memo_reads_each_cell_once_and_forgets_before_it_grows_without_end() -> None:
    asked: list[str] = []

    def read(cell: str) -> str:
        asked.append(cell)
        return cell

    memo = Memo(read)
    assert [memo["a"], memo["a"], len(asked)] == ["a", "a", 1]
    for number in range(50_001):
        memo[str(number)]
    assert len(memo) < 50_000


def test_long_cells_are_cut_where_they_are_shown() -> None:
    assert show("x" * 50) == "“" + "x" * 40 + "…”"


@given(st.text(alphabet="'=+-@\t\ra1", max_size=6))
def test_what_is_made_safe_for_a_spreadsheet_comes_back(text: str) -> None:
    assert plain(safe(text)) == text
    assert safe(text)[:1] not in tuple("=+-@\t\r")
