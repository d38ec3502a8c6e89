"""One order sent by a program: the same fields, the same checks and the same answers as an order in a file."""

import json
from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy import select

from warehouse.access import requires
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.exchange.targets import Kind
from warehouse.storage.models.orders import OrderRow
from warehouse.web import parts
from warehouse.web.api import PREFIX, Body, Code, Line, adapter, operation
from warehouse.web.api.orders import OrderAnswer, read_order
from warehouse.web.uploads import ImportForm, run_import

blueprint = Blueprint("order_intake", __name__, url_prefix=PREFIX)

Text = Annotated[str, Field(max_length=200)]


class NewOrderLine(Body):
    """One line; `unit_price` is a decimal in the order's currency, as text."""

    sku: Code
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    line_no: Annotated[int, Field(ge=1, le=100_000)] | None = None
    gtin: Text = ""
    description: Text = ""
    unit: Text = ""
    unit_price: Text = ""


class NewOrder(Body):
    """An order with the names of the canonical profile; (`source`, `order_no`) says which one it is, for ever."""

    order_no: Line = Field(max_length=80)
    source: Code = Field(default="api", max_length=40)
    lines: list[NewOrderLine] = Field(min_length=1, max_length=2000)
    placed_at: Text = ""
    requested_ship_date: Text = ""
    service: Text = ""
    customer: Text = ""
    ship_name: Text = ""
    ship_company: Text = ""
    ship_line1: Text = ""
    ship_line2: Text = ""
    ship_city: Text = ""
    ship_region: Text = ""
    ship_postcode: Text = ""
    ship_country: Text = ""
    ship_phone: Text = ""
    ship_email: Text = ""
    currency: Text = ""
    payment: Text = ""
    site: Text = ""
    note: Annotated[str, Field(max_length=1000)] = ""


@blueprint.post("/orders")
@requires(Permission.IMPORT_ORDERS)
@operation(body=NewOrder, answer=OrderAnswer, status=201)
def create(body: NewOrder) -> Response:
    """Bring one order in; the same again answers 200 and changes nothing, another content is judged as a change."""
    record = body.model_dump(exclude_defaults=True) | {"source": body.source}
    raw = json.dumps([record], ensure_ascii=False).encode()
    report = run_import(ImportForm(kind=Kind.ORDERS), raw, f"{body.order_no}.json").report
    counts = report["orders"]
    if counts["refused"] or counts["skipped"]:
        problems = tuple(FieldProblem(found["column"] or "order", found["message"]) for found in report["findings"])
        raise InvalidInputError("This order cannot be taken in.", problems)
    with parts().database.read() as session:
        asked = (OrderRow.source == body.source, OrderRow.external_id == body.order_no.strip())
        answer = read_order(session, session.scalars(select(OrderRow.number).where(*asked)).one())
    text = adapter(OrderAnswer).dump_json(answer)
    return Response(text, status=201 if counts["created"] else 200, content_type="application/json")
