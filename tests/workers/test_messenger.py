"""Webhooks to a program that really listens: it fails, hangs, says it is gone, gets things twice; nothing is lost."""

import http.server
import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import NOON
from tests.services.bench import a_bench
from warehouse.app import desks
from warehouse.domain.webhooks import EventType, make_secret, verify
from warehouse.outbound import NetworkReach
from warehouse.services.actor import SYSTEM
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.webhooks.deliveries import SendAgain, send_again
from warehouse.services.webhooks.endpoints import (
    AddEndpoint,
    OfEndpoint,
    Rotate,
    add_endpoint,
    resume_endpoint,
    rotate_secret,
)
from warehouse.services.webhooks.endpoints import (
    test_endpoint as send_test,
)
from warehouse.services.webhooks.outbox import post_facts
from warehouse.storage.database import Database
from warehouse.storage.models.webhooks import WebhookDeliveryRow, WebhookEndpointRow
from warehouse.workers.messenger import Messenger

OWN = NetworkReach(allowed=("127.0.0.1",))


class Listener(http.server.ThreadingHTTPServer):
    """A program of the shop: it answers as told, and keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hearing)
        self.answers: Iterator[int] = itertools.repeat(200)
        self.hang = threading.Event()
        self.hang.set()
        self.got: list[tuple[dict[str, str], str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Hearing(http.server.BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.got.append((dict(self.headers.items()), body))
        self.server.hang.wait(20)
        self.send_response(next(self.server.answers))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class House:
    """A warehouse with an endpoint, a messenger and a clock that is set by hand."""

    def __init__(self, database: Database, listener: Listener) -> None:
        self.database = database
        self.listener = listener
        self.at = NOON
        self.secret = make_secret(secrets.token_bytes(32))
        self.messenger = Messenger(database, OWN, patience=1.0, clock=lambda: self.at)

    def endpoint(self, *types: EventType, port: int | None = None) -> int:
        wanted = AddEndpoint(
            actor=SYSTEM,
            at=NOON,
            name="Shop",
            url=f"http://127.0.0.1:{port or self.listener.server_port}/hooks",
            types=types or tuple(EventType),
            secret=self.secret,
        )
        return self.database.run(add_endpoint, wanted)

    def test(self, endpoint: int) -> None:
        self.database.run(send_test, OfEndpoint(actor=SYSTEM, at=self.at, endpoint=endpoint))

    def turn(self) -> None:
        """One turn of the messenger, to its end."""
        self.messenger.turn()
        self.rest()

    def rest(self) -> None:
        until = time.monotonic() + 20
        while self.messenger._busy and time.monotonic() < until:
            time.sleep(0.01)

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)
        self.turn()

    def said(self) -> list[dict[str, Any]]:
        """What the listener got, each message checked as a receiver checks it."""
        now = int(self.at.timestamp())
        for headers, body in self.listener.got:
            verify(self.secret, headers, body, now)
        return [json.loads(body) for _, body in self.listener.got]

    def deliveries(self) -> list[tuple[str, int, int | None]]:
        with self.database.read() as session:
            rows = session.scalars(select(WebhookDeliveryRow).order_by(WebhookDeliveryRow.id))
            return [(row.state, row.attempts, row.status) for row in rows]

    def state(self, endpoint: int) -> str:
        with self.database.read() as session:
            return session.get_one(WebhookEndpointRow, endpoint).state


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.hang.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(open_database: Callable[..., Database], listener: Listener) -> Iterator[House]:
    found = House(open_database(judge=ScanCounter(desks()), outbox=post_facts), listener)
    yield found
    listener.hang.set()
    found.rest()


def test_an_order_is_told_from_the_release_to_the_lorry(house: House) -> None:
    house.endpoint(
        EventType.BATCH_RELEASED, EventType.ORDER_PACKED, EventType.SHIPMENT_CREATED, EventType.ORDER_SHIPPED
    )
    bench = a_bench(house.database)
    bench.pack_all()
    bench.ship()
    house.at += timedelta(hours=1)
    house.turn()
    told = house.said()
    assert [it["type"] for it in told] == ["batch.released", "order.packed", "shipment.created", "order.shipped"]
    last = told[-1]["data"]
    sscc = bench.cartons()[0].sscc
    assert {name: last[name] for name in ("number", "source", "order_no", "state")} == {
        "number": "1042",
        "source": "test",
        "order_no": "1042",
        "state": "shipped",
    }
    assert [(line["sku"], line["ordered"], line["shipped"]) for line in last["lines"]] == [
        ("MUG", 2, 2),
        ("BOWL", 1, 1),
    ]
    assert [(parcel["sscc"], bool(parcel["tracking_number"])) for parcel in last["parcels"]] == [(sscc, True)]
    assert house.deliveries() == [("delivered", 1, 200)] * 4


def test_a_cause_that_is_rolled_back_was_never_told(house: House) -> None:
    house.endpoint()

    def half(session: Any, request: OfEndpoint) -> None:
        rotate_secret(session, Rotate(actor=SYSTEM, at=NOON, endpoint=request.endpoint, secret=house.secret))
        send_test(session, request)
        raise LookupError("and then the light went out")

    with pytest.raises(LookupError):
        house.database.run(half, OfEndpoint(actor=SYSTEM, at=NOON, endpoint=1))
    house.turn()
    assert (house.deliveries(), house.listener.got) == ([], [])


def test_what_failed_is_tried_again_under_the_same_id_until_it_arrives(house: House) -> None:
    house.listener.answers = itertools.chain([500, 302, 429], itertools.repeat(204))
    house.test(house.endpoint())
    house.turn()
    house.turn()
    assert house.deliveries() == [("waiting", 1, 500)]
    house.later(seconds=6)
    house.later(minutes=6)
    house.later(minutes=31)
    assert house.deliveries() == [("delivered", 4, 204)]
    ids = {headers["webhook-id"] for headers, _ in house.listener.got}
    assert (len(ids), len(house.listener.got)) == (1, 4)


def test_what_never_arrives_is_dead_until_a_person_sends_it_again(house: House) -> None:
    house.listener.answers = itertools.repeat(503)
    house.test(house.endpoint())
    house.turn()
    for _ in range(12):
        house.later(hours=25)
    assert house.deliveries() == [("dead", 10, 503)]
    house.listener.answers = itertools.repeat(200)
    house.database.run(send_again, SendAgain(actor=SYSTEM, at=house.at, delivery=1))
    house.turn()
    assert house.deliveries() == [("delivered", 1, 200)]


def test_who_says_gone_is_told_nothing_more(house: House) -> None:
    house.listener.answers = itertools.chain([410], itertools.repeat(200))
    endpoint = house.endpoint()
    house.test(endpoint)
    house.test(endpoint)
    house.turn()
    assert (house.state(endpoint), house.deliveries()) == ("disabled", [("dead", 1, 410), ("dead", 0, None)])
    house.later(days=2)
    assert len(house.listener.got) == 1
    house.database.run(resume_endpoint, OfEndpoint(actor=SYSTEM, at=house.at, endpoint=endpoint))
    house.test(endpoint)
    house.turn()
    assert len(house.listener.got) == 2


def test_who_hangs_holds_nobody_else_up(house: House) -> None:
    other = Listener()
    try:
        house.listener.hang.clear()
        hanging, quick = house.endpoint(), house.endpoint(port=other.server_port)
        house.test(hanging)
        house.test(quick)
        house.messenger.turn()
        until = time.monotonic() + 10
        while not other.got and time.monotonic() < until:
            time.sleep(0.01)
        assert len(other.got) == 1
        while house.messenger._busy and time.monotonic() < until:
            time.sleep(0.01)
        assert house.deliveries() == [("waiting", 1, None), ("delivered", 1, 200)]
    finally:
        other.shutdown()
        other.server_close()


def test_both_secrets_hold_for_a_day_after_a_rotation(house: House) -> None:
    endpoint, old = house.endpoint(), house.secret
    house.secret = make_secret(secrets.token_bytes(24))
    house.database.run(rotate_secret, Rotate(actor=SYSTEM, at=house.at, endpoint=endpoint, secret=house.secret))
    house.test(endpoint)
    house.turn()
    headers, body = house.listener.got[-1]
    now = int(house.at.timestamp())
    assert verify(house.secret, headers, body, now) == verify(old, headers, body, now)
    house.at += timedelta(hours=25)
    house.test(endpoint)
    house.turn()
    assert len(house.listener.got[-1][0]["webhook-signature"].split(" ")) == 1


def test_an_address_inside_is_not_asked_unless_the_site_names_it(house: House) -> None:
    house.messenger._reach = NetworkReach()
    house.test(house.endpoint())
    house.turn()
    assert (house.listener.got, house.deliveries()) == ([], [("waiting", 1, None)])
    with house.database.read() as session:
        assert "https only" in session.get_one(WebhookDeliveryRow, 1).error


def test_a_messenger_that_was_ended_begins_where_it_was(house: House) -> None:
    house.test(house.endpoint())
    second = Messenger(house.database, OWN, patience=1.0, clock=lambda: house.at)
    second.start()
    until = time.monotonic() + 10
    while not house.listener.got and time.monotonic() < until:
        time.sleep(0.01)
    second.stop()
    assert [it["type"] for it in house.said()] == ["webhook.test"]
