"""Going live as pages: the checklist, what would have been blocked, both systems compared, the cut-over."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Mode
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.figures.phases import PHASE_TEXTS, phase_of
from warehouse.domain.roles import Permission
from warehouse.domain.rollout.costs import CostModel
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.figures.kpis import span_of
from warehouse.services.rollout.costing import costs_of, untrained_people
from warehouse.services.rollout.cutover import OpenOpening, migration_report, open_opening, opening_progress, way_back
from warehouse.services.rollout.shadow import watched_days
from warehouse.services.rollout.statements import Say, Step, say, statements
from warehouse.services.site import load_site
from warehouse.services.stock.freezing import BeginFreeze, EndFreeze, begin_freeze, current_freeze, end_freeze
from warehouse.storage.backup import dump_command
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Day, Line
from warehouse.web.api.figures import SpanQuery
from warehouse.web.api.going_live import DayQuery, Reason, read_points, read_shadow
from warehouse.web.api.settings import store
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_going_live", __name__, url_prefix="/admin/go-live")
MODES = {Mode.ENFORCE: "Blocking on", Mode.SHADOW: "Watch only", Mode.TRAINING: "Training"}
_WATCHED_DAYS = 28
_TRY_IT = (
    "createdb warehouse_copy",
    "pg_restore --dbname=warehouse_copy warehouse.dump",
    "WAREHOUSE_DATABASE_URL=postgresql:///warehouse_copy warehouse doctor",
)


class Statement(Body):
    """Something a lead says."""

    step: Step = Field(strict=False)
    subject: str = Field(default="", max_length=80)
    note: str = Field(default="", max_length=400)


class LiveOn(Body):
    """The day of going live; none takes it back."""

    day: Day | None = None


class FreezeForm(Body):
    """Until when by the site's clock, and why."""

    until: datetime = Field(strict=False)
    reason: Line


class ZoneForm(Body):
    """One zone, or all."""

    zone: str = Field(default="", max_length=20)


@blueprint.get("")
@requires(Permission.SEE_BOARD)
def overview() -> Response:
    """Show the checklist, and what is worked how strictly."""
    return _overview()


@blueprint.post("/day")
@requires(Permission.EDIT_SETTINGS)
def save_day() -> AnyResponse:
    """Set the day of going live."""

    def act() -> None:
        day = form(LiveOn).day
        store({"live_on": day.isoformat() if day else None}, None)

    problem = attempted(act)
    return _overview(problem) if problem else done("saved", ".overview")


@blueprint.post("/say")
@requires(Permission.OVERRIDE)
def state() -> AnyResponse:
    """Write down what a lead says."""

    def act() -> None:
        said = form(Statement)
        asked = Say(actor=actor(), at=now(), step=said.step, subject=said.subject, note=said.note)
        parts().database.run(say, asked)

    problem = attempted(act)
    return _overview(problem) if problem else done("saved", ".overview")


@blueprint.get("/shadow")
@requires(Permission.SEE_BOARD)
def shadow() -> Response:
    """Show what would have been blocked on a day."""
    looked = asked_for(DayQuery)
    report = read_shadow(looked)
    with parts().database.read() as session:
        days = watched_days(session, span_of(session, now(), _WATCHED_DAYS))
        read = statements(session, Step.SHADOW_REVIEWED)
    return show(
        "admin/go_live_shadow.html", report=report, days=days, read=read, modes=MODES, may_say=_may_act(), looked=looked
    )


@blueprint.get("/costs")
@requires(Permission.SEE_BOARD)
def costs() -> Response:
    """Show what mistakes cost, with the site's own figures."""
    return _costs()


@blueprint.post("/costs")
@requires(Permission.EDIT_SETTINGS)
def save_costs() -> AnyResponse:
    """Store the site's figures."""

    def act() -> None:
        sent = {one.name: request.form.get(one.name, "0").strip() or "0" for one in fields(CostModel)}
        wrong = [name for name, text in sent.items() if not (text.isascii() and text.isdigit() and len(text) <= 9)]  # noqa: PLR2004 - digits
        if wrong:
            raise InvalidInputError(sentence("Write whole numbers: {value}.", value=", ".join(wrong).replace("_", " ")))
        store({"costs": {name: int(text) for name, text in sent.items()}}, None)

    problem = attempted(act)
    return _costs(problem) if problem else done("saved", ".costs")


@blueprint.get("/cut-over")
@requires(Permission.SEE_BOARD)
def cut_over() -> Response:
    """Show the opening count, what came over, the freeze and the way back."""
    return _cut_over()


@blueprint.post("/cut-over/opening")
@requires(Permission.OVERRIDE)
def start_opening() -> AnyResponse:
    """Open the opening counts, in steps short enough for the writer."""

    def act() -> None:
        zone = form(ZoneForm).zone
        while parts().database.run(open_opening, OpenOpening(actor=actor(), at=now(), zone=zone)):
            pass

    problem = attempted(act)
    return _cut_over(problem) if problem else done("saved", ".cut_over")


@blueprint.post("/cut-over/freeze")
@requires(Permission.OVERRIDE)
def freeze() -> AnyResponse:
    """Freeze stock."""

    def act() -> None:
        asked = form(FreezeForm)
        with parts().database.read() as session:
            zone = ZoneInfo(load_site(session).time_zone)
        until = asked.until.replace(tzinfo=zone) if asked.until.tzinfo is None else asked.until
        parts().database.run(begin_freeze, BeginFreeze(actor=actor(), at=now(), until=until, reason=asked.reason))

    problem = attempted(act)
    return _cut_over(problem) if problem else done("saved", ".cut_over")


@blueprint.post("/cut-over/thaw")
@requires(Permission.OVERRIDE)
def thaw() -> AnyResponse:
    """End the freeze."""
    end = attempted(
        lambda: parts().database.run(end_freeze, EndFreeze(actor=actor(), at=now(), reason=form(Reason).reason))
    )
    return _cut_over(end) if end else done("saved", ".cut_over")


@blueprint.post("/cut-over/way-back")
@requires(Permission.OVERRIDE)
def take_way_back() -> Response:
    """Give the files the old system needs to take over again; that they were taken is noted."""
    with parts().database.read() as session:
        packed = way_back(session)
    parts().database.run(say, Say(actor=actor(), at=now(), step=Step.WAY_BACK))
    head = {"Content-Disposition": f"attachment; filename=way-back-{now():%Y-%m-%d}.zip"}
    return Response(packed, content_type="application/zip", headers=head)


def _may_act() -> bool:
    return caller().may(Permission.OVERRIDE)


def _overview(problem: Problem | None = None) -> Response:
    points = read_points()
    with parts().database.read() as session:
        site, span = load_site(session), span_of(session, now(), 1)
        untrained = untrained_people(session, now()) if _may_act() else []
    phase = phase_of(span.last, site.live_on)
    return show(
        "admin/go_live.html",
        problem,
        points=points,
        holding=sum(point.holds for point in points),
        site=site,
        modes=MODES,
        phase_text=PHASE_TEXTS[phase],
        untrained=untrained,
        may_set=caller().may(Permission.EDIT_SETTINGS),
    )


def _costs(problem: Problem | None = None) -> Response:
    looked = asked_for(SpanQuery) if request.method == "GET" else SpanQuery()
    with parts().database.read() as session:
        span, site = span_of(session, now(), looked.days), load_site(session)
        found = costs_of(session, span)
    model: dict[str, Any] = {one.name: getattr(site.costs, one.name) for one in fields(CostModel)}
    may_set = caller().may(Permission.EDIT_SETTINGS)
    return show(
        "admin/go_live_costs.html", problem, costs=found, model=model, looked=looked, span=span, may_set=may_set
    )


def _dump() -> str:
    """Give the commands that back a PostgreSQL database up and try the copy; none on SQLite, which we back up."""
    url = parts().settings.database_url
    if not url.startswith("postgresql"):
        return ""
    return "\n".join([dump_command(url, Path("warehouse.dump")), *_TRY_IT])


def _cut_over(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        came, totals = migration_report(session)
        zones, frozen = opening_progress(session), current_freeze(session, now())
        read, taken = statements(session, Step.MIGRATION_READ), statements(session, Step.WAY_BACK)
        restored = statements(session, Step.BACKUP_RESTORED)
        zone = load_site(session).time_zone
    return show(
        "admin/go_live_cut_over.html",
        problem,
        came=came,
        totals=totals,
        zones=zones,
        frozen=frozen,
        read=read.get(""),
        taken=taken.get(""),
        restored=restored.get(""),
        dump=_dump(),
        time_zone=zone,
        may_act=_may_act(),
    )
