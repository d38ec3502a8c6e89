"""The way of a batch found anew: after a short, a skip, a closed aisle; where one is sent to stays or is put off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_bin, a_cart, a_person, a_tote, an_item, an_order, build, some_stock
from tests.services.picking.test_scans import Shift
from warehouse.domain.codes import Outcome, ScanKind, TaskState
from warehouse.domain.drafts import LayoutDraft, LayoutKind
from warehouse.domain.layout import Bin, Edge, Layout
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.batches.rerouting import Reroute, batches_in_aisle, reroute_batch, stops_from
from warehouse.services.layout.floor_plan import BlockAisle, block_aisle, put_layout
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import snapshot_of
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import load_layout, stops_of

PLAN = (
    *(LayoutDraft(kind=LayoutKind.AISLE, code=str(number), x_mm=number * 3000) for number in (1, 2, 3)),
    LayoutDraft(kind=LayoutKind.CROSS_AISLE, code="FRONT", y_mm=0),
    LayoutDraft(kind=LayoutKind.CROSS_AISLE, code="BACK", y_mm=10_000),
    LayoutDraft(kind=LayoutKind.DEPOT, code="DESK", x_mm=3000, y_mm=0),
)
BINS = {"1-1": 1000, "1-9": 9000, "2-1": 1000, "2-9": 9000, "3-1": 1000, "3-9": 9000}


def a_floor(session: Session) -> int:
    """Three aisles with a bin at each end, one order that wants something of each; its batch is given back."""
    put_layout(session, Request(actor=SYSTEM, at=NOON), PLAN)
    items = []
    for code, y_mm in BINS.items():
        key = a_bin(session, code)
        row = session.get_one(BinRow, key)
        row.aisle, row.bay, row.x_mm, row.y_mm = code[0], code[-1], int(code[0]) * 3000, y_mm
        items.append(an_item(session, f"I{code}", f"I{code}"))
        some_stock(session, key, items[-1], 10)
    return a_batch(session, [an_order(session, dict.fromkeys(items, 1))])


def stand_at(session: Session, batch: int, code: str, *, skipped: tuple[str, ...] = ()) -> None:
    """Put the picker before a bin, everything before it picked, some of it put off."""
    tasks = session.execute(
        select(PickTaskRow, BinRow.code)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .where(PickTaskRow.batch_id == batch)
        .order_by(PickTaskRow.sequence)
    ).all()
    here = next(task for task, bin_ in tasks if bin_ == code)
    for task, bin_ in tasks:
        if task.sequence < here.sequence and bin_ not in skipped:
            task.state, task.picked = TaskState.PICKED, 1
    put_off = [task.id for task, bin_ in tasks if bin_ in skipped]
    session.get_one(BatchRow, batch).position = {"task": here.id, "step": "bin", "counted": 0, "skipped": put_off}


def close(database: Database, aisle: str) -> None:
    database.run(block_aisle, BlockAisle(actor=SYSTEM, at=NOON, code=aisle, reason="pallet"))


def reroute(database: Database, batch: int) -> tuple[bool, list[str]]:
    changed = database.run(reroute_batch, Reroute(actor=SYSTEM, at=NOON, batch=batch))
    with database.read() as session:
        return changed, stops_of(session, batch)


def test_a_batch_is_walked_the_shortest_way(database: Database) -> None:
    batch = build(database, a_floor)
    with database.read() as session:
        assert stops_of(session, batch) == ["1-1", "1-9", "2-9", "3-9", "3-1", "2-1"]
    assert reroute(database, batch)[0] is False


def test_a_closed_aisle_is_left_for_the_end_and_the_next_stop_stays(database: Database) -> None:
    batch = build(database, a_floor)
    build(database, lambda session: stand_at(session, batch, "1-9"))
    close(database, "2")
    with database.read() as session:
        assert batches_in_aisle(session, "2") == [batch]
        before = session.get_one(BatchRow, batch).list_version
    assert reroute(database, batch) == (True, ["1-1", "1-9", "3-9", "3-1", "2-1", "2-9"])
    with database.read() as session:
        assert session.get_one(BatchRow, batch).list_version == before + 1


def test_a_skipped_stop_comes_last_and_the_rest_is_the_shortest_way_on(database: Database) -> None:
    batch = build(database, a_floor)
    build(database, lambda session: stand_at(session, batch, "2-9", skipped=("1-9",)))
    assert reroute(database, batch) == (True, ["1-1", "2-9", "2-1", "3-1", "3-9", "1-9"])


def test_heavy_goods_stay_first_and_fragile_ones_last_when_the_way_is_found_anew(database: Database) -> None:
    batch = build(database, a_floor)

    def handle(session: Session) -> None:
        trips = {"heavy_first_g": 9000, "fragile_last": True}
        change_setting(session, ChangeSetting(actor=SYSTEM, at=NOON, name="trips", value=trips))
        session.scalars(select(ItemRow).where(ItemRow.sku == "I3-1")).one().weight_g = 9000
        session.scalars(select(ItemRow).where(ItemRow.sku == "I2-1")).one().fragile = True

    build(database, handle)
    assert reroute(database, batch) == (True, ["3-1", "3-9", "2-9", "1-9", "1-1", "2-1"])
    build(database, lambda session: stand_at(session, batch, "3-9", skipped=("3-1",)))
    close(database, "2")
    assert reroute(database, batch)[1][-1] == "3-1"


def test_the_way_from_a_bin_leaves_over_the_nearer_cross_aisle(database: Database) -> None:
    build(database, a_floor)
    with database.read() as session:
        layout = load_layout(session)
    assert stops_from(layout, [["3-1", "3-9"]], "1-9") == ("3-9", "3-1")
    assert stops_from(layout, [["3-1"], ["3-9"]], "1-9") == ("3-1", "3-9")


@pytest.fixture
def ana_walks(open_database: Callable[..., Database]) -> Shift:
    """Ana, with a cart and a tote, with the first of six bins behind her."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana = a_person(session)
        a_cart(session, "K1")
        a_tote(session, "T1")
        return ana, a_floor(session)

    shift = Shift(database, *build(database, recipe)).start()
    assert shift.says("K:K1", "T:T1", "L:1-1", "I1-1") == [Outcome.ACCEPTED] * 4
    return shift


def test_putting_a_stop_off_finds_the_way_anew_and_the_next_stop_stays(ana_walks: Shift) -> None:
    shift, before = ana_walks, list_version(ana_walks)
    assert shift.says(None, kind=ScanKind.SKIP) == [Outcome.ACCEPTED]
    with shift.database.read() as session:
        assert stops_of(session, shift.batch) == ["1-1", "2-9", "2-1", "3-1", "3-9", "1-9"]
    assert list_version(shift) == before + 1
    assert shift.says("L:2-9") == [Outcome.ACCEPTED]


def test_who_lost_the_network_behind_a_skip_goes_on_by_the_old_way_and_every_scan_counts(ana_walks: Shift) -> None:
    """The device goes where it would have gone, and never hears of another order of stops."""
    shift = ana_walks
    with shift.database.read() as session:
        before = [bin_ for bin_ in stops_of(session, shift.batch) if bin_ != "1-1"]
    put_off, *old = before
    shift.list_version = list_version(shift)
    assert shift.says(None, kind=ScanKind.SKIP) == [Outcome.ACCEPTED]
    with shift.database.read() as session:
        assert [bin_ for bin_ in stops_of(session, shift.batch) if bin_ in old] != old
    for bin_ in (*old, put_off):
        assert shift.says(f"L:{bin_}", f"I{bin_}", local=Outcome.ACCEPTED) == [Outcome.ACCEPTED] * 2, bin_


def list_version(shift: Shift) -> int:
    with shift.database.read() as session:
        return session.get_one(BatchRow, shift.batch).list_version


def test_a_skip_that_waited_in_a_handheld_changes_no_list(ana_walks: Shift) -> None:
    shift = ana_walks
    with shift.database.read() as session:
        before = stops_of(session, shift.batch)
    long_ago = NOON - timedelta(hours=1)
    assert shift.says(None, kind=ScanKind.SKIP, at=long_ago) == [Outcome.ACCEPTED]
    with shift.database.read() as session:
        assert stops_of(session, shift.batch) == before


def a_spare_bin(session: Session) -> None:
    """More of what lies in 1-9, on the way from there to the next stop."""
    key = a_bin(session, "1-X")
    row = session.get_one(BinRow, key)
    row.aisle, row.bay, row.x_mm, row.y_mm = "1", "X", 3000, 9500
    some_stock(session, key, session.scalars(select(ItemRow.id).where(ItemRow.sku == "I1-9")).one(), 10)


def stop_of(shift: Shift) -> str:
    """Say to which bin the list that a handheld fetches now sends its picker; the next scan knows that list."""
    with shift.database.read() as session:
        found = snapshot_of(session, shift.batch)
    assert found is not None
    shift.list_version = found["list_version"]
    return next(task["bin"] for task in found["tasks"] if task["id"] == found["position"]["task"])


def test_what_replaces_a_short_pick_on_the_way_is_fetched_before_going_on(ana_walks: Shift) -> None:
    shift = ana_walks
    build(shift.database, a_spare_bin)
    assert shift.says("L:1-9") == [Outcome.ACCEPTED]
    assert shift.says(None, kind=ScanKind.SHORT, quantity=0, reason="bin_empty") == [Outcome.ACCEPTED]
    assert stop_of(shift) == "1-X"
    assert shift.says("L:1-X", "I1-9") == [Outcome.ACCEPTED] * 2
    assert stop_of(shift) == "2-9"
    assert shift.says("L:2-9") == [Outcome.ACCEPTED]


def test_what_is_fetched_on_the_way_stays_there_when_an_aisle_is_closed_unheard(ana_walks: Shift) -> None:
    shift = ana_walks
    build(shift.database, a_spare_bin)
    assert shift.says("L:1-9") == [Outcome.ACCEPTED]
    assert shift.says(None, kind=ScanKind.SHORT, quantity=0, reason="bin_empty") == [Outcome.ACCEPTED]
    assert stop_of(shift) == "1-X"
    close(shift.database, "3")
    assert reroute(shift.database, shift.batch) == (True, ["1-1", "1-9", "1-X", "2-9", "2-1", "3-1", "3-9"])
    assert shift.says("L:1-X", "I1-9") == [Outcome.ACCEPTED] * 2


def test_who_has_not_heard_of_what_replaces_a_short_pick_goes_on_and_comes_back_for_it(ana_walks: Shift) -> None:
    shift = ana_walks
    build(shift.database, a_spare_bin)
    assert shift.says("L:1-9") == [Outcome.ACCEPTED]
    assert shift.says(None, kind=ScanKind.SHORT, quantity=0, reason="bin_empty") == [Outcome.ACCEPTED]
    for code in ("2-9", "3-9", "3-1", "2-1"):
        assert shift.says(f"L:{code}", f"I{code}") == [Outcome.ACCEPTED] * 2
    assert stop_of(shift) == "1-X"
    assert shift.says("L:1-X", "I1-9") == [Outcome.ACCEPTED] * 2


def test_a_closed_aisle_comes_last_even_where_most_of_a_batch_lies_in_it(database: Database) -> None:
    batch = build(database, a_floor)
    close(database, "2")
    close(database, "1")
    assert reroute(database, batch)[1][:2] in (["3-1", "3-9"], ["3-9", "3-1"])


def test_the_way_over_a_graph_goes_on_from_where_one_stands() -> None:
    bins = {code: Bin(code=code) for code in ("A", "B", "C", "D")}
    line = [("depot", "A"), ("A", "B"), ("B", "C"), ("C", "D"), ("D", "depot")]
    layout = Layout(bins=bins, edges=tuple(Edge(a=a, b=b, distance_mm=1000) for a, b in line))
    assert stops_from(layout, [["A", "B", "D"]], "C") == ("B", "A", "D")
    assert stops_from(layout, [["A", "B"]], None)[0] == "A"
    assert stops_from(layout, [["A", "B"]], "NOWHERE")[0] == "A"


def test_ways_to_a_few_places_only_do_not_send_anybody_back_to_the_desk(database: Database) -> None:
    build(database, a_floor)
    with database.read() as session:
        layout = replace(load_layout(session), edges=(Edge(a="DESK", b="MEZZANINE", distance_mm=18_000),))
    assert stops_from(layout, [["3-1", "3-9"]], "1-9") == ("3-9", "3-1")
