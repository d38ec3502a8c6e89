"""The site's settings: defaults, strict reading, approval by a second person."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Mode, Role
from warehouse.domain.errors import ForbiddenError, InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.site import Backorder, Carrier, Site
from warehouse.domain.site_settings import NAMES, read_setting, write_setting
from warehouse.domain.work import Policy
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.site import ChangeSetting, change_setting, load_site
from warehouse.storage.database import Database


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


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_survives_writing_and_reading(name: str) -> None:
    value = getattr(Site(carriers=(Carrier(name="Post", cutoff=time(16, 30), pickup=time(17)),)), name)
    assert read_setting(name, write_setting(value)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonsense", 1),
        ("time_zone", "Mars/Base"),
        ("gs1_prefix", "12"),
        ("one_person", "yes"),
        ("lease_minutes", 0),
        ("lease_minutes", True),
        ("cart", {"slots": 0}),
        ("cart", {"wheels": 4}),
        ("modes", {"A": "shadow"}),
        ("mode", "loose"),
        ("carriers", [{"name": "Post", "cutoff": "half four", "pickup": "17:00"}]),
        ("carriers", [{"name": "Post", "cutoff": "16:30"}]),
        ("exception_rules", {"aliens": {"hours": 1}}),
        ("name", "a\x00b"),
        ("pack", []),
    ],
)
def test_a_wrong_value_is_refused_and_named(name: str, value: Any) -> None:
    with pytest.raises(InvalidInputError):
        read_setting(name, value)


def test_a_weakened_check_needs_a_second_lead(database: Database) -> None:
    lea = build(database, lambda session: a_person(session, "Lea", Role.LEAD))
    ada = build(database, lambda session: a_person(session, "Ada", Role.ADMIN))
    actor = Actor(ada, Role.ADMIN, "Ada")
    with pytest.raises(ForbiddenError):
        database.run(change_setting, setting("one_person", value=True, actor=actor))
    with pytest.raises(ForbiddenError):
        database.run(change_setting, setting("one_person", value=True, actor=actor, approved_by=ada))
    assert database.run(change_setting, setting("one_person", value=True, actor=actor, approved_by=lea)).one_person


def test_one_admin_alone_is_not_locked_out(database: Database) -> None:
    ada = build(database, lambda session: a_person(session, "Ada", Role.ADMIN))
    assert database.run(
        change_setting, setting("one_person", value=True, actor=Actor(ada, Role.ADMIN, "Ada"))
    ).one_person


def test_one_person_packs_and_approves_alone() -> None:
    site = Site(one_person=True)
    assert (site.pack_policy().self_pack, site.pick_policy("A").self_approval) == (True, True)


def test_the_zone_says_the_mode_before_the_channel() -> None:
    site = Site(modes={"zone:A": Mode.SHADOW, "channel:web": Mode.TRAINING})
    assert site.mode_of(zone="A", channel="web") is Mode.SHADOW
    assert site.mode_of(zone="B", channel="web") is Mode.TRAINING
    assert site.pick_policy("B").mode is Mode.ENFORCE


def test_a_cutoff_is_resolved_in_the_zone_of_the_site() -> None:
    site = Site(time_zone="Europe/Berlin", carriers=(Carrier(name="Post", cutoff=time(16, 30), pickup=time(17)),))
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert site.next_cutoff("post", friday) == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert site.next_cutoff("post", NOON) == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    assert site.next_cutoff("dove", NOON) is None


def test_a_rule_is_as_the_site_changed_it() -> None:
    site = Site(exception_rules=read_setting("exception_rules", {"backorder": {"hours": 2}}))
    default = Site().rule_of(ExceptionType.BACKORDER)
    assert site.rule_of(ExceptionType.BACKORDER) == replace(default, hours=2)
