"""A pause keeps the claim and stops the clocks: of the lease, of standing still, of the pace that is learnt."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor, order, released
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.actor import Request
from warehouse.services.batches.leases import Hold, claim_batch
from warehouse.services.shift.pauses import Paused, begin_pause, end_pause
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.shift import LONGEST_PAUSE as LONGEST
from warehouse.storage.models.shift import PauseRow
from warehouse.storage.queries.stalled import Since, still_batches

MINUTE = timedelta(minutes=1)


@pytest.fixture
def floor(database: Database) -> Floor:
    """Ana holds a batch since noon."""
    found = build(database, a_floor)
    order(database, {found.a: 2})
    batch = released(database, found)
    database.run(claim_batch, Hold(actor=found.ana, at=NOON, batch=batch, device="d-1"))
    return found


def lease(database: Database) -> tuple[int | None, datetime | None]:
    with database.read() as session:
        batch = session.scalars(select(BatchRow)).one()
        return batch.person_id, batch.lease_until


def test_the_lease_is_longer_by_the_pause_and_the_claim_stays(database: Database, floor: Floor) -> None:
    person, until = lease(database)
    assert until is not None
    database.run(begin_pause, Request(actor=floor.ana, at=NOON + MINUTE))
    ended = database.run(end_pause, Request(actor=floor.ana, at=NOON + 21 * MINUTE))
    assert ended == Paused(started_at=NOON + MINUTE, ended_at=NOON + 21 * MINUTE)
    assert lease(database) == (person, until + 20 * MINUTE)


def test_a_second_beginning_changes_nothing_and_an_end_without_a_pause_says_so(
    database: Database, floor: Floor
) -> None:
    database.run(begin_pause, Request(actor=floor.ana, at=NOON))
    again = database.run(begin_pause, Request(actor=floor.ana, at=NOON + MINUTE))
    assert again == Paused(started_at=NOON, ended_at=None)
    database.run(end_pause, Request(actor=floor.ana, at=NOON + 2 * MINUTE))
    assert database.run(end_pause, Request(actor=floor.ana, at=NOON + 3 * MINUTE)) is None


def test_a_pause_that_was_forgotten_counts_for_two_hours_at_most(database: Database, floor: Floor) -> None:
    _, until = lease(database)
    assert until is not None
    database.run(begin_pause, Request(actor=floor.ana, at=NOON))
    database.run(end_pause, Request(actor=floor.ana, at=NOON + timedelta(hours=9)))
    assert lease(database)[1] == until + LONGEST


def test_what_somebody_on_a_pause_holds_does_not_stand_still(database: Database, floor: Floor) -> None:
    def still() -> list[str]:
        since = Since(before=NOON + 60 * MINUTE, now=NOON + 61 * MINUTE)
        with database.read() as session:
            return [batch.number for batch in still_batches(session, since)]

    assert len(still()) == 1
    database.run(begin_pause, Request(actor=floor.ana, at=NOON + MINUTE))
    assert still() == []
    database.run(end_pause, Request(actor=floor.ana, at=NOON + 59 * MINUTE))
    assert len(still()) == 1


def test_a_pause_after_one_that_was_forgotten_is_a_pause_of_its_own(database: Database, floor: Floor) -> None:
    database.run(begin_pause, Request(actor=floor.ana, at=NOON))
    tomorrow = NOON + timedelta(days=1)
    assert database.run(begin_pause, Request(actor=floor.ana, at=tomorrow)) == Paused(
        started_at=tomorrow, ended_at=None
    )
    ended = database.run(end_pause, Request(actor=floor.ana, at=tomorrow + 15 * MINUTE))
    assert ended == Paused(started_at=tomorrow, ended_at=tomorrow + 15 * MINUTE)
    assert database.run(end_pause, Request(actor=floor.ana, at=tomorrow + 20 * MINUTE)) is None
    with database.read() as session:
        first = session.scalars(select(PauseRow).order_by(PauseRow.id)).all()[0]
        assert first.ended_at == NOON + LONGEST


def test_work_of_somebody_who_forgot_to_end_a_pause_stands_still_after_two_hours(
    database: Database, floor: Floor
) -> None:
    database.run(begin_pause, Request(actor=floor.ana, at=NOON))

    def still(before: datetime) -> int:
        with database.read() as session:
            return len(still_batches(session, Since(before=before, now=before + MINUTE)))

    assert [still(NOON + LONGEST), still(NOON + LONGEST + MINUTE)] == [0, 1]


def test_the_board_hears_of_a_pause(database: Database, floor: Floor) -> None:
    heard: list[object] = []
    database.subscribe(heard.extend)
    database.run(begin_pause, Request(actor=floor.ana, at=NOON))
    assert BoardChanged(BoardKind.BATCHES) in heard
