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


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """An alert with its words and the exceptions it is made of."""

    subject: str
    text: str
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
            words = kind.replace("_", " ")
            text = f"{alert.now:.0f} exceptions of the kind “{words}” in the last hour, {alert.usual:.0f} are usual."
            subject = f"anomaly:spike:{kind}"
            yield Noticed(
                subject=subject, text=f"{text} Look for a common cause.", exceptions=tuple(found[0][:_LINKED])
            )


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
        yield _out_of_line(alert, span, "A parcel costs {now:.2f} on average today, {usual:.2f} are usual.", 100)


def _delays(session: Session, span: Span, limits: AlertLimits) -> Iterator[Noticed]:
    cases, zone = cycle_from_import(session, span), ZoneInfo(span.zone)
    today = [case.n for case in cases if case.at.astimezone(zone).date() == span.last]
    days = by_day(Unit.HOURS, cases, span)
    before = [it.value * 3600 for day, it in days.items() if day != span.last and it.value is not None]
    alert = slower(today, before, limits)
    if alert:
        yield _out_of_line(
            alert, span, "Orders took {now:.1f} h from import to truck today, {usual:.1f} are usual.", 3600
        )


def _out_of_line(alert: Alert, span: Span, text: str, scale: int) -> Noticed:
    words = text.format(now=alert.now / scale, usual=alert.usual / scale)
    return Noticed(subject=f"anomaly:{alert.what}:{span.last}", text=f"{words} Look for a common cause.")
