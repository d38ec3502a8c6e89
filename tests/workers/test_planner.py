"""Waves that release themselves, rolling release for whoever is idle, and the pace learnt from scans."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_cart, a_person, an_item, an_order, build
from tests.planning.test_room import ORDERS, a_floor
from warehouse.domain.codes import BatchState, OrderState, Priority, Role
from warehouse.domain.drafts import LayoutKind
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.news import OrderOffered
from warehouse.planning import room
from warehouse.planning.room import PlanRoom
from warehouse.planning.search import Budget
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.layout.floor_plan import RemovePart, remove_part
from warehouse.services.planning.known import PlanBatches
from warehouse.services.planning.waves import (
    PutRules,
    RulesKey,
    StoredRules,
    WaveRules,
    all_rules,
    is_due,
    put_rules,
    remove_rules,
)
from warehouse.services.stock.freezing import BeginFreeze, EndFreeze, begin_freeze, end_freeze
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PlanRunRow, WaveRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.people import DeviceRow
from warehouse.storage.queries.exception_queue import Entry, EntryFilter, list_entries
from warehouse.workers import planner as planning
from warehouse.workers.planner import Planner

MORNING = WaveRules(name="Morning", release_at="09:30", max_orders=8)


@pytest.fixture
def planner(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planner]:
    """A planner whose searches are short; NOON is Saturday, 21 November, 12:00 UTC."""
    monkeypatch.setattr(planning, "WAVE", Budget(seconds=0.2))
    monkeypatch.setattr(planning, "ROLLING", Budget(seconds=0.2))
    build(database, a_floor)
    rooms = PlanRoom(database, lambda _news: None)
    yield Planner(database, rooms, clock=lambda: NOON)
    rooms.close()


def put(database: Database, rules: WaveRules, key: int | None = None, at: datetime = NOON - timedelta(hours=6)) -> int:
    return database.run(put_rules, PutRules(actor=SYSTEM, at=at, rules=rules, key=key))


def states(database: Database) -> dict[BatchState, int]:
    with database.read() as session:
        return dict(session.execute(select(BatchRow.state, func.count()).group_by(BatchRow.state)).all())


def orders_on_batches(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(BatchSlotRow.order_id.distinct()))) or 0


def idle(session: Session, name: str) -> None:
    person = a_person(session, name)
    session.add(DeviceRow(name=f"d-{name}", person_id=person, first_seen_at=NOON, seen_at=NOON))


def test_rules_are_named_changed_and_taken_away(database: Database) -> None:
    build(database, a_cart)
    key = put(database, MORNING)
    put(database, replace(MORNING, zone="A", cart="K1", weekdays=(5,)), key)
    with pytest.raises(ConflictError, match="“Morning” already"):
        put(database, MORNING)
    with pytest.raises(InvalidInputError, match="no cart K9"):
        put(database, WaveRules(name="Other", cart="K9"))
    with database.read() as session:
        assert [it.rules for it in all_rules(session)] == [replace(MORNING, zone="A", cart="K1", weekdays=(5,))]
    gone = RulesKey(actor=SYSTEM, at=NOON, key=key)
    database.run(remove_rules, gone)
    with pytest.raises(NotFoundError):
        database.run(remove_rules, gone)


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        (MORNING, True),
        (replace(MORNING, release_at="12:01"), False),
        (replace(MORNING, release_at=""), False),
        (replace(MORNING, weekdays=(0, 1)), False),
        (replace(MORNING, active=False), False),
    ],
)
def test_rules_are_due_from_their_time_on_their_days(rules: WaveRules, due: bool) -> None:  # noqa: FBT001 - a table
    stored = StoredRules(id=1, rules=rules, ran_on=None, since=NOON - timedelta(days=9))
    assert is_due(stored, datetime(2026, 11, 21, 12, 0, tzinfo=NOON.tzinfo)) is due


def test_rules_saved_after_their_time_of_the_day_begin_the_next_day(database: Database, planner: Planner) -> None:
    put(database, MORNING, at=NOON)
    planner.turn()
    assert orders_on_batches(database) == 0
    tomorrow = Planner(database, planner.room, clock=lambda: NOON + timedelta(days=1))
    tomorrow.turn()
    assert orders_on_batches(database) == MORNING.max_orders


def test_a_wave_that_is_due_still_comes_when_its_rules_are_changed_but_for_their_times(
    database: Database, planner: Planner
) -> None:
    key = put(database, MORNING)
    put(database, replace(MORNING, max_orders=5), key, at=NOON)
    planner.turn()
    assert orders_on_batches(database) == 5


def test_a_scheduled_wave_is_released_once_a_day_with_at_most_its_orders(database: Database, planner: Planner) -> None:
    key = put(database, MORNING)
    planner.turn()
    planner.turn()
    assert (orders_on_batches(database), set(states(database))) == (8, {BatchState.RELEASED})
    with database.read() as session:
        assert list(session.scalars(select(WaveRow.name))) == ["Morning"]
        assert [(it.id, it.ran_on) for it in all_rules(session)] == [(key, "2026-11-21")]


def test_rolling_rules_release_one_trip_for_each_idle_picker_and_no_more(database: Database, planner: Planner) -> None:
    put(database, WaveRules(name="All day", rolling=True))
    planner.turn()
    assert states(database) == {}
    build(database, lambda session: [idle(session, name) for name in ("Ana", "Dina")])
    planner.turn()
    assert states(database) == {BatchState.RELEASED: 2}
    planner.turn()
    assert states(database) == {BatchState.RELEASED: 2}
    with database.read() as session:
        ready = session.scalar(select(func.count()).where(OrderRow.state == OrderState.READY))
    assert ready == ORDERS - orders_on_batches(database)


def test_an_urgent_order_joins_the_rolling_plan_at_once(database: Database, planner: Planner) -> None:
    put(database, WaveRules(name="All day", rolling=True))
    planner.turn()

    def rush(session: Session) -> int:
        idle(session, "Ana")
        item = session.scalars(select(OrderRow.id).limit(1)).one()
        return an_order(session, {item: 1}, number="RUSH", priority=Priority.RUSH)

    urgent = build(database, rush)
    planner.turn()
    with database.read() as session:
        assert urgent in set(session.scalars(select(BatchSlotRow.order_id)))


def test_a_rolling_plan_goes_on_from_the_trips_found_before(database: Database, planner: Planner) -> None:
    put(database, WaveRules(name="All day", rolling=True))
    planner.turn()
    (before,) = planner.room.drafts()
    assert before.ended.wait(120)
    found = tuple(batch.orders for batch in before.best.outcome.plan.batches)
    item = build(database, lambda session: session.scalars(select(ItemRow.id).limit(1)).one())
    build(database, lambda session: an_order(session, {item: 1}, number="NEW"))
    planner.turn()
    (now,) = planner.room.drafts()
    assert (before.budget.known, now.budget.known) == ((), found)
    assert now.ended.wait(120)
    build(database, lambda session: idle(session, "Ana"))
    planner.turn()
    rest = tuple(batch.orders for batch in now.best.outcome.plan.batches)
    planner.turn()
    assert planner.room.drafts()[0].budget.known == rest


def test_an_urgent_order_is_offered_once_to_whoever_walks_its_way_while_nobody_is_idle(
    database: Database, planner: Planner
) -> None:
    told: list[object] = []
    put(database, WaveRules(name="All day", rolling=True))
    build(database, lambda session: idle(session, "Ana"))
    planner.turn()
    batch = build(database, take_first)
    item = build(database, lambda session: session.scalars(select(ItemRow.id).limit(1)).one())
    build(database, lambda session: an_order(session, {item: 1}, number="RUSH", priority=Priority.RUSH))
    database.subscribe(told.extend)
    planner.turn()
    planner.turn()
    offers = [news for news in told if isinstance(news, OrderOffered)]
    assert [(news.batch, news.order) for news in offers] == [(batch, "RUSH")]


def test_urgent_orders_that_come_together_are_all_offered_at_once(database: Database, planner: Planner) -> None:
    told: list[object] = []
    put(database, WaveRules(name="All day", rolling=True))
    build(database, lambda session: idle(session, "Ana"))
    planner.turn()
    build(database, take_first)
    item = build(database, lambda session: session.scalars(select(ItemRow.id).limit(1)).one())
    rush = [f"RUSH{number}" for number in range(5)]
    for number in rush:
        build(database, partial(an_order, wanted={item: 1}, number=number, priority=Priority.RUSH))
    database.subscribe(told.extend)
    planner.turn()
    assert sorted(news.order for news in told if isinstance(news, OrderOffered)) == rush


def take_first(session: Session) -> int:
    batch = session.scalars(select(BatchRow)).first()
    assert batch is not None
    batch.state, batch.person_id = BatchState.PICKING, session.scalars(select(DeviceRow.person_id)).one()
    slots = session.scalars(select(BatchSlotRow).where(BatchSlotRow.batch_id == batch.id)).all()
    for slot in slots[1:]:
        session.delete(slot)
    return batch.id


def test_a_rule_with_a_cart_that_is_gone_stops_nobody_else(database: Database, planner: Planner) -> None:
    build(database, lambda session: a_cart(session, "K2"))
    put(database, WaveRules(name="Broken", release_at="09:00", cart="K2"))
    put(database, MORNING)
    gone = RemovePart(actor=SYSTEM, at=NOON, kind=LayoutKind.CART, code="K2")
    database.run(remove_part, gone)
    planner.turn()
    assert orders_on_batches(database) == MORNING.max_orders


def rolling(database: Database, planner: Planner, *names: str) -> None:
    """Rules that roll, so many idle pickers, one turn."""
    put(database, WaveRules(name="All day", rolling=True))
    build(database, lambda session: [idle(session, name) for name in names])
    planner.turn()


def test_what_a_rolling_plan_finds_no_stock_for_is_told_once(database: Database, planner: Planner) -> None:
    wanted = build(database, lambda session: an_order(session, {an_item(session, "NONE"): 1}, number="NONE"))
    rolling(database, planner, "Ana", "Ben", "Cem", "Dina", "Eva", "Finn")
    assert [entry.subject for entry in entries(database)] == [f"order:{wanted}"]
    assert orders_on_batches(database) == ORDERS
    with database.read() as session:
        assert session.scalars(select(OrderLineRow.backordered).where(OrderLineRow.order_id == wanted)).one() == 1
    before = journal(database)
    planner.turn()
    assert (len(entries(database)), journal(database)) == (1, before)


def test_a_rolling_plan_that_finds_nothing_writes_nothing(database: Database, planner: Planner) -> None:
    put(database, WaveRules(name="All day", rolling=True, zone="NOWHERE"))
    build(database, lambda session: idle(session, "Ana"))
    before = journal(database)
    planner.turn()
    planner.turn()
    assert (states(database), journal(database)) == ({}, before)


def entries(database: Database) -> list[Entry]:
    with database.read() as session:
        return list_entries(session, EntryFilter())


def journal(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(PlanRunRow)) or 0


def test_while_stock_is_frozen_nothing_is_planned_by_itself_and_afterwards_it_is(
    database: Database, planner: Planner
) -> None:
    lea = build(database, lambda session: a_person(session, "Lea", Role.LEAD))
    asked = BeginFreeze(actor=Actor(lea, Role.LEAD, "Lea"), at=NOON, until=NOON + timedelta(hours=1), reason="count")
    database.run(begin_freeze, asked)
    put(database, MORNING)
    rolling(database, planner, "Ana")
    assert states(database) == {}
    database.run(end_freeze, EndFreeze(actor=Actor(lea, Role.LEAD, "Lea"), at=NOON, reason="counted"))
    planner.turn()
    assert set(states(database)) == {BatchState.RELEASED}


def test_rolling_rules_that_were_changed_count_from_the_next_turn(database: Database, planner: Planner) -> None:
    key = put(database, WaveRules(name="All day", rolling=True))
    planner.turn()
    put(database, WaveRules(name="All day", rolling=True, single=True), key)
    build(database, lambda session: idle(session, "Ana"))
    planner.turn()
    assert (states(database), orders_on_batches(database)) == ({BatchState.RELEASED: 1}, 1)


def test_the_most_urgent_order_is_released_first_though_others_are_due_before_it(
    database: Database, planner: Planner
) -> None:
    def rush(session: Session) -> int:
        item = session.scalars(select(ItemRow.id).limit(1)).one()
        key = an_order(session, {item: 1}, number="RUSH", priority=Priority.RUSH)
        session.get_one(OrderRow, key).cutoff_at = None
        return key

    urgent = build(database, rush)
    rolling(database, planner, "Ana")
    with database.read() as session:
        assert urgent in set(session.scalars(select(BatchSlotRow.order_id)))


def test_what_is_kept_for_somebody_who_is_not_here_is_no_work_for_who_is(database: Database, planner: Planner) -> None:
    def kept(session: Session) -> int:
        item = session.scalars(select(ItemRow.id).limit(1)).one()
        batch = a_batch(session, [an_order(session, {item: 1})], number="900")
        session.get_one(BatchRow, batch).assigned_id = a_person(session, "Ben")
        return batch

    build(database, kept)
    rolling(database, planner, "Ana")
    assert states(database) == {BatchState.RELEASED: 2}


def test_a_plan_that_a_lead_looks_at_stays_however_often_rolling_rules_release(
    database: Database, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "KEPT", 2)
    mine = planner.room.start(PlanBatches(actor=SYSTEM, at=NOON), Budget(seconds=0.1))
    assert mine.ended.wait(120)
    rolling(database, planner, "Ana")
    for name in ("Ben", "Cem"):
        build(database, lambda session, name=name: idle(session, name))
        planner.turn()
    assert states(database) == {BatchState.RELEASED: 3}
    assert planner.room.get(mine.id) is mine
