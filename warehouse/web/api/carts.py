"""Carts over HTTP: listed and added."""

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.catalog.edits import AddCart, add_cart
from warehouse.storage.queries.catalog import Cart, cart_of, carts
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Listing, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("carts", __name__, url_prefix=PREFIX)


class CartAnswer(Answer):
    """A cart and how many totes it takes."""

    id: int
    code: str
    slots: int


class NewCart(Body):
    """A cart to add; its label reads `K:<code>`."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")
    slots: int = Field(ge=1, le=100)


@blueprint.get("/carts")
@requires(Permission.SEE_STOCK, Permission.EDIT_CATALOG)
@operation(query=PageQuery, answer=Listing[CartAnswer])
def list_carts(query: PageQuery) -> Listing[Cart]:
    """List carts by code."""
    with parts().database.read() as session:
        return listing(carts(session, query.limit + 1, query.after), query.limit, lambda cart: cart.code)


@blueprint.post("/carts")
@requires(Permission.EDIT_CATALOG)
@operation(body=NewCart, answer=CartAnswer, status=201)
def add(body: NewCart) -> Response:
    """Add a cart."""

    def shape(session: Session, key: int) -> CartAnswer:
        return CartAnswer.model_validate(cart_of(session, key))

    return create(add_cart, AddCart(actor=actor(), at=now(), code=body.code, slots=body.slots), shape)
