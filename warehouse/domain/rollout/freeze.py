"""The inventory freeze: nothing moves but what released work takes, so that two systems can be compared at rest."""

from datetime import datetime


def is_frozen(until: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Say whether a freeze holds: it ends by a person or by its hour, whichever comes first."""
    return ended_at is None and now < until
