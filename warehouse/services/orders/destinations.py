"""Where an order goes as its shop said it, kept as a hash while a person's word stands here instead."""

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from warehouse.storage.models.orders import OrderAddressRow, OrderRow

ADDRESS_FIELDS = ("name", "company", "lines", "city", "region", "postcode", "country", "phone", "email")


def ship_hash(service: str, address: Mapping[str, object]) -> str:
    """Hash how and where an order is to be sent."""
    said = [service, *(address[name] for name in ADDRESS_FIELDS)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def keep_shops_word(address: OrderAddressRow, service: str) -> None:
    """Remember what the shop said before a person has the order sent otherwise; the first time only."""
    if address.shop_hash is None:
        address.shop_hash = ship_hash(service, {name: getattr(address, name) for name in ADDRESS_FIELDS})


def is_sent_otherwise(session: Session, order: OrderRow) -> bool:
    """Say whether a person had it sent otherwise than its shop said."""
    address = session.get(OrderAddressRow, order.id)
    return address is not None and address.shop_hash is not None


def is_still_shops_word(session: Session, order: OrderRow, service: str, address: Mapping[str, object]) -> bool:
    """Say whether the shop says what it said when a person had the order sent otherwise: the person's word stands."""
    known = session.get(OrderAddressRow, order.id)
    return known is not None and known.shop_hash == ship_hash(service, address)
