"""A station moves to another printer by its label; a scanned test page says how narrow a bar the printer prints."""

import uuid

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.workers.spooling import a_printer, job_row, printer_at, queued
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.events import PrintTest, queue_test_page
from warehouse.services.printing.jobs import QueueJob, choose_printers, queue_job
from warehouse.services.printing.swaps import BarRead, BarsProven, Moved, MoveStation, move_station, note_read
from warehouse.storage.database import Database
from warehouse.storage.models.printing import PrinterRow, StationRow


def a_station(database: Database, code: str = "P1") -> int:
    build(database, lambda session: session.add(StationRow(code=code, name="Bench 1")))
    with database.read() as session:
        return session.scalars(select(StationRow.id).where(StationRow.code == code)).one()


def a_job(database: Database, station: int, code: str) -> uuid.UUID:
    document = {"kind": "bin", "code": code, "barcode": f"L:{code}"}
    return database.run(
        queue_job, QueueJob(actor=SYSTEM, at=NOON, key=f"bin:{code}", document=document, station=station)
    )


def move(code: str, station: str = "P1") -> MoveStation:
    return MoveStation(actor=SYSTEM, at=NOON, station=station, code=code, roles=("item_label",))


def test_a_station_moves_with_what_had_not_left(database: Database) -> None:
    station, old, new = a_station(database), printer_at(database, 1, "ZD-1"), printer_at(database, 2, "ZD-2", rank=2)
    mine = a_job(database, station, "S1")
    [other] = queued(database, "S2")
    assert database.run(move_station, move(f"P:{new}")) == Moved(printer="ZD-2", jobs=1)
    assert (job_row(database, mine).printer_id, job_row(database, other).printer_id) == (new, old)
    with database.read() as session:
        assert choose_printers(session, station, "item_label")[:2] == [new, old]


def test_only_a_printers_label_moves_a_station_and_only_to_one_that_is_on(database: Database) -> None:
    a_station(database)
    new = printer_at(database, 2, "ZD-2")
    for code, station, expected in (
        ("L:S1", "P1", NotFoundError),
        ("P:99", "P1", NotFoundError),
        (f"P:{new}", "P9", NotFoundError),
    ):
        with pytest.raises(expected):
            database.run(move_station, move(code, station))
    build(database, lambda session: setattr(session.get_one(PrinterRow, new), "active", False))
    with pytest.raises(ConflictError, match="switched off"):
        database.run(move_station, move(f"p:{new}"))


def test_the_narrowest_bar_that_was_scanned_back_is_kept_and_a_new_page_begins_anew(database: Database) -> None:
    printer = build(database, lambda session: a_printer(session, "ZD-1", "127.0.0.1:1"))
    read = [
        database.run(note_read, BarRead(actor=SYSTEM, at=NOON, code=f"TEST-{printer}-{dots}")) for dots in (4, 3, 5)
    ]
    assert [one.least_dots for one in read] == [4, 3, 3]
    assert read[0] == BarsProven(printer=printer, name="ZD-1", least_dots=4)
    database.run(queue_test_page, PrintTest(actor=SYSTEM, at=NOON, printer=printer, key="again"))
    with database.read() as session:
        assert session.get_one(PrinterRow, printer).least_dots is None
    with pytest.raises(InvalidInputError, match="test page"):
        database.run(note_read, BarRead(actor=SYSTEM, at=NOON, code="L:S1"))
