"""Batches: listed, planned, released, taken in hand, given back, closed; and the snapshot a handheld works from."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.codes import BatchState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.scans import actor_of
from warehouse.services.batches.joining import Joined, JoinOrder, Offers, join_order, offers_of
from warehouse.services.batches.leases import Held, Hold, Next, close_batch, hand_back
from warehouse.services.batches.releasing import CancelBatch, ReleaseBatches, cancel_batch, release_batches
from warehouse.services.picking.start import snapshot_of, start_batch, start_next, take_batch_over
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.planning.report import plan_report
from warehouse.storage.queries.batching import BatchLine, batch_line, list_batches
from warehouse.web import caller, parts
from warehouse.web.api import Answer, Body, Code, Line, Listing, OrderNumber, PageQuery, listing, operation

blueprint = Blueprint("api_batches", __name__)
Device = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Json = dict[str, Any]


class BatchQuery(PageQuery):
    """Which batches."""

    state: Annotated[BatchState, Field(strict=False)] | None = None


class BatchAnswer(Answer):
    """A batch with how far it is."""

    id: int
    number: str
    state: str
    kind: str
    cutoff_at: datetime | None
    priority: int
    person: int | None
    person_name: str | None
    device: str | None
    epoch: int
    lease_until: datetime | None
    assigned: int | None
    orders: int
    tasks: int
    tasks_ended: int
    units: int
    units_picked: int
    distance_mm: int | None
    name_order_distance_mm: int | None


class PlanBody(Body):
    """What to plan; `commit` stores it."""

    orders: list[OrderNumber] | None = Field(default=None, max_length=2000)
    wave: Line | None = None
    cart: Code | None = None
    seed: int = Field(default=0, ge=0, lt=2**31)
    commit: bool = False


class DeviceBody(Body):
    """The device in hand."""

    device: Device


class TakeOverBody(DeviceBody):
    """The device in hand, and the one a person was asked about: in hand at another one it is refused, `not_owner`."""

    holder: Device | None = None


class NextBody(DeviceBody):
    """The device in hand. With `ask` my open batch is not taken from another device: `not_owner` names it instead."""

    ask: bool = False


class ReasonBody(Body):
    """Why."""

    reason: Line


class JoinBody(DeviceBody):
    """Which order comes along."""

    order: OrderNumber


class OfferQuery(Body):
    """The order that the picker was told of."""

    order: OrderNumber | None = None


class OfferAnswer(Answer):
    """An order that fits: how many stops and millimetres more."""

    order: str
    urgent: bool
    stops: int
    extra_mm: int


class JoinedAnswer(Answer):
    """The order's slot on the cart, and how far the way has grown."""

    batch: int
    order: str
    slot: int
    stops: int
    extra_mm: int


@blueprint.get("/api/v1/batches")
@requires(Permission.SEE_BATCHES, Permission.PICK)
@operation(query=BatchQuery, answer=Listing[BatchAnswer])
def get_batches(query: BatchQuery) -> Listing[BatchLine]:
    """List batches by key."""
    after = query.after_key or 0
    with parts().database.read() as session:
        states = [query.state] if query.state else None
        rows = list_batches(session, states=states, after=after, limit=query.limit + 1)
    return listing(rows, query.limit, lambda row: row.id)


@blueprint.post("/api/v1/batches/plan")
@requires(Permission.PLAN_BATCHES)
@operation(body=PlanBody, answer=Json)
def post_plan(body: PlanBody) -> Json:
    """Propose batches with their distances; store them when `commit` is set."""
    request = PlanBatches(
        actor=actor_of(caller()),
        at=datetime.now(UTC),
        orders=None if body.orders is None else tuple(body.orders),
        wave=body.wave,
        cart=body.cart,
        seed=body.seed,
        commit=body.commit,
    )
    return plan_report(plan_batches(parts().database, request))


@blueprint.post("/api/v1/batches/next")
@requires(Permission.PICK)
@operation(body=NextBody, answer=Json)
def post_next(body: NextBody) -> Json:
    """Take my open batch, else mine assigned, else the most urgent free one."""
    request = Next(
        actor=actor_of(caller()), at=datetime.now(UTC), device=body.device, proven=caller().device, ask=body.ask
    )
    held = parts().database.run(start_next, request)
    if held is None:
        raise NotFoundError("There is no batch to pick now.")
    return _in_hand(held)


@blueprint.get("/api/v1/batches/<key:batch>")
@requires(Permission.SEE_BATCHES, Permission.PICK)
@operation(answer=Json)
def get_batch(batch: int) -> Json:
    """Give what a handheld works from."""
    return _snapshot(batch)


@blueprint.post("/api/v1/batches/<key:batch>/claim")
@requires(Permission.PICK)
@operation(body=DeviceBody, answer=Json)
def post_claim(batch: int, body: DeviceBody) -> Json:
    """Take a free batch."""
    return _in_hand(parts().database.run(start_batch, _hold(batch, body.device)))


@blueprint.post("/api/v1/batches/<key:batch>/take-over")
@requires(Permission.PICK)
@operation(body=TakeOverBody, answer=Json)
def post_take_over(batch: int, body: TakeOverBody) -> Json:
    """Take a batch from whoever has it, or from one device only."""
    asked = replace(_hold(batch, body.device), holder=body.holder)
    return _in_hand(parts().database.run(take_batch_over, asked))


@blueprint.post("/api/v1/batches/<key:batch>/hand-back")
@requires(Permission.PICK)
@operation(body=DeviceBody, answer=Json)
def post_hand_back(batch: int, body: DeviceBody) -> Json:
    """Give a batch back."""
    return {"epoch": parts().database.run(hand_back, _hold(batch, body.device))}


@blueprint.get("/api/v1/batches/<key:batch>/offers")
@requires(Permission.PICK)
@operation(query=OfferQuery, answer=list[OfferAnswer])
def get_offers(batch: int, query: OfferQuery) -> list[OfferAnswer]:
    """List the orders that fit best on a batch under way: the one that was asked for, then urgent ones."""
    asked = Offers(actor=actor_of(caller()), at=datetime.now(UTC), batch=batch, called=query.order)
    with parts().database.read() as session:
        found = offers_of(session, asked)
    return [
        OfferAnswer(order=it.order.number, urgent=it.order.priority > 0, stops=it.stops, extra_mm=it.extra_mm)
        for it in found
    ]


@blueprint.post("/api/v1/batches/<key:batch>/join")
@requires(Permission.PICK)
@operation(body=JoinBody, answer=JoinedAnswer)
def post_join(batch: int, body: JoinBody) -> Joined:
    """Take an order along on the batch in hand."""
    held = _hold(batch, body.device)
    request = JoinOrder(
        actor=held.actor, at=held.at, batch=batch, device=held.device, proven=held.proven, order=body.order
    )
    return parts().database.run(join_order, request)


@blueprint.post("/api/v1/batches/<key:batch>/close")
@requires(Permission.PICK)
@operation(body=DeviceBody, answer=BatchAnswer)
def post_close(batch: int, body: DeviceBody) -> BatchLine | None:
    """End a picked batch."""
    parts().database.run(close_batch, _hold(batch, body.device))
    return _line(batch)


@blueprint.post("/api/v1/batches/<key:batch>/release")
@requires(Permission.PLAN_BATCHES)
@operation(answer=BatchAnswer)
def post_release(batch: int) -> BatchLine | None:
    """Let pickers have a planned batch."""
    request = ReleaseBatches(actor=actor_of(caller()), at=datetime.now(UTC), batches=(batch,))
    parts().database.run(release_batches, request)
    return _line(batch)


@blueprint.post("/api/v1/batches/<key:batch>/cancel")
@requires(Permission.PLAN_BATCHES)
@operation(body=ReasonBody, answer=BatchAnswer)
def post_cancel(batch: int, body: ReasonBody) -> BatchLine | None:
    """Take a batch back before anything of it was picked."""
    request = CancelBatch(actor=actor_of(caller()), at=datetime.now(UTC), batch=batch, reason=body.reason)
    parts().database.run(cancel_batch, request)
    return _line(batch)


def _hold(batch: int, device: str) -> Hold:
    return Hold(actor=actor_of(caller()), at=datetime.now(UTC), batch=batch, device=device, proven=caller().device)


def _snapshot(batch: int) -> Json:
    with parts().database.read() as session:
        found = snapshot_of(session, batch)
    if found is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=batch))
    return found


def _in_hand(held: Held) -> Json:
    token = {"device_token": held.device_token} if held.device_token else {}
    return _snapshot(held.batch) | token


def _line(batch: int) -> BatchLine | None:
    with parts().database.read() as session:
        return batch_line(session, batch)
