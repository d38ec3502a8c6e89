"""Moves over HTTP: the ledger, and goods carried from bin to bin."""

from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.codes import MoveReason
from warehouse.domain.roles import Permission
from warehouse.services.stock.relocating import Carry, carry_goods
from warehouse.storage.queries.moves import MoveEntry, moves
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Digits, Line, Listing, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("moves", __name__, url_prefix=PREFIX)


class MoveAnswer(Answer):
    """So many pieces of a lot went from place to place, why, and by whom."""

    id: int
    at: datetime
    sku: str
    lot_code: str
    quantity: int
    source: str
    target: str
    reason: MoveReason
    note: str | None
    person: str | None


class MoveQuery(PageQuery):
    """Moves of one SKU, or all."""

    sku: Code | None = None
    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class NewMove(Body):
    """Pieces to carry from one bin to another; `lot` where lots are told apart."""

    from_bin: Code = Field(alias="from", max_length=40)
    to_bin: Code = Field(alias="to", max_length=40)
    sku: Code = Field(max_length=40)
    lot: str = Field(default="", max_length=40)
    quantity: int = Field(ge=1, le=1_000_000)
    note: Line | None = Field(default=None, max_length=200)


class Carried(Answer):
    """The moves that were written, one a lot."""

    moves: list[int]


@blueprint.get("/moves")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
@operation(query=MoveQuery, answer=Listing[MoveAnswer])
def list_moves(query: MoveQuery) -> Listing[MoveEntry]:
    """List moves, the oldest first."""
    with parts().database.read() as session:
        found = moves(session, query.limit + 1, after=query.after or 0, sku=query.sku)
    return listing(found, query.limit, lambda move: move.id)


@blueprint.post("/moves")
@requires(Permission.ADJUST_STOCK)
@operation(body=NewMove, answer=Carried, status=201)
def carry(body: NewMove) -> Response:
    """Carry free pieces from one bin to another: from reserve to a pick face, or to where they belong."""
    return create(carry_goods, wanted(body), lambda _session, keys: Carried(moves=list(keys)))


def wanted(body: NewMove) -> Carry:
    """Say who carries what."""
    return Carry(
        actor=actor(),
        at=now(),
        source=body.from_bin,
        target=body.to_bin,
        sku=body.sku,
        lot=body.lot,
        quantity=body.quantity,
        note=body.note,
    )
