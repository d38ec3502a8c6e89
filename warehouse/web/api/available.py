"""What can still be sold, over HTTP and as CSV; changes are told by the webhook `stock.adjusted`."""

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.stock.available import Available, SetBuffer, Wanted, available, set_buffer
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Listing, PageQuery, Quantity, listing, operation
from warehouse.web.api.figures import csv_answer
from warehouse.web.asking import actor, now

blueprint = Blueprint("available", __name__, url_prefix=PREFIX)
HEADER = ("sku", "name", "on_hand", "reserved", "blocked", "safety_buffer", "available")


class AvailableAnswer(Answer):
    """Pieces of an item; `available` is on hand less reserved, blocked and buffer, never below 0."""

    sku: str
    name: str
    on_hand: int
    reserved: int
    blocked: int
    buffer: int
    available: int


class AvailableQuery(PageQuery):
    """The beginning of a SKU."""

    text: str = Field(default="", max_length=40)


class Buffer(Body):
    """So many pieces are never offered; null is the site's own figure."""

    sku: Code = Field(max_length=40)
    pieces: Quantity | None = None


@blueprint.get("/available")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
@operation(query=AvailableQuery, answer=Listing[AvailableAnswer])
def list_available(query: AvailableQuery) -> Listing[Available]:
    """List what can be sold, by SKU."""
    asked = Wanted(text=query.text, after=query.after or "", limit=query.limit + 1)
    with parts().database.read() as session:
        return listing(available(session, now(), asked), query.limit, lambda row: row.sku)


@blueprint.get("/available.csv")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
@operation()
def download() -> Response:
    """Give what can be sold of every item as a file."""
    with parts().database.read() as session:
        found = available(session, now())
    rows = ((it.sku, it.name, it.on_hand, it.reserved, it.blocked, it.buffer, it.available) for it in found)
    return csv_answer("available.csv", HEADER, rows)


@blueprint.put("/available/buffer")
@requires(Permission.EDIT_CATALOG, Permission.ADJUST_STOCK)
@operation(body=Buffer)
def put_buffer(body: Buffer) -> None:
    """Keep pieces of an item back from sale."""
    keep(body)


def keep(body: Buffer) -> None:
    """Store the buffer of an item; raises NotFoundError for an unknown one."""
    parts().database.run(set_buffer, SetBuffer(actor=actor(), at=now(), sku=body.sku, pieces=body.pieces))
