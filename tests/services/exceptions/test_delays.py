"""Late orders are followed up by themselves; goods that are not there are told with a message to send."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.builders import CUTOFF, NOON, a_batch, a_bin, an_item, an_order, build, some_stock
from warehouse.domain.codes import OrderState
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.delays import BatchAtRisk, NoteRisk, look_for_delays, note_risk
from warehouse.services.exceptions.queue import Resolve, resolve_exception
from warehouse.services.orders.missing_units import CancelMissing, cancel_missing
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.planning.forecasting import foresee_floor
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.webhooks import WebhookEndpointRow, WebhookMessageRow
from warehouse.workers.escalator import Escalator

TYPES = ["order.delayed", "order.backordered"]


def listening(session: Session) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    endpoint = WebhookEndpointRow(name="shop", url="https://shop.example", types=TYPES, secret=secret, created_at=NOON)
    session.add(endpoint)


def said(database: Database) -> list[dict[str, Any]]:
    with database.read() as session:
        bodies = session.scalars(select(WebhookMessageRow.body).order_by(WebhookMessageRow.id))
        return [json.loads(body) for body in bodies]


def entries(database: Database, kind: str) -> list[ExceptionRow]:
    with database.read() as session:
        rows = list(session.scalars(select(ExceptionRow).where(ExceptionRow.type == kind)))
        session.expunge_all()
        return rows


def follow_up(database: Database, hours: float) -> None:
    Escalator(database, clock=lambda: NOON + timedelta(hours=hours)).turn()


@pytest.fixture
def orders(database: Database) -> list[int]:
    def recipe(session: Session) -> list[int]:
        listening(session)
        item = an_item(session, "A")
        keys = [an_order(session, {item: 1}, number=f"10{n:02}") for n in range(12)]
        session.execute(update(OrderRow).values(cutoff_at=CUTOFF, carrier="Post"))
        return keys

    return build(database, recipe)


def test_a_missed_pickup_is_one_matter_for_the_lead_and_an_event_an_order(
    database: Database, orders: list[int]
) -> None:
    follow_up(database, 1)
    assert (entries(database, "missed_cutoff"), said(database)) == ([], [])
    follow_up(database, 5)
    follow_up(database, 6)
    found = entries(database, "missed_cutoff")
    assert [(row.owner_role, sorted(row.data["orders"])) for row in found] == [("lead", orders)]
    told = said(database)
    assert [body["data"]["number"] for body in told] == [f"10{n:02}" for n in range(12)]
    assert {body["type"] for body in told} == {"order.delayed"}
    assert told[0]["data"]["proposed_message"] == (
        "Your order 1000 takes longer than planned and has not left us yet. We will write again when it has left."
    )


def test_what_a_lead_has_settled_is_not_opened_again_for_the_same_orders(database: Database, orders: list[int]) -> None:
    follow_up(database, 5)
    key = entries(database, "missed_cutoff")[0].id
    database.run(resolve_exception, Resolve(actor=SYSTEM, at=NOON, exception=key, resolution="Next pickup."))
    follow_up(database, 7)
    assert ([row.id for row in entries(database, "missed_cutoff")], len(said(database))) == ([key], len(orders))


def test_a_truck_that_has_gone_hides_no_order_that_can_still_make_the_next(database: Database) -> None:
    def recipe(session: Session) -> None:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        gone = [an_order(session, {item: 1}, number=f"G{n:02}") for n in range(13)]
        session.execute(update(OrderRow).values(cutoff_at=CUTOFF - timedelta(hours=2)))
        a_batch(session, gone)
        a_batch(session, [an_order(session, {item: 1}, number="NEXT")], number="B-2")

    build(database, recipe)
    with database.read() as session:
        found = look_for_delays(session, CUTOFF - timedelta(seconds=30)).risks
    assert [(risk.batch, risk.orders) for risk in found] == [("B-2", ("NEXT",))]


def test_a_risk_is_over_when_its_orders_are_packed_or_missed_and_not_while_they_wait_at_the_bench(
    database: Database,
) -> None:
    def recipe(session: Session) -> None:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        a_batch(session, [an_order(session, {item: 1}, number="1001")], number="B-1")
        risk = BatchAtRisk(batch="B-1", orders=("1001",), cutoff=CUTOFF, finish=CUTOFF + timedelta(minutes=5))
        note_risk(session, NoteRisk(actor=SYSTEM, at=NOON, risk=risk))

    def stand(batch: str, order: str) -> None:
        def change(session: Session, _request: None) -> None:
            session.execute(update(BatchRow).values(state=batch))
            session.execute(update(OrderRow).values(state=order))

        database.run(change, None)

    build(database, recipe)
    late, early = CUTOFF + timedelta(seconds=1), CUTOFF - timedelta(minutes=1)
    seen = []
    for batch, order, moment in [
        ("picking", "picking", early),
        ("picked", "picked", early),
        ("picked", "packing", early),
        ("picked", "packed", early),
        ("picked", "picked", late),
        ("cancelled", "ready", early),
    ]:
        stand(batch, order)
        with database.read() as session:
            seen.append(len(look_for_delays(session, moment).over))
    assert seen == [0, 0, 0, 1, 1, 1]


def test_a_risk_that_is_told_goes_when_there_is_time_to_spare_again_and_comes_back_with_it(database: Database) -> None:
    def recipe(session: Session) -> None:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        a_batch(session, [an_order(session, {item: 1}, number="1001")], number="B-1")

    def at(cutoff: datetime) -> list[tuple[str, str | None]]:
        build(database, lambda session: session.execute(update(OrderRow).values(cutoff_at=cutoff)) and None)
        follow_up(database, 0)
        return [(row.state, row.resolution) for row in entries(database, "late_risk")]

    build(database, recipe)
    with database.read() as session:
        packed = foresee_floor(session, NOON).packed["1001"]
    late, tight, early = packed - timedelta(seconds=30), packed + timedelta(minutes=5), packed + timedelta(minutes=16)
    gone = ("resolved", "It will be packed in time, as things stand now.")
    assert [at(cutoff) for cutoff in (early, late, tight, early, late)] == [
        [],
        [("open", None)],
        [("open", None)],
        [gone],
        [gone, ("open", None)],
    ]
    key = entries(database, "late_risk")[-1].id
    database.run(resolve_exception, Resolve(actor=SYSTEM, at=NOON, exception=key, resolution="The truck waits."))
    assert at(late) == [gone, ("resolved", "The truck waits.")]


def test_a_risk_stays_told_while_its_order_is_held_at_the_bench(database: Database) -> None:
    def recipe(session: Session) -> None:
        item = an_item(session, "A")
        some_stock(session, a_bin(session, "S1"), item, 50)
        order = an_order(session, {item: 1}, number="1001")
        a_batch(session, [order], number="B-1")
        risk = BatchAtRisk(batch="B-1", orders=("1001",), cutoff=CUTOFF, finish=CUTOFF + timedelta(minutes=5))
        note_risk(session, NoteRisk(actor=SYSTEM, at=NOON, risk=risk))
        session.execute(update(BatchRow).values(state="picked"))
        session.execute(update(PickTaskRow).values(state="picked"))
        session.execute(update(OrderRow).values(state="picked"))
        session.add(HoldRow(order_id=order, reason="double_check", text="Count again", opened_at=NOON))

    build(database, recipe)
    with database.read() as session:
        assert look_for_delays(session, NOON).averted == ()
    build(database, lambda session: session.execute(update(HoldRow).values(lifted_at=NOON)) and None)
    with database.read() as session:
        assert len(look_for_delays(session, NOON).averted) == 1


def a_short_house(session: Session) -> int:
    listening(session)
    item, other = an_item(session, "A"), an_item(session, "B")
    some_stock(session, a_bin(session, "S1"), item, 2)
    some_stock(session, a_bin(session, "S2"), other, 5)
    order = an_order(session, {item: 3, other: 1}, number="1042")
    session.get_one(OrderRow, order).customer = "K7"
    return order


@pytest.mark.parametrize(
    ("policy", "asked", "state", "words"),
    [
        ("partial", 3, OrderState.BATCHED, "The rest leaves now"),
        ("complete", 3, OrderState.READY, "we wait until it is complete"),
        ("substitute", 3, OrderState.READY, "something similar"),
        ("cancel", 2, OrderState.BATCHED, "take the missing goods off your order"),
    ],
)
def test_each_customer_gets_what_they_wish_and_a_message_says_so(
    database: Database, policy: str, asked: int, state: OrderState, words: str
) -> None:
    order = build(database, a_short_house)
    change = ChangeSetting(actor=SYSTEM, at=NOON, name="backorder_of", value={"K7": policy})
    database.run(change_setting, change)
    for _ in range(2):
        plan_batches(database, PlanBatches(actor=SYSTEM, at=NOON, commit=True))
    (body,) = said(database)
    assert (body["type"], body["data"]["policy"]) == ("order.backordered", policy)
    assert body["data"]["lines"] == [{"sku": "A", "missing": 1}]
    assert words in body["data"]["proposed_message"]
    with database.read() as session:
        line = session.scalars(select(OrderLineRow).where(OrderLineRow.sku == "A")).one()
        assert (line.ordered, session.get_one(OrderRow, order).state) == (asked, state)


def test_the_desk_takes_missing_units_off_with_one_key(database: Database) -> None:
    order = build(database, a_short_house)
    plan_batches(database, PlanBatches(actor=SYSTEM, at=NOON, commit=True))
    (entry,) = entries(database, "backorder")
    assert database.run(cancel_missing, CancelMissing(actor=SYSTEM, at=NOON, exception=entry.id)) == 1
    with database.read() as session:
        line = session.scalars(select(OrderLineRow).where(OrderLineRow.sku == "A")).one()
        holds = session.scalars(select(HoldRow).where(HoldRow.order_id == order, HoldRow.lifted_at.is_(None))).all()
        assert (line.ordered, line.backordered, list(holds)) == (2, 0, [])
