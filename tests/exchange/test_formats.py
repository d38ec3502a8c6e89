"""The files shops and their programs really write, each by its own profile, with everything that is odd about them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.exchange.files import SAMPLES, head_of, read, refusal, said
from warehouse.domain.drafts import AcceptedRecord, ItemDraft, Refused, Skipped, StockDraft
from warehouse.domain.orders import AcceptedOrder, OrderDraft
from warehouse.exchange.columns import memos
from warehouse.exchange.profile import Profile, built_in_profile, profile_names
from warehouse.exchange.targets import Kind

BAD_LINES = {
    "4500012345": [(3, "Menge", "bad_number")],
    "4500012346": [
        (4, "Liefertermin", "bad_date"),
        (4, "ME", "unknown_unit"),
        (5, "Menge", "invalid_quantity"),
    ],
}


def profile(name: str, kind: Kind = Kind.ORDERS) -> Profile:
    return built_in_profile(kind, name)


def orders(name: str, file: str) -> dict[str, OrderDraft]:
    found = read(SAMPLES / file, profile(name))
    return {record.draft.external_id: record.draft for record in found if isinstance(record, AcceptedOrder)}


def goods(draft: OrderDraft) -> list[tuple[str, int]]:
    return [(line.sku, line.quantity) for line in draft.pickable_lines]


def drafts(kind: type[Any], name: str, file: str, of: Kind) -> list[Any]:
    found = read(SAMPLES / file, profile(name, of))
    return [record.draft for record in found if isinstance(record, AcceptedRecord) and isinstance(record.draft, kind)]


def test_shopify_orders_are_whole_over_their_continued_rows() -> None:
    found = orders("shopify-orders", "shopify_orders.csv")
    assert {number: goods(draft) for number, draft in found.items()} == {
        "#1001": [("85123A", 2), ("85099B", 1)],
        "#1002": [("22423", 1)],
        "#1003": [("47566", 3)],
        "#1004": [("47566", 1)],
        "#1005": [("21212", 2)],
        "#1006": [("84077", 1000), ("NO-SUCH-SKU", 1)],
    }
    first, second = found["#1001"], found["#1002"]
    assert [line.quantity for line in first.lines if not line.pickable] == [6]
    assert (first.ship_to.postcode, first.ship_to.phone) == ("LS1 4AP", "+44 113 496 0001")
    assert first.placed_at == datetime(2026, 3, 2, 9, 14, 5, tzinfo=UTC)
    assert (second.ship_to.postcode, second.ship_to.name) == ("02118", '"Bo" O\'Neil, Jr.')
    assert second.note == 'Leave with neighbour, not in the "blue" bin 📦'


def test_shopify_says_what_is_unpaid_risky_or_cancelled() -> None:
    found = orders("shopify-orders", "shopify_orders.csv")
    assert {number: (it.payment, it.risk, it.withdrawn) for number, it in found.items() if number > "#1002"} == {
        "#1003": ("pending", "Low", False),
        "#1004": ("refunded", "Low", True),
        "#1005": ("paid", "Low", False),
        "#1006": ("paid", "High", False),
    }


def test_a_shopify_order_that_stands_there_twice_is_one() -> None:
    records = read(SAMPLES / "shopify_orders.csv", profile("shopify-orders"))
    (second,) = [
        record for record in records if isinstance(record, AcceptedOrder) and record.draft.external_id == "#1002"
    ]
    assert said(second) == [(13, "Name", "duplicate_record")]
    text = (SAMPLES / "shopify_orders.csv").read_text(encoding="utf-8")
    start = text.rindex("#1002,")
    other = text[:start] + text[start:].replace(",1,REGENCY", ",2,REGENCY", 1)
    (clash,) = [record for record in read(other, profile("shopify-orders")) if isinstance(record, Refused)]
    assert (clash.key, said(clash)[-1]) == ("#1002", (13, "Name", "order_conflict"))


def test_a_shopify_row_without_a_name_belongs_to_the_order_above() -> None:
    found = orders("shopify-orders", "shopify_orders_blank_name.csv")
    assert {number: goods(draft) for number, draft in found.items()} == {
        "#2001": [("LANT-1", 1), ("WICK-1", 2)],
        "#2002": [("WICK-1", 1)],
    }


def test_shopify_products_are_variants_with_the_title_of_their_family() -> None:
    records = read(SAMPLES / "shopify_products.csv", profile("shopify-products", Kind.ITEMS))
    found = {record.draft.key: record.draft for record in records if isinstance(record, AcceptedRecord)}
    assert {sku: (it.name, [code.code for code in it.barcodes], it.weight_g) for sku, it in found.items()} == {  # type: ignore[union-attr]
        "85123A": ("WHITE HANGING HEART T-LIGHT HOLDER", ["5012345678900"], 120),
        "85099B": ("JUMBO BAG RETROSPOT", ["5012345678917"], 90),
        "85099C": ("JUMBO BAG RETROSPOT", ["5012345678924"], 90),
        "22423": ("REGENCY CAKESTAND 3 TIER", [], 1900),
        "47566": ("PARTY BUNTING", [], None),
    }
    assert [finding for record in records for finding in said(record)] == [
        (5, "Variant SKU", "duplicate_sku"),
        (6, "barcode", "bad_barcode"),
        (7, "barcode", "bad_barcode"),
        (7, "weight_g", "missing_weight"),
    ]


def test_rows_cut_short_between_those_of_a_family_are_refused_and_take_nothing_from_the_others() -> None:
    rows = (SAMPLES / "shopify_products.csv").read_bytes().splitlines(keepends=True)
    at = next(number for number, row in enumerate(rows) if row.startswith(b"jumbo-bag,,"))
    cut = [*rows[:at], b"jumbo-bag\n", b"jumbo-bag\n", b"x,y\n", b"x,y\n", *rows[at:]]
    records = read(b"".join(cut), profile("shopify-products", Kind.ITEMS))
    names = {record.draft.key: record.draft.name for record in records if isinstance(record, AcceptedRecord)}  # type: ignore[union-attr]
    assert names["85099C"] == "JUMBO BAG RETROSPOT"
    short = [finding for record in records for finding in said(record) if finding[2] == "too_few_fields"]
    assert [line for line, _, _ in short] == [at + 1, at + 2, at + 3, at + 4]


def test_shopify_stock_is_what_lies_there_and_words_are_no_figures() -> None:
    records = read(SAMPLES / "shopify_inventory.csv", profile("shopify-inventory", Kind.STOCK))
    found = [record.draft for record in records if isinstance(record, AcceptedRecord)]
    assert [(it.bin, it.sku, it.quantity) for it in found if isinstance(it, StockDraft)] == [
        ("A-01-02-1", "85123A", 50),
        ("A-01-03-2", "85099B", 20),
        ("B-02-01-1", "22423", 7),
    ]
    assert [said(record) for record in records if record is not None and said(record)] == [
        [(4, "Bin name", "missing_value"), (4, "On hand (current)", "bad_number")],
        [(5, "Available (not editable)", "oversold")],
        [(6, "Bin name", "missing_value")],
    ]
    older = "SKU,Bin name,Available,On hand\n22423,A,3,4\n"
    (old,) = read(older, profile("shopify-inventory", Kind.STOCK))
    assert isinstance(old, AcceptedRecord)
    renamed = refusal("SKU,Bin name,Left over\n22423,A,3\n", profile("shopify-inventory", Kind.STOCK))
    assert "no column “On hand (current)”" in renamed.message


def test_shopify_keeps_tariff_numbers_with_its_stock() -> None:
    found = drafts(ItemDraft, "shopify-inventory", "shopify_inventory.csv", Kind.ITEMS)
    assert {it.sku: (it.hs_code, it.origin) for it in found} == {
        "85123A": ("7013.99", "CN"),
        "85099B": ("4202.92", "IN"),
        "85099C": ("4202.92", "IN"),
        "22423": ("", ""),
    }


def test_woocommerce_orders_are_read_field_in_field() -> None:
    found = orders("woocommerce-orders", "woocommerce_orders.json")
    assert {number: (it.payment, goods(it)) for number, it in found.items()} == {
        "7001": ("paid", [("MUG-RED", 2), ("21212", 1)]),
        "7002": ("on-hold", [("MUG-RED", 1)]),
        "7003": ("paid", [("", 1)]),
        "7005": ("paid", [("MUG-RED", 2), ("21212", 1)]),
    }
    first = found["7001"]
    assert first.placed_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert (first.ship_to.name, first.service, first.lines[0].external_line) == (
        "Jörg Müller-Lüdenscheidt",
        "DHL Paket",
        "900",
    )
    assert [line.unit_price_cents for line in first.lines] == [1290, 55]
    skipped = [
        it for it in read(SAMPLES / "woocommerce_orders.json", profile("woocommerce-orders")) if isinstance(it, Skipped)
    ]
    assert [it.key for it in skipped] == ["7004"]


def test_woocommerce_products_have_commas_for_points_and_kilograms() -> None:
    records = read(SAMPLES / "woocommerce_products_de.csv", profile("woocommerce-products", Kind.ITEMS))
    found = {record.draft.key: record.draft for record in records if isinstance(record, AcceptedRecord)}
    assert sorted(found) == ["21212", "=cmd|' /C calc'!A0", "MUG-RED"]
    tin = found["21212"]
    assert isinstance(tin, ItemDraft)
    assert (tin.name, tin.weight_g, tin.length_mm, tin.height_mm) == ("Törtchenförmchen 72 Stück", 85, 120, 80)
    assert [said(record) for record in records if isinstance(record, Refused)] == [[(5, "SKU", "missing_value")]]
    price = memos(profile("woocommerce-products", Kind.ITEMS))["price"]
    assert [price[cell] for cell in ("0,55", "1.299,50", "7,90")] == [55, 129950, 790]


def test_amazon_says_what_is_left_to_be_sent() -> None:
    found = orders("amazon-unshipped", "amazon_unshipped_cp1252.txt")
    first, second = found["203-1234567-0000001"], found["203-1234567-0000002"]
    assert [(line.external_line, line.sku, line.quantity) for line in first.lines] == [
        ("41483244219701", "85123A", 3),
        ("41483244219702", "85099B", 1),
    ]
    assert (first.ship_to.name, first.lines[1].description) == ("Zoë Brontë", 'Jumbo bag "red" 15" wide')
    assert second.ship_to.line2 == "Long Industrial Estate Road Gate 4"
    assert (second.ship_on, goods(second)) == (date(2026, 2, 28), [("22423", 1)])


def test_ebay_has_rows_that_are_none_and_a_count_that_must_hold() -> None:
    found = orders("ebay-orders", "ebay_orders.csv")
    assert {number: (it.payment, goods(it)) for number, it in found.items()} == {
        "13-14975-00010": ("paid", [("SHIRT-M", 1), ("CAP", 2)]),
        "13-14975-00011": ("not paid", [("", 1)]),
    }
    unpaid = found["13-14975-00011"]
    assert (unpaid.ship_to.postcode, unpaid.lines[0].unit_price_cents) == ("02138", 123450)
    assert unpaid.ship_on == date(2026, 8, 6)
    cut = (SAMPLES / "ebay_orders.csv").read_bytes().replace(b'"902"', b'"902x"').split(b"\r\n")
    short = b"\r\n".join(line for line in cut if not line.startswith(b'"902x"'))
    assert refusal(short, profile("ebay-orders")).message == "Line 7 says 3 records, but 2 stand above it."


def test_shipstation_gives_orders_in_xml() -> None:
    (order,) = orders("shipstation", "shipstation_custom_store.xml").values()
    assert (order.external_id, order.payment, goods(order)) == ("123456", "paid", [("FD88821", 2)])
    assert order.placed_at == datetime(2026, 3, 2, 21, 56, tzinfo=UTC)
    assert order.note == "Please make sure it gets here by Dec. 22nd & ring <twice>"


BOMB = '<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaa">]><Orders><Order><OrderID>&a;</OrderID></Order></Orders>'
OUTSIDE = (
    '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<Orders><Order><OrderID>&a;</OrderID></Order></Orders>'
)


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_xml_that_declares_entities_is_refused(text: str) -> None:
    message = "Line 1: an order file may declare no types or entities of its own."
    assert refusal(text, profile("shipstation")).message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<Orders><Order>", "Line 1: this is not well-formed XML."),
        ("<Orders>\n<Order>just words</Order></Orders>", "Line 2: the order is empty."),
        ("<a>" * 40 + "</a>" * 40, "The file has no element “Order”. Is this the right profile?"),
        ("<Order>" + "<a>" * 40 + "</a>" * 40 + "</Order>", "Line 1: nested too deeply."),
        ("<Order><Items><Item>words</Item></Items></Order>", "Line 1: “Items.Item” must be a list of objects."),
    ],
)
def test_xml_that_is_no_order_list_is_refused_in_a_sentence(text: str, message: str) -> None:
    assert message in refusal(text, profile("shipstation")).message


def test_an_erp_list_holds_whole_orders_back_and_names_each_bad_cell() -> None:
    records = read(SAMPLES / "erp_semicolon_cp1252.csv", profile("erp-semicolon"))
    assert {record.key: said(record) for record in records if isinstance(record, Refused)} == BAD_LINES
    text = (SAMPLES / "erp_semicolon_cp1252.csv").read_bytes().replace(b"2,500", b"2,000")
    (good, bad) = read(text, profile("erp-semicolon"))
    assert isinstance(bad, Refused)
    assert isinstance(good, AcceptedOrder)
    assert goods(good.draft) == [("85123A", 1000), ("22423", 2)]
    assert (good.draft.ship_to.name, good.draft.ship_on) == ("Möbelhaus Grün", date(2026, 3, 5))


def test_the_same_list_from_excel_is_read_in_utf_16() -> None:
    assert head_of(SAMPLES / "erp_excel_unicode_utf16.txt", profile("erp-excel")).form.encoding == "utf-16"
    records = read(SAMPLES / "erp_excel_unicode_utf16.txt", profile("erp-excel"))
    assert [said(record) for record in records] == [BAD_LINES["4500012345"]]


@pytest.mark.parametrize("name", [name for name in profile_names(Kind.ORDERS) if name != "canonical"])
def test_a_file_of_another_shop_is_refused_in_one_sentence(name: str) -> None:
    others = {"shopify-orders": "ebay_orders.csv", "erp-excel": "canonical_orders.csv"}
    error = refusal(SAMPLES / others.get(name, "shopify_orders.csv"), profile(name))
    assert error.message.count("\n") == 0
    assert "column" in error.message or "XML" in error.message or "element" in error.message
