"""What left, as each shop takes it: equal to the published samples, and never a formula for a spreadsheet."""

import csv
import io
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from tests.exchange.files import SAMPLES
from warehouse.domain.write_backs import Recipient, ShippedLine, ShippedParcel, WriteBackForm, retry_in
from warehouse.exchange.write_back import SHOPIFY, suffix_of, write_back

SHIPPED = datetime(2026, 3, 2, 12, 56, tzinfo=UTC)


def a_parcel(*lines: tuple[str, str, int], **more: object) -> ShippedParcel:
    values = {
        "order_no": "203-1234567-0000001",
        "order_id": "203-1234567-0000001",
        "number": "W-1",
        "sscc": "350123450000000016",
        "carrier": "Royal Mail",
        "service": "Tracked 48",
        "tracking": "AB123456785GB",
        "shipped_at": SHIPPED,
        "customer": "",
        "recipient": Recipient(),
    } | more
    inside = tuple(ShippedLine(external_line=line, sku=sku, name="", quantity=count) for line, sku, count in lines)
    return ShippedParcel(**values, lines=inside)  # type: ignore[arg-type]


def test_amazon_gets_its_own_confirmation() -> None:
    parcel = a_parcel(("41483244219701", "85123A", 3), ("41483244219702", "85099B", 1))
    sample = (SAMPLES / "amazon_shipping_confirmation.txt").read_bytes()
    assert write_back(WriteBackForm.AMAZON, [parcel]).splitlines() == sample.splitlines()


def test_shipstation_gets_its_notice() -> None:
    parcel = a_parcel(
        ("1", "FD88821", 2),
        order_no="ABC123",
        order_id="123456",
        carrier="USPS",
        service="Priority Mail",
        tracking="9400100000000000000000",
        customer="dev@example.com",
        recipient=Recipient(
            name="The President",
            company="US Govt",
            lines=("1600 Pennsylvania Ave",),
            city="Washington",
            region="DC",
            postcode="20500",
            country="US",
        ),
    )
    ours = said(write_back(WriteBackForm.SHIPSTATION, [parcel]))
    theirs = said((SAMPLES / "shipstation_shipnotify.xml").read_bytes())
    differing = {name for name in theirs if theirs[name] != ours.get(name)}
    # What it cost is nobody's business there, and the item's name is not ours to know here.
    assert differing == {"ShippingCost", "Items/Item/Name"}


def said(body: bytes) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(element: ET.Element, path: str) -> None:
        for child in element:
            here = f"{path}{child.tag}"
            if len(child):
                walk(child, f"{here}/")
            else:
                found[here] = child.text or ""

    walk(ET.fromstring(body), "")  # noqa: S314 - our own notice and a sample of the tests
    return found


def test_a_sku_that_stood_there_twice_is_told_line_by_line() -> None:
    parcel = a_parcel(("10", "MUG", 2), ("20", "MUG", 5), order_no="#1001")
    rows = list(csv.reader(io.StringIO(write_back(WriteBackForm.SHOPIFY, [parcel]).decode())))
    assert rows == [
        list(SHOPIFY),
        ["#1001", "MUG", "2", "Royal Mail", "AB123456785GB", "2026-03-02 12:56:00 +0000", "true"],
        ["#1001", "MUG", "5", "Royal Mail", "AB123456785GB", "2026-03-02 12:56:00 +0000", "true"],
    ]
    plain = list(csv.DictReader(io.StringIO(write_back(WriteBackForm.GENERIC, [parcel]).decode())))
    assert [(row["line_no"], row["sku"], row["quantity"], row["sscc"]) for row in plain] == [
        ("10", "MUG", "2", "350123450000000016"),
        ("20", "MUG", "5", "350123450000000016"),
    ]


def test_no_cell_is_a_formula_and_no_text_breaks_a_row() -> None:
    parcel = a_parcel(("1", "=1+1", 1), carrier="@SUM(A1)", service="a\tb\nc")
    rows = list(csv.DictReader(io.StringIO(write_back(WriteBackForm.GENERIC, [parcel]).decode())))
    assert (rows[0]["sku"], rows[0]["carrier"]) == ("'=1+1", "'@SUM(A1)")
    head, line = write_back(WriteBackForm.AMAZON, [parcel]).decode().splitlines()
    assert (head.count("\t"), line.count("\t"), line.split("\t")[7]) == (8, 8, "a b c")
    broken = a_parcel(("1", "<&\x01>", 1))
    assert said(write_back(WriteBackForm.SHIPSTATION, [broken]))["Items/Item/SKU"] == "<&>"


def test_files_are_named_as_their_shop_wants_them() -> None:
    assert [suffix_of(form) for form in WriteBackForm] == ["csv", "csv", "txt", "xml"]
    assert (retry_in(1), retry_in(7)) != (None, retry_in(6))
    assert retry_in(7) is None
