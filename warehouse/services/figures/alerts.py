"""What is out of line today opens an exception: a spike of one kind, dearer parcels, slower orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, LabelState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.figures.alerts import Alert, AlertLimits, dearer, slower, spike
from warehouse.domain.figures.measures import Case, Span, Unit, by_day
from warehouse.domain.words import Text, sentence, together, word
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.figures.kpis import span_of
from warehouse.services.figures.quality import within
from warehouse.services.figures.speed import cycle_from_import
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.packing import LabelRow

DAYS = 28
_HOUR = timedelta(hours=1)
_LINKED = 20
_ADVICE = sentence("Look for a common cause.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """An alert with its words and the exceptions it is made of."""

    subject: str
    text: Text
    exceptions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAlerts(Request):
    """What was noticed."""

    noticed: tuple[Noticed, ...]


def look_for_alerts(session: Session, now: datetime) -> list[Noticed]:
    """Find what is out of line now and has no open entry yet; only reads."""
    limits, span = load_site(session).alerts, span_of(session, now, DAYS + 1)
    found = [*_spikes(session, span, limits), *_costs(session, span, limits), *_delays(session, span, limits)]
    known = select(ExceptionRow.subject).where(
        ExceptionRow.type == ExceptionType.ANOMALY, ExceptionRow.state != ExceptionState.RESOLVED
    )
    told = set(session.scalars(known))
    return [one for one in found if one.subject not in told]


def tell_alerts(session: Session, request: TellAlerts) -> tuple[int, ...]:
    """Open an exception about each; their keys are given back."""
    return tuple(
        open_exception(
            session,
            OpenEntry(
                actor=request.actor,
                at=request.at,
                type=ExceptionType.ANOMALY,
                subject=one.subject,
                text=one.text,
                data={"exceptions": list(one.exceptions)},
            ),
        )
        for one in request.noticed
    )


def _spikes(session: Session, span: Span, limits: AlertLimits) -> Iterator[Noticed]:
    """Compare the last hour with the same hour by the site's clock on each day before."""
    hours = list(_same_hours(span))
    rows = session.execute(
        select(ExceptionRow.type, ExceptionRow.opened_at, ExceptionRow.id).where(
            within(ExceptionRow.opened_at, span), ExceptionRow.type != ExceptionType.ANOMALY
        )
    ).all()
    counts: dict[str, list[list[int]]] = {}
    for kind, at, key in rows:
        for number, end in enumerate(hours):
            if end - _HOUR < at <= end:
                counts.setdefault(kind, [[] for _ in hours])[number].append(key)
    for kind, found in sorted(counts.items()):
        alert = spike(kind, len(found[0]), [len(keys) for keys in found[1:]], limits)
        if alert:
            text = sentence(
                "{now} exceptions of the kind “{kind}” in the last hour, {usual} are usual.",
                now=f"{alert.now:.0f}",
                kind=word(kind),
                usual=f"{alert.usual:.0f}",
            )
            subject, linked = f"anomaly:spike:{kind}", tuple(found[0][:_LINKED])
            yield Noticed(subject=subject, text=together(text, _ADVICE), exceptions=linked)


def _same_hours(span: Span) -> Iterator[datetime]:
    """Give the end of this hour and of the same hour of each day before, by the clock of the site."""
    local = span.now.astimezone(ZoneInfo(span.zone))
    for back in range(DAYS + 1):
        yield (local - timedelta(days=back)).astimezone(span.now.tzinfo)


def _costs(session: Session, span: Span, limits: AlertLimits) -> Iterator[Noticed]:
    bought = select(LabelRow.bought_at, LabelRow.cost_cents).where(
        LabelRow.state == LabelState.BOUGHT, LabelRow.cost_cents.is_not(None), within(LabelRow.bought_at, span)
    )
    cases = [Case(at, cents) for at, cents in session.execute(bought) if at and cents is not None]
    zone = ZoneInfo(span.zone)
    today = [case.n for case in cases if case.at.astimezone(zone).date() == span.last]
    days = by_day(Unit.SHARE, cases, span)
    before = [it.value for day, it in days.items() if day != span.last and it.value is not None]
    alert = dearer(today, before, limits)
    if alert:
        said = "A parcel costs {now} on average today, {usual} are usual."
        yield _out_of_line(alert, span, said, f"{alert.now / 100:.2f}", f"{alert.usual / 100:.2f}")


def _delays(session: Session, span: Span, limits: AlertLimits) -> Iterator[Noticed]:
    cases, zone = cycle_from_import(session, span), ZoneInfo(span.zone)
    today = [case.n for case in cases if case.at.astimezone(zone).date() == span.last]
    days = by_day(Unit.HOURS, cases, span)
    before = [it.value * 3600 for day, it in days.items() if day != span.last and it.value is not None]
    alert = slower(today, before, limits)
    if alert:
        said = "Orders took {now} h from import to truck today, {usual} are usual."
        yield _out_of_line(alert, span, said, f"{alert.now / 3600:.1f}", f"{alert.usual / 3600:.1f}")


def _out_of_line(alert: Alert, span: Span, pattern: str, now: str, usual: str) -> Noticed:
    text = sentence(pattern, now=now, usual=usual)
    return Noticed(subject=f"anomaly:{alert.what}:{span.last}", text=together(text, _ADVICE))
