import json
import pickle
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.exchange.files import SAMPLES, head_of, parts, read, refusal, said, shared
from warehouse.domain.drafts import Finding, Refused, Skipped
from warehouse.domain.orders import (
    AcceptedOrder,
    Cancellation,
    OrderDraft,
    OrderLineDraft,
    ShipTo,
    content_hash,
    goods_of,
)
from warehouse.exchange.mapping import Chunk, FileHead, Request, read_file, read_orders, record_key
from warehouse.exchange.profile import built_in_profile
from warehouse.exchange.targets import Kind

RETAIL = built_in_profile(Kind.ORDERS, "online-retail")
THREE = "order_no,sku,quantity\nA,S1,1\nB,S1,zero\nC,S1,1\n"


def test_the_canonical_sample_is_one_whole_order() -> None:
    (order,) = read(SAMPLES / "canonical_orders.csv")
    to = ShipTo(
        name="Ana Lopez",
        line1="12 Mill Lane",
        line2="Flat 3",
        city="Leeds",
        postcode="LS1 4AP",
        country="GB",
        phone="+441134960001",
        email="ana@example.com",
        original=("Ana Lopez", "12 Mill Lane", "Flat 3", "Leeds", "LS1 4AP", "GB", "+441134960001", "ana@example.com"),
    )
    draft = OrderDraft(
        source="demo",
        external_id="D-1",
        placed_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        ship_on=date(2026, 3, 2),
        service="STD",
        ship_to=to,
        customer="",
        currency="GBP",
        payment="",
        site="",
        note="",
        lines=(
            OrderLineDraft(
                line_no=1,
                external_line="1",
                sku="85123A",
                gtin="5012345678900",
                description="WHITE HANGING HEART T-LIGHT HOLDER",
                quantity=2,
                unit_price_cents=295,
                pickable=True,
                source_line=2,
            ),
            OrderLineDraft(
                line_no=2,
                external_line="2",
                sku="85099B",
                gtin="",
                description="JUMBO BAG RED RETROSPOT",
                quantity=1,
                unit_price_cents=208,
                pickable=True,
                source_line=3,
            ),
        ),
        line=2,
    )
    assert order == AcceptedOrder(draft=draft, digest=content_hash(draft), goods=goods_of(draft.lines), findings=())


def test_json_says_the_same_as_csv() -> None:
    rows = (SAMPLES / "canonical_orders.csv").read_text().splitlines()
    names = rows[0].split(",")
    flat = [dict(zip(names, row.split(","), strict=True)) for row in rows[1:]]
    (from_csv,) = read(SAMPLES / "canonical_orders.csv")
    (from_json,) = read(json.dumps(flat))
    assert isinstance(from_csv, AcceptedOrder)
    assert isinstance(from_json, AcceptedOrder)
    assert from_json.digest == from_csv.digest


def test_json_orders_may_carry_their_lines_inside() -> None:
    text = '[\n{"order_no": "J1", "lines": [{"sku": "S1", "quantity": 2}, {"sku": "S2", "quantity": 1}]}\n]'
    (order,) = read(text)
    assert isinstance(order, AcceptedOrder)
    assert [(line.sku, line.quantity, line.source_line) for line in order.draft.lines] == [("S1", 2, 2), ("S2", 1, 2)]


def test_the_broken_sample_is_refused_whole_and_names_where_the_quote_opened() -> None:
    assert [(finding.line, finding.code) for finding in refusal(SAMPLES / "broken.csv").findings] == [
        (3, "too_few_fields"),
        (4, "too_many_fields"),
        (5, "unreadable_file"),
    ]
    assert "opened on line 5" in refusal(SAMPLES / "broken.csv").message


def test_the_broken_sample_with_its_quote_repaired_refuses_exactly_the_bad_orders() -> None:
    repaired = (SAMPLES / "broken.csv").read_text(encoding="utf-8").replace('"unterminated', "85123A")
    found = {record_key(record): said(record) for record in read(repaired)}
    assert found == {
        "X1": [],
        "X2": [(3, None, "too_few_fields")],
        "X3": [(4, None, "too_many_fields")],
        "X4": [],
        "X5": [(6, "quantity", "bad_number")],
        "X6": [],
        "X7": [(8, "quantity", "bad_number")],
        "X8": [(9, "quantity", "invalid_quantity")],
        "": [(10, "order_no", "missing_value")],
    }


def test_an_empty_file_is_refused_with_a_plain_sentence() -> None:
    assert refusal(SAMPLES / "empty.csv").message == "The file is empty."
    assert refusal("\n \n").message.startswith("The file has no column")
    assert refusal("\n\n").message == "The file holds nothing but blank lines."


def test_a_file_of_a_header_alone_is_accepted_as_empty() -> None:
    (head,) = parts(SAMPLES / "header_only.csv")
    assert isinstance(head, FileHead)
    assert (head.rows, head.records, head.preview) == (0, 0, ())


def test_a_nul_byte_is_refused_with_line_and_column() -> None:
    assert refusal(SAMPLES / "nul_bytes.csv").findings == (
        Finding(2, "sku", "unreadable_file", "Line 2, sku: a NUL byte stands in the text. Export the file again."),
    )


def test_missing_columns_stop_the_run_and_unknown_ones_are_named() -> None:
    assert refusal("order_no,colour\n1,red\n").message == (
        "The file has no column “sku”, “quantity”. It begins with “order_no”, “colour”. Is this the right profile?"
    )
    head = head_of(" Order  NUMBER ,SKU,Qty,colour,,line,reason\n1,S1,1,red,,,\n")
    assert head.findings == (Finding(None, "colour", "unknown_column", "Column “colour” is not read"),)
    assert refusal("sku,SKU,order_no,quantity\n").message == "Columns “sku” and “SKU” both mean sku."


def test_all_or_nothing_refuses_the_good_with_the_bad() -> None:
    assert [type(record) for record in read(THREE)] == [AcceptedOrder, Refused, AcceptedOrder]
    held = read(THREE, all_or_nothing=True)
    assert [said(record) for record in held] == [
        [(2, None, "all_or_nothing")],
        [(3, "quantity", "bad_number")],
        [(4, None, "all_or_nothing")],
    ]
    good = THREE.replace("zero", "2")
    assert [type(record) for record in read(good, all_or_nothing=True)] == [AcceptedOrder] * 3


def test_records_come_in_chunks_with_progress() -> None:
    chunks = [part for part in parts(THREE, chunk=2) if isinstance(part, Chunk)]
    assert [(len(chunk.records), chunk.rows_done, chunk.rows) for chunk in chunks] == [(2, 2, 3), (1, 3, 3)]


def test_requests_and_answers_travel_between_processes() -> None:
    request = Request(origin=THREE.encode(), profile=RETAIL)
    answer = parts(THREE)
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301 - our own bytes
    error = refusal(SAMPLES / "broken.csv")
    assert pickle.loads(pickle.dumps(error)).findings == error.findings  # noqa: S301 - our own bytes


def test_orders_can_be_read_one_by_one() -> None:
    request = Request(origin=THREE.encode(), profile=built_in_profile(Kind.ORDERS))
    assert [record_key(record) for record in read_orders(request)] == ["A", "B", "C"]


def test_a_file_changed_between_its_two_readings_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(THREE)
    request = Request(origin=path, profile=built_in_profile(Kind.ORDERS))
    reading = read_orders(request)
    first = next(reading)
    assert record_key(first) == "A"
    running = read_file(request)
    next(running)
    path.write_text(THREE + "D,S1,1\n")
    with pytest.raises(Exception, match="changed while it was read"):
        list(running)


def test_a_utf_16_file_of_a_semicolon_shop_reads_like_any_other() -> None:
    text = "order_no;sku;quantity\nÄ1;S1;2\n"
    for data in (text.encode("utf-16"), text.encode("utf-8-sig"), text.encode()):
        (order,) = read(data)
        assert record_key(order) == "Ä1"


def test_the_half_thousand_orders_keep_their_counts() -> None:
    expected = json.loads(shared("online_retail_expected_quality.json").read_text())["orders_500.csv"]
    records = read(shared("orders_500.csv"), RETAIL)
    orders = [record.draft for record in records if isinstance(record, AcceptedOrder)]
    assert len(records) == expected["invoices"]
    assert len(orders) == expected["pickable_orders"]
    assert sum(len(order.pickable_lines) for order in orders) == expected["pickable_rows"]


def test_the_full_order_book_keeps_its_counts_and_its_interrupted_order() -> None:
    expected = json.loads(shared("online_retail_expected_quality.json").read_text())["online_retail.csv.gz"]
    kinds: Counter[type] = Counter()
    lines = units = 0
    skus: set[str] = set()
    whole: AcceptedOrder | None = None
    for record in read_orders(Request(origin=shared("online_retail.csv.gz"), profile=RETAIL)):
        kinds[type(record)] += 1
        if isinstance(record, AcceptedOrder):
            lines += len(record.draft.pickable_lines)
            units += sum(line.quantity for line in record.draft.pickable_lines)
            skus.update(line.sku.casefold() for line in record.draft.pickable_lines)
            whole = record if record.draft.external_id == "542806" else whole
    assert (kinds.total(), kinds[AcceptedOrder]) == (expected["invoices"], expected["pickable_orders"])
    assert (lines, units) == (expected["pickable_rows"], expected["pickable_units"])
    assert len(skus) == expected["pickable_skus_casefolded"]
    assert (kinds[Cancellation], kinds[Refused], kinds[Skipped]) == (3422, 1324, 616)
    assert whole is not None
    assert len(whole.draft.lines) == 39
    assert (78094, "InvoiceNo", "order_interrupted") in said(whole)


def test_a_reordered_file_has_the_same_content() -> None:
    one, other = (
        read(text)[0]
        for text in ("order_no,sku,quantity\nA,S1,1\nA,S2,2\n", "order_no,sku,quantity\n\nA,S2,2\nA,S1,1\n")
    )
    assert isinstance(one, AcceptedOrder)
    assert isinstance(other, AcceptedOrder)
    assert one.digest == other.digest
    assert content_hash(replace(one.draft, service="EXP")) != one.digest


def test_an_order_crosses_to_another_process_unchanged() -> None:
    to = ShipTo(name="Ana", original=("12 Mill Lane", "Leeds"))
    line = OrderLineDraft(1, "", "85123A", "", "HEART", 2, 295, pickable=True, source_line=2)
    draft = OrderDraft(
        source="demo",
        external_id="D-1",
        placed_at=None,
        ship_on=None,
        service="STD",
        ship_to=to,
        customer="7",
        currency="GBP",
        payment="",
        site="",
        note="",
        lines=(line,),
        line=2,
    )
    order = AcceptedOrder(
        draft=draft, digest="d", goods=goods_of(draft.lines), findings=(Finding(2, "sku", "note", "text"),)
    )
    assert pickle.loads(pickle.dumps(order)) == order  # noqa: S301 - made in this very test
