"""The figures as pages: what matters in this phase first, each with "n of N", its trend and what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.figures.measures import Unit
from warehouse.domain.figures.phases import PHASE_TEXTS, phase_of
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.figures.baseline import (
    KeepMeasured,
    as_figure,
    baselines,
    keep_baseline,
    keep_measured,
    newest,
    unit_of,
)
from warehouse.services.figures.breakdowns import blocked_by, exception_kinds, open_by_age
from warehouse.services.figures.kpis import KPIS, Trend, perfect_index, read_trends, span_of
from warehouse.services.site import load_site
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api.figures import NewBaseline, SpanQuery, known, read, wanted
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_figures", __name__, url_prefix="/admin/figures")
_HEIGHT, _STEP = 24, 6


@dataclass(frozen=True, slots=True)
class Curve:
    """A line to draw: its points in a box of `width` by 24, and how it went in words."""

    points: str
    width: int
    words: str


@blueprint.get("")
@requires(Permission.SEE_BOARD)
def overview() -> Response:
    """Show every figure over the last weeks."""
    return _overview()


@blueprint.get("/<name>")
@requires(Permission.SEE_BOARD)
def one(name: str) -> Response:
    """Show one figure: what it counts, by week and by day, and what lies behind it."""
    looked = asked_for(SpanQuery)
    span, (trend,) = read(looked.days, [known(name)])
    with parts().database.read() as session:
        kept = [each for each in baselines(session) if each.kpi == name]
        behind = blocked_by(session, span) if name == "scan_block_rate" else None
        kinds = exception_kinds(session, span) if name == "straight_through" else None
        ages = open_by_age(session, span.now) if name == "old_exceptions" else None
    values: dict[str, Any] = {"behind": behind, "kinds": kinds, "ages": ages, "as_figure": as_figure}
    return show("admin/figure.html", trend=trend, looked=looked, span=span, line=curve_of(trend), kept=kept, **values)


@blueprint.post("/baselines")
@requires(Permission.OVERRIDE)
def add_baseline() -> AnyResponse:
    """Keep a figure from before."""
    problem = attempted(lambda: parts().database.run(keep_baseline, wanted(form(NewBaseline))))
    return _overview(problem) if problem else done("saved", "admin_figures.overview")


@blueprint.post("/baselines/measured")
@requires(Permission.OVERRIDE)
def add_measured() -> AnyResponse:
    """Keep what was measured here as the baseline."""
    keep = KeepMeasured(actor=actor(), at=now(), days=form(SpanQuery).days)
    problem = attempted(lambda: parts().database.run(keep_measured, keep))
    return _overview(problem) if problem else done("saved", "admin_figures.overview")


def curve_of(trend: Trend) -> Curve:
    """Draw the days of a figure; days with nothing to say are left out of the line."""
    values = [figure.value for figure in trend.days.values()]
    known_values = [value for value in values if value is not None]
    low, high = (min(known_values), max(known_values)) if known_values else (0.0, 0.0)
    points = " ".join(
        f"{number * _STEP},{_at(value, low, high):.1f}" for number, value in enumerate(values) if value is not None
    )
    return Curve(points, max((len(values) - 1) * _STEP, 1), _words(trend.kpi.unit, known_values))


def _at(value: float, low: float, high: float) -> float:
    return _HEIGHT / 2 if high == low else _HEIGHT - (value - low) / (high - low) * _HEIGHT


def _words(unit: Unit, values: Sequence[float]) -> str:
    if not values:
        return "nothing to measure"
    return sentence("from {first} to {last}", first=_shown(unit, values[0]), last=_shown(unit, values[-1]))


def _shown(unit: Unit, value: float) -> str:
    return f"{100 * value:.1f} %" if unit is Unit.SHARE else f"{value:.1f}"


def _overview(problem: Problem | None = None) -> Response:
    looked = asked_for(SpanQuery) if request.method == "GET" else SpanQuery()
    with parts().database.read() as session:
        site, span = load_site(session), span_of(session, now(), looked.days)
        trends = read_trends(session, span)
        kinds, ages, kept = exception_kinds(session, span), open_by_age(session, span.now), baselines(session)
    before = newest(kept)
    phase = phase_of(span.last, site.live_on)
    return show(
        "admin/figures.html",
        problem,
        rows=[(trend, curve_of(trend), before.get(trend.kpi.name)) for trend in trends],
        index=perfect_index(trends),
        looked=looked,
        span=span,
        phase=phase,
        phase_text=PHASE_TEXTS[phase],
        live_on=site.live_on,
        kinds=kinds,
        ages=ages,
        kept=kept,
        as_figure=as_figure,
        unit_of=unit_of,
        week_of=_week_of,
        choices=[(kpi.name, kpi.title) for kpi in KPIS],
        sent=request.form,
        may_keep=caller().may(Permission.OVERRIDE),
    )


def _week_of(day: date, live_on: date | None) -> int:
    return 0 if live_on is None else (day - live_on).days // 7 + 1
