"""How a shop is looked at by clock, and when the next look is."""

from datetime import datetime, timedelta
from enum import StrEnum

SILENT_AFTER = 2
"""A source is silent after so many of the intervals in which something should have come."""

KINDS = ("orders", "items", "stock")
"""What may come by clock. People and the building are brought by who has the right to, each file by hand."""

_LONGEST = timedelta(hours=6)


class SourceWay(StrEnum):
    """Where the shop's files come from."""

    FOLDER = "folder"
    SHIPSTATION = "shipstation"


def next_look(at: datetime, every_minutes: int, failures: int) -> datetime:
    """Say when to look again: after the interval, twice as long after each failure, never longer than six hours."""
    interval = timedelta(minutes=every_minutes)
    put_off = interval * (1 << min(failures, 16))
    return at + max(interval, min(put_off, _LONGEST))
