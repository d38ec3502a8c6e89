"""Batches for the lead: propose, look at the distances, store, release, cancel, watch."""

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import BatchState
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.batches.releasing import CancelBatch, ReleaseBatches, cancel_batch, release_batches
from warehouse.services.planning.batching import PlanBatches, PlanOutcome, plan_batches
from warehouse.storage.queries.batching import cart_sizes, list_batches
from warehouse.storage.queries.board.floor import order_counts
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body
from warehouse.web.api.parsing import DIGITS
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_batches", __name__, url_prefix="/admin/batches")

MOST = 500
OPEN = (BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING, BatchState.PICKED)
OVER = (BatchState.CLOSED, BatchState.CANCELLED)


class PlanForm(Body):
    """What to plan; `commit` stores it."""

    cart: str | None = Field(default=None, max_length=40)
    limit: int = Field(default=500, ge=1, le=2000)
    single: str = ""
    commit: str = ""


class CancelForm(Body):
    """Why a batch is dissolved."""

    reason: str = Field(min_length=1, max_length=200)


@blueprint.get("")
@requires(Permission.SEE_BATCHES)
def batches() -> Response:
    """List what is planned and on the floor."""
    return _page()


@blueprint.post("/plan")
@requires(Permission.PLAN_BATCHES)
def plan() -> AnyResponse:
    """Propose batches, or store the proposal."""
    found: list[tuple[PlanForm, PlanOutcome]] = []

    def act() -> None:
        asked = form(PlanForm)
        wanted = PlanBatches(
            actor=actor(),
            at=now(),
            cart=asked.cart,
            limit=asked.limit,
            single=asked.single == "yes",
            commit=asked.commit == "yes",
        )
        found.append((asked, plan_batches(parts().database, wanted)))

    problem = attempted(act)
    if found and found[0][0].commit == "yes":
        return done("planned", "admin_batches.batches")
    return _page(problem, found[0] if found else None)


@blueprint.post("/release")
@requires(Permission.PLAN_BATCHES)
def release() -> AnyResponse:
    """Let pickers take the batches that are ticked."""

    def act() -> None:
        ticked = request.form.getlist("batch")
        if not ticked or not all(DIGITS.fullmatch(key) for key in ticked):
            raise InvalidInputError("Tick the batches to release.")
        asked = ReleaseBatches(actor=actor(), at=now(), batches=tuple(int(key) for key in ticked))
        parts().database.run(release_batches, asked)

    problem = attempted(act)
    return _page(problem) if problem else done("released", "admin_batches.batches")


@blueprint.post("/<key:batch>/cancel")
@requires(Permission.PLAN_BATCHES)
def cancel(batch: int) -> AnyResponse:
    """Dissolve a batch of which nothing has been picked."""

    def act() -> None:
        asked = CancelBatch(actor=actor(), at=now(), batch=batch, reason=form(CancelForm).reason)
        parts().database.run(cancel_batch, asked)

    problem = attempted(act)
    return _page(problem) if problem else done("cancelled", "admin_batches.batches")


def _page(problem: Problem | None = None, proposed: tuple[PlanForm, PlanOutcome] | None = None) -> Response:
    over = "over" in request.args
    with parts().database.read() as session:
        rows = list_batches(session, states=OVER if over else OPEN, limit=MOST + 1, newest_first=over)
        carts = cart_sizes(session)
        ready = order_counts(session)["ready"]
    form_sent, outcome = proposed if proposed else (PlanForm(), None)
    return show(
        "admin/batches.html",
        problem,
        most=MOST,
        more=len(rows) > MOST,
        lanes=[(state, [row for row in rows[:MOST] if row.state == state]) for state in (OVER if over else OPEN)],
        over=over,
        carts=[
            ("", "Whichever is taken"),
            *((cart.code, sentence("{cart}, {number} totes", cart=cart.code, number=cart.slots)) for cart in carts),
        ],
        ready=ready,
        sent=form_sent,
        outcome=outcome,
    )
