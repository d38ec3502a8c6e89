"""How many wrong PINs there may be before nobody can try again: an exact sliding window, and a lock a lead opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 5
WINDOW = timedelta(minutes=15)
TRIES_A_DAY = 10
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Lock:
    """Why nobody may try now: `until` a moment, or until a lead unlocks (`hard`)."""

    hard: bool
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        """Say it at the sign-in."""
        if self.hard:
            return "Too many wrong PINs. A lead must unlock this badge."
        return "Too many wrong PINs. Wait 15 minutes, or ask a lead to unlock this badge."


def recent(failed: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Keep the failures that still count: those of the last 24 hours, the oldest first."""
    return tuple(sorted(at for at in failed if at > now - DAY))


def lock_of(failed: Sequence[datetime], now: datetime) -> Lock | None:
    """Say whether another try is allowed: at most 5 failures in any 15 minutes and 10 in any 24 hours (None: it is).

    Every try counts as failed from its beginning, so that many at once cannot slip through together.
    """
    counted = recent(failed, now)
    if len(counted) >= TRIES_A_DAY:
        return Lock(hard=True)
    if len(counted) >= TRIES and counted[-TRIES] > now - WINDOW:
        return Lock(hard=False, until=counted[-TRIES] + WINDOW)
    return None
