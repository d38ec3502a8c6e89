"""A fresh warehouse in which the first real orders of a shop's book wait, with a crew, and each item in two bins."""

import csv
import gzip
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.house import COMMAND, House
from warehouse.commands.remote import Server, running_server
from warehouse.settings import read_settings

GOODS = re.compile(r"[0-9]{5}[A-Z]*", re.ASCII)
BAYS = 40
CARTS, FEWEST_TOTES = 24, 60
NAMES = {"lead": 1, "picker": 20, "packer": 6}
AROUND = (
    ("PROBLEM-01", "problem_shelf"),
    ("QUAR-01", "quarantine"),
    ("PACK-01", "pack"),
    ("CONS-01", "consolidation_shelf"),
)
Row = Mapping[str, str]


def first_orders(book: Path, number: int) -> list[Row]:
    """Read the first so many sales of the book, whole: goods only, nothing taken back."""
    with gzip.open(book, "rt", encoding="utf-8", newline="") as file:
        invoices = itertools.groupby(csv.DictReader(file), key=lambda row: row["InvoiceNo"])
        sales = (rows for rows in (list(group) for _, group in invoices) if all(map(_is_sale, rows)))
        return [row for rows in itertools.islice(sales, number) for row in rows]


def _is_sale(row: Row) -> bool:
    sells = int(row["Quantity"]) > 0 and float(row["UnitPrice"]) > 0
    return sells and row["InvoiceNo"].isdigit() and GOODS.fullmatch(row["StockCode"]) is not None


@dataclass
class Shop(House):
    """A house that serves a shop's own data instead of the demo."""

    def start(self) -> None:
        """Serve until it says where."""
        self.serve([*COMMAND, "serve"], self.data_dir / "server.json")

    @property
    def server_call(self) -> Server:
        """The running server, as commands on this machine reach it."""
        found = running_server(read_settings({"WAREHOUSE_DATA_DIR": str(self.data_dir)} | self._named()))
        assert found is not None
        return found

    def _named(self) -> dict[str, str]:
        return {f"WAREHOUSE_{name}": value for name, value in self.settings.items()}


def open_shop(shop: Shop, lines: Sequence[Row]) -> None:
    """Fill an empty house with what these lines sell, start it, and let the crew in."""
    shop.settings["PORT"] = str(shop.port)
    _must(shop, "migrate")
    wanted = Counter[str]()
    names = {}
    for row in lines:
        wanted[row["StockCode"]] += int(row["Quantity"])
        names[row["StockCode"]] = row["Description"] or row["StockCode"]
    places = {sku: f"{number // BAYS + 1:02d}-{number % BAYS + 1:02d}-1" for number, sku in enumerate(sorted(wanted))}
    _bring(shop, "items", ({"sku": sku, "name": names[sku], "barcode": sku, "weight_g": 120} for sku in places))
    _bring(shop, "bins", _bins(places))
    _bring(shop, "stock", _stock(places, wanted))
    _bring(shop, "orders", lines, "--profile", "online-retail")
    shop.start()
    _equip(shop, len({row["InvoiceNo"] for row in lines}))


def _bins(places: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
    for number, code in enumerate([*places.values(), *map(_upper, places.values())]):
        yield {"code": code, "zone": code[:2], "walk_sequence": number, "kind": "pick_face"}
    for code, kind in AROUND:
        yield {"code": code, "zone": "Z", "walk_sequence": 9999, "kind": kind}


def _stock(places: Mapping[str, str], wanted: Mapping[str, int]) -> Iterator[Mapping[str, object]]:
    """Lay into half of the lower bins just what is sold, so that they are empty in the end, and as much again above."""
    for number, (sku, code) in enumerate(places.items()):
        spare = 0 if number % 2 else wanted[sku] // 5 + 2
        yield {"bin": code, "sku": sku, "quantity": wanted[sku] + spare}
        yield {"bin": _upper(code), "sku": sku, "quantity": wanted[sku]}


def _upper(code: str) -> str:
    return f"{code[:-1]}2"


def _equip(shop: Shop, orders: int) -> None:
    """Give the site carts, totes, folder printers, a carrier, the question whether a bin is empty, and people."""
    server = shop.server_call
    (shop.data_dir / "paper").mkdir(exist_ok=True)
    for number in range(1, CARTS + 1):
        server.post("/carts", {"code": f"K{number:02d}", "slots": 8})
    for number in range(1, max(FEWEST_TOTES, orders) + 1):
        server.post("/totes", {"code": f"T{number:03d}"})
    carrier = {"name": "Post", "cutoff": "23:50", "pickup": "23:59", "weekdays": list(range(7)), "closed": []}
    site = {"gs1_prefix": "9520000", "home_country": "GB", "carriers": [carrier], "pick_default": {"zero_check": True}}
    server.patch("/settings", {"settings": site})
    uses = {}
    for role, profile, media in (("label", "cups_zebra_203", "4x6in"), ("document", "a4_laser_600", "A4")):
        wanted = {"name": role, "transport": "folder", "address": "paper", "profile": profile, "media": media}
        uses[role] = [server.post("/printers", wanted)["id"]]
    server.post("/printers/site", {"printers": uses})
    people = [
        server.post("/users", {"name": f"{role}-{number}", "role": role})
        for role, many in NAMES.items()
        for number in range(1, many + 1)
    ]
    known = {"url": server.url, "people": [{key: it[key] for key in ("name", "role", "badge", "pin")} for it in people]}
    shop.people_file.write_text(json.dumps(known), encoding="utf-8")


def _bring(shop: House, kind: str, rows: Iterable[Mapping[str, object]], *options: str) -> None:
    path = shop.data_dir / f"{kind}.csv"
    every = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(every[0]))
        writer.writeheader()
        writer.writerows(every)
    _must(shop, "import", kind, str(path), *options)


def _must(shop: House, *arguments: str) -> None:
    done = shop.run(*arguments)
    assert done.returncode == 0, done.stderr
