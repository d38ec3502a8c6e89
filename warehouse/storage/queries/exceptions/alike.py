"""Addresses of earlier orders that share an e-mail, a phone or a postcode with somebody new."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.exceptions.customers import Somebody, somebody
from warehouse.domain.orders import ShipTo
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.queries.intake import pieces

MOST = 500
"""A postcode of a large office block has many customers: so many are compared."""


def customers_near(session: Session, addresses: Collection[ShipTo]) -> list[Somebody]:
    """List customers whose addresses, as far as they are kept, share a field with one of these as it is written."""
    row = OrderAddressRow
    found: dict[Somebody, None] = {}
    for column, values in (
        (row.email, {to.email for to in addresses}),
        (row.phone, {to.phone for to in addresses}),
        (row.postcode, {to.postcode for to in addresses}),
    ):
        for part in pieces(values - {""}):
            rows = session.execute(
                select(OrderRow.customer, row.name, row.company, row.email, row.phone, row.postcode)
                .join(OrderRow, OrderRow.id == row.order_id)
                .where(column.in_(part), OrderRow.customer != "")
                .distinct()
                .limit(MOST)
            )
            for customer, name, company, email, phone, postcode in rows:
                found[somebody(customer, name or company, email, phone, postcode)] = None
    return list(found)
