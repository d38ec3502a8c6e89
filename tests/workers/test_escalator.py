"""The ladder of the exception queue is climbed by itself."""

from datetime import timedelta

from tests.builders import NOON, build
from tests.serving import eventually
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.workers.escalator import Escalator


def level(database: Database, key: int) -> int:
    with database.read() as session:
        return session.get_one(ExceptionRow, key).level


def test_what_nobody_settles_goes_up_as_time_passes(database: Database) -> None:
    entry = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.BAD_BARCODE, subject="item:1")
    key = build(database, lambda session: open_exception(session, entry))
    times = iter([NOON, *[NOON + timedelta(hours=100)] * 1000])
    escalator = Escalator(database, every=0.05, clock=lambda: next(times))
    escalator.start()
    try:
        assert eventually(lambda: level(database, key) > 0)
    finally:
        escalator.stop()


def test_it_ends_when_told_to(database: Database) -> None:
    escalator = Escalator(database)
    escalator.start()
    escalator.stop()
    assert not escalator._thread.is_alive()
