"""The scans of an order at the pack station through the writer: answers, books, paper, and what may never happen."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.bench import BOWL, LATER, MUG, Bench, a_bench
from warehouse.domain.codes import CartonState, LabelState, OrderState, Outcome, ScanKind, ScanStatus
from warehouse.domain.shipping.parcels import is_sscc, make_sscc
from warehouse.services.catalog.edits import ChangeRow, change_item
from warehouse.services.orders.states import bump_pack
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter, ScanResult
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.storage.database import Database
from warehouse.storage.models.batching import LeaseRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.packing import CartonRow, PackagingRow, PackRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import PutBackRow


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    return a_bench(open_database(judge=ScanCounter({"order": PackDesk(), "manifest": LoadingDesk()})))


def test_an_order_is_packed_labelled_loaded_and_shipped(bench: Bench) -> None:
    assert bench.state() is OrderState.PICKED
    bench.pack_all()
    assert (bench.state(), bench.line("MUG"), bench.totes()["T1"]) == (OrderState.PACKING, (2, 2, 0, 0), "free")
    bench.label()
    assert bench.state() is OrderState.PACKED
    sscc = bench.cartons()[0].sscc or ""
    assert [it.text for it in bench.load(f"00{sscc}", "C:CONFIRM")] == ["All 1 loaded. Confirm.", "1 of 1 leave."]
    assert (bench.state(), bench.line("MUG"), bench.line("BOWL")) == (OrderState.SHIPPED, (2, 2, 2, 0), (1, 1, 1, 0))
    assert bench.broken() == []


def test_a_sealed_carton_has_a_serial_a_label_for_its_content_and_its_papers_at_once(bench: Bench) -> None:
    bench.pack_all()
    carton, label = bench.cartons()[0], bench.labels()[0]
    assert (carton.state, is_sscc(carton.sscc or "")) == (CartonState.CLOSED, True)
    assert (label.state, label.tracking, label.content_hash) == (LabelState.BOUGHT, carton.sscc, carton.content_hash)
    assert [job.kind for job in bench.jobs()] == ["packing_slip", "shipping_label"]
    assert label.print_job_id == bench.jobs()[1].job_id


def test_a_blind_packer_is_shown_no_expected_figure_anywhere(bench: Bench) -> None:
    bench.claim()
    answers = [it.to_json() for it in bench.scan("T:T1", MUG)]
    assert answers[1]["line"] == {"ordered": None, "picked": None, "packed": 1}
    assert [(it["ordered"], it["picked"], it["packed"]) for it in answers[1]["view"]["lines"]] == [
        (None, None, 1),
        (None, None, 0),
    ]
    assert answers[1]["text"] == "Item MUG: 1 packed. Scan each unit, confirm when the totes are empty."


def test_one_too_many_is_blocked_and_shows_the_figure(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    refused = bench.scan(MUG)[0]
    assert (refused.outcome, refused.blocked, refused.line) == (
        Outcome.OVER_QUANTITY,
        True,
        {"ordered": 2, "picked": 2, "packed": 2},
    )
    assert bench.line("MUG") == (2, 2, 0, 0)


def test_nothing_is_sealed_while_a_unit_is_missing(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    refused = bench.confirm()
    assert (refused.outcome, refused.text) == (Outcome.POLICY, "Missing: 1 of Item BOWL. Look again, or report them.")
    assert [it.state for it in bench.cartons()] == [CartonState.OPEN]


def test_an_undone_unit_lies_in_its_tote_again(bench: Bench) -> None:
    bench.claim()
    assert bench.says("T:T1", MUG, "C:UNDO") == [Outcome.ACCEPTED] * 3
    assert (bench.line("MUG"), bench.cartons()) == ((2, 0, 0, 0), [])
    assert bench.says(MUG, MUG, BOWL, "C:CONFIRM") == [Outcome.ACCEPTED] * 4
    assert bench.broken() == []


def test_a_full_carton_is_followed_by_another_and_both_are_sealed_and_labelled(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG)
    assert bench.says(None, kind=ScanKind.CLOSE_CARTON) == [Outcome.ACCEPTED]
    assert bench.says(MUG, BOWL, "C:CONFIRM") == [Outcome.ACCEPTED] * 3
    first, second = bench.cartons()
    assert (first.state, second.state, first.sscc != second.sscc) == (CartonState.CLOSED, CartonState.CLOSED, True)
    wrong = bench.scan(f"00{second.sscc}")[0]
    assert (wrong.outcome, wrong.text) == (Outcome.WRONG_LABEL, "Label of carton 2. This is carton 1.")
    assert bench.says(f"00{first.sscc}", f"00{second.sscc}") == [Outcome.ACCEPTED] * 2
    assert (bench.state(), bench.broken()) == (OrderState.PACKED, [])


def weigh(bench: Bench, grams: int) -> ScanResult:
    return bench.scan(None, kind=ScanKind.WEIGHT, quantity=grams)[0]


@pytest.mark.parametrize(
    ("tolerances", "grams", "outcome"),
    [
        ({}, 380, Outcome.ACCEPTED),
        ({}, 381, Outcome.POLICY),
        ({"weight_g": 5}, 360, Outcome.ACCEPTED),
        ({"weight_g": 5}, 339, Outcome.POLICY),
        ({"weight_g": 0, "weight_percent": 4}, 364, Outcome.ACCEPTED),
        ({"weight_g": 0, "weight_percent": 4}, 365, Outcome.POLICY),
        ({"weight_g": 0, "weight_percent": 0}, 350, Outcome.ACCEPTED),
        ({"weight_g": 0, "weight_percent": 0}, 349, Outcome.POLICY),
    ],
)
def test_a_scale_may_differ_by_what_the_site_has_set(
    bench: Bench, tolerances: dict[str, int], grams: int, outcome: Outcome
) -> None:
    bench.set("tolerances", tolerances)
    box_all(bench)
    assert weigh(bench, grams).outcome is outcome


def test_a_tolerance_changed_meanwhile_counts_for_the_carton_on_the_scale(bench: Bench) -> None:
    box_all(bench)
    assert weigh(bench, 385).outcome is Outcome.POLICY
    bench.set("tolerances", {"weight_g": 40})
    assert weigh(bench, 385).outcome is Outcome.ACCEPTED


def test_an_item_whose_weight_was_corrected_meanwhile_weighs_that_on_the_scale(bench: Bench) -> None:
    box_all(bench)
    assert weigh(bench, 390).outcome is Outcome.POLICY
    with bench.database.read() as session:
        grams = session.get_one(ItemRow, bench.floor.b).weight_g or 0
    change = ChangeRow(actor=bench.lea, at=LATER, key=bench.floor.b, values={"weight_g": grams + 40})
    bench.database.run(change_item, change)
    assert weigh(bench, 390).outcome is Outcome.ACCEPTED


def test_a_carton_with_an_unknown_weight_is_not_weighed_and_the_station_says_why(bench: Bench) -> None:
    build(bench.database, lambda session: setattr(session.get_one(ItemRow, bench.floor.b), "weight_g", None))
    bench.claim()
    before = bench.scan("T:T1", MUG)[-1]
    assert unweighed(before) == ["Carton 1 is not weighed: choose its box first."]
    put_in_box(bench)
    bench.scan(MUG)
    told = bench.scan(BOWL)[-1]
    assert unweighed(told) == ["Carton 1 is not weighed: the weight of Item BOWL is not known."]
    assert bench.confirm().text == "Carton 1 sealed. Stick the label on carton 1 and scan it."


def unweighed(judged: ScanResult) -> list[str]:
    """Why cartons are not weighed, as the station says it; each in parts as well."""
    found = (judged.extra or {})["view"]["unweighed"]
    assert all(it["said"] for it in found)
    return [it["text"] for it in found]


def put_in_box(bench: Bench) -> None:
    """Carton 1 is a box of 50 g."""

    def choose(session: Session, _: object) -> None:
        box = PackagingRow(code="BOX", name="Box", length_mm=300, width_mm=200, height_mm=200, tare_g=50)
        session.add(box)
        session.flush()
        session.scalars(select(CartonRow)).one().packaging_id = box.id
        session.scalars(select(PackRow)).one().revision += 1

    bench.database.run(choose, None)


def box_all(bench: Bench) -> None:
    """Two mugs and a bowl of 100 g each in a box of 50 g, on the scale."""
    bench.claim()
    bench.scan("T:T1", MUG)
    put_in_box(bench)
    assert bench.says(MUG, BOWL, "C:CONFIRM") == [Outcome.ACCEPTED] * 3


def test_the_same_scan_again_gets_the_stored_answer_and_packs_nothing(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    scan = bench.make(MUG)
    answers: list[ScanResult] = [*bench.database.scan([scan]), *bench.database.scan([scan])]
    first, again = answers
    assert (first.status, again.status, again.outcome) == (ScanStatus.APPLIED, ScanStatus.DUPLICATE, Outcome.ACCEPTED)
    assert bench.line("MUG") == (2, 1, 0, 0)


def test_every_scan_is_stored_with_its_order_and_what_it_counted(bench: Bench) -> None:
    bench.pack_all()
    stored = [(row.order_id, row.counted, row.status) for row in bench.rows(ScanRow)]
    assert stored == [(bench.order, counted, ScanStatus.APPLIED) for counted in (0, 1, 1, 1, 0)]


def test_a_foreign_unit_becomes_a_put_back_that_moves_nothing(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG)
    answer = bench.scan(MUG, kind=ScanKind.WRONG_STOCK)[0]
    assert answer.outcome is Outcome.ACCEPTED
    put_back = bench.rows(PutBackRow)[0]
    assert (put_back.quantity, put_back.booked, answer.follow_up) == (1, False, {"kind": "put_back", "id": put_back.id})
    assert bench.broken() == []


def test_the_wrong_carton_stays_off_the_pallet(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    assert [it.outcome for it in bench.load(f"00{make_sscc('9520000', 99)}")] == [Outcome.NOT_ON_BATCH]
    assert [it.outcome for it in bench.load(f"00{sscc}", f"00{sscc}")] == [Outcome.ACCEPTED, Outcome.ALREADY_DONE]
    assert bench.state() is OrderState.PACKED


def test_a_scan_of_an_order_nobody_took_is_an_error(bench: Bench) -> None:
    result = bench.scan(MUG)[0]
    assert (result.status, result.code) == (ScanStatus.ERROR, "not_found")


def test_no_carton_and_no_label_is_completed_while_a_device_may_keep_scans_of_the_order(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1", MUG, MUG, BOWL)
    _mark(bench, unsent=True)
    refused = bench.confirm()
    assert (refused.outcome, refused.text) == (
        Outcome.POLICY,
        "Device d-ana still has scans of this order to send. Wait for them, or call a lead.",
    )
    _mark(bench, unsent=False)
    assert bench.confirm().outcome is Outcome.ACCEPTED
    _mark(bench, unsent=True)
    sscc = bench.cartons()[0].sscc
    assert bench.says(f"]C100{sscc}") == [Outcome.POLICY]
    assert bench.cartons()[0].state is CartonState.CLOSED


def _mark(bench: Bench, *, unsent: bool) -> None:
    """Ana's device loses the batch while it is silent; then what it had kept arrives."""

    def mark(session: Session, _: object) -> None:
        batch = session.scalars(select(PickTaskRow.batch_id)).first()
        lease = session.scalars(select(LeaseRow).where(LeaseRow.batch_id == batch)).first()
        if lease is None:
            lease = LeaseRow(batch_id=batch, epoch=99, person_id=bench.ana.person or 0, device="d-ana", taken_at=NOON)
            session.add(lease)
        lease.unsent = unsent
        bump_pack(session, bench.order)

    bench.database.run(mark, None)
