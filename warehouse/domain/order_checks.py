"""The checks an order goes through before it may be released: a draft and what is known, in; concerns, out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.orders import Goods, OrderDraft, OrderLineDraft, goods_of

Place = tuple[str, str]
"""A postcode without blanks, and a country, both folded."""

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_PO_BOX = re.compile(r"\b(?:p\.? ?o\.? ?box|postfach|packstation|apartado|skrytka)\b", re.IGNORECASE)
# Only patterns sure enough to flag by; a country without one passes.
_POSTCODES = {
    "GB": re.compile(r"(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})", re.ASCII | re.IGNORECASE),
    "US": re.compile(r"[0-9]{5}(?:-[0-9]{4})?", re.ASCII),
    **{code: re.compile(r"[0-9]{5}", re.ASCII) for code in ("DE", "FR", "ES", "IT", "FI")},
    **{code: re.compile(r"[0-9]{4}", re.ASCII) for code in ("AT", "BE", "CH", "DK", "NO")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLimits:
    """From where on an order is unusual; a site's settings."""

    line_ceiling: int = 10_000
    p99_factor: int = 10
    p99_lines: int = 30
    p99_quantity: int = 100
    customer_factor: int = 5
    customer_orders: int = 3
    duplicate_within: timedelta = timedelta(hours=24)
    price_floor_percent: int = 50
    big_value_cents: int = 435_600
    big_units: int = 10_000
    address_characters: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuFacts:
    """What is known of a SKU: its past order lines, and whether customs papers can be made for it."""

    past_lines: int = 0
    p99_quantity: int = 0
    median_price_cents: int | None = None
    customs_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentBasket:
    """An order of the same customer or address, to compare with."""

    source: str
    external_id: str
    placed_at: datetime
    basket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderContext:
    """What the house knows when an order comes in.

    `known` and `nearest` are keyed by folded SKU; `recent` holds orders of the same customer or address only;
    `places` is where the customer's earlier orders went.
    `address` is what an incomplete address does: None where the source carries no addresses at all.
    """

    known: Mapping[str, SkuFacts]
    nearest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recent: tuple[RecentBasket, ...] = ()
    customer_orders: int = 0
    customer_max_units: int = 0
    places: frozenset[Place] = frozenset()
    vip: bool = False
    site: str = ""
    home_country: str = ""
    address: Severity | None = Severity.HOLD
    courier: bool = True
    limits: OrderLimits = field(default_factory=OrderLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One reason to look at an order: what it does, whose queue it opens in, and the line it is about.

    `other` names the order it looks like, by source and external id.
    """

    type: ExceptionType
    severity: Severity
    message: str
    line_no: int | None = None
    other: tuple[str, str] | None = None


def judge_order(draft: OrderDraft, context: OrderContext, goods: Goods | None = None) -> tuple[Concern, ...]:
    """Give every concern about an order, whole-order ones first; H holds it, F only flags it.

    `goods` are those of its lines, where they are summed up already.
    """
    return (*_whole_order(draft, goods or goods_of(draft.lines), context), *_lines(draft, context))


def _whole_order(draft: OrderDraft, goods: Goods, context: OrderContext) -> Iterator[Concern]:
    yield from _site(draft, context)
    yield from _payment(draft)
    yield from _duplicate(draft, goods, context)
    yield from _own_maximum(goods, context)
    yield from _big(goods, context)
    yield from _address(draft, context)
    yield from _elsewhere(draft, goods, context)
    yield from _customs(draft, context)


def _site(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    if draft.site and context.site and draft.site.casefold() != context.site.casefold():
        yield _hold(ExceptionType.WRONG_SITE, f"This order is for site {draft.site}, this is {context.site}")


def _payment(draft: OrderDraft) -> Iterator[Concern]:
    # No word about payment is not a word against it: most files carry paid orders only.
    if draft.payment and draft.payment not in {"paid", "authorised"}:
        yield _hold(ExceptionType.UNPAID, f"Not paid: the shop says “{draft.payment}”")
    if draft.risk.casefold() == "high":
        yield _hold(ExceptionType.UNPAID, "The shop calls the risk of this payment high")


def _duplicate(draft: OrderDraft, goods: Goods, context: OrderContext) -> Iterator[Concern]:
    if draft.placed_at is None:
        return
    for other in context.recent:
        same_order = (other.source, other.external_id) == (draft.source, draft.external_id)
        near = abs(draft.placed_at - other.placed_at) <= context.limits.duplicate_within
        if not same_order and near and other.basket == goods.basket:
            message = f"Same customer and same basket as order {other.external_id} within {_hours(context)} h"
            found = _hold(ExceptionType.DUPLICATE_ORDER, message)
            yield replace(found, other=(other.source, other.external_id))
            return


def _hours(context: OrderContext) -> int:
    return int(context.limits.duplicate_within.total_seconds()) // 3600


def _own_maximum(goods: Goods, context: OrderContext) -> Iterator[Concern]:
    limits = context.limits
    if (
        context.customer_orders >= limits.customer_orders
        and goods.units > limits.customer_factor * context.customer_max_units
    ):
        message = f"{goods.units} pieces; this customer's largest order so far had {context.customer_max_units}"
        yield _hold(ExceptionType.UNUSUAL_QUANTITY, message)


def _big(goods: Goods, context: OrderContext) -> Iterator[Concern]:
    """A big order is not held here: it is packed under a second person's eyes."""
    if reason := _big_because(goods.value_cents, goods.units, context):
        yield _flag(ExceptionType.DOUBLE_CHECK, f"{reason}: a second person scans all again at packing")


def _big_because(value: int, units: int, context: OrderContext) -> str | None:
    if context.vip:
        return "Important customer"
    if value > context.limits.big_value_cents:
        return f"Value {value / 100:.2f}"
    return f"{units} pieces" if units > context.limits.big_units else None


def _address(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    if context.address is None:
        return
    to = draft.ship_to
    asked = {"name": to.name or to.company, "street": to.line1, "city": to.city, "country": to.country}
    if missing := [name for name, value in asked.items() if not value]:
        message = f"The address has no {' and no '.join(missing)}"
        yield Concern(type=ExceptionType.ADDRESS_CHECK, severity=context.address, message=message)
    for message in _address_oddities(draft, context):
        yield _flag(ExceptionType.ADDRESS_CHECK, message)


def _address_oddities(draft: OrderDraft, context: OrderContext) -> Iterator[str]:
    to = draft.ship_to
    if to.country and not _COUNTRY.fullmatch(to.country):
        yield f"“{to.country}” is not a two-letter country code"
    pattern = _POSTCODES.get(to.country)
    if pattern and not pattern.fullmatch(to.postcode):
        yield f"Postcode “{to.postcode}” does not look like one of {to.country}"
    if context.courier and any(_PO_BOX.search(text) for text in (to.line1, to.line2)):
        yield "A courier does not deliver to a PO box"
    limit = context.limits.address_characters
    if any(len(text) > limit for text in (to.name, to.company, to.line1, to.line2)):
        yield f"An address line is longer than {limit} characters and will not fit on the label"


def _elsewhere(draft: OrderDraft, goods: Goods, context: OrderContext) -> Iterator[Concern]:
    """A new address of a known customer is worth a look; of a big order it is held."""
    to = draft.ship_to
    place = place_of(to.postcode, to.country)
    if context.address is None or place is None or not context.places or place in context.places:
        return
    big = _big_because(goods.value_cents, goods.units, context) is not None
    message = f"Goes to {to.postcode} {to.city}; earlier orders of this customer went elsewhere"
    severity = Severity.HOLD if big else Severity.FLAG
    yield Concern(type=ExceptionType.ADDRESS_CHANGED, severity=severity, message=message)


def place_of(postcode: str, country: str) -> Place | None:
    """Give the form in which two spellings of a postcode are equal; None without one."""
    folded = "".join(postcode.split()).casefold()
    return (folded, country.casefold()) if folded else None


def _customs(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    country = draft.ship_to.country
    if not country or not context.home_country or country == context.home_country:
        return
    skus = {line.sku for line in draft.lines if line.pickable and _lacks_customs(line, context)}
    if skus:
        message = f"Going to {country}: customs data missing for {', '.join(sorted(skus))}"
        yield _hold(ExceptionType.CUSTOMS_DATA, message)


def _lacks_customs(line: OrderLineDraft, context: OrderContext) -> bool:
    facts = context.known.get(sku_key(line.sku))
    return facts is not None and not facts.customs_complete


def _lines(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    for line in draft.lines:
        if line.pickable and not _is_plain(line, context):
            yield from _line(line, context)


def _is_plain(line: OrderLineDraft, context: OrderContext) -> bool:
    """Whether nothing can be wrong with a line: known, few pieces, a usual price. A large file has little else."""
    facts, limits = context.known.get(sku_key(line.sku)), context.limits
    if facts is None or not 0 < line.quantity < limits.p99_quantity or line.quantity > limits.line_ceiling:
        return False
    return not _odd_price(line, facts, limits)


def _line(line: OrderLineDraft, context: OrderContext) -> Iterator[Concern]:
    if line.quantity <= 0:
        message = f"Quantity {line.quantity} of {line.sku} is not above zero"
        yield _about(line, ExceptionType.INVALID_QUANTITY, Severity.BLOCK, message)
        return
    facts = context.known.get(sku_key(line.sku))
    if facts is None:
        yield _about(line, ExceptionType.UNKNOWN_SKU, Severity.HOLD, _unknown(line.sku, context))
        facts = SkuFacts()
    if message := _unusual(line, facts, context.limits):
        yield _about(line, ExceptionType.UNUSUAL_QUANTITY, Severity.HOLD, message)
    if message := _odd_price(line, facts, context.limits):
        yield _about(line, ExceptionType.PRICE_ANOMALY, Severity.FLAG, message)


def _unknown(sku: str, context: OrderContext) -> str:
    if not sku:
        return "The line names no SKU"
    near = context.nearest.get(sku_key(sku), ())
    return f"SKU {sku} is not known" + (f"; is it {' or '.join(near)}?" if near else "")


def _unusual(line: OrderLineDraft, facts: SkuFacts, limits: OrderLimits) -> str:
    if line.quantity > limits.line_ceiling:
        return f"{line.quantity} of {line.sku}: more than {limits.line_ceiling} in one line"
    enough = facts.past_lines >= limits.p99_lines and line.quantity >= limits.p99_quantity
    if enough and line.quantity > limits.p99_factor * facts.p99_quantity:
        return f"{line.quantity} of {line.sku}: 99 of 100 lines ask for {facts.p99_quantity} or fewer"
    return ""


def _odd_price(line: OrderLineDraft, facts: SkuFacts, limits: OrderLimits) -> str:
    price, median = line.unit_price_cents, facts.median_price_cents
    if price is None:
        return ""
    if price == 0:
        return f"{line.sku} has price 0"
    if median is not None and price * 100 < limits.price_floor_percent * median:
        return f"{line.sku} at {price / 100:.2f}; usual is {median / 100:.2f}"
    return ""


def _about(line: OrderLineDraft, type_: ExceptionType, severity: Severity, message: str) -> Concern:
    return Concern(type=type_, severity=severity, message=message, line_no=line.line_no)


def _hold(type_: ExceptionType, message: str) -> Concern:
    return Concern(type=type_, severity=Severity.HOLD, message=message)


def _flag(type_: ExceptionType, message: str) -> Concern:
    return Concern(type=type_, severity=Severity.FLAG, message=message)
