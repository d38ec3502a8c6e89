"""What planning saves, as a page: metres and hours a day, and a list of goods that should lie elsewhere."""

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.web.admin import show
from warehouse.web.api.savings import DaysQuery, read_advice, read_days
from warehouse.web.forms import asked_for

blueprint = Blueprint("admin_savings", __name__, url_prefix="/admin/savings")


class Looked(DaysQuery):
    """How far back, and whether advice on places is wanted: it takes some seconds."""

    advice: str = Field(default="", max_length=3)


@blueprint.get("")
@requires(Permission.SEE_BATCHES)
def report() -> Response:
    """Show the report."""
    looked = asked_for(Looked)
    days = read_days(looked.days)
    return show(
        "admin/savings.html",
        days=days,
        looked=looked,
        advice=read_advice(looked.days) if looked.advice == "yes" else None,
        walked=sum(day.distance_mm for day in days),
        by_name=sum(day.name_order_mm for day in days),
        hours=sum(day.saved_hours for day in days),
        most=max((day.name_order_mm for day in days), default=1),
    )
