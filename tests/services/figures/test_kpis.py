"""Every figure against a world counted by hand, on both kinds of database, across a night that has 25 hours."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.figures.world import BERLIN, MON, NOW, SAT, SUN, World, utc
from warehouse.domain.codes import Outcome
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import SYSTEM
from warehouse.services.figures.breakdowns import (
    Blocked,
    BlockedBy,
    KindCount,
    OwnerAges,
    blocked_by,
    exception_kinds,
    open_by_age,
)
from warehouse.services.figures.kpis import KPIS, Kpi, perfect_index, read_trends, span_of
from warehouse.services.housekeeping import Chore, Tidy, due_keys, tidy
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.packing import PackRow

HOUR = 3600
# n and of on Saturday, Sunday and Monday.
BY_HAND = {
    "picking_accuracy": ((0, 1), (1, 2), (0, 0)),
    "line_accuracy": ((0, 1), (1, 2), (0, 0)),
    "on_time": ((1, 1), (1, 3), (0, 0)),
    "shipped_complete": ((1, 1), (2, 3), (1, 1)),
    "damage_free": ((1, 1), (2, 3), (1, 1)),
    "right_papers": ((1, 1), (2, 3), (1, 1)),
    "perfect_order": ((1, 1), (0, 3), (1, 1)),
    "orders_per_hour": ((1, 2 * HOUR), (3, 3 * HOUR + 1800), (1, 0)),
    "lines_per_hour": ((1, 120), (2, 210), (0, 0)),
    "units_per_hour": ((2, 120), (3, 210), (0, 0)),
    "cycle_from_release": ((24600, 1), (115140 + 115260, 2), (0, 0)),
    "cycle_from_import": ((4 * HOUR, 1), (36 * HOUR, 3), (HOUR, 1)),
    "dock_to_stock": ((0, 0), (24 * HOUR, 1), (0, 0)),
    "backorder_rate": ((1, 3), (0, 0), (0, 0)),
    "inventory_accuracy": ((1, 1), (0, 0), (0, 1)),
    "scan_block_rate": ((1, 3), (1, 4), (0, 0)),
    "straight_through": ((1, 1), (1, 3), (1, 1)),
    "old_exceptions": ((1, 1), (1, 2), (0, 1)),
}


def test_every_figure_is_what_was_counted_by_hand(database: Database) -> None:
    build(database, World)
    with database.read() as session:
        trends = read_trends(session, BERLIN)
    found = {it.kpi.name: tuple((it.days[day].n, it.days[day].of) for day in (SAT, SUN, MON)) for it in trends}
    assert found == BY_HAND


def test_what_is_worked_in_training_on_the_live_floor_counts_in_no_figure(database: Database) -> None:
    def practise(session: Session) -> None:
        world = World(session)
        batch = session.scalars(select(BatchRow.id)).one()
        task = world.task(batch, 4, 2, 0, utc(24, 9, 2))
        for minute, outcome in ((1, Outcome.WRONG_BIN), (2, Outcome.ACCEPTED)):
            world.scan(utc(24, 9, minute), outcome, batch_id=batch, task_id=task, mode="training")
        order = world.orders[4]
        session.add(PackRow(order_id=order, state="done", finished_at=utc(24, 11)))
        world.scan(utc(24, 10, 59), Outcome.OVER_QUANTITY, order_id=order, order_line_id=world.line(4), mode="training")

    build(database, practise)
    with database.read() as session:
        trends = read_trends(session, BERLIN)
        stopped = blocked_by(session, BERLIN)
    found = {it.kpi.name: tuple((it.days[day].n, it.days[day].of) for day in (SAT, SUN, MON)) for it in trends}
    unlike = {name: days for name, days in found.items() if days != BY_HAND[name]}
    # The order left all the same, and its batch was released.
    assert unlike.keys() <= {"cycle_from_release", "backorder_rate"}
    assert sum(rule.count for rule in stopped.rules) == 2


def test_who_did_not_sign_out_was_here_up_to_the_last_scan_also_once_the_session_is_tidied_away(
    database: Database,
) -> None:
    build(database, World)
    with database.read() as session:
        keys = tuple(due_keys(session, Chore.SIGN_INS, NOW))
    assert database.run(tidy, Tidy(actor=SYSTEM, at=NOW, chore=Chore.SIGN_INS, keys=keys)) == 1
    with database.read() as session:
        (hours,) = read_trends(session, BERLIN, [kpi for kpi in KPIS if kpi.name == "orders_per_hour"])
    assert tuple((hours.days[day].n, hours.days[day].of) for day in (SAT, SUN, MON)) == BY_HAND["orders_per_hour"]


@pytest.mark.parametrize(("minutes", "due"), [(30, 0), (59, 0), (60, 3)])
def test_an_order_is_not_late_before_its_pickup_has_come(database: Database, minutes: int, due: int) -> None:
    build(database, World)
    span = replace(BERLIN, first=SUN, last=SUN, now=utc(25, 15) + timedelta(minutes=minutes))
    with database.read() as session:
        (trend,) = read_trends(session, span, [kpi for kpi in KPIS if kpi.name == "on_time"])
    assert trend.whole.of == due


def test_weeks_add_up_their_days_and_hours_are_medians(database: Database) -> None:
    build(database, World)
    with database.read() as session:
        by_name = {it.kpi.name: it for it in read_trends(session, BERLIN)}
        index = perfect_index(by_name.values())
    monday = min(BERLIN.weeks)
    cycle = by_name["cycle_from_import"]
    assert (cycle.weeks[monday].value, cycle.weeks[monday].p90) == (7.0, 24.0)
    assert (cycle.days[SUN].value, cycle.whole.value) == (10.0, 4.0)
    assert [(week.n, week.of) for week in by_name["on_time"].weeks.values()] == [(2, 4), (0, 0)]
    assert by_name["old_exceptions"].whole == by_name["old_exceptions"].days[MON]
    assert by_name["orders_per_hour"].days[SUN].value == pytest.approx(3 / 3.5)
    assert index == pytest.approx(2 / 4 * 4 / 5 * 4 / 5 * 4 / 5)
    assert by_name["orders_per_hour"].days[MON].value is None


def test_the_kinds_and_owners_of_exceptions_and_what_was_stopped(database: Database) -> None:
    build(database, World)
    with database.read() as session:
        kinds = exception_kinds(session, BERLIN)
        ages = open_by_age(session, BERLIN.now)
        stopped = blocked_by(session, BERLIN)
    assert kinds == [KindCount(type=ExceptionType.LABEL_FAILED, count=1, days=(0, 1, 0))]
    assert ages == [OwnerAges(role="lead", day=1, two_days=0, three_days=0, older=0)]
    rules = (Blocked("over_quantity", 1), Blocked("wrong_bin", 1))
    assert stopped == BlockedBy(rules=rules, items=(Blocked("MUG", 2),), places=(Blocked("S1", 1),))


def test_an_empty_warehouse_has_nothing_to_measure(database: Database) -> None:
    with database.read() as session:
        trends = read_trends(session, span_of(session, BERLIN.now, 7))
    assert {trend.whole.value for trend in trends} == {None}


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_each_figure_says_what_it_counts(kpi: Kpi) -> None:
    counts = kpi.counts
    assert all((counts.summary, counts.numerator, counts.denominator, counts.window, counts.zone))
