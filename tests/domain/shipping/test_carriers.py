"""When carriers leave, by service, weekday and holiday, and what a parcel costs."""

from datetime import UTC, date, datetime, time

import pytest

from warehouse.domain.shipping.carriers import Carrier, Pickup, Rate, ServiceTimes, cost_of, next_pickup

POST = Carrier(name="Post", cutoff=time(16, 30), pickup=time(17, 30))
NIGHT = Carrier(name="Night", cutoff=time(2, 30), pickup=time(3, 0), weekdays=frozenset(range(7)))
EVERY = frozenset(range(7))


def cutoff(carrier: Carrier, now: datetime, service: str = "", zone: str = "Europe/Berlin") -> datetime | None:
    found = next_pickup(carrier, service, zone, now)
    return found.cutoff if found else None


def test_the_next_cutoff_is_todays_until_it_has_passed() -> None:
    today = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    assert cutoff(POST, today) == today
    assert cutoff(POST, today.replace(second=1)) == today.replace(day=20)


def test_weekends_and_holidays_are_skipped() -> None:
    closed = Carrier(name="Post", cutoff=time(16, 30), pickup=time(17), closed=frozenset({date(2026, 11, 23)}))
    assert cutoff(closed, datetime(2026, 11, 21, 9, tzinfo=UTC)) == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def test_each_day_has_one_cutoff_also_when_the_clock_changes() -> None:
    found = [cutoff(NIGHT, datetime(2026, 10, 24, 12, tzinfo=UTC))]
    for _ in range(2):
        previous = found[-1]
        assert previous is not None
        found.append(cutoff(NIGHT, previous.replace(second=1)))
    assert found == [datetime(2026, 10, day, hour, 30, tzinfo=UTC) for day, hour in ((25, 0), (26, 1), (27, 1))]


def test_a_cutoff_in_a_skipped_midnight_is_still_ahead_after_midnight() -> None:
    # Beirut skips 00:00 to 01:00 on 2026-03-29.
    early = Carrier(name="Early", cutoff=time(0, 30), pickup=time(1), weekdays=EVERY)
    at = datetime(2026, 3, 28, 22, 10, tzinfo=UTC)
    assert cutoff(early, at, zone="Asia/Beirut") == datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


def test_a_carrier_that_never_comes_has_no_cutoff() -> None:
    assert cutoff(Carrier(name="X", cutoff=time(9), pickup=time(10), weekdays=frozenset()), datetime.now(UTC)) is None


def test_a_service_has_times_of_its_own_on_its_weekdays() -> None:
    express = ServiceTimes(cutoff=time(18), pickup=time(19), services=("Express",))
    saturday = ServiceTimes(cutoff=time(11), pickup=time(12), weekdays=frozenset({5}))
    carrier = Carrier(name="Post", cutoff=time(16, 30), pickup=time(17, 30), times=(express, saturday))
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert next_pickup(carrier, "express", "Europe/Berlin", friday) == Pickup(
        datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC)
    )
    assert cutoff(carrier, friday, "Parcel") == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_pickup_before_its_cutoff_is_on_the_next_day() -> None:
    late = Carrier(name="Late", cutoff=time(22), pickup=time(5), weekdays=EVERY)
    found = next_pickup(late, "", "UTC", datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert found == Pickup(datetime(2026, 11, 20, 22, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC))


RATES = (
    Rate(cents=450, countries=("DE",), up_to_g=2000),
    Rate(cents=690, countries=("DE",)),
    Rate(cents=1190, service="Express"),
)


@pytest.mark.parametrize(
    ("service", "country", "weight", "cents"),
    [
        ("Parcel", "de", 2000, 450),
        ("Parcel", "DE", 2001, 690),
        ("Parcel", "DE", None, 690),
        ("express", "AT", 100, 1190),
        ("Parcel", "AT", 100, None),
    ],
)
def test_the_cheapest_rate_that_holds_is_the_cost(
    service: str, country: str, weight: int | None, cents: int | None
) -> None:
    assert cost_of(Carrier(name="P", cutoff=time(9), pickup=time(9), rates=RATES), service, country, weight) == cents
