"""Rules that choose carriers: proposed, rehearsed on what left, in force only by a second person's word."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from tests.services.bench import LATER, Bench, a_bench
from warehouse.app import desks
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.domain.shipping.rules import Difference, Service
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.parcel_costs import CostWeek, cost_trend
from warehouse.services.shipping.rules import (
    DecideRules,
    ProposeRules,
    decide_rules,
    propose_rules,
    rehearse_rules,
    rules_in_force,
)
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import ManifestRow
from warehouse.storage.models.people import PersonRow

TIMES = {"cutoff": "16:00", "pickup": "17:00", "weekdays": [0, 1, 2, 3, 4, 5, 6], "currency": "EUR"}
POST = {"name": "Post", **TIMES, "rates": [{"cents": 450}]}
SWIFT = {"name": "Swift", **TIMES, "rates": [{"cents": 390, "service": "Night"}]}
RULES = [{"name": "All", "use": [{"carrier": "Post"}, {"carrier": "Swift", "service": "Night"}]}]


@pytest.fixture
def bench(open_database: Callable[..., Database]) -> Bench:
    found = a_bench(open_database(judge=ScanCounter(desks())))
    found.set("carriers", [POST, SWIFT])
    build(found.database, lambda session: setattr(session.get_one(OrderRow, found.order), "carrier", "Post"))
    return found


def propose(bench: Bench, rules: object = RULES) -> int:
    version: int = bench.database.run(
        propose_rules, ProposeRules(actor=bench.lea, at=NOON, rules=rules, note="cheaper")
    )
    return version


def decide(bench: Bench, version: int, *, accept: bool = True, by: str = "ben") -> None:
    actor = {"ben": bench.ben, "lea": bench.lea}[by]
    bench.database.run(decide_rules, DecideRules(actor=actor, at=LATER, version=version, accept=accept))


def test_proposed_rules_choose_nothing_until_somebody_else_puts_them_in_force(bench: Bench) -> None:
    version = propose(bench)
    with bench.database.read() as session:
        assert rules_in_force(session).version is None
    decide(bench, version)
    bench.pack_all()
    label = bench.labels()[0]
    assert (label.carrier, label.service, label.rule, label.rules_version) == ("Swift", "Night", "All", version)
    assert (label.cost_cents, label.currency) == (390, "EUR")
    bench.label()
    assert [row.carrier for row in bench.rows(ManifestRow)] == ["Swift"]
    assert bench.broken() == []


def test_without_rules_a_parcel_goes_with_the_carrier_of_its_order(bench: Bench) -> None:
    bench.pack_all()
    label = bench.labels()[0]
    assert (label.carrier, label.rule, label.rules_version, label.cost_cents) == ("Post", "", None, 450)


def test_who_proposed_the_rules_does_not_put_them_in_force_while_there_is_another_lead(bench: Bench) -> None:
    version = propose(bench)

    def second_lead(session: Session) -> None:

        a_person(session, "Max", Role.LEAD)

    build(bench.database, second_lead)
    with pytest.raises(ForbiddenError, match="second lead"):
        decide(bench, version, by="lea")
    decide(bench, version, accept=False, by="lea")
    with pytest.raises(ConflictError, match="refused already"):
        decide(bench, version)


def test_a_lead_whose_last_day_is_over_is_not_waited_for(bench: Bench) -> None:
    def former_lead(session: Session) -> None:
        session.get_one(PersonRow, a_person(session, "Max", Role.LEAD)).expires_at = LATER

    build(bench.database, former_lead)
    decide(bench, propose(bench), by="lea")


def test_new_rules_retire_the_old_ones(bench: Bench) -> None:
    for _ in range(2):
        decide(bench, propose(bench))
    with bench.database.read() as session:
        assert rules_in_force(session).version == 2


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ("all", "rules"),
        ([{"name": "X"}], "rules.use"),
        ([{"name": "X", "use": [{"carrier": "Dove"}]}], "Dove"),
        ([{"name": "X", "use": [{"carrier": "Post"}], "colour": "red"}], "colour"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_field(bench: Bench, rules: object, named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        propose(bench, rules)


def test_a_rehearsal_runs_over_what_left_and_costs_are_added_up_by_week(bench: Bench) -> None:
    decide(bench, propose(bench, [{"name": "Post only", "use": [{"carrier": "Post"}]}]))
    bench.pack_all()
    version = propose(bench)
    with bench.database.read() as session:
        found = rehearse_rules(session, version, LATER + timedelta(days=1))
        trend = cost_trend(session, LATER)
    would = Service(carrier="Swift", service="Night")
    assert (found.parcels, found.cents_was, found.cents_would) == (1, 450, 390)
    assert found.differences == (
        Difference(name="1042/1", was=Service(carrier="Post"), would=would, rule="All", cents_was=450, cents_would=390),
    )
    monday = LATER.date() - timedelta(days=LATER.date().weekday())
    assert trend == [CostWeek(week=date.fromisoformat(monday.isoformat()), carrier="Post", parcels=1, cents=450)]
    assert trend[0].each == 450
