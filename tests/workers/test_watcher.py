"""Shops that are looked at by clock: a drop folder, a custom store over HTTP; silence is told, what left is told."""

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.bench import LATER, a_bench
from tests.wording import ROOT
from warehouse.app import desks
from warehouse.children import Children
from warehouse.domain.sources import SourceWay, next_look
from warehouse.domain.write_backs import WriteBackForm
from warehouse.importing import Surroundings
from warehouse.outbound import NetworkReach
from warehouse.services.actor import SYSTEM
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.sources.looking import OfSource, SaveSource, look_now, save_source
from warehouse.services.sources.write_backs import TellAgain, tell_again
from warehouse.services.webhooks.outbox import post_facts
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.intake import ImportRunRow, SourceRow, WriteBackRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import ShipmentRow
from warehouse.words import Words
from warehouse.workers import shop_export
from warehouse.workers.shop_export import ShopReach
from warehouse.workers.watcher import Watcher

SAMPLES = Path(__file__).resolve().parents[1] / "exchange" / "samples"
XML = (SAMPLES / "shipstation_custom_store.xml").read_text(encoding="utf-8")
HEAD = "order_no,sku,quantity,ship_name,ship_line1,ship_city,ship_postcode,ship_country\n"
SECOND = XML.replace("123456", "123457").replace("ABC123", "ABC124")
FOOT = ",Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB\n"


STAMP = "%m/%d/%Y %H:%M"


class Store(http.server.ThreadingHTTPServer):
    """A cart with a custom-store endpoint of two pages."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Cart)
        self.asked: list[dict[str, str]] = []
        self.told: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.pages_in: Callable[[timedelta], int] = lambda _: 2
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/shipstation.php?shop=1"


class _Cart(http.server.BaseHTTPRequestHandler):
    server: Store

    def _asked(self) -> dict[str, str]:
        found = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        return found | {"auth": self.headers["Authorization"] or ""}

    def do_GET(self) -> None:
        asked = self._asked()
        self.server.asked.append(asked)
        since, until = (
            datetime.strptime(asked[name], STAMP).replace(tzinfo=UTC) for name in ("start_date", "end_date")
        )
        pages = self.server.pages_in(until - since)
        text = (XML if asked["page"] == "1" else SECOND).replace('pages="1"', f'pages="{pages}"')
        self._answer(text.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append((self._asked(), body))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class House:
    """A warehouse with a watcher and a clock that is set by hand."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url, judge=ScanCounter(desks()), outbox=post_facts)
        self.children = Children(1)
        self.folder = folder
        self.at = NOON
        around = Surroundings(
            database=self.database, children=self.children, now=lambda: self.at, hash_pin=lambda pin: pin
        )
        reach = ShopReach(
            inbox=folder / "inbox",
            outbox=folder / "outbox",
            network=NetworkReach(allowed=("127.0.0.1",)),
            seconds=5,
        )
        self.watcher = Watcher(around, reach, clock=lambda: self.at)

    def source(self, **more: object) -> int:
        wanted = {"name": "shop", "kind": "orders", "profile": "canonical", "way": SourceWay.FOLDER} | more
        return self.database.run(save_source, SaveSource(actor=SYSTEM, at=self.at, **wanted))  # type: ignore[arg-type]

    def put(self, name: str, text: str, *, age: float = 60.0) -> Path:
        path = self.folder / "inbox" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = self.at.timestamp() - age
        os.utime(path, (moment, moment))
        return path

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)
        self.watcher.turn()

    def rows(self, kind: type) -> list:  # type: ignore[type-arg]  # of whatever is asked for
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(kind.id)))  # type: ignore[attr-defined]

    def orders(self) -> list[tuple[str, str]]:
        return [(row.source, row.external_id) for row in self.rows(OrderRow)]

    def names(self, folder: str) -> list[str]:
        return sorted(entry.name[23:] for entry in (self.folder / folder).iterdir() if entry.is_file())

    def told(self) -> list[tuple[str, str]]:
        return [(row.type, row.state) for row in self.rows(ExceptionRow) if row.type == "source_silent"]


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    found = House(sqlite_url, tmp_path)
    yield found
    found.children.close()
    found.database.close()


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store()
    yield server
    server.shutdown()
    server.server_close()


def test_files_that_lie_at_rest_are_brought_and_put_away(house: House) -> None:
    house.source()
    house.put("good.csv", f"{HEAD}A1,MUG,2{FOOT}A2,MUG,none{FOOT}")
    house.put("bad.csv", "this,is\nno order file\n")
    house.put("growing.csv", HEAD, age=0.5)
    house.put("upload.csv.part", HEAD)
    house.put(".hidden", HEAD)
    house.watcher.turn()
    assert house.orders() == [("shop", "A1")]
    assert house.names("inbox/shop/done") == ["good.csv"]
    assert house.names("inbox/shop/failed") == ["bad.csv", "bad.csv.reason.txt"]
    refused = next((house.folder / "inbox" / "shop" / "rejected").iterdir()).read_text(encoding="utf-8")
    assert "“none” is not a whole number" in refused
    assert sorted(entry.name for entry in (house.folder / "inbox" / "shop").iterdir() if entry.is_file()) == [
        *(".hidden", "growing.csv", "upload.csv.part"),
    ]
    (source,) = house.rows(SourceRow)
    assert source.failures == 1
    assert source.error.startswith("bad.csv: The file has no column “order_no”, “sku”, “quantity”.")


def test_a_file_whose_name_is_no_text_is_brought_like_any_other(house: House) -> None:
    house.source()
    house.put(os.fsdecode(b"gr\xfcn.csv"), f"{HEAD}A1,MUG,2{FOOT}")
    house.put(os.fsdecode(b"b\xf6s.csv"), "this,is\nno order file\n")
    house.watcher.turn()
    assert house.orders() == [("shop", "A1")]
    assert house.names("inbox/shop/done") == [os.fsdecode(b"gr\xfcn.csv")]
    assert house.rows(SourceRow)[0].error.startswith("b\ufffds.csv: The file has no column")


@pytest.mark.parametrize("sign", ["x", "ü"])
def test_a_file_with_the_longest_name_is_put_away_under_its_end_and_named_in_full(house: House, sign: str) -> None:
    house.source()
    good, bad = (f"{sign * (245 // len(sign.encode()))}-{word}.csv" for word in ("ok", "no"))
    house.put(good, f"{HEAD}A1,MUG,2{FOOT}A2,MUG,none{FOOT}", age=70.0)
    house.put(bad, "this,is\nno order file\n")
    house.put("next.csv", f"{HEAD}A3,MUG,2{FOOT}", age=50.0)
    house.watcher.turn()
    assert house.orders() == [("shop", "A1"), ("shop", "A3")]
    (short,) = set(house.names("inbox/shop/done")) - {"next.csv"}
    assert good.endswith(short)
    assert short.endswith(f"{sign}-ok.csv")
    assert [bad.endswith(name.removesuffix(".reason.txt")) for name in house.names("inbox/shop/failed")] == [True, True]
    assert len(list((house.folder / "inbox" / "shop" / "rejected").iterdir())) == 1
    assert house.rows(SourceRow)[0].error.startswith(f"{bad}: The file has no column")


def test_a_source_with_which_something_goes_wrong_keeps_no_other_waiting(house: House) -> None:
    broken = house.source(
        name="broken", profile="shipstation", way=SourceWay.SHIPSTATION, address="https://shop.example"
    )
    build(house.database, lambda session: setattr(session.get_one(SourceRow, broken), "address", "https://["))
    house.at += timedelta(seconds=1)
    house.source()
    house.put("good.csv", f"{HEAD}A1,MUG,2{FOOT}")
    house.watcher.turn()
    assert house.orders() == [("shop", "A1")]
    first = house.rows(SourceRow)[0]
    assert (first.failures, first.error.startswith("Something went wrong here.")) == (1, True)


def test_a_link_is_not_followed(house: House, tmp_path: Path) -> None:
    house.source()
    outside = tmp_path / "secret.csv"
    outside.write_text(f"{HEAD}S1,MUG,2{FOOT}", encoding="utf-8")
    folder = house.folder / "inbox" / "shop"
    folder.mkdir(parents=True)
    (folder / "link.csv").symlink_to(outside)
    house.later(minutes=1)
    assert house.orders() == []


def test_the_same_file_again_changes_nothing(house: House) -> None:
    house.source()
    house.put("one.csv", f"{HEAD}A1,MUG,2{FOOT}")
    house.watcher.turn()
    house.put("two.csv", f"{HEAD}A1,MUG,2{FOOT}")
    house.later(minutes=16)
    runs = house.rows(ImportRunRow)
    assert [run.report["orders"]["unchanged"] for run in runs] == [0, 1]
    assert house.names("inbox/shop/done") == ["one.csv", "two.csv"]


def test_a_shop_is_asked_page_by_page_for_what_changed_since(house: House, store: Store) -> None:
    key = house.source(profile="shipstation", way=SourceWay.SHIPSTATION, address=store.url, user_name="u", secret="p")
    house.watcher.turn()
    house.later(minutes=5)
    house.later(minutes=10)
    assert house.orders() == [("shop", "123456"), ("shop", "123457")]
    pages = [(asked["page"], asked["start_date"], asked["end_date"], asked["shop"]) for asked in store.asked]
    day = f"{NOON:%m/%d/%Y}"
    first, second = ((f"{day} {since}", f"{day} {until}") for since, until in (("11:50", "12:00"), ("11:50", "12:15")))
    assert pages == [("1", *first, "1"), ("2", *first, "1"), ("1", *second, "1"), ("2", *second, "1")]
    assert {asked["auth"] for asked in store.asked} == {"Basic dTpw"}
    assert house.rows(SourceRow)[0].id == key


def a_crowded_shop(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch, pages: Callable[[timedelta], int]
) -> None:
    """A shop with more pages than a look takes, which is two of them."""
    monkeypatch.setattr(shop_export, "MOST_PAGES", 2)
    house.source(profile="shipstation", way=SourceWay.SHIPSTATION, address=store.url)
    store.pages_in = pages


def test_what_is_too_much_for_a_look_is_brought_by_the_next_ones_and_told(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_shop(house, store, monkeypatch, lambda span: 2 if span <= timedelta(hours=2) else 3)
    house.later(hours=4)
    (source,) = house.rows(SourceRow)
    assert (source.cursor, source.failures) == (NOON + timedelta(hours=1), 0)
    assert source.error == "More changed than fits into one look: the next goes on from 2026-11-21 13:00 UTC."
    for _ in range(2):
        house.later(seconds=5)
    (source,) = house.rows(SourceRow)
    assert (source.cursor, source.failures, source.error) == (house.at, 0, "")
    brought = [(asked["start_date"][11:], asked["end_date"][11:]) for asked in store.asked if asked["page"] == "2"]
    assert brought == [("11:50", "13:00"), ("12:50", "14:30"), ("14:20", "16:00")]
    assert house.orders() == [("shop", "123456"), ("shop", "123457")]


def test_what_is_too_much_with_the_minutes_before_it_only_is_asked_for_without_them(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_shop(house, store, monkeypatch, lambda span: 2 if span <= timedelta(minutes=5) else 3)
    house.later(minutes=16)
    (source,) = house.rows(SourceRow)
    assert (source.cursor, source.failures) == (NOON + timedelta(minutes=1), 0)
    house.later(seconds=5)
    brought = [(asked["start_date"][11:], asked["end_date"][11:]) for asked in store.asked if asked["page"] == "2"]
    assert brought == [("12:00", "12:01"), ("12:01", "12:01")]


def test_what_cannot_be_asked_for_in_parts_is_told_and_asked_for_again(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_shop(house, store, monkeypatch, lambda _: 1_234_567)
    house.later(hours=4)
    (source,) = house.rows(SourceRow)
    assert source.error == (
        "The shop names 1234567 pages for one minute, and 2 of them were brought: bring the others as a file."
    )
    assert (source.cursor, source.failures) == (None, 1)
    assert house.orders() == [("shop", "123456"), ("shop", "123457")]


def test_a_shop_that_fails_is_asked_later_and_later_and_told_of_once(house: House, store: Store) -> None:
    key = house.source(profile="shipstation", way=SourceWay.SHIPSTATION, address=store.url)
    store.status = 503
    house.watcher.turn()
    for _ in range(6):
        house.later(minutes=30)
    (source,) = house.rows(SourceRow)
    assert (source.failures, source.error, len(store.asked)) == (3, "The shop answered 503.", 3)
    assert Words(ROOT / "static" / "words").speaker("de").put(source.error) == "Der Shop antwortete 503."
    assert house.told() == [("source_silent", "open")]
    store.status = 200
    house.database.run(look_now, OfSource(actor=SYSTEM, at=house.at, source=key))
    house.watcher.turn()
    assert house.told() == [("source_silent", "resolved")]
    assert len(house.orders()) == 2


def test_a_shop_that_sends_nothing_is_told_of_after_twice_its_interval(house: House) -> None:
    house.source(silent_minutes=60)
    house.later(minutes=119)
    assert house.told() == []
    house.later(minutes=16)
    house.later(minutes=16)
    assert house.told() == [("source_silent", "open")]
    house.put("late.csv", f"{HEAD}A1,MUG,2{FOOT}")
    house.later(minutes=16)
    assert house.told() == [("source_silent", "resolved")]


@pytest.mark.parametrize(("failures", "minutes"), [(0, 15), (1, 30), (2, 60), (3, 120), (4, 240), (5, 360), (30, 360)])
def test_each_failure_doubles_the_wait_up_to_six_hours(failures: int, minutes: int) -> None:
    assert next_look(NOON, 15, failures) == NOON + timedelta(minutes=minutes)


def test_what_left_lies_in_the_shops_folder_in_its_form(house: House) -> None:
    house.source(name="test", write_back=WriteBackForm.AMAZON)
    bench = a_bench(house.database)
    bench.pack_all()
    bench.ship()
    house.at = LATER
    house.later(minutes=1)
    (path,) = (house.folder / "outbox" / "test").iterdir()
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    assert (path.suffix, head.split("\t")[:3]) == (".txt", ["order-id", "order-item-id", "quantity"])
    tracking = bench.labels()[0].tracking
    assert sorted((line.split("\t")[0], line.split("\t")[2], line.split("\t")[6]) for line in lines) == [
        ("1042", "1", tracking),
        ("1042", "2", tracking),
    ]
    assert [(row.state, row.attempts) for row in house.rows(WriteBackRow)] == [("done", 1)]


def test_a_store_that_is_away_is_told_one_thing_a_turn_so_that_others_are_looked_at(house: House, store: Store) -> None:
    form = {"way": SourceWay.SHIPSTATION, "write_back": WriteBackForm.SHIPSTATION}
    house.source(name="test", profile="shipstation", address=store.url, **form)
    store.status = 500
    bench = a_bench(house.database)
    bench.pack_all()
    bench.ship()

    def another(session: Session) -> int:
        shipment = ShipmentRow(order_id=bench.order, shipment_no=2, state="shipped", created_at=NOON, shipped_at=NOON)
        session.add(shipment)
        session.flush()
        session.add(WriteBackRow(source_id=1, shipment_id=shipment.id, next_at=NOON))
        return shipment.id

    build(house.database, another)
    house.at = LATER
    house.later(minutes=1)
    assert [row.attempts for row in house.rows(WriteBackRow)] == [1, 0]


def test_what_left_is_told_to_a_store_which_may_be_away(house: House, store: Store) -> None:
    house.source(
        name="test",
        profile="shipstation",
        way=SourceWay.SHIPSTATION,
        address=store.url,
        write_back=WriteBackForm.SHIPSTATION,
    )
    store.status = 500
    bench = a_bench(house.database)
    build(house.database, lambda session: setattr(session.get_one(OrderRow, bench.order), "shop_number", "ABC123"))
    bench.pack_all()
    bench.ship()
    house.at = LATER
    for _ in range(8):
        house.later(hours=25)
    assert [(row.state, row.attempts, row.error) for row in house.rows(WriteBackRow)] == [
        ("dead", 7, "The shop answered 500.")
    ]
    missing = [row for row in house.rows(ExceptionRow) if row.type == "tracking_missing"]
    assert [(row.state, row.owner_role) for row in missing] == [("open", "integration_owner")]
    store.status = 200
    house.database.run(tell_again, TellAgain(actor=SYSTEM, at=house.at, write_back=1))
    house.watcher.turn()
    asked, body = store.told[-1]
    assert (asked["action"], asked["order_number"], asked["tracking_number"]) == (
        "shipnotify",
        "ABC123",
        bench.labels()[0].tracking,
    )
    assert "<OrderNumber>ABC123</OrderNumber>\n<OrderID>1042</OrderID>" in body
    assert "<SKU>MUG</SKU>" in body
    assert [row.state for row in house.rows(ExceptionRow) if row.type == "tracking_missing"] == ["resolved"]
