"""Orders for the office: found, shown with their whole story, held, lifted, rushed, cancelled, changed."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import OrderState
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.decisions import CancelOrder, RushOrder, cancel_order, rush_order
from warehouse.services.orders.holds import HoldOrder, LiftHold, hold_order, lift_hold
from warehouse.services.shipping.after_label import Intercept, Redirect, intercept_order, redirect_order
from warehouse.storage.queries.order_list import list_orders
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body
from warehouse.web.api.orders import OrderQuery, filter_of, read_order
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form
from warehouse.web.language import named

blueprint = Blueprint("admin_orders", __name__, url_prefix="/admin/orders")

PAGE = 50


class PageAsked(OrderQuery):
    """The list's filters."""


class Why(Body):
    """The reason for what is done."""

    reason: str = Field(min_length=1, max_length=200)


class NewQuantity(Why):
    """What a line is to be."""

    line: int = Field(ge=1, le=100_000)
    quantity: int = Field(ge=0, le=1_000_000)


class NewAddress(Why):
    """What is different from now on; what is left empty stays."""

    name: str | None = Field(default=None, max_length=120)
    lines: str | None = Field(default=None, max_length=600)
    postcode: str | None = Field(default=None, max_length=20)
    city: str | None = Field(default=None, max_length=120)
    country: str | None = Field(default=None, max_length=60)
    service: str | None = Field(default=None, max_length=40)

    def address(self) -> dict[str, object]:
        """Give the fields of the address that are different."""
        found = self.model_dump(include={"name", "postcode", "city", "country"}, exclude_none=True)
        lines = [line.strip() for line in (self.lines or "").splitlines() if line.strip()]
        return found | ({"lines": lines} if lines else {})


@blueprint.get("")
@requires(Permission.SEE_ORDERS)
def orders() -> Response:
    """List orders."""
    asked = asked_for(PageAsked)
    with parts().database.read() as session:
        rows = list_orders(session, filter_of(asked, limit=PAGE + 1))
    return show(
        "admin/orders.html",
        orders=rows[:PAGE],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
        asked=asked,
        states=[("", "Every state"), *named(OrderState)],
        args={name: value for name, value in request.args.items() if value and name not in {"after", "did"}},
    )


@blueprint.get("/<number:number>")
@requires(Permission.SEE_ORDERS)
def order(number: str) -> Response:
    """Show one order with its whole story."""
    return _page(number)


@blueprint.post("/<number:number>/hold")
@requires(Permission.EDIT_ORDERS)
def hold(number: str) -> AnyResponse:
    """Stop it."""

    def act() -> None:
        asked = HoldOrder(actor=actor(), at=now(), number=number, reason="manual", text=form(Why).reason)
        parts().database.run(hold_order, asked)

    return _tried(number, act, "held")


@blueprint.post("/<number:number>/lift-hold")
@requires(Permission.EDIT_ORDERS)
def lift(number: str) -> AnyResponse:
    """Let it go on."""

    def act() -> None:
        asked = LiftHold(actor=actor(), at=now(), number=number, reason=form(Why).reason)
        parts().database.run(lift_hold, asked)

    return _tried(number, act, "lifted")


@blueprint.post("/<number:number>/rush")
@requires(Permission.EDIT_ORDERS)
def rush(number: str) -> AnyResponse:
    """Put it first."""

    def act() -> None:
        asked = RushOrder(actor=actor(), at=now(), number=number, reason=form(Why).reason)
        parts().database.run(rush_order, asked)

    return _tried(number, act, "rushed")


@blueprint.post("/<number:number>/cancel")
@requires(Permission.EDIT_ORDERS)
def cancel(number: str) -> AnyResponse:
    """Cancel it."""

    def act() -> None:
        asked = CancelOrder(actor=actor(), at=now(), number=number, reason=form(Why).reason)
        parts().database.run(cancel_order, asked)

    return _tried(number, act, "cancelled")


@blueprint.post("/<number:number>/lines")
@requires(Permission.EDIT_ORDERS)
def change(number: str) -> AnyResponse:
    """Change the quantity of a line."""

    def act() -> None:
        wanted = form(NewQuantity)
        quantities = {wanted.line: wanted.quantity}
        asked = ChangeOrder(
            actor=actor(), at=now(), number=number, reason=wanted.reason, quantities=quantities, added={}
        )
        parts().database.run(change_order, asked)

    return _tried(number, act, "changed")


@blueprint.post("/<number:number>/redirect")
@requires(Permission.EDIT_ORDERS)
def redirect(number: str) -> AnyResponse:
    """Send it elsewhere, or by another service; sealed cartons get another label."""

    def act() -> None:
        wanted = form(NewAddress)
        asked = Redirect(
            actor=actor(),
            at=now(),
            number=number,
            reason=wanted.reason,
            address=wanted.address(),
            service=wanted.service,
        )
        parts().database.run(redirect_order, asked)

    return _tried(number, act, "redirected")


@blueprint.post("/<number:number>/intercept")
@requires(Permission.EDIT_ORDERS)
def intercept(number: str) -> AnyResponse:
    """Have a lead ask the carrier to stop what has left."""

    def act() -> None:
        parts().database.run(
            intercept_order, Intercept(actor=actor(), at=now(), number=number, reason=form(Why).reason)
        )

    return _tried(number, act, "intercepting")


def _tried(number: str, act: Callable[[], None], word: str) -> AnyResponse:
    problem = attempted(act)
    return _page(number, problem) if problem else done(word, "admin_orders.order", number=number)


def _page(number: str, problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found = read_order(session, number)
    return show("admin/order.html", problem, found=found, order=found.order, sent=request.form if problem else {})
