"""What a shop is told once its order has left: parcels with their numbers, and which of its lines lie in each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""How long after each failure a shop is told again; after the last one it is somebody's task."""


class WriteBackForm(StrEnum):
    """How a shop takes the news."""

    GENERIC = "generic"
    SHOPIFY = "shopify"
    AMAZON = "amazon"
    SHIPSTATION = "shipstation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    """Pieces of one line as the shop numbers it: of a SKU that stood there twice, each line keeps its own."""

    external_line: str
    sku: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where it went."""

    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedParcel:
    """One carton that left; `order_no` is what people at the shop call its order, `order_id` the key, `number` ours."""

    order_no: str
    order_id: str
    number: str
    sscc: str
    carrier: str
    service: str
    tracking: str
    shipped_at: datetime
    customer: str
    recipient: Recipient
    lines: tuple[ShippedLine, ...]


def retry_in(attempts: int) -> timedelta | None:
    """Say when to try again after `attempts` failures; None when it is somebody's task now."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None
