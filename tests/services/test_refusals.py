"""What the rules allow and the books do not is a refusal like any other: stored, answered again, nothing of it done."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.bench import MUG, Bench, a_bench
from warehouse.domain.codes import CartonState, Outcome, PlaceKind, ScanStatus
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import PlaceRow, StockRow

FEWER = "The totes of order 1042 hold 1 fewer of MUG."


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    return a_bench(open_database(judge=ScanCounter({"order": PackDesk(), "manifest": LoadingDesk()})))


def put_in(kind: PlaceKind, bench: Bench, mugs: int) -> None:
    """Change the books behind the back of everybody."""

    def recipe(session: Session) -> None:
        places = select(PlaceRow.id).where(PlaceRow.kind == kind)
        item = select(ItemRow.id).where(ItemRow.sku == "MUG").scalar_subquery()
        there = update(StockRow).where(StockRow.place_id.in_(places), StockRow.item_id == item)
        session.execute(there.values(quantity=mugs))

    make.build(bench.database, recipe)


def test_a_unit_that_the_books_do_not_have_is_refused_at_pack_and_stored(bench: Bench) -> None:
    bench.claim()
    assert bench.says("T:T1") == [Outcome.ACCEPTED]
    put_in(PlaceKind.TOTE, bench, 0)
    scan = bench.make(MUG)
    first, again = bench.database.scan([scan])[0], bench.database.scan([scan])[0]
    assert (first.status, first.outcome, first.blocked, first.text) == (
        ScanStatus.REJECTED,
        Outcome.POLICY,
        True,
        FEWER,
    )
    assert (again.status, again.outcome, again.text) == (ScanStatus.DUPLICATE, Outcome.POLICY, FEWER)
    assert bench.line("MUG") == (2, 0, 0, 0)
    assert bench.rows(ScanRow)[-1].outcome is Outcome.POLICY
    put_in(PlaceKind.TOTE, bench, 2)
    assert bench.says(MUG, MUG) == [Outcome.ACCEPTED] * 2


def test_what_the_device_had_let_through_becomes_work_for_a_lead(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    put_in(PlaceKind.TOTE, bench, 0)
    refused = bench.scan(MUG, local=Outcome.ACCEPTED)[0]
    opened = bench.rows(ExceptionRow)[-1]
    assert refused.follow_up == {"kind": "exception", "id": opened.id}
    assert (opened.type, opened.order_id, opened.subject) == ("late_scan", bench.order, f"order:{bench.order}:d-ben")
    assert opened.text == "Device d-ben had accepted a scan of order 1042 that cannot count."


def test_one_that_is_refused_costs_its_neighbours_in_the_group_nothing(bench: Bench) -> None:
    bench.claim()
    bench.scan("T:T1")
    put_in(PlaceKind.TOTE, bench, 1)
    outcomes = [result.outcome for result in bench.scan(MUG, MUG, "4006381333931999")]
    assert outcomes == [Outcome.ACCEPTED, Outcome.POLICY, Outcome.UNKNOWN_BARCODE]
    assert bench.line("MUG") == (2, 1, 0, 0)


def test_a_list_that_cannot_be_closed_is_refused_at_the_dock_and_stored(bench: Bench) -> None:
    bench.pack_all()
    sscc = bench.label()
    assert [it.outcome for it in bench.load(f"00{sscc}")] == [Outcome.ACCEPTED]
    put_in(PlaceKind.CARTON, bench, 0)
    refused = bench.load("C:CONFIRM")[0]
    assert (refused.status, refused.outcome, refused.blocked) == (ScanStatus.REJECTED, Outcome.POLICY, True)
    assert [carton.state for carton in bench.cartons()] == [CartonState.LOADED]
    assert bench.rows(ScanRow)[-1].outcome is Outcome.POLICY
    put_in(PlaceKind.CARTON, bench, 2)
    assert [it.outcome for it in bench.load("C:CONFIRM")] == [Outcome.ACCEPTED]
