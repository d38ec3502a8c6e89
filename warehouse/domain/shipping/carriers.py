"""Who takes parcels away and when: cutoffs and pickups by service and weekday, what a parcel costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from warehouse.domain.shipping.parcels import CutoffRule, cutoff_on

_DAYS_AHEAD = 366
_EVERY_DAY = frozenset(range(7))


class Via(StrEnum):
    """How a carrier's label comes about."""

    NEUTRAL = "neutral"
    """Our own label with the carton's serial number; nothing is bought."""
    MANUAL = "manual"
    """The carrier's own label is stuck on, its number scanned or typed."""
    FILE_DROP = "file_drop"
    """The carrier's program reads a file and answers with a label and a number."""
    HTTP_JSON = "http_json"
    """The carrier answers over the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """Times that differ from the carrier's own, for some services (none named: all) and weekdays (Monday is 0)."""

    cutoff: time
    pickup: time
    services: tuple[str, ...] = ()
    weekdays: frozenset[int] = _EVERY_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a parcel costs: for a service (empty: any), countries (none named: all), up to so many grams."""

    cents: int
    service: str = ""
    countries: tuple[str, ...] = ()
    up_to_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Who takes parcels away: last moment a carton may be ready and pickup, as wall-clock times of the site.

    `closed` are days without pickup. `address` is the folder or URL its labels come from, by `via`.
    """

    name: str
    cutoff: time
    pickup: time
    weekdays: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()
    times: tuple[ServiceTimes, ...] = ()
    via: Via = Via.NEUTRAL
    address: str = ""
    rates: tuple[Rate, ...] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Pickup:
    """One departure of a carrier, in UTC."""

    cutoff: datetime
    pickup: datetime


def next_pickup(carrier: Carrier, service: str, zone: str, now: datetime) -> Pickup | None:
    """Give the first pickup whose cutoff is at or after `now`; None when there is none within a year.

    A pickup earlier in the day than its cutoff is meant for the next day.
    """
    first = (now - timedelta(days=1)).date()
    for ahead in range(_DAYS_AHEAD + 1):
        day = first + timedelta(days=ahead)
        found = _pickup_on(carrier, service, zone, day)
        if found is not None and found.cutoff >= now:
            return found
    return None


def cost_of(carrier: Carrier, service: str, country: str, weight_g: int | None) -> int | None:
    """Give the cheapest listed cost in cents that holds for this parcel; an unknown weight has none with a limit."""
    return min((rate.cents for rate in carrier.rates if _holds(rate, service, country, weight_g)), default=None)


def carrier_named(carriers: Sequence[Carrier], name: str) -> Carrier | None:
    """Find a carrier by name, upper and lower case alike."""
    return next((it for it in carriers if it.name.casefold() == name.casefold()), None)


def _pickup_on(carrier: Carrier, service: str, zone: str, day: date) -> Pickup | None:
    if day in carrier.closed:
        return None
    own = next((it for it in carrier.times if _counts(it, service, day)), None)
    if own is None and day.weekday() not in carrier.weekdays:
        return None
    times = own or carrier
    cutoff = cutoff_on(CutoffRule(at=times.cutoff, zone=zone), day)
    same_day = times.pickup >= times.cutoff
    leaves = cutoff_on(CutoffRule(at=times.pickup, zone=zone), day if same_day else day + timedelta(days=1))
    return Pickup(cutoff, leaves)


def _counts(times: ServiceTimes, service: str, day: date) -> bool:
    named = not times.services or service.casefold() in {it.casefold() for it in times.services}
    return named and day.weekday() in times.weekdays


def _holds(rate: Rate, service: str, country: str, weight_g: int | None) -> bool:
    fits = rate.up_to_g is None or (weight_g is not None and weight_g <= rate.up_to_g)
    same = not rate.service or rate.service.casefold() == service.casefold()
    there = not rate.countries or country.upper() in rate.countries
    return fits and same and there
