"""How many wrong PINs there may be before nobody can try again: an exact sliding window, and a lock a lead opens.

Tries from an enrolled device count for that device, all others together: whoever types wrong PINs somewhere keeps a
person out there, and not at the handheld that the house has handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 5
WINDOW = timedelta(minutes=15)
TRIES_A_DAY = 10
DAY = timedelta(hours=24)
_LOCKED = "locked"


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


def tried(at: datetime, device: str | None) -> str:
    """Write a failed try down: its moment, and the enrolled device it came from."""
    return f"{at.isoformat()} {device}" if device else at.isoformat()


def locked_for_good(device: str | None) -> str:
    """Write down that a lead must open the lock of a device, or of all that nobody has enrolled.

    Of people the latter is kept beside their tries.
    """
    return f"{_LOCKED} {device or ''}"


def still_counted(kept: Sequence[str], now: datetime) -> list[str]:
    """Of what was written down, keep what still counts."""
    return [it for it in kept if it.startswith(_LOCKED) or datetime.fromisoformat(it.partition(" ")[0]) > now - DAY]


def failed_on(kept: Sequence[str], device: str | None) -> list[datetime]:
    """Give the failures that were tried from this device; None for those from devices nobody has enrolled."""
    split = (it.partition(" ") for it in kept if not it.startswith(_LOCKED))
    return [datetime.fromisoformat(at) for at, _, where in split if where == (device or "")]


def lock_on(kept: Sequence[str], device: str | None, now: datetime, *, hard: bool = False) -> Lock | None:
    """Say whether somebody may try on this device; `hard` when that is locked for good elsewhere than in `kept`."""
    if hard or locked_for_good(device) in kept:
        return Lock(hard=True)
    return lock_of(failed_on(kept, device), now)


def locks(kept: Sequence[str], now: datetime) -> list[Lock]:
    """Give every lock that what was written down amounts to."""
    places = {it.partition(" ")[2] for it in kept if not it.startswith(_LOCKED)}
    found = [lock_of(failed_on(kept, place or None), now) for place in places]
    for_good = [Lock(hard=True) for it in kept if it.startswith(_LOCKED)]
    return [*for_good, *(lock for lock in found if lock is not None)]


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
