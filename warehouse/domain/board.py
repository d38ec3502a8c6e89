"""What the board says about the team: how long it went without an error."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """Orders packed in a row without an error: `now`, and the `best` run that was looked at."""

    now: int
    best: int

    @property
    def is_best(self) -> bool:
        """Whether there was never a longer one."""
        return self.now > 0 and self.now == self.best


def error_free(*, packed: Sequence[datetime], errors: Sequence[datetime]) -> Streak:
    """Count the orders `packed` since the last of the `errors`, and in the longest stretch between two errors."""
    breaks = sorted(errors)
    runs = Counter(bisect_right(breaks, at) for at in packed)
    return Streak(now=runs[len(breaks)], best=max(runs.values(), default=0))
