"""Totes over HTTP: listed and added."""

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.catalog.edits import AddTote, add_tote
from warehouse.storage.queries.catalog import Tote, tote_of, totes
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Listing, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("totes", __name__, url_prefix=PREFIX)


class ToteAnswer(Answer):
    """A tote and the order in it, by our number."""

    id: int
    code: str
    state: str
    order: str | None


class NewTote(Body):
    """A tote to add; its label reads `T:<code>`."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")


@blueprint.get("/totes")
@requires(Permission.SEE_STOCK, Permission.EDIT_CATALOG)
@operation(query=PageQuery, answer=Listing[ToteAnswer])
def list_totes(query: PageQuery) -> Listing[Tote]:
    """List totes by code."""
    with parts().database.read() as session:
        return listing(totes(session, query.limit + 1, query.after), query.limit, lambda tote: tote.code)


@blueprint.post("/totes")
@requires(Permission.EDIT_CATALOG)
@operation(body=NewTote, answer=ToteAnswer, status=201)
def add(body: NewTote) -> Response:
    """Add an empty tote."""

    def shape(session: Session, key: int) -> ToteAnswer:
        return ToteAnswer.model_validate(tote_of(session, key))

    return create(add_tote, AddTote(actor=actor(), at=now(), code=body.code), shape)
