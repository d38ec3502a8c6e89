"""A real situation for every check on orders and master data: files, scans, clocks, labels, as the floor has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.builders import NOON, build
from tests.services.bench import LATER, MUG, Bench, a_bench
from tests.services.figures import test_alerts as alerts
from tests.services.figures.world import BERLIN, NOW, World
from tests.services.picking.test_scans import Shift
from warehouse.app import desks
from warehouse.children import Children
from warehouse.domain.codes import OrderState, ScanKind
from warehouse.domain.rollout.parallel import Results, compare
from warehouse.domain.sources import SourceWay
from warehouse.domain.write_backs import RETRIES, WriteBackForm
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Outcome, Surroundings, import_file
from warehouse.metrics import Metrics
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.packing.decisions import NextCarton, next_carton
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.planning.pace import KeepPace, Pace, keep_pace
from warehouse.services.rollout.parallel import KeepComparison, keep_comparison, our_results
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.purchasing import Bought, OfLabel, begin_buying, doubt_interrupted, keep_bought
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.sources.looking import Looked, SaveSource, note_look, save_source
from warehouse.services.sources.write_backs import WrittenBack, note_written_back
from warehouse.services.webhooks.outbox import post_facts
from warehouse.storage.database import Database
from warehouse.storage.models.intake import WriteBackRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import LabelRow, PackagingRow
from warehouse.workers.escalator import Escalator
from warehouse.workers.housekeeper import Housekeeper
from warehouse.workers.watchman import Watchman

ORDERS = (
    "order_no,customer,ship_name,ship_line1,ship_city,ship_postcode,ship_country,sku,quantity,unit_price,payment,site"
)
ITEMS = "sku,name,barcode"


@dataclass
class House:
    """An empty warehouse with item A; `opened` is when its clock stands."""

    database: Database
    children: Children
    at: Any = NOON
    numbers: list[int] = field(default_factory=lambda: [0])

    def bring(self, text: str, kind: str = "orders", profile: str = "canonical") -> Outcome:
        around = Surroundings(database=self.database, children=self.children, now=lambda: self.at, hash_pin=str)
        job = Job(kind=Kind(kind), origin=text.encode(), file_name="file.csv", actor=SYSTEM, profile=profile)
        return import_file(around, job)

    def order(self, *lines: tuple[str, int], **said: str) -> Outcome:
        """Bring one order in a file of its own."""
        self.numbers[0] += 1
        values = {
            "order_no": str(self.numbers[0]), "customer": "C1", "ship_name": "Mr Smith", "ship_line1": "12 Mill Lane",
            "ship_city": "Leeds", "ship_postcode": "LS1 4AP", "ship_country": "GB", "unit_price": "2.50",
            "payment": "", "site": "",
        } | said  # fmt: skip
        rows = [
            ",".join(str((values | {"sku": sku, "quantity": number})[name]) for name in ORDERS.split(","))
            for sku, number in lines
        ]
        return self.bring("\n".join([ORDERS, *rows]) + "\n")

    def item(self, sku: str = "A") -> int:
        return build(self.database, lambda session: make.an_item(session, sku))

    def set(self, name: str, value: object) -> None:
        self.database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name=name, value=value))

    def shift(self) -> Shift:
        """Ana with a cart before S1, where a mug is to be taken."""

        def recipe(session: Session) -> tuple[int, int]:
            ana = make.a_person(session, "Ana")
            shelf, mug = make.a_bin(session, "S1", walk=1), make.an_item(session, "MUG", MUG)
            make.some_stock(session, shelf, mug, 5)
            make.a_cart(session, "K1")
            make.a_tote(session, "T1")
            return ana, make.a_batch(session, [make.an_order(session, {mug: 3})])

        found = Shift(self.database, *build(self.database, recipe)).start()
        found.scan("K:K1", "T:T1", "L:S1")
        return found

    def bench(self, **carrier: str) -> Bench:
        """Ben's order, to be packed; with `carrier`, its label is to be bought."""
        found = a_bench(self.database)
        if carrier:
            found.set("carriers", [{"name": "Post", "cutoff": "16:00", "pickup": "17:00", **carrier}])
            build(self.database, lambda session: setattr(session.get_one(OrderRow, found.order), "carrier", "Post"))
        self.at = LATER
        return found


@contextmanager
def a_house(url: str, children: Children) -> Iterator[House]:
    """Open one until the block ends."""
    database = Database(url, judge=ScanCounter(desks()), outbox=post_facts)
    yield House(database, children)
    database.close()


def the_same_basket_again(house: House) -> None:
    house.item()
    house.order(("A", 2))
    house.order(("A", 2))


def other_content_after_release(house: House) -> None:
    house.item()
    house.order(("A", 2), order_no="1")
    build(house.database, lambda session: session.execute(update(OrderRow).values(state=OrderState.BATCHED)))
    house.order(("A", 5), order_no="1")


def more_than_a_person_counts_alone(house: House) -> None:
    house.item()
    house.order(("A", 9_000))


def an_important_customer(house: House) -> None:
    house.item()
    house.set("important_customers", ["C1"])
    house.order(("A", 1))


def more_than_the_ceiling(house: House) -> None:
    house.item()
    house.order(("A", 10_001), unit_price="0.01")


def more_than_99_of_100_lines(house: House) -> None:
    house.item()
    rows = [f"{n},K{n},Person {n},1 Lane,Leeds,LS1 4AP,GB,A,{1 + n % 3 if n < 30 else 100},2.50,," for n in range(31)]
    house.bring("\n".join([ORDERS, *rows]) + "\n")


def more_than_the_customer_ever_took(house: House) -> None:
    house.item()
    for number in (1, 2, 3):
        house.order(("A", number))
    house.order(("A", 16))


def a_sku_nobody_knows(house: House) -> None:
    house.item("85123A")
    house.order(("85123B", 1))


def a_barcode_of_two_items(house: House) -> None:
    house.bring(f"{ITEMS}\nA,Mug,{MUG}\n", "items")
    house.bring(f"{ITEMS}\nB,Bowl,{MUG}\n", "items")


def a_sku_in_another_spelling(house: House) -> None:
    house.item("85123A")
    house.bring(f"{ITEMS}\n85123a,Mug,\n", "items")


def a_wrong_check_digit(house: House) -> None:
    house.bring(f"{ITEMS}\nA,Mug,4006381333930\n", "items")


def a_number_from_a_spreadsheet(house: House) -> None:
    house.bring(f'{ITEMS}\nA,Mug,"8,02E+12"\n', "items")


def a_bin_with_too_few(house: House) -> None:
    shift = house.shift()
    shift.says("", kind=ScanKind.SHORT, quantity=0, reason="bin_empty")


def goods_that_are_not_there(house: House) -> None:
    item = house.item()
    build(house.database, lambda session: make.some_stock(session, make.a_bin(session, "S1"), item, 1))
    house.order(("A", 3))
    plan_batches(house.database, PlanBatches(actor=SYSTEM, at=NOON, commit=True))


def no_pieces_at_all(house: House) -> None:
    house.item()
    house.order(("A", 0))


def a_cancellation_of_nothing(house: House) -> None:
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    house.bring(f"{head}\nC9,11111,MUG,-2,2026-11-20 10:00,1.00,17850,United Kingdom\n", profile="online-retail")


def a_price_of_nothing(house: House) -> None:
    house.item()
    house.order(("A", 1), unit_price="0")


def half_the_usual_price(house: House) -> None:
    house.item()
    for number in range(1, 5):
        house.order(("A", number))
    house.order(("A", 9), unit_price="1.20")


def an_address_without_a_town(house: House) -> None:
    house.item()
    house.order(("A", 1), ship_city="")


def a_postcode_of_another_country(house: House) -> None:
    house.item()
    house.order(("A", 1), ship_postcode="4711")


def a_known_customer_elsewhere(house: House) -> None:
    house.item()
    house.order(("A", 1))
    house.order(("A", 2), ship_postcode="YO1 7HH")


def a_payment_that_is_pending(house: House) -> None:
    house.item()
    house.order(("A", 1), payment="pending")


def three_wrong_scans_in_a_row(house: House) -> None:
    shift = house.shift()
    shift.scan("T:T9", "T:T9", "T:T9")


def a_broken_mug(house: House) -> None:
    shift = house.shift()
    shift.scan(MUG)
    shift.says("", kind=ScanKind.DAMAGED, quantity=1, reason="broken")


def a_parcel_too_heavy_for_its_content(house: House) -> None:
    bench = house.bench()
    box = PackagingRow(code="S", name="Small", length_mm=300, width_mm=200, height_mm=200, tare_g=150)
    build(house.database, lambda session: session.add(box))
    bench.claim()
    chosen = NextCarton(actor=bench.ben, at=LATER, order="1042", device=bench.device, epoch=bench.epoch, packaging="S")
    house.database.run(next_carton, chosen)
    bench.says("T:T1", MUG, MUG, "5012345678900", "C:CONFIRM")
    bench.scan(None, kind=ScanKind.WEIGHT, quantity=900)


def an_order_abroad_without_customs_data(house: House) -> None:
    house.item()
    house.set("home_country", "DE")
    house.order(("A", 1))


def a_batch_too_long_for_its_cutoff(house: House) -> None:
    house.shift()
    slow = (Pace(person=None, line_ms=20_000_000, lines=99, batches=9),)
    house.database.run(keep_pace, KeepPace(actor=SYSTEM, at=NOON, paces=slow))
    Escalator(house.database, clock=lambda: NOON).turn()


def a_pickup_that_has_left(house: House) -> None:
    house.shift()
    house.at = NOON + timedelta(hours=5)
    Escalator(house.database, clock=lambda: house.at).turn()


def a_server_that_stopped_while_buying_a_label(house: House) -> None:
    bench = house.bench(via="http_json", address="https://carrier.example")
    bench.pack_all()
    label = bench.labels()[-1].id
    house.database.run(begin_buying, OfLabel(actor=SYSTEM, at=LATER, label=label))
    house.database.run(doubt_interrupted, Request(actor=SYSTEM, at=LATER))


def an_order_nobody_touches(house: House) -> None:
    build(house.database, lambda session: make.an_order(session, {make.an_item(session, "A"): 1}))
    house.at = NOON + timedelta(hours=25)
    Housekeeper(house.database, clock=lambda: house.at).turn()


def a_parcel_at_twice_the_usual_price(house: House) -> None:
    bench = house.bench(via="http_json", address="https://carrier.example")
    bench.pack_all()
    mine = bench.labels()[-1]

    def others(session: Session) -> None:
        for number in range(20):
            order = make.an_order(session, {bench.floor.a: 1}, number=f"EARLIER-{number}")
            alerts.a_label(session, order, NOON, 500)
        session.execute(update(LabelRow).where(LabelRow.id != mine.id).values(service=mine.service))

    build(house.database, others)
    about = {"actor": SYSTEM, "at": LATER, "label": mine.id}
    house.database.run(begin_buying, OfLabel(**about))
    sold = Bought(**about, tracking="TRK1", document={"kind": "carrier_label", "order_number": "1042"}, cents=1001)
    house.database.run(keep_bought, sold)


def a_shop_that_does_not_take_its_tracking_numbers(house: House) -> None:
    source = SaveSource(
        actor=SYSTEM, at=NOON, name="test", kind="orders", profile="canonical", way=SourceWay.FOLDER,
        write_back=WriteBackForm.AMAZON,
    )  # fmt: skip
    house.database.run(save_source, source)
    bench = house.bench()
    bench.pack_all()
    bench.ship()
    with house.database.read() as session:
        waiting = session.scalars(select(WriteBackRow.id)).one()
    for _ in range(len(RETRIES) + 1):
        said = WrittenBack(actor=SYSTEM, at=LATER, write_back=waiting, error="the shop is away")
        house.database.run(note_written_back, said)


def a_customer_under_another_number(house: House) -> None:
    house.item()
    house.order(("A", 1))
    house.order(("A", 2), customer="C2")


def two_systems_that_differ(house: House) -> None:
    build(house.database, World)
    house.at = NOW
    with house.database.read() as session:
        found = compare(Results({("9", "MUG"): 1}, {}), our_results(session, BERLIN))
    house.database.run(keep_comparison, KeepComparison(actor=SYSTEM, at=NOW, name="Week 1", comparison=found))


def an_order_of_another_site(house: House) -> None:
    house.item()
    house.set("code", "MAIN")
    house.order(("A", 1), site="NORTH")


def a_shop_that_has_fallen_silent(house: House) -> None:
    source = SaveSource(
        actor=SYSTEM, at=NOON, name="shop", kind="orders", profile="canonical", way=SourceWay.FOLDER, silent_minutes=60
    )
    key = house.database.run(save_source, source)
    house.at = NOON + timedelta(minutes=121)
    house.database.run(note_look, Looked(actor=SYSTEM, at=house.at, source=key))


def a_shop_that_brings_half_of_the_usual(house: House) -> None:
    house.item()
    for weeks in (4, 3, 2, 1, 0):
        house.at = NOON - timedelta(weeks=weeks, hours=1)
        many = 40 if weeks else 19
        rows = [f"{weeks}-{n},C,P,1 Lane,Leeds,LS1 4AP,GB,A,{n + 1},2.50,," for n in range(many)]
        house.bring("\n".join([ORDERS, *rows]) + "\n")
    source = SaveSource(
        actor=SYSTEM, at=NOON, name="canonical", kind="orders", profile="canonical", way=SourceWay.FOLDER,
        silent_minutes=60,
    )  # fmt: skip
    key = house.database.run(save_source, source)
    house.at = NOON
    house.database.run(note_look, Looked(actor=SYSTEM, at=NOON, source=key, arrived=True))


def seven_unpaid_orders_in_an_hour(house: House) -> None:
    build(house.database, alerts.unpaid_orders)
    house.at = alerts.NOW
    Watchman(house.database, Metrics(), clock=lambda: alerts.NOW).turn()


def a_barcode_nobody_knows(house: House) -> None:
    shift = house.shift()
    shift.scan("5099999999995", "5099999999995")
