"""What was walked by day, and the trips advice is made from."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_bin, an_item, an_order, build, some_stock
from warehouse.domain.slotting import History
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.queries.savings import DayWalked, Period, days_walked, walked_history
from warehouse.web.api.savings import period_of

SINCE = NOON - timedelta(days=7)


def a_history(session: Session, picked: int) -> None:
    """Orders of one item each from two bins; so many of their batches were picked, the last one the day before."""
    items = [an_item(session, "A"), an_item(session, "B")]
    for item, code in zip(items, ("S1", "S2"), strict=True):
        some_stock(session, a_bin(session, code), item, 50)
    a_bin(session, "EMPTY")
    for number in range(6):
        batch = a_batch(session, [an_order(session, {items[number % 2]: 1})], number=f"B{number}")
        row = session.get_one(BatchRow, batch)
        row.distance_mm, row.name_order_distance_mm = 40_000, 100_000
        if number < picked:
            row.picked_at = NOON - timedelta(days=int(number == picked - 1))
            for task in session.query(PickTaskRow).filter_by(batch_id=batch):
                task.picked, task.closed_at = 1, row.picked_at


def test_days_are_those_of_the_site_and_count_what_was_picked(database: Database) -> None:
    build(database, lambda session: a_history(session, 3))
    with database.read() as session:
        found = days_walked(session, Period(since=SINCE, zone="Pacific/Auckland", mm_per_s=1000))
    day = {"lines": 1, "distance_mm": 40_000, "name_order_mm": 100_000}
    assert found == [
        DayWalked(day="2026-11-22", batches=2, saved_hours=0.03, **{name: 2 * value for name, value in day.items()}),
        DayWalked(day="2026-11-21", batches=1, saved_hours=0.02, **day),
    ]
    assert found[0].saved_mm == 120_000


def test_no_day_begins_at_the_hour_of_looking(database: Database) -> None:
    build(database, lambda session: session.add(SettingRow(name="time_zone", value="Europe/Berlin", changed_at=NOON)))
    with database.read() as session:
        period = period_of(session, NOON, 28)
    assert (period.since, period.zone) == (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), "Europe/Berlin")


def test_trips_are_those_picked_and_before_there_are_any_the_orders(database: Database) -> None:
    contents = {"S1": "A", "S2": "B", "EMPTY": ""}
    build(database, lambda session: a_history(session, 0))
    with database.read() as session:
        assert walked_history(session, SINCE) == History(trips=(("S1",), ("S2",)) * 3, contents=contents)
        assert walked_history(session, NOON + timedelta(days=1)).trips == ()


def test_enough_picked_trips_are_preferred(database: Database) -> None:
    build(database, lambda session: a_history(session, 5))
    with database.read() as session:
        assert walked_history(session, SINCE).trips == (("S1",), ("S2",), ("S1",), ("S2",), ("S1",))
