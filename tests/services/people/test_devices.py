"""Devices prove themselves by a token; a token whose answer was lost is replaced for who worked with it last."""

import pytest

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError
from warehouse.services.actor import Actor
from warehouse.services.people.devices import Enrol, device_is_proven, enrol_device
from warehouse.storage.database import Database


def ask(person: int, proven: str | None = None) -> Enrol:
    return Enrol(actor=Actor(person, Role.PICKER, "Ana"), at=NOON, device="d-1", proven=proven)


def is_proven(database: Database, token: str | None) -> bool:
    with database.read() as session:
        return token is not None and device_is_proven(session, "d-1", token)


def test_a_device_gets_its_token_once(database: Database) -> None:
    ana = build(database, a_person)
    token = database.run(enrol_device, ask(ana))
    assert is_proven(database, token)
    assert database.run(enrol_device, ask(ana, proven="d-1")) is None
    assert is_proven(database, token)


def test_a_token_that_never_arrived_is_replaced_for_who_worked_with_the_device_last(database: Database) -> None:
    ana = build(database, a_person)
    lost = database.run(enrol_device, ask(ana))
    token = database.run(enrol_device, ask(ana))
    assert (is_proven(database, lost), is_proven(database, token)) == (False, True)


def test_nobody_else_gets_the_device_without_its_token(database: Database) -> None:
    ana = build(database, a_person)
    mallory = build(database, lambda session: a_person(session, "Mallory"))
    token = database.run(enrol_device, ask(ana))
    with pytest.raises(ForbiddenError, match="Its token is missing"):
        database.run(enrol_device, ask(mallory))
    assert is_proven(database, token)
