"""What can be sold, counted by hand, and told once when it changes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_bin, a_tote, an_item, an_order, build, some_stock
from warehouse.domain.codes import BinKind, OrderState
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.services.actor import SYSTEM
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.stock.available import Available, SetBuffer, Wanted, available, set_buffer
from warehouse.services.stock.ledger import BlockStock, block_stock
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.models.webhooks import WebhookEndpointRow, WebhookMessageRow
from warehouse.workers.teller import Teller


def a_stock(session: Session) -> None:
    """MUG: 30 in a pick face, 20 in reserve, 7 past their date, 4 in quarantine, 6 blocked; 9 wanted, 2 owed."""
    mug = an_item(session, "MUG")
    some_stock(session, a_bin(session, "S1"), mug, 30)
    some_stock(session, a_bin(session, "R1", kind=BinKind.RESERVE), mug, 20)
    some_stock(session, a_bin(session, "S2"), mug, 7, expires_on=(NOON - timedelta(days=1)).date())
    some_stock(session, a_bin(session, "Q", kind=BinKind.QUARANTINE), mug, 4)
    closed = a_bin(session, "S3")
    some_stock(session, closed, mug, 6)
    block_stock(session, BlockStock(actor=SYSTEM, at=NOON, bin=closed, item=mug, cause="count"))
    order = an_order(session, {mug: 9})
    session.query(OrderLineRow).filter_by(order_id=order).one().backordered = 2
    for number, state in (("GONE", OrderState.CANCELLED), ("SENT", OrderState.SHIPPED)):
        session.get_one(OrderRow, an_order(session, {mug: 5}, number=number)).state = state
    an_item(session, "PEN")


BY_HAND = Available(item=1, sku="MUG", name="Item MUG", on_hand=67, reserved=7, blocked=17, buffer=0, own_buffer=None)


def test_what_can_be_sold_is_on_hand_less_promised_closed_and_buffer(database: Database) -> None:
    build(database, a_stock)
    with database.read() as session:
        mug, pen = available(session, NOON)
    assert (replace(mug, item=1), mug.available) == (BY_HAND, 43)
    assert (pen.on_hand, pen.available) == (0, 0)


def test_a_promise_counts_once_whether_it_is_planned_or_not(database: Database) -> None:
    build(database, a_stock)
    build(database, lambda session: a_batch(session, [_free_order(session)]))
    with database.read() as session:
        (mug,) = available(session, NOON, Wanted(text="mu"))
    assert (mug.reserved, mug.available) == (12, 38)


def _free_order(session: Session) -> int:
    a_tote(session, "T1")
    item = session.query(OrderLineRow.item_id).first()
    assert item is not None
    return an_order(session, {item[0]: 5})


def test_an_item_has_a_buffer_of_its_own_or_the_sites(database: Database) -> None:
    build(database, a_stock)
    site = ChangeSetting(actor=SYSTEM, at=NOON, name="safety_buffer", value=3)
    database.run(change_setting, site)
    with database.read() as session:
        assert available(session, NOON)[0].available == 40
    for pieces, left in ((50, 0), (0, 43), (None, 40)):
        database.run(set_buffer, SetBuffer(actor=SYSTEM, at=NOON, sku="MUG", pieces=pieces))
        with database.read() as session:
            assert available(session, NOON)[0].available == left


def test_a_buffer_is_of_an_item_that_is_there_and_not_endless(database: Database) -> None:
    build(database, a_stock)
    with pytest.raises(NotFoundError):
        database.run(set_buffer, SetBuffer(actor=SYSTEM, at=NOON, sku="NOPE", pieces=1))
    with pytest.raises(InvalidInputError):
        database.run(set_buffer, SetBuffer(actor=SYSTEM, at=NOON, sku="MUG", pieces=10**7))


def test_a_change_is_told_once_to_those_who_listen(database: Database) -> None:
    build(database, a_stock)
    build(database, _listen)
    teller = Teller(database, clock=lambda: NOON)
    teller.turn()
    assert _told(database) == []
    build(database, _take_a_bin_out)
    teller.turn()
    teller.turn()
    figures = {"sku": "MUG", "on_hand": 67, "reserved": 7, "blocked": 47, "buffer": 0, "available": 13, "by": -30}
    assert _told(database) == [figures]


def _listen(session: Session) -> None:
    session.add(
        WebhookEndpointRow(
            name="shop", url="https://shop.example/hooks", types=["stock.adjusted"], secret="whsec_x", state="active",
            created_at=NOON,
        )
    )  # fmt: skip


def _take_a_bin_out(session: Session) -> None:
    session.scalars(select(BinRow).where(BinRow.code == "S1")).one().blocked_reason = "shelf broken"


def _told(database: Database) -> list[object]:
    with database.read() as session:
        return [json.loads(body)["data"] for body in session.scalars(select(WebhookMessageRow.body))]
