"""A station's page prints: it fetches one job, gets its paper, says so; silence becomes a question."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.workers.spooling import job_row, questions, queued
from warehouse.domain.errors import ConflictError
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.printing.browser import (
    AtStation,
    claim_for_page,
    doubt_silent_pages,
    page_of_job,
    page_printed,
    silent_pages,
)
from warehouse.services.printing.spooling import Departing, OfJob, Recover, begin_sending, recover_jobs
from warehouse.storage.database import Database
from warehouse.storage.models.printing import PrinterRow, StationPrinterRow


@pytest.fixture
def house(open_database: Callable[..., Database]) -> Database:
    database: Database = open_database()

    def add(session: Session) -> None:
        printer = PrinterRow(name="Bench 1", transport="browser", address="P1", profile="a4_laser_600")
        session.add(printer)
        session.flush()
        session.add(StationPrinterRow(station_id=None, role="item_label", rank=1, printer_id=printer.id))

    build(database, add)
    return database


def fetch(house: Database, station: str = "s:p1") -> uuid.UUID | None:
    found = house.run(claim_for_page, AtStation(actor=SYSTEM, at=NOON, station=station))
    if found is None:
        return None
    assert house.run(begin_sending, Departing(actor=SYSTEM, at=NOON, job=found.job.job, extension="pdf"))
    return found.job.job


def test_a_page_gets_one_job_at_a_time_in_order_and_says_that_it_printed(house: Database) -> None:
    keys = queued(house, "S1", "S2")
    assert [fetch(house, "P2"), fetch(house), fetch(house)] == [None, keys[0], None]
    house.run(page_printed, OfJob(actor=SYSTEM, at=NOON, job=keys[0]))
    assert (job_row(house, keys[0]).state, fetch(house)) == ("sent", keys[1])
    with pytest.raises(ConflictError, match="page now"):
        house.run(page_of_job, OfJob(actor=SYSTEM, at=NOON, job=keys[0]))


def test_a_job_that_no_page_got_goes_back_into_the_line(house: Database) -> None:
    keys = queued(house, "S1")
    asked = AtStation(actor=SYSTEM, at=NOON, station="P1")
    assert house.run(claim_for_page, asked) is not None
    assert house.run(claim_for_page, asked) is None
    house.run(doubt_silent_pages, Request(actor=SYSTEM, at=NOON + timedelta(minutes=1)))
    assert job_row(house, keys[0]).state == "claimed"
    house.run(doubt_silent_pages, Request(actor=SYSTEM, at=NOON + timedelta(minutes=2)))
    assert (job_row(house, keys[0]).state, questions(house)) == ("queued", [])
    found = house.run(claim_for_page, AtStation(actor=SYSTEM, at=NOON + timedelta(minutes=2), station="P1"))
    assert found is not None


def test_a_job_that_was_claimed_when_the_server_stopped_is_fetched_at_once(house: Database) -> None:
    (key,) = queued(house, "S1")
    assert house.run(claim_for_page, AtStation(actor=SYSTEM, at=NOON, station="P1")) is not None
    house.run(recover_jobs, Recover(actor=SYSTEM, at=NOON))
    assert fetch(house) == key


def test_a_page_that_falls_silent_leaves_a_question_and_the_next_job_goes_on(house: Database) -> None:
    keys = queued(house, "S1", "S2")
    fetch(house)
    late = Request(actor=SYSTEM, at=NOON + timedelta(minutes=2))
    with house.read() as session:
        assert silent_pages(session, Request(actor=SYSTEM, at=NOON)) == []
        assert silent_pages(session, late) == [keys[0]]
    house.run(doubt_silent_pages, late)
    assert (job_row(house, keys[0]).state, "did not say" in questions(house)[0]) == ("in_doubt", True)
    assert fetch(house) == keys[1]
