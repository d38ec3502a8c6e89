"""A fresh warehouse filled as a shop fills its own: by commands and files, with orders of a real book."""

import contextlib
import csv
import io
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.builders import a_cart, build
from tests.journeys.floor import Floor
from tests.journeys.house import COMMAND, ROOT
from warehouse.app import open_database
from warehouse.commands.remote import Server, running_server
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database

ORDERS = ("576237", "576347", "576588", "576849")
"""Small orders of the book: ten lines, 26 pieces."""

PATIENCE = 300.0


@dataclass(frozen=True)
class Keys:
    """What somebody signs in with."""

    badge: str
    pin: str


@dataclass(frozen=True)
class Shop:
    """A data folder, the people in it by name, and where paper comes out once it is served."""

    data_dir: Path
    people: Mapping[str, Keys]

    @property
    def settings(self) -> Settings:
        return read_settings({"WAREHOUSE_DATA_DIR": str(self.data_dir), "WAREHOUSE_PORT": "0"})

    @property
    def paper(self) -> Path:
        return self.data_dir / "paper"


def command(data_dir: Path, *arguments: str) -> str:
    """Run one command of the product on this folder; what it printed is given back."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, *arguments], cwd=ROOT, env=_environment(data_dir), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def open_shop(data_dir: Path, book: Path) -> Shop:
    """Make tables and people, then bring in items, bins, stock and orders by files cut from the book."""
    lines = [row for row in csv.DictReader(io.StringIO(book.read_text("utf-8"))) if row["InvoiceNo"] in ORDERS]
    command(data_dir, "migrate")
    people = {
        name: add_person(data_dir, name, role) for name, role in (("Ana", "picker"), ("Ben", "packer"), ("Lea", "lead"))
    }
    names = {row["StockCode"]: row["Description"] for row in lines}
    bins = {sku: f"A-{number:02d}-1" for number, sku in enumerate(names, 1)}
    bring(data_dir, "items", [{"sku": sku, "name": name, "barcode": sku} for sku, name in names.items()])
    places = [
        {"code": code, "zone": "A", "walk_sequence": n, "kind": "pick_face"} for n, code in enumerate(bins.values())
    ]
    bring(data_dir, "bins", places)
    bring(data_dir, "stock", [{"bin": bins[sku], "sku": sku, "quantity": 40} for sku in names])
    bring(data_dir, "orders", lines, "--profile", "online-retail")
    shop = Shop(data_dir, people)
    shop.paper.mkdir()
    _make_cart(shop.settings)
    return shop


def add_person(data_dir: Path, name: str, role: str) -> Keys:
    """Add somebody by the command; badge and PIN as it printed them."""
    said = command(data_dir, "users", "add", name, "--role", role)
    found = re.search(r"badge (\S+) and PIN (\d+)", said)
    assert found is not None, said
    return Keys(*found.groups())


def bring(data_dir: Path, kind: str, rows: Sequence[Mapping[str, object]], *options: str) -> None:
    """Import rows as a file of this kind."""
    path = data_dir / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    command(data_dir, "import", kind, str(path), *options)


def _make_cart(settings: Settings) -> None:
    database = open_database(settings)
    try:
        build(database, lambda session: a_cart(session, "K1", 4))
    finally:
        database.close()


@contextlib.contextmanager
def serving(shop: Shop) -> Iterator[Floor]:
    """Serve the shop, with totes and folder printers added over HTTP, until the block ends."""
    with (shop.data_dir / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, "serve"], cwd=ROOT, env=_environment(shop.data_dir), stdout=log, stderr=log
        )
    try:
        server = _await(process, shop.settings)
        _equip(server)
        database = Database(shop.settings.database_url)
        yield Floor(server.url, database, process)
        database.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _await(process: "subprocess.Popen[bytes]", settings: Settings) -> Server:
    until = time.monotonic() + PATIENCE
    while (server := running_server(settings)) is None:
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < until, "the server does not get ready"
        time.sleep(0.1)
    return server


def _equip(server: Server) -> None:
    for number in range(1, 5):
        server.post("/totes", {"code": f"T{number}"})
    server.patch("/settings", {"settings": {"gs1_prefix": "9520000", "home_country": "GB"}})
    uses = {}
    for role, profile, media in (("label", "cups_zebra_203", "4x6in"), ("document", "a4_laser_600", "A4")):
        wanted = {"name": role, "transport": "folder", "address": "paper", "profile": profile, "media": media}
        uses[role] = [server.post("/printers", wanted)["id"]]
    server.post("/printers/site", {"printers": uses})


def _environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    return kept | {"WAREHOUSE_DATA_DIR": str(data_dir), "WAREHOUSE_PORT": "0"}
