"""Void, reprint, split, missing units, changed orders, two packers: what happens beside the plain way through."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import build, some_stock
from tests.services.bench import BOWL, LATER, MUG, Bench, a_bench
from warehouse.domain.codes import (
    BatchState,
    CartonState,
    LabelState,
    OrderState,
    Outcome,
    PrintJobState,
    Priority,
    Role,
    ScanKind,
)
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, NotOwnerError
from warehouse.domain.words import parts_of
from warehouse.services.actor import Actor
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.packing.claims import HoldPack, hand_back_pack, read_pack, take_over_pack
from warehouse.services.packing.decisions import (
    AtPack,
    ChooseBox,
    NextCarton,
    OnCarton,
    SplitOrder,
    choose_box,
    finish_pack,
    next_carton,
    reprint_label,
    request_label,
    split_order,
)
from warehouse.services.packing.scans import PackDesk
from warehouse.services.printing.jobs import move_job
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.loading import LeaveNow, LoadingDesk, leave_now
from warehouse.services.side.put_backs import ReturnUnits, return_units
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, LeaseRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import LabelRow, ManifestRow, PackagingRow, PackRow, ShipmentRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.stock import PutBackRow
from warehouse.storage.queries.packing.views import view_of

ACCEPTED = Outcome.ACCEPTED


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    return a_bench(open_database(judge=ScanCounter({"order": PackDesk(), "manifest": LoadingDesk()})))


def missing_bowl(bench: Bench) -> None:
    """Ben packs the mugs, cannot find the bowl, and puts the tote on the problem shelf."""
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    assert bench.says("C:SHORT", "C:SHORT", "L:P1") == [Outcome.POLICY, ACCEPTED, ACCEPTED]


def more_bowls(bench: Bench, units: int = 1) -> None:
    build(bench.database, lambda session: some_stock(session, bench.floor.s2, bench.floor.b, units))


def split(bench: Bench, actor: Actor, reason: str = "The customer waits") -> Any:
    return bench.database.run(split_order, SplitOrder(actor=actor, at=LATER, order="1042", reason=reason))


def test_a_void_carton_gives_its_units_back_and_its_label_is_dead_wherever_it_is_scanned(bench: Bench) -> None:
    bench.pack_all()
    dead = bench.label()
    said = bench.void(reason="Wrong box")
    carton, label = bench.cartons()[0], bench.labels()[0]
    assert said.text == "Carton 1 is void. Pack its units again. Scan each unit, confirm when the totes are empty."
    assert (carton.state, carton.void_reason, carton.manifest_id) == (CartonState.VOID, "Wrong box", None)
    assert (label.state, label.void_reason, label.voided_by_id) == (
        LabelState.VOIDED,
        "Wrong box",
        bench.lea.person,
    )
    assert {job.state for job in bench.jobs()} == {PrintJobState.VOIDED}
    assert (bench.state(), bench.line("MUG")) == (OrderState.PICKED, (2, 0, 0, 0))
    assert [it.outcome for it in bench.load(f"00{dead}")] == [Outcome.VOID_LABEL]
    assert bench.broken() == []


def test_a_carton_voided_while_more_is_to_be_picked_does_not_make_its_order_picked(bench: Bench) -> None:
    bench.pack_all()
    change = ChangeOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone", quantities={1: 3}, added={})
    bench.database.run(change_order, change)
    assert bench.state() is OrderState.PICKING
    bench.void()
    assert (bench.state(), bench.broken()) == (OrderState.PICKING, [])


def listed(bench: Bench) -> tuple[int, list[int | None]]:
    """The carrier's list: its revision, and on which list each carton is."""
    manifest = bench.rows(ManifestRow)[0]
    return manifest.revision, [it.manifest_id for it in bench.cartons()]


def test_a_void_carton_leaves_its_carriers_list_which_says_that_it_changed(bench: Bench) -> None:
    bench.pack_all()
    bench.label()
    revision, on = listed(bench)
    assert on == [bench.rows(ManifestRow)[0].id]
    bench.void()
    assert listed(bench) == (revision + 1, [None])


def test_the_cartons_of_a_cancelled_order_leave_their_carriers_list(bench: Bench) -> None:
    bench.pack_all()
    bench.label()
    revision, _ = listed(bench)
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="The shop asked"))
    assert listed(bench) == (revision + 1, [None])
    assert bench.broken() == []


def test_after_a_void_the_order_is_packed_again_under_another_serial(bench: Bench) -> None:
    bench.pack_all()
    dead = bench.label()
    bench.void()
    bench.claim("O:1042")
    assert bench.says(MUG, MUG, BOWL, "C:CONFIRM") == [ACCEPTED] * 4
    assert bench.says(f"00{dead}") == [Outcome.VOID_LABEL]
    bench.ship()
    first, second = bench.cartons()
    assert (second.carton_no, first.sscc != second.sscc, bench.state()) == (2, True, OrderState.SHIPPED)
    assert bench.broken() == []


def test_voiding_needs_a_reason_and_a_void_carton_stays_as_it_is(bench: Bench) -> None:
    bench.pack_all()
    with pytest.raises(InvalidInputError, match="Say why"):
        bench.void(reason=" ")
    bench.void()
    assert bench.void().outcome == Outcome.ALREADY_DONE
    assert bench.line("MUG") == (2, 0, 0, 0)


def test_a_shipped_carton_cannot_be_voided(bench: Bench) -> None:
    bench.pack_all()
    bench.ship()
    with pytest.raises(ConflictError, match="Carton 1 has left"):
        bench.void()


def test_a_label_requested_twice_is_the_same_job(bench: Bench) -> None:
    bench.pack_all()
    before = [job.job_id for job in bench.jobs()]
    asked = OnCarton(actor=bench.ben, at=LATER, carton=bench.cartons()[0].id)
    again = {bench.database.run(request_label, asked) for _ in range(2)}
    assert (again, [job.job_id for job in bench.jobs()]) == ({bench.labels()[0].print_job_id}, before)


def test_a_reprint_is_a_new_job_marked_with_its_reason(bench: Bench) -> None:
    bench.pack_all()
    job = bench.labels()[0].print_job_id

    def sent(session: Any, _: None) -> None:
        row = session.query(PrintJobRow).filter_by(job_id=job).one()
        for state in (PrintJobState.CLAIMED, PrintJobState.SENDING, PrintJobState.SENT):
            move_job(session, row, state)
        row.sent_at = LATER

    bench.database.run(sent, None)
    carton = bench.cartons()[0].id
    again = bench.database.run(
        reprint_label, OnCarton(actor=bench.ben, at=LATER, carton=carton, reason="Smeared", key="k1")
    )
    row = next(it for it in bench.jobs() if it.job_id == again)
    assert (row.reprint_of, row.reprint_no, row.reason, row.person_id) == (job, 1, "Smeared", bench.ben.person)
    assert row.document["sscc"] == bench.cartons()[0].sscc
    with pytest.raises(InvalidInputError):
        bench.database.run(reprint_label, OnCarton(actor=bench.ben, at=LATER, carton=carton))


def test_a_label_that_a_carrier_has_not_sold_yet_is_not_printed_as_our_own(bench: Bench) -> None:
    bench.pack_all()
    sold = uuid.uuid4()

    def by_carrier(state: LabelState, job: uuid.UUID | None) -> None:
        def write(session: Session) -> None:
            row = session.query(LabelRow).one()
            row.via, row.state, row.print_job_id = "http_json", state, job

        build(bench.database, write)

    before = len(bench.jobs())
    asked = OnCarton(actor=bench.ben, at=LATER, carton=bench.cartons()[0].id)
    by_carrier(LabelState.WANTED, None)
    with pytest.raises(NotFoundError, match="The label of carton 1 was never printed"):
        bench.database.run(request_label, asked)
    by_carrier(LabelState.BOUGHT, sold)
    assert (bench.database.run(request_label, asked), len(bench.jobs())) == (sold, before)


def test_a_void_label_is_not_printed_again(bench: Bench) -> None:
    bench.pack_all()
    bench.void()
    asked = OnCarton(actor=bench.ben, at=LATER, carton=bench.cartons()[0].id, reason="Lost")
    for use_case in (request_label, reprint_label):
        with pytest.raises(ConflictError, match="no living label"):
            bench.database.run(use_case, asked)


def test_a_second_packer_is_told_who_has_the_order_and_since_when(bench: Bench) -> None:
    bench.claim()
    with pytest.raises(NotOwnerError, match=r"Order 1042 is taken by Ben since 12:00\."):
        bench.claim("O:1042", actor=bench.lea, device="d-lea")
    assert bench.rows(PackRow)[0].person_id == bench.ben.person


def test_taking_over_is_told_to_the_loser_whose_next_scan_does_not_count(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    asked = HoldPack(actor=bench.lea, at=LATER, device="d-lea", proven="d-lea", order="1042")
    held = bench.database.run(take_over_pack, asked)
    refused = bench.scan(MUG)[0]
    assert (held.epoch, refused.outcome, refused.text) == (1, Outcome.NOT_OWNER, "Lea took over at 12:30.")
    assert bench.says(MUG, device="d-lea", proven="d-lea", person=bench.lea.person, epoch=1, seq=1) == [ACCEPTED]
    assert (bench.line("MUG"), [row.how for row in bench.rows(LeaseRow) if row.order_id]) == (
        (2, 2, 0, 0),
        ["claim", "take_over"],
    )


def test_an_order_given_back_is_taken_up_where_it_was(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    hold = HoldPack(actor=bench.ben, at=LATER, device=bench.device, proven=bench.device, order="1042")
    bench.database.run(hand_back_pack, hold)
    assert bench.says(MUG) == [Outcome.NOT_OWNER]
    bench.claim()
    assert bench.says(MUG, BOWL, "C:CONFIRM") == [ACCEPTED] * 3


def test_the_picker_may_not_pack_and_where_the_site_allows_it_that_is_marked(bench: Bench) -> None:
    with pytest.raises(ForbiddenError, match="You picked this order"):
        bench.claim(actor=bench.ana, device="d-ana")
    bench.set("pack", {"second_person": False, "self_approval": True})
    bench.claim(actor=bench.ana, device="d-ana")
    bench.device, bench.ben = "d-ana", bench.ana
    assert bench.says("T:T1", MUG) == [ACCEPTED] * 2
    assert bench.rows(PackRow)[0].self_packed is True
    assert "packed_marked" in {row.action for row in bench.rows(AuditRow)}


def test_a_missing_unit_is_written_off_and_owed_and_the_tote_waits_on_the_problem_shelf(bench: Bench) -> None:
    missing_bowl(bench)
    tote = next(row for row in bench.rows(ToteRow) if row.code == "T1")
    assert (bench.line("BOWL"), tote.state, bench.rows(PackRow)[0].person_id) == ((0, 0, 0, 1), "bound", None)
    assert {row.type for row in bench.rows(ExceptionRow)} == {"short_stock", "backorder"}
    assert bench.broken() == []


def test_a_missing_unit_that_lies_elsewhere_is_picked_again_and_the_order_returns_to_pack_as_it_was(
    bench: Bench,
) -> None:
    more_bowls(bench)
    missing_bowl(bench)
    batch = next(row for row in bench.rows(BatchRow) if row.kind == "repick")
    tasks = [(row.order_id, row.wanted) for row in bench.rows(PickTaskRow) if row.batch_id == batch.id]
    assert (batch.state, batch.priority, tasks) == (BatchState.RELEASED, Priority.RUSH, [(bench.order, 1)])
    assert (bench.state(), bench.line("BOWL")) == (OrderState.PICKED, (0, 0, 0, 0))
    bench.pick_again()
    bench.claim()
    answer = bench.scan("T:T1")[0]
    assert [(it["sku"], it["packed"]) for it in (answer.extra or {})["view"]["lines"]] == [("MUG", 2), ("BOWL", 0)]
    assert bench.says(BOWL, "C:CONFIRM") == [ACCEPTED] * 2
    bench.ship()
    assert (bench.state(), bench.line("BOWL"), bench.broken()) == (OrderState.SHIPPED, (1, 1, 1, 0), [])


def test_a_damaged_unit_goes_to_quarantine_and_a_lead_hears_of_it(bench: Bench) -> None:
    more_bowls(bench)
    bench.claim()
    assert bench.says("T:T1", MUG, BOWL, "C:DAMAGED", BOWL, "L:P1") == [ACCEPTED] * 6
    assert {row.type for row in bench.rows(ExceptionRow)} == {"damaged"}
    assert (bench.line("BOWL"), bench.line("MUG")) == ((0, 0, 0, 0), (2, 1, 0, 0))
    bench.pick_again()
    bench.claim()
    assert bench.says("T:T1", MUG, BOWL, "C:CONFIRM") == [ACCEPTED] * 4
    assert bench.broken() == []


def test_only_a_lead_splits_and_says_why(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    with pytest.raises(ForbiddenError, match="Lead needed"):
        split(bench, bench.ben)
    with pytest.raises(InvalidInputError, match="Say why"):
        split(bench, bench.lea, reason="")
    assert split(bench, bench.lea).outcome == ACCEPTED


def test_a_split_order_leaves_without_the_rest_which_another_order_sends(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    split(bench, bench.lea)
    assert bench.says("C:CONFIRM") == [ACCEPTED]
    shipment, slip = bench.rows(ShipmentRow)[0], bench.jobs()[0].document
    assert (shipment.split_by_id, shipment.split_reason) == (bench.lea.person, "The customer waits")
    assert [(it["sku"], it["in_carton"], it["to_come"]) for it in slip["lines"]] == [("MUG", 2, 0), ("BOWL", 0, 1)]
    bench.ship()
    first, second = bench.rows(OrderRow)
    rest = [(row.sku, row.ordered) for row in bench.rows(OrderLineRow) if row.order_id == second.id]
    assert (first.state, second.number, second.state, rest) == (
        OrderState.SHIPPED,
        "1042-2",
        OrderState.READY,
        [("BOWL", 1)],
    )
    assert [row.postcode for row in bench.rows(OrderAddressRow)] == ["LS1 4AP", "LS1 4AP"]
    assert "follow_up_order" in {row.action for row in bench.rows(AuditRow)}
    assert bench.broken() == []


def test_the_rest_of_a_split_order_that_is_found_leaves_as_a_second_shipment(bench: Bench) -> None:
    more_bowls(bench)
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    split(bench, bench.lea)
    bench.scan("C:CONFIRM")
    bench.ship()
    assert bench.state() is OrderState.PICKED
    bench.pick_again()
    bench.claim("O:1042")
    assert bench.says("T:T1", BOWL, "C:CONFIRM")[-2:] == [ACCEPTED] * 2
    bench.ship()
    assert [(row.shipment_no, row.state) for row in bench.rows(ShipmentRow)] == [(1, "shipped"), (2, "shipped")]
    assert (bench.state(), len(bench.rows(OrderRow)), bench.broken()) == (OrderState.SHIPPED, 1, [])


def test_a_unit_that_is_found_after_a_lead_allowed_to_split_leaves_with_the_others_and_nothing_is_split(
    bench: Bench,
) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    split(bench, bench.lea)
    assert bench.says(BOWL, "C:CONFIRM") == [ACCEPTED] * 2
    shipment = bench.rows(ShipmentRow)[0]
    assert (shipment.state, shipment.split_by_id, shipment.split_reason) == ("open", None, None)
    assert "shipment_split" not in {row.action for row in bench.rows(AuditRow)}
    bench.ship()
    assert (bench.state(), bench.broken()) == (OrderState.SHIPPED, [])


def test_a_change_before_sealing_stops_the_packer_until_the_unit_is_scanned_out(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", BOWL)
    change = ChangeOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone", quantities={1: 1}, added={})
    bench.database.run(change_order, change)
    told = bench.scan(MUG)[0]
    assert (told.outcome, told.text) == (Outcome.ORDER_CHANGED, "Order 1042 changed. Take out and scan: 1 of Item MUG.")
    assert bench.says(MUG, MUG, "C:CONFIRM") == [ACCEPTED] * 3
    assert (bench.line("MUG"), [(row.quantity, row.booked) for row in bench.rows(PutBackRow)]) == (
        (1, 1, 0, 0),
        [(1, True)],
    )
    bench.ship()
    assert bench.broken() == []


def test_a_unit_that_somebody_else_took_back_meanwhile_is_not_taken_out_again(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", BOWL)
    change = ChangeOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone", quantities={1: 1}, added={})
    (waiting,) = bench.database.run(change_order, change).put_backs
    assert bench.says(MUG) == [Outcome.ORDER_CHANGED]
    back = ReturnUnits(actor=bench.ana, at=LATER, put_back=waiting, bin=bench.floor.s1)
    bench.database.run(return_units, back)
    assert bench.says(MUG, "C:CONFIRM") == [ACCEPTED] * 2
    assert (bench.line("MUG"), len(bench.rows(PutBackRow)), bench.broken()) == ((1, 1, 0, 0), 1, [])


def test_a_cancelled_order_whose_units_others_took_back_is_through(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone"))
    assert bench.says(MUG) == [Outcome.ORDER_CHANGED]
    for row in bench.rows(PutBackRow):
        back = ReturnUnits(actor=bench.ana, at=LATER, put_back=row.id, bin=bench.floor.s1, quantity=row.quantity)
        bench.database.run(return_units, back)
    with bench.database.read() as session:
        assert view_of(read_pack(session, "1042"))["position"]["step"] == "finished"
    assert (bench.says(MUG), bench.broken()) == ([Outcome.ALREADY_DONE], [])


def test_a_change_after_sealing_needs_the_carton_void_and_its_label_dies(bench: Bench) -> None:
    bench.pack_all()
    change = ChangeOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone", quantities={1: 1}, added={})
    with pytest.raises(ConflictError, match="void the carton first"):
        bench.database.run(change_order, change)
    bench.void(reason="Order changed")
    assert {label.state for label in bench.labels()} == {LabelState.VOIDED}


def test_a_cancelled_order_is_emptied_unit_by_unit_and_frees_its_tote(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    bench.database.run(cancel_order, CancelOrder(actor=bench.lea, at=LATER, number="1042", reason="Phone"))
    told = bench.scan(MUG)[0]
    assert (told.outcome, told.text) == (
        Outcome.ORDER_CHANGED,
        "Order 1042 cancelled. Take out and scan: 2 of Item MUG, 1 of Item BOWL.",
    )
    assert bench.says(MUG, MUG, BOWL) == [ACCEPTED] * 3
    assert (bench.totes()["T1"], bench.cartons()) == ("free", [])
    assert sum(row.quantity for row in bench.rows(PutBackRow)) == 3
    assert bench.broken() == []


def test_what_is_not_loaded_is_left_behind_only_when_somebody_says_so(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    bench.scan(None, kind=ScanKind.CLOSE_CARTON)
    bench.scan(MUG, BOWL, "C:CONFIRM")
    first, second = (carton.sscc for carton in bench.cartons())
    bench.scan(f"00{first}", f"00{second}")
    asked = bench.load(f"00{first}", "C:CONFIRM")[1]
    assert (asked.outcome, asked.text) == (
        Outcome.POLICY,
        "Not loaded: 1042/2. Confirm again to leave them behind.",
    )
    for seen in ((), (first,)):  # the second one was not there when somebody looked
        with pytest.raises(ConflictError, match="Not loaded: 1042/2"):
            bench.database.run(leave_now, LeaveNow(actor=bench.ben, at=LATER, manifest=1, leave_rest=seen))
    said = bench.database.run(leave_now, LeaveNow(actor=bench.ben, at=LATER, manifest=1, leave_rest=(second,)))
    assert said == "1 of 2 leave."
    assert [carton.state for carton in bench.cartons()] == [CartonState.SHIPPED, CartonState.LABELLED]
    assert ([row.state for row in bench.rows(ManifestRow)], bench.broken()) == (["closed"], [])


def test_a_box_is_chosen_and_its_weight_is_checked(bench: Bench) -> None:
    box = PackagingRow(code="S", name="Small", length_mm=300, width_mm=200, height_mm=200, tare_g=150)
    build(bench.database, lambda session: session.add(box))
    bench.claim()
    chosen = NextCarton(actor=bench.ben, at=LATER, order="1042", device=bench.device, epoch=bench.epoch, packaging="S")
    assert bench.database.run(next_carton, chosen) == 1
    assert bench.says("T:T1", MUG, MUG, BOWL) == [ACCEPTED] * 4
    assert bench.confirm().text == "Put carton 1 on the scale."
    off = bench.scan(None, kind=ScanKind.WEIGHT, quantity=900)[0]
    assert (off.outcome, {row.type for row in bench.rows(ExceptionRow)}) == (Outcome.POLICY, {"weight_mismatch"})
    assert bench.says(None, kind=ScanKind.WEIGHT, quantity=455) == [ACCEPTED]
    assert bench.cartons()[0].weight_g == 455


def test_a_weight_is_accepted_by_the_badge_of_a_lead_who_works_here(bench: Bench) -> None:
    def last_day(over: datetime | None) -> None:
        build(bench.database, lambda session: setattr(session.get_one(PersonRow, bench.lea.person), "expires_at", over))

    box = PackagingRow(code="S", name="Small", length_mm=300, width_mm=200, height_mm=200, tare_g=150)
    build(bench.database, lambda session: session.add(box))
    bench.claim()
    chosen = NextCarton(actor=bench.ben, at=LATER, order="1042", device=bench.device, epoch=bench.epoch, packaging="S")
    bench.database.run(next_carton, chosen)
    bench.scan("T:T1", MUG, MUG, BOWL)
    bench.confirm()
    bench.scan(None, kind=ScanKind.WEIGHT, quantity=900)
    last_day(LATER)
    assert bench.scan("U:LEA")[0].text == "That is not a lead's badge. Lead needed."
    last_day(LATER + timedelta(days=1))
    assert bench.says("U:LEA") == [ACCEPTED]


def test_beside_a_sealed_carton_that_waits_for_its_label_no_other_is_begun(bench: Bench) -> None:
    box = PackagingRow(code="S", name="Small", length_mm=300, width_mm=200, height_mm=200, tare_g=150)
    build(bench.database, lambda session: session.add(box))
    bench.pack_all()
    who = {"actor": bench.ben, "at": LATER, "order": "1042", "device": bench.device, "epoch": bench.epoch}
    for use_case, asked in ((choose_box, ChooseBox(**who, packaging="S")), (next_carton, NextCarton(**who))):
        with pytest.raises(ConflictError, match="Stick the label on carton 1 and scan it"):
            bench.database.run(use_case, asked)
    bench.label()
    assert (bench.state(), [carton.carton_no for carton in bench.cartons()]) == (OrderState.PACKED, [1])


def test_the_station_is_told_that_the_number_of_a_carriers_own_label_is_waited_for(bench: Bench) -> None:
    bench.pack_all()

    def shown() -> list[str]:
        with bench.database.read() as session:
            return [carton["label"] for carton in view_of(read_pack(session, "1042"))["cartons"]]

    def manual(session: Session) -> None:
        row = session.query(LabelRow).one()
        row.via, row.state, row.tracking = "manual", LabelState.WANTED, None

    assert shown() == ["none"]
    build(bench.database, manual)
    assert shown() == ["number"]


def test_an_instruction_that_is_none_any_more_does_not_hold_the_order_up(bench: Bench) -> None:
    def fragile(*, is_so: bool) -> None:
        def mark(session: Session) -> None:
            session.get_one(ItemRow, bench.floor.b).fragile = is_so

        build(bench.database, mark)

    def shown() -> dict[str, Any]:
        with bench.database.read() as session:
            return view_of(read_pack(session, "1042"))

    fragile(is_so=True)
    bench.claim()
    assert bench.scan("T:T1", MUG, MUG, BOWL, "C:CONFIRM")[-1].text == "Fragile: fill the carton. Confirm."
    assert [it["said"] for it in shown()["instructions"]] == [[["Fragile: fill the carton.", {}]]]
    fragile(is_so=False)
    view = shown()
    assert (view["position"]["step"], view["instructions"]) == ("unit", [])
    assert bench.confirm().outcome is ACCEPTED
    assert [carton.state for carton in bench.cartons()] == [CartonState.CLOSED]


def test_a_carton_on_the_scale_whose_weight_is_not_known_any_more_is_not_weighed(bench: Bench) -> None:
    box = PackagingRow(code="S", name="Small", length_mm=300, width_mm=200, height_mm=200, tare_g=150)
    build(bench.database, lambda session: session.add(box))
    held = bench.claim()
    who = {"actor": bench.ben, "at": LATER, "order": "1042", "device": bench.device, "epoch": held.epoch}
    bench.scan("T:T1", MUG, MUG, BOWL)
    bench.database.run(choose_box, ChooseBox(**who, packaging="S"))
    assert bench.confirm().text == "Put carton 1 on the scale."

    def forget(session: Session) -> None:
        session.get_one(ItemRow, bench.floor.a).weight_g = None

    build(bench.database, forget)
    bench.database.run(choose_box, ChooseBox(**who, packaging="S"))
    assert bench.says(None, kind=ScanKind.WEIGHT, quantity=455) == [Outcome.POLICY]
    assert bench.says("C:CONFIRM") == [ACCEPTED]
    assert [carton.state for carton in bench.cartons()] == [CartonState.CLOSED]


def test_a_report_that_was_begun_is_taken_back_alone(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    hold = HoldPack(actor=bench.ben, at=LATER, device=bench.device, proven=bench.device, order="1042")
    bench.database.run(hand_back_pack, hold)
    bench.claim()
    for begun in ("C:DAMAGED", "C:WRONG"):
        position = bench.scan(begun)[0].position or {}
        assert position["can_undo"] is True
        undone = bench.scan("C:UNDO")[0]
        assert (undone.outcome, (undone.position or {})["can_undo"]) == (ACCEPTED, False)
    assert bench.says(MUG) == [ACCEPTED]
    assert (bench.line("MUG"), bench.rows(ExceptionRow)) == ((2, 2, 0, 0), [])


def test_finishing_by_a_tap_is_judged_like_the_barcode(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    tap = AtPack(actor=bench.ben, at=LATER, order="1042", device=bench.device, epoch=bench.epoch)
    assert bench.database.run(finish_pack, tap).blocked is True
    bench.scan(BOWL)
    said = bench.database.run(finish_pack, tap)
    sealed = ["{cartons} sealed.", {"cartons": [["{0}", {"0": [["Carton {carton}", {"carton": 1}]]}]]}]
    assert (said.outcome, (parts_of(said.text) or [])[0]) == (ACCEPTED, sealed)
    assert [carton.state for carton in bench.cartons()] == [CartonState.CLOSED]


def test_every_decision_of_packing_names_its_person_and_role(bench: Bench) -> None:
    bench.pack_all()
    bench.void()
    facts = {row.action: (row.actor_id, row.role) for row in bench.rows(AuditRow)}
    assert (facts["carton_voided"], facts["carton_closed"]) == (
        (bench.lea.person, Role.LEAD),
        (bench.ben.person, Role.PACKER),
    )
