"""The data audit: the figures and findings of real files, what would be held, and a report that is safe to open."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.files import SAMPLES
from warehouse.cli import main

ANSWERS = {
    "rows": "rows",
    "orders": "invoices",
    "skus": "skus_exact",
    "skus_folded": "skus_casefolded",
    "customers": "customers",
    "countries": "countries",
    "cancellations": "cancellation_invoices_C",
    "cancelling_rows": "cancellation_lines_C",
    "orders_not_meant": "adjustment_invoices_A",
    "rows_below_zero": "rows_negative_qty",
    "rows_below_zero_uncancelled": "rows_negative_qty_not_C",
    "rows_cancelling_above_zero": "rows_positive_qty_in_C",
    "rows_without_price": "rows_zero_price",
    "rows_price_below_zero": "rows_negative_price",
    "rows_missing_description": "rows_missing_description",
    "rows_missing_customer": "rows_missing_customer",
    "duplicate_rows": "rows_exact_duplicates_extra",
    "orders_repeating_a_sku": "invoices_with_repeated_sku",
    "rows_repeating_a_sku": "rows_repeated_sku_extra",
    "rows_not_stock": "rows_nonstock_code",
    "rows_other_spelling": "rows_lowercase_sku",
    "orders_at_two_times": "invoices_with_more_than_one_timestamp",
    "customers_in_two_countries": "customers_with_more_than_one_country",
    "largest_quantity": "max_abs_quantity",
    "pickable_rows": "pickable_rows",
    "pickable_orders": "pickable_orders",
    "pickable_units": "pickable_units",
    "pickable_skus_folded": "pickable_skus_casefolded",
    "same_basket_within_a_day": "identical_basket_same_customer_within_24h",
}


@pytest.fixture(autouse=True)
def nothing_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Before go-live there is no house."""
    folder = tmp_path / "house"
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(folder))
    return folder


def audited(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    capsys.readouterr()
    assert main(["audit", "data", *map(str, arguments), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    return found


def test_the_figures_of_a_real_order_book_equal_its_answer_key(
    shared: Path, nothing_there_yet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = json.loads((shared / "data" / "online_retail_expected_quality.json").read_text())["orders_500.csv"]
    found = audited(capsys, shared / "data" / "orders_500.csv")
    assert found["profile"] == "orders/online-retail"
    assert {name: found["figures"][name] for name in ANSWERS} == {name: key[answer] for name, answer in ANSWERS.items()}
    counts = found["findings"]
    assert counts["case_variants"] == key["skus_with_case_variants"]
    assert counts["descriptions"] == key["skus_with_multiple_descriptions"]
    assert counts["never_described"] == key["skus_never_described"]
    assert counts["not_stock"] == len(key["nonstock_codes"])
    assert not (nothing_there_yet / "warehouse.sqlite").exists()


@pytest.mark.usefixtures("nothing_there_yet")
def test_the_whole_real_year_equals_its_answer_key_and_holds_so_many_orders_by_rule(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """142 of 20,538 orders are held, 0.47 a day: what is unusual fires on 131 lines (0.43 a day) of 87 orders, a
    customer's own maximum on 17 orders, the same basket on 39.
    """
    key = json.loads((shared / "data" / "online_retail_expected_quality.json").read_text())["online_retail.csv.gz"]
    found = audited(capsys, shared / "data" / "online_retail.csv.gz")
    assert {name: found["figures"][name] for name in ANSWERS} == {name: key[answer] for name, answer in ANSWERS.items()}
    assert found["findings"] | {"refused": 0, "held": 0, "duplicate_row": 0} == {
        "case_variants": key["skus_with_case_variants"],
        "descriptions": key["skus_with_multiple_descriptions"],
        "never_described": key["skus_never_described"],
        "not_stock": len(key["nonstock_codes"]),
        "refused": 0,
        "held": 0,
        "duplicate_row": 0,
    }
    assert {name: count for name, count in found["figures"].items() if "held" in name or name == "days"} == {
        "days": key["per_day"]["days"],
        "orders_held": 142,
        "held_for_duplicate_order": 39,
        "held_for_unusual_quantity": 103,
    }


def test_products_with_damaged_and_shared_codes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(capsys, SAMPLES / "shopify_products.csv")
    assert found["profile"] == "items/shopify-products"
    assert found["findings"] == {
        "case_variants": 1,
        "same_name": 1,
        "bad_barcode": 2,
        "shared_barcode": 1,
        "missing_weight": 1,
        "missing_customs": 6,
        "refused": 1,
    }


def test_what_would_be_held_or_refused_is_said_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "data", str(SAMPLES / "shopify_orders.csv"), str(SAMPLES / "woocommerce_orders.json")]) == 0
    said = capsys.readouterr().out
    assert "#1003: unpaid (held): Not paid: the shop says “pending”" in said
    assert "#1004: Its shop has cancelled it" in said
    assert "7005: duplicate order (held): Same customer and same basket as order 7001 within 24 h" in said


HEAD = "order_no,customer,ship_name,ship_line1,ship_city,ship_postcode,ship_country,ship_email,sku,quantity\n"


def test_customers_that_may_be_one_are_put_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.csv"
    rows = [
        "1,C1,Jon Smithers,1 Mill Lane,Leeds,LS1 4AP,GB,jon@example.com,A,1",
        "2,C2,John Smithers,1 Mill Lane,Leeds,ls14ap,GB,,A,2",
        "3,C3,Mary Poe,2 Mill Lane,Leeds,LS1 4AP,GB,,A,3",
        "4,C4,M. Poe,9 High St,York,YO1 7HH,GB,JON@example.com,A,4",
    ]
    file.write_text(HEAD + "\n".join(rows) + "\n")
    assert main(["audit", "data", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Customers that may be one: 2" in said
    assert "Jon Smithers (C1) and John Smithers (C2): The same postcode" in said
    assert "Jon Smithers (C1) and M. Poe (C4): The same e-mail" in said


def test_lost_zeros_are_told_from_other_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "items.csv"
    codes = ["12345678905", "8,02E+12", "2012345678903", "4006381333931"]
    rows = [f'S{n},Item {n},"{code}"' for n, code in enumerate(codes)]
    file.write_text("sku,name,barcode\n" + "\n".join(rows) + "\n")
    assert main(["audit", "data", str(file)]) == 0
    said = capsys.readouterr().out
    assert "with its zeros it may be 012345678905" in said
    assert "8,02E+12 was damaged by a spreadsheet" in said
    assert "2012345678903 is an in-store code" in said
    assert "4006381333931 " not in said


def test_the_report_is_written_to_print_and_to_work_through_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("sku,name,barcode\n=1+1,<script>,4006381333931\n=1+1 ,Mug & Cup,4006381333931\nB,<script>,\n")
    assert main(["audit", "data", str(file), "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page
    with (tmp_path / "out" / "same_name.csv").open(encoding="utf-8-sig", newline="") as opened:
        header, row = csv.reader(opened)
    assert header == ["file", "about", "finding", "lines", "how_many_lines"]
    assert row[1] == "'=1+1, B"


def test_a_file_no_profile_can_read_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.csv").write_text("colour\nred\n")
    assert main(["audit", "data", str(tmp_path / "odd.csv")]) == 1
    assert main(["audit", "data", str(tmp_path / "none.csv")]) == 1
    assert main(["audit", "data", str(SAMPLES / "broken.csv"), "--profile", "nobody"]) == 1
    said = capsys.readouterr().err
    assert "The file has no column" in said
    assert "There is no file" in said
    assert "There is no profile “nobody”" in said
