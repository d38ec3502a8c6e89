import pytest

from tests.exchange.files import read, refusal, said
from warehouse.domain.orders import AcceptedOrder
from warehouse.exchange.limits import Limits
from warehouse.exchange.profile import parse_profile

HEADER = "order_no,sku,quantity,note\n"


def test_line_numbers_are_physical_ones_behind_quoted_line_breaks() -> None:
    text = HEADER + 'A,S1,1,"two\nlines"\r\nB,S1,x,\n\n,,,\nC,S1,1,"three\r\n\r\nlines"\nD,S1,y,\n'
    records = read(text)
    assert [said(record) for record in records] == [
        [],
        [(4, "quantity", "bad_number")],
        [],
        [(10, "quantity", "bad_number")],
    ]
    assert isinstance(records[0], AcceptedOrder)
    assert records[0].draft.note == "two lines"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('A,S1,1,"open\nB,S1,1,\n', 2),
        ('A,S1,1,ok\nB,S1,1,"a ""quoted"" word\n', 3),
        ('A,S1,1,"one\ntwo",\nB,"S1\nS2","x",1\nC,"open,1,\n', 6),
        ('A,"S1\nS2","closed",ok\nB,"S1,1,\nC,"S2",1,\n', 4),
        ('A,S1,1,"first\nsecond" third\n', 2),
        ('A,"closed\nhere","open\nhere,1\n', 3),
        ('A,S1,1,"' + "x,1\n" * 40_000, 2),
    ],
)
def test_an_open_quote_is_named_by_the_line_it_opened_on(body: str, line: int) -> None:
    refused = refusal(HEADER + body)
    assert refused.findings[-1].line == line
    assert f"The quote opened on line {line} is not closed" in refused.message


def test_a_quote_inside_an_unquoted_field_is_data() -> None:
    (order,) = read(HEADER + 'A,S1,1,15" wide\n')
    assert isinstance(order, AcceptedOrder)
    assert order.draft.note == '15" wide'


def test_what_csv_refuses_for_another_reason_is_named_by_its_line() -> None:
    assert refusal(HEADER + "A,S1,1," + "x" * 140_000 + "\n", line_bytes=2**20).message == (
        "Line 2 cannot be read: field larger than field limit (131072)."
    )


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_counted_out_of_the_header(mark: str) -> None:
    (order,) = read(HEADER.replace(",", mark) + mark.join(["A", "S1", "1", "x"]))
    assert isinstance(order, AcceptedOrder)
    assert order.draft.note == "x"


def test_a_profile_may_search_its_header_and_leave_quotes_alone() -> None:
    profile = parse_profile(
        """
        name = "market"
        kind = "orders"
        version = 1
        identity = { source = "market" }
        format = { delimiter = "\\t", quoting = "none", header = "search" }
        columns = { order_no = { headers = ["id"] }, sku = { headers = ["code"] }, quantity = { headers = ["n"] } }
        """
    )
    (order,) = read('report of today\nid\tcode\tn\nA\t"S1\t2\n', profile)
    assert isinstance(order, AcceptedOrder)
    assert [(line.sku, line.source_line) for line in order.draft.lines] == [('"S1', 3)]
    assert "has no column “id”" in refusal("report\nof\ttoday\n", profile).message


def test_a_long_line_of_short_fields_is_sound() -> None:
    (order,) = read(HEADER + "A,S1,1,xxxxxxxx\n", limits=Limits(field_characters=12))
    assert isinstance(order, AcceptedOrder)
    assert order.draft.note == "xxxxxxxx"
