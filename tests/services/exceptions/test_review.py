"""What the checks would have found, whose an order is and what shuts its gates, and what a month was like."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_person, an_item, an_order, build, some_stock
from warehouse.domain.codes import OrderState, Role
from warehouse.domain.exception_queue import Answer, ExceptionType
from warehouse.domain.site import Site
from warehouse.domain.site_settings import read_setting
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.exceptions.answers import AnswerException, answer_exception
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.exceptions.reviewing import Workaround, review_month
from warehouse.services.intake.rehearsing import rehearse_checks
from warehouse.services.orders.gates import OrderOwner, Reason, both_gates
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.queries.exceptions.review import last_decision

DAY = timedelta(days=1)


def a_past(session: Session) -> None:
    """Forty usual orders of A by other customers, then one of K7 that asks for 400, and the same a few hours later."""
    item = an_item(session, "A")
    for number in range(43):
        key = an_order(session, {item: 400 if number > 40 else 10}, number=f"P{number}")
        order = session.get_one(OrderRow, key)
        order.customer = "K7" if number > 40 else f"C{number}"
        order.placed_at = NOON - 50 * DAY + number * DAY if number < 41 else NOON - 5 * DAY + timedelta(hours=number)
        order.basket_hash = f"{number}"
    session.flush()
    session.execute(update(OrderAddressRow).values(lines=[], city="", postcode=""))


def test_each_check_says_how_often_it_would_have_fired(database: Database) -> None:
    build(database, a_past)
    site = Site()
    with database.read() as session:
        usual = rehearse_checks(session, site, site.limits, NOON)
        loose = rehearse_checks(session, site, replace(site.limits, p99_factor=100), NOON)
        close = rehearse_checks(session, site, replace(site.limits, duplicate_within=timedelta(0)), NOON)
    assert (usual.orders, usual.held) == (23, 2)
    assert usual.fired["unusual_quantity"] == 1
    assert (loose.fired.get("unusual_quantity", 0), loose.fired["duplicate_order"]) == (0, 1)
    assert "duplicate_order" not in close.fired


def test_a_known_false_alarm_is_counted_as_let_pass(database: Database) -> None:
    build(database, a_past)
    allowed = [{"type": "duplicate_order", "by": "customer", "value": "k7", "reason": "orders twice"}]
    site = Site(allowed=read_setting("allowed", allowed))
    with database.read() as session:
        found = rehearse_checks(session, site, site.limits, NOON)
    assert (found.allowed, "duplicate_order" in found.fired) == ({"duplicate_order": 1}, False)


def an_order_in_doubt(session: Session) -> int:
    item = an_item(session, "A")
    some_stock(session, a_bin(session, "S1"), item, 1)
    return an_order(session, {item: 3}, number="1042")


def test_each_gate_says_what_shuts_it_and_who_can_lift_that(database: Database) -> None:
    order = build(database, an_order_in_doubt)
    asked = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.CUSTOMS_DATA, subject=f"order:{order}", order=order)
    entry = database.run(open_exception, asked)
    held = HoldOrder(actor=SYSTEM, at=NOON, number="1042", reason="customs_data", text="No HS code", exception=entry)
    database.run(hold_order, held)
    with database.read() as session:
        gates = both_gates(session, order)
    may = (Role.MASTER_DATA_OWNER, Role.ORDER_DESK, Role.LEAD, Role.ADMIN)
    assert gates.releasable == (Reason(text="No HS code", exception=entry, owner="master data owner", lifted_by=may),)
    assert [reason.text for reason in gates.pickable] == ["1 of 3 A lie in bins for picking."]
    assert gates.owner == OrderOwner(role=Role.MASTER_DATA_OWNER, person=None, because=f"exception {entry} holds it")


@pytest.mark.parametrize("state", OrderState)
def test_every_order_that_has_not_ended_is_somebodys(database: Database, state: OrderState) -> None:
    order = build(database, an_order_in_doubt)
    build(database, lambda session: setattr(session.get_one(OrderRow, order), "state", state))
    with database.read() as session:
        owner = both_gates(session, order).owner
    assert (owner is None) == (state in {OrderState.SHIPPED, OrderState.CANCELLED})


def test_the_review_counts_what_fired_was_overridden_and_never_fired(database: Database) -> None:
    order = build(database, an_order_in_doubt)
    lea = Actor(build(database, lambda session: a_person(session, "Lea", Role.LEAD)), Role.LEAD, "Lea")
    asked = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.UNPAID, subject=f"order:{order}", order=order)
    entry = database.run(open_exception, asked)
    held = HoldOrder(actor=SYSTEM, at=NOON, number="1042", reason="unpaid", text="Not paid", exception=entry)
    database.run(hold_order, held)
    soon = NOON + timedelta(seconds=20)
    given = AnswerException(actor=lea, at=soon, exception=entry, answer=Answer.PROCESS, text="fine")
    database.run(answer_exception, given)
    by_hand = HoldOrder(actor=lea, at=NOON, number="1042", reason="manual", text="wait")
    database.run(hold_order, by_hand)
    with database.read() as session:
        found = review_month(session, date(2026, 11, 1))
        before = review_month(session, date(2026, 10, 1))
        lifted = last_decision(session, ("hold_lifted",), None)
    (rule,) = found.fired
    assert (rule.type, rule.opened, rule.overridden, rule.quick, rule.open) == ("unpaid", 1, 1, 1, 0)
    assert ("unpaid" in found.never, "unpaid" in before.never, before.fired) == (False, True, ())
    assert Workaround(what="Orders held by hand, without a rule", count=1) in found.workarounds
    assert Workaround(what="Exceptions settled within a minute", count=1, of=1) in found.workarounds
    assert lifted is not None
    assert (lifted.at, lifted.person) == (soon, "Lea")
