"""Stock over HTTP: what lies where; a figure sent is a count, booked as receipt or correction."""

from datetime import date

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.codes import PlaceKind
from warehouse.domain.drafts import StockDraft
from warehouse.domain.roles import Permission
from warehouse.services.catalog.edits import PutRecord, put_record
from warehouse.storage.queries.catalog import Stock, stock
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Listing, PageQuery, Quantity, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("stock", __name__, url_prefix=PREFIX)


class StockAnswer(Answer):
    """Pieces of a lot at a place, and how many of them are promised."""

    id: int
    place: str
    kind: PlaceKind
    item: int
    sku: str
    name: str
    lot: int
    lot_code: str
    expires_on: date | None
    quantity: int
    reserved: int
    blocked_reason: str | None


class StockQuery(PageQuery):
    """The beginning of a place's code or of a SKU."""

    text: str | None = Field(default=None, max_length=40)


class StockFigure(Body):
    """So many pieces of a lot lie in the bin now."""

    bin: Code = Field(max_length=40)
    sku: Code = Field(max_length=40)
    lot: str = Field(default="", max_length=40)
    expires_on: date | None = Field(default=None, strict=False)
    quantity: Quantity


class Booked(Answer):
    """What was done: `created` for a first receipt, `updated` for a correction, `unchanged`."""

    result: str


@blueprint.get("/stock")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
@operation(query=StockQuery, answer=Listing[StockAnswer])
def list_stock(query: StockQuery) -> Listing[Stock]:
    """List what lies where."""
    after = query.after_key
    with parts().database.read() as session:
        return listing(stock(session, query.limit + 1, after, query.text), query.limit, lambda row: row.id)


@blueprint.post("/stock")
@requires(Permission.ADJUST_STOCK)
@operation(body=StockFigure, answer=Booked)
def book(body: StockFigure) -> Booked:
    """Bring the stock of a lot in a bin to this figure; the difference is a move. Sending it twice changes nothing."""
    return Booked(result=book_figure(body))


def book_figure(body: StockFigure) -> str:
    """Book a figure; raises InvalidInputError for an unknown SKU or bin, or units that are promised."""
    draft = StockDraft(line=1, **body.model_dump())
    return parts().database.run(put_record, PutRecord(actor=actor(), at=now(), draft=draft))
