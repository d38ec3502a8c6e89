"""Orders: found, shown with their whole story, held, lifted, cancelled, rushed, changed."""

from collections.abc import Sequence
from typing import Annotated, Literal

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.codes import OrderState, Priority
from warehouse.domain.errors import FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.orders.changes import Changed, ChangeOrder, change_order
from warehouse.services.orders.decisions import Cancelled, CancelOrder, RushOrder, cancel_order, rush_order
from warehouse.services.orders.gates import BothGates, both_gates
from warehouse.services.orders.holds import HoldOrder, LiftHold, hold_order, lift_hold
from warehouse.storage.queries.order_list import (
    OpenHold,
    OrderFilter,
    OrderLine,
    OrderSummary,
    holds_of,
    lines_of,
    list_orders,
    order_summary,
)
from warehouse.storage.queries.orders import StoryEntry, batches_with, gates_of, story_of
from warehouse.web import parts
from warehouse.web.api import (
    PREFIX,
    Answer,
    Body,
    Code,
    Digits,
    Key,
    Line,
    Listing,
    Moment,
    PageQuery,
    listing,
    operation,
)
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("orders", __name__, url_prefix=PREFIX)

Units = Annotated[int, Field(ge=0, le=1_000_000)]


class OrderQuery(PageQuery):
    """Which orders."""

    state: OrderState | None = None
    hold: Literal["yes", "no"] | None = None
    customer: Line | None = None
    cutoff_before: Moment | None = None
    source: Line | None = None
    external_id: Line | None = None
    search: Line | None = None
    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class BatchOf(Answer):
    """A batch the order is or was on."""

    id: int
    number: str
    state: str


class OrderAnswer(Answer):
    """An order with both gates, who can lift what shuts them, whose it is, its lines and its whole story."""

    order: OrderSummary
    lines: list[OrderLine]
    holds: list[OpenHold]
    releasable: list[str]
    pickable: list[str]
    gates: BothGates
    batches: list[BatchOf]
    story: list[StoryEntry]


class Held(Answer):
    """A hold, by key."""

    hold: int


class Lifted(Answer):
    """How many holds were lifted."""

    lifted: int


class HoldBody(Body):
    """Why the order is to stand still: a short word and a sentence."""

    reason: Code = Field(default="manual", max_length=40)
    text: Line


class LiftBody(Body):
    """Why it may go on; without `hold` all holds are lifted."""

    reason: Line
    hold: Key | None = None


class ReasonBody(Body):
    """Why."""

    reason: Line


class RushBody(Body):
    """Why this one goes first."""

    reason: Line
    priority: Annotated[int, Field(ge=0, le=9)] = Priority.RUSH


class LineChange(Body):
    """The new quantity of a line; 0 takes it off."""

    line: Annotated[int, Field(ge=1, le=100_000)]
    quantity: Units


class NewLine(Body):
    """A line to add."""

    sku: Code
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]


class PatchBody(Body):
    """What is to be different, and why."""

    reason: Line
    lines: list[LineChange] = Field(default=[], max_length=1000)
    add: list[NewLine] = Field(default=[], max_length=1000)


class PatchAnswer(Answer):
    """What the change left to do."""

    order: int
    put_backs: list[int]
    exception: int | None


class CancelAnswer(Answer):
    """What the cancellation left to do."""

    order: int
    put_backs: list[int]
    batches: list[int]


class Rushed(Answer):
    """The order's priority now."""

    priority: int


@blueprint.get("/orders")
@requires(Permission.SEE_ORDERS)
@operation(query=OrderQuery, answer=Listing[OrderSummary])
def orders(query: OrderQuery) -> Listing[OrderSummary]:
    """List orders by state, hold, cutoff, customer or the shop's own id."""
    with parts().database.read() as session:
        rows = list_orders(session, filter_of(query, limit=query.limit + 1))
    return listing(rows, query.limit, lambda order: order.id)


@blueprint.get("/orders/<number:number>")
@requires(Permission.SEE_ORDERS)
@operation(answer=OrderAnswer)
def order(number: str) -> OrderAnswer:
    """Show one order with its whole story."""
    with parts().database.read() as session:
        return read_order(session, number)


@blueprint.post("/orders/<number:number>/hold")
@requires(Permission.EDIT_ORDERS)
@operation(body=HoldBody, answer=Held, status=201)
def hold(number: str, body: HoldBody) -> Response:
    """Stop an order; work on it hears at once."""
    asked = HoldOrder(actor=actor(), at=now(), number=number, reason=body.reason, text=body.text)
    return create(hold_order, asked, lambda _session, key: Held(hold=key))


@blueprint.post("/orders/<number:number>/lift-hold")
@requires(Permission.EDIT_ORDERS)
@operation(body=LiftBody, answer=Lifted)
def lift(number: str, body: LiftBody) -> Lifted:
    """Lift one hold, or all."""
    asked = LiftHold(actor=actor(), at=now(), number=number, reason=body.reason, hold=body.hold)
    return Lifted(lifted=parts().database.run(lift_hold, asked))


@blueprint.post("/orders/<number:number>/cancel")
@requires(Permission.EDIT_ORDERS)
@operation(body=ReasonBody, answer=CancelAnswer)
def cancel(number: str, body: ReasonBody) -> CancelAnswer:
    """Cancel an order; units in totes become put-backs."""
    asked = CancelOrder(actor=actor(), at=now(), number=number, reason=body.reason)
    done: Cancelled = parts().database.run(cancel_order, asked)
    return CancelAnswer(order=done.order, put_backs=list(done.put_backs), batches=list(done.batches))


@blueprint.post("/orders/<number:number>/rush")
@requires(Permission.EDIT_ORDERS)
@operation(body=RushBody, answer=Rushed)
def rush(number: str, body: RushBody) -> Rushed:
    """Put an order before all others."""
    asked = RushOrder(actor=actor(), at=now(), number=number, reason=body.reason, priority=body.priority)
    return Rushed(priority=parts().database.run(rush_order, asked))


@blueprint.patch("/orders/<number:number>")
@requires(Permission.EDIT_ORDERS)
@operation(body=PatchBody, answer=PatchAnswer)
def change(number: str, body: PatchBody) -> PatchAnswer:
    """Change quantities or add lines, each line and each SKU named once; work in progress hears at once."""
    named: dict[str, Sequence[object]] = {
        "lines": [each.line for each in body.lines],
        "add": [each.sku for each in body.add],
    }
    if twice := [field for field, names in named.items() if len(names) != len(set(names))]:
        raise InvalidInputError("Some fields are wrong.", tuple(FieldProblem(field, "comes twice") for field in twice))
    asked = ChangeOrder(
        actor=actor(),
        at=now(),
        number=number,
        reason=body.reason,
        quantities={each.line: each.quantity for each in body.lines},
        added={each.sku: each.quantity for each in body.add},
    )
    done: Changed = parts().database.run(change_order, asked)
    return PatchAnswer(order=done.order, put_backs=list(done.put_backs), exception=done.exception)


def filter_of(query: OrderQuery, limit: int) -> OrderFilter:
    """Turn the query of a list into what the database is asked."""
    return OrderFilter(
        state=query.state,
        held=None if query.hold is None else query.hold == "yes",
        customer=query.customer,
        cutoff_before=query.cutoff_before,
        source=query.source,
        external_id=query.external_id,
        search=query.search,
        after=query.after or 0,
        limit=limit,
    )


def read_order(session: Session, number: str) -> OrderAnswer:
    """Read an order whole; NotFoundError when there is none."""
    found = order_summary(session, number)
    if found is None:
        raise NotFoundError(sentence("There is no order {number}.", number=number))
    gates = gates_of(session, found.id)
    return OrderAnswer(
        order=found,
        lines=lines_of(session, found.id),
        holds=holds_of(session, found.id),
        releasable=list(gates.releasable),
        pickable=list(gates.pickable),
        gates=both_gates(session, found.id),
        batches=[BatchOf(id=key, number=name, state=state) for key, name, state in batches_with(session, found.id)],
        story=story_of(session, found.id),
    )
