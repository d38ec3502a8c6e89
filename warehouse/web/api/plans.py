"""Plans in the making over HTTP: begun, looked at while they get better, moved about, stored and released."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.planning.room import Draft, draft_figures
from warehouse.planning.search import Budget, foresee_plan
from warehouse.services.actor import Request
from warehouse.services.planning.known import OrderFilter, PlanBatches
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Line, OrderNumber, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("plans", __name__, url_prefix=PREFIX)
Json = dict[str, Any]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class NewPlan(Body):
    """Which orders, onto which cart, and how long to look for better batches."""

    orders: list[OrderNumber] | None = Field(default=None, max_length=2000)
    limit: int = Field(default=500, ge=1, le=5000)
    carrier: str = Field(default="", max_length=80)
    cutoff: Clock | None = None
    zone: str = Field(default="", max_length=20)
    cart: Code | None = None
    wave: Line | None = None
    pickers: int | None = Field(default=None, ge=1, le=500)
    single: bool = False
    seconds: float = Field(default=8.0, ge=0.0, le=120.0)
    iterations: int = Field(default=0, ge=0, le=10**7)
    seed: int = Field(default=0, ge=0, lt=2**31)


class MoveBody(Body):
    """Move an order to a batch of the plan, counted from 1; null is a batch of its own. `dry` only tells the price.

    `seen` is the version of the plan that the price was told for: it is refused for another.
    """

    order: OrderNumber
    to: int | None = Field(ge=1, le=10_000)
    dry: bool = False
    seen: int | None = Field(default=None, ge=0)


class CommitBody(Body):
    """Store the plan; pickers may take it at once when `release` is set."""

    release: bool = False


class MovedAnswer(Answer):
    """What the move costs: millimetres and seconds of work more, or less where negative; orders late."""

    order: str
    to: int | None
    extra_mm: int
    extra_s: int
    late_before: int
    late_after: int
    version: int


class StoredAnswer(Answer):
    """The stored batches, and the orders left out with the reason."""

    batches: tuple[int, ...]
    left_out: tuple[Json, ...]


@blueprint.get("/plans")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
@operation(answer=list[Json])
def list_plans() -> list[Json]:
    """List the plans in the making, the newest first."""
    return [draft_figures(draft) for draft in parts().planning.drafts()]


@blueprint.post("/plans")
@requires(Permission.PLAN_BATCHES)
@operation(body=NewPlan, answer=Json)
def begin(body: NewPlan) -> Json:
    """Begin to plan; the first plan is there in a moment and gets better until the time is over."""
    return draft_figures(begin_plan(body))


@blueprint.get("/plans/<key:draft>")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
@operation(answer=Json)
def show(draft: int) -> Json:
    """Give a plan as it is now, batch by batch."""
    return draft_report(parts().planning.get(draft))


@blueprint.post("/plans/<key:draft>/stop")
@requires(Permission.PLAN_BATCHES)
@operation(answer=Json)
def stop(draft: int) -> Json:
    """End the search; the best so far stays."""
    found = parts().planning.get(draft)
    parts().planning.stop(found)
    return draft_report(found)


@blueprint.post("/plans/<key:draft>/move")
@requires(Permission.PLAN_BATCHES)
@operation(body=MoveBody, answer=MovedAnswer)
def move(draft: int, body: MoveBody) -> Json:
    """Move an order to another batch, or ask what that costs."""
    room = parts().planning
    to = None if body.to is None else body.to - 1
    return asdict(room.move(room.get(draft), body.order, to, dry=body.dry, seen=body.seen)) | {"to": body.to}


@blueprint.post("/plans/<key:draft>/commit")
@requires(Permission.PLAN_BATCHES)
@operation(body=CommitBody, answer=StoredAnswer)
def commit(draft: int, body: CommitBody) -> Json:
    """Store the plan, and release it when asked to."""
    room = parts().planning
    stored = room.store(room.get(draft), Request(actor=actor(), at=now()), release=body.release)
    return {"batches": stored.batches, "left_out": tuple(it.to_json() for it in stored.left_out)}


def begin_plan(body: NewPlan) -> Draft:
    """Begin a draft for whoever asks."""
    request = PlanBatches(
        actor=actor(),
        at=now(),
        orders=None if body.orders is None else tuple(body.orders),
        limit=body.limit,
        only=OrderFilter(carrier=body.carrier, cutoff=body.cutoff or "", zone=body.zone),
        cart=body.cart,
        wave=body.wave,
        pickers=body.pickers,
        single=body.single,
        seed=body.seed,
    )
    budget = Budget(seconds=body.seconds, iterations=body.iterations, seed=body.seed)
    return parts().planning.start(request, budget)


def draft_report(draft: Draft) -> Json:
    """Describe a draft batch by batch; before its first plan there are only its figures."""
    figures = draft_figures(draft)
    if draft.step is None:
        return {**figures, "trips": None, "left_out": []}
    best = draft.best
    foreseen = foresee_plan(best.outcome.plan, best.orders, draft.shift)
    trips = [
        {
            "orders": list(batch.orders),
            "totes": len(batch.totes),
            "lines": len(batch.tasks),
            "stops": batch.stops,
            "distance_mm": batch.distance_mm,
            "by_name_mm": batch.by_name_mm,
            "cutoff": _iso(batch.cutoff),
            "seconds": ahead.seconds,
            "finish": _iso(ahead.finish),
            "late": list(ahead.late),
        }
        for batch, ahead in zip(best.outcome.plan.batches, foreseen, strict=True)
    ]
    return {
        **figures,
        "trips": trips,
        "cart_totes": draft.known.rules.totes,
        "left_out": [it.to_json() for it in best.outcome.left_out],
        "stored": list(draft.stored),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
