"""The site's settings as kept: defaults, and approval by a second person."""

from typing import Any

import pytest

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError
from warehouse.domain.picking.work import Policy
from warehouse.domain.site import Backorder, Site
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.site import ChangeSetting, change_setting, load_site
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow


def setting(name: str, value: Any, actor: Actor = SYSTEM, approved_by: int | None = None) -> ChangeSetting:
    return ChangeSetting(actor=actor, at=NOON, name=name, value=value, approved_by=approved_by)


def test_a_new_site_has_defaults(database: Database) -> None:
    with database.read() as session:
        assert load_site(session) == Site()


def test_a_setting_is_kept_and_read_back(database: Database) -> None:
    database.run(change_setting, setting("backorder_of", {"C7": "complete"}))
    database.run(change_setting, setting("pick", {"A": {"scan_each": True}}))
    with database.read() as session:
        assert load_site(session) == Site(backorder_of={"C7": Backorder.COMPLETE}, pick={"A": Policy(scan_each=True)})


def test_a_weakened_check_needs_a_second_lead(database: Database) -> None:
    lea = build(database, lambda session: a_person(session, "Lea", Role.LEAD))
    ada = build(database, lambda session: a_person(session, "Ada", Role.ADMIN))
    actor = Actor(ada, Role.ADMIN, "Ada")
    with pytest.raises(ForbiddenError):
        database.run(change_setting, setting("one_person", value=True, actor=actor))
    with pytest.raises(ForbiddenError):
        database.run(change_setting, setting("one_person", value=True, actor=actor, approved_by=ada))
    assert database.run(change_setting, setting("one_person", value=True, actor=actor, approved_by=lea)).one_person


@pytest.mark.parametrize(("how", "value"), [("active", False), ("expires_at", NOON)], ids=["disabled", "over"])
def test_one_admin_alone_is_not_locked_out(database: Database, how: str, value: object) -> None:
    ada = build(database, lambda session: a_person(session, "Ada", Role.ADMIN))
    lea = build(database, lambda session: a_person(session, "Lea", Role.LEAD))
    build(database, lambda session: setattr(session.get_one(PersonRow, lea), how, value))
    assert database.run(
        change_setting, setting("one_person", value=True, actor=Actor(ada, Role.ADMIN, "Ada"))
    ).one_person
