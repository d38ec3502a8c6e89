"""The figures a lead acts on: what is left, when it will be finished, how much time is spare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines picked of lines planned."""

    picked: int
    planned: int

    @property
    def remaining(self) -> int:
        """Lines still to do."""
        return max(self.planned - self.picked, 0)

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(self.picked + other.picked, self.planned + other.planned)

    def __str__(self) -> str:
        return f"{self.picked} of {self.planned}"


def total_progress(parts: Iterable[Progress]) -> Progress:
    """Add up the progress of several batches."""
    return sum(parts, Progress(0, 0))


def measured_pace(lines: int, worked: timedelta) -> float | None:
    """Give lines an hour, or None while nothing can be said yet."""
    if lines <= 0 or worked <= timedelta(0):
        return None
    return lines * 3600 / worked.total_seconds()


def projected_finish(now: datetime, remaining: int, lines_per_hour: float | None) -> datetime | None:
    """Give the moment the remaining lines will be done at this pace; None when there is no pace to go by."""
    if remaining <= 0:
        return now
    if lines_per_hour is None or lines_per_hour <= 0:
        return None
    return now + timedelta(hours=remaining / lines_per_hour)


def slack(cutoff: datetime | None, finish: datetime | None) -> timedelta | None:
    """Give cutoff minus projected finish, negative when late; None when one of them is not known."""
    return None if cutoff is None or finish is None else cutoff - finish


def slack_text(spare: timedelta | None) -> str:
    """Say slack as the floor says it: "12 min spare", "1 h 5 min late", "" when it is not known.

    A started minute counts against us: 30 seconds late is "1 min late", 90 seconds spare "1 min spare".
    """
    if spare is None:
        return ""
    minutes = spare // timedelta(minutes=1)
    word = "late" if minutes < 0 else "spare"
    hours, rest = divmod(abs(minutes), _MINUTES_PER_HOUR)
    return f"{hours} h {rest} min {word}" if hours else f"{rest} min {word}"
