"""Figures from before going live, each with its date and where it comes from; what is kept is never changed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.figures.measures import Figure, Unit
from warehouse.services.actor import Request, audit
from warehouse.services.figures.kpis import kpi_named, read_trends, span_of
from warehouse.storage.models.rollout import BaselineRow

_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBaseline(Request):
    """A figure of the old system: `n` of `of` cases from `since` through `until`; times are in seconds."""

    kpi: str
    n: int
    of: int
    since: date
    until: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMeasured(Request):
    """What was measured here over the last `days` becomes the baseline."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A figure that was kept."""

    kpi: str
    n: int
    of: int
    value: float
    since: date
    until: date
    source: str
    recorded_at: datetime


def keep_baseline(session: Session, request: KeepBaseline) -> int:
    """Keep a figure with its date; the newest of a kind is what is compared with. Its key is given back."""
    kpi = kpi_named(request.kpi)
    if kpi is None:
        raise _wrong("figure", "there is no such figure")
    if request.of <= 0 or request.n < 0 or (kpi.unit is Unit.SHARE and request.n > request.of):
        raise _wrong("n", "must be 0 or more, and of a share not more than what it is of")
    if request.until < request.since:
        raise _wrong("until", "must not be before the first day")
    row = BaselineRow(
        kpi=request.kpi,
        numerator=request.n,
        denominator=request.of,
        since=request.since,
        until=request.until,
        source=request.source,
        recorded_at=request.at,
        recorded_by_id=request.actor.person,
    )
    session.add(row)
    session.flush()
    audit(session, request, "baseline_kept", f"kpi:{request.kpi}", n=request.n, of=request.of)
    return row.id


def keep_measured(session: Session, request: KeepMeasured) -> int:
    """Keep every figure there is something to say of, as measured; gives how many."""
    span, kept = span_of(session, request.at, request.days), 0
    for trend in read_trends(session, span):
        figure, unit = trend.whole, trend.kpi.unit
        if figure.value is None:
            continue
        # Hours are compared as medians: kept as the median of so many cases.
        n = round(figure.value * _HOUR) * figure.cases if unit is Unit.HOURS else figure.n
        wanted = KeepBaseline(
            actor=request.actor,
            at=request.at,
            kpi=trend.kpi.name,
            n=n,
            of=figure.cases if unit is Unit.HOURS else figure.of,
            since=span.first,
            until=span.last,
            source="measured here",
        )
        keep_baseline(session, wanted)
        kept += 1
    return kept


def baselines(session: Session) -> list[Baseline]:
    """List all figures kept, the newest first."""
    rows = session.scalars(select(BaselineRow).order_by(BaselineRow.id.desc()))
    return [
        Baseline(
            kpi=row.kpi,
            n=row.numerator,
            of=row.denominator,
            value=value_of(row.kpi, row.numerator, row.denominator),
            since=row.since,
            until=row.until,
            source=row.source,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def newest(kept: list[Baseline]) -> dict[str, Baseline]:
    """Give the baseline of each figure: the one kept last."""
    return {one.kpi: one for one in reversed(kept)}


def value_of(name: str, n: int, of: int) -> float:
    """Give the value of a kept figure in its unit."""
    unit = unit_of(name)
    return {Unit.SHARE: n / of, Unit.PER_HOUR: n / of * _HOUR, Unit.HOURS: n / of / _HOUR}[unit]


def as_figure(kept: Baseline) -> Figure:
    """Give a kept figure the form of a measured one; of what is per hour the cases are what was done."""
    cases = kept.n if unit_of(kept.kpi) is Unit.PER_HOUR else kept.of
    return Figure(n=kept.n, of=kept.of, cases=cases, value=kept.value)


def unit_of(name: str) -> Unit:
    """Give the unit of a kept figure; one that is measured no more is a share."""
    kpi = kpi_named(name)
    return kpi.unit if kpi else Unit.SHARE


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("Some fields are wrong.", (FieldProblem(field, message),))
