"""What is out of line today: more exceptions of a kind, dearer parcels, slower orders than is usual here."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLimits:
    """When somebody is told: times the usual in percent, and how much there must be for it to mean anything.

    `spike_least` exceptions within an hour; `cases_least` parcels or orders today and days to compare with.
    """

    spike_percent: int = 300
    spike_least: int = 5
    cost_percent: int = 150
    delay_percent: int = 200
    cases_least: int = 20
    days_least: int = 5


@dataclass(frozen=True, slots=True)
class Alert:
    """Something out of line: what, how much there is and what would be usual, in its own unit."""

    what: str
    now: float
    usual: float


def spike(what: str, now: int, before: Sequence[int], limits: AlertLimits) -> Alert | None:
    """Say whether an hour has more than so many times the median of the same hour on the days before.

    A median of nothing counts as one: where nothing is usual, the least number decides.
    """
    usual = median(before) if before else 0
    if now < limits.spike_least or 100 * now <= limits.spike_percent * max(usual, 1):
        return None
    return Alert(what, now, usual)


def dearer(now: Sequence[int], before: Sequence[float], limits: AlertLimits) -> Alert | None:
    """Say whether today's parcels cost more on average than so many times the median of the days' averages."""
    is_enough = len(now) >= limits.cases_least and len(before) >= limits.days_least
    return _out_of_line("cost", _mean(now), before, limits.cost_percent) if is_enough else None


def slower(now: Sequence[int], before: Sequence[float], limits: AlertLimits) -> Alert | None:
    """Say whether the median order today took longer than so many times the median of the days' medians; seconds."""
    is_enough = len(now) >= limits.cases_least and len(before) >= limits.days_least
    return _out_of_line("delay", median(now), before, limits.delay_percent) if is_enough else None


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _out_of_line(what: str, now: float, before: Sequence[float], percent: int) -> Alert | None:
    usual = median(before)
    return Alert(what, now, usual) if 100 * now > percent * usual else None
