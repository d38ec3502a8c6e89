"""What would have been blocked on a day, its cost, and what a span cost, counted by hand."""

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.figures.world import BERLIN, NOW, SAT, SUN, World, utc
from warehouse.domain.codes import Mode, Outcome
from warehouse.domain.figures.measures import Unit, figure_of
from warehouse.domain.rollout.costs import Happened
from warehouse.services.actor import SYSTEM
from warehouse.services.figures.breakdowns import Blocked, BlockedBy
from warehouse.services.figures.flow import scan_block_rate
from warehouse.services.rollout.costing import costs_of, what_happened
from warehouse.services.rollout.shadow import HourBlocked, shadow_report, watched_days
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow

SUNDAY = replace(BERLIN, first=SUN, last=SUN)


def a_watched_sunday(session: Session) -> None:
    """At 02:30 twice, since the clocks go back between: order 1 is packed well, of order 2 two scans are wrong."""
    world = World(session)
    ana = session.query(PersonRow.id).filter_by(name="Ana").scalar()
    ben = session.query(PersonRow.id).filter_by(name="Ben").scalar()
    pack = {"mode": Mode.SHADOW.value}
    world.scan(utc(25, 0, 30), order_id=world.orders[1], person_id=ana, **pack)
    more = {"order_id": world.orders[2], "order_line_id": world.line(2), "person_id": ben, **pack}
    world.scan(utc(25, 1, 30), Outcome.OVER_QUANTITY, **more)
    world.scan(utc(25, 1, 31), Outcome.NOT_ON_BATCH, **more)
    world.scan(utc(25, 1, 32), Outcome.ALREADY_DONE, **more)


def set_costs(database: Database) -> None:
    value = {"correction_cents": 1000, "mis_ship_cents": 4000, "late_order_cents": 800, "hour_cents": 2400,
             "workaround_minutes": 5, "untrained_slower_percent": 25}  # fmt: skip
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOW, name="costs", value=value))


def test_a_day_of_watching_is_told_by_rule_item_place_and_hour(database: Database) -> None:
    build(database, a_watched_sunday)
    set_costs(database)
    with database.read() as session:
        found = shadow_report(session, SUNDAY)
        assert watched_days(session, BERLIN) == [SUN]
        assert shadow_report(session, replace(BERLIN, last=SAT)).scans == 0
    assert (found.orders, found.wrong_orders, found.scans, found.blocked) == (2, 1, 4, 3)
    rules = tuple(Blocked(name, 1) for name in ("already_done", "not_on_batch", "over_quantity"))
    assert found.by == BlockedBy(rules=rules, items=(Blocked("MUG", 3),), places=())
    assert found.hours == (HourBlocked(2, 4, 3, 2),)
    assert (found.person_hours, found.hours[0].per_person) == (2, 1.5)
    assert [cost.cents for cost in found.costs] == [1000, 8000]


def test_a_day_of_blocking_has_the_scans_of_the_figures_and_none_of_counts_and_put_backs(database: Database) -> None:
    build(database, lambda session: World(session).scan(utc(25, 10), Outcome.WRONG_BIN))
    with database.read() as session:
        found = shadow_report(session, SUNDAY, Mode.ENFORCE)
        rate = figure_of(Unit.SHARE, scan_block_rate(session, SUNDAY))
    assert (found.blocked, found.scans, sum(rule.count for rule in found.by.rules)) == (rate.n, rate.of, 1) == (1, 4, 1)


def test_the_four_costs_of_a_span_are_counted_from_events(database: Database) -> None:
    build(database, World)
    set_costs(database)
    with database.read() as session:
        happened = what_happened(session, BERLIN)
        costs = {cost.name: cost.cents for cost in costs_of(session, BERLIN)}
    assert happened == Happened(
        orders=3, wrong_orders=2, blocked=2, data_orders=0, late_orders=2, untrained_s=19800, workarounds=1
    )
    assert costs == {
        "Corrections": 2000,
        "Mis-ships prevented at most": 8000,
        "Poor data": 0,
        "Delay": 1600,
        "Training deficit": 3300,
        "Hidden work": 200,
    }
