"""Labels are bought once: whatever answers are lost, whatever the carrier says, and also when the server stops."""

import csv
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.bench import LATER, Bench, a_bench
from tests.workers.carrier_house import CarrierHouse, carrier_house
from warehouse.carriers import Address, CarrierReach, Quote, Shipment, TrackEvent, adapter_of
from warehouse.carriers.file_drop import FileDropCarrier
from warehouse.children import Children
from warehouse.domain.codes import ExceptionState, LabelState, Outcome, Role
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.shipping.carriers import Carrier, Rate, Via
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.packing.scans import PackDesk
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.labels import Relabel, relabel_carton
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.services.shipping.purchase_facts import due_labels
from warehouse.services.shipping.purchasing import OfLabel, begin_buying, buy_again, doubt_interrupted
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import ManifestRow
from warehouse.workers.purchaser import Purchaser

CARRIER = {"name": "Post", "cutoff": "16:00", "pickup": "17:00"}


@pytest.fixture
def house() -> Iterator[CarrierHouse]:
    with carrier_house() as found:
        yield found


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = LATER

    def __call__(self) -> Any:
        return self.now


class Shop:
    """A packed carton whose carrier sells labels, and the worker that buys them, turned by hand."""

    def __init__(self, bench: Bench, purchaser: Purchaser, clock: Clock) -> None:
        self.bench, self.purchaser, self.clock = bench, purchaser, clock

    def turn(self, seconds: float = 0) -> LabelState:
        self.clock.now += timedelta(seconds=seconds)
        self.purchaser.turn()
        return self.bench.labels()[-1].state

    def kinds(self) -> list[tuple[str, str]]:
        return [(job.kind, job.state.value) for job in self.bench.jobs()]

    def questions(self) -> list[str]:
        rows = [row for row in self.bench.rows(ExceptionRow) if row.state is not ExceptionState.RESOLVED]
        return [row.text for row in rows]


@pytest.fixture
def make_shop(sqlite_url: str, children: Children, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    opened: list[Database] = []

    def make(via: str, address: str, hosts: tuple[str, ...] = ()) -> Shop:
        database = Database(
            sqlite_url, judge=ScanCounter({"batch": PickDesk(), "order": PackDesk(), "manifest": LoadingDesk()})
        )
        opened.append(database)
        bench = a_bench(database)
        bench.set("carriers", [{**CARRIER, "via": via, "address": address}])
        database.run(lambda session, _: setattr(session.get_one(OrderRow, bench.order), "carrier", "Post"), None)
        bench.pack_all()
        clock = Clock()
        reach = CarrierReach(folder=tmp_path, hosts=hosts)
        return Shop(bench, Purchaser(database, children, reach, clock=clock), clock)

    yield make
    for database in opened:
        database.close()


def over_http(make_shop: Callable[..., Shop], house: CarrierHouse) -> Shop:
    return make_shop("http_json", house.url, (f"127.0.0.1:{house.port}",))


def test_a_sealed_carton_waits_for_its_label_and_prints_it_once_it_is_bought(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    assert [kind for kind, _ in shop.kinds()] == ["packing_slip"]
    sscc = shop.bench.cartons()[-1].sscc
    assert shop.bench.says(f"00{sscc}") == [Outcome.POLICY]
    assert shop.turn() is LabelState.BOUGHT
    label = shop.bench.labels()[-1]
    assert (label.tracking, label.cost_cents, label.currency) == ("TRK000000001", 455, "EUR")
    assert shop.kinds()[-1] == ("carrier_label", "queued")
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    assert shop.bench.broken() == []


def test_an_answer_lost_after_the_sale_is_looked_up_and_nothing_is_bought_again(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    house.lose_after = 1
    assert shop.turn() is LabelState.IN_DOUBT
    assert ["was it bought?" in text for text in shop.questions()] == [True]
    assert shop.turn(5) is LabelState.IN_DOUBT
    assert shop.turn(60) is LabelState.BOUGHT
    assert (len(house.sold), house.asked.count(("POST", "/api/labels")), shop.questions()) == (1, 1, [])


def test_an_answer_lost_before_the_sale_is_asked_again_under_the_same_key(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    house.lose_before = 1
    assert shop.turn() is LabelState.IN_DOUBT
    assert shop.turn(60) is LabelState.WANTED
    assert shop.turn() is LabelState.BOUGHT
    assert list(house.sold) == [shop.bench.labels()[-1].buy_key]


def test_a_server_that_stopped_while_buying_looks_up_first(make_shop: Callable[..., Shop], house: CarrierHouse) -> None:
    shop = over_http(make_shop, house)
    label = shop.bench.labels()[-1]
    database = shop.bench.database
    database.run(begin_buying, OfLabel(actor=SYSTEM, at=LATER, label=label.id))
    house.sell(label.buy_key or "")
    assert database.run(doubt_interrupted, Request(actor=SYSTEM, at=LATER)) == 1
    assert shop.turn() is LabelState.BOUGHT
    assert house.asked == [("GET", f"/api/labels/{label.buy_key}")]


def test_a_refusal_is_put_before_a_person_who_asks_again(make_shop: Callable[..., Shop], house: CarrierHouse) -> None:
    shop = over_http(make_shop, house)
    house.refuse = "Postcode is missing"
    assert shop.turn() is LabelState.FAILED
    assert ["Postcode is missing" in text for text in shop.questions()] == [True]
    assert shop.turn(600) is LabelState.FAILED
    house.refuse = ""
    shop.bench.database.run(buy_again, OfLabel(actor=SYSTEM, at=LATER, label=shop.bench.labels()[-1].id))
    assert (shop.turn(), shop.questions()) == (LabelState.BOUGHT, [])


def test_a_carrier_that_is_away_is_asked_later_by_itself(make_shop: Callable[..., Shop]) -> None:
    with carrier_house() as gone:
        url, port = gone.url, gone.port
    shop = make_shop("http_json", url, (f"127.0.0.1:{port}",))
    assert [shop.turn(), shop.turn(0.1)] == [LabelState.WANTED, LabelState.WANTED]
    assert (shop.bench.labels()[-1].attempt, shop.questions()) == (1, [])


def test_a_label_that_does_not_carry_its_number_is_never_printed(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    house.label = "^XA^FO50,50^BCN,120,N,N,N,N^FD>:OTHER123^FS^FX{number}^XZ"
    shop.turn()
    assert [kind for kind, _ in shop.kinds()] == ["packing_slip"]
    assert ["no barcode carries" in text for text in shop.questions()] == [True]


def test_a_host_off_the_list_is_never_called(make_shop: Callable[..., Shop], house: CarrierHouse) -> None:
    shop = make_shop("http_json", house.url)
    assert shop.turn() is LabelState.FAILED
    assert (["not on the list" in text for text in shop.questions()], house.asked) == ([True], [])


def test_a_relabelled_carton_gets_a_new_number_and_the_old_one_is_dead_and_taken_back(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    carton = shop.bench.cartons()[-1]
    shop.bench.database.run(
        relabel_carton, Relabel(actor=shop.bench.lea, at=LATER, carton=carton.id, reason="Address changed")
    )
    shop.turn(5)
    assert [label.state for label in shop.bench.labels()] == [LabelState.VOIDED, LabelState.BOUGHT]
    assert house.voided == [shop.bench.labels()[0].buy_key]
    shop.bench.claim("O:1042")
    assert shop.bench.says("TRK000000001", "TRK000000002") == [Outcome.VOID_LABEL, Outcome.ACCEPTED]
    assert shop.bench.broken() == []


def test_a_carrier_is_told_once_what_it_took_along(make_shop: Callable[..., Shop], house: CarrierHouse) -> None:
    shop = over_http(make_shop, house)
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    assert [it.outcome for it in shop.bench.load("TRK000000001", "C:CONFIRM")] == [Outcome.ACCEPTED] * 2
    shop.turn(5)
    shop.turn(5)
    assert [row.reference for row in shop.bench.rows(ManifestRow)] == ["M-1"]
    assert house.asked.count(("POST", "/api/manifests")) == 1


def leave_untold(shop: Shop) -> None:
    """The carrier has left with the parcel, and does not answer any more."""
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    assert [it.outcome for it in shop.bench.load("TRK000000001", "C:CONFIRM")] == [Outcome.ACCEPTED] * 2
    away = {**CARRIER, "via": "http_json", "address": "http://127.0.0.1:1/api"}
    shop.bench.set("carriers", [away])
    shop.turn(5)
    assert (shop.questions(), [row.reference for row in shop.bench.rows(ManifestRow)]) == ([], [None])


def test_a_list_of_which_its_carrier_could_not_be_told_in_time_is_put_before_a_person(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    leave_untold(shop)
    for _ in range(2):
        shop.turn(2 * 24 * 3600 + 60)
        [asked] = shop.bench.rows(ExceptionRow)
        assert asked.text.startswith("Tell Post by hand what left on list 1, parcels: 1. It could not be told: ")
        assert (asked.subject, asked.owner_role, asked.due_at is None) == ("manifest:1", Role.INTEGRATION_OWNER, False)
    shop.bench.database.run(
        resolve_exception, Resolve(actor=SYSTEM, at=shop.clock.now, exception=asked.id, resolution="Told by telephone")
    )
    shop.turn(60)
    assert shop.questions() == []


def test_a_list_of_a_carrier_that_the_site_has_no_more_is_put_before_a_person(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    leave_untold(shop)
    shop.bench.set("carriers", [])
    shop.turn(2 * 24 * 3600 + 60)
    assert [text.endswith("There is no carrier Post any more.") for text in shop.questions()] == [True]


def test_rates_and_tracking_are_asked_of_the_carrier(house: CarrierHouse, tmp_path: Path) -> None:
    reach = CarrierReach(folder=tmp_path, hosts=(f"127.0.0.1:{house.port}",))
    own = Carrier(name="P", cutoff=time(9), pickup=time(9), via=Via.HTTP_JSON, address=house.url)
    listed = Carrier(name="L", cutoff=time(9), pickup=time(9), rates=(Rate(cents=390),), currency="EUR")
    parcel = Shipment(
        key="k",
        service="Parcel",
        order="1042",
        sscc="0" * 18,
        carton=1,
        cartons=1,
        weight_g=500,
        value_cents=100,
        currency="EUR",
        sender=(),
        receiver=Address(country="DE"),
    )
    assert adapter_of(own, reach).rates(parcel) == (Quote(service="Parcel", cents=455),)
    assert adapter_of(listed, reach).rates(parcel) == (Quote(service="Parcel", cents=390, currency="EUR"),)
    events = (TrackEvent(at="2026-11-21T10:00:00Z", text="Picked up"),)
    assert adapter_of(own, reach).track("TRK1") == events
    assert adapter_of(listed, reach).track("TRK1") == ()


@pytest.mark.parametrize(
    ("via", "address"),
    [
        *((Via.FILE_DROP, address) for address in ("", "..", "/etc", "post/../../x")),
        *(
            (Via.HTTP_JSON, address)
            for address in ("http://example.com/a", "https://example.com/a", "ftp://x", "https://a@b/")
        ),
    ],
)
def test_a_carrier_outside_of_what_is_allowed_is_refused(via: Via, address: str, tmp_path: Path) -> None:
    carrier = Carrier(name="P", cutoff=time(9), pickup=time(9), via=via, address=address)
    with pytest.raises(InvalidInputError, match="P cannot be used"):
        adapter_of(carrier, CarrierReach(folder=tmp_path, hosts=("b",)))


def test_a_carriers_program_gets_one_file_and_answers_with_label_and_number(
    make_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    shop = make_shop("file_drop", "post")
    assert [shop.turn(), shop.turn(5)] == [LabelState.BUYING, LabelState.BUYING]
    [sent] = (tmp_path / "post" / "out").iterdir()
    with sent.open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["key"], row["order"], row["sscc"]) == (sent.stem, "1042", shop.bench.cartons()[-1].sscc)
    answers = tmp_path / "post" / "in"
    answers.mkdir()
    (answers / f"{sent.stem}.zpl").write_text("^XA^FO9,9^BCN,99,N,N,N,N^FD>:POST123456^FS^XZ")
    (answers / sent.name).write_text("tracking,cost_cents,currency,error\nPOST123456,390,EUR,\n")
    assert shop.turn(5) is LabelState.BOUGHT
    assert shop.bench.says("POST123456") == [Outcome.ACCEPTED]


def answered(tmp_path: Path, number: str, told: str) -> None:
    """What the carrier's program answers to the one parcel it was asked for."""
    [sent] = (tmp_path / "post" / "out").glob("*[0-9].csv")
    answers = tmp_path / "post" / "in"
    answers.mkdir(exist_ok=True)
    (answers / f"{sent.stem}.zpl").write_text(f"^XA^FO9,9^BCN,99,N,N,N,N^FD>:{number}^FS^XZ")
    (answers / sent.name).write_text(f"tracking,cost_cents,currency,error\n{told}\n")


@pytest.mark.parametrize("end", ["void", "cancel"])
def test_a_label_whose_carton_dies_while_it_is_bought_is_given_back_and_never_printed(
    make_shop: Callable[..., Shop], tmp_path: Path, end: str
) -> None:
    shop = make_shop("file_drop", "post")
    assert shop.turn() is LabelState.BUYING
    if end == "void":
        shop.bench.void()
    else:
        asked = CancelOrder(actor=shop.bench.lea, at=LATER, number="1042", reason="not wanted")
        shop.bench.database.run(cancel_order, asked)
    answered(tmp_path, "POST123456", "POST123456,390,EUR,")
    assert shop.turn(5) is LabelState.VOIDED
    assert "carrier_label" not in [kind for kind, _ in shop.kinds()]
    assert [path.name for path in (tmp_path / "post" / "out").glob("*.void.csv")] != []
    assert shop.bench.broken() == []


def test_a_label_sold_for_a_carton_that_died_meanwhile_is_given_back(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    sell = house.sell

    def sell_late(key: str) -> dict[str, Any]:
        shop.bench.void()
        return sell(key)

    house.sell = sell_late  # type: ignore[method-assign]
    assert shop.turn() is LabelState.VOIDED
    shop.turn(5)
    assert (house.voided, "carrier_label" in dict(shop.kinds())) == ([shop.bench.labels()[0].buy_key], False)
    assert [(label.tracking, label.carrier_void) for label in shop.bench.labels()] == [("TRK000000001", "done")]


def test_a_number_that_stands_on_another_parcel_is_asked_about_and_holds_no_other_label_up(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    carton = shop.bench.cartons()[-1].id
    shop.bench.database.run(relabel_carton, Relabel(actor=shop.bench.lea, at=LATER, carton=carton, reason="torn"))
    house.sold[shop.bench.labels()[-1].buy_key or ""] = next(iter(house.sold.values()))
    assert shop.turn(5) is LabelState.FAILED
    assert ["TRK000000001 is that of another parcel" in text for text in shop.questions()] == [True]


def test_an_answer_with_a_comma_too_many_is_read_as_it_was_meant(
    make_shop: Callable[..., Shop], tmp_path: Path
) -> None:
    shop = make_shop("file_drop", "post")
    shop.turn()
    answered(tmp_path, "POST123456", ",,,Address,not found")
    assert shop.turn(5) is LabelState.FAILED
    assert ["Address,not found" in text for text in shop.questions()] == [True]


def test_a_label_that_cannot_be_worked_on_is_asked_about_and_those_behind_it_are_bought(
    make_shop: Callable[..., Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop("file_drop", "post")
    shop.turn()

    def broken(*_: object) -> None:
        raise PermissionError("no")

    with monkeypatch.context() as patched:
        patched.setattr(FileDropCarrier, "find", broken)
        assert shop.turn(5) is LabelState.IN_DOUBT
    assert ["the server's log says why" in text for text in shop.questions()] == [True]
    answered(tmp_path, "POST123456", "POST123456,390,EUR,")
    assert (shop.turn(5), shop.turn(60)) == (LabelState.IN_DOUBT, LabelState.BOUGHT)


def test_a_carrier_that_does_not_answer_keeps_no_other_carrier_waiting_for_its_list(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]
    away = {**CARRIER, "name": "Away", "via": "http_json", "address": "http://127.0.0.1:1/api"}
    known = {**CARRIER, "via": "http_json", "address": house.url}
    shop.bench.set("carriers", [known, away])

    def leave_first(session: Session) -> None:
        session.add(ManifestRow(carrier="Away", state="closed", created_at=LATER, closed_at=LATER))
        session.flush()
        own = session.scalars(select(ManifestRow).where(ManifestRow.carrier == "Post")).one()
        own.state, own.closed_at = "closed", LATER
        session.add(ManifestRow(carrier="Post", state="closed", created_at=LATER, closed_at=LATER))

    build(shop.bench.database, leave_first)
    shop.turn(5)
    found = {row.carrier: row.reference for row in shop.bench.rows(ManifestRow)}
    assert found == {"Post": "M-0", "Away": None}


def test_a_list_that_its_carrier_refuses_is_a_persons_at_once_and_keeps_no_later_one_waiting(
    make_shop: Callable[..., Shop], house: CarrierHouse
) -> None:
    shop = over_http(make_shop, house)
    shop.turn()
    assert shop.bench.says("TRK000000001") == [Outcome.ACCEPTED]

    def leave_two(session: Session) -> None:
        own = session.scalars(select(ManifestRow)).one()
        own.state, own.closed_at = "closed", LATER
        session.add(ManifestRow(carrier="Post", state="closed", created_at=LATER, closed_at=LATER))

    build(shop.bench.database, leave_two)
    house.refuse_list = "TRK000000001 was taken back"
    for _ in range(3):
        shop.turn(5)
    assert [row.reference for row in shop.bench.rows(ManifestRow)] == [None, "M-0"]
    assert house.asked.count(("POST", "/api/manifests")) == 2
    assert [text.endswith("It could not be told: TRK000000001 was taken back") for text in shop.questions()] == [True]


def test_a_carriers_own_label_is_numbered_by_its_scan(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("manual", "")
    with shop.bench.database.read() as session:
        assert due_labels(session, NOON) == []
    assert shop.bench.says("4006381333931", "short", "JJD000390007882823210") == [
        Outcome.POLICY,
        Outcome.POLICY,
        Outcome.ACCEPTED,
    ]
    assert [label.tracking for label in shop.bench.labels()] == ["JJD000390007882823210"]
    assert shop.bench.broken() == []
