"""The floor plan as a page: drawn with its stock or a batch's walk, edited part by part."""

from datetime import timedelta
from typing import Literal

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import BatchState
from warehouse.domain.roles import Permission
from warehouse.domain.routing import FloorPlan
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.layout.floor_plan import PlaceBins, RemovePart, place_bins, remove_part
from warehouse.services.layout.picture import Wanted, draw_floor
from warehouse.services.layout.rung import standing_of
from warehouse.storage.queries import layout as found
from warehouse.storage.queries.batching import list_batches
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Key
from warehouse.web.api.layout import PartBody, RemoveBody, close_aisle, put_part
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_layout", __name__, url_prefix="/admin/layout")

PICKS_OF = timedelta(days=28)
WALKS = 60


class Looked(Body):
    """What to draw on the plan."""

    heat: Literal["stock", "picks"] = "stock"
    batch: Key | None = None


class AisleForm(Body):
    """An aisle to close with a reason, or to open."""

    code: str = Field(min_length=1, max_length=20)
    reason: str | None = Field(default=None, max_length=200)
    open: str = ""


class PlaceForm(Body):
    """Where the bays of an aisle begin and how far apart they are."""

    aisle: str = Field(min_length=1, max_length=20)
    first_y_mm: int = Field(ge=-10_000_000, le=10_000_000)
    bay_mm: int = Field(ge=1, le=100_000)


@blueprint.get("")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def plan() -> Response:
    """Draw the floor plan."""
    return _page()


@blueprint.post("/part")
@requires(Permission.EDIT_CATALOG)
def put() -> AnyResponse:
    """Add a part, or change it."""
    return _done(attempted(lambda: put_part(form(PartBody))))


@blueprint.post("/remove")
@requires(Permission.EDIT_CATALOG)
def remove() -> AnyResponse:
    """Take a part off the plan."""

    def act() -> None:
        gone = form(RemoveBody)
        asked = RemovePart(actor=actor(), at=now(), kind=gone.kind, code=gone.code, to=gone.to)
        parts().database.run(remove_part, asked)

    return _done(attempted(act))


@blueprint.post("/block")
@requires(Permission.EDIT_CATALOG, Permission.PLAN_BATCHES)
def block() -> AnyResponse:
    """Close an aisle for now, or open it."""

    def act() -> None:
        sent = form(AisleForm)
        reason = None if sent.open == "yes" else sent.reason or ""
        close_aisle(sent.code, reason)

    return _done(attempted(act))


@blueprint.post("/place")
@requires(Permission.EDIT_CATALOG)
def place() -> AnyResponse:
    """Give the bins of an aisle their places."""

    def act() -> None:
        sent = form(PlaceForm)
        asked = PlaceBins(actor=actor(), at=now(), aisle=sent.aisle, first_y_mm=sent.first_y_mm, bay_mm=sent.bay_mm)
        parts().database.run(place_bins, asked)

    return _done(attempted(act))


def _done(problem: Problem | None) -> AnyResponse:
    return _page(problem) if problem else done("saved", "admin_layout.plan")


def _page(problem: Problem | None = None) -> Response:
    looked = asked_for(Looked) if request.method == "GET" else Looked()
    with parts().database.read() as session:
        layout, plan = found.load_layout(session), found.floor_plan(session)
        by_picks = looked.heat == "picks"
        figures = found.picks_by_bin(session, now() - PICKS_OF) if by_picks else found.units_by_bin(session)
        walk = found.stops_of(session, looked.batch) if looked.batch else []
        batches = list_batches(session, states=[BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING])[:WALKS]
        undrawn = found.aisles_without_plan(session)
    wanted = Wanted(figures=figures, unit="picks" if by_picks else "pieces", walk=walk)
    return show(
        "admin/layout.html",
        problem,
        picture=draw_floor(layout, plan, wanted),
        plan=plan,
        standing=standing_of(layout),
        undrawn=undrawn,
        looked=looked,
        walk=FloorPlan(layout).as_listed(walk) if walk else None,
        batches=[
            ("", "No walk"),
            *((it.id, sentence("Batch {batch}, {number} lines", batch=it.number, number=it.tasks)) for it in batches),
        ],
        may_edit=caller().may(Permission.EDIT_CATALOG),
        may_block=caller().may(Permission.EDIT_CATALOG, Permission.PLAN_BATCHES),
        sent=request.form,
    )
