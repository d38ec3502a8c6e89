"""Waves that release themselves, rolling release for whoever is idle, and the pace learnt from scans."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_cart, a_person, an_order, build
from tests.planning.test_room import ORDERS, a_floor
from warehouse.domain.codes import BatchState, OrderState, Priority
from warehouse.domain.drafts import LayoutKind
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.news import OrderOffered
from warehouse.planning.room import PlanRoom
from warehouse.planning.search import Budget
from warehouse.services.actor import SYSTEM
from warehouse.services.layout.floor_plan import RemovePart, remove_part
from warehouse.services.planning.waves import PutRules, RulesKey, WaveRules, all_rules, is_due, put_rules, remove_rules
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, WaveRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import DeviceRow
from warehouse.workers import planner as planning
from warehouse.workers.planner import Planner

MORNING = WaveRules(name="Morning", release_at="09:30", max_orders=8)


@pytest.fixture
def planner(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planner]:
    """A planner whose searches are short; NOON is Saturday, 21 November, 12:00 UTC."""
    monkeypatch.setattr(planning, "WAVE", Budget(seconds=0.2))
    monkeypatch.setattr(planning, "ROLLING", Budget(seconds=0.2))
    build(database, a_floor)
    room = PlanRoom(database, lambda _news: None)
    yield Planner(database, room, clock=lambda: NOON)
    room.close()


def put(database: Database, rules: WaveRules, key: int | None = None) -> int:
    return database.run(put_rules, PutRules(actor=SYSTEM, at=NOON, rules=rules, key=key))


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
    assert is_due(rules, datetime(2026, 11, 21, 12, 0, tzinfo=NOON.tzinfo)) is due


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
