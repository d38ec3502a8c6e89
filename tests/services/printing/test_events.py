"""What the floor prints: jobs in the transaction of their cause, with values every printer can take."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import load_profile, render
from printers.documents import document_from_json
from tests.builders import NOON, a_bin, a_cart, a_person, a_place, a_tote, an_item, an_order, build, some_stock
from warehouse.domain.codes import (
    BatchState,
    CartonState,
    ExceptionState,
    LabelState,
    PlaceKind,
    PrintJobState,
    Role,
    TaskState,
)
from warehouse.domain.errors import ConflictError, IdReusedError, InvalidInputError
from warehouse.domain.shipping.parcels import make_sscc
from warehouse.services.actor import SYSTEM, Actor, Request
from warehouse.services.printing.answers import (
    ConfirmJob,
    JobAsked,
    ReprintJob,
    VoidJobs,
    cancel_job,
    confirm_job,
    confirm_label,
    reprint_job,
    retry_job,
    void_jobs_of_carton,
)
from warehouse.services.printing.events import (
    PrintTest,
    queue_batch_label,
    queue_gift_note,
    queue_item_label,
    queue_manifest,
    queue_packing_slip,
    queue_pick_list,
    queue_shipping_label,
    queue_test_page,
)
from warehouse.services.printing.jobs import NO_PRINTER, QueueJob, queue_job
from warehouse.services.printing.labels import (
    badges,
    bin_labels,
    cart_labels,
    command_sheet,
    item_labels,
    station_labels,
    tote_labels,
)
from warehouse.services.printing.parcels import packing_slip, parcel_of, shipping_label
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, CartRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ManifestRow, ShipmentRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow, StationRow
from warehouse.storage.models.stock import BinRow

ASKED = Request(actor=SYSTEM, at=NOON)
BIN = {"kind": "bin", "code": "S1", "barcode": "L:S1"}


@dataclass(frozen=True)
class Bench:
    """A pack bench with printers, and a sealed carton of order 1042 that holds 3 of 5 A and no B."""

    lea: Actor
    station: int
    labels: int
    spare: int
    office: int
    order: int
    carton: int
    a: int
    b: int
    batch: int
    manifest: int


def a_bench(session: Session) -> Bench:
    change_setting(session, ChangeSetting(**_asked(), name="name", value="Hearth & Home"))
    change_setting(session, ChangeSetting(**_asked(), name="address", value=["14 Canal Wharf", "Leeds LS11 5PS"]))
    lea = Actor(a_person(session, "Lea", Role.LEAD), Role.LEAD, "Lea")
    station = StationRow(code="PACK1", name="Pack bench 1")
    printers = [
        PrinterRow(name=name, transport="folder", address="/nowhere", profile=profile)
        for name, profile in (("Labels", "zebra_203"), ("Spare", "zebra_203"), ("Office", "a4_laser_600"))
    ]
    session.add_all([station, *printers])
    session.flush()
    labels, spare, office = (printer.id for printer in printers)
    session.add_all(
        [
            StationPrinterRow(station_id=station.id, role="label", printer_id=labels, rank=1),
            StationPrinterRow(station_id=station.id, role="label", printer_id=spare, rank=2),
            StationPrinterRow(station_id=None, role="item_label", printer_id=spare),
            StationPrinterRow(station_id=None, role="document", printer_id=office),
        ]
    )
    a, b = an_item(session, "A", "4006381333931"), an_item(session, "B")
    order = an_order(session, {a: 5, b: 1}, number="1042")
    batch = _a_batch(session, order)
    carton, manifest = _a_carton(session, order, station.id)
    return Bench(
        lea=lea,
        station=station.id,
        labels=labels,
        spare=spare,
        office=office,
        order=order,
        carton=carton,
        a=a,
        b=b,
        batch=batch,
        manifest=manifest,
    )


def _asked() -> dict[str, Any]:
    return {"actor": SYSTEM, "at": NOON}


def _a_batch(session: Session, order: int) -> int:
    tote = a_tote(session, "T1")
    batch = BatchRow(number="B-1", state=BatchState.RELEASED, cart_id=a_cart(session), created_at=NOON, cutoff_at=NOON)
    session.add(batch)
    session.flush()
    session.add(BatchSlotRow(batch_id=batch.id, slot_no=1, order_id=order, tote_id=tote))
    lines = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == order)).all()
    for sequence, line in enumerate(lines, start=1):
        bin_id = a_bin(session, f"S{sequence}")
        lot = some_stock(session, bin_id, line.item_id or 0, line.ordered)
        session.add(
            PickTaskRow(
                batch_id=batch.id,
                sequence=sequence,
                stop_no=sequence,
                slot_no=1,
                order_id=order,
                order_line_id=line.id,
                item_id=line.item_id or 0,
                lot_id=lot,
                bin_id=bin_id,
                wanted=line.ordered,
            )
        )
    session.flush()
    return batch.id


def _a_carton(session: Session, order: int, station: int) -> tuple[int, int]:
    shipment = ShipmentRow(order_id=order, created_at=NOON)
    manifest = ManifestRow(carrier="Post", cutoff_at=NOON, created_at=NOON)
    session.add_all([shipment, manifest])
    session.flush()
    carton = CartonRow(
        id=a_place(session, PlaceKind.CARTON, f"{order}-1"),
        order_id=order,
        shipment_id=shipment.id,
        carton_no=1,
        sscc=make_sscc("9520000", 1),
        state=CartonState.CLOSED,
        content_hash="c" * 64,
        station_id=station,
        opened_at=NOON,
    )
    session.add(carton)
    session.flush()
    task = session.scalars(select(PickTaskRow).where(PickTaskRow.order_id == order).order_by(PickTaskRow.id)).first()
    assert task is not None
    line = session.get_one(OrderLineRow, task.order_line_id)
    line.picked = line.packed = 3
    session.add(
        CartonLineRow(carton_id=carton.id, order_line_id=line.id, item_id=task.item_id, lot_id=task.lot_id, quantity=3)
    )
    return carton.id, manifest.id


@pytest.fixture
def bench(database: Database) -> Bench:
    return build(database, a_bench)


def job(database: Database, key: uuid.UUID) -> PrintJobRow:
    with database.read() as session:
        return session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == key)).one()


def set_state(database: Database, key: uuid.UUID, state: PrintJobState, *, left: bool = False) -> None:
    def put(session: Session, _: None) -> None:
        row = session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == key)).one()
        row.state, row.sent_at = state, NOON if left else None

    database.run(put, None)


def label(database: Database, bench: Bench) -> uuid.UUID:
    return database.run(lambda session, asked: queue_shipping_label(session, asked, bench.carton), ASKED)


def asked_of(bench: Bench, key: uuid.UUID) -> JobAsked:
    return JobAsked(actor=bench.lea, at=NOON, job=key)


def reprint_of(bench: Bench, job: uuid.UUID, **more: Any) -> ReprintJob:
    return ReprintJob(**{"actor": bench.lea, "at": NOON, "job": job, "reason": "torn", **more})


def test_a_packing_slip_lists_what_was_scanned_in_and_what_is_still_to_come(database: Database, bench: Bench) -> None:
    key = database.run(lambda session, asked: queue_packing_slip(session, asked, bench.carton), ASKED)
    assert job(database, key).document == {
        "kind": "packing_slip",
        "order_number": "1042",
        "barcode": "O:1042",
        "shop_lines": ["Hearth & Home", "14 Canal Wharf", "Leeds LS11 5PS"],
        "to_lines": ["Mr Smith", "12 Mill Lane", "Leeds", "LS1 4AP", "UNITED KINGDOM"],
        "lines": [
            {"sku": "A", "name": "Item A", "in_carton": 3, "to_come": 2, "price": "", "amount": ""},
            {"sku": "B", "name": "Item B", "in_carton": 0, "to_come": 1, "price": "", "amount": ""},
        ],
        "carton": 1,
        "cartons": 1,
        "ordered_on": "2026-11-21",
        "packed_on": "2026-11-21",
        "carrier": "Post",
        "show_prices": False,
        "total": "",
        "footer": "",
    }


def test_a_shipping_label_carries_the_address_as_written_and_the_cartons_serial(
    database: Database, bench: Bench
) -> None:
    row = job(database, label(database, bench))
    assert (row.printer_id, row.carton_id, row.order_id) == (bench.labels, bench.carton, bench.order)
    assert row.document == {
        "kind": "shipping_label",
        "from_lines": ["Hearth & Home", "14 Canal Wharf", "Leeds LS11 5PS"],
        "to_lines": ["Mr Smith", "12 Mill Lane", "Leeds", "LS1 4AP", "UNITED KINGDOM"],
        "order_number": "1042",
        "sscc": make_sscc("9520000", 1),
        "carrier": "Post",
        "service": "",
        "carton": 1,
        "cartons": 1,
        "weight_g": 300,
        "postcode": "LS14AP",
        "ship_by": "2026-11-21T16:00",
    }


def test_prices_stand_on_the_slip_only_when_all_are_known_and_it_is_no_present(
    database: Database, bench: Bench
) -> None:
    def price(session: Session, _: None) -> tuple[bool, str, bool]:
        order = session.get_one(OrderRow, bench.order)
        order.currency = "GBP"
        for line in session.scalars(select(OrderLineRow)):
            line.unit_price_cents = 255
        session.flush()
        plain = packing_slip(session, parcel_of(session, bench.carton), NOON)
        order.instructions = [{"kind": "no_prices", "text": "Use the slip without prices."}]
        present = packing_slip(session, parcel_of(session, bench.carton), NOON)
        return plain["show_prices"], plain["total"], present["show_prices"]

    assert database.run(price, None) == (True, "GBP 7.65", False)


def test_every_document_the_house_makes_can_be_printed(database: Database, bench: Bench) -> None:
    def every(session: Session, asked: Request) -> list[dict[str, Any]]:
        session.get_one(OrderRow, bench.order).gift_note = "Happy birthday, dear Zoë!"
        carton = session.get_one(CartonRow, bench.carton)
        carton.state, carton.manifest_id = CartonState.LOADED, bench.manifest
        session.flush()
        for queue in (queue_packing_slip, queue_shipping_label, queue_gift_note):
            queue(session, asked, bench.carton)
        for queue in (queue_pick_list, queue_batch_label):
            queue(session, asked, bench.batch)
        queue_manifest(session, asked, bench.manifest)
        queue_item_label(session, asked, bench.a)
        queue_test_page(session, PrintTest(**_asked(), printer=bench.labels, key="1"))
        labels = [
            *bin_labels(session.scalars(select(BinRow))),
            *tote_labels(session.scalars(select(ToteRow))),
            *cart_labels(session.scalars(select(CartRow))),
            *station_labels(session.scalars(select(StationRow))),
            *badges(session, session.scalars(select(PersonRow))),
            *item_labels(session, session.scalars(select(ItemRow))),
            command_sheet(),
        ]
        return [row.document for row in session.scalars(select(PrintJobRow))] + labels

    documents = database.run(every, ASKED)
    paper = load_profile("a4_laser_600")
    assert [document["kind"] for document in documents if render(document_from_json(document), paper).pages < 1] == []
    assert {document["kind"] for document in documents} == {
        *("packing_slip", "shipping_label", "gift_note", "pick_list", "batch", "manifest", "item", "test_page"),
        *("bin", "tote", "cart", "station", "badge", "command_sheet"),
    }


def test_a_pick_list_shows_what_is_left_in_walk_order(database: Database, bench: Bench) -> None:
    def picked(session: Session, _: None) -> None:
        first, second = session.scalars(select(PickTaskRow).order_by(PickTaskRow.sequence)).all()
        first.picked, second.state = 2, TaskState.PICKED

    database.run(picked, None)
    key = database.run(lambda session, asked: queue_pick_list(session, asked, bench.batch), ASKED)
    row = job(database, key)
    line = {"sku": "A", "name": "Item A", "quantity": 3, "order": "1042", "lot": "", "tote": "T1", "slot": "1"}
    assert (row.printer_id, row.document["stops"]) == (bench.office, [{"bin": "S1", "lines": [line]}])


def test_a_manifest_lists_the_loaded_cartons_with_what_they_weigh(database: Database, bench: Bench) -> None:
    def load(session: Session, asked: Request) -> uuid.UUID:
        carton = session.get_one(CartonRow, bench.carton)
        carton.state, carton.manifest_id = CartonState.LOADED, bench.manifest
        session.flush()
        return queue_manifest(session, asked, bench.manifest)

    document = job(database, database.run(load, ASKED)).document
    carton = {"sscc": make_sscc("9520000", 1), "order_number": "1042", "ship_to": "LS1 4AP GB", "service": ""}
    assert (document["carrier"], document["cartons"]) == ("Post", [carton | {"weight_g": 300}])


def test_a_label_shows_the_scales_weight_and_none_that_nobody_knows(database: Database, bench: Bench) -> None:
    def weigh(session: Session, grams: int | None) -> int | None:
        session.get_one(CartonRow, bench.carton).weight_g = grams
        session.get_one(ItemRow, bench.a).weight_g = None
        session.flush()
        return shipping_label(session, parcel_of(session, bench.carton))["weight_g"]

    assert [database.run(weigh, grams) for grams in (412, None)] == [412, None]


@pytest.mark.parametrize(
    ("country", "town", "read"),
    [
        ("GB", "York North Yorkshire YO1 7HH", "UNITED KINGDOM"),
        ("de", "YO1 7HH York North Yorkshire", "GERMANY"),
        ("Wonderland", "YO1 7HH York North Yorkshire", "Wonderland"),
    ],
)
def test_postcode_and_country_stand_as_the_post_reads_them(
    database: Database, bench: Bench, country: str, town: str, read: str
) -> None:
    def address(session: Session, _: None) -> list[str]:
        row = session.get_one(OrderAddressRow, bench.order)
        row.lines, row.city, row.region, row.postcode = ["1 Low Petergate"], "York", "North Yorkshire", "YO1 7HH"
        row.country = country
        session.flush()
        return shipping_label(session, parcel_of(session, bench.carton))["to_lines"]

    assert database.run(address, None) == ["Mr Smith", "1 Low Petergate", town, read]


def test_what_an_address_says_itself_is_not_said_twice(database: Database, bench: Bench) -> None:
    def address(session: Session, _: None) -> list[str]:
        row = session.get_one(OrderAddressRow, bench.order)
        row.lines, row.city, row.region, row.postcode = (
            ["1 Low Petergate", "York", "United Kingdom"],
            "York",
            "",
            "YO1 7HH",
        )
        session.flush()
        return shipping_label(session, parcel_of(session, bench.carton))["to_lines"]

    assert database.run(address, None) == ["Mr Smith", "1 Low Petergate", "York", "United Kingdom", "YO1 7HH"]


def test_an_order_whose_address_was_erased_still_has_a_label(database: Database, bench: Bench) -> None:
    def erase(session: Session, _: None) -> list[str]:
        session.delete(session.get_one(OrderAddressRow, bench.order))
        session.flush()
        return shipping_label(session, parcel_of(session, bench.carton))["to_lines"]

    assert database.run(erase, None) == ["UNITED KINGDOM"]


def test_an_items_label_has_the_length_its_code_has_on_the_shelf(database: Database, bench: Bench) -> None:
    keys = [
        database.run(lambda session, asked, item=item: queue_item_label(session, asked, item), ASKED)
        for item in (bench.a, bench.b)
    ]
    found = [job(database, key).document for key in keys]
    assert [(it["barcode"], it["code_kind"]) for it in found] == [("4006381333931", "gtin"), ("B", "internal")]


@pytest.mark.parametrize("queue", [queue_packing_slip, queue_shipping_label])
def test_asking_twice_is_one_job(database: Database, bench: Bench, queue: Callable[..., uuid.UUID]) -> None:
    first = database.run(lambda session, asked: queue(session, asked, bench.carton), ASKED)
    later = replace(ASKED, at=NOON.replace(hour=15))
    assert database.run(lambda session, asked: queue(session, asked, bench.carton), later) == first
    with database.read() as session:
        assert len(session.scalars(select(PrintJobRow)).all()) == 1


def test_a_label_is_printed_anew_once_the_one_before_is_void(database: Database, bench: Bench) -> None:
    first = label(database, bench)

    def void(session: Session, _: Request) -> None:
        void_jobs_of_carton(session, VoidJobs(**_asked(), carton=bench.carton, reason="wrong carrier"))
        session.add(
            LabelRow(carton_id=bench.carton, state=LabelState.VOIDED, carrier="Post", content_hash="", created_at=NOON)
        )

    database.run(void, ASKED)
    second = label(database, bench)
    assert (second == first, job(database, first).state) == (False, PrintJobState.VOIDED)
    assert job(database, second).state is PrintJobState.QUEUED


def test_the_same_key_with_another_content_is_refused(database: Database) -> None:
    database.run(queue_job, QueueJob(**_asked(), key="k", document=BIN))
    with pytest.raises(IdReusedError):
        database.run(queue_job, QueueJob(**_asked(), key="k", document={**BIN, "code": "S2"}))


def test_a_document_of_no_known_kind_is_refused(database: Database) -> None:
    with pytest.raises(InvalidInputError):
        database.run(queue_job, QueueJob(**_asked(), key="k", document={"kind": "poster"}))


def test_a_job_without_a_printer_waits_and_says_so(database: Database) -> None:
    row = job(database, database.run(queue_job, QueueJob(**_asked(), key="k", document=BIN)))
    assert (row.state, row.printer_id, row.error) == (PrintJobState.QUEUED, None, NO_PRINTER)


def test_a_reprint_is_a_new_marked_job_with_a_reason(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.SENT, left=True)
    again = database.run(reprint_job, reprint_of(bench, key))
    set_state(database, again, PrintJobState.SENT, left=True)
    third = database.run(reprint_job, reprint_of(bench, again))
    rows = [job(database, it) for it in (again, third)]
    assert [(row.reprint_no, row.document["reprint"], row.reprint_of, row.reason) for row in rows] == [
        (1, 1, key, "torn"),
        (2, 2, key, "torn"),
    ]
    assert job(database, key).document.get("reprint") is None


def test_pressing_reprint_twice_with_the_same_key_prints_once(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.SENT, left=True)
    first = database.run(reprint_job, reprint_of(bench, job=key, key="press-1"))
    assert database.run(reprint_job, reprint_of(bench, job=key, key="press-1")) == first
    with pytest.raises(IdReusedError):
        database.run(reprint_job, reprint_of(bench, job=key, key="press-1", reason="faded"))


@pytest.mark.parametrize("state", ["queued", "claimed", "sending", "waiting_printer", "voided", "cancelled"])
def test_what_is_on_its_way_or_dead_is_not_reprinted(database: Database, bench: Bench, state: str) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState(state), left=state == "sending")
    with pytest.raises(ConflictError):
        database.run(reprint_job, reprint_of(bench, key))


def test_a_reprint_needs_a_reason(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.SENT, left=True)
    with pytest.raises(InvalidInputError):
        database.run(reprint_job, reprint_of(bench, key, reason="  "))


def test_reprinting_a_job_in_doubt_says_that_it_did_not_come_out(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.IN_DOUBT, left=True)
    database.run(reprint_job, reprint_of(bench, key))
    assert job(database, key).state is PrintJobState.FAILED
    with pytest.raises(ConflictError, match="may have come out"):
        database.run(retry_job, asked_of(bench, key))


def test_only_a_job_that_never_left_is_tried_again(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.FAILED)
    database.run(retry_job, asked_of(bench, key))
    assert job(database, key).state is PrintJobState.QUEUED
    set_state(database, key, PrintJobState.IN_DOUBT, left=True)
    with pytest.raises(ConflictError):
        database.run(retry_job, asked_of(bench, key))


def test_a_job_is_cancelled_before_it_leaves_and_not_after(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    database.run(cancel_job, asked_of(bench, key))
    assert job(database, key).state is PrintJobState.CANCELLED
    set_state(database, key, PrintJobState.SENT, left=True)
    with pytest.raises(ConflictError):
        database.run(cancel_job, asked_of(bench, key))


def test_confirming_twice_changes_nothing(database: Database, bench: Bench) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState.IN_DOUBT, left=True)
    asked = ConfirmJob(actor=bench.lea, at=NOON, job=key)
    assert database.run(confirm_job, asked) == database.run(confirm_job, asked)
    row = job(database, key)
    assert (row.state, row.how_confirmed, row.confirmed_at) == (PrintJobState.CONFIRMED, "human", NOON)


@pytest.mark.parametrize("state", ["sent", "in_doubt", "sending"])
def test_scanning_the_label_back_proves_that_it_came_out(database: Database, bench: Bench, state: str) -> None:
    key = label(database, bench)
    set_state(database, key, PrintJobState(state), left=True)
    assert database.run(lambda session, asked: confirm_label(session, asked, bench.carton), ASKED) == [key]
    assert job(database, key).how_confirmed == "scan"


def test_voiding_reaches_only_the_kinds_named(database: Database, bench: Bench) -> None:
    slip = database.run(lambda session, asked: queue_packing_slip(session, asked, bench.carton), ASKED)
    key = label(database, bench)
    void = VoidJobs(**_asked(), carton=bench.carton, reason="r", kinds=frozenset({"shipping_label"}))
    assert database.run(void_jobs_of_carton, void) == [key]
    assert job(database, slip).state is PrintJobState.QUEUED


def test_a_cause_that_is_rolled_back_prints_nothing(database: Database, bench: Bench) -> None:
    def fail(session: Session, asked: Request) -> None:
        queue_shipping_label(session, asked, bench.carton)
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        database.run(fail, ASKED)
    with database.read() as session:
        assert session.scalars(select(PrintJobRow)).all() == []
        assert session.scalars(select(ExceptionRow).where(ExceptionRow.state != ExceptionState.RESOLVED)).all() == []
