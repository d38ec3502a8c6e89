"""The checks an order goes through before it may be released: a draft and what is known, in; concerns, out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.order_addresses import Place, address_lacks, address_oddities, place_of
from warehouse.domain.orders import Goods, OrderDraft, OrderLineDraft, goods_of
from warehouse.domain.words import Text, sentence


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
    message: Text
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
        message = sentence("This order is for site {site}, this is {here}", site=draft.site, here=context.site)
        yield _hold(ExceptionType.WRONG_SITE, message)


def _payment(draft: OrderDraft) -> Iterator[Concern]:
    # No word about payment is not a word against it: most files carry paid orders only.
    if draft.payment and draft.payment not in {"paid", "authorised"}:
        yield _hold(ExceptionType.UNPAID, sentence("Not paid: the shop says “{payment}”", payment=draft.payment))
    if draft.risk.casefold() == "high":
        yield _hold(ExceptionType.UNPAID, sentence("The shop calls the risk of this payment high"))


def _duplicate(draft: OrderDraft, goods: Goods, context: OrderContext) -> Iterator[Concern]:
    if draft.placed_at is None:
        return
    for other in context.recent:
        same_order = (other.source, other.external_id) == (draft.source, draft.external_id)
        near = abs(draft.placed_at - other.placed_at) <= context.limits.duplicate_within
        if not same_order and near and other.basket == goods.basket:
            pattern = "Same customer and same basket as order {order} within {hours} h"
            message = sentence(pattern, order=other.external_id, hours=_hours(context))
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
        pattern = "{pieces} pieces; this customer's largest order so far had {largest}"
        message = sentence(pattern, pieces=goods.units, largest=context.customer_max_units)
        yield _hold(ExceptionType.UNUSUAL_QUANTITY, message)


def _big(goods: Goods, context: OrderContext) -> Iterator[Concern]:
    """A big order is not held here: it is packed under a second person's eyes."""
    if reason := _big_because(goods.value_cents, goods.units, context):
        yield _flag(
            ExceptionType.DOUBLE_CHECK, sentence("{reason}: a second person scans all again at packing", reason=reason)
        )


def _big_because(value: int, units: int, context: OrderContext) -> Text | None:
    if context.vip:
        return sentence("Important customer")
    if value > context.limits.big_value_cents:
        return sentence("Value {value}", value=f"{value / 100:.2f}")
    return sentence("{number} pieces", number=units) if units > context.limits.big_units else None


def _address(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    if context.address is None:
        return
    if missing := address_lacks(draft.ship_to):
        yield Concern(type=ExceptionType.ADDRESS_CHECK, severity=context.address, message=missing)
    limit = context.limits.address_characters
    for message in address_oddities(draft.ship_to, courier=context.courier, limit=limit):
        yield _flag(ExceptionType.ADDRESS_CHECK, message)


def _elsewhere(draft: OrderDraft, goods: Goods, context: OrderContext) -> Iterator[Concern]:
    """A new address of a known customer is worth a look; of a big order it is held."""
    to = draft.ship_to
    place = place_of(to.postcode, to.country)
    if context.address is None or place is None or not context.places or place in context.places:
        return
    big = _big_because(goods.value_cents, goods.units, context) is not None
    message = sentence("Goes elsewhere than earlier orders of this customer")
    severity = Severity.HOLD if big else Severity.FLAG
    yield Concern(type=ExceptionType.ADDRESS_CHANGED, severity=severity, message=message)


def _customs(draft: OrderDraft, context: OrderContext) -> Iterator[Concern]:
    country = draft.ship_to.country
    if not country or not context.home_country or country == context.home_country:
        return
    skus = {line.sku for line in draft.lines if line.pickable and _lacks_customs(line, context)}
    if skus:
        pattern = "Going to {country}: customs data missing for {skus}"
        message = sentence(pattern, country=country, skus=", ".join(sorted(skus)))
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
        message = sentence("Quantity {quantity} of {sku} is not above zero", quantity=line.quantity, sku=line.sku)
        yield _about(line, ExceptionType.INVALID_QUANTITY, Severity.BLOCK, message)
        return
    facts = context.known.get(sku_key(line.sku))
    if facts is None:
        yield _about(line, ExceptionType.UNKNOWN_SKU, Severity.HOLD, _unknown(line.sku, context))
        facts = SkuFacts()
    if unusual := _unusual(line, facts, context.limits):
        yield _about(line, ExceptionType.UNUSUAL_QUANTITY, Severity.HOLD, unusual)
    if price := _odd_price(line, facts, context.limits):
        yield _about(line, ExceptionType.PRICE_ANOMALY, Severity.FLAG, price)


def _unknown(sku: str, context: OrderContext) -> Text:
    if not sku:
        return sentence("The line names no SKU")
    if near := context.nearest.get(sku_key(sku), ()):
        return sentence("SKU {sku} is not known; is it {near}?", sku=sku, near=" / ".join(near))
    return sentence("SKU {sku} is not known", sku=sku)


def _unusual(line: OrderLineDraft, facts: SkuFacts, limits: OrderLimits) -> Text | None:
    if line.quantity > limits.line_ceiling:
        pattern = "{quantity} of {sku}: more than {limit} in one line"
        return sentence(pattern, quantity=line.quantity, sku=line.sku, limit=limits.line_ceiling)
    enough = facts.past_lines >= limits.p99_lines and line.quantity >= limits.p99_quantity
    if enough and line.quantity > limits.p99_factor * facts.p99_quantity:
        pattern = "{quantity} of {sku}: 99 of 100 lines ask for {usual} or fewer"
        return sentence(pattern, quantity=line.quantity, sku=line.sku, usual=facts.p99_quantity)
    return None


def _odd_price(line: OrderLineDraft, facts: SkuFacts, limits: OrderLimits) -> Text | None:
    price, median = line.unit_price_cents, facts.median_price_cents
    if price is None:
        return None
    if price == 0:
        return sentence("{sku} has price 0", sku=line.sku)
    if median is not None and price * 100 < limits.price_floor_percent * median:
        pattern = "{sku} at {price}; usual is {usual}"
        return sentence(pattern, sku=line.sku, price=f"{price / 100:.2f}", usual=f"{median / 100:.2f}")
    return None


def _about(line: OrderLineDraft, type_: ExceptionType, severity: Severity, message: Text) -> Concern:
    return Concern(type=type_, severity=severity, message=message, line_no=line.line_no)


def _hold(type_: ExceptionType, message: Text) -> Concern:
    return Concern(type=type_, severity=Severity.HOLD, message=message)


def _flag(type_: ExceptionType, message: Text) -> Concern:
    return Concern(type=type_, severity=Severity.FLAG, message=message)
