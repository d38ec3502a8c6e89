"""Who puts a mapping profile in force."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError
from warehouse.services.actor import Actor
from warehouse.services.intake.profiles import DecideProfile, ProposeProfile, decide_profile, propose_profile
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow


def test_who_proposed_a_profile_waits_for_somebody_else_while_one_works_here(database: Database) -> None:
    ines = build(database, lambda session: a_person(session, "Ines", Role.INTEGRATION_OWNER))
    ida = build(database, lambda session: a_person(session, "Ida", Role.ADMIN))
    actor = Actor(ines, Role.INTEGRATION_OWNER, "Ines")
    text = '{"kind": "orders", "name": "shop"}'
    asked = ProposeProfile(actor=actor, at=NOON, kind="orders", name="shop", text=text)
    decided = DecideProfile(actor=actor, at=NOON, profile=database.run(propose_profile, asked), accept=True)

    def last_day(session: Session, hours: int) -> None:
        session.get_one(PersonRow, ida).expires_at = NOON + timedelta(hours=hours)

    build(database, lambda session: last_day(session, 1))
    with pytest.raises(ForbiddenError, match="a second person does"):
        database.run(decide_profile, decided)
    build(database, lambda session: last_day(session, 0))
    assert database.run(decide_profile, decided) == decided.profile
