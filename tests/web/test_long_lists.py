"""Pages of leads where there is more than one page names: what is left out is said, and nothing is out of reach."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_person, build
from tests.services.floor import claimed, order, pick, tasks
from tests.web.office import Office, open_office
from warehouse.domain.codes import BatchState, Role
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.leases import Hold, claim_batch
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.services.shift.handovers import ParkBatch, park_batch
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.people import ApiTokenRow, DeviceRow, PersonRow
from warehouse.storage.models.shift import WallLinkRow
from warehouse.web.asking import now


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(sqlite_url, tmp_path) as found:
        yield found


def page(office: Office, path: str) -> str:
    answer = office.house.ask("GET", path, "Lea")
    assert answer.status_code == 200, answer.text
    return answer.text


def a_thousand_who_left(session: Session) -> None:
    for number in range(1000):
        session.add(
            PersonRow(
                name=f"Guest {number}",
                role=Role.PICKER,
                badge=f"U:G-{number}",
                pin_hash="unusable",
                active=False,
                created_at=NOON,
            )
        )


def test_a_handover_names_two_hundred_of_a_kind_and_says_how_many_more_there_are(office: Office) -> None:
    def many(session: Session) -> None:
        for number in range(205):
            session.add(DeviceRow(name=f"e-{number}", first_seen_at=now(), seen_at=now(), pending=1))

    assert "more</p>" not in page(office, "/handover")
    build(office.house.database, many)
    text = page(office, "/handover")
    assert (text.count(" to send"), '<p class="muted">and 5 more</p>' in text) == (200, True)


def test_people_and_devices_beyond_the_first_page_stand_on_the_next(office: Office) -> None:
    def many(session: Session) -> None:
        a_thousand_who_left(session)
        for number in range(205):
            session.add(DeviceRow(name=f"e-{number:03}", first_seen_at=NOON, seen_at=NOON - timedelta(minutes=number)))
        a_person(session, "Zoe")

    working = page(office, "/admin/people").count("/temporary-badge")
    build(office.house.database, many)
    people, devices = page(office, "/admin/people"), page(office, "/admin/devices")
    assert ("<strong>Zoe</strong>" in people, f"{working + 1} people work here" in people) == (False, True)
    (way,) = re.findall(r'"(/admin/people\?after=\d+)"', people)
    assert "<strong>Zoe</strong>" in page(office, way)
    assert ("e-204" in devices, 'href="/admin/devices?page=2"' in devices) == (False, True)
    rest = page(office, "/admin/devices?page=2")
    assert ("e-204" in rest, "page=3" in rest, 'href="/admin/devices"' in rest) == (True, False, True)


def test_every_print_job_that_is_not_out_is_counted_and_within_reach(office: Office) -> None:
    def many(session: Session) -> None:
        for number in range(105):
            document = {"kind": "bin", "code": f"S-{number:03}", "barcode": f"L:S-{number:03}"}
            asked = QueueJob(actor=SYSTEM, at=NOON, key=f"bin:{number}", document=document)
            queue_job(session, asked)

    before = page(office, "/admin/printers")
    (waiting,) = re.findall(r"(\d+) print jobs? not out yet", before)
    build(office.house.database, many)
    first = page(office, "/admin/printers")
    assert f"{int(waiting) + 105} print jobs not out yet" in first
    (way,) = re.findall(r'"(/admin/printers\?before=\d+)"', first)
    rest = page(office, way)
    assert (f"{int(waiting) + 5} shown" in rest, "before=" in rest) == (True, False)


def test_machines_and_walls_beyond_the_first_page_can_still_be_ended(office: Office) -> None:
    def many(session: Session) -> None:
        lea = session.scalars(select(PersonRow.id).where(PersonRow.name == "Lea")).one()
        for number in range(502):
            same = {"name": f"n-{number:03}", "token_hash": f"h-{number}", "created_at": NOON}
            session.add(ApiTokenRow(person_id=lea, permissions=[], **same))
            session.add(WallLinkRow(made_by_id=lea, **same))

    build(office.house.database, many)
    for list_of in ("tokens", "walls"):
        first = office.house.ask("GET", f"/admin/{list_of}", "Ida").text
        (way,) = re.findall(rf'"(/admin/{list_of}\?after=\d+)"', first)
        rest = office.house.ask("GET", way, "Ida").text
        assert ("n-501" in first, "n-501" in rest, f'href="/admin/{list_of}"' in rest) == (False, True, True)


def test_who_came_after_a_thousand_that_left_is_offered_what_can_be_given(office: Office) -> None:
    def many(session: Session) -> None:
        a_thousand_who_left(session)
        a_person(session, "Zoe")
        about = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.DAMAGED, subject="carton:3", text=sentence("x"))
        open_exception(session, about)

    floor = office.bench.floor
    order(office.house.database, {floor.a: 2}, "2001")
    claimed(office.house.database, floor)
    build(office.house.database, many)
    ways = ("/handover", "/admin/exceptions")
    assert [way for way in ways if "Zoe" not in page(office, way)] == []
    rules = office.house.ask("GET", "/admin/rules", "Ida")
    assert (rules.status_code, "Zoe" in rules.text) == (200, True)


def test_nobody_whose_time_is_over_is_offered_a_batch_or_counted_as_working_here(office: Office) -> None:
    def people(session: Session) -> None:
        cleo, dan = (session.get_one(PersonRow, a_person(session, name)) for name in ("Cleo", "Dan"))
        cleo.expires_at, dan.expires_at = now() - timedelta(hours=1), now() + timedelta(hours=1)

    floor = office.bench.floor
    order(office.house.database, {floor.a: 2}, "2001")
    claimed(office.house.database, floor)
    before = page(office, "/admin/people").count("/temporary-badge")
    build(office.house.database, people)
    offered, listed = page(office, "/handover"), page(office, "/admin/people")
    assert (">Cleo</option>" in offered, ">Dan</option>" in offered) == (False, True)
    assert (listed.count("/temporary-badge") - before, f"{before + 1} people work here" in listed) == (1, True)


def test_a_picked_batch_in_nobodys_hands_goes_to_packing_from_the_handover(office: Office) -> None:
    database, floor = office.house.database, office.bench.floor
    orders = [order(database, {floor.a: 2}, "2001"), order(database, {floor.a: 1}, "2002")]
    batch = build(database, lambda session: a_batch(session, orders, number="B-9"))
    database.run(claim_batch, Hold(actor=floor.ana, at=NOON, batch=batch, device="d-ana", proven="d-ana"))
    pick(database, floor, next(task.id for task in tasks(database, batch) if task.wanted == 2), 2, tote="T2")
    database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch, place="R1"))
    database.run(cancel_order, CancelOrder(actor=floor.lea, at=NOON, number="2002", reason="not wanted"))
    way = f"/handover/batches/{batch}/close"
    assert f'action="{way}"' in page(office, "/handover")
    assert office.submit(way, "Ben")[0] == 403
    assert office.submit(way) == (303, "/handover?did=closed")
    with database.read() as session:
        assert session.scalars(select(BatchRow.state).where(BatchRow.id == batch)).one() is BatchState.CLOSED
    assert office.submit(way)[0] == 409


def test_of_closed_batches_the_newest_are_listed(office: Office) -> None:
    def many(session: Session) -> None:
        for number in range(502):
            session.add(BatchRow(number=f"C-{number:03}", state=BatchState.CLOSED, created_at=NOON))

    build(office.house.database, many)
    text = page(office, "/admin/batches?over")
    assert ("C-501" in text, "C-001" in text, "the newest 500 are shown" in text) == (True, False, True)


def test_home_counts_no_batch_that_is_kept_for_somebody_else(office: Office) -> None:
    database, floor = office.house.database, office.bench.floor
    order(database, {floor.a: 2}, "2001")
    batch = claimed(database, floor)
    kept = ParkBatch(actor=floor.lea, at=NOON, batch=batch, person=floor.ana.person)
    database.run(park_batch, kept)
    assert "0 batches to take" in page(office, "/")
    database.run(park_batch, replace(kept, person=floor.lea.person))
    assert "1 batch to take" in page(office, "/")
