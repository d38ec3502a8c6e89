"""Going live over HTTP: the checklist, the shadow report, what mistakes cost, the freeze of stock."""

from datetime import date

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.codes import Mode
from warehouse.domain.figures.measures import Span
from warehouse.domain.roles import Permission
from warehouse.domain.rollout.costs import Cost
from warehouse.services.figures.kpis import span_of
from warehouse.services.rollout.checklist import Point, backup_of, checklist
from warehouse.services.rollout.costing import costs_of
from warehouse.services.rollout.shadow import ShadowReport, shadow_report
from warehouse.services.stock.freezing import BeginFreeze, EndFreeze, begin_freeze, end_freeze
from warehouse.storage.backup import read_record
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Day, Line, Moment, operation
from warehouse.web.api.figures import SpanQuery, csv_answer
from warehouse.web.asking import actor, now

blueprint = Blueprint("going_live", __name__, url_prefix=f"{PREFIX}/going-live")
HEADER = ("day", "mode", "by", "name", "blocked", "people")


class PointAnswer(Answer):
    """One question of the checklist, and what the system knows of it."""

    title: str
    holds: bool
    known: str


class DayQuery(Body):
    """A day of the site, today when none is named, and the mode that was worked in."""

    day: Day | None = None
    mode: Mode = Field(default=Mode.SHADOW, strict=False)


class BlockedAnswer(Answer):
    """How many refused scans there were of a rule, an item or a place."""

    name: str
    count: int


class ByAnswer(Answer):
    """The refused scans, three ways."""

    rules: list[BlockedAnswer]
    items: list[BlockedAnswer]
    places: list[BlockedAnswer]


class HourAnswer(Answer):
    """An hour of the site's clock."""

    hour: int
    scans: int
    blocked: int
    people: int


class CostAnswer(Answer):
    """A cost in cents, null where a figure of the site is not set, with its formula."""

    name: str
    formula: str
    filled: str
    cents: int | None


class ShadowAnswer(Answer):
    """What would have been blocked on a day."""

    day: date
    mode: Mode
    orders: int
    wrong_orders: int
    scans: int
    blocked: int
    by: ByAnswer
    hours: list[HourAnswer]
    costs: list[CostAnswer]


class NewFreeze(Body):
    """Until when, and why."""

    until: Moment
    reason: Line


class Reason(Body):
    """Why."""

    reason: Line


@blueprint.get("/checklist")
@requires(Permission.SEE_BOARD)
@operation(answer=list[PointAnswer])
def points() -> list[Point]:
    """Answer every question of the go-live checklist."""
    return read_points()


@blueprint.get("/shadow")
@requires(Permission.SEE_BOARD)
@operation(query=DayQuery, answer=ShadowAnswer)
def shadow(query: DayQuery) -> ShadowReport:
    """Give what would have been blocked on a day: by rule, item, place and hour, with the cost of it."""
    return read_shadow(query)


@blueprint.get("/shadow.csv")
@requires(Permission.SEE_BOARD)
@operation(query=DayQuery)
def shadow_file(query: DayQuery) -> Response:
    """Give the same as a file."""
    report = read_shadow(query)
    ways = (("rule", report.by.rules), ("item", report.by.items), ("place", report.by.places))
    rows: list[tuple[object, ...]] = [
        (report.day, report.mode.value, way, one.name, one.count, "") for way, found in ways for one in found
    ]
    rows += [(report.day, report.mode.value, "hour", it.hour, it.blocked, it.people) for it in report.hours]
    return csv_answer("would-have-blocked.csv", HEADER, rows)


@blueprint.get("/costs")
@requires(Permission.SEE_BOARD)
@operation(query=SpanQuery, answer=list[CostAnswer])
def costs(query: SpanQuery) -> list[Cost]:
    """Give what mistakes cost over the last days, each with its formula."""
    with parts().database.read() as session:
        return list(costs_of(session, span_of(session, now(), query.days)))


@blueprint.post("/freeze")
@requires(Permission.OVERRIDE)
@operation(body=NewFreeze, status=201)
def freeze(body: NewFreeze) -> None:
    """Freeze stock: nothing moves but what released work takes."""
    asked = BeginFreeze(actor=actor(), at=now(), until=body.until, reason=body.reason)
    parts().database.run(begin_freeze, asked)


@blueprint.post("/freeze/end")
@requires(Permission.OVERRIDE)
@operation(body=Reason)
def thaw(body: Reason) -> None:
    """End the freeze."""
    parts().database.run(end_freeze, EndFreeze(actor=actor(), at=now(), reason=body.reason))


def read_points() -> list[Point]:
    """Answer the checklist now."""
    with parts().database.read() as session:
        return checklist(session, now(), backup_of(read_record(parts().settings.data_dir)))


def read_shadow(asked: DayQuery) -> ShadowReport:
    """Read the report of a day."""
    with parts().database.read() as session:
        today = span_of(session, now(), 1)
        day = asked.day or today.last
        span = Span(first=day, last=day, zone=today.zone, now=today.now)
        return shadow_report(session, span, asked.mode)
