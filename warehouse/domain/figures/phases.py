"""Which figures matter when: a system is judged otherwise in its first two weeks than in its third month."""

from datetime import date, timedelta
from enum import StrEnum

_FIRST = timedelta(days=14)
_SECOND = timedelta(days=60)


class Phase(StrEnum):
    """How far a site is: before it goes live, in its first two weeks, in its second month, and after."""

    BEFORE = "before"
    KINDS = "kinds"
    TREND = "trend"
    COMPARE = "compare"


def phase_of(day: date, live_on: date | None) -> Phase:
    """Give the phase of a day; without a day of going live it is still before it.

    Days 1-14 show kinds and volumes of exceptions, up to day 60 the trend of what goes straight through, then all is
    held against the baseline.
    """
    if live_on is None or day < live_on:
        return Phase.BEFORE
    if day < live_on + _FIRST:
        return Phase.KINDS
    return Phase.TREND if day < live_on + _SECOND else Phase.COMPARE


PHASE_TEXTS = {
    Phase.BEFORE: "Not live yet. What is measured now, or told of the old system, is kept as the baseline.",
    Phase.KINDS: "Weeks 1 and 2: more exceptions than later are usual. Look at their kinds and how many there are; "
    "shares over so few cases say little.",
    Phase.TREND: "Up to day 60: look at how many orders go straight through, week by week. 40 % in the first week "
    "is a start.",
    Phase.COMPARE: "From day 61: hold each figure against the baseline. 80 % straight through is the aim of month 3.",
}
