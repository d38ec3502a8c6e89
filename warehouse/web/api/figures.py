"""The figures a warehouse is judged by, over HTTP: with what each counts, by day and week, and as CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.figures.measures import Figure, Span, Unit
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.figures.baseline import (
    Baseline,
    KeepBaseline,
    KeepMeasured,
    baselines,
    keep_baseline,
    keep_measured,
)
from warehouse.services.figures.kpis import KPIS, Kpi, Trend, kpi_named, read_trends, span_of
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Day, Line, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("figures", __name__, url_prefix=PREFIX)
HEADER = ("figure", "unit", "period", "begins", "n", "of", "value", "p90", "cases", "few_cases")
_HOUR = 3600


class SpanQuery(Body):
    """How many days to look back, today among them."""

    days: int = Field(default=28, ge=1, le=366)


class Measured(Answer):
    """`n` of `of`; hours count seconds in `n`, what is per hour seconds in `of`. `value` null: nothing to say."""

    n: int
    of: int
    cases: int
    value: float | None
    p90: float | None
    few: bool


class Period(Measured):
    """The figure of a day, or of the week that begins on a Monday."""

    begins: date


class FigureAnswer(Answer):
    """One figure: what it counts, what the best reach, its value over the span, by day and by week."""

    name: str
    title: str
    unit: Unit
    target: float | None
    higher_is_better: bool
    numerator: str
    denominator: str
    window: str
    time_zone: str
    whole: Measured
    days: list[Period]
    weeks: list[Period]


class NewBaseline(Body):
    """A figure from before: of what is per hour `of` counts hours, of what takes hours `n` does."""

    figure: str = Field(max_length=40)
    n: int = Field(ge=0, le=10**9)
    of: int = Field(ge=1, le=10**9)
    since: Day
    until: Day
    source: Line


class BaselineAnswer(Answer):
    """A figure from before, as it was kept."""

    kpi: str
    n: int
    of: int
    value: float
    since: date
    until: date
    source: str


@dataclass(frozen=True)
class Kept:
    """How many figures were kept."""

    kept: int


class KeptAnswer(Answer):
    """How many figures were kept."""

    kept: int


@blueprint.get("/figures")
@requires(Permission.SEE_BOARD, Permission.SEE_METRICS)
@operation(query=SpanQuery, answer=list[FigureAnswer])
def list_figures(query: SpanQuery) -> list[FigureAnswer]:
    """Give every figure with its trend by day and week."""
    span, trends = read(query.days, KPIS)
    return [_answer(trend, span) for trend in trends]


@blueprint.get("/figures/<name>")
@requires(Permission.SEE_BOARD, Permission.SEE_METRICS)
@operation(query=SpanQuery, answer=FigureAnswer)
def one_figure(name: str, query: SpanQuery) -> FigureAnswer:
    """Give one figure with its trend."""
    span, (trend,) = read(query.days, [known(name)])
    return _answer(trend, span)


@blueprint.get("/figures.csv")
@requires(Permission.SEE_BOARD, Permission.SEE_METRICS)
@operation(query=SpanQuery)
def download(query: SpanQuery) -> Response:
    """Give every figure as a file: a row each for the whole span, each week and each day."""
    span, trends = read(query.days, KPIS)
    return csv_answer("figures.csv", HEADER, (row for trend in trends for row in _rows(trend, span)))


@blueprint.get("/figures/baselines")
@requires(Permission.SEE_BOARD, Permission.SEE_METRICS)
@operation(answer=list[BaselineAnswer])
def list_baselines() -> list[Baseline]:
    """Give every figure kept from before, the newest first."""
    with parts().database.read() as session:
        return baselines(session)


@blueprint.post("/figures/baselines")
@requires(Permission.OVERRIDE)
@operation(body=NewBaseline, answer=KeptAnswer, status=201)
def add_baseline(body: NewBaseline) -> Kept:
    """Keep a figure of the old system with its dates; what is kept is never changed."""
    parts().database.run(keep_baseline, wanted(body))
    return Kept(1)


@blueprint.post("/figures/baselines/measured")
@requires(Permission.OVERRIDE)
@operation(body=SpanQuery, answer=KeptAnswer, status=201)
def add_measured(body: SpanQuery) -> Kept:
    """Keep what was measured here as the baseline."""
    return Kept(parts().database.run(keep_measured, KeepMeasured(actor=actor(), at=now(), days=body.days)))


def wanted(body: NewBaseline) -> KeepBaseline:
    """Turn what was sent into what is kept: hours become seconds."""
    kpi = kpi_named(body.figure)
    unit = kpi.unit if kpi else Unit.SHARE
    return KeepBaseline(
        actor=actor(),
        at=now(),
        kpi=body.figure,
        n=body.n * (_HOUR if unit is Unit.HOURS else 1),
        of=body.of * (_HOUR if unit is Unit.PER_HOUR else 1),
        since=body.since,
        until=body.until,
        source=body.source,
    )


def read(days: int, kpis: Iterable[Kpi]) -> tuple[Span, list[Trend]]:
    """Read figures over the last days of the site."""
    with parts().database.read() as session:
        span = span_of(session, now(), days)
        return span, read_trends(session, span, kpis)


def known(name: str) -> Kpi:
    """Give the figure of this name, or raise NotFoundError."""
    kpi = kpi_named(name)
    if kpi is None:
        raise NotFoundError(sentence("There is no figure {name}.", name=f"{name!r}"))
    return kpi


def csv_answer(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """Give rows as a CSV file to download; a text that a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(header)
    written.writerows([_plain(cell) for cell in row] for row in rows)
    head = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(text.getvalue(), content_type="text/csv; charset=utf-8", headers=head)


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _answer(trend: Trend, span: Span) -> FigureAnswer:
    kpi, counts = trend.kpi, trend.kpi.counts
    return FigureAnswer(
        name=kpi.name,
        title=kpi.title,
        unit=kpi.unit,
        target=kpi.target,
        higher_is_better=kpi.higher,
        numerator=counts.numerator,
        denominator=counts.denominator,
        window=counts.window,
        time_zone=f"{counts.zone.rstrip('.')}: {span.zone}",
        whole=Measured.model_validate(trend.whole),
        days=[_period(day, figure) for day, figure in trend.days.items()],
        weeks=[_period(week, figure) for week, figure in trend.weeks.items()],
    )


def _period(begins: date, it: Figure) -> Period:
    return Period(begins=begins, n=it.n, of=it.of, cases=it.cases, value=it.value, p90=it.p90, few=it.few)


def _rows(trend: Trend, span: Span) -> Iterable[tuple[object, ...]]:
    periods = [("whole", span.first, trend.whole)]
    periods += [("week", begins, figure) for begins, figure in trend.weeks.items()]
    periods += [("day", begins, figure) for begins, figure in trend.days.items()]
    for period, begins, it in periods:
        value = "" if it.value is None else round(it.value, 4)
        ninth = "" if it.p90 is None else round(it.p90, 4)
        few = "yes" if it.few else "no"
        yield (trend.kpi.name, trend.kpi.unit.value, period, begins, it.n, it.of, value, ninth, it.cases, few)
