"""What may be said to a customer: proposals for the shop to send, in plain words, without a name or an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from warehouse.domain.site import Backorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """An order, by its shop's own number, that lacks these pieces by SKU; `policy` is the customer's wish."""

    order: str
    policy: Backorder
    pieces: Mapping[str, int]


def backorder_message(lacking: Lacking) -> str:
    """Propose what to write about goods that are not there."""
    goods = ", ".join(f"{quantity} of {sku}" for sku, quantity in lacking.pieces.items())
    first = f"Of your order {lacking.order} we cannot send everything yet: {goods} {_is_or_are(lacking)} not in stock."
    return f"{first} {_WISHES[lacking.policy]}"


def delay_message(order: str, leaves: date | None) -> str:
    """Propose what to write about an order that missed its pickup; `leaves` is the day of the next one."""
    when = f"It is planned to leave on {leaves:%d %B %Y}." if leaves else "We will write again when it has left."
    return f"Your order {order} takes longer than planned and has not left us yet. {when}"


_WISHES = {
    Backorder.PARTIAL: "The rest leaves now, and what is missing follows without further cost.",
    Backorder.COMPLETE: "As you wish to get everything in one parcel, we wait until it is complete.",
    Backorder.SUBSTITUTE: "Would you take something similar instead? Please answer this message.",
    Backorder.CANCEL: "As you wish, we send the rest and take the missing goods off your order.",
}


def _is_or_are(lacking: Lacking) -> str:
    return "is" if sum(lacking.pieces.values()) == 1 else "are"
