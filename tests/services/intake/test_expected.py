"""Each sample file in the database ends as its answer key says: what is ready, held and why, refused, skipped."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import NOON, an_item, build
from warehouse.children import Children
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Outcome, Surroundings, import_file
from warehouse.services.actor import SYSTEM
from warehouse.storage.database import Database
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.queries.order_list import OrderFilter, list_orders

SAMPLES = Path(__file__).resolve().parents[2] / "exchange" / "samples"
KEY = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
SKUS = (
    *("85123A", "85099B", "22423", "47566", "21212", "84879", "84077", "LANT-1", "WICK-1", "MUG-RED", "SHIRT-M", "CAP"),
    "FD88821",
)


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    build(database, lambda session: [an_item(session, sku) for sku in SKUS])
    yield database
    database.close()


def bring(house: Database, children: Children, file: str, profile: str) -> Outcome:
    around = Surroundings(database=house, children=children, now=lambda: NOON, hash_pin=str)
    origin = SAMPLES / file
    return import_file(around, Job(kind=Kind.ORDERS, origin=origin, file_name=file, actor=SYSTEM, profile=profile))


def picked(house: Database) -> dict[str, list[list[object]]]:
    """By the shop's number, what is picked of each order."""
    found: dict[str, list[list[object]]] = {}
    with house.read() as session:
        rows = session.execute(
            select(OrderRow.external_id, OrderLineRow.sku, OrderLineRow.ordered)
            .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
            .where(OrderLineRow.pickable)
            .order_by(OrderLineRow.id)
        )
        for number, sku, quantity in rows:
            found.setdefault(number, []).append([sku, quantity])
    return found


def held(house: Database) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with house.read() as session:
        for number, reason in session.execute(
            select(OrderRow.external_id, HoldRow.reason).join(HoldRow, HoldRow.order_id == OrderRow.id)
        ):
            found.setdefault(number, set()).add(reason)
    return found


def test_shopify_orders(house: Database, children: Children) -> None:
    said = bring(house, children, "shopify_orders.csv", "shopify-orders").report
    wanted = {
        number: it["shippable_lines"]
        for number, it in KEY["shopify_orders.csv"]["orders"].items()
        if "shippable_lines" in it
    }
    assert {number: lines for number, lines in picked(house).items() if number in wanted} == wanted
    reasons = held(house)
    assert reasons["#1003"] == {"unpaid"}
    assert "#1004" not in picked(house)
    assert {"unknown_sku", "unpaid"} <= reasons["#1006"]
    assert {finding["code"] for finding in said["findings"]} >= {"duplicate_record", "cancelled_upstream"}
    assert (said["rows"], said["orders"]["created"], said["orders"]["refused"]) == (
        KEY["shopify_orders.csv"]["data_records"],
        KEY["shopify_orders.csv"]["distinct_orders"] - 1,
        1,
    )


def test_shopify_orders_with_blank_names(house: Database, children: Children) -> None:
    bring(house, children, "shopify_orders_blank_name.csv", "shopify-orders")
    assert picked(house) == KEY["shopify_orders_blank_name.csv"]["orders"]


def test_woocommerce_orders(house: Database, children: Children) -> None:
    said = bring(house, children, "woocommerce_orders.json", "woocommerce-orders").report["orders"]
    key = KEY["woocommerce_orders.json"]
    reasons = held(house)
    assert set(reasons) == set(key["hold"])
    assert (reasons["7002"], reasons["7005"]) == ({"unpaid"}, {"duplicate_order"})
    assert reasons["7003"] == {"unknown_sku"}
    assert (said["created"], said["skipped"]) == (key["orders"] - len(key["skip"]), len(key["skip"]))


def test_a_shipstation_order_has_the_number_people_use_and_the_key_programs_use(
    house: Database, children: Children
) -> None:
    bring(house, children, "shipstation_custom_store.xml", "shipstation")
    with house.read() as session:
        (order,) = list_orders(session, OrderFilter(search="abc12"))
        by_key = list_orders(session, OrderFilter(source="shipstation", external_id="123456"))
    assert (order.number, order.shop_number, order.external_id) == ("ABC123", "ABC123", "123456")
    assert [it.number for it in by_key] == ["ABC123"]
    assert bring(house, children, "shipstation_custom_store.xml", "shipstation").report["orders"]["unchanged"] == 1


def test_amazon_orders(house: Database, children: Children) -> None:
    said = bring(house, children, "amazon_unshipped_cp1252.txt", "amazon-unshipped").report
    key = KEY["amazon_unshipped_cp1252.txt"]
    assert (said["rows"], said["orders"]["created"]) == (key["data_records"], key["orders"])
    assert ["85099B", 1] in picked(house)["203-1234567-0000001"]


def test_ebay_orders(house: Database, children: Children) -> None:
    said = bring(house, children, "ebay_orders.csv", "ebay-orders").report
    key = KEY["ebay_orders.csv"]
    assert (said["rows"], said["orders"]["created"]) == (key["data_records"], key["orders"])
    assert held(house)["13-14975-00011"] == {"unpaid", "unknown_sku"}


@pytest.mark.parametrize(
    ("file", "profile", "refused"),
    [("erp_semicolon_cp1252.csv", "erp-semicolon", 2), ("erp_excel_unicode_utf16.txt", "erp-excel", 1)],
)
def test_erp_lists_never_leave_half_an_order(
    house: Database, children: Children, file: str, profile: str, refused: int
) -> None:
    said = bring(house, children, file, profile).report
    assert (picked(house), said["orders"]["refused"]) == ({}, refused)
    assert {finding["line"] for finding in said["findings"] if finding["line"]} >= {3}
    if refused == 2:
        lines = {int(where.removeprefix("line ")) for where in KEY[file]["reject"]}
        # The row of totals is no order: it is left out without a word.
        assert {finding["line"] for finding in said["findings"] if finding["line"]} == lines - {6}


def test_a_custom_store(house: Database, children: Children) -> None:
    bring(house, children, "shipstation_custom_store.xml", "shipstation")
    assert list(picked(house).values()) == [KEY["shipstation_custom_store.xml"]["pick_lines"]]
    assert held(house) == {}
