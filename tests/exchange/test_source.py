import gzip
from pathlib import Path

import pytest

from tests.exchange.files import read, refusal
from warehouse.exchange.mapping import record_key
from warehouse.exchange.profile import parse_profile

CSV = "order_no,sku,quantity\nGrün-1,S1,1\n"
LEGACY = parse_profile(
    """
    name = "old-shop"
    kind = "orders"
    version = 1
    identity = { source = "old-shop" }
    format = { legacy_encoding = "cp1252" }
    [columns]
    order_no = { headers = ["order_no"] }
    sku = { headers = ["sku"] }
    quantity = { headers = ["quantity"] }
    """
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_code_page_is_found(encoding: str) -> None:
    assert [record_key(record) for record in read(CSV.encode(encoding), LEGACY)] == ["Grün-1"]


def test_bytes_of_no_declared_code_page_are_refused_with_their_line() -> None:
    refused = refusal(CSV.encode("cp1252"))
    assert (refused.findings[0].line, refused.message) == (
        2,
        "Line 2 is not readable as utf-8. Save the file as UTF-8.",
    )
    assert refusal(CSV.encode() + b"\x81,\xff,1\n", LEGACY).message.startswith(
        "Line 3 is not readable as utf-8 / cp1252"
    )
    assert refusal(CSV.encode("utf-16") + b"\x00\xd8\x00").message.startswith("The file is not readable as utf-16")
    assert refusal(CSV.encode("utf-32")).message == "The file is in UTF-32. Save it as UTF-8."


@pytest.mark.parametrize(
    ("head", "word"),
    [(b"PK\x03\x04", "spreadsheet or zip"), (b"\xd0\xcf\x11\xe0", "old spreadsheet"), (b"%PDF", "PDF")],
)
def test_files_of_another_kind_are_called_by_their_name(head: bytes, word: str) -> None:
    assert word in refusal(head + b"rest").message


def test_gzip_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    assert [record_key(record) for record in read(path)] == ["Grün-1"]


def test_a_cut_off_or_damaged_gzip_is_refused() -> None:
    packed = gzip.compress(CSV.encode() * 50)
    damaged = packed[:30] + b"\x00\x00\x00" + packed[33:]
    for data in (packed[:-9], damaged, b"\x1f\x8bnot gzip at all"):
        assert refusal(data).message == "The compressed file is damaged or cut off."


def test_a_file_that_expands_too_far_is_stopped() -> None:
    bomb = gzip.compress(CSV.encode() + b"A,S1,1\n" * 100_000)
    assert refusal(bomb, expanded_bytes=100_000).message == "The file holds more than 100000 bytes when opened."


def test_size_rows_columns_fields_and_lines_are_capped() -> None:
    assert refusal(CSV, file_bytes=10).message == "The file has 35 bytes; at most 10 are taken."
    assert refusal(CSV + CSV, rows=1).message == "The file has more than 1 rows."
    assert refusal(CSV, columns=2).message == "The file has 3 columns; at most 2 are taken."
    assert refusal(CSV + "x" * 3000, line_bytes=2000).message == "A line of the file is longer than 2000 bytes."


def test_a_long_field_is_refused_with_line_and_column() -> None:
    assert refusal(CSV + "A," + "x" * 90 + ",1\n", field_characters=80).message == (
        "Line 3, sku: longer than 80 characters."
    )
    assert refusal(CSV + "A,S,1," + "x" * 90, field_characters=80).message == (
        "Line 3, column 4: longer than 80 characters."
    )
