"""Plans in the making: searched in a process of their own, priced when moved about, there even when that dies."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_cart, an_item, an_order, build, some_stock
from tests.serving import eventually
from warehouse.children import Children
from warehouse.domain.codes import BatchState
from warehouse.domain.drafts import LayoutDraft, LayoutKind
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.news import PlanFound
from warehouse.planning import room as planning
from warehouse.planning.room import Draft, DraftState, PlanRoom, draft_figures
from warehouse.planning.search import Budget, Step
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.layout.floor_plan import BlockAisle, RemovePart, block_aisle, put_layout, remove_part
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.services.planning.batching import store_plan
from warehouse.services.planning.known import OrderFilter, PlanBatches
from warehouse.services.planning.serving import PlanOutcome
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, CartRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import stops_of

AISLES = 4
ORDERS = 12
WANTED = PlanBatches(actor=SYSTEM, at=NOON)
SHORT = Budget(seconds=0.3)
LONG = Budget(seconds=60)
LEA = Request(actor=SYSTEM, at=NOON)


def a_floor(session: Session) -> None:
    """Four aisles of ten bins with an item each, and orders whose two lines lie far apart."""
    a_cart(session, slots=4)
    items = []
    for aisle in range(AISLES):
        for bay in range(10):
            key = a_bin(session, f"{aisle}-{bay:02d}", zone="A" if aisle < 2 else "B")
            row = session.get_one(BinRow, key)
            row.aisle, row.bay, row.x_mm, row.y_mm = str(aisle), str(bay), aisle * 4000, 2000 + bay * 1500
            item = an_item(session, f"I{aisle}{bay}")
            some_stock(session, key, item, 50)
            items.append(item)
    for number in range(ORDERS):
        an_order(session, {items[number * 7 % 40]: 1, items[number * 13 % 40 - 1]: 2}, number=f"N{number}")


@pytest.fixture
def told() -> list[PlanFound]:
    return []


@pytest.fixture
def room(database: Database, told: list[PlanFound]) -> Iterator[PlanRoom]:
    build(database, a_floor)
    found = PlanRoom(database, told.extend)  # type: ignore[arg-type]  # only news of plans come
    yield found
    found.close()


def ended(draft: Draft) -> Draft:
    assert draft.ended.wait(60)
    return draft


def test_a_plan_is_told_while_it_is_looked_for_and_ready_at_the_end(room: PlanRoom, told: list[PlanFound]) -> None:
    draft = ended(room.start(WANTED, SHORT))
    assert (draft.state, draft.best.outcome.plan.left_out) == (DraftState.READY, ())
    assert {number for trip in draft.best.outcome.plan.batches for number in trip.orders} == {
        f"N{number}" for number in range(ORDERS)
    }
    assert told[-1].values == draft_figures(draft)
    assert told[-1].values["orders"] == ORDERS
    distances = [news.values["distance_mm"] for news in told if "distance_mm" in news.values]
    assert distances == sorted(distances, reverse=True)


def test_the_search_runs_only_while_nothing_else_is_to_do(room: PlanRoom) -> None:
    draft = room.start(WANTED, LONG)
    assert eventually(lambda: draft.step is not None, 60)
    classes = {os.sched_getscheduler(pid) for pid in children()}
    room.stop(draft)
    assert classes == {os.SCHED_IDLE}


@pytest.mark.parametrize("when", ["before the first plan", "after it"])
def test_a_search_that_is_killed_leaves_the_best_plan_there_is(room: PlanRoom, when: str) -> None:
    before = set(children())
    draft = room.start(WANTED, LONG)
    if when == "after it":
        assert eventually(lambda: draft.step is not None, 60)
    else:
        assert eventually(lambda: set(children()) - before or draft.ended.is_set(), 60)
    for pid in set(children()) - before:
        os.kill(pid, signal.SIGKILL)
    ended(draft)
    assert draft.state in {DraftState.LOST, DraftState.READY}
    assert draft_figures(draft)["orders"] == ORDERS


def test_a_moved_order_has_its_price_and_keeps_everything_else(room: PlanRoom) -> None:
    draft = ended(room.start(replace(WANTED, cart=None), SHORT))
    plan = draft.best.outcome.plan
    order = plan.batches[0].orders[0]
    asked = room.move(draft, order, None, dry=True)
    assert draft.best.outcome.plan == plan
    moved = room.move(draft, order, None, dry=False)
    now = draft.best.outcome.plan
    assert (moved, now.batches[-1].orders) == (asked, (order,))
    assert moved.extra_mm == now.distance_mm - plan.distance_mm
    assert moved.extra_s > 0
    back = room.move(draft, order, 0, dry=False)
    assert (back.extra_mm, back.extra_s) == (-moved.extra_mm, -moved.extra_s)
    assert draft_figures(draft)["moves"] == 2


def test_what_does_not_fit_or_is_not_there_is_refused(room: PlanRoom) -> None:
    draft = ended(room.start(WANTED, SHORT))
    first, second = draft.best.outcome.plan.batches[:2]
    assert len(second.orders) == 4
    with pytest.raises(ConflictError, match="no room for it on that cart"):
        room.move(draft, first.orders[0], 1, dry=True)
    with pytest.raises(ConflictError, match="is on batch 1 already"):
        room.move(draft, first.orders[0], 0, dry=True)
    with pytest.raises(NotFoundError, match="Order X is not in this plan"):
        room.move(draft, "X", 1, dry=True)
    with pytest.raises(NotFoundError, match="There is no batch 100"):
        room.move(draft, first.orders[0], 99, dry=True)


def test_a_plan_is_stored_once_and_released(room: PlanRoom, database: Database) -> None:
    draft = ended(room.start(WANTED, SHORT))
    stored = room.store(draft, LEA, release=True)
    with database.read() as session:
        rows = session.execute(select(BatchRow.state, func.count()).group_by(BatchRow.state)).all()
        assert [(state, count) for state, count in rows] == [(BatchState.RELEASED, len(stored.batches))]
    with pytest.raises(ConflictError, match="stored already"):
        room.store(draft, LEA, release=False)
    with pytest.raises(ConflictError, match="stored already"):
        room.move(draft, "N1", None, dry=True)


@pytest.fixture
def turn(room: PlanRoom, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A search gets no processor before this is set; it finds one plan then, the first there is."""
    found = ended(room.start(WANTED, SHORT)).step
    came = threading.Event()

    def starved(*_: object) -> Iterator[Step]:
        came.wait(60)
        assert found is not None
        yield found

    monkeypatch.setattr(Children, "stream", starved)
    monkeypatch.setattr(planning, "ENDS_WITHIN", 0.1)
    return came


def test_a_plan_is_stored_though_the_search_has_got_no_processor_yet(room: PlanRoom, turn: threading.Event) -> None:
    draft = room.start(WANTED, LONG)
    stored = room.store(draft, LEA, release=True)
    assert {number for trip in stored.plan.batches for number in trip.orders} == {f"N{it}" for it in range(ORDERS)}
    turn.set()
    assert ended(draft).state is DraftState.STORED


def test_a_move_by_hand_stays_though_the_search_finds_its_first_plan_only_now(
    room: PlanRoom, turn: threading.Event
) -> None:
    draft = room.start(WANTED, LONG)
    room.move(draft, "N1", None, dry=False)
    moved = draft.step
    turn.set()
    assert (ended(draft).step, len(draft.moves)) == (moved, 1)


def test_two_who_store_at_once_store_once(room: PlanRoom, database: Database) -> None:
    draft = ended(room.start(WANTED, SHORT))
    refused: list[ConflictError] = []

    def store() -> None:
        try:
            room.store(draft, LEA, release=False)
        except ConflictError as error:
            refused.append(error)

    threads = [threading.Thread(target=store) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert (len(refused), session.scalar(select(func.count()).select_from(BatchRow))) == (1, len(draft.stored))


def test_a_wave_may_be_of_one_zone_only(room: PlanRoom) -> None:
    draft = ended(room.start(replace(WANTED, only=OrderFilter(zone="A")), SHORT))
    bins = draft.known.layout.bins
    zones = {bins[task.bin].zone for trip in draft.best.outcome.plan.batches for task in trip.tasks}
    assert zones == {"A"}
    assert 0 < draft_figures(draft)["orders"] < ORDERS  # type: ignore[operator]  # a figure


def test_a_plan_that_is_gone_says_so(room: PlanRoom) -> None:
    with pytest.raises(NotFoundError, match="no longer here"):
        room.get(99)


def children() -> list[int]:
    """The helper processes of this one."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def test_a_wave_of_a_zone_has_as_many_orders_of_it_as_were_asked_for(room: PlanRoom) -> None:
    whole = ended(room.start(replace(WANTED, only=OrderFilter(zone="A")), SHORT))
    of_zone = {number for trip in whole.best.outcome.plan.batches for number in trip.orders}
    few = ended(room.start(replace(WANTED, only=OrderFilter(zone="A"), limit=1), SHORT))
    assert len(of_zone) > 1
    assert draft_figures(few)["orders"] == 1
    assert few.best.outcome.left_out == ()


def test_a_second_plan_does_not_wait_for_the_search_of_the_first(room: PlanRoom) -> None:
    first = room.start(WANTED, LONG)
    assert eventually(lambda: first.step is not None, 60)
    second = room.start(WANTED, SHORT)
    assert eventually(lambda: second.step is not None, 20)
    assert not first.ended.is_set()
    room.stop(first)


def test_where_any_cart_may_be_taken_a_plan_fits_each_of_them(database: Database, room: PlanRoom) -> None:
    build(database, lambda session: setattr(session.get_one(CartRow, a_cart(session, "K2", slots=9)), "max_orders", 2))
    draft = ended(room.start(WANTED, SHORT))
    assert max(len(trip.orders) for trip in draft.best.outcome.plan.batches) == 2


def test_a_plan_for_a_cart_that_was_taken_away_meanwhile_says_so(room: PlanRoom, database: Database) -> None:
    draft = ended(room.start(replace(WANTED, cart="K1"), SHORT))
    database.run(remove_part, RemovePart(actor=SYSTEM, at=NOON, kind=LayoutKind.CART, code="K1"))
    with pytest.raises(NotFoundError, match="There is no cart K1"):
        room.store(draft, LEA, release=True)
    assert draft.state is DraftState.READY


def test_an_order_on_hold_stops_only_its_own_batch(
    room: PlanRoom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = ended(room.start(WANTED, SHORT))
    held = draft.best.outcome.plan.batches[0].orders[0]

    def stored(*args: Any, **kwargs: Any) -> PlanOutcome:
        outcome = store_plan(*args, **kwargs)
        database.run(hold_order, HoldOrder(actor=SYSTEM, at=NOON, number=held, reason="unpaid", text="Not paid"))
        return outcome

    monkeypatch.setattr(planning, "store_plan", stored)
    with pytest.raises(ConflictError, match=f"order {held} is on hold"):
        room.store(draft, LEA, release=True)
    with database.read() as session:
        counts = dict(session.execute(select(BatchRow.state, func.count()).group_by(BatchRow.state)).all())
    assert counts == {BatchState.PLANNED: 1, BatchState.RELEASED: len(draft.stored) - 1}
    assert draft.state is DraftState.STORED


def test_a_plan_stored_after_an_aisle_was_closed_leaves_it_for_the_end(room: PlanRoom, database: Database) -> None:
    parts = [LayoutDraft(kind=LayoutKind.AISLE, code=str(aisle), x_mm=aisle * 4000) for aisle in range(AISLES)]
    build(database, lambda session: put_layout(session, LEA, parts))
    draft = ended(room.start(WANTED, SHORT))
    database.run(block_aisle, BlockAisle(actor=SYSTEM, at=NOON, code="0", reason="pallet"))
    stored = room.store(draft, LEA, release=False)
    with database.read() as session:
        walks = [[code[0] == "0" for code in stops_of(session, batch)] for batch in stored.batches]
    assert any(any(walk) for walk in walks)
    assert [sorted(walk) for walk in walks] == walks


def test_a_price_of_a_plan_that_has_changed_meanwhile_moves_nothing(room: PlanRoom) -> None:
    draft = ended(room.start(WANTED, SHORT))
    order = draft.best.outcome.plan.batches[0].orders[0]
    seen = room.move(draft, order, None, dry=True).version
    room.move(draft, draft.best.outcome.plan.batches[1].orders[0], None, dry=False)
    now = draft.step
    with pytest.raises(ConflictError, match="has changed meanwhile"):
        room.move(draft, order, None, dry=False, seen=seen)
    assert draft.step is now
    again = room.move(draft, order, None, dry=True).version
    room.move(draft, order, None, dry=False, seen=again)
    assert draft_figures(draft)["moves"] == 2


def test_it_is_said_why_an_order_must_not_join_a_batch(room: PlanRoom, database: Database) -> None:
    build(database, lambda session: setattr(session.scalars(select(CartRow)).one(), "slots", 40))
    build(database, one_hazard)
    trips = {"mix_hazards": False}
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="trips", value=trips))
    draft = ended(room.start(WANTED, SHORT))
    plan = draft.best.outcome.plan
    alone = next(at for at, trip in enumerate(plan.batches) if "HAZARD" in trip.orders)
    with pytest.raises(ConflictError, match="It must not share a cart"):
        room.move(draft, "HAZARD", 1 - alone, dry=True)


def one_hazard(session: Session) -> None:
    item = an_item(session, "LIGHTER")
    session.get_one(ItemRow, item).limited_quantity = True
    some_stock(session, a_bin(session, "0-99"), item, 5)
    an_order(session, {item: 1}, number="HAZARD")
