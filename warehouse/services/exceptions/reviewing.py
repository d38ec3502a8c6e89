"""The review of a month: which rules fired, which never did, which were overridden, and what went around them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import MATRIX
from warehouse.domain.site_settings import NEEDS_TWO
from warehouse.domain.words import sentence
from warehouse.services.site import load_site
from warehouse.storage.queries.exceptions.review import (
    FiredRule,
    Month,
    changed_settings,
    counted_facts,
    fired_rules,
    held_by_hand,
    named_in_facts,
    scans_by_hand,
)

_DECEMBER = 12
_AROUND = {
    "lot_swapped": sentence("Another lot taken than asked"),
    "taken_over": sentence("Work taken over from somebody"),
    "print_voided": sentence("Labels or papers voided"),
    "short_undone": sentence("Shortages taken back"),
    "wave_rules_removed": sentence("Wave rules removed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workaround:
    """Something that went around the rules, how often, and of how many where that is known."""

    what: str
    count: int
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One month; rules that neither fired, nor refused an order, nor let one pass, never fired."""

    month: date
    fired: tuple[FiredRule, ...]
    never: tuple[str, ...]
    refused: Mapping[str, int]
    let_pass: Mapping[str, int]
    workarounds: tuple[Workaround, ...]
    loosened: Mapping[str, int]


def review_month(session: Session, month: date) -> Review:
    """Count one month, in the site's time zone, from the events themselves."""
    span = _span(session, month)
    fired = fired_rules(session, span)
    refused, let_pass = named_in_facts(session, span, "order_refused"), named_in_facts(session, span, "checks_let_pass")
    seen = {rule.type for rule in fired} | set(refused) | set(let_pass)
    changed = changed_settings(session, span)
    return Review(
        month=month,
        fired=tuple(fired),
        never=tuple(kind.value for kind in MATRIX if kind.value not in seen),
        refused=dict(refused),
        let_pass=dict(let_pass),
        workarounds=_workarounds(session, span, fired),
        loosened={name: count for name, count in changed.items() if name in NEEDS_TWO},
    )


def _workarounds(session: Session, span: Month, fired: list[FiredRule]) -> tuple[Workaround, ...]:
    scans, typed = scans_by_hand(session, span)
    facts = counted_facts(session, span, tuple(_AROUND))
    opened = sum(rule.opened for rule in fired)
    return (
        Workaround(what=sentence("Codes typed instead of scanned"), count=typed, of=scans),
        Workaround(
            what=sentence("Exceptions settled within a minute"), count=sum(rule.quick for rule in fired), of=opened
        ),
        Workaround(what=sentence("Orders held by hand, without a rule"), count=held_by_hand(session, span)),
        *(Workaround(what=words, count=facts.get(action, 0)) for action, words in _AROUND.items()),
    )


def _span(session: Session, month: date) -> Month:
    zone = ZoneInfo(load_site(session).time_zone)
    following = date(month.year + month.month // _DECEMBER, month.month % _DECEMBER + 1, 1)
    first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (month.replace(day=1), following))
    return Month(since=first, until=last)
