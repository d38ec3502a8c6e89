"""Shipments over HTTP: what left together for an order."""

from datetime import datetime

from flask import Blueprint

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.storage.queries.manifests import CartonFilter, ShipmentEntry, shipment_entries
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Listing, OrderNumber, PageQuery, listing, operation

blueprint = Blueprint("api_shipments", __name__, url_prefix=PREFIX)


class ShipmentQuery(PageQuery):
    """Whose shipments."""

    order: OrderNumber | None = None


class ShipmentAnswer(Answer):
    """What leaves together; a second one exists only after a split, with its reason."""

    id: int
    order: str
    number: int
    state: str
    split_reason: str | None
    created_at: datetime
    shipped_at: datetime | None
    cartons: int


@blueprint.get("/shipments")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation(query=ShipmentQuery, answer=Listing[ShipmentAnswer])
def get_shipments(query: ShipmentQuery) -> Listing[ShipmentEntry]:
    """List shipments by key."""
    wanted = CartonFilter(order=query.order, after=query.after_key or 0, limit=query.limit + 1)
    with parts().database.read() as session:
        return listing(shipment_entries(session, wanted), query.limit, lambda row: row.id)
