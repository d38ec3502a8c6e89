"""After the label: another address, a missed pickup, a late carton, a spoiled roll, a stop; old labels stay dead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.bench import LATER, Bench, a_bench
from warehouse.app import desks
from warehouse.domain.codes import CartonState, LabelState, OrderState, Outcome, PrintJobState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.packing.effects import CloseManifest
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.services.printing.spoiled import Remade, SpoiledRange, remake_range
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.after_label import Intercept, Redirect, intercept_order, redirect_order
from warehouse.services.shipping.loading import LeaveNow, leave_now
from warehouse.services.shipping.pickups import MissedPickup, miss_pickup, open_next_manifest
from warehouse.services.shipping.shipments import OpenManifest, close_manifest, manifest_for, unload_carton
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import ManifestRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.storage.queries.manifests import CartonFilter, carton_entries

POST = {"name": "Post", "cutoff": "16:00", "pickup": "17:00", "weekdays": [0, 1, 2, 3, 4, 5, 6]}


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    found = a_bench(open_database(judge=ScanCounter(desks())))
    found.set("carriers", [POST])

    def send_by_post(session: Session) -> None:
        order = session.get_one(OrderRow, found.order)
        order.carrier, order.cutoff_at = "Post", LATER.replace(hour=16, minute=0)

    build(found.database, send_by_post)
    return found


def redirect(bench: Bench, **address: object) -> object:
    asked = Redirect(actor=bench.lea, at=LATER, number="1042", reason="Customer moved", address=address)
    return bench.database.run(redirect_order, asked)


def why(bench: Bench) -> dict[str, object]:
    return {"actor": bench.lea, "at": LATER, "reason": "The lorry broke down"}


def test_another_address_gives_a_sealed_carton_a_new_label_without_repacking(bench: Bench) -> None:
    bench.pack_all()
    old = bench.label()
    assert bench.state() is OrderState.PACKED
    redirect(bench, lines=["New street 2"])
    carton = bench.cartons()[0]
    assert (carton.state, carton.manifest_id, carton.sscc != old) == (CartonState.CLOSED, None, True)
    assert [label.state for label in bench.labels()] == [LabelState.VOIDED, LabelState.BOUGHT]
    papers = [job for job in bench.jobs() if job.kind == "shipping_label"]
    assert [job.state for job in papers] == [PrintJobState.VOIDED, PrintJobState.QUEUED]
    assert "New street 2" in papers[-1].document["to_lines"]
    assert [it.outcome for it in bench.load(f"00{old}")] == [Outcome.VOID_LABEL]
    bench.claim("O:1042")
    assert bench.says(f"00{old}") == [Outcome.VOID_LABEL]
    bench.ship()
    assert (bench.state(), bench.broken()) == (OrderState.SHIPPED, [])


def test_a_loaded_carton_is_taken_off_before_it_is_sent_elsewhere(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    bench.load(f"00{sscc}")
    with pytest.raises(ConflictError, match="1042/1 off the pallet"):
        redirect(bench, city="Lübeck")
    bench.database.run(
        lambda session, asked: unload_carton(session, asked, sscc), MissedPickup(**why(bench), manifest=1)
    )
    redirect(bench, city="Lübeck")
    assert bench.cartons()[0].state is CartonState.CLOSED


def test_a_loaded_carton_whose_order_is_held_does_not_leave_until_it_is_taken_off(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    assert [it.outcome for it in bench.load(f"00{sscc}")] == [Outcome.ACCEPTED]
    bench.database.run(hold_order, HoldOrder(**why(bench), number="1042", text="Stop it"))
    assert [it.outcome for it in bench.load("C:CONFIRM", f"00{sscc}")] == [Outcome.ORDER_CHANGED] * 2
    with pytest.raises(ConflictError, match="Take carton 1 off"):
        bench.database.run(leave_now, LeaveNow(actor=bench.ben, at=LATER, manifest=1, leave_rest=(sscc,)))
    assert bench.cartons()[0].state is CartonState.LOADED
    bench.database.run(
        lambda session, asked: unload_carton(session, asked, sscc), MissedPickup(**why(bench), manifest=1)
    )
    assert [it.outcome for it in bench.load("C:CONFIRM", f"00{sscc}")] == [Outcome.POLICY, Outcome.ORDER_CHANGED]


def test_what_has_left_is_to_be_stopped_by_the_carrier(bench: Bench) -> None:
    with pytest.raises(ConflictError, match="has left"):
        bench.database.run(intercept_order, Intercept(**why(bench), number="1042"))
    bench.pack_all()
    bench.ship()
    redirect(bench, city="Lübeck")
    [entry] = bench.rows(ExceptionRow)
    assert (entry.type, bench.labels()[0].tracking in entry.text) == ("intercept", True)


@pytest.mark.parametrize(("reason", "address"), [("", {"city": "Kiel"}), ("Moved", {}), ("Moved", {"planet": "Mars"})])
def test_a_redirection_without_reason_or_sense_is_refused(bench: Bench, reason: str, address: dict[str, str]) -> None:
    asked = Redirect(actor=bench.lea, at=LATER, number="1042", reason=reason, address=address)
    with pytest.raises(InvalidInputError):
        bench.database.run(redirect_order, asked)


def test_cartons_of_a_missed_pickup_go_with_the_next_one_and_are_loaded_anew(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    assert [it.outcome for it in bench.load(f"00{sscc}")] == [Outcome.ACCEPTED]
    first = bench.rows(ManifestRow)[0]
    rolled = bench.database.run(miss_pickup, MissedPickup(**why(bench), manifest=first.id))
    missed, following = bench.rows(ManifestRow)
    assert (missed.state, rolled.manifest, rolled.cartons) == ("missed", following.id, 1)
    assert following.cutoff_at > first.cutoff_at
    assert bench.cartons()[0].state is CartonState.LABELLED
    assert [row.type for row in bench.rows(ExceptionRow)] == ["missed_cutoff"]
    assert [it.outcome for it in bench.load(f"00{sscc}", "C:CONFIRM")] == [Outcome.ACCEPTED] * 2
    assert (bench.state(), bench.broken()) == (OrderState.SHIPPED, [])
    with pytest.raises(ConflictError, match="missed already"):
        bench.database.run(miss_pickup, MissedPickup(**why(bench), manifest=first.id))


def test_a_carton_that_comes_after_its_list_has_left_is_on_a_supplement(bench: Bench) -> None:
    at_four = LATER.replace(hour=16, minute=0)

    def leave(session: Session, _: object) -> int:
        asked = OpenManifest(actor=bench.lea, at=LATER, carrier="Post", cutoff=at_four)
        row = manifest_for(session, asked)
        row.state, row.closed_at = "closed", LATER
        return row.id

    left = bench.database.run(leave, None)
    bench.pack_all()
    bench.label()
    found = bench.rows(ManifestRow)[-1]
    assert (found.supplement_of_id, found.state, found.cutoff_at) == (left, "open", at_four)


def test_what_was_left_behind_is_named_and_goes_with_the_carriers_next_pickup(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    carton = bench.cartons()[0]
    gone = CloseManifest(carton.manifest_id or 0, loaded=(), left=(sscc,))
    ask = MissedPickup(**why(bench), manifest=0)
    bench.database.run(lambda session, asked: close_manifest(session, asked, gone), ask)
    with bench.database.read() as session:
        waiting = carton_entries(session, CartonFilter(state=CartonState.LABELLED, unlisted=True))
    assert [(it.sscc, it.carrier, it.manifest) for it in waiting] == [(sscc, "Post", None)]
    asked = OpenManifest(actor=bench.ben, at=LATER.replace(hour=17), carrier="Post")
    following = bench.database.run(open_next_manifest, asked)
    row = bench.rows(ManifestRow)[-1]
    assert (row.id, row.supplement_of_id, bench.cartons()[0].manifest_id) == (following, None, following)
    assert row.cutoff_at == LATER.replace(hour=16, minute=0) + timedelta(days=1)


def test_a_spoiled_range_is_made_again_in_one_action_with_the_old_labels_dead(bench: Bench) -> None:
    printer = build(bench.database, _one_printer)
    bench.pack_all()
    sscc = bench.label()
    build(bench.database, lambda session: _came_out(session, printer))
    jobs = bench.jobs()
    asked = SpoiledRange(**why(bench), first=jobs[0].job_id, last=jobs[-1].job_id)
    assert bench.database.run(remake_range, asked) == Remade(relabelled=1, reprinted=1, left_alone=0)
    states = [(job.kind, job.state, job.reprint_no) for job in bench.jobs()]
    assert states[:2] == [("packing_slip", "voided", 0), ("shipping_label", "voided", 0)]
    assert {(kind, state) for kind, state, _ in states[2:]} == {
        ("shipping_label", "queued"),
        ("packing_slip", "queued"),
    }
    bench.claim("O:1042")
    assert bench.says(f"00{sscc}") == [Outcome.VOID_LABEL]


def _one_printer(session: Session) -> int:
    row = PrinterRow(name="ZD-1", transport="folder", address="paper", profile="a4_laser_600")
    session.add(row)
    session.flush()
    return row.id


def _came_out(session: Session, printer: int) -> None:
    for row in session.scalars(select(PrintJobRow)).all():
        row.printer_id, row.state, row.sent_at = printer, PrintJobState.CONFIRMED, LATER
