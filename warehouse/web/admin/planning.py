"""The lead's planning screen: begin a plan, watch it get better, move orders, release."""

from flask import Blueprint, Response, redirect
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.planning.pace import pickers_here
from warehouse.services.site import load_site
from warehouse.storage.queries.batching import cart_sizes
from warehouse.storage.queries.board.floor import order_counts
from warehouse.web import caller, parts
from warehouse.web.admin import show
from warehouse.web.api import Body
from warehouse.web.api.plans import Clock, NewPlan, begin_plan, draft_report
from warehouse.web.asking import now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_planning", __name__, url_prefix="/admin/planning")


class PlanForm(Body):
    """What the form of a new plan sends."""

    limit: int = Field(default=200, ge=1, le=5000)
    carrier: str = Field(default="", max_length=80)
    cutoff: Clock | None = None
    zone: str = Field(default="", max_length=20)
    cart: str | None = Field(default=None, max_length=40)
    wave: str | None = Field(default=None, max_length=80)
    pickers: int | None = Field(default=None, ge=1, le=500)
    single: str = ""
    seconds: float = Field(default=8.0, ge=0.0, le=120.0)


@blueprint.get("")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
def overview() -> Response:
    """Show the form for a new plan, and the plans in the making."""
    return _overview()


@blueprint.post("")
@requires(Permission.PLAN_BATCHES)
def begin() -> AnyResponse:
    """Begin a plan and go to it."""
    begun: list[int] = []

    def act() -> None:
        sent = form(PlanForm)
        wanted = NewPlan(**sent.model_dump(exclude={"single"}), single=sent.single == "yes")
        begun.append(begin_plan(wanted).id)

    problem = attempted(act)
    return _overview(problem) if problem else redirect(f"/admin/planning/{begun[0]}", code=303)


@blueprint.get("/<key:draft>")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
def watch(draft: int) -> Response:
    """Show a plan while it gets better."""
    found = parts().planning.get(draft)
    with parts().database.read() as session:
        zone = load_site(session).time_zone
    state = {**draft_report(found), "timeZone": zone, "mayPlan": caller().may(Permission.PLAN_BATCHES)}
    return show("admin/planning_watch.html", state=state, draft=found)


def _overview(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        carts, ready, site = cart_sizes(session), order_counts(session)["ready"], load_site(session)
        pickers = len(pickers_here(session, now()))
    return show(
        "admin/planning.html",
        problem,
        ready=ready,
        pickers=pickers,
        carts=[
            ("", "Whichever is taken"),
            *((cart.code, sentence("{cart}, {number} totes", cart=cart.code, number=cart.slots)) for cart in carts),
        ],
        carriers=[("", "Every carrier"), *((it.name, it.name) for it in site.carriers)],
        drafts=parts().planning.drafts(),
    )
