"""The first real orders of a shop's book, from its file to the truck, by a crew that makes mistakes.

`JOURNEY_REAL_ORDERS=500 python -m pytest tests/journeys/test_real_orders.py` does the same at full size;
`JOURNEY_REPORT=FILE` keeps the figures.
"""

import json
import os
from pathlib import Path

import pytest

from tests.journeys.real_orders import Shop, first_orders, open_shop

ORDERS = int(os.environ.get("JOURNEY_REAL_ORDERS", "8"))
CREW = ("--pickers", "20", "--packers", "6") if ORDERS > 100 else ("--pickers", "4", "--packers", "3")
HABITS = ("--error-rate", "0.05", "--seed", "1", "--think", "20")


@pytest.fixture
def shop(tmp_path: Path, shared: Path) -> Shop:
    book = shared / "data" / "online_retail.csv.gz"
    if not book.exists():
        pytest.skip("the shop's book is not here")
    house = Shop(tmp_path)
    open_shop(house, first_orders(book, ORDERS))
    return house


def test_real_orders_leave_complete_or_are_accounted_for_by_name(shop: Shop) -> None:
    try:
        result = shop.run(*shop.simulation(*CREW, *HABITS))
        figures = json.loads(result.stdout)
        if report := os.environ.get("JOURNEY_REPORT"):
            Path(report).write_text(result.stdout, encoding="utf-8")
        assert figures["problems"] == [], figures["surprises"]
        assert result.returncode == 0
        assert figures["mistakes_blocked"] == figures["mistakes_made"] > 0
        orders = figures["orders"]
        ended = orders["complete"] + len(orders["cancelled"]) + len(orders["in_part"])
        assert ended == figures["orders_wanted"] > 0
        assert orders["complete"] > len(orders["in_part"])
        assert shop.scans() == shop.acknowledged()
        assert shop.broken_promises() == []
    finally:
        shop.stop()
