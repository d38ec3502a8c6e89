"""A warehouse with real aisles, filled by files with two hundred orders of a real book."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.builders import a_cart, a_tote, build
from tests.journeys.shop import Shop, add_person, bring, command
from warehouse.app import open_database

AISLES, BAYS = 10, 30
CARTS, TOTES = 4, 40
PITCH_MM, BAY_MM = 3000, 1000
NOT_GOODS = frozenset({"POST", "DOT", "M", "BANK CHARGES", "AMAZONFEE", "C2", "D", "S", "PADS", "CRUK"})


def open_book(data_dir: Path, book: Path, orders: int) -> Shop:
    """Make tables and people, then bring in a floor plan, bins, items, stock and orders; some orders have cutoffs."""
    lines = _orders(book, orders)
    names = {row["StockCode"]: row["Description"] or row["StockCode"] for row in lines}
    command(data_dir, "migrate")
    people = {name: add_person(data_dir, name, role) for name, role in (("Ana", "picker"), ("Lea", "lead"))}
    bring(data_dir, "layout", _plan())
    bring(data_dir, "bins", _bins(len(names)))
    bring(data_dir, "items", [{"sku": sku, "name": name, "barcode": sku} for sku, name in names.items()])
    places = [row["code"] for row in _bins(len(names))]
    bring(data_dir, "stock", [{"bin": places[n], "sku": sku, "quantity": 5000} for n, sku in enumerate(names)])
    bring(data_dir, "orders", lines, "--profile", "online-retail")
    shop = Shop(data_dir, people)
    shop.paper.mkdir()
    _make_carts(shop)
    return shop


def _orders(book: Path, orders: int) -> list[dict[str, str]]:
    rows = [row for row in csv.DictReader(io.StringIO(book.read_text("utf-8"))) if _is_goods(row)]
    chosen = list(dict.fromkeys(row["InvoiceNo"] for row in rows))[:orders]
    return [row for row in rows if row["InvoiceNo"] in set(chosen)]


def _is_goods(row: Mapping[str, str]) -> bool:
    is_order = row["InvoiceNo"].isdecimal() and int(row["Quantity"]) > 0
    return is_order and row["StockCode"].upper() not in NOT_GOODS


def _plan() -> Sequence[Mapping[str, object]]:
    aisles = [{"kind": "aisle", "code": f"{n:02d}", "x_mm": n * PITCH_MM} for n in range(1, AISLES + 1)]
    heights = (0, (BAYS // 2 + 1) * BAY_MM, (BAYS + 3) * BAY_MM)
    ways = [{"kind": "cross_aisle", "code": f"C{n}", "y_mm": y_mm} for n, y_mm in enumerate(heights)]
    desk = {"kind": "depot", "code": "DESK", "x_mm": PITCH_MM, "y_mm": 0}
    columns = ("kind", "code", "x_mm", "y_mm")
    return [{name: row.get(name, "") for name in columns} for row in (*aisles, *ways, desk)]


def _bins(wanted: int) -> list[dict[str, object]]:
    """Give bins aisle by aisle, on as many levels as the goods need."""
    levels = range(1, wanted // (AISLES * BAYS) + 2)
    return [
        {
            "code": f"{aisle:02d}-{bay:02d}-{level}",
            "aisle": f"{aisle:02d}",
            "bay": f"{bay:02d}",
            "level": level,
            "x_mm": aisle * PITCH_MM,
            "y_mm": (bay + (1 if bay > BAYS // 2 else 0)) * BAY_MM,
            "kind": "pick_face",
        }
        for level in levels
        for aisle in range(1, AISLES + 1)
        for bay in range(1, BAYS + 1)
    ]


def _make_carts(shop: Shop) -> None:
    database = open_database(shop.settings)
    try:
        for number in range(1, CARTS + 1):
            build(database, lambda session, number=number: a_cart(session, f"K{number}", 8))
        for number in range(1, TOTES + 1):
            build(database, lambda session, number=number: a_tote(session, f"B{number}"))
    finally:
        database.close()
