from tests.exchange.files import SAMPLES, head_of, read, said
from warehouse.domain.drafts import Finding, Refused, SourceRow
from warehouse.exchange.mapping import record_key
from warehouse.exchange.profile import parse_profile
from warehouse.exchange.rejected import FileForm, rejected_file


def refused_of(text: str | bytes) -> list[Refused]:
    return [record for record in read(text) if isinstance(record, Refused)]


def test_refused_orders_come_back_whole_with_line_and_reason() -> None:
    text = "order_no;sku;quantity\nA;S1;x\nB;S1;1\nA;S2;1\nC\nD;S1;1;2\n"
    assert rejected_file(head_of(text).form, refused_of(text)).decode() == (
        "order_no;sku;quantity;line;reason\r\n"
        "A;S1;x;2;quantity: “x” is not a whole number; digits 0 to 9 only\r\n".replace(
            "quantity: “x” is not a whole number; digits 0 to 9 only",
            '"quantity: “x” is not a whole number; digits 0 to 9 only"',
        )
        + "A;S2;1;4;refused with the rest of its order\r\n"
        "C;;;5;1 fields where the header has 3\r\n"
        "D;S1;1;2;6;4 fields where the header has 3\r\n"
    )


def test_a_mended_file_goes_in_and_an_unmended_one_is_refused_alike() -> None:
    text = "order_no,sku,quantity,note\n-A,S1,0,=1+1\n'-B,S1,0,'plain\n"
    again = rejected_file(head_of(text).form, refused_of(text))
    assert b"'-A,S1,0,'=1+1,2" in again
    first, second = refused_of(text), refused_of(again)
    assert [record.key for record in second] == [record.key for record in first] == ["-A", "-B"]
    assert [said(record) for record in second] == [said(record) for record in first]
    mended = again.replace(b",0,", b",1,")
    assert [record_key(record) for record in read(mended) if not isinstance(record, Refused)] == ["-A", "-B"]


def test_the_code_page_and_the_missing_quotes_of_the_original_are_kept() -> None:
    form = FileForm(header=("Größe", "b"), encoding="cp1252", delimiter="\t", quoted=False)
    finding = Finding(3, "b", "bad_number", "“\u0416\t\n” is not a number")
    refused = Refused(key="x", line=3, findings=(finding,), rows=(SourceRow(3, ('15" groß', "=2")),))
    assert rejected_file(form, [refused]).decode("cp1252") == (
        "Größe\tb\tline\treason\r\n15\" groß\t'=2\t3\tb: “? ” is not a number\r\n"
    )


def test_a_reason_cannot_calculate_either() -> None:
    form = FileForm(header=("a",))
    refused = Refused(key="x", line=1, findings=(Finding(2, None, "x", "=cmd()"),), rows=(SourceRow(2, ("1",)),))
    assert rejected_file(form, [refused]) == b"a,line,reason\r\n1,2,'=cmd()\r\n"


def test_a_market_report_without_quotes_is_read_by_its_profile() -> None:
    market = parse_profile(
        """
        name = "market"
        kind = "orders"
        version = 1
        identity = { source = "market" }
        format = { delimiter = "\\t", quoting = "none", legacy_encoding = "cp1252" }
        [columns]
        order_no = { headers = ["order-id"] }
        line_no = { headers = ["order-item-id"] }
        sku = { headers = ["sku"] }
        description = { headers = ["product-name"] }
        quantity = { headers = ["quantity-to-ship"] }
        placed_at = { headers = ["purchase-date"] }
        ship_name = { headers = ["recipient-name"] }
        """
    )
    orders = read(SAMPLES / "amazon_unshipped_cp1252.txt", market)
    assert [(record_key(order), said(order)) for order in orders] == [
        ("203-1234567-0000001", []),
        ("203-1234567-0000002", []),
    ]
    assert head_of(SAMPLES / "amazon_unshipped_cp1252.txt", market).form.encoding == "cp1252"
