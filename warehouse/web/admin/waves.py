"""Wave rules as a page: named, edited, planned from with one press."""

from flask import Blueprint, Response, redirect, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.planning.waves import EVERY_DAY, RulesKey, WaveRules, all_rules, remove_rules
from warehouse.services.site import load_site
from warehouse.storage.queries.batching import cart_sizes
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body
from warehouse.web.api.plans import Clock
from warehouse.web.api.waves import WaveBody, begin_wave, put_wave
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_waves", __name__, url_prefix="/admin/waves")


class WaveForm(Body):
    """What the form of wave rules sends; a box that is not ticked is not sent."""

    name: str = Field(min_length=1, max_length=80)
    carrier: str = Field(default="", max_length=80)
    cutoff: Clock | None = None
    zone: str = Field(default="", max_length=20)
    max_orders: int = Field(ge=1, le=5000)
    cart: str = Field(default="", max_length=40)
    release_at: Clock | None = None
    single: str = ""
    rolling: str = ""
    active: str = ""
    key: int | None = None
    day: str = ""


@blueprint.get("")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
def overview() -> Response:
    """List the wave rules, each with its form."""
    return _overview()


@blueprint.post("")
@requires(Permission.PLAN_BATCHES)
def put() -> AnyResponse:
    """Add wave rules, or change them."""

    def act() -> None:
        sent = form(WaveForm)
        ticks = {name: getattr(sent, name) == "yes" for name in ("single", "rolling", "active")}
        days = [int(day) for day in request.form.getlist("day") if day in set("0123456")]
        plain = sent.model_dump(exclude={*ticks, "key", "day"})
        put_wave(WaveBody(**plain, **ticks, weekdays=days), sent.key)

    problem = attempted(act)
    return _overview(problem) if problem else done("saved", "admin_waves.overview")


@blueprint.post("/<key:key>/remove")
@requires(Permission.PLAN_BATCHES)
def remove(key: int) -> AnyResponse:
    """Take wave rules away."""
    problem = attempted(lambda: parts().database.run(remove_rules, RulesKey(actor=actor(), at=now(), key=key)))
    return _overview(problem) if problem else done("saved", "admin_waves.overview")


@blueprint.post("/<key:key>/plan")
@requires(Permission.PLAN_BATCHES)
def plan(key: int) -> AnyResponse:
    """Plan a wave by these rules now, and go to the plan."""
    begun: list[object] = []
    problem = attempted(lambda: begun.append(begin_wave(key)["draft"]))
    return _overview(problem) if problem else redirect(f"/admin/planning/{begun[0]}", code=303)


def _overview(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        rules, carts, site = all_rules(session), cart_sizes(session), load_site(session)
    return show(
        "admin/waves.html",
        problem,
        rules=rules,
        fresh=WaveRules(name="", weekdays=EVERY_DAY[:5]),
        carts=[
            ("", "Whichever is taken"),
            *((cart.code, sentence("{cart}, {number} totes", cart=cart.code, number=cart.slots)) for cart in carts),
        ],
        carriers=[("", "Every carrier"), *((it.name, it.name) for it in site.carriers)],
        may_plan=caller().may(Permission.PLAN_BATCHES),
    )
