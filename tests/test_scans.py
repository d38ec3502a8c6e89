"""Scans as they arrive: judged in the order of their numbers, answered in the order in which they were sent."""

import uuid
from dataclasses import replace
from typing import Any

import orjson
import pytest

from tests import builders as make
from warehouse.access import Caller
from warehouse.domain.codes import Role
from warehouse.domain.roles import rights_of
from warehouse.problems import FIELD_TEXTS
from warehouse.scans import answer_scans
from warehouse.services.actor import Actor
from warehouse.services.batches.leases import Hold
from warehouse.services.picking.scans import PickDesk
from warehouse.services.picking.start import start_batch
from warehouse.services.scanning.groups import ScanCounter
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow


def a_scan(person: int, batch: int, seq: int, code: str) -> dict[str, Any]:
    more = {"id": str(uuid.uuid4()), "device": "d-ana", "at": make.NOON.isoformat(), "work": {"batch": batch}}
    return {"person": person, "seq": seq, "code": code, **more}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_clock_shows_is_an_error_of_that_scan_in_words_for_every_language(
    open_database: Any, at: str
) -> None:
    database: Database = open_database(judge=ScanCounter({"batch": PickDesk()}))
    caller = Caller(person=1, name="Ana", role=Role.PICKER, permissions=rights_of(Role.PICKER))
    sent = a_scan(1, 1, 1, "X") | {"at": at}
    (answer,) = orjson.loads(answer_scans(database, caller, {"scans": [sent]}))["results"]
    (wrong,) = answer["errors"]
    assert (answer["code"], answer["said"]) == ("invalid_input", [["Some fields are wrong.", {}]])
    assert wrong["field"] == "at"
    assert wrong["said"][0][0] in FIELD_TEXTS.values()


def test_a_scan_that_is_not_judged_says_why_in_words_for_every_language(open_database: Any) -> None:
    database: Database = open_database(judge=ScanCounter({"batch": PickDesk()}))
    ana = make.build(database, lambda session: make.a_person(session, "Ana"))
    caller = Caller(person=ana, name="Ana", role=Role.PICKER, permissions=rights_of(Role.PICKER))
    sent = [a_scan(ana, 9, 1, "X"), a_scan(ana + 1, 9, 2, "X")]
    answers = orjson.loads(answer_scans(database, caller, {"scans": sent}))["results"]
    assert [(answer["code"], answer["said"]) for answer in answers] == [
        ("not_found", [["There is no batch {batch}.", {"batch": 9}]]),
        ("not_found", [["There is no person {person}.", {"person": ana + 1}]]),
    ]


def test_an_array_in_disorder_is_judged_by_its_numbers_and_loses_none(open_database: Any) -> None:
    database: Database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Any) -> tuple[int, int]:
        mug = make.an_item(session, "MUG", "4006381333931")
        make.some_stock(session, make.a_bin(session, "S1", walk=1), mug, 2)
        return make.a_person(session, "Ana"), make.a_batch(session, [make.an_order(session, {mug: 2}, number="1001")])

    ana, batch = make.build(database, recipe)
    caller = Caller(person=ana, name="Ana", role=Role.PICKER, permissions=rights_of(Role.PICKER))
    sent = [a_scan(ana, batch, seq, f"X{seq}") for seq in (1, 3, 2)]
    sent.insert(1, {"id": "broken"})
    answered = orjson.loads(answer_scans(database, caller, {"scans": sent}))["results"]
    assert [answer["id"] for answer in answered] == [scan["id"] for scan in sent]
    assert [answer["status"] for answer in answered] == ["rejected", "error", "rejected", "rejected"]
    with database.read() as session:
        assert [row.type for row in session.query(ExceptionRow) if row.type == "lost_scans"] == []


def test_what_waited_on_a_device_counts_whoever_sends_it_from_there_and_nothing_else_does(open_database: Any) -> None:
    database: Database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Any) -> tuple[int, int, int]:
        mug = make.an_item(session, "MUG", "4006381333931")
        make.some_stock(session, make.a_bin(session, "S1", walk=1), mug, 2)
        make.a_cart(session, "K1")
        ana, ben = make.a_person(session, "Ana"), make.a_person(session, "Ben", role=Role.PACKER)
        return ana, ben, make.a_batch(session, [make.an_order(session, {mug: 2}, number="1001")])

    ana, ben, batch = make.build(database, recipe)
    taken = Hold(actor=Actor(ana, Role.PICKER, "Ana"), at=make.NOON, batch=batch, device="d-ana")
    epoch = database.run(start_batch, taken).epoch
    packer = Caller(person=ben, name="Ben", role=Role.PACKER, permissions=rights_of(Role.PACKER))

    def said(sender: Caller, scan: dict[str, Any]) -> Any:
        (answer,) = orjson.loads(answer_scans(database, sender, {"scans": [scan | {"epoch": epoch}]}))["results"]
        return answer["outcome"] or answer["code"]

    on_the_device = replace(packer, device="d-ana")
    assert said(packer, a_scan(ana, batch, 1, "K:K1")) == "forbidden"
    assert said(replace(packer, device="d-other"), a_scan(ana, batch, 1, "K:K1")) == "forbidden"
    assert said(on_the_device, a_scan(ben, batch, 1, "K:K1")) == "forbidden"
    assert said(on_the_device, a_scan(ana, batch, 1, "K:K1") | {"work": {"count": 1}}) == "forbidden"
    assert said(on_the_device, a_scan(ana, batch, 1, "K:K1")) == "accepted"
