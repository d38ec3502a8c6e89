"""Two customer numbers that may be one person: a suggestion, never more."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from warehouse.domain.orders import OrderDraft

ALIKE = 0.92
_NO_DIGIT = re.compile(r"[^0-9]")
_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A customer number with what tells people apart; phones are digits, the rest is folded, empty says nothing."""

    customer: str
    name: str = ""
    email: str = ""
    phone: str = ""
    postcode: str = ""


def somebody(customer: str, name: str, email: str, phone: str, postcode: str) -> Somebody:
    """Fold what an order says of its customer."""
    digits = _NO_DIGIT.sub("", phone)
    return Somebody(
        customer=customer,
        name=" ".join(name.casefold().split()),
        email=email.strip().casefold(),
        phone=digits if len(digits) >= _SHORTEST_PHONE else "",
        postcode="".join(postcode.casefold().split()),
    )


def who_orders(draft: OrderDraft) -> Somebody:
    """Give the customer of an order."""
    to = draft.ship_to
    return somebody(draft.customer, to.name or to.company, to.email, to.phone, to.postcode)


def shared(one: Somebody, other: Somebody) -> str | None:
    """Say by what two numbers may be one customer; None when nothing speaks for it, or it is the same number."""
    if not one.customer or not other.customer or one.customer == other.customer:
        return None
    if one.email and one.email == other.email:
        return "e-mail"
    if one.phone and one.phone == other.phone:
        return "phone"
    near = bool(one.postcode and one.name) and one.postcode == other.postcode
    if near and SequenceMatcher(None, one.name, other.name).ratio() >= ALIKE:
        return "name and postcode"
    return None
