"""Who takes the demo shop's parcels away: cutoffs that still lie ahead at whatever hour the demo is made."""

from datetime import datetime, timedelta

_SOON = (("Northern Post", timedelta(hours=2)), ("Swift Parcel", timedelta(hours=4)))
_LATER = ("Night Express", timedelta(hours=9))
_QUARTER = timedelta(minutes=15)
_LOADING = timedelta(minutes=30)


def make_carriers(start: datetime) -> list[dict[str, object]]:
    """Make the setting `carriers` for a demo begun at `start`, a time of the site's own clock.

    Two carriers leave before midnight, sooner when the day is nearly over; the third one nine hours on, or at that
    time tomorrow.
    """
    last = start.replace(hour=23, minute=59, second=0, microsecond=0)
    soon = [(name, min(_quarter(start + ahead), last)) for name, ahead in _SOON]
    name, ahead = _LATER
    return [_carrier(name, at, last) for name, at in [*soon, (name, _quarter(start + ahead))]]


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0) + _QUARTER


def _carrier(name: str, cutoff: datetime, last: datetime) -> dict[str, object]:
    pickup = cutoff + _LOADING
    if cutoff <= last < pickup:
        pickup = last
    times = {"cutoff": f"{cutoff:%H:%M}", "pickup": f"{pickup:%H:%M}"}
    return {"name": name, **times, "weekdays": list(range(7)), "closed": []}
