"""What planning saves: metres and hours a day, as values and as CSV; and which SKUs should lie elsewhere."""

import csv
import io
from datetime import datetime, timedelta

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.domain.slotting import Advice, advise
from warehouse.services.figures.kpis import span_of
from warehouse.services.planning.pace import read_travel
from warehouse.storage.queries.layout import load_layout
from warehouse.storage.queries.savings import DayWalked, Period, days_walked, walked_history
from warehouse.web import parts
from warehouse.web.api import PREFIX, Body, operation
from warehouse.web.asking import now

blueprint = Blueprint("savings", __name__, url_prefix=PREFIX)
HEADER = ("day", "batches", "lines", "walked_m", "name_order_m", "saved_m", "saved_hours")


class DaysQuery(Body):
    """How many days to look back."""

    days: int = Field(default=28, ge=1, le=366)


@blueprint.get("/reports/savings")
@requires(Permission.SEE_BATCHES)
@operation(query=DaysQuery, answer=list[DayWalked])
def show(query: DaysQuery) -> list[DayWalked]:
    """Give what was walked by day, and what name order would have walked; lengths in millimetres."""
    return read_days(query.days)


@blueprint.get("/reports/savings.csv")
@requires(Permission.SEE_BATCHES)
@operation(query=DaysQuery)
def download(query: DaysQuery) -> Response:
    """Give the same as a file, in metres."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for day in read_days(query.days):
        metres = (round(mm / 1000) for mm in (day.distance_mm, day.name_order_mm, day.saved_mm))
        rows.writerow((day.day, day.batches, day.lines, *metres, day.saved_hours))
    head = {"Content-Disposition": "attachment; filename=savings.csv"}
    return Response(text.getvalue(), content_type="text/csv; charset=utf-8", headers=head)


@blueprint.get("/reports/slotting")
@requires(Permission.SEE_BATCHES)
@operation(query=DaysQuery, answer=list[Advice])
def slotting(query: DaysQuery) -> list[Advice]:
    """Give which SKUs should lie elsewhere, measured on the trips of the last days."""
    return list(read_advice(query.days))


def read_days(days: int) -> list[DayWalked]:
    """Read the days walked."""
    with parts().database.read() as session:
        return days_walked(session, period_of(session, now(), days))


def period_of(session: Session, at: datetime, days: int) -> Period:
    """Give the last days of the site, today among them, each from its midnight on."""
    span = span_of(session, at, days)
    return Period(since=span.since, zone=span.zone, mm_per_s=read_travel(session).mm_per_s)


def read_advice(days: int) -> tuple[Advice, ...]:
    """Have advice made in a helper process: walking hundreds of trips again is no work for this one."""
    with parts().database.read() as session:
        layout, history = load_layout(session), walked_history(session, now() - timedelta(days=days))
    return parts().children.run(advise, layout, history)
