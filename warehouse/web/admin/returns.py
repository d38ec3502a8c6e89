"""Returns as pages: the desk finds and opens them, the floor takes in and decides by scanning."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.returns.judging import REASONS
from warehouse.domain.returns.states import ReturnKind, ReturnState
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.orders.states import get_order
from warehouse.services.returns.inspecting import EndReturn, cancel_return, close_return
from warehouse.services.returns.opening import sent_lines
from warehouse.storage.queries.returns import Meaning, meaning_of, returns
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Code, PageQuery
from warehouse.web.api.returns import (
    LOOK,
    Decision,
    Ending,
    NewReturn,
    Pieces,
    Scan,
    decide,
    open_it,
    read_return,
    take_in,
)
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_returns", __name__, url_prefix="/admin/returns")
PER_PAGE = 50
KINDS = {ReturnKind.ASKED: "Customer asked", ReturnKind.REFUSED: "Refused parcel", ReturnKind.UNKNOWN: "Unknown"}
STATES = {
    ReturnState.ANNOUNCED: ("announced", "idle"),
    ReturnState.RECEIVED: ("to be looked at", "caution"),
    ReturnState.INSPECTED: ("looked at", "info"),
    ReturnState.CLOSED: ("closed", "ok"),
    ReturnState.CANCELLED: ("cancelled", "idle"),
}


class Looked(PageQuery):
    """What is looked for, and in which state."""

    find: str = Field(default="", max_length=120)
    state: ReturnState | None = Field(default=None, strict=False)


class ForOrder(Body):
    """The order that something comes back of, or the parcel."""

    kind: ReturnKind = Field(strict=False)
    reason: str = Field(max_length=24)
    order: Code | None = None
    tracking: str | None = Field(default=None, max_length=60)


@blueprint.get("")
@requires(*LOOK)
def overview() -> AnyResponse:
    """List returns, or say what a scanned text means; a return that alone is meant opens at once."""
    looked = asked_for(Looked)
    meaning = None
    if looked.find:
        with parts().database.read() as session:
            meaning = meaning_of(session, looked.find)
        if len(meaning.returns) == 1 and meaning.returns[0].number == looked.find.strip().upper():
            return redirect(url_for(".one", number=meaning.returns[0].number), code=303)
    return _overview(looked, meaning)


@blueprint.post("")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
def add() -> AnyResponse:
    """Open a return from an order, for a parcel, or for goods nobody knows."""
    opened: list[str] = []
    problem = attempted(lambda: opened.append(open_it(_wanted())))
    if not problem:
        return done("saved", ".one", number=opened[0])
    if request.form.get("order") and request.form.get("kind") == ReturnKind.ASKED:
        return _from_order(request.form["order"][:64], problem)
    return _overview(Looked(), None, problem)


@blueprint.get("/from-order/<number:order>")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
def from_order(order: str) -> Response:
    """Show what of an order can come back."""
    return _from_order(order)


@blueprint.get("/<number:number>")
@requires(*LOOK)
def one(number: str) -> Response:
    """Show a return: what was announced, what is here, what waits to be looked at."""
    return _one(number)


@blueprint.post("/<number:number>/receive")
@requires(Permission.COUNT)
def receive(number: str) -> AnyResponse:
    """Take a scanned piece in."""
    return _acted(number, lambda: take_in(number, form(Scan)))


@blueprint.post("/<number:number>/inspect")
@requires(Permission.COUNT, Permission.ADJUST_STOCK)
def inspect(number: str) -> AnyResponse:
    """Book what becomes of pieces."""
    return _acted(number, lambda: decide(number, form(Decision)))


@blueprint.post("/<number:number>/<word>")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
def end(number: str, word: str) -> AnyResponse:
    """Close or cancel a return."""
    ways: dict[str, Any] = {"close": close_return, "cancel": cancel_return}

    def act() -> None:
        if word not in ways:
            raise InvalidInputError("A return is closed or cancelled.")
        asked = EndReturn(actor=actor(), at=now(), number=number, reason=form(Ending).reason)
        parts().database.run(ways[word], asked)

    return _acted(number, act)


def _acted(number: str, act: Callable[[], object]) -> AnyResponse:
    problem = attempted(act)
    return _one(number, problem) if problem else done("saved", ".one", number=number)


def _wanted() -> NewReturn:
    names = [name for name in request.form if name.startswith("pieces-") and request.form[name].strip()]
    counts = {name.removeprefix("pieces-"): request.form[name].strip() for name in names}
    if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in counts.values()):  # noqa: PLR2004 - digits
        raise InvalidInputError("Write whole numbers of pieces.")
    sent = {name: value for name, value in request.form.items() if name in ForOrder.model_fields and value.strip()}
    asked = ForOrder.model_validate_strings(sent)
    pieces = [Pieces(sku=sku, quantity=int(text)) for sku, text in counts.items() if int(text)]
    return NewReturn(kind=asked.kind, reason=asked.reason, order=asked.order, tracking=asked.tracking, pieces=pieces)


def _overview(looked: Looked, meaning: Meaning | None, problem: Problem | None = None) -> Response:
    after = looked.after_key
    with parts().database.read() as session:
        found = list(meaning.returns) if meaning else returns(session, PER_PAGE + 1, after, looked.state)
    return show(
        "admin/returns.html",
        problem,
        rows=found[:PER_PAGE],
        next=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        looked=looked,
        meaning=meaning,
        kinds=KINDS,
        states=STATES,
        reasons=REASONS,
        may_open=_may(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK),
    )


def _from_order(number: str, problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        lines = sent_lines(session, get_order(session, number).id)
    return show("admin/return_from_order.html", problem, order=number, lines=lines, reasons=REASONS, sent=request.form)


def _one(number: str, problem: Problem | None = None) -> Response:
    head, lines = read_return(number)
    return show(
        "admin/return.html",
        problem,
        head=head,
        lines=lines,
        kinds=KINDS,
        states=STATES,
        reasons=REASONS,
        may_receive=_may(Permission.COUNT) and head.state not in {ReturnState.CLOSED, ReturnState.CANCELLED},
        may_decide=_may(Permission.COUNT, Permission.ADJUST_STOCK),
        may_end=_may(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK),
    )


def _may(*rights: Permission) -> bool:
    return any(caller().may(right) for right in rights)
