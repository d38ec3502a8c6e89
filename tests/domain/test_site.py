"""What a site has set: strict reading, plain writing, and what follows from it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from warehouse.domain.codes import Mode, Role, Severity
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.exceptions.calendar import SiteClock
from warehouse.domain.exceptions.duties import Duty
from warehouse.domain.planning.handling import Handling
from warehouse.domain.shipping.carriers import Carrier
from warehouse.domain.site import Backorder, RuleChange, Site, TripRules
from warehouse.domain.site_settings import NAMES, read_setting, read_value, site_from, write_setting

POST = {"name": "Post", "cutoff": "16:30", "pickup": "17:00"}
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


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
        ("stalled_hours", 0),
        ("lease_minutes", True),
        ("cart", {"slots": 0}),
        ("cart", {"wheels": 4}),
        ("modes", {"A": "shadow"}),
        ("mode", "loose"),
        ("carriers", [{"name": "Post", "cutoff": "half four", "pickup": "17:00"}]),
        ("carriers", [{"name": "Post", "cutoff": "16:30"}]),
        ("exception_rules", {"aliens": {"hours": 1}}),
        ("exception_rules", {"unpaid": {"answer": "escalate"}}),
        ("exception_rules", {"unpaid": {"person": 7}}),
        ("ladder", [{"hours": 24, "role": "lead"}, {"hours": 24, "role": "admin"}]),
        ("ladder", [{"hours": 0, "role": "lead"}]),
        ("calendar", {"hours": [{"weekday": 0, "opens": "17:00", "closes": "08:00"}]}),
        ("calendar", {"holidays": ["2026-12-25"] * 401}),
        ("duties", {"cook": {"owner": 1}}),
        ("duties", {"lead": {"owner": 1, "deputy": 1}}),
        ("mailboxes", {"lead": "lead at example.org"}),
        ("mailboxes", {"lead": "lead@example.org\nBcc: all@example.org"}),
        ("allowed", [{"type": "unknown_sku", "by": "sku", "value": "A", "reason": "x"}]),
        ("allowed", [{"type": "unpaid", "by": "customer", "value": " ", "reason": "x"}]),
        ("name", "a\x00b"),
        ("travel", {"speed_mm_s": 0}),
        ("incoterm", "XYZ"),
        ("eori", "1234"),
        ("vat_number", "?"),
        ("ioss", "IM12"),
        ("pack", []),
        ("language", "tlh"),
        ("ladder", [{"hours": 48, "role": "lead"}, {"hours": 24, "role": "admin"}]),
        ("exception_rules", {"short_stock": {"answer": "escalate"}}),
        ("exception_rules", {"short_stock": {"answer": "stop", "person": 3}}),
        ("calendar", {"hours": [{"weekday": 9, "opens": "08:00", "closes": "16:00"}]}),
        ("calendar", {"holidays": [f"{2026 + n // 12}-{n % 12 + 1:02}-01" for n in range(600)]}),
        ("duties", {"janitor": {"owner": 1}}),
        ("mailboxes", {"lead": "not an address"}),
        ("allowed", [{"type": "unpaid_tax", "by": "customer", "value": "C1", "reason": "known"}]),
        ("allowed", [{"type": "duplicate_order", "by": "customer", "value": " ", "reason": "known"}]),
    ],
)
def test_a_wrong_value_is_refused_and_named(name: str, value: Any) -> None:
    with pytest.raises(InvalidInputError):
        read_setting(name, value)


def test_a_list_of_values_is_read_as_strictly() -> None:
    assert read_value(tuple[Carrier, ...], [POST], "carriers") == (
        Carrier(name="Post", cutoff=time(16, 30), pickup=time(17)),
    )
    with pytest.raises(InvalidInputError, match="carriers"):
        read_value(tuple[Carrier, ...], [{**POST, "nom": "Post"}], "carriers")


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


def test_a_rule_changed_in_severity_and_owner_keeps_its_hours() -> None:
    change = RuleChange(severity=Severity.NOTE, owner=Role.LEAD)
    default = Site().rule_of(ExceptionType.BACKORDER)
    site = Site(exception_rules={"backorder": change})
    assert site.rule_of(ExceptionType.BACKORDER) == replace(default, severity=Severity.NOTE, owner=Role.LEAD)


def test_more_than_one_person_packs_as_the_policy_says() -> None:
    assert Site().pack_policy() == Site().pack


def test_a_customer_may_take_no_part() -> None:
    site = Site(backorder_of={"C7": Backorder.COMPLETE})
    assert [site.backorder_policy("C7"), site.backorder_policy("C8")] == [Backorder.COMPLETE, Backorder.PARTIAL]


def test_the_business_day_and_the_clock_are_those_of_the_site() -> None:
    site = Site(time_zone="Pacific/Auckland")
    assert (site.day_of(NOON), site.clock(NOON)) == (date(2026, 11, 22), "01:00")


def test_what_is_stored_makes_the_site_and_unknown_names_are_passed_over() -> None:
    stored = {"one_person": True, "of_an_older_version": 1}
    assert site_from(stored) == Site(one_person=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pick", {"A": {"scan_tote": None}}),
        (
            "carriers",
            [{"name": "Post", "cutoff": "16:30", "pickup": "17:00", "weekdays": [0], "closed": ["2026-12-25"]}],
        ),
        ("tolerances", {"weight_g": 50}),
        ("modes", {"zone:A": "shadow", "channel:web": "training"}),
        ("limits", {"duplicate_within": 12}),
    ],
)
def test_a_right_value_is_read_and_written_the_same_again(name: str, value: Any) -> None:
    parsed = read_setting(name, value)
    assert read_setting(name, write_setting(parsed)) == parsed


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", 7), ("name", "x" * 201), ("carriers", {}), ("pick", []), ("time_zone", "../etc"), ("lease_minutes", -1)],
)
def test_a_value_of_the_wrong_form_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read_setting(name, value)
    assert refusal.value.problems[0].field == name


def test_goods_and_the_desks_clock_follow_from_what_is_set() -> None:
    rules = TripRules(heavy_first_g=4000, fragile_last=True)
    assert rules.handling == Handling(heavy_g=4000, fragile_last=True)
    site = Site(time_zone="Europe/Berlin")
    assert site.desk_clock == SiteClock(calendar=site.calendar, zone="Europe/Berlin")


def test_sound_mailboxes_duties_and_allowances_are_taken() -> None:
    duties = {"lead": {"owner": 1, "deputy": 2}, "order_desk": {"owner": 3}}
    assert read_setting("duties", duties) == {"lead": Duty(owner=1, deputy=2), "order_desk": Duty(owner=3)}
    assert read_setting("mailboxes", {"lead": "lea@example.org"}) == {"lead": "lea@example.org"}
    allowed = {"type": "duplicate_order", "by": "customer", "value": "C1", "reason": "Orders twice a week."}
    assert [one.value for one in read_setting("allowed", [allowed])] == ["C1"]


@pytest.mark.parametrize(
    ("service", "carrier"), [("Night Express Saver", "Night Express"), ("night express", "Night Express"), ("", "Post")]
)
def test_an_order_goes_with_the_carrier_its_service_names_else_with_the_first(service: str, carrier: str) -> None:
    post = Carrier(name="Post", cutoff=time(16, 30), pickup=time(17))
    assert Site(carriers=(post, replace(post, name="Night Express"))).usual_carrier(service) == carrier
    assert Site().usual_carrier(service) == ""
