"""The record comes in from the practice floor once, guides by hand; the untrained are kept from what blocks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor, order, released
from warehouse.domain.codes import Role, TaskState
from warehouse.domain.errors import ForbiddenError, InvalidInputError
from warehouse.domain.training import GUIDES, Record
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.leases import Hold, Next, claim_batch, next_batch
from warehouse.services.people.sign_in import works_here
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.services.training.people import TakeOn, known_people, take_on
from warehouse.services.training.record import (
    AcknowledgeGuide,
    KeepPractice,
    acknowledge_guide,
    keep_practice,
)
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.training.practice import Practised, practised
from warehouse.storage.queries.training.records import list_trainees, record_of
from warehouse.workers.training_clerk import TrainingClerk

HOUR = timedelta(hours=1)


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


@pytest.fixture
def practice(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The practice floor's own database."""
    file = tmp_path / "practice.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


def passed(person: int | None, number: str, mistakes: int = 0) -> Practised:
    assert person is not None
    return Practised(person=person, role=Role.PICKER, kind="order", subject=number, at=NOON, mistakes=mistakes)


def ana_practises(session: Session) -> None:
    """Ana signs in and picks the one line of the one order."""
    ana = session.scalars(select(PersonRow).where(PersonRow.name == "Ana")).one()
    session.add(
        SignInRow(
            token_hash="x", csrf_token="y", person_id=ana.id, created_at=NOON, seen_at=NOON, expires_at=NOON + HOUR
        )
    )
    task = session.scalars(select(PickTaskRow)).one()
    task.picked, task.state, task.closed_at, task.picked_by_id = task.wanted, TaskState.PICKED, NOON, ana.id


def read(database: Database, person: int | None) -> Record:
    with database.read() as session:
        return record_of(session, person or 0, Role.PICKER)


def claim(database: Database, floor: Floor) -> None:
    batch = released(database, floor)
    database.run(claim_batch, Hold(actor=floor.ana, at=NOON, batch=batch, device="d-1"))


def test_what_was_practised_is_read_from_the_practice_floor(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 2}, number="P-1")
    released(database, floor)
    build(database, ana_practises)
    with database.read() as session:
        found = practised(session)
    assert floor.ana.person is not None
    session_entry = Practised(person=floor.ana.person, role=Role.PICKER, kind="session", subject="practice", at=NOON)
    assert found == [session_entry, passed(floor.ana.person, "P-1")]


def test_an_entry_is_kept_once_however_often_it_is_read(database: Database, floor: Floor) -> None:
    entries = (passed(floor.ana.person, "P-1"), passed(floor.ana.person, "P-2", mistakes=2), passed(4711, "P-3"))
    kept = [database.run(keep_practice, KeepPractice(actor=SYSTEM, at=NOON, entries=entries)) for _ in range(2)]
    assert kept == [2, 0]
    assert read(database, floor.ana.person) == Record(orders=1, tried=2)


def test_a_guide_counts_in_the_version_of_today_only(database: Database, floor: Floor) -> None:
    today = GUIDES[Role.PICKER]
    asked = AcknowledgeGuide(actor=floor.ana, at=NOON, role=Role.PICKER, version=today)
    database.run(acknowledge_guide, asked)
    database.run(acknowledge_guide, asked)
    assert read(database, floor.ana.person).guide == today
    with pytest.raises(InvalidInputError, match="changed meanwhile"):
        database.run(acknowledge_guide, AcknowledgeGuide(actor=floor.ana, at=NOON, role=Role.PICKER, version=today + 1))


def test_who_is_untrained_takes_no_batch_where_mismatches_block_once_the_site_says_so(
    database: Database, floor: Floor
) -> None:
    order(database, {floor.a: 2})
    policy = {"required": True, "orders": 1, "guide": True}
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="training", value=policy))
    with pytest.raises(ForbiddenError, match=r"Practise first.*0 of 1 practice orders.*guide of today"):
        claim(database, floor)


@pytest.mark.parametrize("way", ["trained", "only watched"])
def test_the_trained_work_everywhere_and_everybody_where_mismatches_are_only_watched(
    database: Database, floor: Floor, way: str
) -> None:
    order(database, {floor.a: 2})
    policy = {"required": True, "orders": 1, "guide": False}
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="training", value=policy))
    if way == "trained":
        entries = (passed(floor.ana.person, "P-1"),)
        database.run(keep_practice, KeepPractice(actor=SYSTEM, at=NOON, entries=entries))
    else:
        database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="mode", value="shadow"))
    claim(database, floor)


def test_everybody_stands_in_the_list_with_the_role_they_have(database: Database, floor: Floor) -> None:
    database.run(keep_practice, KeepPractice(actor=SYSTEM, at=NOON, entries=(passed(floor.ana.person, "P-1"),)))
    with database.read() as session:
        found = [(one.name, one.role, one.record.orders) for one in list_trainees(session, NOON)]
    assert found == [("Ana", Role.PICKER, 1), ("Ben", Role.PICKER, 0), ("Lea", Role.LEAD, 0)]


def test_nobody_whose_time_here_is_over_stands_in_the_list(database: Database, floor: Floor) -> None:
    build(database, lambda session: setattr(session.get_one(PersonRow, floor.ben.person), "expires_at", NOON))
    with database.read() as session:
        found = [one.name for one in list_trainees(session, NOON)]
    assert found == ["Ana", "Lea"]


@pytest.mark.usefixtures("floor")
def test_the_practice_floor_knows_everybody_by_key_and_lets_go_who_left(database: Database, practice: Database) -> None:
    with database.read() as session:
        people = known_people(session)
    practice.run(take_on, TakeOn(actor=SYSTEM, at=NOON, people=people))
    practice.run(take_on, TakeOn(actor=SYSTEM, at=NOON, people=people[1:]))
    with practice.read() as session:
        assert known_people(session) == people[1:]


def test_the_clerk_brings_it_over_by_itself(
    database: Database, floor: Floor, sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "practice.sqlite"
    clerk = TrainingClerk(database, file, clock=lambda: NOON)
    clerk.turn()
    file.write_bytes(sqlite_template.read_bytes())
    practice = Database(f"sqlite:///{file}")
    try:
        there = build(practice, a_floor)
        order(practice, {there.a: 2}, number="P-1")
        released(practice, there)
        build(practice, ana_practises)
    finally:
        practice.close()
    clerk.turn()
    clerk.turn()
    assert read(database, floor.ana.person) == Record(sessions=1, orders=1, tried=1)


def test_the_next_list_is_one_that_the_untrained_may_take(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 1}, number="1")
    strict = released(database, floor)
    order(database, {floor.b: 1}, number="2")
    watched = released(database, floor)
    policy = {"required": True, "orders": 1, "guide": False}
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="training", value=policy))
    ask = Next(actor=floor.ana, at=NOON, device="d-1")
    with pytest.raises(ForbiddenError, match="Practise first"):
        database.run(next_batch, ask)
    build(database, lambda session: move_to_zone(session, watched, "W"))
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="modes", value={"zone:W": "shadow"}))
    held = database.run(next_batch, ask)
    assert held is not None
    assert (held.batch, strict != watched) == (watched, True)


def move_to_zone(session: Session, batch: int, zone: str) -> None:
    """Say that what a batch takes lies in this zone."""
    for key in session.scalars(select(PickTaskRow.bin_id).where(PickTaskRow.batch_id == batch)):
        session.get_one(BinRow, key).zone = zone


def test_who_gets_another_role_has_practised_in_the_one_before(database: Database, floor: Floor) -> None:
    assert floor.ana.person is not None
    entry = Practised(person=floor.ana.person, role=Role.PICKER, kind="session", subject="practice", at=NOON)
    seen = (entry, replace(entry, role=Role.PACKER))
    kept = [database.run(keep_practice, KeepPractice(actor=SYSTEM, at=NOON, entries=(it,))) for it in seen]
    assert (kept, read(database, floor.ana.person).sessions) == ([1, 0], 1)


def test_staff_for_a_time_practise_no_longer_than_they_work_here(
    database: Database, floor: Floor, practice: Database
) -> None:
    build(database, lambda session: setattr(session.get_one(PersonRow, floor.ana.person), "expires_at", NOON + HOUR))
    with database.read() as session:
        people = known_people(session)
    practice.run(take_on, TakeOn(actor=SYSTEM, at=NOON, people=people))
    with practice.read() as session:
        there = {row.name: works_here(row, NOON + 2 * HOUR) for row in session.scalars(select(PersonRow))}
    assert there == {"Ana": False, "Ben": True, "Lea": True}
