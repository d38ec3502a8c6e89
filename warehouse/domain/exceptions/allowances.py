"""The allow-list: findings a site knows to be false alarms. They are let pass, counted, and never forgotten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from warehouse.domain.catalog import sku_key
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.order_checks import Concern
from warehouse.domain.orders import OrderDraft

ALLOWABLE = frozenset(
    {
        *(ExceptionType.DUPLICATE_ORDER, ExceptionType.UNUSUAL_QUANTITY, ExceptionType.PRICE_ANOMALY),
        *(ExceptionType.ADDRESS_CHECK, ExceptionType.ADDRESS_CHANGED, ExceptionType.DUPLICATE_CUSTOMER),
        *(ExceptionType.DOUBLE_CHECK, ExceptionType.UNPAID),
    }
)
"""Findings that can be a false alarm; an order with an unknown SKU cannot be picked, however often it is let pass."""


class AllowedBy(StrEnum):
    """What an allowance is about."""

    CUSTOMER = "customer"
    SKU = "sku"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Findings of `type` about this customer, SKU or source are no trouble, `until` that day or for good."""

    type: str
    by: AllowedBy
    value: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is left to look at, and what an allowance let pass."""

    concerns: tuple[Concern, ...]
    allowed: tuple[Concern, ...] = ()


def sift(draft: OrderDraft, concerns: Sequence[Concern], allowances: Iterable[Allowance], today: date) -> Sifted:
    """Take the known false alarms out of an order's concerns."""
    if not concerns:
        return Sifted(concerns=())
    valid = [it for it in allowances if it.until is None or today <= it.until]
    skus = {line.line_no: sku_key(line.sku) for line in draft.lines}
    allowed = tuple(concern for concern in concerns if any(_means(it, concern, draft, skus) for it in valid))
    return Sifted(concerns=tuple(it for it in concerns if it not in allowed), allowed=allowed)


def _means(allowance: Allowance, concern: Concern, draft: OrderDraft, skus: dict[int, str]) -> bool:
    if allowance.type != concern.type:
        return False
    if allowance.by is AllowedBy.SKU:
        return concern.line_no is not None and skus.get(concern.line_no) == sku_key(allowance.value)
    asked = draft.customer if allowance.by is AllowedBy.CUSTOMER else draft.source
    return asked.strip().casefold() == allowance.value.strip().casefold()
