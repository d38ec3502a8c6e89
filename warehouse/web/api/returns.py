"""Returns over HTTP: opened, received by scan, inspected, closed; their label as a file."""

from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.returns.states import ReturnKind, ReturnState, ReturnStep
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.printing import SHEETS, render_documents
from warehouse.services.printing.returns import return_label
from warehouse.services.returns.inspecting import EndReturn, InspectReturn, cancel_return, close_return, inspect_return
from warehouse.services.returns.opening import OpenReturn, open_return
from warehouse.services.returns.receiving import Received, ReceiveReturn, receive_return
from warehouse.storage.queries.returns import ReturnHead, ReturnLine, return_named, returns
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Key, Listing, PageQuery, listing, operation
from warehouse.web.api.labels import asked_for
from warehouse.web.asking import actor, now

blueprint = Blueprint("returns", __name__, url_prefix=f"{PREFIX}/returns")
LOOK = (Permission.SEE_ORDERS, Permission.COUNT)
"""Who may see returns: the desk, and who takes goods in."""


class ReturnQuery(PageQuery):
    """Returns of one state."""

    state: ReturnState | None = Field(default=None, strict=False)


class HeadAnswer(Answer):
    """A return: pieces announced, here, and waiting to be looked at."""

    number: str
    kind: ReturnKind
    state: ReturnState
    reason: str
    order: str | None
    tracking: str | None
    announced: int
    received: int
    waiting: int
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None


class LineAnswer(Answer):
    """One line; `sent` null for goods of no order."""

    id: int
    sku: str
    name: str
    sent: int | None
    announced: int
    received: int
    restocked: int
    quarantined: int
    scrapped: int


class ReturnAnswer(Answer):
    """A return with its lines."""

    head: HeadAnswer
    lines: list[LineAnswer]


class Pieces(Body):
    """So many of a SKU."""

    sku: Code = Field(max_length=40)
    quantity: int = Field(ge=1, le=1_000_000)


class NewReturn(Body):
    """Goods are expected back: of an order, of a parcel by its tracking number, or of neither."""

    kind: ReturnKind = Field(strict=False)
    reason: str = Field(max_length=24)
    order: Code | None = None
    tracking: Code | None = Field(default=None, max_length=60)
    pieces: list[Pieces] = Field(default=[], max_length=200)


class Number(Answer):
    """The number of the return, as its label says."""

    number: str


class Scan(Body):
    """A code of an item, so many times; a serial number where the item has them."""

    code: Code
    quantity: int = Field(default=1, ge=1, le=1_000_000)
    serial: str = Field(default="", max_length=40)


class ReceivedAnswer(Answer):
    """What was taken in, and how many of it are back in this return."""

    sku: str
    pieces: int
    back: int


class Decision(Body):
    """What becomes of pieces of a line; restocked ones lie in `bin` now."""

    line: Key
    step: ReturnStep = Field(strict=False)
    quantity: int = Field(default=1, ge=1, le=1_000_000)
    bin: str = Field(default="", max_length=64)
    serial: str = Field(default="", max_length=40)


class Waiting(Answer):
    """How many pieces of the line still wait to be looked at."""

    waiting: int


class Ending(Body):
    """Why it ends."""

    reason: str = Field(default="", max_length=200)


@blueprint.get("")
@requires(*LOOK)
@operation(query=ReturnQuery, answer=Listing[HeadAnswer])
def list_returns(query: ReturnQuery) -> Listing[ReturnHead]:
    """List returns, the newest first."""
    after = query.after_key
    with parts().database.read() as session:
        return listing(returns(session, query.limit + 1, after, query.state), query.limit, lambda row: row.id)


@blueprint.post("")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
@operation(body=NewReturn, answer=Number, status=201)
def add(body: NewReturn) -> Number:
    """Open a return; more than was sent cannot come back."""
    return Number(number=open_it(body))


@blueprint.get("/<number:number>")
@requires(*LOOK)
@operation(answer=ReturnAnswer)
def one(number: str) -> ReturnAnswer:
    """Give a return with its lines."""
    head, lines = read_return(number)
    return ReturnAnswer(head=HeadAnswer.model_validate(head), lines=[LineAnswer.model_validate(line) for line in lines])


@blueprint.post("/<number:number>/receive")
@requires(Permission.COUNT)
@operation(body=Scan, answer=ReceivedAnswer)
def receive(number: str, body: Scan) -> Received:
    """Take scanned pieces in; never more than was sent."""
    return take_in(number, body)


@blueprint.post("/<number:number>/inspect")
@requires(Permission.COUNT, Permission.ADJUST_STOCK)
@operation(body=Decision, answer=Waiting)
def inspect(number: str, body: Decision) -> Waiting:
    """Book what becomes of pieces: restocked, quarantined or scrapped."""
    return Waiting(waiting=decide(number, body))


@blueprint.post("/<number:number>/close")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
@operation(body=Ending)
def close(number: str, body: Ending) -> None:
    """Close a return of which every piece here was looked at."""
    parts().database.run(close_return, EndReturn(actor=actor(), at=now(), number=number, reason=body.reason))


@blueprint.post("/<number:number>/cancel")
@requires(Permission.EDIT_ORDERS, Permission.ADJUST_STOCK)
@operation(body=Ending)
def cancel(number: str, body: Ending) -> None:
    """Cancel a return of which nothing has come."""
    parts().database.run(cancel_return, EndReturn(actor=actor(), at=now(), number=number, reason=body.reason))


@blueprint.get("/<number:number>/label.<form>")
@requires(*LOOK)
@operation()
def label(number: str, form: str) -> Response:
    """Give the label of a return: pdf, zpl or png."""
    if form not in SHEETS:
        raise NotFoundError(
            sentence("A label comes as {names}, not as {value}.", names=" or ".join(SHEETS), value=f"{form[:20]!r}")
        )
    with parts().database.read() as session:
        [document] = asked_for(session, [return_label(session, number)])
    paper = parts().children.run(render_documents, [document], SHEETS[form], "" if form == "pdf" else "4x6in")
    head = {"Content-Disposition": f"inline; filename=return-{number}.{paper.extension}"}
    return Response(paper.content, content_type=paper.content_type, headers=head)


def open_it(body: NewReturn) -> str:
    """Open a return; its number is given back."""
    wanted: dict[str, int] = {}
    for one_of in body.pieces:
        wanted[one_of.sku] = wanted.get(one_of.sku, 0) + one_of.quantity
    asked = OpenReturn(
        actor=actor(),
        at=now(),
        kind=body.kind,
        reason=body.reason,
        order=body.order,
        tracking=body.tracking,
        pieces=wanted,
    )
    return parts().database.run(open_return, asked)


def take_in(number: str, body: Scan) -> Received:
    """Take scanned pieces in."""
    asked = ReceiveReturn(
        actor=actor(), at=now(), number=number, code=body.code, quantity=body.quantity, serial=body.serial
    )
    return parts().database.run(receive_return, asked)


def decide(number: str, body: Decision) -> int:
    """Book what becomes of pieces; gives how many of the line still wait."""
    asked = InspectReturn(
        actor=actor(),
        at=now(),
        number=number,
        line=body.line,
        step=body.step,
        quantity=body.quantity,
        bin=body.bin,
        serial=body.serial,
    )
    return parts().database.run(inspect_return, asked)


def read_return(number: str) -> tuple[ReturnHead, list[ReturnLine]]:
    """Read a return with its lines, or raise NotFoundError."""
    with parts().database.read() as session:
        found = return_named(session, number)
    if found is None:
        raise NotFoundError(sentence("There is no return {number}.", number=number))
    return found
