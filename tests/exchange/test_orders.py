from datetime import UTC, datetime

import pytest

from tests.exchange.files import SAMPLES, read, said
from warehouse.domain.drafts import Finding, Refused, Skipped, SourceRow
from warehouse.domain.orders import AcceptedOrder, Cancellation, CancellationDraft
from warehouse.exchange.mapping import record_key
from warehouse.exchange.profile import Profile, built_in_profile, parse_profile
from warehouse.exchange.targets import Kind

RETAIL = built_in_profile(Kind.ORDERS, "online-retail")
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ERP = """
name = "erp"
kind = "orders"
version = 1
identity = { source = "erp" }
format = { delimiter = ";", legacy_encoding = "cp1252" }
parse = { decimal_mark = ",", thousands_mark = ".", whole_decimals = true, dates = ["%d.%m.%Y"] }
value_map = { unit = { ST = "each" } }
filters = [{ column = "order_no", matches = "SUMME", action = "ignore_row" }]
[columns]
order_no = { headers = ["Auftrag"] }
line_no = { headers = ["Pos"] }
sku = { headers = ["Artikel"] }
quantity = { headers = ["Menge"] }
unit = { headers = ["ME"] }
requested_ship_date = { headers = ["Liefertermin"] }
"""


def retail(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def profile(**changes: str) -> Profile:
    text = """
    name = "shop"
    kind = "orders"
    version = 1
    identity = { source = "shop" }
    """
    settings = "".join(f"{key} = {value}\n" for key, value in changes.items())
    columns = '[columns]\norder_no = { headers = ["order_no"] }\nsku = { headers = ["sku"] }\n'
    return parse_profile(text + settings + columns + 'quantity = { headers = ["quantity"] }\n')


def test_postage_stays_on_the_order_and_off_the_pick_list() -> None:
    (order,) = read(
        retail(
            "1,22423,CAKESTAND,2,2011-07-01 09:00,12.75,17,EIRE",
            "1,POST,POSTAGE,1,2011-07-01 09:00,18,17,EIRE",
            "1,D,Discount,-1,2011-07-01 09:00,5,17,EIRE",
        ),
        RETAIL,
    )
    assert isinstance(order, AcceptedOrder)
    assert [(line.sku, line.pickable) for line in order.draft.lines] == [("22423", True), ("POST", False), ("D", False)]
    assert [line.sku for line in order.draft.pickable_lines] == ["22423"]
    assert order.draft.placed_at == datetime(2011, 7, 1, 8, tzinfo=UTC)
    assert (order.draft.currency, order.draft.ship_to.country) == ("GBP", "IE")
    assert order.draft.ship_to.original == ("EIRE",)


def test_a_cancellation_waits_to_be_matched_with_its_rows() -> None:
    row = "C9,22423,CAKESTAND,-2,2011-07-01 09:00,12.75,17,EIRE"
    (document,) = read(retail(row), RETAIL)
    assert document == Cancellation(
        draft=CancellationDraft(
            source="online-retail",
            external_id="C9",
            placed_at=datetime(2011, 7, 1, 8, tzinfo=UTC),
            customer="17",
            units=(("22423", 2),),
            line=2,
        ),
        rows=(SourceRow(2, tuple(row.split(","))),),
    )


def test_a_cancellation_that_asks_for_goods_is_refused() -> None:
    (document,) = read(retail("C9,22423,CAKESTAND,2,2011-07-01 09:00,12.75,17,EIRE"), RETAIL)
    assert document == Refused(
        key="C9",
        line=2,
        findings=(Finding(2, "Quantity", "invalid_quantity", "Quantity 2 of 22423 is not below zero"),),
        rows=(SourceRow(2, ("C9", "22423", "CAKESTAND", "2", "2011-07-01 09:00", "12.75", "17", "EIRE")),),
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2,POST,POSTAGE,1,2011-07-01 09:00,18,17,EIRE", "no_pickable_line"),
        ("C2,POST,POSTAGE,-1,2011-07-01 09:00,18,17,EIRE", "no_pickable_line"),
        ("A2,B,Adjust bad debt,1,2011-07-01 09:00,-18,,EIRE", "not_an_order"),
    ],
)
def test_documents_without_anything_to_pick_are_skipped(row: str, code: str) -> None:
    (document,) = read(retail(row), RETAIL)
    assert isinstance(document, Skipped)
    assert said(document) == [(2, None, code)]


def test_a_stock_write_off_is_refused_as_an_invalid_quantity() -> None:
    (document,) = read(retail("3,22423,damages,-5,2011-07-01 09:00,0,,United Kingdom"), RETAIL)
    assert said(document) == [(2, "Quantity", "invalid_quantity")]


def test_an_interrupted_order_is_put_together_in_order_of_first_appearance() -> None:
    row = "22423,X,1,2011-07-01 09:0{},1,17,France"
    records = read(
        retail("1," + row.format(0), "2," + row.format(0), "1," + row.format(1), "3," + row.format(0)), RETAIL
    )
    assert [(record_key(record), said(record)) for record in records] == [
        ("1", [(4, "InvoiceNo", "order_interrupted"), (4, "InvoiceDate", "rows_differ")]),
        ("2", []),
        ("3", []),
    ]


def test_one_order_to_two_customers_is_refused() -> None:
    row = "1,22423,X,1,2011-07-01 09:00,1,{},France"
    (order,) = read(retail(row.format(17), row.format(""), row.format(18)), RETAIL)
    assert said(order) == [(4, "CustomerID", "order_conflict")]
    assert isinstance(order, Refused)
    assert len(order.rows) == 3


def test_a_bad_line_holds_its_whole_order_and_every_bad_cell_is_named() -> None:
    records = read((SAMPLES / "erp_semicolon_cp1252.csv"), parse_profile(ERP))
    assert [(record_key(record), said(record)) for record in records] == [
        ("4500012345", [(3, "Menge", "bad_number")]),
        (
            "4500012346",
            [
                (4, "Liefertermin", "bad_date"),
                (5, "Liefertermin", "order_conflict"),
                (4, "ME", "unknown_unit"),
                (5, "Menge", "invalid_quantity"),
            ],
        ),
    ]


def test_a_utf_16_export_with_pieces_as_decimals_is_read() -> None:
    erp = parse_profile(ERP.replace('";"', '"\\t"'))
    (order,) = read(SAMPLES / "erp_excel_unicode_utf16.txt", erp)
    assert said(order) == [(3, "Menge", "bad_number")]


def test_rows_without_a_number_belong_to_the_order_above_where_the_profile_says_so() -> None:
    shop = parse_profile(
        """
        name = "shop"
        kind = "orders"
        version = 1
        identity = { source = "shop" }
        group_by = { blank_key = "same_as_above" }
        [columns]
        order_no = { headers = ["Name"] }
        sku = { headers = ["Lineitem sku"] }
        quantity = { headers = ["Lineitem quantity"] }
        ship_name = { headers = ["Shipping Name"] }
        """
    )
    orders = read(SAMPLES / "shopify_orders_blank_name.csv", shop)
    assert [
        (record_key(order), [(line.sku, line.quantity) for line in order.draft.lines])
        for order in orders
        if isinstance(order, AcceptedOrder)
    ] == [("#2001", [("LANT-1", 1), ("WICK-1", 2)]), ("#2002", [("WICK-1", 1)])]
    assert said(read("Name,Lineitem sku,Lineitem quantity\n,S1,1\n", shop)[0]) == [(2, "Name", "missing_value")]


def test_a_repeated_line_is_taken_once_and_a_clashing_one_refuses_the_order() -> None:
    head = "order_no,line_no,sku,quantity\n"
    (order,) = read(head + "A,1,S1,2\nA,1,S1,2\nA,,S1,2\nA,,S1,2\n")
    assert isinstance(order, AcceptedOrder)
    assert [(line.line_no, line.quantity) for line in order.draft.lines] == [(1, 2), (2, 2), (3, 2)]
    assert said(order) == [(3, "line_no", "duplicate_record")]
    assert said(read(head + "A,1,S1,2\nA,1,S2,2\n")[0]) == [(3, "line_no", "line_conflict")]


def test_the_same_sku_twice_stays_two_lines() -> None:
    (order,) = read("order_no,sku,quantity\nA,S1,2\nA,S1,3\n")
    assert isinstance(order, AcceptedOrder)
    assert [(line.sku, line.quantity) for line in order.draft.lines] == [("S1", 2), ("S1", 3)]


def test_a_line_without_a_sku_is_held_or_refused_as_the_profile_says() -> None:
    text = "order_no,sku,quantity\nA,,2\n"
    assert isinstance(read(text, profile())[0], AcceptedOrder)
    assert said(read(text, profile(on_missing_sku='"refuse"'))[0]) == [(2, "sku", "missing_value")]


def test_a_line_without_a_quantity_is_refused() -> None:
    assert said(read("order_no,sku,quantity\nA,S1,\n")[0]) == [(2, "quantity", "missing_value")]


def test_orders_of_two_sources_may_share_a_number() -> None:
    records = read("source,order_no,sku,quantity\nweb,1,S1,1\nshop,1,S1,2\n,1,S1,3\n")
    assert [record.draft.source for record in records if isinstance(record, AcceptedOrder)] == [
        "web",
        "shop",
        "canonical",
    ]


def test_a_row_whose_number_cannot_be_read_is_refused_by_itself() -> None:
    text = "source,order_no,sku,quantity\nweb,1,S1,1\nweb,2\u200b,S1,2\nweb\nw\u200b,3,S1,1\n"
    assert [(record_key(record), said(record)) for record in read(text)] == [
        ("1", []),
        ("", [(3, "order_no", "missing_value")]),
        ("", [(4, None, "too_few_fields")]),
        ("", [(5, "order_no", "missing_value")]),
    ]
