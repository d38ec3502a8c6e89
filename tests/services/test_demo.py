"""The demo shop's carriers: something leaves later today, whatever the hour."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from warehouse.domain.site import Site
from warehouse.domain.site_settings import read_setting
from warehouse.services.demo.carriers import make_carriers

LONDON = ZoneInfo("Europe/London")


def cutoffs(start: datetime) -> dict[str, datetime]:
    site = Site(time_zone="Europe/London", carriers=read_setting("carriers", make_carriers(start)))
    found = {carrier.name: site.next_cutoff(carrier.name, start) for carrier in site.carriers}
    return {name: at.astimezone(LONDON) for name, at in found.items() if at is not None}


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("minute", [0, 31, 58])
def test_two_carriers_leave_later_the_same_day_and_the_third_within_ten_hours(hour: int, minute: int) -> None:
    start = datetime(2026, 11, 21, hour, minute, tzinfo=LONDON)
    found = cutoffs(start)
    assert [found[name].date() for name in ("Northern Post", "Swift Parcel")] == [start.date()] * 2
    assert all(start < at for at in found.values())
    assert found["Night Express"] - start <= timedelta(hours=9, minutes=15)


def test_no_pickup_is_before_its_cutoff() -> None:
    for hour in range(24):
        for carrier in make_carriers(datetime(2026, 11, 21, hour, 20, tzinfo=LONDON)):
            assert str(carrier["cutoff"]) <= str(carrier["pickup"])
