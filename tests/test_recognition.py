"""Sessions, machine tokens and device tokens, looked up in a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.builders import a_person, build
from warehouse.access import Caller, Credentials
from warehouse.domain.codes import Role
from warehouse.domain.roles import Permission, rights_of
from warehouse.recognition import StoredPeople, secret_hash
from warehouse.storage.database import Database
from warehouse.storage.models.people import ApiTokenRow, DeviceRow, PersonRow, SignInRow

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVENING = NOON + timedelta(hours=8)
SESSION = Credentials(session="a")
TOKEN = Credentials(token="t")


@pytest.fixture
def people(database: Database) -> StoredPeople:
    build(database, sign_in_lea)
    return StoredPeople(database, clock=lambda: NOON)


def sign_in_lea(session: Session) -> None:
    lea = a_person(session, "Lea", Role.LEAD)
    session.add(
        SignInRow(
            token_hash=secret_hash("a"),
            csrf_token="c",
            person_id=lea,
            created_at=NOON,
            seen_at=NOON,
            expires_at=EVENING,
        )
    )
    rights = ["plan_batches", "edit_people", "fly"]
    session.add(
        ApiTokenRow(name="erp", token_hash=secret_hash("t"), permissions=rights, person_id=lea, created_at=NOON)
    )
    session.add(DeviceRow(name="d-1", token_hash=secret_hash("d"), first_seen_at=NOON, seen_at=NOON))


def change(database: Database, table: type[SignInRow | ApiTokenRow | PersonRow | DeviceRow], **values: object) -> None:
    build(database, lambda session: session.execute(update(table).values(**values)) and None)


def test_a_session_gives_its_person_with_the_rights_of_today(people: StoredPeople) -> None:
    assert people.recognise(Credentials(session="a", device="d")) == Caller(
        person=1,
        name="Lea",
        role=Role.LEAD,
        permissions=rights_of(Role.LEAD),
        sign_in=1,
        csrf_token="c",
        device="d-1",
        expires_at=EVENING,
        version=1,
        device_key=secret_hash("d"),
        language="en",
    )


def test_a_machine_has_only_those_of_its_rights_that_its_person_has_too(people: StoredPeople) -> None:
    assert people.recognise(TOKEN) == Caller(
        person=1, name="erp", role=None, permissions=frozenset({Permission.PLAN_BATCHES}), token=1
    )


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(session="b"),
        Credentials(session=secret_hash("a")),
        Credentials(token="a"),
        Credentials(session="a", device="stolen"),
        Credentials(device="d"),
        Credentials(session="\udc80"),
    ],
)
def test_anything_unknown_is_nobody(people: StoredPeople, credentials: Credentials) -> None:
    assert people.recognise(credentials) is None


def test_an_ended_session_is_nobody(people: StoredPeople, database: Database) -> None:
    change(database, SignInRow, ended_at=NOON)
    assert (people.recognise(SESSION), people.standing([1], []).versions) == (None, {})


def test_a_session_whose_time_is_over_is_nobody(people: StoredPeople, database: Database) -> None:
    change(database, SignInRow, expires_at=NOON)
    assert (people.recognise(SESSION), people.standing([1], []).versions) == (None, {})


def test_a_disabled_person_and_her_machines_are_nobody(people: StoredPeople, database: Database) -> None:
    change(database, PersonRow, active=False)
    assert (people.recognise(SESSION), people.recognise(TOKEN), people.standing([1], []).versions) == (None, None, {})


def test_a_revoked_token_is_nobody(people: StoredPeople, database: Database) -> None:
    change(database, ApiTokenRow, revoked_at=NOON)
    assert people.recognise(TOKEN) is None


def test_a_token_whose_days_are_over_is_nobody(people: StoredPeople, database: Database) -> None:
    change(database, ApiTokenRow, expires_at=NOON)
    assert people.recognise(TOKEN) is None


def test_the_last_use_of_a_token_is_written_down(people: StoredPeople, database: Database) -> None:
    people.recognise(TOKEN)
    with database.read() as session:
        assert session.scalars(select(ApiTokenRow.used_at)).one() is not None


def test_a_lost_device_is_refused_with_whoever_holds_it(people: StoredPeople, database: Database) -> None:
    change(database, DeviceRow, lost_at=NOON)
    assert people.recognise(Credentials(session="a", device="d")) is None


def test_versions_tell_that_rights_have_changed(people: StoredPeople, database: Database) -> None:
    assert people.standing([1, 2], []).versions == {1: 1}
    change(database, PersonRow, version=2)
    assert people.standing([1], []).versions == {1: 2}


def test_a_live_socket_stands_while_its_session_its_rights_and_its_device_do(
    people: StoredPeople, database: Database
) -> None:
    lea = people.recognise(Credentials(session="a", device="d"))
    assert lea is not None
    assert lea.device_key is not None
    assert people.standing([1], [lea.device_key]).holds(lea)
    change(database, DeviceRow, lost_at=NOON)
    assert not people.standing([1], [lea.device_key]).holds(lea)
    change(database, DeviceRow, lost_at=None, token_hash="another device's")
    assert not people.standing([1], [lea.device_key]).holds(lea)
