"""Packing units that are told apart, a site that only watches, and totes emptied in unusual ways."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import build, some_stock
from tests.services.bench import BOWL, LATER, MUG, Bench, a_bench
from warehouse.domain.codes import OrderState, Outcome, PrintJobState, ScanKind, Tracking
from warehouse.domain.errors import ConflictError
from warehouse.services.batches.leases import Hold, close_batch
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.packing.decisions import SplitOrder, split_order
from warehouse.services.packing.scans import PackDesk
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import start_batch
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonLineRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.stock import LotRow, MoveRow, PutBackRow, SerialRow, StockRow

ACCEPTED = Outcome.ACCEPTED


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    return a_bench(
        open_database(judge=ScanCounter({"batch": PickDesk(), "order": PackDesk(), "manifest": LoadingDesk()}))
    )


def tell_apart(bench: Bench) -> None:
    """The mugs are of lot M1; the bowl is number S-1."""

    def recipe(session: Session) -> None:
        session.get_one(ItemRow, bench.floor.a).tracking = Tracking.LOT
        session.get_one(LotRow, bench.floor.lot_a).code = "M1"
        session.get_one(ItemRow, bench.floor.b).tracking = Tracking.SERIAL
        tote = session.query(ToteRow).filter_by(code="T1").one()
        line = session.query(OrderLineRow).filter_by(order_id=bench.order, sku="BOWL").one()
        session.add(
            SerialRow(
                item_id=bench.floor.b, code="S-1", lot_id=bench.floor.lot_b, place_id=tote.id, order_line_id=line.id
            )
        )

    build(bench.database, recipe)


def serial(bench: Bench) -> tuple[int, int | None]:
    row: SerialRow = bench.rows(SerialRow)[0]
    return row.place_id, row.order_line_id


def test_a_piece_with_a_lot_and_one_without_are_packed_out_of_one_tote(bench: Bench) -> None:
    def recipe(session: Session) -> None:
        session.get_one(ItemRow, bench.floor.a).tracking = Tracking.LOT
        tote = session.query(ToteRow).filter_by(code="T1").one()
        session.query(StockRow).filter_by(place_id=tote.id, item_id=bench.floor.a).one().quantity = 1
        some_stock(session, tote.id, bench.floor.a, 1, lot="M1")

    build(bench.database, recipe)
    bench.claim()
    assert bench.says("T:T1", MUG, MUG, MUG, "M1", BOWL, "C:CONFIRM") == [
        *(ACCEPTED, Outcome.AMBIGUOUS, ACCEPTED, Outcome.AMBIGUOUS),
        *(ACCEPTED, ACCEPTED, ACCEPTED),
    ]
    codes = {row.id: row.code for row in bench.rows(LotRow)}
    listed = [(codes[row.lot_id], row.quantity) for row in bench.rows(CartonLineRow)]
    assert listed == [("", 1), ("M1", 1), ("", 1)]


def test_lots_and_serials_follow_their_units_into_the_carton(bench: Bench) -> None:
    tell_apart(bench)
    bench.claim()
    assert bench.says("T:T1", MUG, MUG, BOWL, "S-1", "C:CONFIRM") == [ACCEPTED] * 6
    carton = bench.cartons()[0]
    listed = [(row.lot_id, row.quantity, row.serials) for row in bench.rows(CartonLineRow)]
    assert listed == [(bench.floor.lot_a, 2, None), (bench.floor.lot_b, 1, ["S-1"])]
    assert serial(bench)[0] == carton.id
    assert bench.broken() == []


def test_a_serial_packed_and_undone_is_in_its_tote_again(bench: Bench) -> None:
    tell_apart(bench)
    bench.claim()
    before = serial(bench)
    assert bench.says("T:T1", BOWL, "S-1", "C:UNDO") == [ACCEPTED] * 4
    assert serial(bench) == before


def test_a_numbered_unit_that_is_missing_belongs_to_the_order_no_longer(bench: Bench) -> None:
    tell_apart(bench)
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    split = SplitOrder(actor=bench.lea, at=LATER, order="1042", reason="The customer waits")
    bench.database.run(split_order, split)
    assert bench.says("C:CONFIRM") == [ACCEPTED]
    assert (serial(bench)[1], bench.line("BOWL"), bench.broken()) == (None, (0, 0, 0, 1), [])


@pytest.mark.parametrize("packed", [(), (BOWL, "S-1")], ids=["in the tote", "in the carton"])
def test_a_numbered_unit_that_is_damaged_belongs_to_the_order_no_longer(bench: Bench, packed: tuple[str, ...]) -> None:
    tell_apart(bench)
    build(bench.database, lambda session: some_stock(session, bench.floor.s2, bench.floor.b, 1))
    bench.claim()
    assert bench.says("T:T1", MUG, MUG, *packed, "C:DAMAGED", "S-1", "L:P1") == [ACCEPTED] * (6 + len(packed))
    moved = next(row for row in bench.rows(MoveRow) if row.reason == "damage")
    assert (serial(bench), bench.line("BOWL"), bench.broken()) == ((moved.to_place_id, None), (0, 0, 0, 0), [])
    bench.pick_again()
    bench.claim()
    assert bench.says("T:T1", BOWL, "S-1") == [ACCEPTED, ACCEPTED, Outcome.NOT_ON_BATCH]


def test_where_the_station_only_watches_what_was_not_scanned_is_marked(bench: Bench) -> None:
    bench.set("mode", "shadow")
    bench.claim()
    assert bench.says("T:T1", MUG) == [ACCEPTED] * 2
    answer: Any = bench.scan("9999999999994")[0]
    assert (answer.outcome, answer.blocked) == (Outcome.UNKNOWN_BARCODE, False)
    assert bench.says("C:CONFIRM") == [ACCEPTED]
    packed = [(row.quantity, row.unverified) for row in bench.rows(MoveRow) if row.reason == "pack"]
    assert (sorted(packed), bench.line("MUG"), bench.broken()) == (
        [(1, False), (1, True), (1, True)],
        (2, 2, 0, 0),
        [],
    )


def test_an_order_cancelled_after_its_carton_was_voided_is_put_back_from_the_bench(bench: Bench) -> None:
    bench.pack_all()
    bench.void()
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone"))
    assert (sum(row.quantity for row in bench.rows(PutBackRow)), bench.broken()) == (3, [])
    bench.claim("O:1042")
    assert bench.says(MUG)[:1] == [Outcome.ORDER_CHANGED]
    assert bench.says(MUG, MUG, BOWL) == [ACCEPTED] * 3
    assert (sum(row.quantity for row in bench.rows(PutBackRow)), bench.broken()) == (3, [])


def test_a_sealed_order_that_is_cancelled_must_be_voided_and_its_units_are_scanned_out(bench: Bench) -> None:
    bench.pack_all()
    bench.label()
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone"))
    bench.claim("O:1042")
    told = bench.scan(MUG)[0]
    assert (told.outcome, told.text.endswith("Void the sealed carton first.")) == (Outcome.ORDER_CHANGED, True)
    bench.void(reason="Order cancelled")
    bench.scan(MUG)
    assert bench.says(MUG, MUG, BOWL) == [ACCEPTED] * 3
    assert (bench.state(), sum(row.quantity for row in bench.rows(PutBackRow))) == (OrderState.CANCELLED, 3)
    with pytest.raises(ConflictError, match="Order 1042 is cancelled, and nothing of it is here"):
        bench.claim("O:1042")
    assert bench.broken() == []


def test_a_case_scan_counts_its_pieces_and_is_refused_where_fewer_are_left(bench: Bench) -> None:
    bench.claim()
    answer = bench.scan("T:T1", "14006381333938")[1]
    assert (answer.outcome, answer.text) == (Outcome.WRONG_UNIT, "Case of 6, 2 left.")
    assert bench.says(MUG, kind=ScanKind.QUANTITY, quantity=2) == [ACCEPTED]
    assert bench.line("MUG") == (2, 2, 0, 0)


def test_a_repick_is_worked_by_scans_into_the_tote_that_waits_on_the_shelf(bench: Bench) -> None:
    build(bench.database, lambda session: some_stock(session, bench.floor.s2, bench.floor.b, 1))
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    assert bench.says("C:SHORT", "C:SHORT", "L:P1")[1:] == [ACCEPTED] * 2
    batch = next(row for row in bench.rows(BatchRow) if row.kind == "repick")
    hold = Hold(actor=bench.ana, at=LATER, batch=batch.id, device="d-ana", proven="d-ana")
    held = bench.database.run(start_batch, hold)
    who = {"device": "d-ana", "proven": "d-ana", "person": bench.ana.person, "role": "picker"}
    ana = who | {"epoch": held.epoch, "list_version": held.list_version}
    assert bench.says("K:K1", "L:S2", BOWL, work=("batch", batch.id), **ana) == [ACCEPTED] * 3
    bench.database.run(close_batch, hold)
    bench.claim()
    view = bench.scan("T:T1")[0].extra
    assert view is not None
    assert [line["packed"] for line in view["view"]["lines"]] == [2, 0]
    assert bench.says(BOWL, "C:CONFIRM") == [ACCEPTED] * 2
    bench.ship()
    assert (bench.state(), bench.totes()["T1"], bench.broken()) == (OrderState.SHIPPED, "free", [])


def test_the_papers_of_a_cancelled_order_are_dead_with_it(bench: Bench) -> None:
    bench.pack_all()
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone"))
    assert {(job.kind, job.state) for job in bench.rows(PrintJobRow) if job.carton_id} == {
        ("packing_slip", PrintJobState.VOIDED),
        ("shipping_label", PrintJobState.VOIDED),
    }
